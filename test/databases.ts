import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { connect, type Place } from '#db/db.ts'
import { migrate } from '#db/migrate.ts'
import { atTheEnd } from '#test/closing.ts'

/** A database that belongs to one test (or to one test file). */
export type TestDatabase = {
  kind: 'sqlite' | 'postgres'
  /** A temporary folder, to be used as DATA_DIR. On SQLite it holds `get-it-done.db`. */
  dir: string
  /** The DATABASE_URL; undefined on SQLite. */
  url: string | undefined
  /** What `connect` takes. */
  place: Place
  /** Removes the folder and the database, also from under those who still use it. May be called twice. */
  drop(): Promise<void>
}

/** Which database the tests of this process run on: `TEST_DATABASE`, SQLite when it is not set. */
export const testKind: 'sqlite' | 'postgres' = process.env.TEST_DATABASE === 'postgres' ? 'postgres' : 'sqlite'

/**
 * A new database of this process's kind with all migrations done, or with nothing in it (`empty`; on
 * SQLite there is not even a file). The caller drops it; whoever forgets has it dropped after the last test.
 */
export async function freshDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const dir = await mkdtemp(join(tmpdir(), 'gid-'))
  const database = testKind === 'sqlite' ? await freshSqlite(dir, empty) : await freshPostgres(dir, empty)
  const drop = once(database.drop)
  atTheEnd(drop)
  return { ...database, drop }
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}

async function freshSqlite(dir: string, empty: boolean): Promise<TestDatabase> {
  const file = join(dir, FILE)
  if (!empty) await copyFile(await sqliteTemplate(), file)
  const drop = () => rm(dir, { recursive: true, force: true })
  return { kind: 'sqlite', dir, url: undefined, place: { file }, drop }
}

const FILE = 'get-it-done.db'

let template: Promise<string> | undefined

/** A migrated file, made once for each process and copied from then on. */
const sqliteTemplate = (): Promise<string> => {
  template ??= (async () => {
    const dir = await mkdtemp(join(tmpdir(), 'gid-template-'))
    atTheEnd(() => rm(dir, { recursive: true, force: true }))
    const file = join(dir, FILE)
    await migrated({ file })
    return file
  })()
  return template
}

async function freshPostgres(dir: string, empty: boolean): Promise<TestDatabase> {
  const server = await admin()
  if (!empty) await postgresTemplate()
  const name = `gid_${crypto.randomUUID().replaceAll('-', '')}`
  await server.query(`create database ${name} template ${empty ? 'template0' : TEMPLATE}`)
  const url = addressOf(name)
  const drop = async () => {
    await (await admin()).query(`drop database if exists ${name} with (force)`)
    await rm(dir, { recursive: true, force: true })
  }
  return { kind: 'postgres', dir, url, place: { url }, drop }
}

const TEMPLATE = 'gid_template'

let postgresReady: Promise<void> | undefined

const postgresTemplate = (): Promise<void> => {
  postgresReady ??= makePostgresTemplate()
  return postgresReady
}

/** Makes the template when no other process has. The lock lets one of them work while the others wait. */
async function makePostgresTemplate(): Promise<void> {
  const server = await admin()
  await server.query('select pg_advisory_lock(1)')
  try {
    const { rows } = await server.query('select datistemplate from pg_database where datname = $1', [TEMPLATE])
    if (rows[0]?.datistemplate) return
    // Half of one, left by a process that was stopped on the way.
    if (rows.length > 0) await server.query(`drop database ${TEMPLATE} with (force)`)
    await server.query(`create database ${TEMPLATE} template template0`)
    await migrated({ url: addressOf(TEMPLATE) })
    await server.query(`alter database ${TEMPLATE} with is_template true allow_connections false`)
  } finally {
    await server.query('select pg_advisory_unlock(1)')
  }
}

async function migrated(place: Place): Promise<void> {
  const db = connect(place)
  try {
    await migrate(db)
  } finally {
    await db.close()
  }
}

const addressOf = (name: string): string => {
  const url = new URL(serverAddress())
  url.pathname = `/${name}`
  return url.href
}

const serverAddress = (): string => {
  const url = process.env.TEST_POSTGRES_URL
  if (url) return url
  throw new Error('TEST_DATABASE=postgres needs TEST_POSTGRES_URL; `npm test` starts a PostgreSQL and sets both.')
}

let connected: Promise<pg.Client> | undefined

/** This process's one connection for making and dropping databases. */
const admin = (): Promise<pg.Client> => {
  connected ??= (async () => {
    const client = new pg.Client({ connectionString: serverAddress() })
    await client.connect()
    return client
  })()
  return connected
}
