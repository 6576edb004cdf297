import {
  addDays,
  type Day,
  dayFrom,
  daysInMonth,
  partsOf,
  type Time,
  WEEKDAYS,
  type Weekday,
  weekdayOf,
} from './days.ts'
import { calendarDay, numericDay, type Order } from './numeric-days.ts'
import { clockAt } from './time-words.ts'
import { isKind, vocabulary, type Word, wordsOf } from './vocabulary/words.ts'

/**
 * What is needed to know which day a word means: the person's today and now, how they write dates, when weeks begin.
 * `now` goes beyond 24:00 while the day of a night owl lasts: 25:30 is half past one of the next morning.
 */
export type WordContext = { today: Day; now: Time; order: Order; weekStart: 'monday' | 'saturday' | 'sunday' }

/** A day or a time that was read, and the word after it. */
export type When = {
  next: number
  day?: Day
  time?: Time
  /** A word such as “on” or “at” says that a date follows. */
  isMarked?: true
  /** Why it may be something else: `5/1` a fraction, `sun` the star, a day of the past a name. */
  doubt?: 'slash' | 'short' | 'past' | 'time'
}

/**
 * The day that the whole of `text` means, with its time when it says one: `friday`, `in 3 days at 9`, `27.1.`. A time
 * alone is its next occurrence. A day without its year is the next one; today's own weekday means the one in a week.
 * Days of the past can be said here: `yesterday`, `3 days ago`, `-7 days`, `2020-05-01`. Undefined when it is no day.
 */
export function readDay(text: string, context: WordContext): { day: Day; time?: Time } | undefined {
  if (text.length > LONGEST) return undefined
  const words = wordsOf(text, true)
  const when = pastAt(words, context) ?? whenAt(words, 0, words.length, context)
  if (when?.next !== words.length || words.length === 0) return undefined
  const day = when.day ?? nextDayAt(when.time!, context)
  return day === undefined ? undefined : { day, ...(when.time !== undefined && { time: when.time }) }
}

/** The day on which a clock next shows `time`: today if that is ahead. */
export function nextDayAt(time: Time, { today, now }: WordContext): Day | undefined {
  const at = (days: number): Time => `${String(Number(time.slice(0, 2)) + 24 * days).padStart(2, '0')}${time.slice(2)}`
  return moved(today, [0, 1, 2].find((days) => at(days) > now) ?? 0, 'day')
}

/** The date, the time, or both, with which the words from `at` begin; `limit` is the word at which reading ends. */
export function whenAt(words: readonly Word[], at: number, limit: number, context: WordContext): When | undefined {
  const start = afterMarker(words, at)
  const isMarked = start > at ? ({ isMarked: true } as const) : {}
  const date =
    dateAt(words, start, limit, context) ?? (start > at ? ordinalAt(words, start, limit, context) : undefined)
  if (date) return { ...date, ...timeAfter(words, date, limit), ...isMarked }
  const time = clockAt(words, start, limit, isKind(words[start - 1], 'at') && start > at)
  if (!time) return undefined
  const between = isKind(words[time.next], 'on') ? time.next + 1 : time.next
  const day = dateAt(words, between, limit, context)
  return day && day.time === undefined
    ? { ...day, time: time.time, ...isMarked }
    : { ...time, doubt: 'time', ...isMarked }
}

/** The day with which the words from `at` begin, however it is written. */
export function dateAt(words: readonly Word[], at: number, limit: number, context: WordContext): When | undefined {
  const word = words[at]
  if (!word || at >= limit) return undefined
  const reader = word.kind && readers[word.kind]
  const found = reader?.(words, at, limit, context) ?? numericAt(word, at, context)
  return found && found.next <= limit && isOfOurDays(found.day!) ? found : undefined
}

// What a task can hold (and what the year 9999 is in programs: never).
const isOfOurDays = (day: Day): boolean => day >= '1900' && day < '9999'

/** `day` moved by so many units; undefined beyond the years 1 to 9999. A month later than the 31st is its last day. */
export function moved(day: Day, count: number, unit: string): Day | undefined {
  try {
    if (unit === 'day' || unit === 'week') return addDays(day, unit === 'week' ? 7 * count : count)
    const months = unit === 'month' ? count : unit === 'quarter' ? 3 * count : 12 * count
    const { year, month, date } = partsOf(day)
    const first = partsOf(dayFrom(year, month + months, 1))
    return dayFrom(first.year, first.month, Math.min(date, daysInMonth(first.year, first.month)))
  } catch {
    return undefined
  }
}

// No way of writing a day takes more characters.
const LONGEST = 100

type Reader = (words: readonly Word[], at: number, limit: number, context: WordContext) => When | undefined

