import type { WordContext } from '#core/date-words.ts'
import { addDays, type Day, dayIn, type Time, WEEKDAYS, type Weekday, weekdayOf } from '#core/days.ts'
import { Recent } from '#core/recent.ts'
import { HOUR, instant, MINUTE } from '#core/time.ts'
import { instantOf } from '#core/wall-clock.ts'
import type { Today } from '#db/due.ts'
import type { User, WeekStart } from '#db/schema.ts'
import { type Html, html } from './html.ts'

/** In whose words and by whose clock something is said. */
export type Reader = Pick<User, 'locale' | 'zone'>

/** By whose clocks days are told apart, and when a new one begins for them. */
export type Days = Pick<User, 'zone' | 'day_starts'>

/** The day that is today for somebody: it begins when they say, so a night owl's may last until four in the morning. */
export const todayOf = (user: Days, now: Date): Day => dayOf(user, now)

/** The day in which an instant is for somebody, as `todayOf` said it then. */
export function dayOf(user: Days, at: Date): Day {
  const day = dayIn(user.zone, at)
  return user.day_starts !== '00:00' && at < beginOf(user, day) ? addDays(day, -1) : day
}

/** The instant at which a day begins for somebody: when their clocks show the time that they say. */
export const beginOf = ({ zone, day_starts }: Days, day: Day): Date => instantOf(day, day_starts, zone)

/** The instants at which that day of theirs began, and at which the day of the calendar is over. */
export function boundsOfToday(user: Days, now: Date): { began: Date; end: Date } {
  const today = todayOf(user, now)
  return { began: beginOf(user, today), end: instantOf(addDays(today, 1), '00:00', user.zone) }
}

/** What "due today" means for `user` at `now`. */
export const todayFor = (user: Pick<User, 'id' | 'zone' | 'day_starts'>, now: Date): Today => ({
  user: user.id,
  today: todayOf(user, now),
  end: instant(boundsOfToday(user, now).end),
})

/** What decides which day somebody means by a word: when they write it, how they write dates, when their weeks begin. */
export function wordContext(
  user: Pick<User, 'zone' | 'day_starts' | 'date_order' | 'week_start'>,
  now: Date,
): WordContext {
  return { ...clockFor(user, now), order: user.date_order, weekStart: user.week_start }
}

/** Somebody's day, and the time of it. Past midnight, while the day of a night owl lasts, it goes on from 24:00. */
export function clockFor(user: Days, now: Date): Pick<WordContext, 'today' | 'now'> {
  const today = todayOf(user, now)
  const time = wallTime(user.zone, now)
  const isPastMidnight = dayIn(user.zone, now) > today
  return { today, now: isPastMidnight ? `${Number(time.slice(0, 2)) + 24}${time.slice(2)}` : time }
}

/** A day as the whole date, to be read on hovering. */
export const dayTitle = (day: Day, reader: Reader): string => dateOf(day, reader)

/** A day as a short date: "12 Nov", with its year when that is not this year. */
export const shortDay = (day: Day, today: Day, { locale }: Reader): string =>
  format(locale, 'UTC', day.slice(0, 4) === today.slice(0, 4) ? 'short' : 'shortWithYear').format(asDate(day))

/** The name of the day of the week. The words of the site are English. */
export const weekdayName = (day: Day): string => format('en-GB', 'UTC', 'weekday').format(asDate(day))

/** A time of day as the reader writes it: 14:00 or 2:00 pm. */
export const timeOfDay = (time: Time, { locale }: Reader): string =>
  format(locale, 'UTC', 'clock').format(new Date(`1970-01-01T${time}:00Z`))

/** The time of day that clocks in `zone` show at `at`. */
export const wallTime = (zone: string, at: Date): Time => format('sv-SE', zone, 'clock').format(at)

/** A day as a heading: "Today", "Yesterday", else the date; on hovering the whole date. */
export function dayTag(reader: Reader, day: Day, today: Day): Html {
  const whole = dateOf(day, reader)
  return html`<time datetime="${day}" title="${whole}">${nearDay(day, today) ?? whole}</time>`
}

