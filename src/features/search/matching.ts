import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Db, kindOf } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { tasksOf } from '#features/tasks/tasks.ts'
import { fewWith } from './labelled.ts'
import type { Reach } from './reach.ts'

type Person = Pick<User, 'id'>

/** What is asked of the tasks, of which lists, and whether of their open or of their completed ones. */
export type Question = {
  condition: Expression<SqlBool>
  /** How many conditions that one is made of. */
  conditions: number
  lists: string[]
  /** Where alone there can be any. */
  reach: Reach
  isOpen: boolean
  /** The condition costs something to begin with, so it is asked once, not for each list. */
  isOnce: boolean
}

/**
 * The ids of the first tasks that a filter lets through, `most` at the most, from behind the task `after`. Open ones
 * stand by when they are due, then by priority; completed ones by when they were completed, the latest first. Which
 * lists `user` may see has been asked before.
 */
export async function matching(
  db: Db,
  user: Person,
  question: Question,
  most: number,
  after?: string,
): Promise<string[]> {
  const order = question.isOpen ? open : done
  const { lists: within } = question.reach
  const lists = question.lists.filter((list) => within === undefined || within.includes(list))
  const behind = after === undefined ? undefined : await order.placeOf(db, user, after)
  const from = (isIn: RawBuilder<unknown>) =>
    sql`${order.tasks(question.reach)} and ${isIn} and ${question.condition} ${behind ? order.isBehind(behind) : nothing}`
  const few = await fewWith(db, question.reach.labels ?? [], question.isOpen)
  const rows = await inLists(db, lists, { ...question, few }, { from, end: sql`order by ${order.by} limit ${most}` })
  const sorted = rows.sort((a, b) => order.compare(placeOf(a), placeOf(b)))
  return sorted.slice(0, most).map(({ id }) => id)
}

/** Where a task stands among those that a filter lets through. */
type Place = (string | number)[]
type Placed = Record<string, string | number> & { id: string }
/** The tasks of the lists of which something is said, and the order of them with its end. */
type Page = { from: (isIn: RawBuilder<unknown>) => RawBuilder<unknown>; end: RawBuilder<unknown> }
/** `few` says that a task is among some that are known and are not many. */
type Walk = Pick<Question, 'isOnce' | 'conditions'> & { few: RawBuilder<unknown> | undefined }

// SQLite compares each value of a statement with all others before it begins, and a condition has four at the most.
const MOST_CONDITIONS = 300
const MOST_LISTS = 30

/**
 * A page of the tasks of all these lists, each read along its index and only as far as needed. SQLite does so by itself,
 * in one order through all of them. PostgreSQL would take longer to plan that than to read a page of each. Where there
 * can only be few, these are looked at instead, and put in order.
 */
async function inLists(db: Db, lists: string[], walk: Walk, { from, end }: Page): Promise<Placed[]> {
  const { isOnce, conditions, few } = walk
  const ask = async (query: RawBuilder<unknown>) => (await sql<Placed>`${query} ${end}`.execute(db)).rows
  if (lists.length === 0) return []
  // The sign keeps SQLite from the indexes of the lists.
  if (few)
    return ask(from(sql`${few} and ${kindOf(db) === 'sqlite' ? sql`+` : nothing}tasks.list_id in (${sql.join(lists)})`))
  if (isOnce) return ask(from(sql`tasks.list_id in (${sql.join(lists)})`))
  if (kindOf(db) === 'postgres') {
    return ask(sql`select one.* from unnest(array[${sql.join(lists)}]) as part (id)
      cross join lateral (${from(sql`tasks.list_id = part.id`)} ${end}) as one`)
  }
  const together = Math.min(MOST_LISTS, Math.ceil(MOST_CONDITIONS / conditions))
  const rows: Placed[] = []
  for (let i = 0; i < lists.length; i += together) {
    const each = lists.slice(i, i + together).map((list) => from(sql`tasks.list_id = ${list}`))
    rows.push(...(await ask(sql.join(each, sql` union all `))))
  }
  return rows
}

const day = sql<string>`coalesce(tasks.due_day, '9999-99-99')`
const time = sql<string>`coalesce(tasks.due_time, '99:99')`
const nothing = sql``

const open = {
  tasks: ({ from, until }: Reach) => sql`select ${day} as day, ${time} as time, tasks.priority, tasks.id from tasks
    where tasks.completed_at is null and tasks.deleted_at is null
    ${from === undefined ? nothing : sql`and ${day} >= ${from}`} ${until === undefined ? nothing : sql`and ${day} < ${until}`}`,
  isBehind: (place: Place) => sql`and (${day}, ${time}, tasks.priority, tasks.id) > (${sql.join(place)})`,
  by: sql`day, time, priority, id`,
  placeOf: async (db: Db, user: Person, id: string) => {
    const columns = [day.as('day'), time.as('time'), 'tasks.priority', 'tasks.id'] as const
    return found(await tasksOf(db, user).select(columns).where('tasks.id', '=', id).execute())
  },
  compare: (a: Place, b: Place) => compared(a, b),
}

const done = {
  tasks: (_: Reach) => sql`select tasks.completed_at as at, tasks.id from tasks
    where tasks.completed_at is not null and tasks.deleted_at is null`,
  isBehind: (place: Place) => sql`and (tasks.completed_at, tasks.id) < (${sql.join(place)})`,
  by: sql`at desc, id desc`,
  placeOf: async (db: Db, user: Person, id: string) => {
    const columns = [sql<string>`coalesce(tasks.completed_at, '')`.as('at'), 'tasks.id'] as const
    return found(await tasksOf(db, user).select(columns).where('tasks.id', '=', id).execute())
  },
  compare: (a: Place, b: Place) => compared(b, a),
}

const placeOf = (row: Record<string, string | number>): Place => Object.values(row)

const found = ([row]: Record<string, string | number>[]): Place | undefined => row && placeOf(row)

function compared(a: Place, b: Place): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1
}
