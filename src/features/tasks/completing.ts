import { instant } from '#core/time.ts'
import { type Database, newId } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Completion, Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { above, below } from './branches.ts'
import { type Changed, changeTask, refuseDeleted } from './tasks.ts'

type Person = Pick<User, 'id'>

/**
 * Completes a task and all below it that is open, and writes each into the logbook. Completing a task that is completed
 * changes nothing, however many do it in one moment. Refuses a task that does not exist for `user`.
 */
export const completeTask = (db: Database, user: Person, id: string, asked: Asked): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.completed' }, (write, task) => finish(write, user, task, 'done'))

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
  await write.insert('completions', {
    id: newId(),
    task_id: task.id,
    list_id: task.list_id,
    user_id: user.id,
    title: task.title,
    due_day: task.due_day,
    due_time: task.due_time,
    completed_at: instant(write.now),
    kind,
    deleted_at: null,
  })
  return write.update('tasks', task.id, { completed_at: instant(write.now), cancelled: kind === 'skipped' ? 1 : 0 })
}

async function reopen(write: Write, id: string): Promise<Task> {
  await forgetCompletions(write, id)
  return write.update('tasks', id, { completed_at: null, cancelled: 0 })
}

async function forgetCompletions(write: Write, id: string): Promise<void> {
  const completions = await write.trx
    .selectFrom('completions')
    .select('id')
    .where('task_id', '=', id)
    .where('deleted_at', 'is', null)
    .execute()
  for (const completion of completions) await write.remove('completions', completion.id)
}
