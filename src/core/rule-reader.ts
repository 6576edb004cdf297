import { moved, type WordContext } from './date-words.ts'
import type { Day, Time, Weekday } from './days.ts'
import { firstDay } from './first-day.ts'
import type { Recurrence, Rule } from './recurrence.ts'
import { type Ends, endsAt } from './rule-ends.ts'
import { subjectAt } from './rule-subjects.ts'
import { type Word, wordsOf } from './vocabulary/words.ts'

/** A recurrence that was read, the time of day it said, and the word after it. */
export type RuleFound = { next: number; recurrence: Recurrence; time?: Time; startsOn?: Day }

/**
 * The recurrence that the whole of `text` says: `every 2 weeks`, `every mon, fri`, `every! 3 days`, `every last day`,
 * `daily until 1 may`. Its anchor is the first day on which it comes, from today (or the day it starts) on; a time in
 * the text is passed over. Undefined when it says none, or one that never comes.
 */
export function readRule(text: string, context: WordContext): Recurrence | undefined {
  if (text.length > LONGEST) return undefined
  const words = wordsOf(text, true)
  const found = ruleAt(words, 0, words.length, context)
  return found?.next === words.length ? found.recurrence : undefined
}

/** The recurrence with which the words from `at` begin; `limit` is the word at which reading ends. */
export function ruleAt(words: readonly Word[], at: number, limit: number, context: WordContext): RuleFound | undefined {
  const subject = subjectAt(words, at, limit)
  if (!subject || subject.next > limit) return undefined
  const ends = endsAt(words, subject, limit, context)
  const days = inOrder(subject.rule, context)
  // A time that is past today is one of tomorrow, unless the day on which it starts was said.
  const isPast = ends.startsOn === undefined && ends.time !== undefined && ends.time <= context.now
  const anchor = firstDay(days, ends.startsOn ?? context.today, isPast)
  const rule = anchor && ending(days, anchor, ends)
  if (anchor === undefined || !rule) return undefined
  return {
    next: ends.next,
    recurrence: { rule, anchor, mode: subject.isAfter ? 'completion' : 'schedule', missed: 'skip' },
    ...(ends.time !== undefined && { time: ends.time }),
    ...(ends.startsOn !== undefined && { startsOn: ends.startsOn }),
  }
}

/** The rule with its end; undefined when that is before it begins. */
function ending(rule: Rule, anchor: Day, { count, lasts, until }: Ends): Rule | undefined {
  if (count !== undefined) return { ...rule, count }
  const last = lasts ? moved(moved(anchor, lasts.count, lasts.unit) ?? anchor, -1, 'day') : until
  if (last === undefined) return rule
  return last < anchor ? undefined : { ...rule, until: last }
}

// No way of writing a rule takes more characters.
const LONGEST = 500

// When weeks begin decides which ones are every other.
const inOrder = (rule: Rule, { weekStart }: WordContext): Rule =>
  rule.freq === 'weekly' && rule.interval > 1 && weekStart !== 'monday'
    ? { ...rule, weekStart: weekStart.slice(0, 2) as Weekday }
    : rule
