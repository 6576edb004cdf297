import { lengthHint } from '#features/accounts/fields.ts'
import type { View } from '#features/accounts/pages.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html } from '#web/html.ts'

/** The page for somebody who forgot their password. */
export const forgotPage = (form: Form, problems: Problems): View => ({
  title: 'Forgotten password',
  main: html`<h1>Forgot your password?</h1>
    <p class="lead">You get a mail with a link to choose a new one.</p>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/forgot" data-turbo="false">
      ${field(form, problems, 'email', 'E-mail', { type: 'email', autocomplete: 'username', focus: true })}
      <button class="primary">Send the link</button>
    </form>
    ${back()}`,
})

/** What follows, whether there is such an account or not. */
export const sentPage = (mostPerHour: number): View => ({
  title: 'Forgotten password',
  main: html`<h1>Look into your mail</h1>
    <p>If there is an account with this address, a link is on its way to it. It works once, for half an hour.</p>
    <p class="hint">It can take a few minutes, and it may be among the spam. One address gets at most ${mostPerHour} such mails an hour.</p>
    <p><a href="/forgot">Type another address</a></p>
    ${back()}`,
})

/** What is said where no mails are sent. */
export const noMailPage: View = {
  title: 'Forgotten password',
  main: html`<h1>Forgot your password?</h1>
    <p>This site sends no mails. Ask whoever runs it for a link to choose a new password.</p>
    ${back()}`,
}

/** The page behind a link: a new password for `email`. */
export const resetPage = (form: Form, problems: Problems, email: string, leastCharacters: number): View => ({
  title: 'New password',
  main: html`<h1>Choose a new password</h1>
    <p class="lead">For ${email}. All devices are logged out when you do.</p>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/reset" data-turbo="false">
      <input type="email" name="email" value="${email}" autocomplete="username" hidden readonly>
      ${field(form, problems, 'password', 'New password', { type: 'password', autocomplete: 'new-password', focus: true, hint: `${lengthHint(leastCharacters)} A few words in a row are easy to remember.` })}
      ${field(form, problems, 'verify', 'The new password once more', { type: 'password', autocomplete: 'new-password' })}
      <button class="primary">Change the password</button>
    </form>`,
})

/** What is said of a link for a new password that is over, was used, or never was one. */
export const overPage: View = linkOver('New password', html`<a href="/forgot">Ask for a new link</a>`)

/** The same of a link that proves an address. */
export const proofOverPage: View = linkOver(
  'Confirm your address',
  html`<a href="/account">Ask for a new link under Account</a>`,
)

/** The page behind a link that proves an address. Programs that open links press no button. */
export const verifyPage = (email: string): View => ({
  title: 'Confirm your address',
  main: html`<h1>Is this your address?</h1>
    <p class="lead">${email}</p>
    <form class="stack" method="post" action="/verify" data-turbo="false"><button class="primary">Confirm the address</button></form>`,
})

function linkOver(title: string, again: Html): View {
  return {
    title,
    main: html`<h1>This link does not work any more</h1>
      <p>A link works once and for a short time only, and a newer one takes its place. Nothing was changed.</p>
      <p>${again}</p>
      ${back()}`,
  }
}

function back() {
  return html`<p><a href="/login">Back to the login</a></p>`
}
