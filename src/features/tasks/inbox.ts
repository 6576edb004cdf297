import type { ExpressionBuilder } from 'kysely'
import { isId } from '#core/ids.ts'
import { instant } from '#core/time.ts'
import { built } from '#db/built.ts'
import type { Db } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'
import { inboxOf, listsOf } from '#features/lists/lists.ts'
import { type Row, rowColumns, withDetails } from './seen.ts'
import { tasksOf } from './tasks.ts'

type Person = Pick<User, 'id'>

/** How many rows a page has. */
export const PAGE = 50

/** A row with the place at which it stands, from which the next page can go on. */
export type PlacedRow = Row & { position: string }

/** Where a page begins: below this task, which may have moved on since. */
export type Cursor = { id: string; position: string }

/** The Inbox of `user`: which list it is, and how many tasks are open and were completed since `today` began. */
export async function inboxWithCounts(db: Db, user: Person, today: Date): Promise<Inbox> {
  const [inbox] = await countedInbox(db, { user: user.id, since: instant(today) })
  if (!inbox) throw new Error('Somebody has no Inbox.')
  return inbox
}

type Inbox = { id: string; open: number; doneToday: number }

const countedInbox = built((db, { user, since }: { user: string; since: string }) =>
  inboxesOf(db, { id: user }).select((eb) => [
    'lists.open_tasks as open',
    doneSince(eb, since).$asScalar().$notNull().as('doneToday'),
  ]),
)

/** How many tasks of the Inbox were completed since `today` began. */
export async function countDoneToday(db: Db, user: Person, today: Date): Promise<number> {
  const { count } = await inboxesOf(db, user)
    .select((eb) => doneSince(eb, instant(today)).$asScalar().$notNull().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** One page of the open tasks of a list, in their order, and the row that follows if there is one. */
export async function openRows(
  db: Db,
  user: Person,
  list: string,
  after: Cursor | undefined,
): Promise<{ rows: PlacedRow[]; next: { id: string } | undefined }> {
  const rows = after ? await rowsAfter(db, user, list, after) : await firstRows(db, { user: user.id, list })
  return { rows: await withDetails(db, rows.slice(0, PAGE)), next: rows[PAGE] }
}

const firstRows = built((db, { user, list }: { user: string; list: string }) => rowsOf(db, { id: user }, list))

const rowsAfter = (db: Db, user: Person, list: string, { position, id }: Cursor) =>
  rowsOf(db, user, list)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('tasks.position', 'tasks.id'), '>', tuple(position, id)))
    .execute()

// One more than a page has, to see whether it goes on.
const rowsOf = (db: Db, user: Person, list: string) =>
  tasksOf(db, user)
    .select([...rowColumns, 'tasks.position'])
    .where('tasks.list_id', '=', list)
    .where('tasks.section_id', 'is', null)
    .where('tasks.parent_id', 'is', null)
    .where('tasks.completed_at', 'is', null)
    .orderBy('tasks.position')
    .orderBy('tasks.id')
    .limit(PAGE + 1)

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

const doneSince = (eb: ExpressionBuilder<Tables, 'lists'>, since: string) =>
  eb
    .selectFrom('completions')
    .innerJoin('tasks', 'tasks.id', 'completions.task_id')
    .select((done) => done.fn.countAll<number>().as('count'))
    .whereRef('completions.list_id', '=', 'lists.id')
    .where('completions.completed_at', '>=', since)
    .where('completions.deleted_at', 'is', null)
    .where('tasks.deleted_at', 'is', null)
