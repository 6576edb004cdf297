import { existsSync, statfsSync, statSync } from 'node:fs'
import { sql } from 'kysely'
import type { Config, Provider } from './config.ts'
import { isLoopback } from './core/loopback.ts'
import { DAY, instant, later, MINUTE } from './core/time.ts'
import { automaticCopies } from './db/backup.ts'
import type { Database } from './db/db.ts'
import { lastBackup, newestEvent } from './features/accounts/events.ts'
import { callbackOf } from './features/sso/providers.ts'
import { backupsOf, placeOf, type Store } from './opening.ts'
import { version } from './version.ts'
import type { Finding } from './web/env.ts'
import { siteSettings } from './web/site.ts'

/** What the person who starts a server should know about how it is set up. */
export async function selfCheck(config: Config, store: Store): Promise<Finding[]> {
  return [
    ...addressFindings(config),
    proxyFinding(config),
    await registrationFinding(config, store),
    mailFinding(config),
    ...config.providers.map((provider) => providerFinding(config, provider)),
    keyFinding(store),
    ...(await peopleFindings(config, store)),
    ...clockFindings(await newestEvent(store.db), new Date()),
  ]
}

/** The same and how the server does: its version, how large the database is, its copies, the room on the disk. */
export async function health(config: Config, store: Store): Promise<Finding[]> {
  const { free, sentence } = existsSync(config.dataDir) ? spaceIn(config.dataDir) : { free: Infinity, sentence: '' }
  return [
    fine(`Get It Done! ${version} on Bun ${Bun.version}.`),
    fine(`The database is ${databaseName(config, store.db)} and has ${inMegabytes(await sizeOf(store.db))} MB.`),
    ...(await selfCheck(config, store)),
    await backupFinding(store.db),
    fine(copiesInWords(config)),
    ...(sentence === '' ? [] : [{ text: sentence, warning: free < LITTLE_SPACE }]),
  ]
}

function clockFindings(newest: string | undefined, now: Date): Finding[] {
  const problem = clockProblem(now, { newest, built: builtAt() })
  return problem === undefined ? [] : [warning(problem)]
}

/**
 * What is wrong with a clock that says `now`, in a sentence; undefined when it may be right. It is not right before this
 * program was made (`built`), nor long after, nor before something that has happened already (`newest`, ISO). Codes of
 * authenticator apps go by it (OWASP ASVS 5.0, 6.5.8).
 */
export function clockProblem(
  now: Date,
  { newest, built }: { newest: string | undefined; built: Date },
): string | undefined {
  const says = `The clock of this machine says ${minuteOf(instant(now))}, and`
  const todo = 'Set it right: codes of authenticator apps, links and sessions go by it.'
  if (newest !== undefined && newest > later(now, 5 * MINUTE)) {
    return `${says} something happened here on ${minuteOf(newest)} already. ${todo}`
  }
  if (instant(now) < later(built, -DAY))
    return `${says} this program was put here on ${minuteOf(instant(built))}. ${todo}`
  if (instant(now) > later(built, PROGRAM_LIFE))
    return `${says} this program is from ${built.getUTCFullYear()}. ${todo}`
  return undefined
}

/** No version of a program is used so long. */
const PROGRAM_LIFE = 10 * 365 * DAY

const minuteOf = (at: string): string => `${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`

/** When this program came to be on this machine, or was built. */
export function builtAt(): Date {
  // In an executable the sources lie in a folder that no disk has.
  const isExecutable = /[$~]bun/i.test(import.meta.path)
  return statSync(isExecutable ? process.execPath : import.meta.path).mtime
}

async function backupFinding(db: Database): Promise<Finding> {
  const at = await lastBackup(db)
  return at === undefined
    ? warning('get-it-done backup was not used in the last 90 days. Make backups, and keep them on another disk.')
    : fine(`The last backup was made on ${minuteOf(at)}.`)
}

/** Below so many MB the disk is nearly full. */
export const LITTLE_SPACE = 500

const MEGABYTE = 1024 * 1024

/** How many MB are free on the disk of `folder`, and that as a sentence. */
export function spaceIn(folder: string): { free: number; sentence: string } {
  const { bavail, bsize } = statfsSync(folder)
  const free = Math.floor((bavail * bsize) / MEGABYTE)
  return { free, sentence: `${free.toLocaleString('en')} MB are free on the disk of ${folder}.` }
}

