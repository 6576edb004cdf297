import type { Day, Time } from '#core/days.ts'
import { isId } from '#core/ids.ts'
import { positionsBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import type { Database, Db } from '#db/db.ts'
import { journal, NotLocked, onceLocked, type Write } from '#db/journal.ts'
import type { Priority, Task } from '#db/schema.ts'
import { refuseViewer } from '#features/lists/lists.ts'
import type { Asked } from '#web/op.ts'
import { below, inParts, relocateAll, type Spot } from './branches.ts'
import { finishAll, openAll } from './completing.ts'
import { removeAll } from './deleting.ts'
import { datesAfter } from './due.ts'
import { isNamed, labelAll, unlabelAll } from './labelling.ts'
import { edgeOf, listsOfPlace, type Place, spotFor } from './places.ts'
import { type Ahead, comeAgainAll, type Keeper, lookAhead, type Shown } from './recurring.ts'
import { allTasksOf, type VisibleTask } from './tasks.ts'

/** What is to be done to many tasks at once. `shown`: the day on which each of those that repeat was shown to be due. */
export type Deed =
  | { do: 'complete'; shown?: Shown }
  | { do: 'reopen' | 'delete' }
  | { do: 'move'; to: Pick<Place, 'list' | 'section'> }
  | { do: 'label' | 'unlabel'; label: string }
  | { do: 'date'; due_day: Day | null; due_time?: Time | undefined }
  | { do: 'priority'; priority: Priority }

/** As many tasks as can be changed at once. */
export const MOST_AT_ONCE = 10_000

/**
 * Does one thing to many tasks, named by their ids, as one op with one Undo; `count` is how many of them it changed. What
 * is below a task is completed, moved and deleted with it. Tasks that repeat come again. When one of them does not exist
 * for `user`, may only be read, or cannot be changed so, nothing happens. Refuses more than `MOST_AT_ONCE`.
 */
export async function changeMany(
  db: Database,
  user: Keeper,
  ids: string[],
  deed: Deed,
  asked: Asked,
): Promise<{ op: string; count: number | undefined }> {
  const wanted = [...new Set(ids)]
  refuseOdd(wanted)
  const done = await onceLocked(async () => {
    const known = await tasksNamed(db, user, wanted)
    const into = deed.do === 'move' ? await listsOfPlace(db, user, deed.to) : []
    const lists = [...new Set([...known.map(({ list_id }) => list_id), ...into])]
    const ahead = deed.do === 'complete' ? await lookAhead(known, user, asked.now) : undefined
    const owner = deed.do === 'label' && isNamed(deed.label) ? { owner: user.id } : {}
    return journal(db, user, { ...asked, ...owner, what: WORDS[deed.do], lists }, async (write) => {
      // Read again now that the lists are locked: until then somebody may have changed them, or taken them away.
      const tasks = await tasksNamed(write.trx, user, wanted)
      for (const task of tasks) refuseUnfit(write, task, deed)
      return carryOut(write, user, tasks, deed, ahead)
    })
  })
  return { op: done.op, count: done.value }
}

/** What such an op is called in the journal. */
export const WORDS: Record<Deed['do'], string> = {
  complete: 'tasks.completed',
  reopen: 'tasks.reopened',
  move: 'tasks.moved',
  label: 'tasks.labeled',
  unlabel: 'tasks.unlabeled',
  date: 'tasks.dated',
  priority: 'tasks.prioritized',
  delete: 'tasks.deleted',
}

function refuseOdd(ids: string[]): void {
  if (ids.length === 0) throw new Refusal('invalid', 'Choose at least one task.', { field: 'id' })
  if (ids.length > MOST_AT_ONCE)
    throw new Refusal('invalid', `Choose at most ${MOST_AT_ONCE.toLocaleString('en')} tasks at a time.`, {
      field: 'id',
    })
  if (!ids.every(isId)) refuseMissing()
}

function refuseMissing(): never {
  throw new Refusal('not-found', 'One of these tasks does not exist. Nothing was changed.')
}

/** The tasks in the order in which they are named, also deleted ones: a repeat of a deletion must find them. */
async function tasksNamed(db: Db, user: Keeper, ids: string[]): Promise<VisibleTask[]> {
  const known = new Map<string, VisibleTask>()
  for (const some of inParts(ids)) {
    const found = await allTasksOf(db, user)
      .selectAll('tasks')
      .select('member.role')
      .where('tasks.id', 'in', some)
      .execute()
    for (const task of found) known.set(task.id, task)
  }
  if (known.size < ids.length) refuseMissing()
  return ids.map((id) => known.get(id) as VisibleTask)
}

function refuseUnfit(write: Write, task: VisibleTask, deed: Deed): void {
  if (!write.isLocked(task.list_id)) throw new NotLocked()
  refuseViewer(task)
  if (task.deleted_at !== null && deed.do !== 'delete') refuseMissing()
}

/** Does it, and says to how many of `tasks` something happened. */
function carryOut(write: Write, user: Keeper, tasks: Task[], deed: Deed, ahead?: Ahead): Promise<number> {
  switch (deed.do) {
    case 'complete':
      return completeAll(write, user, tasks.filter(isOpen), deed.shown, ahead)
    case 'reopen':
      return reopenAll(
        write,
        tasks.filter((task) => !isOpen(task)),
      )
    case 'delete':
      return removeThere(write, tasks)
    case 'move':
      return moveAll(write, user, tasks, deed.to)
    case 'label':
      return labelAll(write, user, tasks, deed.label)
    case 'unlabel':
      return unlabelAll(write, user, tasks, deed.label)
    case 'date':
      return dateAll(write, tasks, deed.due_day, deed.due_time)
    case 'priority':
      return prioritizeAll(write, tasks, deed.priority)
  }
}

const isOpen = ({ completed_at }: Task): boolean => completed_at === null

async function completeAll(
  write: Write,
  user: Keeper,
  open: Task[],
  shown: Shown = new Map(),
  ahead?: Ahead,
): Promise<number> {
  const [once, repeating] = [
    open.filter((task) => task.recurrence === null),
    open.filter((task) => task.recurrence !== null),
  ]
  await finishAll(write, user, once, 'done')
  // One that is below another was closed with it.
  const still = (await readAgain(write, repeating)).filter(isOpen)
  const { over, passed } = await comeAgainAll(write, user, still, 'done', shown, ahead)
  await finishAll(write, user, over, 'done')
  return open.length - passed.length
}

async function readAgain(write: Write, tasks: Task[]): Promise<Task[]> {
  const again: Task[] = []
  for (const ids of inParts(tasks.map(({ id }) => id))) {
    again.push(...(await write.trx.selectFrom('tasks').selectAll().where('id', 'in', ids).execute()))
  }
  return again
}

async function reopenAll(write: Write, completed: Task[]): Promise<number> {
  await openAll(write, completed)
  return completed.length
}

async function removeThere(write: Write, tasks: Task[]): Promise<number> {
  const there = tasks.filter(({ deleted_at }) => deleted_at === null)
  await removeAll(write, there)
  return there.length
}

/** Puts tasks, in their order, on top of another list or into a section. What is below one of them goes with it. */
async function moveAll(
  write: Write,
  user: Keeper,
  tasks: Task[],
  to: Pick<Place, 'list' | 'section'>,
): Promise<number> {
  const ids = tasks.map(({ id }) => id)
  const inside = new Set([...ids, ...(await below(write.trx, ids)).flat().map(({ id }) => id)])
  const branches = tasks.filter(({ parent_id }) => parent_id === null || !inside.has(parent_id))
  const spot = await spotForAll(write, user, branches, to)
  if (!spot) throw new Refusal('invalid', 'Choose a list or a section.', { field: 'value' })
  const leaving = branches.filter((task) => !standsIn(task, spot))
  await relocateAll(write, await placed(write, leaving, spot), spot)
  return leaving.length
}

// Any of them will do to ask where the place is. One that is in another list has more to be refused.
async function spotForAll(write: Write, user: Keeper, tasks: Task[], to: Pick<Place, 'list' | 'section'>) {
  const [first] = tasks
  const spot = first && (await spotFor(write, user, first, to))
  const stranger = tasks.find(({ list_id }) => spot && list_id !== spot.list_id)
  return stranger && stranger !== first ? spotFor(write, user, stranger, to) : spot
}

const standsIn = (task: Task, { list_id, section_id }: Spot): boolean =>
  task.list_id === list_id && task.section_id === section_id && task.parent_id === null

async function placed(write: Write, tasks: Task[], { list_id }: Spot): Promise<{ task: Task; position: string }[]> {
  const coming = tasks.filter((task) => task.list_id !== list_id)
  const positions = positionsBetween(undefined, await edgeOf(write.trx, list_id, 'asc'), coming.length)
  const places = new Map(coming.map(({ id }, i) => [id, positions[i] as string]))
  return tasks.map((task) => ({ task, position: places.get(task.id) ?? task.position }))
}

async function prioritizeAll(write: Write, tasks: Task[], priority: Priority): Promise<number> {
  const others = tasks.filter((task) => task.priority !== priority)
  await write.updateAll('tasks', new Map(others.map(({ id }) => [id, { priority }])))
  return others.length
}

/** A time stays as it is, unless one is chosen too. */
async function dateAll(write: Write, tasks: Task[], due_day: Day | null, due_time?: Time): Promise<number> {
  const chosen = { due_day, ...(due_time !== undefined && { due_time }) }
  const others = tasks.filter((task) => task.due_day !== due_day || task.due_time !== (due_time ?? task.due_time))
  await write.updateAll('tasks', new Map(others.map((task) => [task.id, datesAfter(task, chosen)])))
  return others.length
}
