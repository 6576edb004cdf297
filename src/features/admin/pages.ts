import type { User } from '#db/schema.ts'
import type { View } from '#features/accounts/pages.ts'
import { dayOf, howLongAgo, type Reader, shortDay, todayOf } from '#web/dates.ts'
import type { Finding } from '#web/env.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { PersonRow } from './people.ts'

/** How the site is: a sentence for each thing, those first that ask for something to be done. */
export const healthPage = (
  findings: Finding[],
  people: { all: number; admins: number; disabled: number },
  mails: Html,
): View => ({
  title: 'Administration',
  main: html`<h1>Administration</h1>
    ${tabs('/admin')}
    ${list(
      'To be done',
      findings.filter(({ warning }) => warning),
    )}
    ${list('How it is', [{ text: peopleInWords(people), warning: false }, ...findings.filter(({ warning }) => !warning)])}
    ${mails}`,
})

const list = (heading: string, findings: Finding[]): Html =>
  findings.length === 0
    ? nothing
    : html`<h2>${heading}</h2><ul class="rows">${findings.map(({ text }) => html`<li><div>${text}</div></li>`)}</ul>`

function peopleInWords({ all, admins, disabled }: { all: number; admins: number; disabled: number }): string {
  if (all === 1 && admins === 1) return '1 person has an account, and administers the site.'
  const people = all === 1 ? '1 person has an account' : `${all} people have accounts`
  const off = disabled === 0 ? '' : `, ${disabled} of them disabled`
  return `${people}${off}. ${admins === 1 ? '1 of them administers' : `${admins} of them administer`} the site.`
}

/** A page of people, and what is said of those who are to come. `next` is the address of the following one. */
export const peoplePage = (
  people: PersonRow[],
  { me, next, now, invitations }: { me: User; next: string | undefined; now: Date; invitations: Html },
): View => ({
  title: 'People',
  main: html`<h1>Administration</h1>
    ${tabs('/admin/people')}
    <p class="lead">Everybody who has an account. What they have to do is theirs, and not shown here.</p>
    <ul class="rows people">${people.map((one) => personRow(one, me, now))}</ul>
    ${next === undefined ? nothing : html`<p><a href="${next}">More people</a></p>`}
    ${invitations}`,
})

const personRow = (one: PersonRow, me: User, now: Date): Html => html`<li>
  <div>
    <b dir="auto">${one.name || one.email}</b>${one.id === me.id ? html` <span class="tag">You</span>` : nothing}${one.role === 'admin' ? html` <span class="tag">Administrator</span>` : nothing}${one.status === 'disabled' ? html` <span class="tag">${one.deletes_at === null ? 'Disabled' : 'Leaves'}</span>` : nothing}
    <div class="meta">${one.name ? html`<span>${one.email}</span>` : nothing}<span>${devices(one)}</span><span>${seen(one, me, now)}</span><span>Here since ${shortDay(dayOf(me, new Date(one.created_at)), todayOf(me, now), me)}</span></div>
  </div>
  ${one.id === me.id ? nothing : html`<div class="actions">${actionsFor(one)}</div>`}
</li>`

const devices = ({ sessions }: PersonRow): string => {
  if (sessions === 0) return 'Logged in nowhere'
  return sessions === 1 ? 'Logged in on 1 device' : `Logged in on ${sessions} devices`
}

const seen = (one: PersonRow, reader: Reader, now: Date): Html =>
  one.seen === null ? html`Not seen` : html`Seen ${howLongAgo(reader, one.seen, now)}`

const actionsFor = (one: PersonRow): Html => html`
  ${one.sessions > 0 ? action(one, 'end-sessions', 'Log out', `Log out ${one.email} everywhere`) : nothing}
  ${one.role === 'admin' ? action(one, 'take-admin', 'Take administration', `Take administration from ${one.email}`) : nothing}
  ${one.role === 'user' && one.status === 'active' ? way(one, 'make-admin', 'Make administrator', `Make administrator: ${one.email}`) : nothing}
  ${one.status === 'active' ? action(one, 'disable', 'Disable', `Disable ${one.email}`) : action(one, 'enable', 'Enable', `Enable ${one.email}`)}
  ${one.status === 'active' ? linkForm(one) : nothing}
  ${Number(one.factors) > 0 ? way(one, 'reset-factors', 'Take away the second step', `Take away the second step of ${one.email}`) : nothing}`

const action = ({ public_id }: PersonRow, verb: string, word: string, label: string): Html =>
  html`<form method="post" action="/admin/people/${public_id}/${verb}"><button class="quiet" aria-label="${label}">${word}</button></form>`

// Its answer is the page with the link, shown once.
const linkForm = ({ public_id, email }: PersonRow): Html =>
  html`<form method="post" action="/admin/people/${public_id}/reset-link" data-turbo="false"><button class="quiet" aria-label="Reset link for ${email}: choose a new password">Reset link</button></form>`

/** To what asks for a word before it is done. */
const way = ({ public_id }: PersonRow, verb: string, word: string, label: string): Html =>
  html`<a class="quiet" href="/admin/people/${public_id}/${verb}" aria-label="${label}">${word}</a>`

/** The ways between the pages of the administration, with the one that stands at `here`. */
export const tabs = (here: string): Html => html`<nav class="tabs" aria-label="Administration">
  ${[
    ['/admin', 'Health'],
    ['/admin/people', 'People'],
    ['/admin/settings', 'Settings'],
  ].map(([path, name]) => html`<a href="${path}"${path === here ? html` aria-current="page"` : nothing}>${name}</a>`)}
</nav>`
