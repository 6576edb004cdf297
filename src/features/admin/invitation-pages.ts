import type { User } from '#db/schema.ts'
import type { View } from '#features/accounts/pages.ts'
import type { OpenInvitation } from '#features/entry/invitations.ts'
import { dayOf, shortDay, todayOf } from '#web/dates.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { tabs } from './pages.ts'

/** What is shown of invitations: those that can be used, and the form that makes another. `me` reads it. */
export type Invitations = { open: OpenInvitation[]; me: User; now: Date; sendsMail: boolean; isClosed: boolean }

/** The part of the page of people that is about those who are to come. */
export const invitationsPart = (form: Form, problems: Problems, about: Invitations): Html => html`
  <h2>Invitations</h2>
  ${about.open.length === 0 ? nothing : html`<ul class="rows people">${about.open.map((one) => invitationRow(one, about))}</ul>`}
  ${about.isClosed ? html`<p class="hint">Nobody may register at the moment. To invite people, change that under <a href="/admin/settings">Settings</a>.</p>` : inviteForm(form, problems, about)}`

const inviteForm = (form: Form, problems: Problems, { sendsMail }: Invitations): Html => html`
  ${formProblem(problems)}
  <form class="stack" method="post" action="/admin/people/invite" data-turbo="false">
    ${field(form, problems, 'email', 'E-mail', { type: 'email', required: false, hint: `${sendsMail ? 'The invitation is sent there, and is' : 'The invitation is'} for this address alone. Leave it empty for a link that anybody may use, once.` })}
    <button class="primary">Invite somebody</button>
  </form>`

const invitationRow = ({ id, address, by, expires_at }: OpenInvitation, { me, now }: Invitations): Html => html`<li>
  <div>
    <b>${address ?? 'Whoever has the link'}</b>
    <div class="meta"><span>By ${by ?? 'the command line'}</span><span>Until ${shortDay(dayOf(me, new Date(expires_at)), todayOf(me, now), me)}</span></div>
  </div>
  <div class="actions"><form method="post" action="/admin/people/invitations/${id}/revoke"><button class="quiet" aria-label="Take back the invitation for ${address ?? 'whoever has the link'}">Take back</button></form></div>
</li>`

/** The link of a new invitation, shown this once. */
export const invitedPage = (link: string, email: string, isMailed: boolean): View => ({
  title: 'Invitation',
  main: html`<h1>Administration</h1>
    ${tabs('/admin/people')}
    <h2>Hand over this link</h2>
    <p role="status">${whereto(email, isMailed)} It works once, for a week. It is not shown again.</p>
    <pre class="secrets" tabindex="0" aria-label="The link">${link}</pre>
    <p class="hint">A click selects all of it, to be copied.</p>
    <p><a class="button" href="/admin/people">Back to the people</a></p>`,
})

function whereto(email: string, isMailed: boolean): string {
  if (email === '') return 'Whoever has it can make one account.'
  return isMailed
    ? `A mail with a link is on its way to ${email}. You can also hand over this one.`
    : `It is for ${email}.`
}
