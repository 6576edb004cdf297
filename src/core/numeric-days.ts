import { type Day, dayFrom, daysInMonth, isDay, partsOf } from './days.ts'

/** In which order a person writes the parts of a date. */
export type Order = 'dmy' | 'mdy' | 'ymd'

/**
 * The day that a word of digits means: `2026-05-01`, `27.1.`, `27.1.2027`, `5/1` and `5/1/27` in the person's order,
 * or in the other one where only that makes a date.
 * A date without its year is the next one. Dots are always day before month, and want the last dot or the year:
 * `27.1` is a number.
 */
export function numericDay(
  word: string,
  { today, order }: { today: Day; order: Order },
): { day: Day; isSlash: boolean } | undefined {
  const first = word.charCodeAt(0)
  if (first < 48 || first > 57 || word.length > 12) return undefined
  const text = word.replace(/[;:!]$/, '')
  const day = isoDay(text) ?? dottedDay(text, today)
  if (day !== undefined) return { day, isSlash: false }
  const slashed = slashedDay(text.replace(/\.$/, ''), today, order)
  return slashed === undefined ? undefined : { day: slashed, isSlash: true }
}

/** That date of that month: of `year`, or the next one from today on. Undefined for a date that no calendar has. */
export function calendarDay(today: Day, date: number, month: number, year?: number): Day | undefined {
  const first = year ?? partsOf(today).year
  // Nine years, because 1900 had no 29 February.
  for (let of = first; of < (year ?? first + 8) + 1 && of <= 9999; of++) {
    if (date < 1 || date > daysInMonth(of, month)) continue
    const day = dayFrom(of, month, date)
    if (year !== undefined || day >= today) return day
  }
  return undefined
}

function isoDay(text: string): Day | undefined {
  const day = text.replace(/\.$/, '')
  return isDay(day) ? day : undefined
}

function dottedDay(text: string, today: Day): Day | undefined {
  const [, date, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?\.?$/.exec(text) ?? []
  return isMonth(month) ? calendarDay(today, Number(date), Number(month), year ? Number(year) : undefined) : undefined
}

function slashedDay(text: string, today: Day, order: Order): Day | undefined {
  const [, first = '', second = '', third] = /^(\d{1,4})\/(\d{1,2})(?:\/(\d{2}|\d{4}))?$/.exec(text) ?? []
  if (first.length === 4)
    return third && isMonth(second) ? calendarDay(today, Number(third), Number(second), Number(first)) : undefined
  if (first.length > 2) return undefined
  // There is no 15th month: 3/15 can only be meant the other way round.
  const isDayFirst = order === 'dmy' ? isMonth(second) : !isMonth(first)
  const [date, month] = isDayFirst ? [first, second] : [second, first]
  const year = third === undefined ? undefined : Number(third.length === 2 ? `20${third}` : third)
  return isMonth(month) ? calendarDay(today, Number(date), Number(month), year) : undefined
}

const isMonth = (text: string | undefined): boolean => Number(text) >= 1 && Number(text) <= 12
