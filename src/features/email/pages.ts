import type { User } from '#db/schema.ts'
import { tabs } from '#features/accounts/account-pages.ts'
import type { View } from '#features/accounts/pages.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { EmailChange } from './changes.ts'

/** The page for another address. `waiting` is the change that is to be confirmed. */
export const emailPage = (
  form: Form,
  problems: Problems,
  { user, sendsMail, waiting }: { user: User; sendsMail: boolean; waiting: EmailChange | undefined },
): View => ({
  title: 'E-mail address',
  main: html`<h1>Account</h1>
    ${tabs('/account')}
    <h2>E-mail address</h2>
    <p class="lead">Your address is ${user.email}. ${sendsMail ? byMail : atOnce}</p>
    ${formProblem(problems)}
    <div class="stack">
    ${waiting ? waitingLine(waiting) : nothing}
    <form class="stack" method="post" action="/account/email" data-turbo="false">
      ${field(form, problems, 'email', 'New e-mail address', { type: 'email', autocomplete: 'email' })}
      <button class="primary">${sendsMail ? 'Send the link' : 'Change the address'}</button>
    </form>
    <p><a href="/account">Back to the profile</a></p>
    </div>`,
})

const byMail =
  'The new one is sent a link. It takes effect when you open that and say that the address is yours; all other devices are logged out then. Your present address is told, and can undo it for seven days.'

const atOnce =
  'This site sends no mails, so a new one counts at once, and nobody tries whether it is right. Look at it closely: it is what you log in with. All other devices are logged out.'

const waitingLine = ({ new_email }: EmailChange): Html => html`<div>
      <p>${new_email} <span class="tag">Waits to be confirmed</span></p>
      <p class="hint">A mail with a link was sent there. The link works for a day. Another address takes the place of this one.</p>
      <form method="post" action="/account/email/keep" data-turbo="false"><button class="quiet">Keep the present address</button></form>
    </div>`

/** The page behind the link that the new address was sent. Programs that open links press no button. */
export const confirmPage = ({ new_email }: EmailChange, problems: Problems = {}): View => ({
  title: 'Confirm your new address',
  main: html`<h1>Is this your address?</h1>
    <p class="lead">${new_email}</p>
    ${formProblem(problems)}
    <p>It becomes the address of your account: you log in with it, and mails go to it. All other devices are logged out.</p>
    <form class="stack" method="post" action="/email/confirm" data-turbo="false"><button class="primary">Confirm the address</button></form>`,
})

/** The page behind the link that the old address was sent. */
export const cancelPage = ({ old_email, new_email }: EmailChange): View => ({
  title: 'Undo the change of your address',
  main: html`<h1>Was it not you?</h1>
    <p class="lead">Somebody asked to change the address of your account from ${old_email} to ${new_email}.</p>
    <p>If that was not you, somebody knows your password. When you press the button:</p>
    <ul>
      <li>the address of the account is ${old_email}, whatever it is now,</li>
      <li>passkeys, a second step and other sites that were added since, or on the day before, are taken away, and so are tokens,</li>
      <li>all devices are logged out,</li>
      <li>the present password works no more, and a link to choose a new one is sent to ${old_email}.</li>
    </ul>
    <form class="stack" method="post" action="/email/cancel" data-turbo="false"><button class="danger">It was not me: undo it</button></form>
    <p class="hint">If it was you, close this page. There is nothing to do.</p>`,
})

/** What follows. */
export const cancelledPage: View = {
  title: 'The change is undone',
  main: html`<h1>The change is undone</h1>
    <p>Your account has its old address again, and all devices are logged out. A link to choose a new password is on its way to that address; until you have done so, no password logs anybody in.</p>
    <p>Passkeys, a second step and other sites that were added since the change was asked for, or on the day before, are taken away, and so are all tokens. Afterwards, look under Account at the others, and under Activity at what happened.</p>
    <p><a href="/forgot">The mail does not come: send it again</a></p>`,
}

/** What is said of a link that is over, was used, or never was one. */
export const overPage: View = {
  title: 'This link is over',
  main: html`<h1>This link does not work any more</h1>
    <p>A link works once and for a limited time only, and a newer one takes its place. Nothing was changed.</p>
    <p><a href="/account/email">Your address, under Account</a></p>
    <p><a href="/login">Back to the login</a></p>`,
}
