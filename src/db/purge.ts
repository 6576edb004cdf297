import { type DeleteQueryBuilder, type DeleteResult, sql } from 'kysely'
import type { Database, Db } from './db.ts'
import type { JournaledTable, Tables } from './schema.ts'

const AT_ONCE = 200

/** Rows that are gone for good. */
export type Gone = {
  /** Deleted at this instant or before. */
  until: string
  /** In these lists; without it in those of all. */
  lists?: string[]
}

/**
 * Removes for good the tasks that were deleted, with their completions and links to labels: a few hundred at a time, and
 * about `most` of them at most. What the journal says of them is blanked, and that there was something stays. What was
 * below such a task and is not gone itself becomes a task of its own. Returns how many tasks were removed.
 */
export async function purgeTasks(db: Database, gone: Gone, most = 10_000): Promise<number> {
  let count = 0
  for (const list of await listsWithGone(db, 'tasks', gone)) {
    while (count < most) {
      const some = await removeFrom(db, list, (trx) => deletedIn(trx, 'tasks', list, gone.until))
      count += some
      if (some < AT_ONCE) break
    }
  }
  return count
}

/**
 * Removes for good the lists that were deleted, with all that is in them: about `most` tasks at most, the rest at the next
 * call. From the first step on nobody can bring such a list back, so that nobody gets a part of it.
 */
export async function purgeLists(db: Database, gone: Gone, most = 10_000): Promise<void> {
  let count = 0
  for (const { id, owner_id } of await goneLists(db, gone)) {
    if (!(await leaveToNobody(db, id, owner_id, gone.until))) continue
    while (count < most) {
      const some = await removeFrom(db, id, (trx) => tasksIn(trx, id))
      count += some
      if (some === 0) break
    }
    if (count >= most) return
    await removeEntries(db, id)
    await removeList(db, id)
  }
}

/**
 * Removes for good the sections, labels and filters that were deleted, labels also from the tasks on which they were, and
 * what they were called from the journal. A section stays as long as an undo has left tasks in it.
 */
export async function purgeNamed(db: Database, gone: Gone): Promise<void> {
  for (const list of await listsWithGone(db, 'sections', gone)) {
    await db.transact(async (trx) => {
      await lockList(trx, list)
      const ids = await emptySections(trx, list, gone.until)
      if (ids.length > 0) await trx.deleteFrom('sections').where('id', 'in', ids).execute()
      await blank(trx, 'sections', ids)
    })
  }
  for (const owner of await ownersWithGone(db, gone.until)) {
    await db.transact(async (trx) => {
      await lockOwner(trx, owner)
      await blank(trx, 'labels', await removed(trx.deleteFrom('labels'), owner, gone.until))
      await blank(trx, 'filters', await removed(trx.deleteFrom('filters'), owner, gone.until))
    })
  }
}

/**
 * Removes a person with all that is theirs: their lists and what is in them, a few hundred tasks at a time, their labels,
 * filters and history, and then the row, with which everything else goes. They must not be able to come in any more. What
 * was interrupted goes on at the next call.
 */
export async function purgePerson(db: Database, { id }: { id: string }, now: string): Promise<void> {
  await db.transact(async (trx) => {
    await lockOwner(trx, id)
    const own = trx.updateTable('lists').set({ deleted_at: now }).where('owner_id', '=', id)
    await own.where('deleted_at', 'is', null).execute()
  })
  const lists = await db.selectFrom('lists').select('id').where('owner_id', '=', id).execute()
  await purgeLists(db, { until: now, lists: idsOf(lists) }, Number.POSITIVE_INFINITY)
  await removeHistory(db, id)
  await db.deleteFrom('users').where('id', '=', id).execute()
}

// --- what is gone ---

async function listsWithGone(db: Db, table: 'tasks' | 'sections', { until, lists }: Gone): Promise<string[]> {
  if (lists?.length === 0) return []
  const rows = await db
    .selectFrom(table)
    .select('list_id')
    .distinct()
    .where('deleted_at', '<=', until)
    .$if(lists !== undefined, (query) => query.where('list_id', 'in', lists as string[]))
    .execute()
  return rows.map(({ list_id }) => list_id)
}

async function deletedIn(trx: Db, table: 'tasks' | 'sections', list: string, until: string): Promise<string[]> {
  const rows = await trx
    .selectFrom(table)
    .select('id')
    .where('list_id', '=', list)
    .where('deleted_at', '<=', until)
    .limit(AT_ONCE)
    .execute()
  return idsOf(rows)
}

async function tasksIn(trx: Db, list: string): Promise<string[]> {
  const rows = await trx.selectFrom('tasks').select('id').where('list_id', '=', list).limit(AT_ONCE).execute()
  return idsOf(rows)
}

async function emptySections(trx: Db, list: string, until: string): Promise<string[]> {
  const deleted = await deletedIn(trx, 'sections', list, until)
  if (deleted.length === 0) return []
  const used = await trx
    .selectFrom('tasks')
    .select('section_id')
    .where('section_id', 'in', deleted)
    .distinct()
    .execute()
  return deleted.filter((id) => !used.some(({ section_id }) => section_id === id))
}

