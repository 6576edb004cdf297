import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isLoopback } from '#core/loopback.ts'
import { weakSecret } from '#crypto/keys.ts'
import { type Limits, limitsOf } from './config/limits.ts'
import { type MailSettings, mailSettings } from './config/mail.ts'
import { isIssuer, type Provider, readProviders } from './config/providers.ts'
import { type Entry, Problem } from './config/readers.ts'
import { table, type Values } from './config/table.ts'

export type { MailSettings, Provider }
export { isIssuer }

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
  /** Who may register, until an administrator chooses otherwise. */
  registration: 'open' | 'invite' | 'closed'
  /** Who has to log in in two steps, until an administrator chooses it. */
  twoSteps: 'nobody' | 'admins' | 'everybody'
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
  /** Other sites through which people may log in. */
  providers: Provider[]
  /** Without a `current` one the key file in `dataDir` holds it. */
  secrets: { current: string | undefined; previous: string[] }
  logFormat: 'auto' | 'json' | 'text'
}

/** What is wrong with the configuration: all of it, a sentence each. */
export class ConfigProblems extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigProblems'
    this.problems = problems
  }
}

/**
 * Reads the settings from `env`, where an empty text means that a setting is not set. Throws
 * `ConfigProblems` with everything that is wrong; then nothing has been started or written yet.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const values = readValues(env, problems)
  const providers = readProviders(values.OIDC_PROVIDERS, env, contentOf, problems)
  const config = { ...configOf(values, readSecret(values, problems)), providers }
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

function configOf(values: Values, secret: string | undefined): Omit<Config, 'providers'> {
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
    twoSteps: values.MFA_REQUIRED,
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
