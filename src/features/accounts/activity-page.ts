import { momentTag, type Reader } from '#web/dates.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { tabs } from './account-pages.ts'
import { eventInWords } from './activity-words.ts'
import { deviceName } from './device-name.ts'
import { type AuthEvent, isFromAdministration, isFromCommandLine } from './events.ts'
import type { View } from './pages.ts'

/** For whom the page is, and in which session they look at it. */
type Hearer = { reader: Reader; session: string; now: Date }

/** What happened with an account lately, the latest first: a part of it, and the way to what came before. */
export const activityPage = (
  { events, next }: { events: AuthEvent[]; next: string | undefined },
  { isLatest, ...hearer }: Hearer & { isLatest: boolean },
): View => ({
  title: 'Activity',
  main: html`<h1>Account</h1>
    ${tabs('/account/activity')}
    <p class="lead">What happened with your account in the last 90 days. If something was not you, <a href="/account/password">change your password</a> and log out <a href="/account/sessions">the devices</a> that you do not know.</p>
    ${isLatest ? nothing : html`<p><a href="/account/activity">Back to the latest</a></p>`}
    ${events.length === 0 ? html`<p class="hint">There is nothing to tell.</p>` : html`<ol class="rows">${events.map((event) => eventRow(event, hearer))}</ol>`}
    ${next === undefined ? nothing : html`<p><a href="/account/activity?before=${next}">Earlier</a></p>`}`,
})

const eventRow = (event: AuthEvent, { reader, session, now }: Hearer): Html => html`<li>
  <div>
    ${eventInWords(event)} ${event.session_public_id === session ? html`<span class="tag">This device</span>` : nothing}
    <div class="meta"><span>${momentTag(reader, event.at, now)}</span>${whence(event)}</div>
  </div>
</li>`

function whence(event: AuthEvent): Html {
  if (isFromCommandLine(event)) return html`<span>Command line</span>`
  if (isFromAdministration(event)) return html`<span>Administration</span>`
  return html`<span>${deviceName(event.user_agent)}</span><span>${event.ip || 'this machine'}</span>`
}
