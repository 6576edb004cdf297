import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, type Db, isDuplicate, newId } from '#db/db.ts'
import { changesOf, type Fields, journal, onceLocked, type Write } from '#db/journal.ts'
import type { Priority, Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { openAbove } from './completing.ts'
import { type Home, homeFor, type Wish } from './home.ts'
import { relabel } from './labelling.ts'
import { edgeOf, refuseStranger } from './places.ts'
import { type Changed, tasksOf } from './tasks.ts'

type Person = Pick<User, 'id'>

/**
 * A task to be added: its title, the id it was born with, where it should live (nowhere is the Inbox), and what else is
 * known of it. Labels are ids.
 */
export type Wanted = Wish & { title: string; id?: string | undefined } & Partial<Details> & {
    assignee?: string | undefined
    labels?: string[] | undefined
  }

type Details = Pick<
  Task,
  'notes' | 'due_day' | 'due_time' | 'start_day' | 'deadline_day' | 'minutes' | 'recurrence'
> & { priority: Priority }

/**
 * Adds a task at the top of its list or section, a subtask below its siblings; what it is a part of is open then. `id` may
 * come from where the task was born: the same id with the same fields and place again answers as the first did; with
 * others, or when that task is deleted by now, it makes another task under a fresh id (a kept page may be sent twice). It
 * is refused as a conflict when it belongs to somebody else. Refuses a place that `homeFor` refuses, and an assignee who
 * cannot see it.
 */
export async function addTask(db: Database, user: Person, wanted: Wanted, asked: Asked): Promise<Changed> {
  const { op, ids } = await addTasks(db, user, [wanted], asked)
  const task = await tasksOf(db, user)
    .selectAll('tasks')
    .where('tasks.id', '=', ids[0] ?? '')
    .executeTakeFirst()
  return { op, task }
}

/** Adds several tasks in one act, so that one Undo takes all of them back. They stand in the order in which they came. */
export async function addTasks(
  db: Database,
  user: Person,
  wanted: readonly Wanted[],
  asked: Asked,
): Promise<{ op: string; ids: string[] }> {
  const what = wanted.length === 1 ? 'task.added' : 'tasks.added'
  try {
    const done = await onceLocked(async () => {
      const homes = await Promise.all(wanted.map((one) => homeFor(db, user, one)))
      const lists = homes.map(({ list }) => list.id)
      return journal(db, user, { ...asked, what, lists }, (write) => addAll(write, user, wanted))
    })
    return done.repeated ? { op: done.op, ids: await addedBy(db, user, done.op) } : done.value
  } catch (error) {
    // Somebody else was quicker with the same id: on PostgreSQL only the primary key sees that.
    if (isDuplicate(error)) refuseTaken()
    throw error
  }
}

/** True for the refusal of an id that belongs to somebody else. */
export const isTaken = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.reason === 'conflict' && error.details.field === 'id'

// The last first, because what is new is put above the others. Subtasks are put below them.
async function addAll(write: Write, user: Person, wanted: readonly Wanted[]): Promise<{ op: string; ids: string[] }> {
  const [first] = wanted
  const known = first && (await knownAs(write, user, first))
  if (known) return { op: known.op, ids: [known.id] }
  const isBelow = first?.parent !== undefined
  const ids: string[] = []
  for (const one of isBelow ? wanted : wanted.toReversed()) ids.push(await addOne(write, user, one))
  return { op: write.op, ids: isBelow ? ids : ids.toReversed() }
}

/** The task that was added so before, under the id that it was born with. */
async function knownAs(write: Write, user: Person, wanted: Wanted): Promise<{ op: string; id: string } | undefined> {
  if (wanted.id === undefined) return undefined
  const first = await bornAs(write.trx, user, wanted.id)
  if (!first) return undefined
  const { deleted_at } = await stateOf(write.trx, wanted.id)
  const home = await homeFor(write.trx, user, wanted)
  const isAgain = deleted_at === null && isSame(first.born, fieldsOf(wanted, home)) && hasSame(first.labels, wanted)
  return isAgain ? { op: first.op, id: wanted.id } : undefined
}

async function addOne(write: Write, user: Person, wanted: Wanted): Promise<string> {
  // Asked again now that the list is locked: until then it may have been archived, or the section taken away.
  const home = await homeFor(write.trx, user, wanted)
  const known = wanted.id === undefined ? undefined : await stateOf(write.trx, wanted.id)
  if (known?.created_by && known.created_by !== user.id) refuseTaken()
  const id = known?.created_by || wanted.id === undefined ? newId() : wanted.id
  const task = {
    id,
    ...fieldsOf(wanted, home),
    position: await placeIn(write.trx, home),
    created_by: user.id,
    created_at: instant(write.now),
    completed_at: null,
    deleted_at: null,
  }
  if (wanted.assignee !== undefined) await refuseStranger(write.trx, home.list.id, wanted.assignee)
  await write.insert('tasks', task)
  const added: Task = { ...task, due_zone: null, due_at: null, cancelled: 0 }
  if (wanted.labels?.length) await relabel(write, user, added, wanted.labels, [])
  if (home.parent !== null) await openAbove(write, [added])
  return id
}

const stateOf = async (db: Db, id: string): Promise<Partial<Pick<Task, 'created_by' | 'deleted_at'>>> =>
  (await db.selectFrom('tasks').select(['created_by', 'deleted_at']).where('id', '=', id).executeTakeFirst()) ?? {}

const fieldsOf = (
  { title, notes, priority, due_day, due_time, start_day, deadline_day, minutes, recurrence, assignee }: Wanted,
  { list, section, parent }: Home,
) => ({
  list_id: list.id,
  section_id: section,
  parent_id: parent,
  title,
  notes: notes ?? '',
  priority: priority ?? 4,
  assignee_id: assignee ?? null,
  due_day: due_day ?? null,
  due_time: due_time ?? null,
  start_day: start_day ?? null,
  deadline_day: deadline_day ?? null,
  minutes: minutes ?? null,
  recurrence: recurrence ?? null,
})

/** What is new stands above everything; a subtask is the next step, so it stands below the others. */
const placeIn = async (db: Db, { list, parent }: Home): Promise<string> =>
  parent === null
    ? positionBetween(undefined, await edgeOf(db, list.id, 'asc'))
    : positionBetween(await edgeOf(db, list.id, 'desc'), undefined)

/** As what the task `id` was added, with which labels, and the op that did it. It may have been changed since. */
async function bornAs(
  db: Db,
  user: Person,
  id: string,
): Promise<{ op: string; born: Fields; labels: unknown[] } | undefined> {
  const entry = await db
    .selectFrom('changes')
    .select('op_id')
    .where('row_id', '=', id)
    .where('user_id', '=', user.id)
    .where('table_name', '=', 'tasks')
    .where('before', 'is', null)
    .executeTakeFirst()
  if (!entry) return undefined
  const made = (await changesOf(db, user, entry.op_id)).filter(({ before }) => before === undefined)
  const born = made.find((change) => change.table === 'tasks' && change.id === id)?.after ?? {}
  const links = made.filter(({ table, after }) => table === 'task_labels' && after?.task_id === id)
  return { op: entry.op_id, born, labels: links.map(({ after }) => after?.label_id) }
}

const isSame = (born: Fields, fields: Fields): boolean =>
  Object.entries(fields).every(([name, value]) => (born[name] ?? EMPTY[name] ?? null) === value)

// What was added by an older version says nothing of these.
const EMPTY: Fields = { notes: '', priority: 4 }

const hasSame = (labels: unknown[], { labels: wanted = [] }: Wanted): boolean =>
  labels.length === wanted.length && wanted.every((label) => labels.includes(label))

async function addedBy(db: Db, user: Person, op: string): Promise<string[]> {
  const entries = await changesOf(db, user, op)
  return entries.filter(({ table, before }) => table === 'tasks' && before === undefined).map(({ id }) => id)
}

function refuseTaken(): never {
  throw new Refusal('conflict', 'This task could not be added under its id. Please add it once more.', { field: 'id' })
}
