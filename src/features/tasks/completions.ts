import type { Day } from '#core/days.ts'
import { instant } from '#core/time.ts'
import { type Db, newId } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Completion, Task, User } from '#db/schema.ts'
import { inParts } from './branches.ts'

/** Writes into the logbook that a task, as it is due now, was done or passed over. */
export const logCompletion = (
  write: Write,
  user: Pick<User, 'id'>,
  task: Task,
  kind: Completion['kind'],
): Promise<void> => logCompletions(write, user, [task], kind)

/** The same for many tasks. */
export const logCompletions = (
  write: Write,
  user: Pick<User, 'id'>,
  tasks: Task[],
  kind: Completion['kind'],
): Promise<void> =>
  write.insertAll(
    'completions',
    tasks.map((task) => ({
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
    })),
  )

/**
 * Strikes out of the logbook what closed these tasks. What was done in earlier rounds stays in it: the occurrences of a
 * repeating task, and those of its subtasks, which repeat with it.
 */
export async function forgetCompletions(write: Write, tasks: Task[]): Promise<void> {
  const closed = new Map(tasks.filter(({ completed_at }) => completed_at !== null).map((task) => [task.id, task]))
  for (const ids of inParts([...closed.keys()])) {
    const completions = await write.trx
      .selectFrom('completions')
      .select(['id', 'task_id', 'completed_at'])
      .where('task_id', 'in', ids)
      .where('deleted_at', 'is', null)
      .execute()
    const forgotten = completions.filter(
      ({ task_id, completed_at }) => completed_at === closed.get(task_id)?.completed_at,
    )
    const deleted_at = instant(write.now)
    await write.updateAll('completions', new Map(forgotten.map(({ id }) => [id, { deleted_at }])))
  }
}

/** Whether the logbook says that the occurrence of this day (or the one without a day) was done or passed over. */
export async function isInLogbook(db: Db, task: string, due_day: Day | null): Promise<boolean> {
  const found = await db
    .selectFrom('completions')
    .select('id')
    .where('task_id', '=', task)
    .where('due_day', due_day === null ? 'is' : '=', due_day)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}
