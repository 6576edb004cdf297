import type { Config } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { isTooLong, MOST_CHARACTERS } from '#crypto/passwords.ts'
import { isCommonPassword } from './common-passwords.ts'

type About = { config: Pick<Config, 'password' | 'baseUrl'>; email: string; name?: string }

/**
 * Refuses a password that is too short, too long, well known, or made of the person's address, of their name, or of that
 * of the site.
 */
export function refuseWeakPassword(password: string, about: About): void {
  const problem = passwordProblem(password, about)
  if (problem) throw new Refusal('invalid', problem, { field: 'password' })
}

function passwordProblem(password: string, { config, email, name = '' }: About): string | undefined {
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
  const site = new URL(config.baseUrl).hostname
  if (['getitdone', site].some((name) => isWordAndFiller(plain, name)) || (host.length > 3 && plain === host)) {
    return 'This is made from the name of this place. Choose something else.'
  }
  if (isCommonPassword(plain) || new Set(plain).size < 3) {
    return 'This password is among the first that people try. Choose something else.'
  }
  return undefined
}

// "ana1990!" is the word ana with filler around it. Of digits alone there is no word.
const isWordAndFiller = (password: string, word: string): boolean =>
  lettersOf(word) !== '' && lettersOf(password) === lettersOf(word)

const lettersOf = (text: string): string => text.replace(/[^\p{L}]/gu, '')
