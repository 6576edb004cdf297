import type { WordContext } from '#core/date-words.ts'
import { addDays } from '#core/days.ts'
import { wallClockIn } from '#core/wall-clock.ts'
import { dates } from './page.ts'

/** What day and time it is for the person of this page, and how they write dates. */
export type Here = Pick<WordContext, 'today' | 'now'> & { locale: string }

/** How the person of this page means words for days, see `wordContext` on the server, and how they write dates. */
export function contextHere(now = new Date()): WordContext & Here {
  const [zone = 'UTC', dayStarts = '00:00', order = 'dmy', weekStart = 'monday', locale = 'en-GB'] = dates()
  const { day, time } = wallClockIn(zone, now)
  const isYesterday = time < dayStarts
  return {
    today: isYesterday ? addDays(day, -1) : day,
    now: isYesterday ? `${Number(time.slice(0, 2)) + 24}${time.slice(2)}` : time,
    order: order as WordContext['order'],
    weekStart: weekStart as WordContext['weekStart'],
    locale,
  }
}
