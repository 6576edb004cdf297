import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { isLoopback } from '#core/loopback.ts'
import { DAY, HOUR, MINUTE, SECOND } from '#core/time.ts'
import { weakSecret } from '#crypto/keys.ts'
import {
  contactProblem,
  hostProblem,
  originProblem,
  postgresProblem,
  proxyProblem,
  senderProblem,
  smtpProblem,
} from './config/checks.ts'
import { type Limits, limitSettings, limitsOf } from './config/limits.ts'
import { type MailSettings, mailSettings } from './config/mail.ts'
import { duration, type Entry, flag, list, Problem, text, whole, word } from './config/readers.ts'

export type { MailSettings }

/** Everything the environment decides. Only this file reads it. */
export type Config = {
  host: string
  port: number
  /** The public address: scheme, name and port, without a slash at the end. */
  baseUrl: string
  /** Whether the public address is https. */
  secure: boolean
  /** HOST and BASE_URL are both loopback: whoever comes sits at this machine. */
  loopbackOnly: boolean
  /** Absolute path of the folder for the database, the key and the backups. */
  dataDir: string
  /** The PostgreSQL; undefined means the SQLite file in `dataDir`. */
  databaseUrl: string | undefined
  /** Whom to believe about where a request came from: addresses, CIDR ranges, or the word `unix`. */
  trustedProxies: string[]
  extraOrigins: string[]
  registration: 'open' | 'invite' | 'closed'
  hsts: boolean
  /** Whom to tell about a weakness, as URIs. */
  securityContacts: string[]
  session: {
    idleMs: number
    absoluteMs: number
    rememberedIdleMs: number
    rememberedAbsoluteMs: number
    sudoMs: number
    perPerson: number
  }
  /** The service that knows breached passwords, if one is to be asked. */
  breaches: string | undefined
  password: { min: number; memoryKiB: number; passes: number; permits: number; queue: number; waitMs: number }
  limits: Limits
  /** Without it no mails are sent. */
  mail: MailSettings | undefined
  /** Without a `current` one the key file in `dataDir` holds it. */
  secrets: { current: string | undefined; previous: string[] }
  logFormat: 'auto' | 'json' | 'text'
}

/** One setting as documents and `--help` show it. */
export type Setting = { name: string; sentence: string; default: string }

/** What is wrong with the configuration: all of it, a sentence each. */
export class ConfigProblems extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigProblems'
    this.problems = problems
  }
}

