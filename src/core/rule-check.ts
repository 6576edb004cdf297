import { type Day, daysInMonth, isDay } from './days.ts'
import { occurrences } from './occurrences.ts'
import type { Rule } from './recurrence.ts'

/** The largest interval: every 1,000 days, weeks, months or years. */
export const MOST_INTERVAL = 1000

/** How many times a rule may say that it comes. One without end says nothing. */
export const MOST_TIMES = 1000

/** How many days may be left out. */
export const MOST_EXDATES = 500

/**
 * Why this rule cannot be, in a sentence for the person who wrote it; undefined when it can. Given the anchor
 * it also says when the rule never comes, which takes a few hundredths of a second at the most.
 */
export const checkRule = (rule: Rule, anchor?: Day): string | undefined =>
  checkAmounts(rule) ??
  checkEnd(rule) ??
  checkRanges(rule) ??
  checkParts(rule) ??
  checkDates(rule) ??
  (anchor === undefined ? undefined : checkComing(rule, anchor))

function checkAmounts({ interval, count, exdates = [] }: Rule): string | undefined {
  if (!isWithin(interval, 1, MOST_INTERVAL)) return 'The number after “every” must be from 1 to 1,000.'
  if (count !== undefined && !isWithin(count, 1, MOST_TIMES)) {
    return 'A task can repeat from 1 to 1,000 times. Without a number it repeats for ever.'
  }
  if (exdates.length > MOST_EXDATES) return 'At most 500 days can be left out of a repeating task.'
  return undefined
}

function checkEnd({ count, until, exdates = [] }: Rule): string | undefined {
  if (count !== undefined && until !== undefined) {
    return 'A task repeats either a number of times or until a day, not both.'
  }
  if (until !== undefined && !isDay(until)) return 'The day on which it ends is not in the calendar.'
  if (!exdates.every(isDay)) return 'A day that is left out is not in the calendar.'
  return undefined
}

function checkRanges({ byday = [], bymonthday = [], bymonth = [] }: Rule): string | undefined {
  if (byday.length > MOST_PARTS || bymonthday.length > MOST_PARTS || bymonth.length > MOST_PARTS) {
    return 'This rule names too many days.'
  }
  if (!bymonth.every((month) => isWithin(month, 1, 12))) return 'The months of a year are 1 to 12.'
  if (!bymonthday.every((date) => isWithin(Math.abs(date), 1, 31))) {
    return 'The days of a month are 1 to 31, or -1 to -31 counted from its end.'
  }
  if (!byday.every(({ nth }) => nth === undefined || isWithin(Math.abs(nth), 1, 53))) {
    return 'A year has at most 53 of each day of the week.'
  }
  return undefined
}

// What RFC 5545 (3.3.10) forbids, or leaves without a meaning.
function checkParts({ freq, byday = [], bymonthday = [], bymonth = [] }: Rule): string | undefined {
  const nths = byday.flatMap(({ nth }) => nth ?? [])
  if (nths.length > 0 && (freq === 'daily' || freq === 'weekly')) {
    return 'A numbered day, like the 3rd friday, needs a rule that repeats by month or by year.'
  }
  if (bymonthday.length > 0 && freq === 'weekly') {
    return 'A day of the month needs a rule that repeats by day, by month or by year.'
  }
  if ((freq === 'monthly' || bymonth.length > 0) && nths.some((nth) => Math.abs(nth) > 5)) {
    return 'A month has at most 5 of each day of the week.'
  }
  return undefined
}

// 29 February is moved to the 28th in other years; 30 February is a slip of the pen.
function checkDates({ bymonthday = [], bymonth = [] }: Rule): string | undefined {
  if (bymonth.length === 0) return undefined
  const longest = Math.max(...bymonth.map((month) => daysInMonth(LEAP_YEAR, month)))
  const missing = bymonthday.find((date) => Math.abs(date) > longest)
  return missing === undefined ? undefined : `None of these months has a day ${Math.abs(missing)}.`
}

function checkComing(rule: Rule, anchor: Day): string | undefined {
  if (rule.until !== undefined && rule.until < anchor) return 'This rule ends before it begins.'
  const [first] = occurrences({ rule, anchor, mode: 'schedule', missed: 'skip' }, anchor, 1)
  return first === undefined ? 'There is no day on which this rule comes.' : undefined
}

const MOST_PARTS = 60
const LEAP_YEAR = 2024

const isWithin = (number: number, least: number, most: number): boolean =>
  Number.isInteger(number) && number >= least && number <= most
