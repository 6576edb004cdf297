import { dateAt, type When, type WordContext, whenAt } from './date-words.ts'
import { type Found, markAt, minutesIn, place } from './quick-add-marks.ts'
import { ruleAt } from './rule-reader.ts'
import { isKind, type Word } from './vocabulary/words.ts'

/** A line while it is read: its words, what each was taken for ('' for the title so far), and what was found. */
export type Line = {
  text: string
  words: Word[]
  context: WordContext
  taken: ('' | 'span' | 'kept' | 'escaped')[]
  found: Found[]
  has: Set<string>
}

/** A phrase, with what speaks against it. */
export type Phrase = Found & Pick<When, 'doubt' | 'isMarked'>

/** What the words from `at` up to `limit` begin with that has no sign of its own: a date, a rule, `p1`, `for 2h`. */
export function phraseAt({ text, words, context }: Line, at: number, limit: number): Phrase | undefined {
  const word = words[at]!
  if (word.kind === undefined) {
    const section = word.raw[0] === '/' ? markAt(text, words, at, context) : undefined
    if (section) return section
    if (/^p[1-4]$/.test(word.raw)) return priorityAt(words, at)
  }
  if (isKind(word, 'every', 'often')) return recurrenceAt(words, at, limit, context)
  if (isKind(word, 'from', 'starting')) return startAt(words, at, limit, context)
  if (isKind(word, 'for')) return durationAt(words, at, limit, context)
  const when = whenAt(words, at, limit, context)
  if (!when) return undefined
  const { next, day, time, doubt, isMarked } = when
  return {
    ...place(words, at, next),
    kind: 'due',
    value: { ...(day !== undefined && { day }), ...(time !== undefined && { time }) },
    ...(doubt && { doubt }),
    ...(isMarked && { isMarked }),
  }
}

const priorityAt = (words: readonly Word[], at: number): Phrase => ({
  ...place(words, at, at + 1),
  kind: 'priority',
  value: Number(words[at]!.raw[1]) as 1 | 2 | 3 | 4,
})

function recurrenceAt(words: readonly Word[], at: number, limit: number, context: WordContext): Phrase | undefined {
  const rule = ruleAt(words, at, limit, context)
  if (!rule) return undefined
  const { next, ...value } = rule
  return { ...place(words, at, next), kind: 'recurrence', value }
}

/** `from monday`. A name of a day in capitals rather says whose: the minutes from Friday. */
function startAt(words: readonly Word[], at: number, limit: number, context: WordContext): Phrase | undefined {
  const date = dateAt(words, at + 1, limit, context)
  if (!date || date.time !== undefined || date.doubt === 'past' || words[at + 1]!.isCapital) return undefined
  return {
    ...place(words, at, date.next),
    kind: 'start',
    value: date.day!,
    isMarked: true,
    ...(date.doubt && { doubt: date.doubt }),
  }
}

/** `for 45min`, `for 1h30m`. In words (`for 2 hours`) only behind a time, where it is not what the title is about. */
function durationAt(words: readonly Word[], at: number, limit: number, context: WordContext): Phrase | undefined {
  if (at + 1 >= limit) return undefined
  const [, hours, minutes] = /^(?:(\d{1,2}(?:\.\d)?)h)?(?:(\d{1,3})m(?:ins?)?)?$/.exec(words[at + 1]!.low) ?? []
  if (hours || minutes) return lasting(words, at, at + 2, Number(hours ?? 0) * 60 + Number(minutes ?? 0))
  const [count, unit] = [words[at + 1], words[at + 2]]
  if (!isKind(count, 'number') || !isKind(unit, 'unit') || at + 2 >= limit || !followsTime(words, at, context))
    return undefined
  return lasting(words, at, at + 3, Number(count.value) * (unit.value === 'day' ? 0 : (minutesIn(unit.low) ?? 0)))
}

const lasting = (words: readonly Word[], at: number, next: number, minutes: number): Phrase | undefined =>
  minutes >= 1 && minutes <= MOST_MINUTES
    ? { ...place(words, at, next), kind: 'duration', value: Math.round(minutes), isMarked: true }
    : undefined

const MOST_MINUTES = 5999

function followsTime(words: readonly Word[], end: number, context: WordContext): boolean {
  for (let at = Math.max(0, end - 8); at < end; at++) {
    const when = whenAt(words, at, end, context) ?? ruleAt(words, at, end, context)
    if (when?.next === end && when.time !== undefined) return true
  }
  return false
}