const table = {
  PORT: whole('The port to listen on. 0 takes any that is free.', 3000, { from: 0, to: 65_535 }),
  HOST: text('The address to listen on. 127.0.0.1 is reached from this machine only, 0.0.0.0 from everywhere.', {
    default: '127.0.0.1',
    check: hostProblem,
  }),
  BASE_URL: text('The address people type. Cookies, redirects and the check of where forms come from depend on it.', {
    default: undefined,
    shownDefault: 'http://localhost: and the port',
    check: originProblem,
  }),
  ALLOW_INSECURE_HTTP: flag(
    'Set to 1 to allow a BASE_URL with http for another name than localhost. Passwords then cross the network unencrypted.',
    false,
  ),
  DATA_DIR: text('The folder for the SQLite database, the secret key and the backups. It is made when it is missing.', {
    default: './data',
  }),
  DATABASE_URL: text('A PostgreSQL to keep everything in, as postgres://user:password@host/database.', {
    default: undefined,
    shownDefault: 'none: SQLite, in the file get-it-done.db of DATA_DIR',
    check: postgresProblem,
  }),
  SECRET_KEY: text(
    'The secret that all keys are made from: 32 bytes or more. PostgreSQL needs it or SECRET_KEY_FILE.',
    {
      default: undefined,
      shownDefault: 'the file secret.key of DATA_DIR, made at the first start',
      check: weakSecret,
    },
  ),
  SECRET_KEY_FILE: text('A file that holds the secret, instead of SECRET_KEY.', { default: undefined }),
  PREVIOUS_SECRET_KEYS: list('Secrets of before, so that nobody is logged out when a new one takes over.', {
    check: weakSecret,
  }),
  TRUSTED_PROXIES: list(
    'Proxies that are believed about where a request came from (X-Forwarded-For): addresses, ranges like 10.0.0.0/8, or the words loopback and unix.',
    { check: proxyProblem },
  ),
  EXTRA_ORIGINS: list('Further addresses that forms may be sent from, beside BASE_URL.', { check: originProblem }),
  REGISTRATION: word(
    'Who may register: open (everybody), invite (until there are invitations nobody, like closed), closed.',
    ['open', 'invite', 'closed'],
    { default: undefined, shownDefault: 'open when HOST and BASE_URL lead to this machine only, else invite' },
  ),
  HSTS: flag('Whether browsers are told to use https only. It is said only when BASE_URL is https.', true),
  SECURITY_CONTACT: list('Whom to tell about a weakness, in /.well-known/security.txt: e-mail or https addresses.', {
    check: contactProblem,
  }),
  SESSION_IDLE: duration('How long a session lasts without a visit.', 12 * HOUR),
  SESSION_LIFE: duration('How long a session lasts at most.', 24 * HOUR),
  SESSION_REMEMBERED_IDLE: duration('The same without a visit, for those who chose to stay logged in.', 14 * DAY),
  SESSION_REMEMBERED_LIFE: duration('The same at most, for those who chose to stay logged in.', 30 * DAY),
  SESSION_CONFIRMED: duration('How long a typed password counts as a proof for changes to the account.', 15 * MINUTE),
  SESSION_PER_PERSON: whole('How many sessions a person may have. The one unused the longest makes room.', 50, {
    from: 1,
    to: 10_000,
  }),
  PASSWORD_MIN: whole('The least number of characters in a new password.', 8, { from: 8, to: 128 }),
  BREACHES: text(
    'A service that is asked whether a new password was stolen somewhere: https://api.pwnedpasswords.com, or a copy of it.',
    { default: undefined, check: originProblem },
  ),
  PASSWORD_MEMORY: whole('Memory that hashing a password takes, in KiB.', 19_456, { from: 19_456, to: 262_144 }),
  PASSWORD_PASSES: whole('Passes over that memory.', 2, { from: 2, to: 10 }),
  HASH_PERMITS: whole('How many passwords are hashed at the same time.', Math.max(1, availableParallelism() - 1), {
    from: 1,
    to: 256,
    shownDefault: 'one less than there are processors, at least 1',
  }),
  HASH_QUEUE: whole('How many may wait for that.', 32, { from: 0, to: 10_000 }),
  HASH_WAIT: duration('How long they wait before they are asked to try again.', 2 * SECOND),
  ...limitSettings,
  SMTP_URL: text(
    'The server that sends our mails, as smtps://user:password@host or smtp://user:password@host:587. The way there is encrypted, unless it is on this machine.',
    { default: undefined, shownDefault: 'none: no mails are sent', check: smtpProblem },
  ),
  SMTP_FROM: text('Whom mails come from, as todo@example.org or Name <todo@example.org>. SMTP_URL needs it.', {
    default: undefined,
    check: senderProblem,
  }),
  LOG_FORMAT: word(
    'How log lines look: json, text, or auto (text on a terminal, else json).',
    ['auto', 'json', 'text'],
    {
      default: 'auto',
    },
  ),
} satisfies Record<string, Entry<unknown>>

type Values = { [Name in keyof typeof table]: ReturnType<(typeof table)[Name]['read']> }

/** All settings in the order in which documents and `--help` show them. */
export const settings: Setting[] = Object.entries(table).map(([name, entry]) => ({
  name,
  sentence: entry.sentence,
  default: entry.default,
}))

/**
 * Reads the settings from `env`, where an empty text means that a setting is not set. Throws
 * `ConfigProblems` with everything that is wrong; then nothing has been started or written yet.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const values = readValues(env, problems)
  const config = configOf(values, readSecret(values, problems))
  problems.push(...disagreements(values, config))
  if (problems.length > 0) throw new ConfigProblems(problems)
  return config
}

/** The configuration of a server that listens on `port`: it matters when PORT=0 took any that was free. */
export const withPort = (config: Config, port: number): Config => ({
  ...config,
  port,
  baseUrl: originOf(config.baseUrl.replace(/:0$/, `:${port}`)),
})

function readValues(env: Record<string, string | undefined>, problems: string[]): Values {
  const read = ([name, entry]: [string, Entry<unknown>]) => [name, settingOf(name, entry, env[name], problems)]
  return Object.fromEntries(Object.entries(table).map(read)) as Values
}

