import type { User } from '#db/schema.ts'
import type { Trouble } from '#features/mail/outbox.ts'
import { momentTag } from '#web/dates.ts'
import { type Html, html, nothing } from '#web/html.ts'

/** What became of a test mail: what went wrong, or nothing did. */
export type Tested = { problem: string | undefined }

type About = {
  waiting: number
  troubles: Trouble[]
  /** Who looks at it, and gets the test mail. */
  me: User
  now: Date
  host: string
  tested: Tested | undefined
}

/** The part of the page of health about mails. Undefined is where none are sent. */
export const mailPart = (about: About | undefined): Html => html`<h2>Mails</h2>
    ${about === undefined ? NO_MAILS : html`${testedLine(about)}${waitingLine(about)}${troubleList(about)}${testForm(about)}`}`

const NO_MAILS = html`<p>This site sends no mails, because SMTP_URL is not set. Whoever forgot the password needs a link from you, and nobody is told by mail what happens to their account.</p>`

const testedLine = ({ tested, me, host }: About): Html => {
  if (tested === undefined) return nothing
  if (tested.problem === undefined) {
    return html`<p role="status">${host} took a test mail for ${me.email}. Look whether it arrives, and whether it is among the spam.</p>`
  }
  return html`<p class="problem" role="alert">${reasonInWords(tested.problem)} It said: ${withoutAddresses(tested.problem)}</p>`
}

const waitingLine = ({ waiting }: About): Html =>
  html`<p>${waiting === 0 ? 'No mail waits to be sent.' : waiting === 1 ? '1 mail waits to be sent.' : `${waiting} mails wait to be sent.`}</p>`

const troubleList = ({ troubles, me, now }: About): Html =>
  troubles.length === 0
    ? nothing
    : html`<h3>The last that could not be sent</h3><ul class="rows">${troubles.map((one) => troubleRow(one, me, now))}</ul>`

const troubleRow = ({ address, problem, tries, since, next }: Trouble, me: User, now: Date): Html => html`<li>
  <div>
    <b>${shortened(address)}</b> ${reasonInWords(problem)}
    <div class="meta"><span>${withoutAddresses(problem)}</span><span>From ${momentTag(me, since, now)}</span><span>${tries === 1 ? '1 try' : `${tries} tries`}</span><span>${next === undefined ? 'Given up' : html`Next try ${momentTag(me, next, now)}`}</span></div>
  </div>
</li>`

const testForm = ({ me }: About): Html =>
  html`<form method="post" action="/admin/test-mail" data-turbo="false"><button class="quiet">Send a test mail to ${me.email}</button></form>`

/** Why a mail was not taken, in a sentence that says where to look. */
export function reasonInWords(problem: string): string {
  const [, sentence] = REASONS.find(([pattern]) => pattern.test(problem)) ?? []
  return sentence ?? 'The mail server did not take it.'
}

// As nodemailer, the network and mail servers say it. The order matters: what is more exact comes first.
const REASONS: [RegExp, string][] = [
  [/within a day/i, 'It could not be sent within a day.'],
  [
    /\b535\b|\bauth|credentials|username and password/i,
    'The mail server refused the user or the password of SMTP_URL.',
  ],
  [/certificate|self.signed|altname/i, 'The certificate of the mail server is not right.'],
  [/starttls|\btls\b|ssl/i, 'The way to the mail server could not be encrypted.'],
  [/ENOTFOUND|EAI_AGAIN|EDNS|getaddrinfo/i, 'The name of the mail server is not known.'],
  [
    /ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|socket close|connection (closed|lost)|failed to connect/i,
    'The mail server could not be reached.',
  ],
  [/timeout|timed out|ETIMEDOUT|abort/i, 'The mail server did not answer in time.'],
  [/\b4\d\d\b/, 'The mail server put it off.'],
  [/recipient|mailbox|no such user|user unknown/i, 'The mail server does not take mail for this address.'],
  [/sender|\bfrom\b/i, 'The mail server does not take mail from the address of SMTP_FROM.'],
]

/** An address of which enough is left to know it by, for those who know it. */
const shortened = (address: string): string => address.replace(/^(.).*@/su, '$1…@')

const withoutAddresses = (text: string): string => text.replace(/[^\s<>@"']+@/gu, (local) => `${local[0]}…@`)
