import { readDay, type WordContext } from './date-words.ts'
import { addDays, type Day, isDay } from './days.ts'

/** A day as somebody wrote it, and which one that is. */
export type NamedDay = { day: Day; words: string }

/** Why something that stands where a day should is none that a filter can use: no day, or one with a time. */
export type NoDay = 'unknown' | 'timed'

/**
 * The day with which `words` begin, as far as they can be read as one, and how many of them it took: `friday p1` is
 * friday. Counted days (`-7 days`, `+2 weeks`) are meant from today.
 */
export function dayAtStart(words: readonly string[], context: WordContext): (NamedDay & { count: number }) | NoDay {
  for (let count = Math.min(words.length, MOST_WORDS); count > 0; count--) {
    const text = words.slice(0, count).join(' ').toLowerCase()
    // A filter may ask of any day; in a task the far ones are more likely a slip.
    const plain = isDay(text) ? text : countedDay(text, context.today)
    const read = plain === undefined ? readDay(text, context) : { day: plain }
    if (read) return read.time === undefined ? { day: read.day, words: text, count } : 'timed'
  }
  return 'unknown'
}

// No way of writing a day takes more.
const MOST_WORDS = 8

/** `-7 days`, `+2 weeks`, `3 days`. */
function countedDay(text: string, today: Day): Day | undefined {
  const [, sign, digits, unit] = /^([+-]?)(\d{1,6}) ?(days?|d|weeks?|w)$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const days = Number(digits) * (unit?.startsWith('w') ? 7 : 1)
  try {
    return addDays(today, sign === '-' ? -days : days)
  } catch {
    // Beyond the years 1 to 9999 there are no days.
    return undefined
  }
}
