import type { Db } from '#db/db.ts'
import type { Label, User } from '#db/schema.ts'
import { familiesIn } from './families.ts'
import { PAGE } from './listing.ts'
import { type Row, rowColumns, withDetails } from './seen.ts'
import { tasksOf } from './tasks.ts'

type Person = Pick<User, 'id'>

/**
 * A page of the open tasks with a label, those that were added last first, below the task `after`; and the last one when
 * more follow. What is in an archived list is out of sight.
 */
export async function rowsWithLabel(
  db: Db,
  user: Person,
  label: Pick<Label, 'id'>,
  after?: string,
): Promise<{ rows: (Row & { depth: number })[]; next: string | undefined }> {
  // An id says when it was made, so the index has them in their order.
  const found = await tasksOf(db, user)
    .innerJoin('task_labels as link', 'link.task_id', 'tasks.id')
    .select(rowColumns)
    .where('link.label_id', '=', label.id)
    .where('link.is_open', '=', 1)
    .where('link.deleted_at', 'is', null)
    .where('lists.archived_at', 'is', null)
    .$if(after !== undefined, (query) => query.where('link.task_id', '<', after!))
    .orderBy('link.task_id', 'desc')
    .limit(PAGE + 1)
    .execute()
  const rows = await withDetails(db, found.slice(0, PAGE))
  return { rows: familiesIn(rows), next: found.length > PAGE ? found[PAGE - 1]!.id : undefined }
}
