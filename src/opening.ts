import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, ConfigProblems } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { type KeyFile, makeKeyFile, readKeyFile } from '#crypto/key-file.ts'
import { KeyRing } from '#crypto/keys.ts'
import { automaticCopy } from '#db/backup.ts'
import { connect, type Database, type Place } from '#db/db.ts'
import { belonging, claim, isEmpty, nobodysKeys } from '#db/instance.ts'
import { type Lock, takeLock } from '#db/lock.ts'
import { migrate, pendingSteps } from '#db/migrate.ts'
import { diskWords, prepareFolder } from '#disk.ts'

/** The database that a configuration names, up to date, with the secret it belongs to. */
export type Store = {
  db: Database
  secrets: Secrets
  /** The upgrade steps that were run, and the copy of the database that was made before them. */
  upgraded: { steps: string[]; copy: string | undefined }
}

/** The secrets that all keys come from, and the key file when the current one stands there. */
export type Secrets = { current: string; previous: string[]; file: (KeyFile & { path: string }) | undefined }

/** Where the configuration wants its data. */
export const placeOf = (config: Config): Place =>
  config.databaseUrl ? { url: config.databaseUrl } : { file: join(config.dataDir, 'get-it-done.db') }

/** The folder for the copies that are made without being asked for. */
export const backupsOf = (config: Config): string => join(config.dataDir, 'backups')

/** Where the secret is when no setting holds it. */
export const keyFileOf = (config: Config): string => join(config.dataDir, 'secret.key')

/** The keys derived from `secrets` for a site at `baseUrl`. */
export const keysOf = (secrets: Secrets, baseUrl: string): KeyRing => new KeyRing({ ...secrets, audience: baseUrl })

/**
 * Opens the database of `config`, making it and the key file when this is the first start, and upgrading
 * it after a copy when it is older. Refuses, in words for people, a folder or a database that cannot be
 * used, a newer database, and one that belongs to another secret. `lock` is the folder's lock when the
 * caller holds it.
 */
export async function openStore(config: Config, now: Date, lock?: Lock): Promise<Store> {
  if (!config.databaseUrl) prepareFolder(config.dataDir)
  const db = connect(placeOf(config))
  try {
    return await prepared(config, db, now, lock)
  } catch (error) {
    await db.close().catch(() => {})
    throw inWords(error, config)
  }
}

/**
 * The secrets that settings and the key file hold; undefined when there is none yet. Nothing is written.
 */
export function knownSecrets(config: Config): Secrets | undefined {
  const { current, previous } = config.secrets
  if (current !== undefined) return { current, previous, file: undefined }
  const path = keyFileOf(config)
  const file = readKeyFile(path)
  return file && inFile(path, file, previous)
}

/** The same, with a key file made when there is none. */
export function secretsOf(config: Config): Secrets {
  const known = knownSecrets(config)
  if (known) return known
  const path = keyFileOf(config)
  return inFile(path, makeKeyFile(path), config.secrets.previous)
}

/** The secrets that stand in a key file, with those that the settings name beside them. */
export const inFile = (path: string, file: KeyFile, previous: string[]): Secrets => ({
  current: file.secret,
  previous: [...file.previous, ...previous],
  file: { ...file, path },
})

async function prepared(config: Config, db: Database, now: Date, lock: Lock | undefined): Promise<Store> {
  const fresh = await isEmpty(db)
  if (!fresh) await refuseAnotherSecret(config, db)
  const upgraded = (await pendingSteps(db)).length > 0 ? await upgrade(config, db, fresh, now, lock) : nothing
  const secrets = secretsOf(config)
  if ((await claim(db, keysOf(secrets, config.baseUrl), now)) === 'another') throw belongsToAnother()
  return { db, secrets, upgraded }
}

const nothing = { steps: [], copy: undefined }

// Before the database is touched in any way, and before a new key file hides that the old one is missing.
async function refuseAnotherSecret(config: Config, db: Database) {
  const belongs = (await belonging(db, nobodysKeys())) !== 'nobody'
  // Only now: another first start may have made the key file a moment ago, always before the database belongs to it.
  const known = knownSecrets(config)
  if (known && (await belonging(db, keysOf(known, config.baseUrl))) === 'another') throw belongsToAnother()
  if (known || !belongs) return
  throw new ConfigProblems([
    `The key file ${keyFileOf(config)} is missing, but this database was made with one. Put it back from a backup. If it is lost: docs/operating.md, “The secret key is lost”.`,
  ])
}

const belongsToAnother = () =>
  new ConfigProblems([
    'This database belongs to another SECRET_KEY. Set the one it was made with, as SECRET_KEY or among PREVIOUS_SECRET_KEYS.',
  ])

async function upgrade(config: Config, db: Database, fresh: boolean, now: Date, held: Lock | undefined) {
  if (db.kind === 'postgres') return { steps: await migrate(db), copy: undefined }
  const lock = held ?? takeLock(config.dataDir)
  if (!lock) {
    throw new Refusal(
      'conflict',
      'A running Get It Done! still uses this database as it is. Stop it before the upgrade.',
    )
  }
  try {
    const copy = fresh ? undefined : await automaticCopy(db, backupsOf(config), 'upgrade', now)
    return { steps: await migrate(db), copy }
  } finally {
    if (lock !== held) lock.release()
  }
}

/** Why the database could not be opened, for people; other errors as they are. */
export function inWords(error: unknown, config: Config): unknown {
  if (error instanceof Refusal || error instanceof ConfigProblems || !(error instanceof Error)) return error
  const code = String((error as { code?: unknown }).code ?? '')
  const place = placeOf(config)
  if ('url' in place) {
    const { host, pathname } = new URL(place.url)
    if (!isOutside(error, code)) return error
    return new Refusal('conflict', `The PostgreSQL at ${host}${pathname} cannot be used: ${error.message || code}.`)
  }
  if (code === 'SQLITE_NOTADB') return new Refusal('conflict', `The file ${place.file} is not a database.`)
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|IOERR)/.test(code)) {
    return new Refusal('forbidden', `The file ${place.file} cannot be opened and written to by this user.`)
  }
  if (code === 'SQLITE_FULL') return new Refusal('conflict', `The disk that holds ${place.file} is full.`)
  if (code === 'SQLITE_BUSY') return new Refusal('conflict', `Another program is busy with the file ${place.file}.`)
  if (/^E[A-Z]+$/.test(code)) return new Refusal('conflict', `${config.dataDir} cannot be used: ${diskWords(error)}`)
  return error
}

// The network, the server's refusal to let us in, or its coming and going; not our own SQL.
const isOutside = (error: Error, code: string): boolean =>
  /^(E[A-Z]+|28\w+|3D000|08\w+|57P\w+|53\w+|42501)$/.test(code) ||
  /timeout|terminated|SSL|certificate/i.test(error.message)

/** Whether there is a database to speak of: true for every PostgreSQL, and for an SQLite file that exists. */
export function hasDatabase(config: Config): boolean {
  const place = placeOf(config)
  return 'url' in place || existsSync(place.file)
}
