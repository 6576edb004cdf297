import { addDays, type Day, daysBetween, daysInMonth, partsOf, WEEKDAYS, weekdayOf } from './days.ts'
import type { ByDay, Rule } from './recurrence.ts'

/**
 * The days on which `rule` comes, from the day `from` on, in their order; without looking at its count and at the
 * days left out. RFC 5545 (3.3.10), with SKIP=BACKWARD of RFC 7529: a date that its month does not have is the last
 * day of that month. The anchor itself is only one of them when the rule comes on it. Goes straight to `from`
 * however far it is, and stops by itself after `until`, after the year 9999, and when the rule has stayed away for
 * 4,800 of its weeks, months or years on end: after 400 years of months the calendar repeats. The rule is a tidy one.
 */
export function* daysOf(rule: Rule, anchor: Day, from: Day): Generator<Day> {
  const { index, step, days } = stretchesOf(rule, anchor)
  const begin = from > anchor ? from : anchor
  const last = index(rule.until ?? LAST)
  const first = index(anchor) + Math.floor((index(begin) - index(anchor)) / step) * step
  const [earliest, latest] = [numberOf(begin), numberOf(rule.until ?? LAST)]
  let met = first
  for (let stretch = first; stretch <= last && stretch - met <= 4800 * step; stretch += step) {
    for (const day of days(stretch)) {
      if (day < earliest || day > latest) continue
      met = stretch
      yield addDays(FIRST, day)
    }
  }
}

/**
 * A rule looks at one stretch of the calendar after the other: a week, a month or a year, and then `step` further.
 * `index` is the stretch that a day is in, and `days` those of its days on which the rule comes, as numbers.
 */
type Stretches = { step: number; index: (day: Day) => number; days: (stretch: number) => number[] }

const stretchesOf = (rule: Rule, anchor: Day): Stretches => WAYS[rule.freq](rule, anchor)

const WAYS: Record<Rule['freq'], (rule: Rule, anchor: Day) => Stretches> = {
  daily: byDays,
  weekly: byWeeks,
  monthly: byMonths,
  yearly: byYears,
}

// Month by month too, because most of them are out of the question at a glance when the rule names months.
function byDays({ interval, byday, bymonthday, bymonth }: Rule, anchor: Day): Stretches {
  const start = numberOf(anchor)
  const weekdays = byday?.map(({ day }) => WEEKDAYS.indexOf(day))
  const days = (stretch: number): number[] => {
    const found: number[] = []
    if (!isMonthOf(bymonth, stretch)) return found
    const month = monthAt(stretch)
    const first = month.start + modulo(start - month.start, interval)
    for (let day = first; day < month.start + month.length; day += interval) {
      const isOnWeekday = !weekdays || weekdays.includes(day % 7)
      if (isOnWeekday && isOnDate(bymonthday, day - month.start + 1, month.length)) found.push(day)
    }
    return found
  }
  return { step: 1, index: monthOf, days }
}

function byWeeks({ interval, byday, bymonth, weekStart = 'mo' }: Rule, anchor: Day): Stretches {
  const begins = WEEKDAYS.indexOf(weekStart)
  const weekdays = byday ?? [{ day: weekdayOf(anchor) }]
  const places = inOrder(weekdays.map(({ day }) => modulo(WEEKDAYS.indexOf(day) - begins, 7)))
  const days = (stretch: number): number[] =>
    places.map((place) => stretch * 7 + begins + place).filter((day) => !bymonth || isInMonth(bymonth, day))
  return { step: interval, index: (day) => Math.floor((numberOf(day) - begins) / 7), days }
}

function byMonths(rule: Rule, anchor: Day): Stretches {
  const days = (stretch: number): number[] =>
    isMonthOf(rule.bymonth, stretch) ? daysInStretch(rule, anchor, monthAt(stretch)) : []
  return { step: rule.interval, index: monthOf, days }
}

