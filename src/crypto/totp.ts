import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { SECOND } from '#core/time.ts'
import { toBase32 } from './base32.ts'

/** How long a code stands in an authenticator app. */
export const STEP = 30 * SECOND

const DIGITS = 6

/** A new secret for an authenticator app: 160 random bits, as RFC 4226 (section 4) recommends. */
export const newTotpSecret = (): Buffer => randomBytes(20)

/** The number of the step that `now` is in, counted from 1970 (RFC 6238, section 4). */
export const stepOf = (now: Date): number => Math.floor(now.getTime() / STEP)

/** The code of a step (RFC 6238 with HMAC-SHA-1, the one kind that all apps know): `digits` digits. */
export function codeOf(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  // Dynamic truncation: RFC 4226, section 5.3.
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/**
 * The step whose code `typed` is: the present one, or one before or after it, because clocks differ and people type.
 * Undefined when it is none of them. Takes as long whichever it is.
 */
export function matchingStep(secret: Uint8Array, typed: string, now: Date): number | undefined {
  const present = stepOf(now)
  return [present, present - 1, present + 1].filter((step) => same(codeOf(secret, step), typed))[0]
}

/** Digits as people type them, in groups or not; undefined when it is no code. */
export function readCode(typed: string): string | undefined {
  const code = typed.length > 40 ? '' : typed.replace(/[\s-]/g, '')
  return /^\d{6}$/.test(code) ? code : undefined
}

/** The address that an authenticator app reads from a QR code ("Key Uri Format"), for the account `email`. */
export function otpauthAddress(secret: Uint8Array, email: string): string {
  const label = `${encodeURIComponent(ISSUER)}:${encodeURIComponent(email)}`
  const about = { secret: toBase32(secret), issuer: ISSUER, algorithm: 'SHA1', digits: DIGITS, period: STEP / SECOND }
  const query = Object.entries(about).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `otpauth://totp/${label}?${query.join('&')}`
}

// Letters and blanks only, so that every app shows it as it is.
const ISSUER = 'Get It Done'

function same(code: string, typed: string): boolean {
  const [left, right] = [Buffer.from(code), Buffer.from(typed)]
  return left.length === right.length && timingSafeEqual(left, right)
}
