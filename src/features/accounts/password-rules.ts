import type { Config } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { isTooLong, MOST_CHARACTERS } from '#crypto/passwords.ts'

type About = { config: Pick<Config, 'password' | 'baseUrl'>; email: string }

/** Refuses a password that is too short, too long, well known, or made of the person's address or that of the site. */
export function refuseWeakPassword(password: string, about: About): void {
  const problem = passwordProblem(password, about)
  if (problem) throw new Refusal('invalid', problem, { field: 'password' })
}

function passwordProblem(password: string, { config, email }: About): string | undefined {
  const { min } = config.password
  if (isTooLong(password)) return `Use at most ${MOST_CHARACTERS} characters.`
  if ([...password].length < min) return `Use at least ${min} characters.`
  const plain = password.toLowerCase()
  const [local = '', host = ''] = email.toLowerCase().split('@')
  if (plain === email.toLowerCase() || (local.length > 3 && isWordAndFiller(plain, local))) {
    return 'This is made from your e-mail address. Choose something else.'
  }
  const site = new URL(config.baseUrl).hostname
  if (['getitdone', site].some((name) => isWordAndFiller(plain, name)) || (host.length > 3 && plain === host)) {
    return 'This is made from the name of this place. Choose something else.'
  }
  if (wellKnown.has(plain) || new Set(plain).size < 3)
    return 'This password is among the first that people try. Choose something else.'
  return undefined
}

// "ana1990!" is the word ana with filler around it. Of digits alone there is no word.
const isWordAndFiller = (password: string, word: string): boolean =>
  lettersOf(word) !== '' && lettersOf(password) === lettersOf(word)

const lettersOf = (text: string): string => text.replace(/[^\p{L}]/gu, '')

// The start of a list; a long one comes with the rest of the account work.
const wellKnown = new Set(
  `password password1 password12 password123 passw0rd p@ssw0rd p@ssword 12345678 123456789 1234567890 0123456789
  987654321 9876543210 11111111 00000000 88888888 12341234 11223344 qwertyui qwertyuiop qwerty123 qwerty12 qwerty1234
  asdfghjk asdfghjkl zxcvbnm1 zxcvbnm123 1q2w3e4r 1q2w3e4r5t 1qaz2wsx qazwsxedc q1w2e3r4 q1w2e3r4t5 abcd1234 abc12345
  abcdefgh abcdefg1 a1b2c3d4 iloveyou iloveyou1 sunshine sunshine1 princess princess1 football football1 baseball
  baseball1 superman superman1 batman123 starwars trustno1 welcome1 welcome123 letmein1 letmein123 monkey123 dragon123
  master123 shadow123 michael1 jennifer jordan23 computer internet whatever changeme changeme1 test1234 testtest
  admin123 admin1234 administrator root1234 secret123 secret12 login123 pokemon1 liverpool chelsea1 arsenal1 samsung1
  google123 facebook facebook1 hello123 helloworld hunter22 mustang1 corvette mercedes midnight asshole1 fuckyou1
  blink182 charlie1 chocolate cookie123 daniel123 thomas123 jessica1 ashley123 nicole123 babygirl lovely123 butterfly
  elizabeth alexander caroline1 veronica patricia katherine benjamin maverick cocacola rockyou1 zaq12wsx zaq1zaq1
  1234qwer qwer1234 asdf1234 asdfasdf zxcvbnm, 55555555 66666666 77777777 99999999 22222222 12121212 13131313 147258369
  159357258 123123123 321321321 123454321 789456123 741852963 87654321 correcthorsebatterystaple`.split(/\s+/),
)
