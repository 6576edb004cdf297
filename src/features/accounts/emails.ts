import { domainToASCII } from 'node:url'
import { z } from 'zod'

/** An address as it was typed, and as it is compared. */
export type Email = { email: string; canon: string }

/**
 * Reads an e-mail address; undefined when it is none. To compare, ASCII letters become lower case and the
 * domain is written in ASCII (RFC 5891). Other letters stay as they are: folding them has made two
 * people one elsewhere (GitHub's reset by "ı", 2019), so an address with invisible characters is refused.
 */
export function readEmail(text: string): Email | undefined {
  const email = text.trim()
  const at = email.lastIndexOf('@')
  const local = email.slice(0, at)
  const domain = domainToASCII(email.slice(at + 1))
  if (at < 1 || email.length > 254 || local.length > 64 || !LOCAL.test(local) || !DOMAIN.test(domain)) return undefined
  return { email, canon: `${asciiLower(local.normalize('NFC'))}@${domain}` }
}

/** A form field that holds an address. */
export const emailField = () =>
  z.string(MISSING).transform((text, context) => {
    const email = readEmail(text)
    if (email) return email
    context.addIssue({ code: 'custom', message: text.trim() === '' ? MISSING : 'This is not an e-mail address.' })
    return z.NEVER
  })

const MISSING = 'Type your e-mail address.'

// Neither spaces, control, format and surrogate characters, nor what needs quoting in a header.
const LOCAL = /^[^\s\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}@"(),:;<>[\]\\]+$/u
const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
