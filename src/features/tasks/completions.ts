import type { Day } from '#core/days.ts'
import { instant } from '#core/time.ts'
import { type Db, newId } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Completion, Task, User } from '#db/schema.ts'

/** Writes into the logbook that a task, as it is due now, was done or passed over. */
export const logCompletion = (
  write: Write,
  user: Pick<User, 'id'>,
  task: Task,
  kind: Completion['kind'],
): Promise<void> =>
  write.insert('completions', {
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

/** Strikes out of the logbook what closed the task. Earlier occurrences of a repeating one stay in it: they were done. */
export async function forgetCompletion(write: Write, { id, completed_at, recurrence }: Task): Promise<void> {
  if (completed_at === null) return
  const completions = await write.trx
    .selectFrom('completions')
    .select(['id', 'completed_at'])
    .where('task_id', '=', id)
    .where('deleted_at', 'is', null)
    .execute()
  for (const completion of completions) {
    if (recurrence === null || completion.completed_at === completed_at)
      await write.remove('completions', completion.id)
  }
}

/** Whether the logbook says that the occurrence of this day was done or passed over. */
export async function isInLogbook(db: Db, task: string, due_day: Day): Promise<boolean> {
  const found = await db
    .selectFrom('completions')
    .select('id')
    .where('task_id', '=', task)
    .where('due_day', '=', due_day)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}
