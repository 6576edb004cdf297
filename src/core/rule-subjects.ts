import { daysInMonth, type Time, WEEKDAYS, type Weekday } from './days.ts'
import type { ByDay, Frequency, Rule } from './recurrence.ts'
import type { Kind } from './vocabulary/vocabulary.ts'
import { isKind, type Word } from './vocabulary/words.ts'

/** On which days a rule comes, as it was said; `isAfter` when it counts from completion. */
export type Subject = { next: number; rule: Rule; isAfter?: boolean; time?: Time }

/** The days of the rule with which the words from `at` begin: `every mon, fri`, `every 2 weeks`, `daily`. */
export function subjectAt(words: readonly Word[], at: number, limit: number): Subject | undefined {
  const word = words[at]
  if (isKind(word, 'often')) return { next: at + 1, rule: { freq: word.value as Frequency, interval: 1 } }
  if (!isKind(word, 'every')) return undefined
  const body =
    daysAt(words, at + 1, limit) ??
    datesAt(words, at + 1, limit) ??
    nthDaysAt(words, at + 1, limit) ??
    monthDaysAt(words, at + 1, limit) ??
    unitsAt(words, at + 1, limit)
  // “every!” counts from the day on which it was done.
  return body && { ...body, isAfter: word.raw.endsWith('!') }
}

/** `weekday`, `mon, fri`, `other monday` */
function daysAt(words: readonly Word[], at: number, limit: number): Subject | undefined {
  if (isKind(words[at], 'workdays')) return { next: at + 1, rule: weekly(WEEKDAYS.slice(0, 5)) }
  if (isKind(words[at], 'weekend')) return { next: at + 1, rule: weekly(['sa', 'su']) }
  const isOther = isKind(words[at], 'other')
  const days = listAt(words, isOther ? at + 1 : at, limit, (place) =>
    isKind(words[place], 'weekday') ? { next: place + 1, value: words[place].value as Weekday } : undefined,
  )
  return days && { next: days.next, rule: { ...weekly(days.values), interval: isOther ? 2 : 1 } }
}

const weekly = (days: readonly Weekday[]): Rule => ({
  freq: 'weekly',
  interval: 1,
  byday: unique(days).map((day) => ({ day })),
})

/** `jan 27`, `27th of jan`, `jan 1 and jul 1`, `last day of feb`: the same dates in each of the months. */
function datesAt(words: readonly Word[], at: number, limit: number): Subject | undefined {
  const found = listAt(words, at, limit, (place) => yearlyDateAt(words, place))
  if (!found) return undefined
  const bymonth = unique(found.values.map(({ month }) => month)).sort((a, b) => a - b)
  const bymonthday = inMonthOrder(found.values.map(({ date }) => date))
  if (unique(found.values.map(({ month, date }) => `${month}/${date}`)).length !== bymonth.length * bymonthday.length)
    return undefined
  return { next: found.next, rule: { freq: 'yearly', interval: 1, bymonth, bymonthday } }
}

type YearlyDate = { next: number; value: { month: number; date: number } }

function yearlyDateAt(words: readonly Word[], at: number): YearlyDate | undefined {
  if (isKind(words[at], 'month')) {
    const date = words[at + 1]
    return isKind(date, 'number', 'ordinal') ? dateIn(at + 2, Number(words[at].value), Number(date.value)) : undefined
  }
  const date = lastDayAt(words, at) ?? ordinalAt(words, at, 31, 'number')
  const of = date && isKind(words[date.next], 'of') ? date.next + 1 : date?.next
  const month = of === undefined ? undefined : words[of]
  return date && isKind(month, 'month') ? dateIn(of! + 1, Number(month.value), date.value) : undefined
}

const dateIn = (next: number, month: number, date: number): YearlyDate | undefined =>
  date === 0 || Math.abs(date) > daysInMonth(2000, month) ? undefined : { next, value: { month, date } }

/** `3rd friday`, `last monday`, `1st and 3rd friday`, `4th thursday of november` */
function nthDaysAt(words: readonly Word[], at: number, limit: number): Subject | undefined {
  const days = listAt(words, at, limit, (place) => nthDayAt(words, place, limit))
  if (!days) return undefined
  const byday = days.values.flat()
  if (isKind(words[days.next], 'of') && isKind(words[days.next + 1], 'month') && days.next + 1 < limit) {
    const bymonth = [Number(words[days.next + 1]!.value)]
    return { next: days.next + 2, rule: { freq: 'yearly', interval: 1, bymonth, byday } }
  }
  return { next: ofTheMonth(words, days.next, limit), rule: { freq: 'monthly', interval: 1, byday } }
}

function nthDayAt(words: readonly Word[], at: number, limit: number): { next: number; value: ByDay[] } | undefined {
  const nths = listAt(words, at, limit, (place) => fromEndAt(words, place, 5) ?? ordinalAt(words, place, 5))
  const day = nths && words[nths.next]
  if (!isKind(day, 'weekday')) return undefined
  return { next: nths!.next + 1, value: nths!.values.map((nth) => ({ day: day.value as Weekday, nth })) }
}

/** `27th`, `1st and 15th`, `last day`, `15th and last day of the month` */
function monthDaysAt(words: readonly Word[], at: number, limit: number): Subject | undefined {
  const dates = listAt(words, at, limit, (place) => monthDayAt(words, place))
  if (!dates) return undefined
  const bymonthday = inMonthOrder(dates.values)
  return { next: ofTheMonth(words, dates.next, limit), rule: { freq: 'monthly', interval: 1, bymonthday } }
}

