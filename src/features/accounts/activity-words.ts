import type { Fields } from '#web/log.ts'
import { type AuthEvent, type EventType, isFromCommandLine } from './events.ts'
import type { Profile } from './people.ts'

/** What an event says to the person it is about, as a sentence. */
export function eventInWords(event: AuthEvent): string {
  const { type, detail } = event
  if (!isKnown(type)) return 'Something happened that only a newer version has words for'
  return eventWords[type]({ detail: JSON.parse(detail) as Fields, isByOperator: isFromCommandLine(event) })
}

type About = { detail: Fields; isByOperator: boolean }

/** The words for each kind of event. "You" is whoever had the password; of anybody else nothing is known. */
export const eventWords: Record<EventType, (about: About) => string> = {
  authn_login_success: ({ detail: { factor } }) => `You logged in${BY[String(factor)] ?? ''}`,
  authn_login_successafterfail: () => 'You logged in, after wrong passwords',
  authn_login_fail: ({ detail }) => failedLogin(detail),
  authn_login_lock: () => 'After several wrong passwords, devices that are new to this account have to wait',
  authn_password_change: ({ isByOperator }) =>
    isByOperator ? 'Whoever runs this site gave you a new password' : 'You changed your password',
  authn_password_change_fail: () => 'The present password was typed wrong, so it was not changed',
  password_reset_asked: (about) =>
    isByOther(about) ? `${whoOf(about)} made a link for a new password` : 'Somebody asked for a link to a new password',
  email_verified: () => 'You confirmed your e-mail address',
  email_change_requested: () => 'You asked for another e-mail address',
  email_change_confirmed: ({ isByOperator }) =>
    isByOperator ? 'Whoever runs this site changed your e-mail address' : 'Your e-mail address was changed',
  email_change_cancelled: ({ detail: { way } }) =>
    way === 'link'
      ? 'The change of your e-mail address was undone by the link that your address was sent'
      : 'You kept your e-mail address',
  authn_confirm: () => 'You confirmed that it is you',
  authn_confirm_fail: ({ detail: { factor, through } }) => {
    if (through !== undefined) return `${through} was to confirm that it is you, and named somebody else`
    if (factor === 'pk') return 'A passkey was refused when it was asked for once more'
    return `${factor === undefined ? 'The password' : 'A code'} was typed wrong when it was asked for once more`
  },
  mfa_enabled: () => 'You turned on the login in two steps',
  mfa_disabled: (about) => `${isByOther(about) ? whoOf(about) : 'You'} turned off the login in two steps`,
  recovery_codes_created: () => 'You made new recovery codes',
  recovery_code_used: ({ detail: { count } }) =>
    `You logged in with a recovery code, and ${count} ${count === 1 ? 'is' : 'are'} left`,
  passkey_added: () => 'You added a passkey',
  passkey_removed: (about) => (isByOther(about) ? `${whoOf(about)} removed your passkeys` : 'You removed a passkey'),
  identity_linked: ({ detail: { through } }) => `You linked your account with ${through ?? 'another site'}`,
  identity_unlinked: ({ detail: { through } }) => `You unlinked your account from ${through ?? 'another site'}`,
  session_ended: (about) => (isByOther(about) ? `${whoOf(about)} logged you out everywhere` : loggedOut(about)),
  session_evicted: ({ detail: { count } }) =>
    `${count === 1 ? 'The device' : `The ${count} devices`} unused the longest had to make room for a new one`,
  user_created: ({ isByOperator }) =>
    isByOperator ? 'Whoever runs this site made your account' : 'You made your account',
  user_deleted: () => 'You deleted your account',
  export_requested: () => 'You downloaded your data',
  user_kept: () => 'You came back, and your account stays',
  user_disabled: (about) => `${whoOf(about)} disabled your account`,
  user_enabled: (about) => `${whoOf(about)} let you in again`,
  authz_change: (about) =>
    about.detail.change === 'make-admin'
      ? `${whoOf(about)} made you an administrator`
      : `${whoOf(about)} took the administration of this site from you`,
  settings_changed: ({ detail: { changed, to } }) =>
    changed === 'title'
      ? 'You changed how this site is called'
      : `You changed ${CHANGED[String(changed)]?.(String(to)) ?? 'a setting of the site'}`,
  authn_token_created: ({ detail: { scope } }) =>
    `You made a token for a program that may ${scope === 'write' ? 'read and change' : 'read'}`,
  authn_token_revoked: () => 'You took a token back',
  user_invited: () => 'You made an invitation',
  invitation_revoked: () => 'You took an invitation back',
  user_updated: ({ detail: { changed } }) => `You changed your profile: ${profileInWords(String(changed))}`,
  // These two go to the log alone. The words are for the day on which they do not.
  malicious_csrf: () => 'A form that was sent from another site was refused',
  excess_rate_limit_exceeded: () => 'Too many attempts were refused',
  // About nobody.
  registration_asked: () => 'Somebody asked for an account',
  sys_key_renewed: () => 'The secret key of the site was renewed',
  sys_backup: () => 'A backup of the whole site was made',
}

const CHANGED: Record<string, (to: string) => string> = {
  registration: (to) => `who may register: ${WHO_MAY[to] ?? 'otherwise than before'}`,
  two_steps: (to) => `who has to log in in two steps: ${WHO_PROVES[to] ?? 'otherwise than before'}`,
}

const WHO_PROVES: Record<string, string> = {
  nobody: 'nobody',
  admins: 'administrators',
  everybody: 'everybody',
  default: 'as the server is set up',
}

const WHO_MAY: Record<string, string> = {
  open: 'everybody',
  invite: 'who was invited',
  closed: 'nobody',
  default: 'as the server is set up',
}

/** Whether somebody else did it: an administrator, or whoever may use the command line. */
const isByOther = ({ detail, isByOperator }: About): boolean => isByOperator || detail.by !== undefined

const whoOf = ({ isByOperator }: About): string => (isByOperator ? 'Whoever runs this site' : 'An administrator')

function failedLogin({ factor, first, through }: Fields): string {
  if (through !== undefined) return `Somebody came from ${through} to log in, and was refused`
  if (factor === undefined) return 'Somebody typed a wrong password to log in'
  if (factor === 'pk') return 'A passkey was refused at the login'
  const before = first === 'oidc' ? 'came from another site as you' : 'knew the password'
  return `Somebody ${before}, and then typed a wrong ${factor === 'rc' ? 'recovery code' : 'code'}`
}

const loggedOut = ({ detail: { count } }: About): string =>
  count === undefined ? 'You logged out' : `You logged out ${count === 1 ? 'a device' : `${count} devices`}`

/** By what somebody came in, when it was no password. */
const BY: Record<string, string> = { pk: ' with a passkey', oidc: ' through another site' }

const isKnown = (type: string): type is EventType => Object.hasOwn(eventWords, type)

function profileInWords(names: string): string {
  const isField = (name: string): name is keyof Profile => Object.hasOwn(PROFILE, name)
  return names
    .split(' ')
    .map((name) => (isField(name) ? PROFILE[name] : 'something else'))
    .join(', ')
}

const PROFILE: Record<keyof Profile, string> = {
  name: 'the name',
  zone: 'the time zone',
  locale: 'how dates are written',
  week_start: 'when the week begins',
  theme: 'the appearance',
  start_page: 'the page to begin with',
  day_starts: 'when a new day begins',
  date_order: 'how dates are typed',
  single_keys: 'single-key shortcuts',
}
