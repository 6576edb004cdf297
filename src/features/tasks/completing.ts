import { instant } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Completion, Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { below, inParts } from './branches.ts'
import { forgetCompletions, logCompletions } from './completions.ts'
import { type Clicked, comeAgain, type Keeper, refuseOnce } from './recurring.ts'
import { type Changed, changeTask, refuseDeleted } from './tasks.ts'

type Person = Pick<User, 'id'>

/**
 * Completes a task and all below it that is open, and writes each into the logbook. Completing a task that is completed
 * changes nothing, however many do it in one moment. One that repeats stays open and is due on its next day, with its
 * subtasks open again; `clicked` says for which occurrence it was meant, so that each is completed once. Refuses a task
 * that does not exist for `user`.
 */
export const completeTask = (
  db: Database,
  user: Keeper,
  id: string,
  asked: Asked,
  clicked: Clicked = {},
): Promise<Changed> =>
  changeTask(
    db,
    user,
    id,
    { ...asked, what: 'task.completed' },
    async (write, task) =>
      (await comeAgain(write, user, task, 'done', clicked)) ?? (await finish(write, user, task, 'done')),
  )

/**
 * Passes over one occurrence of a task that repeats: it is due on its next day, and the logbook says so. The last one
 * closes it. Refuses a task that does not repeat, and one that does not exist for `user`.
 */
export const skipTask = (
  db: Database,
  user: Keeper,
  id: string,
  asked: Asked,
  clicked: Clicked = {},
): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.skipped' }, async (write, task) => {
    refuseOnce(task)
    return (await comeAgain(write, user, task, 'skipped', clicked)) ?? (await finish(write, user, task, 'skipped'))
  })

/**
 * Closes a task that will not be done, with all below it that is open. The logbook says that they were passed over.
 * A task that is completed stays as it is. Refuses a task that does not exist for `user`.
 */
export const cancelTask = (db: Database, user: Person, id: string, asked: Asked): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.cancelled' }, (write, task) => finish(write, user, task, 'skipped'))

/**
 * Reopens a completed or cancelled task and those that it is a part of: they stand where they stood, and the logbook
 * forgets that they were completed. Reopening an open task changes nothing. Refuses a task that does not exist for `user`.
 */
export const reopenTask = (db: Database, user: Person, id: string, asked: Asked): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.reopened' }, async (write, task) => {
    refuseDeleted(task)
    if (task.completed_at === null) return task
    return (await openAll(write, [task])).at(-1) ?? task
  })

async function finish(write: Write, user: Person, task: Task, kind: Completion['kind']): Promise<Task> {
  refuseDeleted(task)
  // The list is locked and the task was read behind the lock: nobody else can be completing it now.
  if (task.completed_at !== null) return task
  const closed = await finishAll(write, user, [task], kind)
  return closed.at(-1) ?? task
}

/** Closes open tasks and all below them that is open, and returns them as they are then: what is below comes first. */
export async function finishAll(write: Write, user: Person, tasks: Task[], kind: Completion['kind']): Promise<Task[]> {
  const steps = await openTasksBelow(
    write,
    tasks.map(({ id }) => id),
  )
  const all = [...steps, ...tasks]
  await logCompletions(write, user, all, kind)
  const fields = { completed_at: instant(write.now), cancelled: kind === 'skipped' ? 1 : 0 } as const
  return write.updateAll('tasks', new Map(all.map(({ id }) => [id, fields])))
}

/** Opens tasks and those that they are a part of, and returns them as they are then: what is above comes first. */
export async function openAll(write: Write, tasks: Task[]): Promise<Task[]> {
  const all = [...(await tasksAbove(write, tasks)), ...tasks]
  await forgetCompletions(write, all)
  return write.updateAll('tasks', new Map(all.map(({ id }) => [id, { completed_at: null, cancelled: 0 }])))
}

/** Opens what these tasks are parts of, where they are open themselves: of what is done, nothing is left to do. */
export async function openAbove(write: Write, tasks: Task[]): Promise<void> {
  const open = tasks.filter(({ completed_at, deleted_at }) => completed_at === null && deleted_at === null)
  const closed = (await tasksAbove(write, open)).filter(({ completed_at }) => completed_at !== null)
  if (closed.length > 0) await openAll(write, closed)
}

async function openTasksBelow(write: Write, ids: string[]): Promise<Task[]> {
  const open = (await below(write.trx, ids))
    .flat()
    .filter((step) => step.completed_at === null && step.deleted_at === null)
    .map((step) => step.id)
  return tasksWith(write, open)
}

async function tasksAbove(write: Write, tasks: Task[]): Promise<Task[]> {
  const above = new Map<string, Task>()
  const known = new Set(tasks.map(({ id }) => id))
  for (let some = tasks; some.length > 0; ) {
    const parents = some.map(({ parent_id }) => parent_id).filter((id) => id !== null && !known.has(id))
    for (const id of parents) known.add(id as string)
    some = await tasksWith(write, [...new Set(parents as string[])])
    for (const task of some) above.set(task.id, task)
  }
  return [...above.values()]
}

async function tasksWith(write: Write, ids: string[]): Promise<Task[]> {
  const tasks: Task[] = []
  for (const some of inParts(ids)) {
    tasks.push(...(await write.trx.selectFrom('tasks').selectAll().where('id', 'in', some).execute()))
  }
  return tasks
}
