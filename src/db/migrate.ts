import { type RawBuilder, sql, type Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import type { Database } from './db.ts'
import { people } from './migrations/0001-people.ts'
import { tasks } from './migrations/0002-tasks.ts'
import { tasksInFull } from './migrations/0003-tasks-in-full.ts'
import { search } from './migrations/0004-search.ts'
import { walking } from './migrations/0005-walking.ts'
import { due } from './migrations/0006-due.ts'
import { wordsByScope } from './migrations/0007-words-by-scope.ts'
import { longWords } from './migrations/0008-long-words.ts'
import { priorities } from './migrations/0009-priorities.ts'
import { mail } from './migrations/0010-mail.ts'
import { factors } from './migrations/0011-factors.ts'
import { passkeys } from './migrations/0012-passkeys.ts'
import { identities } from './migrations/0013-identities.ts'
import { instance } from './migrations/0014-instance.ts'
import { emailChanges } from './migrations/0015-email-changes.ts'
import { factorsReset } from './migrations/0015-factors-reset.ts'
import { tokens } from './migrations/0016-tokens.ts'
import { leaving } from './migrations/0017-leaving.ts'
import { invitations } from './migrations/0018-invitations.ts'
import { registrations } from './migrations/0019-registrations.ts'
import { twoSteps } from './migrations/0020-two-steps.ts'
import { review } from './migrations/0021-review.ts'
import type { Tables } from './schema.ts'

/** One step from an older database to a newer. It is run once. */
export type Step = { name: string; up: (run: Run, words: Words, trx: Transaction<Tables>) => Promise<void> }
type Run = (statement: RawBuilder<unknown>) => Promise<unknown>

/**
 * The two kinds of text column. `key` sorts by code unit on both databases (ids, positions, days,
 * instants, words of ours); `text` is what people wrote.
 */
type Words = { key: RawBuilder<unknown>; text: RawBuilder<unknown>; kind: 'sqlite' | 'postgres' }

// Named here, not read from a folder: an executable has no folder to read.
const steps: Step[] = [
  people,
  tasks,
  tasksInFull,
  search,
  walking,
  due,
  wordsByScope,
  longWords,
  priorities,
  mail,
  factors,
  passkeys,
  identities,
  instance,
  emailChanges,
  tokens,
  leaving,
  invitations,
  factorsReset,
  registrations,
  twoSteps,
  review,
]

/**
 * The names of the steps that this database still lacks, in order. Refuses a database that a newer
 * version of the program has already changed.
 */
export async function pendingSteps(db: Database): Promise<string[]> {
  return missing(new Set(await doneSteps(db)))
}

/**
 * Brings the database up to date and returns the names of the steps that were run. All of them and their
 * records are one transaction: when one fails the database is as it was, and the older version can go on with it.
 * Refuses a newer database.
 */
export async function migrate(db: Database): Promise<string[]> {
  if (db.kind === 'postgres') return db.transact((trx) => migratePostgres(trx))
  const pending = await pendingSteps(db)
  if (pending.length === 0) return pending
  // SQLite heeds this only outside a transaction; a step that rebuilds a table needs it.
  await sql`pragma foreign_keys = off`.execute(db)
  try {
    await db.transact(async (trx) => {
      await record(trx)
      for (const name of pending) await runStep(trx, name, sqliteWords)
      await refuseDangling(trx)
    })
  } finally {
    await sql`pragma foreign_keys = on`.execute(db)
  }
  return pending
}

async function migratePostgres(trx: Transaction<Tables>): Promise<string[]> {
  // Two processes that start at once: the second waits here and then finds nothing to do.
  await sql`select pg_advisory_xact_lock(7462911)`.execute(trx)
  await sql`set local statement_timeout = 0`.execute(trx)
  await record(trx)
  const pending = missing(new Set(await namesIn(trx)))
  for (const name of pending) await runStep(trx, name, postgresWords)
  return pending
}

async function runStep(trx: Transaction<Tables>, name: string, words: Words) {
  const step = steps.find((candidate) => candidate.name === name)!
  await step.up((statement) => statement.execute(trx), words, trx)
  await sql`insert into migrations (name, at) values (${name}, ${instant(new Date())})`.execute(trx)
}

const record = (trx: Transaction<Tables>) =>
  sql`create table if not exists migrations (name text primary key, at text not null)`.execute(trx)

async function refuseDangling(trx: Transaction<Tables>) {
  const { rows } = await sql`select * from pragma_foreign_key_check`.execute(trx)
  if (rows.length > 0) throw new Error(`The upgrade would leave ${rows.length} rows that point nowhere.`)
}

const doneSteps = async (db: Database): Promise<string[]> => ((await hasTable(db, 'migrations')) ? namesIn(db) : [])

/** Whether the database has a table called `name`. */
export async function hasTable(db: Database, name: string): Promise<boolean> {
  const found =
    db.kind === 'sqlite'
      ? sql<{ n: number }>`select count(*) as n from sqlite_master where type = 'table' and name = ${name}`
      : sql<{ n: number }>`select count(*) as n from information_schema.tables
          where table_schema = current_schema() and table_name = ${name}`
  const { rows } = await found.execute(db)
  return rows[0]!.n > 0
}

async function namesIn(db: Database | Transaction<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from migrations order by name`.execute(db)
  return rows.map((row) => row.name)
}

function missing(done: Set<string>): string[] {
  const known = new Set(steps.map((step) => step.name))
  const unknown = [...done].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new Refusal(
      'conflict',
      `This database was used by a newer version of Get It Done! (it knows "${unknown[0]}"). Install that version, or restore an older backup.`,
    )
  }
  return steps.map((step) => step.name).filter((name) => !done.has(name))
}

const sqliteWords: Words = { key: sql`text`, text: sql`text`, kind: 'sqlite' }
const postgresWords: Words = { key: sql`text collate "C"`, text: sql`text`, kind: 'postgres' }
