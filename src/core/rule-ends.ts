import { dateAt, type WordContext } from './date-words.ts'
import type { Day, Time } from './days.ts'
import { clockAt } from './time-words.ts'
import { isKind, type Word } from './vocabulary/words.ts'

/** What is said of a rule besides its days, and the word after it. */
export type Ends = {
  next: number
  time?: Time
  startsOn?: Day
  until?: Day
  count?: number
  lasts?: { count: number; unit: string }
}

/** What follows the days: `at 9`, `starting monday`, `until 1 may`, `for 6 weeks`, `5 times`, in any order. */
export function endsAt(words: readonly Word[], { next, time }: Ends, limit: number, context: WordContext): Ends {
  let ends: Ends = { next, ...(time !== undefined && { time }) }
  for (let more: Ends | undefined = ends; more; ) {
    more = endAt(words, ends, limit, context)
    if (more && more.next <= limit) ends = more
    else break
  }
  return ends
}

function endAt(words: readonly Word[], ends: Ends, limit: number, context: WordContext): Ends | undefined {
  const at = ends.next
  const word = words[at]
  if (!word || at >= limit) return undefined
  const isOpen = ends.count === undefined && ends.until === undefined && ends.lasts === undefined
  if (isKind(word, 'starting', 'from') && ends.startsOn === undefined) {
    const start = dateAt(words, at + 1, limit, context)
    return start && start.time === undefined ? { ...ends, next: start.next, startsOn: start.day! } : undefined
  }
  if (isKind(word, 'until') && isOpen) {
    const end = dateAt(words, at + 1, limit, context)
    return end && end.time === undefined ? { ...ends, next: end.next, until: end.day! } : undefined
  }
  const count = words[isKind(word, 'for') ? at + 1 : at]
  const after = isKind(word, 'for') ? at + 2 : at + 1
  if (isOpen && isKind(count, 'number') && Number(count.value) >= 1 && Number(count.value) <= MOST_TIMES) {
    const unit = words[after]
    if (isKind(unit, 'times')) return { ...ends, next: after + 1, count: Number(count.value) }
    if (isKind(word, 'for') && isKind(unit, 'unit') && LONG.has(unit.value))
      return { ...ends, next: after + 1, lasts: { count: Number(count.value), unit: String(unit.value) } }
  }
  return ends.time === undefined ? timeAt(words, ends, limit) : undefined
}

function timeAt(words: readonly Word[], ends: Ends, limit: number): Ends | undefined {
  const isSaid = isKind(words[ends.next], 'at')
  const clock = clockAt(words, isSaid ? ends.next + 1 : ends.next, limit, isSaid)
  if (clock) return { ...ends, next: clock.next, time: clock.time }
  const part = words[ends.next]
  return isKind(part, 'part') ? { ...ends, next: ends.next + 1, time: String(part.value) } : undefined
}

const LONG = new Set<string | number>(['day', 'week', 'month', 'quarter', 'year'])

// What a recurrence can hold at most.
const MOST_TIMES = 1000
