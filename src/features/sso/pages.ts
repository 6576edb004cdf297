import { tabs } from '#features/accounts/account-pages.ts'
import type { View } from '#features/accounts/pages.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { type Gateway, gatewayForm } from '#web/sign-on.ts'

/** A site that logs somebody in: what people call it, the address it knows them by, since when. */
export type Linked = { issuer: string; name: string; email: string; since: Html }

/** The sites that log this person in, and those that could. */
export const signInPage = (linked: Linked[], others: Gateway[], problem?: string): View => ({
  title: 'Log in through another site',
  main: html`<h1>Account</h1>
    ${tabs('/account/password')}
    <h2>Log in through another site</h2>
    <p class="lead">When your account is linked with another site, whoever is logged in there as you can come in here. Linking and unlinking log out all other devices.</p>
    ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
    ${linked.length === 0 && others.length === 0 ? html`<p>This site knows no other.</p>` : nothing}
    <ul class="rows">
      ${linked.map(linkedRow)}
      ${others.map(otherRow)}
    </ul>
    <p><a href="/account/password">Back to the password</a></p>`,
})

const linkedRow = ({ issuer, name, email, since }: Linked): Html => html`<li>
  <div>
    <b>${name}</b> <span class="tag">Linked</span>
    <div class="meta">${email === '' ? nothing : html`<span>${email}</span>`}<span>Since ${since}</span></div>
  </div>
  <form method="post" action="/account/sign-in/unlink" data-turbo="false"><input type="hidden" name="issuer" value="${issuer}"><button class="quiet" aria-label="Unlink ${name}">Unlink</button></form>
</li>`

const otherRow = (gateway: Gateway): Html => html`<li>
  <div><b>${gateway.name}</b></div>
  ${gatewayForm(gateway, { action: `/account/sign-in/${gateway.id}`, label: 'Link', name: `Link with ${gateway.name}` })}
</li>`

/** What is shown when a browser would not follow the form to where the provider really is: a link it follows. */
export const onwardPage = (name: string, address: string): View => ({
  title: name,
  main: html`<h1>Go on with ${name}</h1>
    <p><a class="button primary" href="${address}">Go on with ${name}</a></p>`,
})
