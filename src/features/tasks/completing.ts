import { instant } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Completion, Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { above, below } from './branches.ts'
import { forgetCompletion, logCompletion } from './completions.ts'
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
    for (const parent of await above(write.trx, id)) await reopen(write, parent.id)
    return reopen(write, id)
  })

async function finish(write: Write, user: Person, task: Task, kind: Completion['kind']): Promise<Task> {
  refuseDeleted(task)
  // The list is locked and the task was read behind the lock: nobody else can be completing it now.
  if (task.completed_at !== null) return task
  for (const step of await openBelow(write, task.id)) await close(write, user, step, kind)
  return close(write, user, task, kind)
}

async function openBelow(write: Write, id: string): Promise<Task[]> {
  const ids = (await below(write.trx, id))
    .flat()
    .filter((step) => step.completed_at === null && step.deleted_at === null)
    .map((step) => step.id)
  return ids.length === 0 ? [] : write.trx.selectFrom('tasks').selectAll().where('id', 'in', ids).execute()
}

async function close(write: Write, user: Person, task: Task, kind: Completion['kind']): Promise<Task> {
  await logCompletion(write, user, task, kind)
  return write.update('tasks', task.id, { completed_at: instant(write.now), cancelled: kind === 'skipped' ? 1 : 0 })
}

async function reopen(write: Write, id: string): Promise<Task> {
  const task = await write.trx.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  await forgetCompletion(write, task)
  return write.update('tasks', id, { completed_at: null, cancelled: 0 })
}
