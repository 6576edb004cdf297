import { randomBytes } from 'node:crypto'
import { inGroups, toBase32 } from './base32.ts'

/** A new recovery code: 120 random bits as six groups of four letters. */
export const newRecoveryCode = (): string => inGroups(toBase32(randomBytes(15)), '-')

/**
 * A recovery code as it is compared: without blanks and hyphens, in capitals, with the digits that look like letters
 * (there is no 0, 1 or 8 in one) read as those. Undefined when it cannot be one.
 */
export function readRecoveryCode(typed: string): string | undefined {
  if (typed.length > 100) return undefined
  const letters = typed.replace(/[\s-]/g, '').toUpperCase()
  const code = letters.replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('8', 'B')
  return /^[A-Z2-7]{24}$/.test(code) ? code : undefined
}
