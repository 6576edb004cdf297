import type { Config } from '#config.ts'

/**
 * The cookies of ours: the session, the short note (flashes), the known device, the link of a mail that was opened, a login
 * that waits for its second step, one that was begun at another site (sso).
 */
export type CookieName = 'sid' | 'pre' | 'device' | 'link' | 'mfa' | 'sso'

// Cookies of whatever else runs on this machine come along: a name has no port.
const LONGEST_HEADER = 16_384

/**
 * The value of one of our cookies in a Cookie header. Over https the name begins with `__Host-`, so that no
 * other site on the same domain can plant it; the other spelling is never accepted. A cookie that
 * is there twice counts as not there: one of the two is somebody else's.
 */
export function readCookie(header: string | null | undefined, name: CookieName, config: Config): string | undefined {
  if (!header || header.length > LONGEST_HEADER) return undefined
  const wanted = `${fullName(name, config)}=`
  const found = header
    .split(';')
    .map((part) => part.replace(/^ /, ''))
    .filter((part) => part.startsWith(wanted))
  return found.length === 1 ? found[0]!.slice(wanted.length) : undefined
}

/**
 * A Set-Cookie header. With `maxAgeMs` the browser keeps the cookie that long, else until it is closed.
 * Throws for a value that a cookie cannot hold or that browsers would drop.
 */
export function writeCookie(name: CookieName, value: string, config: Config, maxAgeMs?: number): string {
  if (!/^[\w.-]*$/.test(value)) throw new Error(`A cookie cannot hold this value of ${name}.`)
  if (value.length > 3800) throw new Error(`The cookie ${name} is too long for browsers.`)
  const age = maxAgeMs === undefined ? '' : `; Max-Age=${Math.floor(maxAgeMs / 1000)}`
  const secure = config.secure ? '; Secure' : ''
  return `${fullName(name, config)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${age}`
}

/** A Set-Cookie header that makes the browser forget the cookie. */
export const dropCookie = (name: CookieName, config: Config): string => writeCookie(name, '', config, 0)

const fullName = (name: CookieName, config: Config): string => (config.secure ? `__Host-${name}` : name)
