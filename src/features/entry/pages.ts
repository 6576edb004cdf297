import { lengthHint } from '#features/accounts/fields.ts'
import { rememberBox, type View } from '#features/accounts/pages.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { html } from '#web/html.ts'
import { type Gateway, gatewayButtons } from '#web/sign-on.ts'

/** Where the form of a new account is sent, and for whom it is when that is known. */
export type About = {
  action: '/register' | '/invite'
  address?: string | undefined
  leastCharacters: number
  /** The other sites through which an account can be made. */
  gateways?: Gateway[]
}

/** The page for making an account. */
export const registerPage = (
  form: Form,
  problems: Problems,
  { action, address, leastCharacters, gateways = [] }: About,
): View => ({
  title: 'Register',
  main: html`<h1>Make an account</h1>
    ${action === '/invite' ? html`<p class="lead">You are invited${address === undefined ? '' : `, with the address ${address}`}.</p>` : ''}
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
      ${rememberBox(form.text('remember') !== '' || !form.has('password'))}
      <button class="primary">Register</button>
      ${gatewayButtons(gateways)}
    </form>
    ${haveOne}`,
})

const haveOne = html`<p>You have an account? <a href="/login">Log in</a></p>`

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

/** What is said of an invitation that was used, taken back, or is over. */
export const invitationOverPage: View = {
  title: 'Invitation',
  main: html`<h1>This invitation does not work any more</h1>
    <p>An invitation works once, and for a week. Ask whoever invited you for another.</p>
    ${haveOne}`,
}