/** `every 2nd day` and `every 3rd week` are intervals, so a day of the month is a number with nothing behind it. */
function monthDayAt(words: readonly Word[], at: number): Numbered | undefined {
  const last = lastDayAt(words, at)
  if (last) return last
  const found = ordinalAt(words, at, 31)
  if (!found || isKind(words[found.next], 'unit') || !/^\d/.test(words[found.next - 1]!.low)) return undefined
  return found
}

type Numbered = { next: number; value: number }

/** `last day`, `3rd last day`: counted from the end of the month. */
function lastDayAt(words: readonly Word[], at: number): Numbered | undefined {
  const found = fromEndAt(words, at, 31) ?? ordinalAt(words, at, 0)
  return found && words[found.next]?.low === 'day' ? { ...found, next: found.next + 1 } : undefined
}

/** `2nd to last`, `2nd last` */
function fromEndAt(words: readonly Word[], at: number, most: number): Numbered | undefined {
  const found = ordinalAt(words, at, most)
  if (!found || found.value < 2 || !hasNoComma(words[found.next - 1]!)) return undefined
  const next = isKind(words[found.next], 'to') ? found.next + 1 : found.next
  const last = words[next]
  return isKind(last, 'ordinal') && last.value === -1 ? { next: next + 1, value: -found.value } : undefined
}

const hasNoComma = ({ raw, start, end }: Word): boolean => raw.length === end - start

/** `3rd`, `the last`; where `number` will do, `3` too. */
function ordinalAt(words: readonly Word[], at: number, most: number, number: Kind = 'ordinal'): Numbered | undefined {
  const start = isKind(words[at], 'the') ? at + 1 : at
  const word = words[start]
  if (!isKind(word, 'ordinal', number)) return undefined
  const value = Number(word.value)
  return value === 0 || value > most ? undefined : { next: start + 1, value }
}

// From the first day to the last, then those counted from the end.
const inMonthOrder = (dates: readonly number[]): number[] =>
  unique(dates).sort((a, b) => (a < 0 === b < 0 ? a - b : b - a))

const ofTheMonth = (words: readonly Word[], at: number, limit: number): number => {
  const unit = isKind(words[at + 1], 'the') ? at + 2 : at + 1
  return isKind(words[at], 'of') && words[unit]?.value === 'month' && unit < limit ? unit + 1 : at
}

/** `day`, `3 days`, `other week`, `2nd month`, `2 weeks on mon and fri`, `2 months on the 3rd friday`, `year on jan 27` */
function unitsAt(words: readonly Word[], at: number, limit: number): Subject | undefined {
  const part = words[at]
  if (isKind(part, 'part')) return { next: at + 1, rule: { freq: 'daily', interval: 1 }, time: String(part.value) }
  const isCounted = isKind(part, 'number', 'ordinal', 'other')
  const count = isKind(part, 'other') ? 2 : isCounted ? Number(part.value) : 1
  const unit = words[isCounted ? at + 1 : at]
  const next = (isCounted ? at + 1 : at) + 1
  const [freq, times] = (isKind(unit, 'unit') && FREQUENCIES[String(unit.value)]) || []
  if (!freq || !times || count < 1 || count * times > MOST_INTERVAL || next > limit) return undefined
  return (
    onDays(words, next, limit, { freq, interval: count * times }) ?? { next, rule: { freq, interval: count * times } }
  )
}

const FREQUENCIES: Record<string, [Frequency, number]> = {
  day: ['daily', 1],
  week: ['weekly', 1],
  month: ['monthly', 1],
  quarter: ['monthly', 3],
  year: ['yearly', 1],
}

// What a recurrence can hold at most.
const MOST_INTERVAL = 1000

function onDays(words: readonly Word[], at: number, limit: number, rule: Rule): Subject | undefined {
  if (!isKind(words[at], 'on') || at + 1 >= limit) return undefined
  const readers = { daily: undefined, weekly: daysAt, monthly: monthlyAt, yearly: yearlyAt }
  const days = readers[rule.freq]?.(words, at + 1, limit)
  return days && days.next <= limit && days.rule.freq === rule.freq && days.rule.interval === 1
    ? { next: days.next, rule: { ...days.rule, interval: rule.interval } }
    : undefined
}

const monthlyAt: typeof daysAt = (words, at, limit) => nthDaysAt(words, at, limit) ?? monthDaysAt(words, at, limit)
const yearlyAt: typeof daysAt = (words, at, limit) => datesAt(words, at, limit) ?? nthDaysAt(words, at, limit)

/** Some of the same kind, with commas or “and” between them. */
function listAt<T>(
  words: readonly Word[],
  at: number,
  limit: number,
  one: (at: number) => { next: number; value: T } | undefined,
): { next: number; values: T[] } | undefined {
  const values: T[] = []
  let next = at
  for (let place = at; values.length < 31; ) {
    const found = place < limit ? one(place) : undefined
    if (!found || found.next > limit) break
    values.push(found.value)
    next = found.next
    place = isKind(words[next], 'and') ? next + 1 : next
  }
  return values.length === 0 ? undefined : { next, values }
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]
