import type { Config } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { isTooLong, MOST_CHARACTERS } from '#crypto/passwords.ts'
import { isCommonPassword } from './common-passwords.ts'

type About = { config: Pick<Config, 'password' | 'baseUrl'>; email: string; name?: string; title: string }

/**
 * Refuses a password that is too short, too long, well known, or made of the person's address, of their name, or of
 * words that everybody here knows: the product, the title of the site, the name of its host.
 */
export function refuseWeakPassword(password: string, about: About): void {
  const problem = passwordProblem(password, about)
  if (problem) throw new Refusal('invalid', problem, { field: 'password' })
}

function passwordProblem(password: string, { config, email, name = '', title }: About): string | undefined {
  const { min } = config.password
  if (isTooLong(password)) return `Use at most ${MOST_CHARACTERS} characters.`
  // As it is hashed: é is one character, also for a keyboard that sends two.
  const typed = password.normalize('NFC')
  if ([...typed].length < min) return `Use at least ${min} characters.`
  const plain = typed.toLowerCase()
  const [local = '', host = ''] = email.toLowerCase().split('@')
  if (plain === email.toLowerCase() || (local.length > 3 && isWordAndFiller(plain, local))) {
    return 'This is made from your e-mail address. Choose something else.'
  }
  const called = name.normalize('NFC').toLowerCase()
  if (lettersOf(called).length > 3 && isWordAndFiller(plain, called)) {
    return 'This is made from your name. Choose something else.'
  }
  if (wordsOfSite(config, title).some((word) => isWordAndFiller(plain, word)) || (host.length > 3 && plain === host)) {
    return 'This is made from the name of this place. Choose something else.'
  }
  if (isCommonPassword(plain) || new Set(plain).size < 3) {
    return 'This password is among the first that people try. Choose something else.'
  }
  return undefined
}

/** The title as a whole and its words, the name of the host and its parts; of short ones there are too many. */
function wordsOfSite({ baseUrl }: Pick<Config, 'baseUrl'>, title: string): string[] {
  const { hostname } = new URL(baseUrl)
  const called = title.normalize('NFC').toLowerCase()
  const parts = [...called.split(/[^\p{L}\p{N}]+/u), ...hostname.split('.')]
  return ['getitdone', called, hostname, ...parts.filter((part) => lettersOf(part).length > 3)]
}

// "ana1990!" is the word ana with filler around it. Of digits alone there is no word.
const isWordAndFiller = (password: string, word: string): boolean =>
  lettersOf(word) !== '' && lettersOf(password) === lettersOf(word)

const lettersOf = (text: string): string => text.replace(/[^\p{L}]/gu, '')
