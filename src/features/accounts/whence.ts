import { instant } from '#core/time.ts'
import type { User } from '#db/schema.ts'
import { momentOf } from '#web/dates.ts'
import { deviceName } from './device-name.ts'
import type { From } from './events.ts'

/**
 * When and from where something was done, as words for a letter. `by` is the administrator who did it, as people know
 * them; where that one was is nobody’s business.
 */
export const whence = ({ now, ip, agent }: From, by?: string): Record<string, string> => ({
  at: instant(now),
  ...(by === undefined ? ip !== '' && { device: deviceName(agent), ip } : { by }),
})

/** The same as the person reads it: “on Friday, 1 May 2026 at 12:00, from Firefox on Linux (192.0.2.7)”. */
export const whenceInWords = ({ at = '', device, ip, by }: Record<string, string>, user: User): string =>
  `on ${momentOf(at, user)}, ${device === undefined ? `by ${by ?? 'whoever runs this site'}` : `from ${device} (${ip})`}`
