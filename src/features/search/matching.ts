import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely'
import { type Db, kindOf } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'
import { tasksOf } from '#features/tasks/tasks.ts'

type Person = Pick<User, 'id'>

/** What is asked of the tasks, of which lists, and whether of their open or of their completed ones. */
export type Question = {
  condition: Expression<SqlBool>
  lists: string[]
  isOpen: boolean
  /** The condition costs something to begin with, so it is asked once, not for each list. */
  isOnce: boolean
}

/**
 * The ids of the first tasks that a filter lets through, `most` at the most, from behind the task `after`. Open ones
 * stand by when they are due, then by priority; completed ones by when they were completed, the latest first.
 */
export async function matching(
  db: Db,
  user: Person,
  { condition, lists, isOpen, isOnce }: Question,
  most: number,
  after?: string,
): Promise<string[]> {
  const order = isOpen ? open : done
  const behind = after === undefined ? undefined : await order.placeOf(db, user, after)
  const page = (isIn: Expression<SqlBool>): Page =>
    order.page(db, user, { where: eb.and([isIn, condition]), behind, most })
  const rows = await inLists(db, lists, isOnce, page)
  const sorted = rows.sort((a, b) => order.compare(placeOf(a), placeOf(b)))
  return sorted.slice(0, most).map(({ id }) => id)
}

/** Where a task stands among those that a filter lets through. */
type Place = (string | number)[]
type Placed = Record<string, string | number> & { id: string }
type Page = ReturnType<typeof open.page> | ReturnType<typeof done.page>
type Wanted = { where: Expression<SqlBool>; behind: Place | undefined; most: number }

/**
 * What `page` finds in each of the lists. Each is read along its index and for one page only, so it does not matter how
 * much there is in it. PostgreSQL is asked once: it takes longer to plan a question than to answer it.
 */
async function inLists(
  db: Db,
  lists: string[],
  isOnce: boolean,
  page: (isIn: Expression<SqlBool>) => Page,
): Promise<Placed[]> {
  const ask = async (isIn: Expression<SqlBool>) => (await page(isIn).execute()) as Placed[]
  if (lists.length === 0) return []
  if (isOnce) return ask(sql`tasks.list_id in (${sql.join(lists)})`)
  if (kindOf(db) === 'sqlite') {
    return (await Promise.all(lists.map((list) => ask(sql`tasks.list_id = ${list}`)))).flat()
  }
  const { rows } = await sql<Placed>`select one.* from unnest(array[${sql.join(lists)}]) as part (id)
    cross join lateral (${page(sql`tasks.list_id = part.id`)}) as one`.execute(db)
  return rows
}

const eb = expressionBuilder<Tables, 'tasks'>()

const day = sql<string>`coalesce(tasks.due_day, '9999-99-99')`
const time = sql<string>`coalesce(tasks.due_time, '99:99')`

const open = {
  page: (db: Db, user: Person, { where, behind, most }: Wanted) =>
    placed(db, user)
      .where('tasks.completed_at', 'is', null)
      .where(where)
      .$if(behind !== undefined, (query) =>
        query.where(sql<SqlBool>`(${day}, ${time}, tasks.priority, tasks.id) > (${sql.join(behind ?? [])})`),
      )
      .orderBy(day)
      .orderBy(time)
      .orderBy('tasks.priority')
      .orderBy('tasks.id')
      .limit(most),
  placeOf: async (db: Db, user: Person, id: string) =>
    found(await placed(db, user).where('tasks.id', '=', id).execute()),
  compare: (a: Place, b: Place) => compared(a, b),
}

const done = {
  page: (db: Db, user: Person, { where, behind, most }: Wanted) =>
    doneAt(db, user)
      .where('tasks.completed_at', 'is not', null)
      .where(where)
      .$if(behind !== undefined, (query) =>
        query.where(sql<SqlBool>`(tasks.completed_at, tasks.id) < (${sql.join(behind ?? [])})`),
      )
      .orderBy('tasks.completed_at', 'desc')
      .orderBy('tasks.id', 'desc')
      .limit(most),
  placeOf: async (db: Db, user: Person, id: string) =>
    found(await doneAt(db, user).where('tasks.id', '=', id).execute()),
  compare: (a: Place, b: Place) => compared(b, a),
}

const placed = (db: Db, user: Person) =>
  tasksOf(db, user).select([day.as('day'), time.as('time'), 'tasks.priority', 'tasks.id'])

const doneAt = (db: Db, user: Person) =>
  tasksOf(db, user).select([sql<string>`coalesce(tasks.completed_at, '')`.as('at'), 'tasks.id'])

const placeOf = (row: Record<string, string | number>): Place => Object.values(row)

const found = ([row]: Record<string, string | number>[]): Place | undefined => row && placeOf(row)

function compared(a: Place, b: Place): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1
}
