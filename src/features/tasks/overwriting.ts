import type { Db } from '#db/db.ts'
import { changesOf } from '#db/journal.ts'
import type { User } from '#db/schema.ts'
import type { Edit } from './edit-fields.ts'

/** The columns in which the fields of an edit stand. How a task repeats is typed in other words than it is stored. */
const COLUMNS = {
  title: 'title',
  notes: 'notes',
  priority: 'priority',
  due_day: 'due_day',
  due_time: 'due_time',
  due_zone: 'due_zone',
  start_day: 'start_day',
  deadline_day: 'deadline_day',
  minutes: 'minutes',
  list: 'list_id',
  section: 'section_id',
  parent: 'parent_id',
  assignee: 'assignee_id',
} satisfies Partial<Record<keyof Edit, string>>

/**
 * The columns of the task `id` in which the op of an edit wrote over what somebody had put there since its sender saw
 * `was`. It is read from the journal, so a repeat of the edit gets the same answer.
 */
export async function overwrittenBy(
  db: Db,
  user: Pick<User, 'id'>,
  op: string,
  id: string,
  was: Edit,
): Promise<string[]> {
  const entries = await changesOf(db, user, op)
  const before = entries.find((entry) => entry.table === 'tasks' && entry.id === id)?.before
  if (!before) return []
  return (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[])
    .filter((name) => was[name] !== undefined && COLUMNS[name] in before && before[COLUMNS[name]] !== was[name])
    .map((name) => COLUMNS[name])
}
