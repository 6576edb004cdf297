import type { Registration } from '#db/schema.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { type Gateway, gatewayButtons } from '#web/sign-on.ts'
import { passkeyForm } from './passkey-site.ts'

/** What is in the middle of a page, its title, and whether it has a use for passkeys. */
export type View = { title: string; main: Html; passkeys?: boolean }

/**
 * What the login page has to know besides its form: where it leads, who may register, whether a session of this browser
 * has ended, whether nobody has an account yet, which other sites log people in, whether passkeys can be used here, and what else is said to the script.
 */
export type LoginAround = {
  next: string
  registration: Registration
  wasIn: boolean
  isNew: boolean
  gateways: Gateway[]
  hasPasskeys: boolean
  more?: Html
}

const beTheFirst = html`<p class="lead">Nobody has an account here yet. <a href="/register">Make the first one</a>: it administers the site.</p>`

/** The login page. */
export const loginPage = (
  form: Form,
  problems: Problems,
  { next, registration, wasIn, isNew, gateways, hasPasskeys, more }: LoginAround,
): View => ({
  title: 'Log in',
  passkeys: hasPasskeys,
  main: html`<h1>Log in</h1>
    ${wasIn ? html`<p class="lead">Your session on this device has ended. Log in to go on.</p>` : nothing}
    ${isNew ? beTheFirst : nothing}
    ${formProblem(problems)}
    <form class="stack" method="post" action="/login" data-turbo="false">
      <input type="hidden" name="next" value="${next}">
      ${field(form, problems, 'email', 'E-mail', { type: 'email', autocomplete: hasPasskeys ? 'username webauthn' : 'username', focus: form.text('email') === '' })}
      ${field(form, problems, 'password', 'Password', { type: 'password', autocomplete: 'current-password', focus: form.text('email') !== '' })}
      ${rememberBox(form.text('remember') !== '')}
      <button class="primary">Log in</button>
      ${gatewayButtons(gateways)}
    </form>
    ${hasPasskeys ? byPasskey(next) : nothing}${more ?? nothing}
    <p><a href="/forgot">Forgot your password?</a></p>
    ${WAYS_IN[registration]}`,
})

const byPasskey = (next: string): Html =>
  passkeyForm({
    action: '/login/passkey',
    question: '/login/passkey/question',
    button: 'Log in with a passkey',
    next,
    // The script ticks it with the box above.
    fields: html`<input type="hidden" name="remember" value="">`,
    autofill: true,
  })

const WAYS_IN: Record<Registration, Html> = {
  open: html`<p>No account yet? <a href="/register">Register</a></p>`,
  invite: html`<p class="hint">No account? Ask whoever runs this site for an invitation.</p>`,
  closed: html`<p class="hint">No account? Ask whoever runs this site for one.</p>`,
}

/** The choice to stay logged in. */
export const rememberBox = (isTicked: boolean): Html =>
  html`<label class="check-line"><input type="checkbox" name="remember" value="on"${isTicked ? html` checked` : nothing}> Keep me logged in on this device</label>`

/** The page that asks whether to log out, for whoever follows a link there. */
export const logoutPage: View = {
  title: 'Log out',
  main: html`<h1>Log out?</h1>
    <form method="post" action="/logout" class="stack" data-turbo="false"><button class="primary">Log out</button></form>
    <p><a href="/">Back to the Inbox</a></p>`,
}