/** A day ahead as a heading: "Tomorrow · Tue 24 November", with its year when that is not this year; on hovering all of it. */
export function dayHeading(day: Day, today: Day, reader: Reader): Html {
  const isThisYear = day.slice(0, 4) === today.slice(0, 4)
  const words = format(reader.locale, 'UTC', isThisYear ? 'heading' : 'headingWithYear').format(asDate(day))
  const near = day === addDays(today, 1) ? 'Tomorrow · ' : ''
  return html`<time datetime="${day}" title="${dateOf(day, reader)}">${near}${words}</time>`
}

/** An instant as the time of its day, "09:12"; on hovering the whole date. */
export const timeTag = (reader: Reader, at: string): Html =>
  html`<time datetime="${at}" title="${momentOf(at, reader)}">${clockOf(at, reader)}</time>`

/** An instant in the middle of a sentence: "today, 09:12", else the date and the time; on hovering all of it. */
export function momentTag(reader: Reader, at: string, now: Date): Html {
  const near = nearDay(dayIn(reader.zone, new Date(at)), dayIn(reader.zone, now))
  const whole = momentOf(at, reader)
  const words = near === undefined ? whole : `${near.toLowerCase()}, ${clockOf(at, reader)}`
  return html`<time datetime="${at}" title="${whole}">${words}</time>`
}

/** An instant as day and time. */
export const dayAndTime = (reader: Reader, at: string): Html =>
  html`<time datetime="${at}">${momentOf(at, reader)}</time>`

/** How long ago an instant was: "just now", "5 minutes ago", "yesterday", then the date; on hovering all of it. */
export const howLongAgo = (reader: Reader, at: string, now: Date): Html =>
  html`<time datetime="${at}" title="${momentOf(at, reader)}">${agoInWords(reader, at, now)}</time>`

function agoInWords(reader: Reader, at: string, now: Date): string {
  const ms = now.getTime() - new Date(at).getTime()
  if (ms < MINUTE) return 'just now'
  if (ms < HOUR) return ago(Math.floor(ms / MINUTE), 'minute')
  const [day, today] = [dayIn(reader.zone, new Date(at)), dayIn(reader.zone, now)]
  if (day === today) return ago(Math.floor(ms / HOUR), 'hour')
  return nearDay(day, today)?.toLowerCase() ?? dateOf(day, reader)
}

const ago = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'} ago`

/** The instant at which the week began that `at` is in, by the day that their weeks begin on. */
export function startOfWeek(user: Days & Pick<User, 'week_start'>, at: Date): Date {
  const day = dayOf(user, at)
  const daysAgo = (WEEKDAYS.indexOf(weekdayOf(day)) - WEEKDAYS.indexOf(FIRST[user.week_start]) + 7) % 7
  return beginOf(user, addDays(day, -daysAgo))
}

const FIRST = { sunday: 'su', monday: 'mo', saturday: 'sa' } satisfies Record<WeekStart, Weekday>

function nearDay(day: Day, today: Day): 'Today' | 'Yesterday' | undefined {
  if (day === today) return 'Today'
  return day === addDays(today, -1) ? 'Yesterday' : undefined
}

// A day has no zone: it is written as it stands.
const dateOf = (day: Day, { locale }: Reader): string => format(locale, 'UTC', 'date').format(asDate(day))

const asDate = (day: Day): Date => new Date(`${day}T00:00:00Z`)

const clockOf = (at: string, { locale, zone }: Reader): string => format(locale, zone, 'clock').format(new Date(at))

/** An instant as a whole date with its time, in words. */
export const momentOf = (at: string, { locale, zone }: Reader): string =>
  format(locale, zone, 'moment').format(new Date(at))

const WAYS = {
  date: { dateStyle: 'full' },
  clock: { timeStyle: 'short' },
  moment: { dateStyle: 'full', timeStyle: 'short' },
  short: { day: 'numeric', month: 'short' },
  shortWithYear: { day: 'numeric', month: 'short', year: 'numeric' },
  heading: { weekday: 'short', day: 'numeric', month: 'long' },
  headingWithYear: { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'long' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

// Making a formatter takes about a hundred times as long as using one, and some 30 kB; people choose among many.
const formats = new Recent<Intl.DateTimeFormat>(300)

const format = (locale: string, zone: string, way: keyof typeof WAYS): Intl.DateTimeFormat =>
  formats.of(`${locale} ${zone} ${way}`, () => new Intl.DateTimeFormat(locale, { timeZone: zone, ...WAYS[way] }))
