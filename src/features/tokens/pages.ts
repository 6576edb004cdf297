import type { User } from '#db/schema.ts'
import { tabs } from '#features/accounts/account-pages.ts'
import type { View } from '#features/accounts/pages.ts'
import { dayAndTime, howLongAgo } from '#web/dates.ts'
import { choice, field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { type ApiToken, isOver } from './tokens.ts'

/** The tokens of a person. */
export const tokensPage = (tokens: ApiToken[], user: User, now: Date): View => ({
  title: 'Tokens',
  main: html`<h1>Account</h1>
    ${tabs('/account/tokens')}
    <p class="lead">A token lets a program or a script come in for you, without your password. Make one for each, so that each can be taken back by itself.</p>
    ${tokens.length === 0 ? nothing : html`<ul class="rows">${tokens.map((token) => tokenRow(token, user, now))}</ul>`}
    <p><a class="button" href="/account/tokens/new">Make a token</a></p>`,
})

const tokenRow = (token: ApiToken, user: User, now: Date): Html => html`<li>
  <div>
    <b dir="auto">${token.name}</b> ${isOver(token, now) ? html`<span class="tag">Over</span>` : nothing}
    <div class="meta"><span>${SCOPES[token.scope]}</span><span>${used(token, user, now)}</span><span>Made ${dayAndTime(user, token.created_at)}</span><span>${ends(token, user, now)}</span></div>
  </div>
  <form method="post" action="/account/tokens/${token.public_id}/revoke"><button class="quiet" aria-label="Take back ${token.name}">Take back</button></form>
</li>`

const SCOPES: Record<ApiToken['scope'], string> = { read: 'May read', write: 'May read and change' }

const used = (token: ApiToken, user: User, now: Date): Html =>
  token.last_used_at === null ? html`Never used` : html`Used ${howLongAgo(user, token.last_used_at, now)}`

function ends(token: ApiToken, user: User, now: Date): Html {
  if (token.expires_at === null) return html`Works until it is taken back`
  return html`${isOver(token, now) ? 'Worked' : 'Works'} until ${dayAndTime(user, token.expires_at)}`
}

/** The form for a token. */
export const newTokenPage = (form: Form, problems: Problems): View => ({
  title: 'Make a token',
  main: html`<h1>Make a token</h1>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/account/tokens" data-turbo="false">
      ${field(form, problems, 'name', 'What is it for?', { maxlength: 100, focus: true, anyScript: true, hint: 'So that you know it again.' })}
      ${choice(form, problems, 'scope', 'What may it do?', { value: 'read', choices: scopes, hint: 'It never changes the account itself.' })}
      ${choice(form, problems, 'days', 'How long does it work?', { value: '90', choices: lives, hint: 'A week before its end you get a mail, where this site sends mails.' })}
      <button class="primary">Make the token</button>
    </form>
    <p><a href="/account/tokens">Back to the tokens</a></p>`,
})

const scopes: [string, string][] = [
  ['read', 'Read'],
  ['write', 'Read and change'],
]

const lives: [string, string][] = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['', 'Until I take it back'],
]

/** The token, shown this once, and how a program sends it. */
export const madePage = (token: string, site: string): View => ({
  title: 'Your token',
  main: html`<h1>Your token</h1>
    <p class="lead" role="status">Copy it now: it is not shown again.</p>
    <pre class="secrets" tabindex="0" aria-label="Token">${token}</pre>
    <p class="hint">A click selects it, to be copied. Whoever has it can do what it may do, so keep it like a password.</p>
    <p>A program sends it in the header Authorization. To try it:</p>
    <pre class="secrets" tabindex="0" aria-label="To try it">curl -H "Authorization: Bearer ${token}" ${site}/api/v1/me</pre>
    <p class="hint">It answers with whose it is and what it may do.</p>
    <p><a class="button" href="/account/tokens">I have kept it</a></p>`,
})