/** Which copies of the database were made without being asked for. */
export function copiesInWords(config: Config): string {
  const copies = automaticCopies(backupsOf(config))
  const [newest] = copies
  if (!newest) return 'No automatic copies yet: one is made before each upgrade and restore.'
  const number = copies.length === 1 ? '1 automatic copy' : `${copies.length} automatic copies`
  return `${number} in ${backupsOf(config)}, the newest is ${newest}.`
}

/** Bytes as MB with one decimal. */
export const inMegabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1)

/** How many bytes the database takes on its disk. */
export async function sizeOf(db: Database): Promise<number> {
  // Of SQLite with what stands in its log and not yet in its file.
  const asked =
    db.kind === 'sqlite'
      ? sql<Size>`select page_count * page_size as size from pragma_page_count, pragma_page_size`
      : sql<Size>`select pg_database_size(current_database()) as size`
  const { rows } = await asked.execute(db)
  return Number(rows[0]!.size)
}

type Size = { size: number }

function databaseName(config: Config, db: Database): string {
  const place = placeOf(config)
  if (db.kind === 'sqlite' && 'file' in place) return place.file
  return 'url' in place ? `the PostgreSQL at ${new URL(place.url).host}` : 'a PostgreSQL'
}

const fine = (text: string): Finding => ({ text, warning: false })
const warning = (text: string): Finding => ({ text, warning: true })

function addressFindings(config: Config): Finding[] {
  if (config.secure)
    return [fine('The address is https; the session cookie is __Host-sid and never travels unencrypted.')]
  if (config.loopbackOnly) return [fine('Only this machine reaches it; the session cookie is sid.')]
  const { hostname } = new URL(config.baseUrl)
  const encrypted = `Passwords and the session cookie sid travel to ${hostname} unencrypted.`
  return [
    isLoopback(hostname)
      ? fine('The address leads to this machine; the session cookie is sid.')
      : warning(`${encrypted} Put a proxy with https before it, and set BASE_URL to its address.`),
  ]
}

function proxyFinding({ trustedProxies, secure }: Config): Finding {
  if (trustedProxies.length > 0) {
    return fine(`The address of a visitor is what these proxies say: ${trustedProxies.join(', ')}.`)
  }
  if (!secure) return fine('No proxy is trusted: the address of a visitor is that of the connection.')
  return warning(
    'The address is https, which a proxy brings, but no proxy is trusted: all visitors seem to come from it and share its limits. Set TRUSTED_PROXIES, to loopback when it runs on this machine.',
  )
}

async function registrationFinding(config: Config, { db }: Store): Promise<Finding> {
  const { registration } = await siteSettings(db, config)
  if (registration === 'open') return fine('Everybody who reaches it may register.')
  return registration === 'invite'
    ? fine('Who was invited may register; get-it-done invite EMAIL makes an invitation.')
    : fine('Nobody may register; get-it-done create-user EMAIL adds people.')
}

const mailFinding = ({ mail }: Config): Finding =>
  mail
    ? fine(`Mails are sent through ${mail.host}, from ${mail.from.address}.`)
    : fine('No mails are sent: SMTP_URL is not set. get-it-done reset-link EMAIL helps who forgot the password.')

const providerFinding = (config: Config, provider: Provider): Finding =>
  fine(
    `People may log in through ${provider.name} (${provider.issuer}), which sends them back to ${callbackOf(config, provider)}.`,
  )

function keyFinding({ secrets: { file } }: Store): Finding {
  if (!file) return fine('The secret key comes from the settings.')
  if (file.openToOthers) {
    return warning(`Others on this machine may read the secret key. Close it with: chmod 600 ${file.path}`)
  }
  return fine(`The secret key is in ${file.path}; keep a copy of it with the backups.`)
}

async function peopleFindings(config: Config, { db }: Store): Promise<Finding[]> {
  const anybody = await db.selectFrom('users').select('id').limit(1).executeTakeFirst()
  if (anybody) return []
  const { registration } = await siteSettings(db, config)
  if (config.loopbackOnly && registration === 'open') {
    return [fine('There is nobody yet: whoever registers first becomes the administrator.')]
  }
  return [
    warning(
      'There is nobody yet. Open the link that the server prints at its start, or add yourself: get-it-done create-admin EMAIL',
    ),
  ]
}
