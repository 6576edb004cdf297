import type { View } from '#features/accounts/pages.ts'
import { type Html, html } from '#web/html.ts'

/** Something that logs its person in, or is asked for when they do: what it is, since when, where it is taken away. */
export type Way = { kind: string; name: string; since: Html; at: string }

/** All that logs somebody in besides the password. */
export const reviewPage = (ways: Way[]): View => ({
  title: 'Is this all yours?',
  main: html`<h1>Is this all yours?</h1>
    <p class="lead">You chose a new password by a link. What logs you in besides it was not changed. If you do not know one of these, take it away: whoever has it can come in.</p>
    <ul class="rows">${ways.map(wayRow)}</ul>
    <form class="stack" method="post" action="/account/review" data-turbo="false"><button class="primary">${ways.length === 0 ? 'Go on' : 'I know all of these'}</button></form>`,
})

const wayRow = ({ kind, name, since, at }: Way): Html => html`<li>
  <div><b dir="auto">${name}</b> <span class="tag">${kind}</span><div class="meta"><span>Since ${since}</span></div></div>
  <a class="quiet" href="${at}" aria-label="Look at ${name}">Look at</a>
</li>`