/** The lists that are gone. One that nobody belongs to any more was begun and not finished. */
const goneLists = (db: Db, { until, lists }: Gone): Promise<{ id: string; owner_id: string }[]> =>
  db
    .selectFrom('lists')
    .select(['id', 'owner_id'])
    .where('deleted_at', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('deleted_at', '<=', until),
        eb.not(
          eb.exists(eb.selectFrom('list_members').select('list_id').whereRef('list_members.list_id', '=', 'lists.id')),
        ),
      ]),
    )
    .$if(lists !== undefined, (query) => query.where('id', 'in', lists as string[]))
    .execute()

async function ownersWithGone(db: Db, until: string): Promise<string[]> {
  const tables = ['labels', 'filters'] as const
  const rows = await Promise.all(
    tables.map((table) =>
      db.selectFrom(table).select('owner_id').distinct().where('deleted_at', '<=', until).execute(),
    ),
  )
  return [...new Set(rows.flat().map(({ owner_id }) => owner_id))]
}

// --- how it goes ---

// The same locks as those of the journal: nobody brings back, or moves, what is being removed.
const lockList = (trx: Db, id: string) =>
  trx.updateTable('lists').set({ seq: sql`seq + 1` }).where('id', '=', id).execute()

const lockOwner = (trx: Db, id: string) =>
  trx.updateTable('users').set({ seq: sql`seq + 1` }).where('id', '=', id).execute()

/** Takes a deleted list from all who belong to it; false when somebody has brought it back. */
const leaveToNobody = (db: Database, id: string, owner: string, until: string): Promise<boolean> =>
  db.transact(async (trx) => {
    await lockOwner(trx, owner)
    const list = await trx.selectFrom('lists').select('deleted_at').where('id', '=', id).executeTakeFirst()
    const members = trx.selectFrom('list_members').select('user_id').where('list_id', '=', id)
    const isBegun = (await members.limit(1).executeTakeFirst()) === undefined
    if (!list || list.deleted_at === null || (list.deleted_at > until && !isBegun)) return false
    await trx.deleteFrom('list_members').where('list_id', '=', id).execute()
    return true
  })

/** Removes tasks of one list, and says how many. */
const removeFrom = (db: Database, list: string, find: (trx: Db) => Promise<string[]>): Promise<number> =>
  db.transact(async (trx) => {
    await lockList(trx, list)
    const ids = await find(trx)
    if (ids.length > 0) await removeTasks(trx, list, ids)
    return ids.length
  })

async function removeTasks(trx: Db, list: string, ids: string[]): Promise<void> {
  const links = await trx.selectFrom('task_labels').select('id').where('task_id', 'in', ids).execute()
  const completions = await trx.selectFrom('completions').select('id').where('task_id', 'in', ids).execute()
  // Whatever is below a task goes with it, unless it is set free before.
  await trx
    .updateTable('tasks')
    .set({ parent_id: null })
    .where('parent_id', 'in', ids)
    .where('id', 'not in', ids)
    .execute()
  const { open } = await trx
    .selectFrom('tasks')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .where('id', 'in', ids)
    .where('completed_at', 'is', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  await trx
    .updateTable('lists')
    .set({ open_tasks: sql`open_tasks - ${Number(open)}` })
    .where('id', '=', list)
    .execute()
  await trx.deleteFrom('tasks').where('id', 'in', ids).execute()
  await blank(trx, 'tasks', ids)
  await blank(trx, 'task_labels', idsOf(links))
  await blank(trx, 'completions', idsOf(completions))
}

// They would go with the list, all in one statement. Others write in the meantime.
async function removeEntries(db: Database, list: string): Promise<void> {
  for (let isMore = true; isMore; ) {
    isMore = await db.transact(async (trx) => {
      const some = trx.selectFrom('changes').select('id').where('list_id', '=', list).limit(1000)
      const { numDeletedRows } = await trx.deleteFrom('changes').where('id', 'in', some).executeTakeFirstOrThrow()
      return numDeletedRows > 0n
    })
  }
}

// In pieces, as others write in the meantime.
async function removeHistory(db: Database, person: string): Promise<void> {
  for (let isMore = true; isMore; ) {
    isMore = await db.transact(async (trx) => {
      const changes = trx.selectFrom('changes').select('id').where('user_id', '=', person).limit(1000)
      const ops = trx.selectFrom('ops').select('op_id').where('user_id', '=', person).limit(1000)
      const one = await trx.deleteFrom('changes').where('id', 'in', changes).executeTakeFirstOrThrow()
      const own = trx.deleteFrom('ops').where('user_id', '=', person)
      const other = await own.where('op_id', 'in', ops).executeTakeFirstOrThrow()
      return one.numDeletedRows + other.numDeletedRows > 0n
    })
  }
}

const removeList = (db: Database, id: string): Promise<void> =>
  db.transact(async (trx) => {
    await trx.deleteFrom('lists').where('id', '=', id).execute()
    await blank(trx, 'lists', [id])
  })

async function removed(
  query: DeleteQueryBuilder<Tables, 'labels' | 'filters', DeleteResult>,
  owner: string,
  until: string,
): Promise<string[]> {
  const rows = await query.where('owner_id', '=', owner).where('deleted_at', '<=', until).returning('id').execute()
  return idsOf(rows)
}

// Whoever adds something chooses its id, so what has the same id in another table may still be there.
async function blank(trx: Db, table: JournaledTable, rows: string[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 1000) {
    await trx
      .updateTable('changes')
      .set({ before: null, after: null })
      .where('row_id', 'in', rows.slice(i, i + 1000))
      .where('table_name', '=', table)
      .execute()
  }
}

const idsOf = (rows: { id: string }[]): string[] => rows.map(({ id }) => id)
