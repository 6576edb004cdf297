import { Recent } from './recent.ts'

/** A calendar day as text, `YYYY-MM-DD`. A day is never an instant: it has no zone. */
export type Day = string

/** The calendar day that clocks in `zone` (an IANA name) show at `at`. */
export function dayIn(zone: string, at: Date): Day {
  return formatter(zone).format(at)
}

// Making a formatter takes about a hundred times as long as using one, and some 30 kB.
const formatters = new Recent<Intl.DateTimeFormat>(300)

const formatter = (zone: string): Intl.DateTimeFormat =>
  formatters.of(
    zone,
    // Swedish writes days as ISO 8601 does.
    () => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }),
  )
