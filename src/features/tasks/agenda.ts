import { type RawBuilder, sql } from 'kysely'
import { type Day, isDay, isTime } from '#core/days.ts'
import { isId } from '#core/ids.ts'
import { instant, MINUTE } from '#core/time.ts'
import { instantOf, wallClockIn } from '#core/wall-clock.ts'
import { type Db, kindOf } from '#db/db.ts'
import { dueByDay, dueByInstant, openTasksOf, pressing, type Today } from '#db/due.ts'
import type { User } from '#db/schema.ts'
import { todayFor } from '#web/dates.ts'
import { familiesIn } from './families.ts'
import { PAGE } from './listing.ts'
import { type Row, rowsById } from './seen.ts'

type Reader = Pick<User, 'id' | 'zone' | 'day_starts'>

/**
 * Where a row stands on Today or Upcoming, and from where the next page goes on: its day and time on the reader's clocks
 * (`24:00` when it has none: what has a time comes first), then its position.
 */
export type Place = { day: Day; time: string; position: string; id: string }

/** A row with its place. `depth` says how many of the tasks that it is a part of stand directly above it. */
export type AgendaRow = Row & { place: Place; depth: number }

/** One page of rows, and the place of the last one when more follow. */
export type Agenda = { rows: AgendaRow[]; next: Place | undefined }

/**
 * A page of what is due for `user` today and what was due before, the oldest first; within a day by time, then by
 * position. What has a deadline that is today or has passed stands at the end. A child stands below its parent where both
 * are of one day.
 */
export async function todayRows(db: Db, user: Reader, now: Date, after?: Place): Promise<Agenda> {
  const when = todayFor(user, now)
  const group = (day: Day) => (day < when.today ? 'overdue' : 'today')
  const streams: Stream[] = [
    (until) => byColumn(dueByDay(db, when), 'tasks.due_day', { after, until }, dueTime),
    (until) => byInstant(dueByInstant(db, when), user, { after, until }),
    () => urgent(pressing(db, when), when.today, after),
  ]
  return pageOf(db, streams, after, group)
}

/**
 * A page of what is due for `user` after today, in the order of days and times. A task without a due day stands at its
 * deadline; one that starts later than that, at its start, because nobody sees it before.
 */
export async function upcomingRows(db: Db, user: Reader, now: Date, after?: Place): Promise<Agenda> {
  const when = todayFor(user, now)
  const streams: Stream[] = [
    (until) => byColumn(upcomingByDay(db, when), 'tasks.due_day', { after, until }, dueTime),
    (until) => byInstant(upcomingByInstant(db, when), user, { after, until }),
    (until) => byColumn(upcomingDeadlines(db, when), 'tasks.deadline_day', { after, until }),
    (until) => byColumn(upcomingStarts(db, when), 'tasks.start_day', { after, until }),
  ]
  return pageOf(db, streams, after, (day) => day)
}

/** A place as links write it: `?after=ID&at=DAY_TIME_POSITION`. */
export const placeInLink = ({ id, day, time, position }: Place): string => `after=${id}&at=${day}_${time}_${position}`

/** The place that a link names; undefined, which is the top, when it names none. */
export function placeFromLink(id = '', at = ''): Place | undefined {
  const [, day, time, position] = /^(\d{4}-\d\d-\d\d)_(\d\d:\d\d)_([0-9A-Za-z]{1,500})$/.exec(at) ?? []
  const isReal = isDay(day ?? '') && (isTime(time ?? '') || time === UNTIMED)
  return isReal && day && time && position && isId(id) ? { day, time, position, id } : undefined
}

// After every time there is: what has none stands below what has one.
const UNTIMED = '24:00'
const untimed = sql<string>`'24:00'`
const dueTime = sql<string>`coalesce(tasks.due_time, '24:00')`

/** The first places of one kind. Those of days behind `until` are not needed, because others make a page before them. */
type Stream = (until?: Day) => Promise<Place[]>
type Bounds = { after: Place | undefined; until: Day | undefined }

type Query = ReturnType<typeof openTasksOf>
type Column = 'tasks.due_day' | 'tasks.deadline_day' | 'tasks.start_day'

// What has not started by the day it is due is shown when it starts.
const startedWhen = (query: Query, column: 'tasks.due_day' | 'tasks.deadline_day'): Query =>
  query.where((eb) => eb.or([eb('tasks.start_day', 'is', null), eb('tasks.start_day', '<=', eb.ref(column))]))

const upcomingByDay = (db: Db, { user, today }: Today): Query =>
  startedWhen(openTasksOf(db, user), 'tasks.due_day')
    .where('tasks.due_at', 'is', null)
    .where('tasks.due_day', '>', today)

const upcomingByInstant = (db: Db, { user, end }: Today): Query =>
  startedWhen(openTasksOf(db, user), 'tasks.due_day').where('tasks.due_at', '>=', end)

