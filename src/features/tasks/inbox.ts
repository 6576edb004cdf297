import type { ExpressionBuilder } from 'kysely'
import { isId } from '#core/ids.ts'
import { instant } from '#core/time.ts'
import type { Db } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'
import { inboxOf, listsOf } from '#features/lists/lists.ts'
import { type Row, rowColumns, tasksOf } from './tasks.ts'

type Person = Pick<User, 'id'>

/** How many rows a page has. */
export const PAGE = 50

/** A row with the place at which it stands, from which the next page can go on. */
export type PlacedRow = Row & { position: string }

/** Where a page begins: below this task, which may have moved on since. */
export type Cursor = { id: string; position: string }

/** The Inbox of `user`: which list it is, and how many tasks are open and were completed since `today` began. */
export const inboxWithCounts = (db: Db, user: Person, today: Date) =>
  inboxesOf(db, user)
    .select((eb) => [
      eb
        .selectFrom('tasks')
        .select((task) => task.fn.countAll<number>().as('count'))
        .whereRef('tasks.list_id', '=', 'lists.id')
        .where('tasks.completed_at', 'is', null)
        .where('tasks.deleted_at', 'is', null)
        .$asScalar()
        .$notNull()
        .as('open'),
      doneSince(eb, today).$asScalar().$notNull().as('doneToday'),
    ])
    .executeTakeFirstOrThrow()

/** How many tasks of the Inbox were completed since `today` began. */
export async function countDoneToday(db: Db, user: Person, today: Date): Promise<number> {
  const { count } = await inboxesOf(db, user)
    .select((eb) => doneSince(eb, today).$asScalar().$notNull().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** One page of the open tasks of a list, in their order, and the row that follows if there is one. */
export async function openRows(
  db: Db,
  user: Person,
  list: string,
  after: Cursor | undefined,
): Promise<{ rows: PlacedRow[]; next: PlacedRow | undefined }> {
  let query = tasksOf(db, user)
    .select([...rowColumns, 'tasks.position'])
    .where('tasks.list_id', '=', list)
    .where('tasks.completed_at', 'is', null)
    .orderBy('tasks.position')
    .orderBy('tasks.id')
    .limit(PAGE + 1)
  if (after) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('tasks.position', 'tasks.id'), '>', tuple(after.position, after.id)),
    )
  }
  const rows = await query.execute()
  return { rows: rows.slice(0, PAGE), next: rows[PAGE] }
}

/**
 * The place that a link to older rows names: `?after=ID&at=POSITION`. A link without a position goes on from
 * where the task stands, or stood when it was completed or deleted. Undefined is the top.
 */
export async function inboxCursor(db: Db, user: Person, id?: string, at?: string): Promise<Cursor | undefined> {
  if (id === undefined || !isId(id)) return undefined
  if (at !== undefined && /^[0-9A-Za-z]{1,500}$/.test(at)) return { id, position: at }
  const inbox = await inboxOf(db, user)
  return db
    .selectFrom('tasks')
    .select(['id', 'position'])
    .where('id', '=', id)
    .where('list_id', '=', inbox.id)
    .executeTakeFirst()
}

const inboxesOf = (db: Db, user: Person) =>
  listsOf(db, user)
    .clearSelect()
    .select('lists.id')
    .where('lists.owner_id', '=', user.id)
    .where('lists.kind', '=', 'inbox')

const doneSince = (eb: ExpressionBuilder<Tables, 'lists'>, today: Date) =>
  eb
    .selectFrom('completions')
    .innerJoin('tasks', 'tasks.id', 'completions.task_id')
    .select((done) => done.fn.countAll<number>().as('count'))
    .whereRef('completions.list_id', '=', 'lists.id')
    .where('completions.completed_at', '>=', instant(today))
    .where('completions.deleted_at', 'is', null)
    .where('tasks.deleted_at', 'is', null)
