import { type Expression, type SqlBool, sql } from 'kysely'
import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
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

/** Where a task stands among those that a filter lets through. */
type Place = (string | number)[]

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
  // Each list is read along its index and for one page only, so it does not matter how much there is in it.
  const parts = isOnce ? [lists] : lists.map((list) => [list])
  const pages = await Promise.all(parts.map((part) => order.page(db, user, part, condition, most, behind)))
  const rows = pages.flat().sort((a, b) => order.compare(placeOf(a), placeOf(b)))
  return rows.slice(0, most).map(({ id }) => id)
}

const day = sql<string>`coalesce(tasks.due_day, '9999-99-99')`
const time = sql<string>`coalesce(tasks.due_time, '99:99')`

const open = {
  page: (db: Db, user: Person, lists: string[], condition: Expression<SqlBool>, most: number, behind?: Place) =>
    placed(db, user)
      .where('tasks.list_id', 'in', lists)
      .where('tasks.completed_at', 'is', null)
      .where(condition)
      .$if(behind !== undefined, (query) =>
        query.where(sql<SqlBool>`(${day}, ${time}, tasks.priority, tasks.id) > (${sql.join(behind ?? [])})`),
      )
      .orderBy(day)
      .orderBy(time)
      .orderBy('tasks.priority')
      .orderBy('tasks.id')
      .limit(most)
      .execute(),
  placeOf: async (db: Db, user: Person, id: string) =>
    found(await placed(db, user).where('tasks.id', '=', id).execute()),
  compare: (a: Place, b: Place) => compared(a, b),
}

const done = {
  page: (db: Db, user: Person, lists: string[], condition: Expression<SqlBool>, most: number, behind?: Place) =>
    doneAt(db, user)
      .where('tasks.list_id', 'in', lists)
      .where('tasks.completed_at', 'is not', null)
      .where(condition)
      .$if(behind !== undefined, (query) =>
        query.where(sql<SqlBool>`(tasks.completed_at, tasks.id) < (${sql.join(behind ?? [])})`),
      )
      .orderBy('tasks.completed_at', 'desc')
      .orderBy('tasks.id', 'desc')
      .limit(most)
      .execute(),
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
