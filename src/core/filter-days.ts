import { addDays, type Day, isDay } from './days.ts'

/** What is needed to know which day a word means. Nothing here reads a clock. */
export type DayContext = { today: Day }

/** A day as somebody wrote it, and which one that is. */
export type NamedDay = { day: Day; words: string }

/** Why something that stands where a day should is none that a filter can use. */
export type NoDay = 'unknown' | 'timed'

/**
 * The day with which `words` begin, as far as they can be read as one, and how many of them it took: `friday p1` is
 * friday. Counted days (`-7 days`, `in 2 weeks`) are meant from today.
 */
export function dayAtStart(words: readonly string[], context: DayContext): (NamedDay & { count: number }) | NoDay {
  for (let count = Math.min(words.length, MOST_WORDS); count > 0; count--) {
    const text = words.slice(0, count).join(' ').toLowerCase()
    const day = dayOf(text, context)
    if (day !== undefined) return { day, words: text, count }
  }
  return 'unknown'
}

// No way of writing a day takes more.
const MOST_WORDS = 6

function dayOf(text: string, { today }: DayContext): Day | undefined {
  if (isDay(text)) return text
  const days = text in NEAR ? NEAR[text] : countedDays(text)
  return days === undefined ? undefined : within(today, days)
}

const NEAR: Record<string, number> = { today: 0, tomorrow: 1, yesterday: -1 }

/** `-7 days`, `+2 weeks`, `3 days`, `in 3 days`, `3 days ago` as a number of days. */
function countedDays(text: string): number | undefined {
  const [, before = '', digits = '', unit = '', ago] =
    /^(\+|-|in )?(\d{1,6}) ?(days?|d|weeks?|w)( ago)?$/.exec(text) ?? []
  if (digits === '' || (ago && before !== '')) return undefined
  const days = Number(digits) * (unit.startsWith('w') ? 7 : 1)
  return ago || before === '-' ? -days : days
}

// Beyond the years 1 to 9999 there are no days.
function within(today: Day, days: number): Day | undefined {
  try {
    return addDays(today, days)
  } catch {
    return undefined
  }
}
