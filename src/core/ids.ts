const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** True for a UUID in canonical lower case, the only spelling of an id that we store or accept. */
export const isId = (text: string): boolean => UUID.test(text)

/**
 * A UUIDv7 (RFC 9562, section 5.7): 48 bits of `ms` (milliseconds since 1970), then 74 bits of `random`
 * (10 bytes). Ids made later sort later, which keeps new rows together in the database.
 * Clock and randomness are handed in, so the browser can mint ids with the same function.
 */
export function uuidv7(ms: number, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError('uuidv7 wants 10 random bytes')
  const bytes = new Uint8Array(16)
  for (let i = 0, rest = ms; i < 6; i++, rest = Math.floor(rest / 256)) bytes[5 - i] = rest % 256
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  let hex = ''
  for (const byte of bytes) hex += HEX[byte]!
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
