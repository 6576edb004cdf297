import { inGroups } from '#crypto/base32.ts'
import { tabs } from '#features/accounts/account-pages.ts'
import type { View } from '#features/accounts/pages.ts'
import { passkeyForm, withoutPasskeys } from '#features/accounts/passkey-site.ts'
import { field, formProblem } from '#web/fields.ts'
import { emptyForm, type Form, type Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { type Gateway, gatewayForm } from '#web/sign-on.ts'
import { qrCode } from './qr.ts'

const codeField = (problems: Problems, label: string, focus: boolean): Html =>
  // What was typed is not shown again: by now another code counts.
  field(emptyForm(), problems, 'code', label, { autocomplete: 'one-time-code', secret: 'digits', maxlength: 20, focus })

/** What the page about the second step says when the login asks for codes: since when, and how many recovery codes are left. */
export type On = { since: Html; codesLeft: number }

/** Whether the login asks for a code, and what can be changed about it. `isNeeded`: the site shows nothing else before. */
export const twoFactorPage = (on: On | undefined, isNeeded: boolean): View => ({
  title: 'Login in two steps',
  main: html`<h1>Account</h1>
    ${tabs('/account/two-factor')}
    ${isNeeded ? needed(on !== undefined) : nothing}
    ${on ? isOn(on) : isOff}`,
})

const needed = (hasApp: boolean): Html =>
  html`<p class="problem" role="alert">This site asks for a second step before it shows you anything else. ${hasApp ? html`<a href="/account/confirm?next=/">Show it now</a>.` : html`Set it up here, or add a <a href="/account/passkeys">passkey</a>. If you have one, log out and log in with it.`}</p>`

const isOff = html`<p class="lead">With a second step, whoever knows your password cannot log in without your phone: the login also asks for a code that an authenticator app shows. Any such app will do.</p>
  <form method="post" action="/account/two-factor" data-turbo="false"><button class="primary">Set it up</button></form>`

const isOn = ({
  since,
  codesLeft,
}: On): Html => html`<p class="lead">Your login asks for the code of your authenticator app since ${since}.</p>
  <section class="part" aria-labelledby="recovery">
    <h2 id="recovery">Recovery codes</h2>
    <p>${leftInWords(codesLeft)} Each logs you in once, when you do not have your phone. New ones replace those of before, and log out all other devices.</p>
    <form method="post" action="/account/two-factor/codes" data-turbo="false"><button class="quiet">Make new recovery codes</button></form>
  </section>
  <section class="part" aria-labelledby="off">
    <h2 id="off">Turn it off</h2>
    <p>Your password alone logs you in then. All other devices are logged out. To move to another phone, turn it off here and set it up again there.</p>
    <form method="post" action="/account/two-factor/off" data-turbo="false"><button class="danger">Turn the second step off</button></form>
  </section>`

function leftInWords(left: number): string {
  if (left === 0) return 'You have no recovery code left.'
  return left === 1 ? 'You have 1 recovery code left.' : `You have ${left} recovery codes left.`
}

/** The page on which an authenticator app learns the secret (in base32; `address` holds it too) and shows its first code. */
export const setUpPage = (problems: Problems, { secret, address }: { secret: string; address: string }): View => ({
  title: 'Set up the second step',
  main: html`<h1>Set up the second step</h1>
    <ol class="steps">
      <li>
        <p>Scan this with your authenticator app.</p>
        ${qrCode(address, 'QR code that holds the key below')}
        <p>Or type this key there: <b class="key">${inGroups(secret, ' ')}</b></p>
        <p>On this phone: <a href="${address}">open it in the app</a></p>
      </li>
      <li>
        ${formProblem(problems)}
        <form class="stack" method="post" action="/account/two-factor/set-up" data-turbo="false">
          ${codeField(problems, 'Type the six digits that it shows', true)}
          <button class="primary">Turn it on</button>
        </form>
      </li>
    </ol>
    <p><a href="/account/two-factor">Not now</a></p>`,
})

/** The recovery codes, shown this once. */
export const codesPage = (codes: string[], isNew: boolean): View => ({
  title: 'Recovery codes',
  main: html`<h1>Recovery codes</h1>
    <p class="lead" role="status">${isNew ? 'Your login asks for a code from now on. All other devices are logged out.' : 'These replace your recovery codes of before. All other devices are logged out.'}</p>
    <p>Write these down, or print them, and keep them apart from your phone. Each logs you in once when you do not have it. They are not shown again.</p>
    <pre class="secrets" tabindex="0" aria-label="Recovery codes">${codes.join('\n')}</pre>
    <p class="hint">A click selects all of them, to be copied.</p>
    <p><a class="button" href="/account/two-factor">I have kept them</a></p>`,
})

/** The second step of a login, by the code of the app, or by a passkey for those who have one. */
export const secondPage = (problems: Problems, hasPasskey: boolean): View => ({
  title: 'Log in: second step',
  passkeys: hasPasskey,
  main: html`<h1>One more step</h1>
    <p class="lead">Open your authenticator app and type the code that it shows.</p>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/login/second" data-turbo="false">
      ${codeField(problems, 'Six digits', true)}
      <button class="primary">Log in</button>
    </form>
    ${hasPasskey ? byPasskey : nothing}
    <p><a href="/login/recovery">Use a recovery code</a></p>
    <p><a href="/login">Back to the login</a></p>`,
})

const byPasskey = passkeyForm({
  action: '/login/second/passkey',
  question: '/login/second/question',
  button: 'Use a passkey',
})

/** The second step of a login, by a recovery code. */
export const recoveryPage = (form: Form, problems: Problems): View => ({
  title: 'Log in: recovery code',
  main: html`<h1>Use a recovery code</h1>
    <p class="lead">Type one of the codes that you kept when you set up the second step. It works once.</p>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/login/recovery" data-turbo="false">
      ${field(form, problems, 'code', 'Recovery code', { autocomplete: 'off', secret: 'letters', maxlength: 100, focus: true })}
      <button class="primary">Log in</button>
    </form>
    <p><a href="/login/second">Use the authenticator app</a></p>
    <p><a href="/login">Back to the login</a></p>
    <p class="hint">No code left? Ask whoever runs this site.</p>`,
})

/** What somebody can prove themselves by. */
type Means = {
  next: string
  email: string
  hasPassword: boolean
  hasApp: boolean
  hasPasskey: boolean
  gateways: Gateway[]
}

/** The page that asks who it is before a change to the account: by what the person has. */
export const confirmPage = (
  form: Form,
  problems: Problems,
  { next, email, hasPassword, hasApp, hasPasskey, gateways }: Means,
): View => ({
  title: 'Confirm that it is you',
  passkeys: hasPasskey,
  main: html`<h1>Confirm that it is you</h1>
    <p class="lead">${askedFor({ email, hasPassword, hasApp })}</p>
    ${formProblem(problems)}
    ${
      hasPassword
        ? html`<form class="stack" method="post" action="/account/confirm" data-turbo="false">
      <input type="hidden" name="next" value="${next}">
      <input type="email" name="email" value="${email}" autocomplete="username" hidden readonly>
      ${field(form, problems, 'password', 'Password', { type: 'password', autocomplete: 'current-password', focus: true })}
      <button class="primary">Confirm</button>
    </form>`
        : nothing
    }
    ${hasPasskey ? confirmByPasskey(next, hasPassword) : nothing}
    ${hasApp ? confirmByCodeForm(problems, next) : nothing}
    ${gateways.length === 0 ? nothing : html`<div class="stack part">${gateways.map((gateway) => confirmThrough(gateway, next))}</div>`}
    <p><a href="/account">Back to the account</a></p>`,
})

function askedFor({ email, hasPassword, hasApp }: Pick<Means, 'email' | 'hasPassword' | 'hasApp'>): string {
  if (!hasPassword) return `Before the account ${email} is changed, prove once more that it is yours.`
  return `Before your account is changed, type the password of ${email} once more${hasApp ? ', or a code of your authenticator app' : ''}.`
}

const confirmByPasskey = (next: string, hasPassword: boolean): Html =>
  html`${hasPassword ? nothing : withoutPasskeys('Your passkey needs JavaScript, and a browser that knows passkeys.')}
    ${passkeyForm({
      action: '/account/confirm',
      question: '/account/passkeys/confirm',
      button: 'Confirm by a passkey',
      next,
      look: hasPassword ? 'quiet' : 'primary',
    })}`

const confirmThrough = (gateway: Gateway, next: string): Html =>
  gatewayForm(gateway, {
    action: `/account/confirm/${gateway.id}`,
    label: `Confirm through ${gateway.name}`,
    look: html` class="stack"`,
    fields: html`<input type="hidden" name="next" value="${next}">`,
  })

const confirmByCodeForm = (
  problems: Problems,
  next: string,
): Html => html`<form class="stack part" method="post" action="/account/confirm" data-turbo="false">
  <input type="hidden" name="next" value="${next}">
  ${codeField(problems, 'Or the code of your app', false)}
  <button class="quiet">Confirm by the code</button>
</form>`
