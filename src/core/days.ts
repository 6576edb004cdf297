import { Recent } from './recent.ts'

/** A calendar day as text, `YYYY-MM-DD`, from year 0001 to 9999. A day is never an instant: it has no zone. */
export type Day = string

/** A time of day on a wall clock, `HH:MM`, from 00:00 to 23:59. */
export type Time = string

/** A day of the week, named as in RFC 5545 but in lower case. */
export type Weekday = 'mo' | 'tu' | 'we' | 'th' | 'fr' | 'sa' | 'su'

/** The days of the week from Monday on (ISO 8601). */
export const WEEKDAYS: readonly Weekday[] = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su']

/** The calendar day that clocks in `zone` (an IANA name) show at `at`. */
export function dayIn(zone: string, at: Date): Day {
  return formatter(zone).format(at)
}

/** True for a day that the calendar has, written as we write days: not for 2026-02-29. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const { year, month, date } = partsOf(text)
  return year >= 1 && month >= 1 && month <= 12 && date >= 1 && date <= daysInMonth(year, month)
}

/** True for a time of day as we write it. */
export const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

/** The day `count` days after `day` (before it, when negative). Throws when that is not within years 1 to 9999. */
export function addDays(day: Day, count: number): Day {
  return dayOf(numberOf(day) + count)
}

/** How many days there are from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number => numberOf(to) - numberOf(from)

/** The day of the week that `day` is. */
export const weekdayOf = (day: Day): Weekday => WEEKDAYS[(((numberOf(day) + 3) % 7) + 7) % 7]!

/** The parts of a day as numbers; months count from 1. */
export const partsOf = (day: Day): { year: number; month: number; date: number } => ({
  year: Number(day.slice(0, 4)),
  month: Number(day.slice(5, 7)),
  date: Number(day.slice(8, 10)),
})

/** The day with these parts. The date may lie outside its month and the month outside its year: they are carried over. */
export function dayFrom(year: number, month: number, date: number): Day {
  const carried = new Date(0)
  carried.setUTCFullYear(year, month - 1, date)
  return dayOf(Math.floor(carried.getTime() / MS))
}

/** How many days `month` (1 to 12) of `year` has. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

const MS = 86_400_000

/** Days since 1970-01-01. */
const numberOf = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / MS

function dayOf(number: number): Day {
  const date = new Date(number * MS)
  const year = date.getUTCFullYear()
  // NaN is within no bounds, so it is refused here as well.
  if (!(year >= 1 && year <= 9999)) throw new RangeError(`There is no such day: ${number}`)
  return date.toISOString().slice(0, 10)
}

// Making a formatter takes about a hundred times as long as using one, and some 30 kB.
const formatters = new Recent<Intl.DateTimeFormat>(300)

const formatter = (zone: string): Intl.DateTimeFormat =>
  formatters.of(
    zone,
    // Swedish writes days as ISO 8601 does.
    () => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }),
  )
