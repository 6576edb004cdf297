const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** `bytes` in base32 (RFC 4648, section 6) without padding: five bits to a letter, readable over the telephone. */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** The bytes that `text` spells in base32; undefined when it is none. Padding may be there or not. */
export function fromBase32(text: string): Buffer | undefined {
  const letters = text.replace(/=+$/, '')
  if (!/^[A-Z2-7]*$/.test(letters)) return undefined
  const bits = [...letters].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}

/** The same letters in groups of four with `between` them, for people. */
export const inGroups = (letters: string, between: string): string => (letters.match(/.{1,4}/g) ?? []).join(between)
