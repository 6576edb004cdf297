import type { SessionRow, User } from '#db/schema.ts'
import { timeOfDay } from '#web/dates.ts'
import { choice, field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { deviceName } from './device-name.ts'
import { lengthHint } from './fields.ts'
import type { View } from './pages.ts'
import { dayStarts, locales, zones } from './preferences.ts'

/** The profile: how a person is called, and how they see things. */
export const profilePage = (form: Form, problems: Problems, user: User, sendsMail: boolean): View => ({
  title: 'Account',
  main: html`<h1>Account</h1>
    ${tabs('/account')}
    ${formProblem(problems)}
    ${addressLine(user, sendsMail)}
    <form class="stack" method="post" action="/account">
      ${field(form, problems, 'name', 'Name', { autocomplete: 'name', maxlength: 100, required: false, value: user.name })}
      ${choice(form, problems, 'zone', 'Time zone', { value: user.zone, choices: zoneChoices(user.zone), hint: 'It decides when a day begins.' })}
      ${choice(form, problems, 'locale', 'Dates are written as in', { value: user.locale, choices: locales() })}
      ${choice(form, problems, 'week_start', 'The week begins on', { value: user.week_start, choices: weekStarts })}
      ${choice(form, problems, 'theme', 'Appearance', { value: user.theme, choices: themes })}
      ${choice(form, problems, 'start_page', 'Begin with', { value: user.start_page, choices: startPages })}
      ${choice(form, problems, 'day_starts', 'A new day begins at', { value: user.day_starts, choices: dayStarts.map((time) => [time, timeOfDay(time, user)]), hint: 'Until then, today is still the day before.' })}
      ${choice(form, problems, 'date_order', 'Dates are typed as', { value: user.date_order, choices: dateOrders, hint: 'What 5/1 means when you add a task.' })}
      ${choice(form, problems, 'single_keys', 'Single-key shortcuts', { value: user.single_keys ? 'on' : 'off', choices: onOrOff, hint: 'Keys that do something by themselves, such as e to complete.' })}
      <button class="primary">Save</button>
    </form>`,
})

const addressLine = (user: User, sendsMail: boolean): Html =>
  html`<p>${user.email}${sendsMail ? proofTag(user) : nothing} <a href="/account/email">Change the address</a></p>
    ${sendsMail && user.email_verified_at === null ? askForMail : nothing}`

const proofTag = ({ email_verified_at }: User): Html =>
  html` <span class="tag">${email_verified_at === null ? 'Not confirmed yet' : 'Confirmed'}</span>`

const askForMail = html`<form method="post" action="/account/verify"><button class="quiet">Send me a mail to confirm it</button></form>`

/** The page for another password. */
export const passwordPage = (
  form: Form,
  problems: Problems,
  user: User,
  { leastCharacters, hasOthers }: { leastCharacters: number; hasOthers: boolean },
): View => ({
  title: 'Password',
  main: html`<h1>Account</h1>
    ${tabs('/account/password')}
    <p class="lead">All other devices are logged out when you change it.</p>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/account/password" data-turbo="false">
      <input type="email" name="email" value="${user.email}" autocomplete="username" hidden readonly>
      ${field(form, problems, 'current', 'Present password', { type: 'password', autocomplete: 'current-password' })}
      ${field(form, problems, 'password', 'New password', { type: 'password', autocomplete: 'new-password', hint: lengthHint(leastCharacters) })}
      ${field(form, problems, 'verify', 'The new password once more', { type: 'password', autocomplete: 'new-password' })}
      <button class="primary">Change the password</button>
    </form>
    ${hasOthers ? toSignIn : nothing}`,
})

/** The same for somebody who logs in without one. A link to choose one goes to their address, if mails are sent. */
export const noPasswordPage = (
  { email }: User,
  { hasOthers, sendsMail }: { hasOthers: boolean; sendsMail: boolean },
): View => ({
  title: 'Password',
  main: html`<h1>Account</h1>
    ${tabs('/account/password')}
    <p class="lead">You have no password here. ${sendsMail ? 'If you want one, you get a mail with a link to choose it.' : 'If you want one, ask whoever runs this site for a link to choose it.'}</p>
    ${sendsMail ? html`<form method="post" action="/forgot" data-turbo="false"><input type="hidden" name="email" value="${email}"><button class="primary">Send me the link</button></form>` : nothing}
    ${hasOthers ? toSignIn : nothing}`,
})

const toSignIn = html`<p><a href="/account/sign-in">Log in through another site</a></p>`

/** A device as the list shows it: `seen` is when it was seen last, in words. */
export type Device = { row: SessionRow; isThis: boolean; ip: string; seen: Html; since: Html }

/** The devices that are logged in, this one first. */
export const devicesPage = (devices: Device[]): View => ({
  title: 'Devices',
  main: html`<h1>Account</h1>
    ${tabs('/account/sessions')}
    <p class="lead">Where you are logged in. Log out what you do not know, and then change your password. What was done from them is under <a href="/account/activity">Activity</a>.</p>
    <ul class="rows">${devices.map(deviceRow)}</ul>
    ${devices.length > 1 ? endOthers : nothing}`,
})

const endOthers = html`<form method="post" action="/account/sessions/end-others"><button class="danger">Log out all other devices</button></form>`

const deviceRow = ({ row, isThis, ip, seen, since }: Device): Html => html`<li>
  <div>
    <b>${deviceName(row.user_agent)}</b> ${isThis ? html`<span class="tag">This device</span>` : nothing}
    <div class="meta"><span>${ip || 'this machine'}</span><span>Seen ${seen}</span><span>Logged in ${since}</span></div>
  </div>
  ${isThis ? nothing : html`<form method="post" action="/account/sessions/${row.public_id}/end"><button class="quiet" aria-label="Log out ${deviceName(row.user_agent)}">Log out</button></form>`}
</li>`

/** The ways between the pages of the account, with the one that stands at `here`. */
export const tabs = (here: string): Html => html`<nav class="tabs" aria-label="Account">
  ${[
    ['/account', 'Profile'],
    ['/account/password', 'Password'],
    ['/account/passkeys', 'Passkeys'],
    ['/account/two-factor', 'Two steps'],
    ['/account/sessions', 'Devices'],
    ['/account/tokens', 'Tokens'],
    ['/account/activity', 'Activity'],
    ['/account/export', 'Your data'],
  ].map(([path, name]) => html`<a href="${path}"${path === here ? html` aria-current="page"` : nothing}>${name}</a>`)}
</nav>`

const weekStarts: [string, string][] = [
  ['monday', 'Monday'],
  ['saturday', 'Saturday'],
  ['sunday', 'Sunday'],
]

const themes: [string, string][] = [
  ['system', 'As the device has it'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

const startPages: [string, string][] = [
  ['inbox', 'Inbox'],
  ['today', 'Today'],
]

const dateOrders: [string, string][] = [
  ['dmy', 'Day, month, year: 5/1 is 5 January'],
  ['mdy', 'Month, day, year: 5/1 is 1 May'],
  ['ymd', 'Year, month, day: 5/1 is 1 May'],
]

const onOrOff: [string, string][] = [
  ['on', 'On'],
  ['off', 'Off'],
]

// A zone that the runtime does not list (an old name) can still be somebody's choice.
function zoneChoices(mine: string): [string, string][] {
  const all = zones()
  const listed = all.includes(mine) ? all : [mine, ...all]
  return listed.map((zone) => [zone, zone.replaceAll('_', ' ')])
}
