import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { lengthHint } from './fields.ts'

/** What is in the middle of a page, and its title. */
export type View = { title: string; main: Html }

/** The login page. */
export const loginPage = (
  form: Form,
  problems: Problems,
  { next, registrationOpen, wasIn }: { next: string; registrationOpen: boolean; wasIn: boolean },
): View => ({
  title: 'Log in',
  main: html`<h1>Log in</h1>
    ${wasIn ? html`<p class="lead">Your session on this device has ended. Log in to go on.</p>` : nothing}
    ${formProblem(problems)}
    <form class="stack" method="post" action="/login" data-turbo="false">
      <input type="hidden" name="next" value="${next}">
      ${field(form, problems, 'email', 'E-mail', { type: 'email', autocomplete: 'username', focus: form.text('email') === '' })}
      ${field(form, problems, 'password', 'Password', { type: 'password', autocomplete: 'current-password', focus: form.text('email') !== '' })}
      ${rememberBox(form.text('remember') !== '')}
      <button class="primary">Log in</button>
    </form>
    <p><a href="/forgot">Forgot your password?</a></p>
    ${registrationOpen ? html`<p>No account yet? <a href="/register">Register</a></p>` : html`<p class="hint">No account? Ask whoever runs this site for one.</p>`}`,
})

/** The page for making an account. */
export const registerPage = (form: Form, problems: Problems, leastCharacters: number): View => ({
  title: 'Register',
  main: html`<h1>Make an account</h1>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/register" data-turbo="false">
      <input type="hidden" name="zone" value="${form.text('zone')}">
      ${field(form, problems, 'email', 'E-mail', { type: 'email', autocomplete: 'username', focus: true })}
      ${field(form, problems, 'password', 'Password', { type: 'password', autocomplete: 'new-password', hint: `${lengthHint(leastCharacters)} A few words in a row are easy to remember.` })}
      ${field(form, problems, 'verify', 'The password once more', { type: 'password', autocomplete: 'new-password' })}
      ${rememberBox(form.text('remember') !== '' || !form.has('email'))}
      <button class="primary">Register</button>
    </form>
    <p>You have an account? <a href="/login">Log in</a></p>`,
})

const rememberBox = (isTicked: boolean): Html =>
  html`<label class="check-line"><input type="checkbox" name="remember" value="on"${isTicked ? html` checked` : nothing}> Keep me logged in on this device</label>`

/** What stands in the place of the form when nobody may register. */
export const closedPage: View = {
  title: 'Register',
  main: html`<h1>Registration is closed</h1>
    <p>Ask whoever runs this site for an account.</p>
    <p>You have one? <a href="/login">Log in</a></p>`,
}

/** The page that asks whether to log out, for whoever follows a link there. */
export const logoutPage: View = {
  title: 'Log out',
  main: html`<h1>Log out?</h1>
    <form method="post" action="/logout" class="stack" data-turbo="false"><button class="primary">Log out</button></form>
    <p><a href="/">Back to the Inbox</a></p>`,
}
