import type { ByDay, Recurrence, Rule } from '#core/recurrence.ts'

// The slow way: walk from day to day and ask of each whether it belongs to the rule. It shares nothing with the engine
// but the shape of a rule, so that both would have to be wrong in the same way.

/** The days from `from` to `to` on which this comes. A count is counted from the anchor, so `to` is not far from it. */
export function walk({ rule, anchor }: Recurrence, from: string, to: string): string[] {
  const days: string[] = []
  const first = rule.count === undefined && from > anchor ? from : anchor
  const last = Date.parse(rule.until !== undefined && rule.until < to ? rule.until : to)
  const begin = read(anchor)
  let number = 0
  for (let ms = Date.parse(first); ms <= last; ms += DAY) {
    if (!belongs(rule, begin, read(ms))) continue
    number += 1
    if (rule.count !== undefined && number > rule.count) break
    const day = new Date(ms).toISOString().slice(0, 10)
    if (day >= from && !rule.exdates?.includes(day)) days.push(day)
  }
  return days
}

/**
 * The instant at which clocks in `zone` first show this day and time; when they never do, the first minute at which
 * they show more. Found by trying each quarter of an hour, and for a gap each minute.
 */
export function tryInstants(day: string, time: string, zone: string): Date {
  const around = Date.parse(`${day}T${time}:00Z`)
  const shows = clock(zone)
  for (let instant = around - 15 * HOUR; instant <= around + 13 * HOUR; instant += HOUR / 4) {
    if (shows(instant) === `${day} ${time}`) return new Date(instant)
  }
  let instant = around - 15 * HOUR
  while (shows(instant) < `${day} ${time}`) instant += HOUR / 60
  return new Date(instant)
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

type Walked = { ms: number; year: number; month: number; date: number; last: number; weekday: number }

/** A day with all that may be asked of it; weekdays count from Sunday. */
function read(day: string | number): Walked {
  const at = new Date(day)
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()]
  const last = month === 2 && isLeap(year) ? 29 : LAST[month]!
  return { ms: at.getTime(), year, month, date, last, weekday: at.getUTCDay() }
}

const LAST = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const isLeap = (year: number) => new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29

function belongs(rule: Rule, anchor: Walked, day: Walked): boolean {
  if (turnsBetween(rule, anchor, day) % rule.interval !== 0) return false
  if (rule.bymonth && !rule.bymonth.includes(day.month)) return false
  const isWeekday = !rule.byday || rule.byday.some((by) => isDayOfWeek(by, rule, day))
  if (rule.freq === 'daily') return isWeekday && (!rule.bymonthday || isDate(rule.bymonthday, day))
  if (rule.freq === 'weekly') return rule.byday ? isWeekday : day.weekday === anchor.weekday
  if (rule.byday && !rule.bymonthday) return isWeekday
  if (rule.bymonthday) return isWeekday && isDateOrMovedTo(rule.bymonthday, day)
  const isMonth = rule.freq === 'monthly' || rule.bymonth !== undefined || day.month === anchor.month
  return isMonth && isDateOrMovedTo([anchor.date], day)
}

/** How many days, weeks, months or years lie between the two. */
function turnsBetween({ freq, weekStart = 'mo' }: Rule, anchor: Walked, day: Walked): number {
  if (freq === 'yearly') return day.year - anchor.year
  if (freq === 'monthly') return (day.year - anchor.year) * 12 + day.month - anchor.month
  if (freq === 'daily') return (day.ms - anchor.ms) / DAY
  const weekOf = ({ ms, weekday }: Walked) => ms - ((weekday - NAMES.indexOf(weekStart) + 7) % 7) * DAY
  return (weekOf(day) - weekOf(anchor)) / (7 * DAY)
}

const NAMES = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa']

const isDate = (dates: number[], { date, last }: Walked): boolean =>
  dates.some((wanted) => wanted === date || (wanted < 0 && date === last + 1 + wanted))

const isDateOrMovedTo = (dates: number[], day: Walked): boolean =>
  isDate(dates, day) || (day.date === day.last && dates.some((wanted) => wanted > day.last))

function isDayOfWeek({ day: name, nth }: ByDay, { freq, bymonth }: Rule, day: Walked): boolean {
  if (NAMES[day.weekday] !== name) return false
  if (nth === undefined) return true
  const isOfMonth = freq === 'monthly' || bymonth !== undefined
  const number = isOfMonth ? day.date : (day.ms - Date.UTC(day.year, 0, 1)) / DAY + 1
  const length = isOfMonth ? day.last : isLeap(day.year) ? 366 : 365
  return nth === (nth > 0 ? Math.ceil(number / 7) : -Math.ceil((length - number + 1) / 7))
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** What clocks in `zone` show at an instant, as text that can be compared. */
function clock(zone: string): (instant: number) => string {
  const found =
    clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  clocks.set(zone, found)
  return (instant) => found.format(instant)
}
