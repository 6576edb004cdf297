import { type Day, isDay, WEEKDAYS, type Weekday } from './days.ts'
import { checkRule } from './rule-check.ts'
import { tidy } from './tidy-rule.ts'

export { comingDue, nextDue, occurrences } from './occurrences.ts'
export { checkRule }

/** How often a rule comes round, as in RFC 5545; what is more frequent than a day is not for tasks. */
export type Frequency = 'daily' | 'weekly' | 'monthly' | 'yearly'

/** A day of the week; with `nth` the 3rd (3) or the last (-1) of its month, or of its year. */
export type ByDay = { day: Weekday; nth?: number }

/**
 * On which days something repeats: the parts of an RFC 5545 RRULE, and its EXDATEs. `until` is a day and the last
 * possible one; `count` counts from the anchor. Weeks begin on Monday unless `weekStart` says otherwise.
 */
export type Rule = {
  freq: Frequency
  interval: number
  byday?: ByDay[]
  bymonthday?: number[]
  bymonth?: number[]
  count?: number
  until?: Day
  exdates?: Day[]
  weekStart?: Weekday
}

/**
 * How a task repeats. Everything is reckoned from the `anchor`, so a task of the 31st comes back to the 31st.
 * `mode` completion counts from the day it was done instead. `missed` says whether occurrences that have passed
 * are skipped or come one by one. Subtasks reopen with the next occurrence unless `keepsSubtasks`.
 */
export type Recurrence = {
  rule: Rule
  anchor: Day
  mode: 'schedule' | 'completion'
  missed: 'skip' | 'each'
  keepsSubtasks?: true
}

/** What `recurrenceText` wrote, checked; undefined for anything else and for a rule that cannot be. */
export function parseRecurrence(json: string): Recurrence | undefined {
  const read = json.length > MOST_TEXT ? undefined : readJson(json)
  if (!isRecurrence(read) || checkRule(read.rule) !== undefined) return undefined
  return tidy(read)
}

/** A recurrence as it is stored: JSON that is the same for all that mean the same. */
export const recurrenceText = (recurrence: Recurrence): string => JSON.stringify(tidy(recurrence))

const MOST_TEXT = 32 * 1024

function readJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function isRecurrence(read: unknown): read is Recurrence {
  if (!isSome<Recurrence>(read) || !isSome<Rule>(read.rule)) return false
  return (
    isRule(read.rule) &&
    isDayText(read.anchor) &&
    isOneOf(read.mode, ['schedule', 'completion']) &&
    isOneOf(read.missed, ['skip', 'each']) &&
    isMissingOr(read.keepsSubtasks, (keeps) => keeps === true)
  )
}

const isRule = (rule: Some<Rule>): boolean =>
  isOneOf(rule.freq, ['daily', 'weekly', 'monthly', 'yearly']) &&
  Number.isInteger(rule.interval) &&
  isMissingOr(rule.byday, (days) => isListOf(days, isByDay)) &&
  isMissingOr(rule.bymonthday, (dates) => isListOf(dates, Number.isInteger)) &&
  isMissingOr(rule.bymonth, (months) => isListOf(months, Number.isInteger)) &&
  isMissingOr(rule.count, Number.isInteger) &&
  isMissingOr(rule.until, isDayText) &&
  isMissingOr(rule.exdates, (days) => isListOf(days, isDayText)) &&
  isMissingOr(rule.weekStart, isWeekday)

const isByDay = (by: unknown): boolean =>
  isSome<ByDay>(by) && isWeekday(by.day) && isMissingOr(by.nth, Number.isInteger)

/** Something that may have these parts, of which nothing is known yet. */
type Some<T> = { readonly [part in keyof T]?: unknown }

const isSome = <T>(value: unknown): value is Some<T> => typeof value === 'object' && value !== null
const isMissingOr = (value: unknown, is: (value: unknown) => boolean) => value === undefined || is(value)
const isListOf = (value: unknown, is: (one: unknown) => boolean) =>
  Array.isArray(value) && value.every((one) => is(one))
const isOneOf = (value: unknown, these: readonly unknown[]) => these.includes(value)
const isWeekday = (value: unknown) => isOneOf(value, WEEKDAYS)
const isDayText = (value: unknown) => typeof value === 'string' && isDay(value)
