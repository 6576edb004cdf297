export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** An instant as it is stored: ISO-8601 in UTC with milliseconds, so that text order is time order. */
export const instant = (date: Date): string => date.toISOString()

/** The instant `ms` milliseconds after `date` (before it, when negative). */
export const later = (date: Date, ms: number): string => new Date(date.getTime() + ms).toISOString()
