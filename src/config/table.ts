import { availableParallelism } from 'node:os'
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
} from './checks.ts'
import { limitSettings } from './limits.ts'
import { providerProblem, providerSettings } from './providers.ts'
import { duration, type Entry, flag, list, text, whole, word } from './readers.ts'

/** One setting as documents and `--help` show it. */
export type Setting = { name: string; sentence: string; default: string }

/** Every setting: its sentence, its default, how it is read. */
export const table = {
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
    'Who may register, until an administrator chooses it: open (everybody), invite (who was invited), closed (nobody).',
    ['open', 'invite', 'closed'],
    { default: undefined, shownDefault: 'open when HOST and BASE_URL lead to this machine only, else invite' },
  ),
  MFA_REQUIRED: word(
    'Who has to log in in two steps, until an administrator chooses it: nobody, admins, everybody.',
    ['nobody', 'admins', 'everybody'],
    { default: 'nobody' },
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
  OIDC_PROVIDERS: list(
    'Other sites through which people may log in (OpenID Connect), a word for each, as in google, work. Each needs the settings below.',
    { check: providerProblem },
  ),
  LOG_FORMAT: word(
    'How log lines look: json, text, or auto (text on a terminal, else json).',
    ['auto', 'json', 'text'],
    {
      default: 'auto',
    },
  ),
} satisfies Record<string, Entry<unknown>>

/** What was read, by name. */
export type Values = { [Name in keyof typeof table]: ReturnType<(typeof table)[Name]['read']> }

/** All settings in the order in which documents and `--help` show them. */
export const settings: Setting[] = Object.entries({ ...table, ...providerSettings }).map(([name, entry]) => ({
  name,
  sentence: entry.sentence,
  default: entry.default,
}))
