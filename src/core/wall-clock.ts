import type { Day, Time } from './days.ts'
import { Recent } from './recent.ts'
import { Refusal } from './refusal.ts'
import { HOUR, MINUTE, SECOND } from './time.ts'

/**
 * The instant at which clocks in `zone` (an IANA name) show this day and time. When they never do, because they are
 * put forward, it is the first minute that they show afterwards; when they do so twice, it is the first time.
 * (RFC 5545, 3.3.5, takes the offset before a gap instead and comes to the minute as far behind it.) Refuses a zone
 * that does not exist.
 */
export function instantOf(day: Day, time: Time, zone: string): Date {
  const shown = Date.parse(`${day}T${time}:00Z`)
  const offsets = [offsetAt(zone, shown - 36 * HOUR), offsetAt(zone, shown + 36 * HOUR)]
  const [early, late] = [shown - Math.max(...offsets), shown - Math.min(...offsets)]
  const right = [early, late].find((instant) => instant + offsetAt(zone, instant) === shown)
  return new Date(right ?? firstMinuteAfter(zone, shown, early - HOUR, late + HOUR))
}

/** What clocks in `zone` (an IANA name) show at `at`. Refuses a zone that does not exist. */
export function wallClockIn(zone: string, at: Date): { day: Day; time: Time } {
  const shown = new Date(at.getTime() + offsetAt(zone, at.getTime())).toISOString()
  return { day: shown.slice(0, 10), time: shown.slice(11, 16) }
}

// Before the clocks are put forward they show less than was asked for, and afterwards more.
function firstMinuteAfter(zone: string, shown: number, before: number, after: number): number {
  while (after - before > SECOND) {
    const middle = before + Math.floor((after - before) / 2 / SECOND) * SECOND
    if (middle + offsetAt(zone, middle) < shown) before = middle
    else after = middle
  }
  // Some zones left the time of the sun in the middle of a minute.
  return after + ((MINUTE - ((after + offsetAt(zone, after)) % MINUTE)) % MINUTE)
}

/** By how many milliseconds clocks in `zone` are ahead of UTC at `instant`. */
function offsetAt(zone: string, instant: number): number {
  const [, sign, hours, minutes, seconds = 0] =
    /([+-])(\d\d):(\d\d):?(\d\d)?$/.exec(formatter(zone).format(instant)) ?? []
  const ahead = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND
  return sign === '-' ? -ahead : ahead
}

const formatters = new Recent<Intl.DateTimeFormat>(300)

function formatter(zone: string): Intl.DateTimeFormat {
  try {
    return formatters.of(zone, () => new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }))
  } catch {
    throw new Refusal('invalid', `There is no time zone “${zone.slice(0, 60)}”.`, { field: 'zone' })
  }
}
