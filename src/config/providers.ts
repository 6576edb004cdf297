import { isLoopback } from '#core/loopback.ts'
import { type Entry, Problem, text } from './readers.ts'

/**
 * Another site through which people may log in (OpenID Connect). `id` is the word for it in addresses, `name` what people
 * read, `issuer` how the site calls itself.
 */
export type Provider = { id: string; name: string; issuer: string; clientId: string; clientSecret: string }

/** The settings of each provider, with NAME in the place of its word in capitals. */
export const providerSettings = {
  OIDC_NAME_ISSUER: text(
    'For each word of OIDC_PROVIDERS, in capitals in the place of NAME: the address that the provider gives as its issuer. https, unless it is on this machine.',
    { default: undefined, check: issuerProblem },
  ),
  OIDC_NAME_CLIENT_ID: text('How the provider calls this site.', { default: undefined }),
  OIDC_NAME_CLIENT_SECRET: text('The secret that the provider gave this site. It is never written to a log.', {
    default: undefined,
  }),
  OIDC_NAME_CLIENT_SECRET_FILE: text('A file that holds that secret, instead of OIDC_NAME_CLIENT_SECRET.', {
    default: undefined,
  }),
  OIDC_NAME_NAME: text('What people read on the button for it.', {
    default: undefined,
    shownDefault: 'the word itself, with a capital',
    check: nameProblem,
  }),
} satisfies Record<string, Entry<string | undefined>>

/** What is wrong with the word for a provider; undefined when nothing is. */
export function providerProblem(word: string): string | undefined {
  if (/^[a-z][a-z0-9]{0,31}$/.test(word)) return undefined
  return `“${word}” is not a word of small letters and digits, at most 32, like work.`
}

type Env = Record<string, string | undefined>

/**
 * The providers that `words` name, as `env` has them. `contentOf` reads a file; undefined when it cannot. What is wrong
 * goes to `problems`, a sentence each; a provider that lacks something is left out.
 */
export function readProviders(
  words: string[],
  env: Env,
  contentOf: (path: string) => string | undefined,
  problems: string[],
): Provider[] {
  const twice = words.find((word, at) => words.indexOf(word) !== at)
  if (twice !== undefined) problems.push(`OIDC_PROVIDERS: “${twice}” stands there twice.`)
  const all = words.map((id) => readProvider(id, settingsOf(id, env, problems), contentOf, problems))
  const found = all.filter((provider) => provider !== undefined)
  // People are known by the issuer, so two words for one would mean the same person.
  const same = found.find((one, at) => found.slice(0, at).some((other) => isIssuer(other, one.issuer)))
  if (same && !twice) problems.push(`${nameFor('OIDC_NAME_ISSUER', same.id)}: Another provider has it already.`)
  return found
}

/** Whether `issuer` is how `provider` calls itself. A slash at the end says nothing. */
export const isIssuer = (provider: Pick<Provider, 'issuer'>, issuer: string): boolean =>
  bare(provider.issuer) === bare(issuer)

const bare = (address: string): string => address.replace(/\/$/, '')

function readProvider(
  id: string,
  read: (setting: keyof typeof providerSettings) => string | undefined,
  contentOf: (path: string) => string | undefined,
  problems: string[],
): Provider | undefined {
  const before = problems.length
  const say = (setting: keyof typeof providerSettings, sentence: string) =>
    problems.push(`${nameFor(setting, id)}: ${sentence}`)
  const [issuer, clientId] = [read('OIDC_NAME_ISSUER'), read('OIDC_NAME_CLIENT_ID')]
  const [secret, file] = [read('OIDC_NAME_CLIENT_SECRET'), read('OIDC_NAME_CLIENT_SECRET_FILE')]
  const clientSecret = file === undefined ? secret : contentOf(file)
  const missing = 'It must be set, because OIDC_PROVIDERS names this provider.'
  if (problems.length === before && issuer === undefined) say('OIDC_NAME_ISSUER', missing)
  if (clientId === undefined) say('OIDC_NAME_CLIENT_ID', missing)
  if (secret !== undefined && file !== undefined) say('OIDC_NAME_CLIENT_SECRET', 'Set it or the file, not both.')
  else if (file !== undefined && !clientSecret)
    say('OIDC_NAME_CLIENT_SECRET_FILE', `${file} cannot be read, or is empty.`)
  else if (!clientSecret) say('OIDC_NAME_CLIENT_SECRET', missing)
  if (problems.length > before) return undefined
  const name = read('OIDC_NAME_NAME') ?? id[0]!.toUpperCase() + id.slice(1)
  return { id, name, issuer: issuer!, clientId: clientId!, clientSecret: clientSecret! }
}

const nameFor = (setting: string, id: string): string => setting.replace('NAME', id.toUpperCase())

function settingsOf(id: string, env: Env, problems: string[]) {
  return (setting: keyof typeof providerSettings): string | undefined => {
    const name = nameFor(setting, id)
    try {
      return providerSettings[setting].read(env[name]?.trim() || undefined)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.push(`${name}: ${error.message}`)
      return undefined
    }
  }
}

function issuerProblem(given: string): string | undefined {
  const url = URL.parse(given)
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    return `“${withoutPassword(given)}” is not an address like https://login.example.org.`
  }
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return undefined
  return 'It must begin with https:, because whoever listens on the way could log in as anybody.'
}

// Somebody may have put one there.
const withoutPassword = (given: string): string => given.replace(/\/\/[^/@]*@/, '//')

function nameProblem(given: string): string | undefined {
  return /\p{C}/u.test(given) || given.length > 40 ? 'It is a word or two, at most 40 characters.' : undefined
}
