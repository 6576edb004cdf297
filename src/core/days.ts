/** A calendar day as text, `YYYY-MM-DD`. A day is never an instant: it has no zone. */
export type Day = string

/** The calendar day that clocks in `zone` (an IANA name) show at `at`. */
export function dayIn(zone: string, at: Date): Day {
  return formatter(zone).format(at)
}

// Making a formatter takes about a hundred times as long as using one.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string): Intl.DateTimeFormat {
  let known = formatters.get(zone)
  if (!known) {
    // Swedish writes days as ISO 8601 does.
    known = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formatters.set(zone, known)
  }
  return known
}