const upcomingDeadlines = (db: Db, { user, today }: Today): Query =>
  startedWhen(openTasksOf(db, user), 'tasks.deadline_day')
    .where('tasks.due_day', 'is', null)
    .where('tasks.deadline_day', '>', today)

const upcomingStarts = (db: Db, { user, today }: Today): Query =>
  openTasksOf(db, user)
    .where('tasks.start_day', '>', today)
    .where('tasks.start_day', '>', (eb) => eb.fn.coalesce('tasks.due_day', 'tasks.deadline_day', eb.val('')))

/** The first places of tasks whose day stands in `column`, and whose time in `time`. */
const byColumn = (query: Query, column: Column, { after, until }: Bounds, time = untimed): Promise<Place[]> => {
  const key = sql`(${sql.ref(column)}, ${time}, tasks.position, tasks.id)`
  return query
    .select(['tasks.id', 'tasks.position', sql<Day>`${sql.ref(column)}`.as('day'), time.as('time')])
    .$if(after !== undefined, (rest) => rest.where(column, '>=', after!.day).where(isBelow(key, after!)))
    .$if(until !== undefined, (rest) => rest.where(column, '<=', until!))
    .orderBy(column)
    .orderBy('time')
    .orderBy('tasks.position')
    .orderBy('tasks.id')
    .limit(PAGE + 1)
    .execute()
}

const isBelow = (key: RawBuilder<unknown>, { day, time, position, id }: Place) =>
  sql<boolean>`${key} > (${day}, ${time}, ${position}, ${id})`

/** The first places of tasks that are due at an instant. It is the same day and time or a later one than that of `after`. */
async function byInstant(query: Query, { zone }: Reader, { after, until }: Bounds): Promise<Place[]> {
  const rows = await query
    .select(['tasks.id', 'tasks.position', 'tasks.due_at'])
    .$if(after !== undefined, (rest) => rest.where('tasks.due_at', '>=', instant(startOf(after!, zone))))
    .$if(until !== undefined, (rest) => rest.where('tasks.due_at', '<', instant(endOf(until!, zone))))
    .orderBy('tasks.due_at')
    .orderBy('tasks.id')
    .limit(PAGE + 1)
    .execute()
  return rows.map(({ id, position, due_at }) => ({ id, position, ...wallClockIn(zone, new Date(due_at!)) }))
}

const startOf = ({ day, time }: Place, zone: string): Date =>
  time === UNTIMED ? endOf(day, zone) : instantOf(day, time, zone)

const endOf = (day: Day, zone: string): Date => new Date(instantOf(day, '23:59', zone).getTime() + MINUTE)

/** The first places of tasks with a deadline, all of them without a time on `today`. */
async function urgent(query: Query, today: Day, after: Place | undefined): Promise<Place[]> {
  const isPast = after !== undefined && compare(after, { day: today, time: UNTIMED, position: '', id: '' }) > 0
  if (isPast && after.day > today) return []
  const rows = await query
    .select(['tasks.id', 'tasks.position'])
    .$if(isPast, (rest) =>
      rest.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('tasks.position', 'tasks.id'), '>', tuple(after!.position, after!.id)),
      ),
    )
    .orderBy('tasks.position')
    .orderBy('tasks.id')
    .limit(PAGE + 1)
    .execute()
  return rows.map((row) => ({ ...row, day: today, time: UNTIMED }))
}

/** The rows at the first of all these places. Children are put below their parents within what `groupOf` calls a group. */
async function pageOf(
  db: Db,
  streams: Stream[],
  after: Place | undefined,
  groupOf: (day: Day) => string,
): Promise<Agenda> {
  const found =
    kindOf(db) === 'sqlite' ? await inTurn(streams) : (await Promise.all(streams.map((from) => from()))).flat()
  const places = found.filter((place) => !after || compare(place, after) > 0).sort(compare)
  const rows = await rowsAt(db, places.slice(0, PAGE))
  const groups = Map.groupBy(rows, ({ place }) => groupOf(place.day))
  return {
    rows: [...groups.values()].flatMap((group) => familiesIn(group)),
    next: places.length > PAGE ? places[PAGE - 1] : undefined,
  }
}

/**
 * What the streams find, each no further than the page that others make before it; the first has the most and comes last.
 * SQLite answers one after another in any case.
 */
async function inTurn(streams: Stream[]): Promise<Place[]> {
  let places: Place[] = []
  for (const from of streams.toReversed()) places = [...places, ...(await from(places[PAGE]?.day))].sort(compare)
  return places
}

async function rowsAt(db: Db, places: Place[]): Promise<Omit<AgendaRow, 'depth'>[]> {
  const at = new Map(places.map((place) => [place.id, place]))
  const rows = await rowsById(db, [...at.keys()])
  return rows.map((row) => ({ ...row, place: at.get(row.id)! }))
}

const compare = (a: Place, b: Place): number =>
  inOrder(a.day, b.day) || inOrder(a.time, b.time) || inOrder(a.position, b.position) || inOrder(a.id, b.id)

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
