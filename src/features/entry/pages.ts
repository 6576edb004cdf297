import { lengthHint } from '#features/accounts/fields.ts'
import { rememberBox, type View } from '#features/accounts/pages.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { html } from '#web/html.ts'
import { type Gateway, gatewayButtons } from '#web/sign-on.ts'

/** Where the form of a new account is sent, for whom it is when that is known, and whether a mail has to confirm it. */
export type About = {
  action: '/register' | '/invite' | '/setup'
  address?: string | undefined
  leastCharacters: number
  byMail: boolean
  /** Whether it is the account that administers the site. */
  isFirst?: boolean
  /** The other sites through which an account can be made. */
  gateways?: Gateway[]
}

/** The page for making an account. */
export const registerPage = (
  form: Form,
  problems: Problems,
  { action, address, leastCharacters, byMail, isFirst = action === '/setup', gateways = [] }: About,
): View => ({
  title: 'Register',
  main: html`<h1>Make an account</h1>
    ${action === '/invite' ? html`<p class="lead">You are invited${address === undefined ? '' : `, with the address ${address}`}.</p>` : ''}
    ${isFirst ? html`<p class="lead">The first one: it administers this site.</p>` : ''}
    ${formProblem(problems)}
    <form class="stack" method="post" action="${action}" data-turbo="false">
      <input type="hidden" name="zone" value="${form.text('zone')}">
      ${
        address === undefined
          ? field(form, problems, 'email', 'E-mail', { type: 'email', autocomplete: 'username', focus: true })
          : html`<input type="email" name="email" value="${address}" autocomplete="username" hidden readonly>`
      }
      ${field(form, problems, 'password', 'Password', { type: 'password', autocomplete: 'new-password', focus: address !== undefined, hint: `${lengthHint(leastCharacters)} A few words in a row are easy to remember.` })}
      ${field(form, problems, 'verify', 'The password once more', { type: 'password', autocomplete: 'new-password' })}
      ${byMail ? html`<p class="hint">You are sent a mail to confirm the account.</p>` : rememberBox(form.text('remember') !== '' || !form.has('password'))}
      <button class="primary">Register</button>
      ${gatewayButtons(gateways)}
    </form>
    ${haveOne}`,
})

const haveOne = html`<p>You have an account? <a href="/login">Log in</a></p>`

/** What follows where a mail has to confirm it, whether somebody has an account with the address or not. */
export const registrationSentPage = (mostPerHour: number): View => ({
  title: 'Register',
  main: html`<h1>Look into your mail</h1>
    <p>A mail is on its way to you. Its link makes the account; it works once, for a day.</p>
    <p class="hint">It can take a few minutes, and it may be among the spam. One address gets at most ${mostPerHour} such mails an hour.</p>
    <p><a href="/register">Type another address</a></p>
    <p><a href="/login">Back to the login</a></p>`,
})

/** The page behind the link of that mail. Programs that open links press no button. */
export const confirmRegistrationPage = (email: string): View => ({
  title: 'Confirm your account',
  main: html`<h1>Make this account?</h1>
    <p class="lead">${email}</p>
    <p>Confirm it if it was you who asked for it. Then log in with the password that you chose.</p>
    <form class="stack" method="post" action="/register/confirm" data-turbo="false"><button class="primary">Confirm the account</button></form>`,
})

/** What is said of a link that is over, was used, or belongs to an address that has an account meanwhile. */
export const confirmationOverPage: View = {
  title: 'Confirm your account',
  main: html`<h1>This link does not work any more</h1>
    <p>A link works once, and for a day. If you confirmed the account already, log in. If not, ask for it once more.</p>
    <p><a href="/login">Log in</a></p>
    <p><a href="/register">Register</a></p>`,
}

/** What stands in the place of the form when nobody may register. */
export const closedPage: View = {
  title: 'Register',
  main: html`<h1>Registration is closed</h1>
    <p>Ask whoever runs this site for an account.</p>
    ${haveOne}`,
}

/** The same when only those may who were invited. */
export const inviteOnlyPage: View = {
  title: 'Register',
  main: html`<h1>You need an invitation</h1>
    <p>Who was invited makes an account by the link of the invitation. Ask whoever runs this site for one.</p>
    ${haveOne}`,
}

/** What is said of a link for the first administrator that was used, is over, or came too late. */
export const setupOverPage: View = {
  title: 'Register',
  main: html`<h1>This link does not work any more</h1>
    <p>A link for the first administrator works once, for a day, and for as long as there is none. A new start of the server prints another.</p>
    ${haveOne}`,
}

/** What is said of an invitation that was used, taken back, or is over. */
export const invitationOverPage: View = {
  title: 'Invitation',
  main: html`<h1>This invitation does not work any more</h1>
    <p>An invitation works once, and for a week. Ask whoever invited you for another.</p>
    ${haveOne}`,
}
