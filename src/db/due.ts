import { type ExpressionBuilder, sql } from 'kysely'
import type { Day } from '#core/days.ts'
import { built } from './built.ts'
import type { Db } from './db.ts'
import type { Tables } from './schema.ts'

/**
 * What "due today" means for somebody: the id of the person, the day that is today for them, and the instant at which it
 * is over on their clocks. A due day without a zone is that day for whoever reads it; one with a zone is an instant.
 */
export type Today = { user: string; today: Day; end: string }

/** Open tasks in all lists of a person, as a query to narrow down. What is in an archived list is out of sight. */
export const openTasksOf = (db: Db, user: string) =>
  db
    .selectFrom('list_members as member')
    .innerJoin('lists', 'lists.id', 'member.list_id')
    .innerJoin('tasks', 'tasks.list_id', 'lists.id')
    .where('member.user_id', '=', user)
    .where('lists.deleted_at', 'is', null)
    .where('lists.archived_at', 'is', null)
    .where('tasks.completed_at', 'is', null)
    .where('tasks.deleted_at', 'is', null)

/** Those that are due today or were before, on a day without a zone. What has not started yet is not among them. */
export const dueByDay = (db: Db, { user, today }: Today) =>
  startedBy(db, user, today).where('tasks.due_at', 'is', null).where('tasks.due_day', '<=', today)

/** Those that are due today or were before, at an instant. */
export const dueByInstant = (db: Db, { user, today, end }: Today) =>
  startedBy(db, user, today).where('tasks.due_at', '<', end)

/** Those whose deadline is today or has passed, and which are not due by then: nobody should find that out too late. */
export const pressing = (db: Db, { user, today, end }: Today) =>
  startedBy(db, user, today)
    .where('tasks.deadline_day', '<=', today)
    .where((eb) =>
      eb.or([
        eb('tasks.due_day', 'is', null),
        eb('tasks.due_at', '>=', end),
        eb.and([eb('tasks.due_at', 'is', null), eb('tasks.due_day', '>', today)]),
      ]),
    )

/** How many tasks stand on the page Today. */
export async function countToday(db: Db, today: Today): Promise<number> {
  const [row] = await counted(db, today)
  return Number(row?.count ?? 0)
}

/** How many open tasks of a list start only after `today`, as a part of a query that has the table `lists`. */
export const startingLater = (eb: ExpressionBuilder<Tables, 'lists'>, today: Day) =>
  eb
    .selectFrom('tasks')
    .select((task) => task.fn.countAll<number>().as('count'))
    .whereRef('tasks.list_id', '=', 'lists.id')
    .where('tasks.start_day', '>', today)
    .where('tasks.completed_at', 'is', null)
    .where('tasks.deleted_at', 'is', null)
    .$asScalar()
    .$notNull()

const counted = built((db, today: Today) =>
  db.selectNoFrom((eb) => {
    const [byDay, byInstant, late] = [dueByDay, dueByInstant, pressing].map((those) =>
      those(db, today).select(eb.fn.countAll<number>().as('count')),
    )
    return sql<number>`${byDay} + ${byInstant} + ${late}`.as('count')
  }),
)

const startedBy = (db: Db, user: string, today: Day) =>
  openTasksOf(db, user).where((eb) => eb.or([eb('tasks.start_day', 'is', null), eb('tasks.start_day', '<=', today)]))
