import { isIP } from 'node:net'
import type { Config } from '#config.ts'
import { type Html, html, nothing } from '#web/html.ts'

/** What passkeys are bound to: the name of the site, and the address that browsers see. Both are those of BASE_URL. */
export type PasskeySite = { rpId: string; origin: string }

/**
 * What passkeys made here are bound to. Undefined where browsers make none: at an address without a name, and at one
 * without https that is not this machine (WebAuthn Level 3, sections 5.1.2 and 5.1.3).
 */
export function passkeySite({ baseUrl, secure }: Pick<Config, 'baseUrl' | 'secure'>): PasskeySite | undefined {
  const { hostname, origin } = new URL(baseUrl)
  const isName = isIP(hostname.replace(/^\[|\]$/g, '')) === 0
  const isTrusted = secure || hostname === 'localhost' || hostname.endsWith('.localhost')
  return isName && isTrusted ? { rpId: hostname, origin } : undefined
}

/** A form that a passkey answers, and where the script asks what is to be signed. */
export type PasskeyForm = {
  action: string
  question: string
  button: string
  /** Where the answer leads, when the form has to say so. */
  next?: string
  /** More fields, above the button. */
  fields?: Html
  /** Whether the browser may offer a passkey in the fields for it, unasked. */
  autofill?: boolean
  look?: 'primary' | 'quiet'
}

/** The form itself. The script shows it where the browser knows passkeys, and fills in what the passkey has signed. */
export const passkeyForm = ({ action, question, button, next, fields, autofill, look = 'quiet' }: PasskeyForm): Html =>
  html`<form class="stack" method="post" action="${action}" data-turbo="false" data-passkey="${question}"${autofill ? html` data-autofill` : nothing} hidden>
    ${next === undefined ? nothing : html`<input type="hidden" name="next" value="${next}">`}
    <input type="hidden" name="passkey" value="">
    ${fields ?? nothing}
    <button class="${look}">${button}</button>
  </form>`

/** What stands there for everybody else, in a sentence about what passkeys need. The script takes it away. */
export const withoutPasskeys = (sentence: string): Html => html`<p class="hint" data-without-passkeys>${sentence}</p>`
