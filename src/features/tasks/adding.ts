import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, type Db, isDuplicate, newId } from '#db/db.ts'
import { changesOf, journal, type Write } from '#db/journal.ts'
import type { List, Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Home, homeFor, type Wish } from './home.ts'
import { type Changed, tasksOf } from './tasks.ts'

type Person = Pick<User, 'id'>

/** A task to be added: its title, the id it was born with, and where it should live. Nowhere is the Inbox. */
export type Wanted = Wish & { title: string; id?: string | undefined }

/**
 * Adds a task at the top of its list or section, a subtask below its siblings. `id` may come from where the task was
 * born: the same id with the same title and place again answers as the first did; with others, or when that task is
 * deleted by now, it makes another task under a fresh id (a kept page may be sent twice). It is refused as a conflict
 * when it belongs to somebody else. Refuses a place that `homeFor` refuses.
 */
export async function addTask(db: Database, user: Person, wanted: Wanted, asked: Asked): Promise<Changed> {
  const { list } = await homeFor(db, user, wanted)
  const act = { ...asked, what: 'task.added', lists: [list.id] }
  try {
    const done = await journal(db, user, act, (write) => addOnce(write, user, wanted))
    const { op, id } = done.repeated ? { op: done.op, id: await addedBy(db, user, done.op) } : done.value
    const task = await tasksOf(db, user).selectAll('tasks').where('tasks.id', '=', id).executeTakeFirst()
    return { op, task }
  } catch (error) {
    // Somebody else was quicker with the same id: on PostgreSQL only the primary key sees that.
    if (isDuplicate(error)) refuseTaken()
    throw error
  }
}

/** True for the refusal of an id that belongs to somebody else. */
export const isTaken = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.reason === 'conflict' && error.details.field === 'id'

async function addOnce(write: Write, user: Person, wanted: Wanted): Promise<{ op: string; id: string }> {
  // Asked again now that the list is locked: until then it may have been archived, or the section taken away.
  const home = await homeFor(write.trx, user, wanted)
  const { title, id = newId() } = wanted
  const known = await write.trx
    .selectFrom('tasks')
    .select(['created_by', 'deleted_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!known) return insertInto(write, user, home, id, title)
  if (known.created_by !== user.id) refuseTaken()
  const first = await bornAs(write.trx, user, id)
  if (first && known.deleted_at === null && isSame(first.born, title, home)) return { op: first.op, id }
  return insertInto(write, user, home, newId(), title)
}

async function insertInto(write: Write, user: Person, home: Home, id: string, title: string) {
  await write.insert('tasks', {
    id,
    list_id: home.list.id,
    section_id: home.section,
    parent_id: home.parent,
    title,
    notes: '',
    position: await placeIn(write.trx, home),
    created_by: user.id,
    created_at: instant(write.now),
    completed_at: null,
    deleted_at: null,
  })
  return { op: write.op, id }
}

/** What is new stands above everything; a subtask is the next step, so it stands below the others. */
const placeIn = async (db: Db, { list, parent }: Home): Promise<string> =>
  parent === null
    ? positionBetween(undefined, await edgeOf(db, list, 'asc'))
    : positionBetween(await edgeOf(db, list, 'desc'), undefined)

// Completed and deleted tasks count too: they may come back to their place.
async function edgeOf(db: Db, list: Pick<List, 'id'>, from: 'asc' | 'desc'): Promise<string | undefined> {
  const edge = await db
    .selectFrom('tasks')
    .select('position')
    .where('list_id', '=', list.id)
    .orderBy('position', from)
    .limit(1)
    .executeTakeFirst()
  return edge?.position
}

/** As what the task `id` was added, and the op that did it. It may have been changed since. */
async function bornAs(db: Db, user: Person, id: string): Promise<{ op: string; born: Partial<Task> } | undefined> {
  const entry = await db
    .selectFrom('changes')
    .select(['op_id', 'after'])
    .where('row_id', '=', id)
    .where('user_id', '=', user.id)
    .where('table_name', '=', 'tasks')
    .where('before', 'is', null)
    .executeTakeFirst()
  return entry && { op: entry.op_id, born: JSON.parse(entry.after ?? '{}') as Partial<Task> }
}

const isSame = (born: Partial<Task>, title: string, { list, section, parent }: Home): boolean =>
  born.title === title &&
  born.list_id === list.id &&
  (born.section_id ?? null) === section &&
  (born.parent_id ?? null) === parent

async function addedBy(db: Db, user: Person, op: string): Promise<string> {
  const [entry] = await changesOf(db, user, op)
  return entry?.id ?? ''
}

function refuseTaken(): never {
  throw new Refusal('conflict', 'This task could not be added under its id. Please add it once more.', { field: 'id' })
}
