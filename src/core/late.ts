import type { WordContext } from './date-words.ts'
import { type Day, daysBetween, type Time } from './days.ts'

/** When something is due, on the clocks of whoever reads it. */
type Due = { day: Day; time?: Time | undefined }

/**
 * How far something that is not done is behind: `overdue` from the day after it was due, as for the page Today and in
 * filters; `late` before that, once the minute is over at which it was due.
 */
export function lateness({ day, time }: Due, { today, now }: Pick<WordContext, 'today' | 'now'>): Lateness | undefined {
  const ahead = daysBetween(today, day)
  if (ahead < 0) return 'overdue'
  // Of the morning after, some may be over while the day of a night owl lasts; `now` goes on beyond 24:00 then.
  return time !== undefined && ahead < 2 && hoursOn(time, ahead * 24) < now ? 'late' : undefined
}

export type Lateness = 'overdue' | 'late'

const hoursOn = (time: Time, hours: number): string =>
  `${String(Number(time.slice(0, 2)) + hours).padStart(2, '0')}${time.slice(2)}`
