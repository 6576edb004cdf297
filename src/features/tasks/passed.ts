import type { Day } from '#core/days.ts'
import type { Db } from '#db/db.ts'
import { inParts } from './branches.ts'
import { inLogbook } from './completions.ts'

/** For tasks by their ids the day of an occurrence; null is without a day. */
type Occurrences = Map<string, Day | null>

/**
 * Those of these tasks whose occurrence of this day is over: the logbook has it, and when the task was due on another day
 * next, that was because of it. A task that somebody brought back to the day by hand, and put off from there, has it open.
 */
export async function passedOf(db: Db, occurrences: Occurrences): Promise<Set<string>> {
  const logged = await inLogbook(db, occurrences)
  const byDay = Map.groupBy(logged, (id) => occurrences.get(id) as Day | null)
  const byHand = await Promise.all([...byDay].map(([day, ids]) => leftByHand(db, ids, day)))
  return logged.difference(new Set(byHand.flat()))
}

/** Those of these tasks that were due on `day` and went away from it last without being done or passed over. */
async function leftByHand(db: Db, tasks: string[], day: Day | null): Promise<string[]> {
  const left: string[] = []
  for (const some of inParts(tasks)) {
    const [last, done] = await Promise.all([lastLeft(db, some, day), loggedBy(db, some, day)])
    for (const [task, op] of last) if (!done.has(`${task} ${op}`)) left.push(task)
  }
  return left
}

/** The ops by which these tasks were given another day than `day` last. */
async function lastLeft(db: Db, tasks: string[], day: Day | null): Promise<Map<string, string>> {
  const found = await db
    .selectFrom('changes')
    .select(['row_id', 'op_id'])
    .where('row_id', 'in', tasks)
    .where('table_name', '=', 'tasks')
    // As the journal writes it. In a text of somebody the quotation marks would stand behind backslashes.
    .where('before', 'like', `%"due_day":${JSON.stringify(day)}%`)
    .orderBy('id')
    .execute()
  return new Map(found.map(({ row_id, op_id }) => [row_id, op_id]))
}

/** The ops by which the logbook came to say of these tasks that they were done or passed over on `day`: `TASK OP`. */
async function loggedBy(db: Db, tasks: string[], day: Day | null): Promise<Set<string>> {
  const found = await db
    .selectFrom('completions')
    .innerJoin('changes', 'changes.row_id', 'completions.id')
    .select(['completions.task_id', 'changes.op_id'])
    .where('completions.task_id', 'in', tasks)
    .where('completions.due_day', day === null ? 'is' : '=', day)
    .where('completions.deleted_at', 'is', null)
    .where('changes.table_name', '=', 'completions')
    // A completion that only goes to another list with its task says nothing new.
    .where(({ eb, or }) => or([eb('changes.before', 'is', null), eb('changes.before', 'like', '%"deleted_at":%')]))
    .execute()
  return new Set(found.map(({ task_id, op_id }) => `${task_id} ${op_id}`))
}