const readers: Partial<Record<NonNullable<Word['kind']>, Reader>> = {
  day: (words, at, _, { today }) =>
    words[at]!.value === -1
      ? undefined
      : short(words[at]!, found(at + 1, moved(today, Number(words[at]!.value), 'day'))),
  tonight: (words, at, _, { today }) => ({ next: at + 1, day: today, time: String(words[at]!.value) }),
  weekday: (words, at, _, { today }) => short(words[at]!, found(at + 1, comingDay(today, words[at]!.value as Weekday))),
  month: monthAt,
  number: dateOfMonthAt,
  ordinal: dateOfMonthAt,
  in: inAt,
  next: nextAt,
  this: thisAt,
  the: theAt,
  end: endAt,
}

const found = (next: number, day: Day | undefined): When | undefined => (day === undefined ? undefined : { next, day })

const short = (word: Word, when: When | undefined): When | undefined =>
  when && vocabulary.doubtful.has(word.low) ? { ...when, doubt: 'short' } : when

/** The next day that is a `weekday`; never today. */
function comingDay(today: Day, weekday: Weekday): Day | undefined {
  const ahead = (WEEKDAYS.indexOf(weekday) - WEEKDAYS.indexOf(weekdayOf(today)) + 7) % 7
  return moved(today, ahead || 7, 'day')
}

/** The first day of the week that follows. */
function nextWeek({ today, weekStart }: WordContext): Day | undefined {
  return comingDay(today, weekStart.slice(0, 2) as Weekday)
}

/** `jan 27`, `january 27th, 2027` */
function monthAt(words: readonly Word[], at: number, limit: number, context: WordContext): When | undefined {
  const date = words[at + 1]
  if (!isKind(date, 'number', 'ordinal') || !/^\d/.test(date.low) || at + 1 >= limit) return undefined
  return withYear(words, at + 2, limit, Number(words[at]!.value), Number(date.value), context)
}

/** `27 jan`, `27th of january 2027` */
function dateOfMonthAt(words: readonly Word[], at: number, limit: number, context: WordContext): When | undefined {
  const month = isKind(words[at + 1], 'of') ? at + 2 : at + 1
  if (!isKind(words[month], 'month') || !/^\d/.test(words[at]!.low)) return undefined
  return withYear(words, month + 1, limit, Number(words[month]!.value), Number(words[at]!.value), context)
}

function withYear(
  words: readonly Word[],
  at: number,
  limit: number,
  month: number,
  date: number,
  context: WordContext,
) {
  const year = at < limit && /^[12]\d{3}$/.test(words[at]?.low ?? '') ? Number(words[at]!.low) : undefined
  return inPast(found(year ? at + 1 : at, calendarDay(context.today, date, month, year)), context)
}

function numericAt(word: Word, at: number, context: WordContext): When | undefined {
  const numeric = numericDay(word.raw, context)
  if (!numeric) return undefined
  const when = inPast({ next: at + 1, day: numeric.day }, context)!
  return numeric.isSlash && !when.doubt ? { ...when, doubt: 'slash' } : when
}

const inPast = (when: When | undefined, { today }: WordContext): When | undefined =>
  when && when.day! < today ? { ...when, doubt: 'past' } : when

/** `the 27th`, after “on” or “by”: the next month that has it, from today on. */
function ordinalAt(words: readonly Word[], at: number, limit: number, { today }: WordContext): When | undefined {
  const place = isKind(words[at], 'the') ? at + 1 : at
  const word = words[place]
  if (!isKind(word, 'ordinal') || !/^\d/.test(word.low) || place >= limit) return undefined
  for (let ahead = 0; ahead < 3; ahead++) {
    const { year, month } = partsOf(moved(`${today.slice(0, 8)}01`, ahead, 'month') ?? today)
    const day = calendarDay(today, Number(word.value), month, year)
    if (day !== undefined && day >= today) return { next: place + 1, day }
  }
  return undefined
}

/** `in 3 days`, `in a week`, `in 2 hours`: the last of these is a day and a time. */
function inAt(words: readonly Word[], at: number, limit: number, context: WordContext): When | undefined {
  const [, count, unit] = words.slice(at, at + 3)
  const glued = /^(\d{1,4})(min|h|d|w)$/.exec(count?.low ?? '')
  if (glued) return ahead(context, Number(glued[1]), GLUED[glued[2]!]!, at + 2)
  if (!isKind(count, 'number') || !isKind(unit, 'unit') || at + 2 >= limit) return undefined
  return ahead(context, Number(count.value), String(unit.value), at + 3)
}

const GLUED: Record<string, string> = { min: 'minute', h: 'hour', d: 'day', w: 'week' }

function ahead({ today, now }: WordContext, count: number, unit: string, next: number): When | undefined {
  if (unit !== 'hour' && unit !== 'minute') return found(next, moved(today, count, unit))
  const minutes = Number(now.slice(0, 2)) * 60 + Number(now.slice(3)) + count * (unit === 'hour' ? 60 : 1)
  const day = moved(today, Math.floor(minutes / 1440), 'day')
  const clock = [Math.floor(minutes / 60) % 24, minutes % 60].map((part) => String(part).padStart(2, '0'))
  return day === undefined ? undefined : { next, day, time: clock.join(':') }
}

