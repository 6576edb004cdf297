/** What the server (or somebody on the way to it) said to one entry of the outbox. */
export type Answer = {
  status: number
  type: string
  body: string
  /** Milliseconds the server asked us to wait. */
  retryAfter?: number
  /** The path of the page to which the form leads. */
  next?: string
  /** True when the server says that another person is logged in. */
  ofOther?: boolean
}

export type Meaning = 'done' | 'refused' | 'signed-out' | 'someone-else' | 'stuck' | 'later'

// A server that starts or is gone, and those on the way who cannot reach it: all that passes.
const PASSING = [502, 503, 504]

/**
 * What an answer means for the entry. Only a Turbo Stream is our server speaking of this change: another type comes
 * from something on the way (a proxy, a hotel's login page), so it never counts as done. `stuck` is the entry that
 * somebody on the way turns back, or on which our server stumbles: another try may help, but not for ever.
 */
export function meaningOf(answer: Answer): Meaning {
  if (answer.status === 401) return 'signed-out'
  if (answer.status === 409 && answer.ofOther) return 'someone-else'
  if (answer.status === 408 || answer.status === 425 || answer.status === 429) return 'later'
  const ours = answer.type.startsWith('text/vnd.turbo-stream.html')
  if (answer.status >= 200 && answer.status < 300) return ours ? 'done' : 'later'
  if (answer.status >= 400 && answer.status < 500) return ours ? 'refused' : 'stuck'
  return ours && answer.status >= 500 && !PASSING.includes(answer.status) ? 'stuck' : 'later'
}

/** Milliseconds that a `Retry-After` header (seconds or an HTTP date) asks for at `now`, at most ten minutes. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (!header) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 600_000)
}

/**
 * Milliseconds to wait before try number `tries` + 1: doubling from one second to one minute, each with up to a quarter
 * taken off by `chance` (0 to 1), so that the tabs and phones of a household do not come back in one beat.
 */
export const backOffMs = (tries: number, chance: number): number =>
  Math.min(1000 * 2 ** Math.max(0, tries - 1), 60_000) * (1 - chance / 4)
