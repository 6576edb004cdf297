import { isIP } from 'node:net'
import type { Config } from '#config.ts'
import { DAY, HOUR, MINUTE } from '#core/time.ts'
import type { KeyRing } from '#crypto/keys.ts'
import type { Bucket } from './throttles.ts'

/** One sentence for an unknown address and for a wrong password, so that neither can be told from the other. */
export const WRONG = 'The e-mail or the password is not right.'

const SLOW_DOWN = 'There were too many attempts from your network.'

/** What an attempt to log in counts in: those of the address it came from, and those of the account. */
export type LoginBuckets = { network: Bucket[]; account: Bucket[] }

/**
 * The limits for an attempt at the account `canon` from `ip`. The account's own limit slows down devices it does
 * not know; one that it knows has a limit of its own, so that strangers cannot lock anybody out
 * (OWASP, "Device Cookies").
 */
export function loginBuckets(
  about: Named & { ip: string; canon: string | undefined; device: string | undefined },
): LoginBuckets {
  const { config, canon, device } = about
  const { limits } = config
  const name = namer(about)
  const network = [...networkBuckets(about), ...accountsBuckets(about)]
  // What is no address is nobody's account: strangers who mistype must not share one.
  if (canon === undefined) return { network, account: [] }
  const account: Bucket = device
    ? { key: name('device', canon, device), most: limits.device, windowMs: 15 * MINUTE, sentence: WRONG }
    : { key: name('account', canon), most: limits.accountFree, windowMs: DAY, backOff: 15 * MINUTE, sentence: WRONG }
  return { network, account: [account] }
}

/** The limits for registering from `ip`: like failed logins, and a number of registrations. */
export function registerBuckets(about: Named & { ip: string }): { network: Bucket[]; registrations: Bucket[] } {
  const { limits } = about.config
  const name = namer(about)
  const perNetwork = networksOf(about.ip).map(
    ({ network, factor }): Bucket => ({
      key: name('register', network),
      most: limits.registerPerHour * factor,
      windowMs: HOUR,
      sentence: 'Many people have registered from your network.',
    }),
  )
  const all: Bucket = {
    key: name('register', 'all'),
    most: limits.registerAllPerHour,
    windowMs: HOUR,
    sentence: 'Many people are registering at the moment.',
  }
  return { network: networkBuckets(about), registrations: [...perNetwork, all] }
}

/** The limit for proving again who one is in the session `session`, by a password, a code or a passkey: all count together. */
export function confirmBuckets(about: Named & { session: string; proof: 'password' | 'code' | 'passkey' }): Bucket[] {
  const key = namer(about)('confirm', about.session)
  const sentence = `The ${about.proof} was wrong too often.`
  return [{ key, most: about.config.limits.confirm, windowMs: 15 * MINUTE, sentence }]
}

/** The limits for a mail with a link, asked for from `ip`, to the address `canon`. */
export function mailBuckets(about: Named & { ip: string; canon: string }): { network: Bucket[]; address: Bucket[] } {
  const { limits } = about.config
  const name = namer(about)
  const perNetwork = networksOf(about.ip).map(
    ({ network, factor }): Bucket => ({
      key: name('mail', network),
      most: limits.mailPerHour * factor,
      windowMs: HOUR,
      sentence: 'Many mails were asked for from your network.',
    }),
  )
  const all: Bucket = {
    key: name('mail', 'all'),
    most: limits.mailAllPerHour,
    windowMs: HOUR,
    sentence: 'Many mails are being asked for at the moment.',
  }
  const key = name('mail to', about.canon)
  const sentence = 'This address was sent enough mails.'
  return { network: [...perNetwork, all], address: [{ key, most: limits.mailPerAddress, windowMs: HOUR, sentence }] }
}

/** The limit for changes of the address of the account `user`, besides those of the mails. */
export function addressBuckets(about: Named & { user: string }): Bucket[] {
  const key = namer(about)('address of', about.user)
  const sentence = 'Your address was to be changed often enough for now.'
  return [{ key, most: about.config.limits.mailPerAddress, windowMs: HOUR, sentence }]
}

/** The limit for asking what a passkey should sign, from `ip`: each such question is a row until it is answered. */
export function questionBuckets(about: Named & { ip: string }): Bucket[] {
  const name = namer(about)
  return networksOf(about.ip).map(({ network, factor }) => ({
    key: name('question', network),
    most: about.config.limits.passkeyQuestions * factor,
    windowMs: MINUTE,
    sentence: SLOW_DOWN,
  }))
}

/** The limit for codes and recovery codes of the account `user`, wherever they are typed. */
export function codeBuckets(about: Named & { user: string }): Bucket[] {
  const key = namer(about)('code', about.user)
  const most = about.config.limits.secondFactor
  return [{ key, most, windowMs: 15 * MINUTE, sentence: 'The code was wrong too often.' }]
}

/** The limit for taking one's data along: reading all of it is work. */
export function exportBuckets(about: Named & { user: string }): Bucket[] {
  const key = namer(about)('export', about.user)
  const sentence = 'Your data was downloaded often.'
  return [{ key, most: about.config.limits.exportPerHour, windowMs: HOUR, sentence }]
}

type Named = { config: Config; keys: KeyRing }

function networkBuckets(about: Named & { ip: string }): Bucket[] {
  const { limits } = about.config
  const name = namer(about)
  return networksOf(about.ip).flatMap(({ network, factor }): Bucket[] => [
    { key: name('minute', network), most: limits.loginPerMinute * factor, windowMs: MINUTE, sentence: SLOW_DOWN },
    { key: name('hour', network), most: limits.loginPerHour * factor, windowMs: HOUR, sentence: SLOW_DOWN },
  ])
}

function accountsBuckets(about: Named & { ip: string; canon: string | undefined }): Bucket[] {
  const name = namer(about)
  const { loginAccounts } = about.config.limits
  return networksOf(about.ip)
    .slice(0, 1)
    .map(({ network }) => ({
      key: name('accounts', network),
      once: name('one of the accounts', network, about.canon ?? ''),
      most: loginAccounts,
      windowMs: 15 * MINUTE,
      sentence: SLOW_DOWN,
    }))
}

const namer =
  ({ keys }: Named) =>
  (...parts: string[]): string =>
    keys.mac('throttle', JSON.stringify(parts)).mac

/**
 * The networks an address counts for. Who has one IPv6 address has 2⁶⁴ of them, and often 65,536 such networks: those
 * count together, with four times the limit.
 */
export function networksOf(ip: string): { network: string; factor: number }[] {
  if (isIP(ip) !== 6) return [{ network: ip, factor: 1 }]
  const groups = groupsOf(ip)
  return [
    { network: `${groups.slice(0, 4).join(':')}::/64`, factor: 1 },
    { network: `${groups.slice(0, 3).join(':')}::/48`, factor: 4 },
  ]
}

function groupsOf(ip: string): string[] {
  const [head = '', tail] = ip.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  return [...left, ...zeros, ...right].map((group) => group.replace(/^0+(?=.)/, ''))
}
