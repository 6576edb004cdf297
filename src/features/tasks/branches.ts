import { LEVELS, TOO_DEEP } from '#core/levels.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Task } from '#db/schema.ts'

/** Where a task is: in a list, perhaps in a section of it, perhaps as a part of another task. */
export type Spot = Pick<Task, 'list_id' | 'section_id' | 'parent_id'>

type Twig = Pick<Task, 'id' | 'parent_id' | 'completed_at' | 'deleted_at' | 'list_id' | 'assignee_id'>

/** The tasks that the task `id` is a part of, the outermost first. */
export async function above(db: Db, id: string): Promise<Pick<Task, 'id' | 'title' | 'parent_id'>[]> {
  const path: Pick<Task, 'id' | 'title' | 'parent_id'>[] = []
  let next: string | null = id
  // Each task is looked at once, whatever the table says.
  while (next !== null && path.every((task) => task.id !== next)) {
    const task = await db.selectFrom('tasks').select(['id', 'title', 'parent_id']).where('id', '=', next).execute()
    if (!task[0]) break
    path.unshift(task[0])
    next = task[0].parent_id
  }
  return path.slice(0, -1)
}

/** The tasks below the task `id`, or below each of several, level by level, also those that are deleted. */
export async function below(db: Db, id: string | readonly string[]): Promise<Twig[][]> {
  const levels: Twig[][] = []
  const from = typeof id === 'string' ? [id] : id
  const seen = new Set(from)
  for (let parents = from; parents.length > 0; ) {
    const level = (await childrenOf(db, parents)).filter((task) => !seen.has(task.id))
    for (const task of level) seen.add(task.id)
    if (level.length > 0) levels.push(level)
    parents = level.map((task) => task.id)
  }
  return levels
}

async function childrenOf(db: Db, parents: readonly string[]): Promise<Twig[]> {
  const children: Twig[] = []
  for (const some of inParts(parents)) {
    const found = await db
      .selectFrom('tasks')
      .select(['id', 'parent_id', 'completed_at', 'deleted_at', 'list_id', 'assignee_id'])
      .where('parent_id', 'in', some)
      .orderBy('position')
      .orderBy('id')
      .execute()
    children.push(...found)
  }
  return children
}

/** A thousand at a time: a statement carries a bounded number of values. */
export function* inParts<T>(all: readonly T[]): Generator<T[]> {
  for (let i = 0; i < all.length; i += 1000) yield all.slice(i, i + 1000)
}

/** Where a task is itself. */
export const spotOf = ({ list_id, section_id, parent_id }: Spot): Spot => ({ list_id, section_id, parent_id })

/** The spot of what becomes a part of `parent`: a child is where its parent is. */
export const spotUnder = (parent: Pick<Task, 'id' | 'list_id' | 'section_id'>): Spot => ({
  list_id: parent.list_id,
  section_id: parent.section_id,
  parent_id: parent.id,
})

/**
 * Puts a task, with everything below it, into another spot; `position` is its new place in the order, if it gets one.
 * The completions go with their tasks, and whoever cannot see the new list is not assigned any more. Both lists have to
 * be locked. Refuses to make a task a part of itself, and more than four levels.
 */
export async function relocate(write: Write, task: Task, spot: Spot, position = task.position): Promise<Task> {
  const levels = await below(write.trx, task.id)
  if (spot.parent_id !== null && spot.parent_id !== task.parent_id) {
    await refuseUnder(write.trx, task.id, spot.parent_id, heightOf(levels))
  }
  await takeAlong(write, [task], levels.flat(), spot)
  return write.update('tasks', task.id, { ...spot, position })
}

/** The same for many tasks of which none is below another. They go out of the tasks that they were parts of. */
export async function relocateAll(
  write: Write,
  moves: { task: Task; position: string }[],
  spot: Pick<Spot, 'list_id' | 'section_id'>,
): Promise<void> {
  const tasks = moves.map(({ task }) => task)
  const levels = await below(
    write.trx,
    tasks.map(({ id }) => id),
  )
  await takeAlong(write, tasks, levels.flat(), spot)
  await write.updateAll(
    'tasks',
    new Map(moves.map(({ task, position }) => [task.id, { ...spot, parent_id: null, position }])),
  )
}

async function takeAlong(
  write: Write,
  tasks: Task[],
  branch: Twig[],
  { list_id, section_id }: Pick<Spot, 'list_id' | 'section_id'>,
): Promise<void> {
  await write.updateAll('tasks', new Map(branch.map(({ id }) => [id, { list_id, section_id }])))
  const leaving = [...tasks, ...branch].filter((task) => task.list_id !== list_id).map(({ id }) => id)
  for (const some of inParts(leaving)) {
    await takeCompletions(write, some, list_id)
    await unassignStrangers(write, some, list_id)
  }
}

/** Refuses what would make a circle, or a branch that is too deep. `height` is how many levels the task itself has. */
export async function refuseUnder(db: Db, id: string, parent: string, height = 1): Promise<void> {
  const path = [...(await above(db, parent)).map((task) => task.id), parent]
  if (path.includes(id)) {
    throw new Refusal('invalid', 'A task cannot be a part of itself.', { field: 'parent' })
  }
  if (path.length + height > LEVELS) {
    throw new Refusal('invalid', `${TOO_DEEP} Choose a task further up.`, { field: 'parent' })
  }
}

/** Whether the task `id`, with all below it, may become a part of `parent`: it makes no circle, and not too many levels. */
export async function fitsUnder(db: Db, id: string, parent: string): Promise<boolean> {
  const path = [...(await above(db, parent)).map((task) => task.id), parent]
  return !path.includes(id) && path.length + heightOf(await below(db, id)) <= LEVELS
}

/** How many levels a task with `levels` below it has itself. What is deleted does not count. */
const heightOf = (levels: Twig[][]): number =>
  1 + levels.filter((level) => level.some((task) => task.deleted_at === null)).length

async function takeCompletions(write: Write, tasks: string[], list_id: string): Promise<void> {
  const completions = await write.trx.selectFrom('completions').select('id').where('task_id', 'in', tasks).execute()
  await write.updateAll('completions', new Map(completions.map(({ id }) => [id, { list_id }])))
}

async function unassignStrangers(write: Write, tasks: string[], list_id: string): Promise<void> {
  const members = write.trx.selectFrom('list_members').select('user_id').where('list_id', '=', list_id)
  const strangers = await write.trx
    .selectFrom('tasks')
    .select('id')
    .where('id', 'in', tasks)
    .where('assignee_id', 'is not', null)
    .where('assignee_id', 'not in', members)
    .execute()
  await write.updateAll('tasks', new Map(strangers.map(({ id }) => [id, { assignee_id: null }])))
}
