import { Database as File } from 'bun:sqlite'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql, type Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { diskWords, draftFor, prepareFolder, putInPlace } from '#disk.ts'
import { connect, type Database } from './db.ts'
import { migrate, pendingSteps } from './migrate.ts'
import type { Tables } from './schema.ts'
import { isWordTable, keepAllWords } from './words.ts'

const KEPT_COPIES = 10

/**
 * Copies the whole database, as it is at one moment, into a new SQLite file at `path`, while others go on
 * reading and writing. The copy is checked and on the disk when this returns. Refuses to replace a file.
 */
export async function copyDatabase(db: Database, path: string): Promise<void> {
  if (existsSync(path)) throw new Refusal('conflict', `There is a file ${path} already. Choose another name.`)
  if (!existsSync(dirname(path))) throw new Refusal('not-found', `There is no folder ${dirname(path)}.`)
  const draft = draftFor(path)
  try {
    await (db.kind === 'sqlite' ? vacuumInto(db, draft) : copyFromPostgres(db, draft))
    refuseDamaged(draft)
    if (!putInPlace(draft, path)) throw new Refusal('conflict', `There is a file ${path} already. Choose another name.`)
  } catch (error) {
    throw cannotWrite(path, error)
  } finally {
    removeDatabase(draft)
  }
}

/**
 * Copies the database into `folder` before something is done to it (`why` is a part of the name), and
 * returns the path. The newest ten of these copies are kept.
 */
export async function automaticCopy(
  db: Database,
  folder: string,
  why: 'upgrade' | 'restore',
  now: Date,
): Promise<string> {
  prepareFolder(folder)
  const path = join(folder, copyName(why, now))
  await copyDatabase(db, path)
  for (const old of automaticCopies(folder).slice(KEPT_COPIES)) rmSync(join(folder, old))
  return path
}

/** The names of the automatic copies in `folder`, the newest first. */
export function automaticCopies(folder: string): string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => /^\d{4}-[\d-]+T[\d-]+Z-before-\w+\.db$/.test(name))
  return names.sort().reverse()
}

// The time stands first, so that a list of names is in order; colons are not allowed in names on Windows.
const copyName = (why: string, now: Date): string => `${now.toISOString().replaceAll(/[:.]/g, '-')}-before-${why}.db`

/** Removes an SQLite database, if it is there, with what SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
}

/** Refuses a copy that is damaged, because then the database is. */
export function refuseDamaged(path: string): void {
  const file = new File(path, { readonly: true })
  try {
    const problem = damageOf(file)
    if (problem) throw new Refusal('conflict', `The database is damaged, so its copy would be too: ${problem}`)
  } finally {
    file.close()
  }
}

/** What SQLite finds wrong with an open file: the first thing, or undefined. */
export function damageOf(file: File): string | undefined {
  const [first] = file.query<{ integrity_check: string }, []>('pragma integrity_check(1)').all()
  if (first?.integrity_check !== 'ok') return first?.integrity_check ?? 'It cannot be checked.'
  const dangling = file.query('pragma foreign_key_check').all().length
  return dangling > 0 ? `${dangling} rows point to rows that are not there.` : undefined
}

const vacuumInto = (db: Database, path: string) => sql`vacuum into ${path}`.execute(db)

async function copyFromPostgres(db: Database, path: string): Promise<void> {
  if ((await pendingSteps(db)).length > 0) {
    throw new Refusal('conflict', 'The database is that of an older version. Make the backup with that version.')
  }
  await makeEmpty(path)
  const file = new File(path, { readwrite: true })
  try {
    file.run('pragma foreign_keys = off')
    file.run('begin')
    // Everything is read as it was at one moment, however long it takes.
    const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
    await reading.execute(async (trx) => {
      await sql`set local statement_timeout = 0`.execute(trx)
      for (const table of tablesOf(file)) await copyTable(trx, file, table)
    })
    file.run('commit')
  } finally {
    file.close()
  }
  await addWords(path)
}

/** What follows from the rows, which PostgreSQL keeps in a way of its own. Leaves one file, with nothing beside it. */
async function addWords(path: string): Promise<void> {
  const copy = connect({ file: path })
  try {
    await copy.transact(keepAllWords)
  } finally {
    await copy.close()
  }
  const file = new File(path, { readwrite: true })
  try {
    file.run('pragma journal_mode = delete')
  } finally {
    file.close()
  }
}

/** An SQLite file with our tables and no rows. */
async function makeEmpty(path: string): Promise<void> {
  const empty = connect({ file: path })
  try {
    await migrate(empty)
  } finally {
    await empty.close()
  }
}

/** A table of ours and its columns. */
export type Table = { name: string; columns: string[] }

/** The tables that hold what people have, in the order in which they were made: what others refer to comes first. What follows from others is not among them. */
export function tablesOf(file: File): Table[] {
  const names = file.query<{ name: string }, []>(
    `select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name <> 'migrations' order by rowid`,
  )
  const columns = file.query<{ name: string }, [string]>('select name from pragma_table_info(?) order by cid')
  const own = names.all().filter(({ name }) => !isWordTable(name))
  return own.map(({ name }) => ({ name, columns: columns.all(name).map((column) => column.name) }))
}

async function copyTable(trx: Transaction<Tables>, file: File, { name, columns }: Table): Promise<void> {
  const quoted = columns.map((column) => `"${column}"`).join(', ')
  const insert = file.prepare(`insert into "${name}" (${quoted}) values (${columns.map(() => '?').join(', ')})`)
  const selected = sql.join(columns.map((column) => sql.ref(column)))
  await sql`declare all_rows no scroll cursor for select ${selected} from ${sql.table(name)}`.execute(trx)
  for (let rows = await nextRows(trx); rows.length > 0; rows = await nextRows(trx)) {
    for (const row of rows) insert.run(...columns.map((column) => row[column] as string | number | null))
  }
  await sql`close all_rows`.execute(trx)
  insert.finalize()
}

const nextRows = async (trx: Transaction<Tables>): Promise<Record<string, unknown>[]> =>
  (await sql<Record<string, unknown>>`fetch 1000 from all_rows`.execute(trx)).rows

function cannotWrite(path: string, error: unknown): unknown {
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  if (/^SQLITE_(CANTOPEN|READONLY|PERM)/.test(code)) return new Refusal('forbidden', `${path} cannot be written.`)
  if (code === 'SQLITE_FULL') return new Refusal('conflict', `${path} cannot be written: the disk is full.`)
  if (/^E[A-Z]+$/.test(code)) return new Refusal('conflict', `${path} cannot be written: ${diskWords(error)}`)
  return error
}