/** `next week` is its first day, as is `next month`; `next friday` is that of next week. */
function nextAt(words: readonly Word[], at: number, _: number, context: WordContext): When | undefined {
  const word = words[at + 1]
  const week = nextWeek(context)
  if (isKind(word, 'weekday'))
    return week === undefined ? undefined : found(at + 2, onOrAfter(week, word.value as Weekday))
  if (isKind(word, 'weekend')) return found(at + 2, comingDay(weekend(context) ?? context.today, 'sa'))
  if (!isKind(word, 'unit')) return undefined
  if (word.value === 'week') return found(at + 2, week)
  if (word.value !== 'month' && word.value !== 'year') return undefined
  const later = moved(context.today, 1, word.value)
  return found(at + 2, later && (word.value === 'month' ? `${later.slice(0, 8)}01` : `${later.slice(0, 5)}01-01`))
}

const onOrAfter = (day: Day, weekday: Weekday): Day | undefined =>
  weekdayOf(day) === weekday ? day : comingDay(day, weekday)

/** The Saturday that comes; on a weekend it is today. */
const weekend = ({ today }: WordContext): Day | undefined =>
  ['sa', 'su'].includes(weekdayOf(today)) ? today : comingDay(today, 'sa')

/** `this weekend`, `this friday`, `this evening` */
function thisAt(words: readonly Word[], at: number, _: number, context: WordContext): When | undefined {
  const word = words[at + 1]
  if (isKind(word, 'weekend')) return found(at + 2, weekend(context))
  if (isKind(word, 'weekday')) return found(at + 2, comingDay(context.today, word.value as Weekday))
  return isKind(word, 'part') ? { next: at + 2, day: context.today, time: String(word.value) } : undefined
}

/** `the day after tomorrow`, and `the 27th of january` */
function theAt(words: readonly Word[], at: number, limit: number, context: WordContext): When | undefined {
  if (isKind(words[at + 1], 'ordinal')) return dateOfMonthAt(words, at + 1, limit, context)
  const [, day, after, tomorrow] = words.slice(at, at + 4)
  if (!isKind(day, 'unit') || day.low !== 'day' || !isKind(after, 'after')) return undefined
  return isKind(tomorrow, 'day') && tomorrow.value === 1 ? found(at + 4, moved(context.today, 2, 'day')) : undefined
}

/** `end of month`, `end of the year` */
function endAt(words: readonly Word[], at: number, _: number, { today }: WordContext): When | undefined {
  const place = isKind(words[at + 2], 'the') ? at + 3 : at + 2
  const unit = words[place]?.value
  if (!isKind(words[at + 1], 'of') || (unit !== 'month' && unit !== 'year')) return undefined
  const { year, month } = partsOf(today)
  return found(place + 1, unit === 'year' ? dayFrom(year, 12, 31) : dayFrom(year, month, daysInMonth(year, month)))
}

/** Behind “on”, “by”, “due”, “due on” or “at” stands a date. */
function afterMarker(words: readonly Word[], at: number): number {
  const next = isKind(words[at], 'due') ? at + 1 : at
  return isKind(words[next], 'on', 'by', 'at') ? next + 1 : next
}

/** The time behind a day: `at 9`, `9:30`, `evening`. */
function timeAfter(words: readonly Word[], { next, time }: When, limit: number): { next: number; time?: Time } {
  const isSaid = isKind(words[next], 'at', 'by')
  const clock = clockAt(words, isSaid ? next + 1 : next, limit, isSaid)
  // Nobody has breakfast tonight.
  if (clock)
    return {
      ...clock,
      time: time !== undefined && clock.time < '12:00' && clock.isBare ? later(clock.time) : clock.time,
    }
  const part = words[next]
  if (time === undefined && next < limit && isKind(part, 'part')) return { next: next + 1, time: String(part.value) }
  return { next, ...(time !== undefined && { time }) }
}

const later = (time: Time): Time => `${Number(time.slice(0, 2)) + 12}${time.slice(2)}`

/** What can be said of the past, where that makes sense. */
function pastAt(words: readonly Word[], { today }: WordContext): When | undefined {
  const [first, second, third] = words
  if (first?.value === -1 && first.kind === 'day') return found(1, moved(today, -1, 'day'))
  const signed = /^([+-])(\d{1,5})$/.exec(first?.raw ?? '')
  if (signed && isKind(second, 'unit')) return counted(2, today, Number(signed[1] + signed[2]!), second)
  if (isKind(first, 'number') && isKind(second, 'unit') && isKind(third, 'ago'))
    return counted(3, today, -Number(first.value), second)
  return undefined
}

const counted = (next: number, today: Day, count: number, { value }: Word): When | undefined =>
  value === 'hour' || value === 'minute' ? undefined : found(next, moved(today, count, String(value)))
