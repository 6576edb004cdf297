import type { Config } from '#config.ts'
import { DAY, later } from '#core/time.ts'
import { nothingHere } from '#web/answers.ts'
import { Routes } from '#web/routes.ts'

/** What programs look for at addresses that are the same everywhere (RFC 8615). */
export const wellKnown = new Routes()

// Where password managers send whoever should have another one (W3C, "A Well-Known URL for Changing Passwords").
wellKnown.get('/.well-known/change-password', 'public', (c) => c.redirect('/account/password', 303))

wellKnown.get('/.well-known/security.txt', 'public', (c) => {
  const { config, now } = c.var
  if (config.securityContacts.length === 0) return nothingHere(c)
  return c.text(securityText(config, now), 200, { 'Content-Type': 'text/plain; charset=utf-8' })
})

// They believe that redirect only where an address that nobody has is not there either; the way to the login page would
// end with a page.
wellKnown.get('/.well-known/:name', 'public', (c) => nothingHere(c))

/** Whom to tell about a weakness (RFC 9116). A server that runs is looked after, so what it says holds for three months. */
function securityText({ securityContacts, baseUrl }: Config, now: Date): string {
  const lines = [
    ...securityContacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${later(now, 90 * DAY).slice(0, 10)}T00:00:00Z`,
    `Canonical: ${baseUrl}/.well-known/security.txt`,
  ]
  return `${lines.join('\n')}\n`
}
