import { createHash } from 'node:crypto'

/**
 * The key of a password in lists of breached ones: its SHA-1 in capital hex, in two parts. `asked` is all that leaves this
 * machine, five characters that a great many passwords share; `kept` is looked for in the answer.
 */
export function breachKey(password: string): { asked: string; kept: string } {
  const hex = createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase()
  return { asked: hex.slice(0, 5), kept: hex.slice(5) }
}
