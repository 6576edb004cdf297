import { instant } from '#core/time.ts'
import { type Database, newId } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Changed, changeTask, refuseDeleted } from './tasks.ts'

type Person = Pick<User, 'id'>

/**
 * Completes a task and writes it into the logbook. Completing a task that is completed changes nothing,
 * however many do it in one moment. Refuses a task that does not exist for `user`.
 */
export const completeTask = (db: Database, user: Person, id: string, asked: Asked): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.completed' }, async (write, task) => {
    refuseDeleted(task)
    // The list is locked and the task was read behind the lock: nobody else can be completing it now.
    if (task.completed_at !== null) return task
    await logCompletion(write, user, task)
    return write.update('tasks', id, { completed_at: instant(write.now) })
  })

/**
 * Reopens a completed task: it stands where it stood, and the logbook forgets its completion. Reopening an
 * open task changes nothing. Refuses a task that does not exist for `user`.
 */
export const reopenTask = (db: Database, user: Person, id: string, asked: Asked): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.reopened' }, async (write, task) => {
    refuseDeleted(task)
    if (task.completed_at === null) return task
    await forgetCompletions(write, id)
    return write.update('tasks', id, { completed_at: null })
  })

const logCompletion = (write: Write, user: Person, task: Task): Promise<void> =>
  write.insert('completions', {
    id: newId(),
    task_id: task.id,
    list_id: task.list_id,
    user_id: user.id,
    title: task.title,
    due_day: null,
    due_time: null,
    completed_at: instant(write.now),
    kind: 'done',
    deleted_at: null,
  })

async function forgetCompletions(write: Write, id: string): Promise<void> {
  const completions = await write.trx
    .selectFrom('completions')
    .select('id')
    .where('task_id', '=', id)
    .where('deleted_at', 'is', null)
    .execute()
  for (const completion of completions) await write.remove('completions', completion.id)
}
