import type { Day } from '#core/days.ts'
import { instant } from '#core/time.ts'
import { type Db, newId } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Completion, Task, User } from '#db/schema.ts'
import { inParts } from './branches.ts'

/** Writes into the logbook that tasks, as they are due now, were done or passed over. */
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

/** Those of these tasks of which the logbook says that the occurrence of this day (null: without one) was done or passed over. */
export async function inLogbook(db: Db, occurrences: Map<string, Day | null>): Promise<Set<string>> {
  const found = new Set<string>()
  for (const some of inParts([...occurrences])) {
    const days = [...new Set(some.map(([, day]) => day).filter((day) => day !== null))]
    const rows = await db
      .selectFrom('completions')
      .select(['task_id', 'due_day'])
      .where(
        'task_id',
        'in',
        some.map(([id]) => id),
      )
      .where(({ eb, or }) => or([eb('due_day', 'is', null), ...(days.length > 0 ? [eb('due_day', 'in', days)] : [])]))
      .where('deleted_at', 'is', null)
      .execute()
    for (const { task_id, due_day } of rows) if (occurrences.get(task_id) === due_day) found.add(task_id)
  }
  return found
}

/** What the logbook says last of a task (of its occurrence of `day`, if one is given): that it was done or passed over. */
export async function lastKind(db: Db, task: string, day?: Day | null): Promise<Completion['kind'] | undefined> {
  const last = await db
    .selectFrom('completions')
    .select('kind')
    .where('task_id', '=', task)
    .where('deleted_at', 'is', null)
    .$if(day !== undefined, (query) => query.where('due_day', day === null ? 'is' : '=', day as Day | null))
    .orderBy('completed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.kind
}
