import { Database as File } from 'bun:sqlite'
import { existsSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { sql, type Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import type { KeyRing } from '#crypto/keys.ts'
import { draftFor, keepAs, prepareFolder, replaceWith } from '#disk.ts'
import { automaticCopy, damageOf, removeDatabase, type Table, tablesOf } from './backup.ts'
import { connect, type Database } from './db.ts'
import { belonging, claim, nobodysKeys } from './instance.ts'
import { migrate } from './migrate.ts'
import type { Tables } from './schema.ts'
import { keepAllWords, WORD_TABLES } from './words.ts'

/**
 * How to take over a backup: under which keys (undefined when this installation has none yet). With `newKey`
 * it may belong to a key that is lost; then all sessions in it end.
 */
export type Restoring = { keys: KeyRing | undefined; newKey: boolean; now: Date }

/** A checked copy of a backup, brought up to date, waiting to take the place of the database. */
export type Staged = { path: string; discard(): void }

/**
 * Copies the backup at `source` beside `target`, upgrades the copy, and checks it. Refuses what is no
 * backup of ours, is damaged, comes from a newer version, or belongs to another secret. The backup itself
 * is only read.
 */
export async function stage(source: string, target: string, restoring: Restoring): Promise<Staged> {
  const path = draftFor(target)
  try {
    copyChecked(source, path)
    const db = connect({ file: path })
    try {
      await migrate(db)
      await takeOver(db, restoring)
    } finally {
      await db.close()
    }
    settle(path)
  } catch (error) {
    removeDatabase(path)
    throw error
  }
  return { path, discard: () => removeDatabase(path) }
}

async function takeOver(db: Database, { keys, newKey, now }: Restoring): Promise<void> {
  if (newKey) await forgetOldKey(db)
  const before = keys ? await claim(db, keys, now) : await belonging(db, nobodysKeys())
  if (before === 'another') throw madeUnderAnotherKey()
}

const madeUnderAnotherKey = () =>
  new Refusal(
    'conflict',
    'This backup was made under another secret key. Put that key in place first (its secret.key or SECRET_KEY), or add --new-key: then everybody has to log in again.',
  )

function copyChecked(source: string, path: string) {
  if (!existsSync(source)) throw new Refusal('not-found', `There is no file ${source}.`)
  const file = openBackup(source)
  try {
    const problem = damageOf(file)
    if (problem) throw new Refusal('invalid', `The file ${source} is damaged: ${problem}`)
    if (!file.query("select 1 from sqlite_schema where name = 'migrations'").get()) throw notOurs(source)
    file.run('vacuum into ?', [path])
  } catch (error) {
    throw isForeign(error) ? notOurs(source) : error
  } finally {
    file.close()
  }
}

function openBackup(source: string): File {
  try {
    return new File(source, { readonly: true })
  } catch (error) {
    throw isForeign(error) ? notOurs(source) : error
  }
}

const isForeign = (error: unknown): boolean => /^SQLITE_(NOTADB|CORRUPT)/.test((error as { code?: string }).code ?? '')

const notOurs = (source: string) => new Refusal('invalid', `The file ${source} is not a backup of Get It Done!`)

// What these rows hold can be checked with the old key only.
async function forgetOldKey(db: Database): Promise<void> {
  for (const table of ['sessions', 'known_devices', 'throttles', 'one_time_tokens', 'invitations', 'registrations'])
    await sql`delete from ${sql.table(table)}`.execute(db)
  await sql`update instance set key_check = null`.execute(db)
}

/** Leaves one file, with nothing beside it. */
function settle(path: string) {
  const file = new File(path, { readwrite: true })
  try {
    file.run('pragma journal_mode = delete')
  } finally {
    file.close()
  }
}

/**
 * Puts the staged copy in the place of the SQLite database at `target`, and returns where the old one was
 * put aside (undefined when there was none). The caller holds the folder's lock. Whatever interrupts
 * it, afterwards the old database or the new one is there, whole.
 */
export async function replaceSqlite(
  staged: Staged,
  target: string,
  backups: string,
  now: Date,
): Promise<string | undefined> {
  const aside = existsSync(target) ? await setAside(target, backups, now) : undefined
  replaceWith(staged.path, target)
  return aside
}

async function setAside(target: string, backups: string, now: Date): Promise<string> {
  try {
    const old = connect({ file: target })
    const copy = await automaticCopy(old, backups, 'restore', now).finally(() => old.close())
    foldIn(target)
    return copy
  } catch (error) {
    if (!isForeign(error) && !(error instanceof Refusal && error.reason === 'conflict')) throw error
    // It cannot be copied as a database any more; then its files are kept as they are.
    return keepDamaged(target, backups, now)
  }
}

// A journal that stayed behind would be read into the new file.
function foldIn(target: string) {
  const file = new File(target, { readwrite: true })
  try {
    const mode = file.query<{ journal_mode: string }, []>('pragma journal_mode = delete').get()?.journal_mode
    if (mode !== 'delete') throw new Refusal('busy', `Another program has ${target} open. Close it first.`)
  } finally {
    file.close()
  }
}

function keepDamaged(target: string, backups: string, now: Date): string {
  prepareFolder(backups)
  const kept = join(backups, `damaged-${now.toISOString().replaceAll(/[:.]/g, '-')}.db`)
  const ends = ['', '-wal', '-shm', '-journal'].filter((end) => existsSync(target + end))
  // First all of it is kept, and only then something is taken away.
  for (const end of ends) keepAs(target + end, kept + end)
  for (const end of ends.filter(Boolean)) unlinkSync(target + end)
  return kept
}

/**
 * Replaces everything in the PostgreSQL by the rows of the staged copy, in one transaction, and returns
 * where a copy of what was there before was put aside. Refuses while a server uses the database.
 */
export async function replacePostgres(staged: Staged, db: Database, backups: string, now: Date): Promise<string> {
  await refuseWhileServed(db)
  await migrate(db)
  const aside = await automaticCopy(db, backups, 'restore', now)
  const file = new File(staged.path, { readonly: true })
  try {
    const tables = tablesOf(file)
    await db.transact(async (trx) => {
      await sql`set local statement_timeout = 0`.execute(trx)
      const names = [...tables.map(({ name }) => name), ...WORD_TABLES.postgres]
      await sql`truncate ${sql.join(names.map((name) => sql.table(name)))}`.execute(trx)
      for (const table of tables) await fill(trx, file, table)
      await keepAllWords(trx)
    })
  } finally {
    file.close()
  }
  return aside
}

async function refuseWhileServed(db: Database): Promise<void> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
    where datname = current_database() and application_name = 'get-it-done news'`.execute(db)
  if (rows[0]!.n > 0) throw new Refusal('conflict', 'A running Get It Done! uses this database. Stop it first.')
}

const ROWS_AT_ONCE = 500

async function fill(trx: Transaction<Tables>, file: File, { name, columns }: Table): Promise<void> {
  const quoted = columns.map((column) => `"${column}"`).join(', ')
  let waiting: Row[] = []
  for (const row of file.query<Row, []>(`select ${quoted} from "${name}"`).iterate()) {
    waiting.push(row)
    if (waiting.length === ROWS_AT_ONCE) {
      await insert(trx, name, columns, waiting)
      waiting = []
    }
  }
  if (waiting.length > 0) await insert(trx, name, columns, waiting)
}

type Row = Record<string, string | number | null>

async function insert(trx: Transaction<Tables>, table: string, columns: string[], rows: Row[]): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => sql`${row[column]}`))})`)
  await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(values)}`.execute(trx)
}
