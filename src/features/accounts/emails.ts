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
  // First of all: writing a long name in ASCII takes time that grows with its square.
  if (at < 1 || at > 64 || email.length > 254) return undefined
  const local = email.slice(0, at)
  const domain = asciiDomain(email.slice(at + 1))
  if (domain === undefined || !LOCAL.test(local)) return undefined
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
// `domainToASCII` reads a name as a part of an address on the web, and would leave out "/x" and tabs.
const TYPED_DOMAIN = /^[\p{L}\p{M}\p{N}.。-]+$/u
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

function asciiDomain(typed: string): string | undefined {
  const domain = TYPED_DOMAIN.test(typed) ? domainToASCII(typed) : ''
  return domain.length <= 253 && domain.split('.').every((label) => LABEL.test(label)) ? domain : undefined
}

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
