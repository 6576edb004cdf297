import { addDays, type Day, dayFrom, daysInMonth, partsOf, WEEKDAYS, type Weekday, weekdayOf } from './days.ts'
import type { Rule } from './recurrence.ts'

/**
 * The first day on which a rule comes that was just read, from `from` on (after it, when `isAfter`). A month without
 * its 31st has its last day instead (RFC 7529, SKIP=BACKWARD). Undefined when there is none in the years that are.
 */
export function firstDay(rule: Rule, from: Day, isAfter = false): Day | undefined {
  try {
    const start = isAfter ? addDays(from, 1) : from
    if (!rule.bymonth && !rule.bymonthday && !rule.byday) return start
    return rule.freq === 'weekly' ? ofWeek(rule, start) : ofMonths(rule, start)
  } catch {
    return undefined
  }
}

function ofWeek({ byday = [] }: Rule, start: Day): Day {
  const wanted = byday.map(({ day }) => (WEEKDAYS.indexOf(day) - WEEKDAYS.indexOf(weekdayOf(start)) + 7) % 7)
  return addDays(start, Math.min(...wanted))
}

// A year and a month hold every rule that can be said, but for the 29 February of leap years and a 5th friday of one month.
function ofMonths(rule: Rule, start: Day): Day | undefined {
  const { year, month } = partsOf(start)
  const from = year * 12 + month - 1
  for (let at = from; at <= from + MOST_MONTHS; at++) {
    // Counted, because a rule that comes once in 28 years has to look at 336 months.
    const [inYear, inMonth] = [Math.floor(at / 12), (at % 12) + 1]
    if (rule.bymonth && !rule.bymonth.includes(inMonth)) continue
    const day = daysOf(rule, inYear, inMonth).find((day) => day >= start)
    if (day !== undefined) return day
  }
  return undefined
}

const MOST_MONTHS = 12 * 29

function daysOf({ byday, bymonthday = [] }: Rule, year: number, month: number): Day[] {
  const length = daysInMonth(year, month)
  const dates = byday
    ? byday.flatMap(({ day, nth = 1 }) => nthOf(day, nth, year, month, length))
    : bymonthday.map((date) => (date < 0 ? length + 1 + date : Math.min(date, length)))
  return dates.sort((a, b) => a - b).map((date) => dayFrom(year, month, date))
}

function nthOf(weekday: Weekday, nth: number, year: number, month: number, length: number): number[] {
  const first = (WEEKDAYS.indexOf(weekday) - WEEKDAYS.indexOf(weekdayOf(dayFrom(year, month, 1))) + 7) % 7
  const date = nth > 0 ? first + 1 + 7 * (nth - 1) : first + 1 + 7 * (Math.floor((length - first - 1) / 7) + nth + 1)
  return date >= 1 && date <= length ? [date] : []
}
