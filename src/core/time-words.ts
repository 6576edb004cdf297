import type { Time } from './days.ts'
import { isKind, type Word } from './vocabulary/words.ts'

/**
 * The time of day with which the words from `at` begin: `15:00`, `3pm`, `3:30 pm`, `noon`, `9 o’clock`; where
 * `bareHours` also `9` and `9.30`. `isBare` when nothing says whether the morning or the evening is meant.
 */
export function clockAt(
  words: readonly Word[],
  at: number,
  limit: number,
  bareHours: boolean,
): { next: number; time: Time; isBare?: true } | undefined {
  const word = words[at]
  if (!word || at >= limit) return undefined
  if (isKind(word, 'clock')) return { next: at + 1, time: String(word.value) }
  const [, hour, minute, suffix] = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm|a\.m|p\.m)?$/.exec(word.low) ?? []
  if (hour === undefined) return undefined
  const behind = at + 1 < limit ? words[at + 1] : undefined
  const isSplit = !suffix && isKind(behind, 'meridiem')
  const half = isSplit ? Number(behind.value) : suffix ? (suffix.startsWith('p') ? 12 : 0) : undefined
  if (half !== undefined) return timed(at + (isSplit ? 2 : 1), halfDay(Number(hour), half), minute)
  const isClock = isKind(behind, 'o’clock')
  if (!bareHours && !isClock && !word.low.includes(':')) return undefined
  const time = timed(at + (isClock ? 2 : 1), Number(hour), minute)
  return time && { ...time, isBare: true }
}

/** 12 am is midnight and 12 pm is noon; there is no 13 pm. */
const halfDay = (hour: number, half: number): number => (hour < 1 || hour > 12 ? 24 : (hour % 12) + half)

function timed(next: number, hour: number, minute = '00'): { next: number; time: Time } | undefined {
  if (hour > 23 || minute > '59') return undefined
  return { next, time: `${String(hour).padStart(2, '0')}:${minute}` }
}
