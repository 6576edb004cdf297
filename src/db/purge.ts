import { type Database, type Db, kindOf } from './db.ts'

const AT_ONCE = 200

/** Rows that are gone for good, of which one of these is true. `lists` names lists; without it they are those of all. */
export type Gone = {
  /** Deleted at this instant or before. */
  until: string
  lists?: string[]
}

/**
 * Removes for good what was deleted: the tasks with their completions and links to labels, a few hundred at a time,
 * `most` of them at most. What the journal says of them is blanked, and that there was something stays. What was below
 * such a task and is not gone itself becomes a task of its own. Returns how many tasks were removed.
 */
export async function purgeTasks(db: Database, gone: Gone, most = 10_000): Promise<number> {
  let count = 0
  while (count < most) {
    const some = await db.transact(async (trx) => removeTasks(trx, await goneTasks(trx, gone)))
    count += some
    if (some === 0) break
  }
  return count
}

/** Removes for good the lists that were deleted, once `purgeTasks` has removed all tasks in them, with their sections. */
export async function purgeLists(db: Database, { until, lists }: Gone): Promise<void> {
  await db.transact(async (trx) => {
    const removed = await trx
      .deleteFrom('lists')
      .where('deleted_at', '<=', until)
      .$if(lists !== undefined, (query) => query.where('id', 'in', lists as string[]))
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('tasks').select('tasks.id').whereRef('tasks.list_id', '=', 'lists.id'))),
      )
      .returning('id')
      .execute()
    await blank(
      trx,
      removed.map(({ id }) => id),
    )
  })
}

/** Some tasks that are gone: deleted themselves, or with their list. Nobody can bring them back while this goes on. */
async function goneTasks(trx: Db, { until, lists }: Gone): Promise<string[]> {
  if (lists?.length === 0) return []
  const inLists = trx
    .selectFrom('tasks')
    .select('id')
    .limit(AT_ONCE)
    .$if(lists !== undefined, (query) => query.where('list_id', 'in', lists as string[]))
    .$if(kindOf(trx) === 'postgres', (query) => query.forUpdate())
  const deleted = await inLists.where('deleted_at', '<=', until).execute()
  const found = deleted.length > 0 ? deleted : await inLists.where('list_id', 'in', listsGone(trx, until)).execute()
  return found.map(({ id }) => id)
}

const listsGone = (trx: Db, until: string) => trx.selectFrom('lists').select('id').where('deleted_at', '<=', until)

async function removeTasks(trx: Db, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0
  const links = await trx.selectFrom('task_labels').select('id').where('task_id', 'in', ids).execute()
  const completions = await trx.selectFrom('completions').select('id').where('task_id', 'in', ids).execute()
  // Whatever is below a task goes with it, unless it is set free before.
  await trx
    .updateTable('tasks')
    .set({ parent_id: null })
    .where('parent_id', 'in', ids)
    .where('id', 'not in', ids)
    .execute()
  await trx.deleteFrom('tasks').where('id', 'in', ids).execute()
  await blank(trx, [...ids, ...[...links, ...completions].map(({ id }) => id)])
  return ids.length
}

async function blank(trx: Db, rows: string[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 1000) {
    await trx
      .updateTable('changes')
      .set({ before: null, after: null })
      .where('row_id', 'in', rows.slice(i, i + 1000))
      .execute()
  }
}
