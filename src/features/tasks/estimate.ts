/** The longest estimate: a thousand hours. */
const MOST = 60_000

/**
 * How many minutes a text means: `45`, `1:30`, `2h`, `1 h 30 min`, `1.5 hours`. Undefined for anything else, and for
 * less than one minute or more than 1,000 hours.
 */
export function minutesIn(text: string): number | undefined {
  const minutes = Math.round(read(text.trim().toLowerCase()) ?? Number.NaN)
  return minutes >= 1 && minutes <= MOST ? minutes : undefined
}

function read(text: string): number | undefined {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  const [, hours, rest] = /^(\d{1,4}):([0-5]\d)$/.exec(text) ?? []
  if (hours !== undefined) return Number(hours) * 60 + Number(rest)
  const [all, inHours, inMinutes] = WORDS.exec(text) ?? []
  if (!all) return undefined
  return Number(inHours?.replace(',', '.') ?? 0) * 60 + Number(inMinutes ?? 0)
}

const WORDS =
  /^(?:(\d{1,4}(?:[.,]\d{1,2})?)\s?(?:h|hr|hrs|hour|hours))?\s?(?:(\d{1,5})\s?(?:m|min|mins|minute|minutes))?$/
