import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'

type Person = Pick<User, 'id'>

/** So many rows are read at a time. */
const AT_ONCE = 1000

/** Reads what `query` finds after a key, some rows at a time, until there is no more. The rows are in the order of `key`. */
async function* inPieces<R>(query: (after: string) => Promise<R[]>, key: (row: R) => string): AsyncGenerator<R[]> {
  let after = ''
  for (;;) {
    const rows = await query(after)
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < AT_ONCE) return
    after = key(last)
  }
}

const listsOwned = (db: Db, user: Person) => db.selectFrom('lists').select('lists.id').where('owner_id', '=', user.id)

/** The lists of `user`, also those in the Trash. */
export const ownLists = (db: Db, user: Person) =>
  db
    .selectFrom('lists')
    .select(['id', 'kind', 'name', 'color', 'position', 'archived_at', 'created_at', 'deleted_at'])
    .where('owner_id', '=', user.id)
    .orderBy('id')
    .execute()

/** The sections of these lists. */
export const ownSections = (db: Db, user: Person) =>
  db
    .selectFrom('sections')
    .select(['id', 'list_id', 'name', 'position', 'created_at', 'deleted_at'])
    .where('list_id', 'in', listsOwned(db, user))
    .orderBy('id')
    .execute()

/** The labels of `user`. */
export const ownLabels = (db: Db, user: Person) =>
  db
    .selectFrom('labels')
    .select(['id', 'name', 'color', 'position', 'created_at', 'deleted_at'])
    .where('owner_id', '=', user.id)
    .orderBy('id')
    .execute()

/** The searches to which `user` gave names. */
export const ownFilters = (db: Db, user: Person) =>
  db
    .selectFrom('filters')
    .select(['id', 'name', 'query', 'color', 'position', 'created_at', 'deleted_at'])
    .where('owner_id', '=', user.id)
    .orderBy('id')
    .execute()

/** The tasks in the lists of `user`, also done and deleted ones, each with the ids of its labels. */
export async function* ownTasks(db: Db, user: Person) {
  for await (const tasks of inPieces(
    (after) => tasksAfter(db, user, after),
    ({ id }) => id,
  )) {
    const labels = Map.groupBy(await labelsOf(db, tasks), ({ task_id }) => task_id)
    yield tasks.map((task) => ({ ...task, labels: (labels.get(task.id) ?? []).map(({ label_id }) => label_id) }))
  }
}

/** A task as it is taken along. */
export type OwnTask = Awaited<ReturnType<typeof tasksAfter>>[number] & { labels: string[] }

const tasksAfter = (db: Db, user: Person, after: string) =>
  db
    .selectFrom('tasks')
    .select(['id', 'list_id', 'section_id', 'parent_id', 'title', 'notes', 'position', 'priority'])
    .select(['due_day', 'due_time', 'due_zone', 'start_day', 'deadline_day', 'minutes', 'recurrence'])
    .select(['created_at', 'completed_at', 'cancelled', 'deleted_at'])
    .where('list_id', 'in', listsOwned(db, user))
    .where('id', '>', after)
    .orderBy('id')
    .limit(AT_ONCE)
    .execute()

const labelsOf = (db: Db, tasks: { id: string }[]) =>
  db
    .selectFrom('task_labels')
    .select(['task_id', 'label_id'])
    .where('deleted_at', 'is', null)
    .where(
      'task_id',
      'in',
      tasks.map(({ id }) => id),
    )
    .orderBy('id')
    .execute()

/** What was completed or skipped in the lists of `user`, each time. */
export const ownCompletions = (db: Db, user: Person) =>
  inPieces(
    (after) =>
      db
        .selectFrom('completions')
        .select(['id', 'task_id', 'list_id', 'title', 'due_day', 'due_time', 'completed_at', 'kind', 'deleted_at'])
        .where('list_id', 'in', listsOwned(db, user))
        .where('id', '>', after)
        .orderBy('id')
        .limit(AT_ONCE)
        .execute(),
    ({ id }) => id,
  )
