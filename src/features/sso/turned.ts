import type { Provider } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import type { View } from '#features/accounts/pages.ts'
import { html } from '#web/html.ts'

/** Why somebody who came from a provider was turned away. */
export type Why = keyof typeof REASONS

/** Somebody came from `provider`, or wanted to go there, and cannot. Said on a page of its own, whose address is no secret. */
export class Turned extends Refusal {
  readonly why: Why

  constructor(why: Why) {
    // What is no fault of whoever tried does not count as a try.
    super(why === 'down' || why === 'cancelled' ? 'busy' : 'forbidden', `Turned away: ${why}.`)
    this.why = why
  }
}

/** Whether the text in an address names a reason. */
export const isReason = (text: string): text is Why => Object.hasOwn(REASONS, text)

/** The status that goes with a reason. */
export const statusOf = (why: Why): number => (why === 'down' ? 503 : why === 'often' ? 429 : 403)

/** The page that says why. `isIn`: somebody is logged in. */
export function turnedPage({ name }: Pick<Provider, 'name'>, why: Why, isIn: boolean): View {
  const { heading, sentence } = REASONS[why](name)
  return {
    title: heading,
    main: html`<h1>${heading}</h1>
      <p>${sentence}</p>
      <p>${isIn ? html`<a href="/account/sign-in">Back to the account</a>` : html`<a href="/login">Back to the login</a>`}</p>`,
  }
}

type Words = { heading: string; sentence: string }

const REASONS = {
  down: (name: string): Words => ({
    heading: 'There is no answer',
    sentence: `${name} does not answer. Please try again in a minute, or log in with your password.`,
  }),
  failed: (name: string): Words => ({
    heading: 'That did not work',
    sentence: `What ${name} answered cannot be used, so nobody was logged in. Please try again. If it goes on like this, tell whoever runs this site.`,
  }),
  foreign: (name: string): Words => ({
    heading: 'This was not begun here',
    sentence: `A login with ${name} works once, for ten minutes, in the browser in which it was begun. Nobody was logged in. Please begin anew.`,
  }),
  cancelled: (name: string): Words => ({
    heading: 'Nobody was logged in',
    sentence: `${name} says that it was cancelled, or that you may not come here.`,
  }),
  often: (_: string): Words => ({
    heading: 'Please wait a moment',
    sentence: 'There were too many attempts from your network. Please try again in a few minutes.',
  }),
  unknown: (name: string): Words => ({
    heading: 'Nobody here is linked with that',
    sentence: `If you have an account here, log in with your password and link it with ${name} under Account, Password. If you have none, ask whoever runs this site for one.`,
  }),
  unproved: (name: string): Words => ({
    heading: 'Your address is not confirmed',
    sentence: `${name} does not say that it has confirmed an e-mail address of yours, so no account was made. Confirm it there, or register here with a password and link the two under Account, Password.`,
  }),
  taken: (name: string): Words => ({
    heading: 'There is an account with your e-mail',
    sentence: `It is not linked with ${name}. Log in with your password, and link the two under Account, Password.`,
  }),
  disabled: (_: string): Words => ({
    heading: 'You cannot log in',
    sentence: 'Your account here is disabled. Ask whoever runs this site.',
  }),
  left: (_: string): Words => ({
    heading: 'Please begin anew',
    sentence:
      'Meanwhile you were logged out, your account was changed, or you have to confirm once more that it is you. Nothing came of this.',
  }),
  linked: (name: string): Words => ({
    heading: 'That is linked already',
    sentence: `Either you are linked with somebody at ${name}, or that account there is linked with somebody here. Nothing was changed.`,
  }),
  other: (name: string): Words => ({
    heading: 'That was somebody else',
    sentence: `${name} named somebody who is not linked with your account here. Nothing was changed.`,
  }),
}