// A setting that cannot be read counts as not set, so that the others are looked at too.
function settingOf(name: string, entry: Entry<unknown>, given: string | undefined, problems: string[]): unknown {
  try {
    return entry.read(given?.trim() || undefined)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problems.push(`${name}: ${error.message}`)
    return entry.read(undefined)
  }
}

function configOf(values: Values, secret: string | undefined): Config {
  const baseUrl = originOf(values.BASE_URL ?? `http://localhost:${values.PORT}`)
  const secure = baseUrl.startsWith('https:')
  const loopbackOnly = isLoopback(values.HOST) && isLoopback(new URL(baseUrl).hostname)
  return {
    host: values.HOST,
    port: values.PORT,
    baseUrl,
    secure,
    loopbackOnly,
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    trustedProxies: values.TRUSTED_PROXIES.flatMap(spelledOut),
    extraOrigins: values.EXTRA_ORIGINS.map(originOf),
    registration: values.REGISTRATION ?? (loopbackOnly ? 'open' : 'invite'),
    hsts: values.HSTS && secure,
    securityContacts: values.SECURITY_CONTACT.map((contact) => (contact.includes(':') ? contact : `mailto:${contact}`)),
    session: {
      idleMs: values.SESSION_IDLE,
      absoluteMs: values.SESSION_LIFE,
      rememberedIdleMs: values.SESSION_REMEMBERED_IDLE,
      rememberedAbsoluteMs: values.SESSION_REMEMBERED_LIFE,
      sudoMs: values.SESSION_CONFIRMED,
      perPerson: values.SESSION_PER_PERSON,
    },
    breaches: values.BREACHES && originOf(values.BREACHES),
    password: {
      min: values.PASSWORD_MIN,
      memoryKiB: values.PASSWORD_MEMORY,
      passes: values.PASSWORD_PASSES,
      permits: values.HASH_PERMITS,
      queue: values.HASH_QUEUE,
      waitMs: values.HASH_WAIT,
    },
    limits: limitsOf(values),
    mail: mailSettings(values.SMTP_URL, values.SMTP_FROM),
    secrets: { current: secret, previous: values.PREVIOUS_SECRET_KEYS },
    logFormat: values.LOG_FORMAT,
  }
}

// As browsers write it in the header Origin: small letters, and no port that the scheme has anyway.
const originOf = (address: string): string => new URL(address).origin

const spelledOut = (proxy: string): string[] => (proxy === 'loopback' ? ['127.0.0.0/8', '::1/128'] : [proxy])

function readSecret(values: Values, problems: string[]): string | undefined {
  if (!values.SECRET_KEY_FILE) return values.SECRET_KEY
  if (values.SECRET_KEY) problems.push('SECRET_KEY and SECRET_KEY_FILE: Set one of them, not both.')
  const secret = contentOf(values.SECRET_KEY_FILE)
  const problem = secret === undefined ? `${values.SECRET_KEY_FILE} cannot be read.` : weakSecret(secret)
  if (problem) problems.push(`SECRET_KEY_FILE: ${problem}`)
  return secret
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** What is wrong although each setting by itself is fine. */
function disagreements(values: Values, config: Config): string[] {
  const problems: string[] = []
  if (!config.secure && !isLoopback(new URL(config.baseUrl).hostname) && !values.ALLOW_INSECURE_HTTP) {
    problems.push(
      `BASE_URL: ${config.baseUrl} would send passwords unencrypted. Use https, or set ALLOW_INSECURE_HTTP=1 in a network you trust.`,
    )
  }
  if (values.DATABASE_URL && !values.SECRET_KEY && !values.SECRET_KEY_FILE) {
    problems.push(
      'SECRET_KEY: With DATABASE_URL it (or SECRET_KEY_FILE) must be set, the same for all processes. `openssl rand -hex 32` makes one.',
    )
  }
  if (values.SMTP_URL && !values.SMTP_FROM) {
    problems.push('SMTP_FROM: With SMTP_URL it must be set: the address that mails come from.')
  }
  if (config.session.idleMs > config.session.absoluteMs) {
    problems.push('SESSION_IDLE: It is longer than SESSION_LIFE.')
  }
  if (config.session.rememberedIdleMs > config.session.rememberedAbsoluteMs) {
    problems.push('SESSION_REMEMBERED_IDLE: It is longer than SESSION_REMEMBERED_LIFE.')
  }
  return problems
}
