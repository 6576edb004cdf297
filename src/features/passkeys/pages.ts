import type { Passkey, User } from '#db/schema.ts'
import { tabs } from '#features/accounts/account-pages.ts'
import type { View } from '#features/accounts/pages.ts'
import { type PasskeySite, passkeyForm, withoutPasskeys } from '#features/accounts/passkey-site.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { handleOf } from './questions.ts'

/** A passkey as the page shows it: since when, and when it was used last, in words. */
export type Row = { passkey: Passkey; since: Html; used: Html | undefined }

/** The passkeys of a person. The device is told which of them count, so that it offers no other. */
export const passkeysPage = (rows: Row[], user: User, site: PasskeySite | undefined): View => ({
  title: 'Passkeys',
  passkeys: site !== undefined,
  main: html`<h1>Account</h1>
    ${tabs('/account/passkeys')}
    <p class="lead">A passkey logs you in by the fingerprint, the face or the PIN of your device, without a password. It works nowhere but here, so nobody can get it out of you.</p>
    ${rows.length > 0 ? html`<ul class="rows">${rows.map(rowOf)}</ul>` : nothing}
    ${site ? html`<p><a class="button" href="/account/passkeys/new">Add a passkey</a></p>${tellDevice(rows, user, site)}` : noSite}`,
})

const noSite = html`<p class="hint">Passkeys need an address with a name and https. This site has none, so none can be added or used here.</p>`

const tellDevice = (rows: Row[], user: User, { rpId }: PasskeySite): Html =>
  html`<div hidden data-passkey data-known="${rows.map(({ passkey }) => passkey.credential_id).join(' ')}" data-site="${rpId}" data-user="${Buffer.from(handleOf(user)).toString('base64url')}"></div>`

const rowOf = ({ passkey, since, used }: Row): Html => html`<li>
  <div>
    <b dir="auto">${passkey.name}</b>${passkey.backed_up ? html` <span class="tag">On all your devices</span>` : nothing}
    <div class="meta"><span>Added ${since}</span><span>${used ? html`Used ${used}` : 'Not used yet'}</span></div>
  </div>
  <a href="/account/passkeys/${passkey.public_id}" aria-label="Change ${passkey.name}">Change</a>
</li>`

/** The page on which a passkey is made. */
export const newPasskeyPage = (form: Form, problems: Problems, name: string): View => ({
  title: 'Add a passkey',
  passkeys: true,
  main: html`<h1>Add a passkey</h1>
    <p class="lead">Your device asks for your finger, your face or its PIN. From then on it can log you in here. All other devices are logged out.</p>
    ${formProblem(problems)}
    ${withoutPasskeys('Passkeys need JavaScript, and a browser that knows them. Without them you log in as before.')}
    ${passkeyForm({
      action: '/account/passkeys',
      question: '/account/passkeys/question',
      button: 'Make the passkey',
      look: 'primary',
      fields: nameField(form, problems, name),
    })}
    <p><a href="/account/passkeys">Not now</a></p>`,
})

const nameField = (form: Form, problems: Problems, value: string): Html =>
  field(form, problems, 'name', 'Name', {
    value,
    maxlength: 60,
    anyScript: true,
    hint: 'By which you will know it again.',
  })

/** The page of one passkey: its name, and its end. */
export const passkeyPage = (form: Form, problems: Problems, { public_id, name }: Passkey): View => ({
  title: 'Passkey',
  main: html`<h1>Passkey</h1>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/account/passkeys/${public_id}/rename">
      ${nameField(form, problems, name)}
      <button class="primary">Save</button>
    </form>
    <section class="part" aria-labelledby="remove">
      <h2 id="remove">Remove it</h2>
      <p>It does not log you in any more then. All other devices are logged out. Your password and your other passkeys stay.</p>
      <form method="post" action="/account/passkeys/${public_id}/remove" data-turbo="false"><button class="danger">Remove the passkey</button></form>
    </section>
    <p class="foot-note"><a href="/account/passkeys">Back to the passkeys</a></p>`,
})