function byYears(rule: Rule, anchor: Day): Stretches {
  const { byday, bymonthday, bymonth } = rule
  // A numbered weekday is that of its month when months are named, else that of its year.
  const days = (year: number): number[] => {
    if (bymonth) return monthsAt(year, bymonth).flatMap((month) => daysInStretch(rule, anchor, month))
    if (!byday && !bymonthday) return datesIn([partsOf(anchor).date], monthsAt(year, [partsOf(anchor).month])[0]!)
    const onDates = bymonthday && monthsAt(year, ALL_MONTHS).flatMap((month) => datesIn(bymonthday, month))
    return both(onDates, byday && weekdaysIn(byday, yearAt(year)))
  }
  return { step: rule.interval, index: (day) => partsOf(day).year, days }
}

const daysInStretch = ({ byday, bymonthday }: Rule, anchor: Day, month: Stretch): number[] =>
  byday || bymonthday
    ? both(bymonthday && datesIn(bymonthday, month), byday && weekdaysIn(byday, month))
    : datesIn([partsOf(anchor).date], month)

/** What is in both, or all of the only one. */
const both = (some: number[] | undefined, others: number[] | undefined): number[] =>
  some && others ? some.filter((day) => others.includes(day)) : (some ?? others ?? [])

/** A month or a year: the number of its first day, and how many it has. */
type Stretch = { start: number; length: number }

/** The days of a month with these dates. A date after its last day is the last; one before the first is none. */
const datesIn = (dates: number[], { start, length }: Stretch): number[] =>
  inOrder(
    dates
      .map((date) => (date > 0 ? Math.min(date, length) : length + 1 + date))
      .filter((date) => date >= 1)
      .map((date) => start + date - 1),
  )

const weekdaysIn = (byday: ByDay[], stretch: Stretch): number[] =>
  inOrder(byday.flatMap((by) => weekdayIn(by, stretch)))

function weekdayIn({ day, nth }: ByDay, { start, length }: Stretch): number[] {
  const all: number[] = []
  const first = start + modulo(WEEKDAYS.indexOf(day) - start, 7)
  for (let number = first; number < start + length; number += 7) all.push(number)
  return nth === undefined ? all : all.slice(nth > 0 ? nth - 1 : nth).slice(0, nth > 0 || -nth <= all.length ? 1 : 0)
}

const inOrder = (numbers: number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b)

const isOnDate = (dates: number[] | undefined, date: number, length: number): boolean =>
  !dates || dates.includes(date) || dates.includes(date - length - 1)

// A week may begin before the first day of the calendar, and end after the last.
const isInMonth = (bymonth: number[], day: number): boolean =>
  day >= 0 && day <= numberOf(LAST) && bymonth.includes(partsOf(addDays(FIRST, day)).month)

const isMonthOf = (bymonth: number[] | undefined, stretch: number): boolean =>
  !bymonth || bymonth.includes(modulo(stretch, 12) + 1)

const monthOf = (day: Day): number => partsOf(day).year * 12 + partsOf(day).month - 1

const monthsAt = (year: number, months: number[]) => months.map((month) => monthAt(year * 12 + month - 1))

function monthAt(stretch: number): Stretch {
  const [year, month] = [Math.floor(stretch / 12), modulo(stretch, 12) + 1]
  const leapDay = month > 2 ? daysInMonth(year, 2) - 28 : 0
  return { start: yearAt(year).start + BEFORE[month - 1]! + leapDay, length: daysInMonth(year, month) }
}

// Counted rather than looked up with Date: a rule may have to look at a great many months.
function yearAt(year: number): Stretch {
  const before = year - 1
  const leapYears = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  return { start: before * 365 + leapYears, length: 337 + daysInMonth(year, 2) }
}

/** The number of days in a year that is not a leap year before each of its months. */
const BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const ALL_MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

// The first day of the calendar was a Monday, so the number of a day is its place in the week as well.
const FIRST = '0001-01-01'
const LAST = '9999-12-31'

const numberOf = (day: Day): number => daysBetween(FIRST, day)

const modulo = (number: number, by: number): number => ((number % by) + by) % by
