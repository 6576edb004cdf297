import { MINUTE } from '#core/time.ts'
import { isToken } from '#crypto/keys.ts'
import type { User } from '#db/schema.ts'
import { lookAt } from '#features/accounts/one-time.ts'
import { dropCookie, readCookie, writeCookie } from '#web/cookies.ts'
import type { Any } from '#web/env.ts'

/** How long a browser remembers a link that somebody opened and has not used. */
const LIFE = 15 * MINUTE

/**
 * Takes the secret out of the address: the browser keeps it in a cookie for the page behind `page`, which the answer
 * leads to. Nothing is used up, so whatever opens links of mails by itself may open this one.
 */
export function keepLink(c: Any, purpose: string, token: string, page: string): Response {
  const { config, parts, cookies, now } = c.var
  if (isToken(token)) {
    cookies.push(writeCookie('link', parts.keys.sign('link', `${purpose} ${token}`, now), config, LIFE))
  }
  // The page behind has no secret in its address, and old browsers would not say where its form comes from.
  c.header('Referrer-Policy', 'no-referrer')
  return c.redirect(page, 303)
}

/** The token of the link for `purpose` that this browser opened last. */
export function keptLink(c: Any, purpose: string): string | undefined {
  const { config, parts, now } = c.var
  const signed = readCookie(c.req.header('Cookie'), 'link', config)
  const text = signed === undefined ? undefined : parts.keys.open('link', signed, now, LIFE)
  return text?.startsWith(`${purpose} `) ? text.slice(purpose.length + 1) : undefined
}

/** Makes the browser forget the link. */
export function dropLink(c: Any): void {
  c.var.cookies.push(dropCookie('link', c.var.config))
}

/**
 * Whose link for `purpose` this is, as long as it works and belongs to the address that they have now. It changes
 * nothing. Undefined when it is over, or was used.
 */
export async function personOfLink(c: Any, purpose: string, token: string): Promise<User | undefined> {
  const { db, parts, now } = c.var
  const found = await lookAt(db, parts.keys, purpose, token, now)
  if (found?.user === undefined) return undefined
  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', found.user)
    .where('status', '=', 'active')
    .executeTakeFirst()
  return found.address === undefined || found.address === user?.email ? user : undefined
}
