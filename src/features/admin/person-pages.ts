import type { User } from '#db/schema.ts'
import type { View } from '#features/accounts/pages.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { html } from '#web/html.ts'
import { tabs } from './pages.ts'

/** What is done only after the address of the person was typed. */
export type Weighty = 'make-admin' | 'reset-factors'

/** The page that asks for the address of `who` before something weighty is done to them. */
export const typedPage = (form: Form, problems: Problems, what: Weighty, { email, public_id }: User): View => ({
  title: WORDS[what].title,
  main: html`<h1>Administration</h1>
    ${tabs('/admin/people')}
    <h2>${WORDS[what].title}</h2>
    <p class="lead">${email}</p>
    <p>${WORDS[what].means}</p>
    ${formProblem(problems)}
    <div class="stack">
    <form class="stack" method="post" action="/admin/people/${public_id}/${what}" data-turbo="false">
      ${field(form, problems, 'email', 'Type the address of this person', { type: 'email', autocomplete: 'off' })}
      <button class="danger">${WORDS[what].button}</button>
    </form>
    <p><a href="/admin/people">Back to the people</a></p>
    </div>`,
})

const WORDS: Record<Weighty, { title: string; means: string; button: string }> = {
  'make-admin': {
    title: 'Make administrator',
    means:
      'Administrators see everybody’s address, log people out, disable them, make links to new passwords, take away second steps, and choose who may register. What people have to do they do not see.',
    button: 'Make administrator',
  },
  'reset-factors': {
    title: 'Take away the second step',
    means:
      'For somebody who has lost their authenticator app and their recovery codes, or their passkeys. First make sure, by another way than mail, that it is they who ask. Afterwards the password alone logs them in, and their passkeys are gone. They are logged out everywhere, told by mail where mails are sent, and for a day on their pages.',
    button: 'Take away the second step',
  },
}

/** A link to a new password for `who`, shown this once. */
export const linkPage = ({ email }: User, link: string): View => ({
  title: 'Reset link',
  main: html`<h1>Administration</h1>
    ${tabs('/admin/people')}
    <h2>A link to a new password</h2>
    <p class="lead" role="status">For ${email}. It is not shown again.</p>
    <pre class="secrets" tabindex="0" aria-label="Link to a new password">${link}</pre>
    <p class="hint">A click selects all of it, to be copied.</p>
    <p>Hand it to this person, and to nobody else: whoever opens it first chooses the password. Do so where you know that it is they, by word of mouth or in a message that others do not read. It works once, for a day; a newer one takes its place. When it is used, all their sessions end. Their second step stays.</p>
    <p>You never learn the password. It is written down that you made the link.</p>
    <p><a href="/admin/people">Back to the people</a></p>`,
})
