import { Kysely, PostgresAdapter, sql, type Transaction } from 'kysely'
import { uuidv7 } from '#core/ids.ts'
import { Live, type News } from './live.ts'
import { listen, notifyChannel, postgresDialect } from './postgres.ts'
import type { Tables } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'
import { markInside } from './transactions.ts'

/** Anything that can be asked: the database, or a transaction on it. */
export type Db = Kysely<Tables>

/** Where the data lives: one SQLite file, or a PostgreSQL. */
export type Place = { file: string } | { url: string }

/** A new id (UUIDv7, canonical lower case). */
export const newId = (): string => uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))

/** Which database answers, also to a transaction. */
export const kindOf = (db: Db): 'sqlite' | 'postgres' =>
  db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'

/** Opens the database at `place`. Nothing is read or written before the first query. */
export function connect(place: Place): Database {
  return 'file' in place ? new Database('sqlite', place.file) : new Database('postgres', place.url)
}

/** The one store: Kysely with our tables, transactions that may announce news, and the news itself. */
export class Database extends Kysely<Tables> {
  readonly kind: 'sqlite' | 'postgres'
  readonly live = new Live()
  readonly #address: string
  #stopListening: (() => Promise<void>) | undefined

  constructor(kind: 'sqlite' | 'postgres', address: string) {
    super({ dialect: kind === 'postgres' ? postgresDialect(address) : sqliteDialect(address) })
    this.kind = kind
    this.#address = address
  }

  /**
   * Runs `work` in one transaction: all of it happens, or nothing. What `work` announces reaches the
   * listeners (on PostgreSQL those of every process) after the commit. Inside, await only the
   * transaction it is given. PostgreSQL's deadlocks are tried again, so `work` may run more than once.
   */
  async transact<T>(work: (trx: Transaction<Tables>, announce: (news: News) => void) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#transactOnce(work)
      } catch (error) {
        if (!isDeadlock(error) || attempt > 3) throw error
      }
    }
  }

  async #transactOnce<T>(work: (trx: Transaction<Tables>, announce: (news: News) => void) => Promise<T>): Promise<T> {
    const news: News[] = []
    const result = await this.transaction().execute((trx) =>
      markInside(async () => {
        const value = await work(trx, (item) => news.push(item))
        if (this.kind === 'postgres') for (const item of news) await notify(trx, item)
        return value
      }),
    )
    if (this.kind === 'sqlite') for (const item of news) this.live.tell(item)
    return result
  }

  /** Begins to hear the news of other processes. On SQLite there are none. */
  async listen(): Promise<void> {
    if (this.kind === 'postgres') this.#stopListening ??= await listen(this.#address, this.live)
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await this.#stopListening?.()
    await this.destroy()
  }
}

async function notify(trx: Transaction<Tables>, news: News) {
  for (const part of inParts(news)) await sql`select pg_notify(${notifyChannel}, ${JSON.stringify(part)})`.execute(trx)
}

// PostgreSQL carries at most 8,000 bytes in a message. An id and the signs around it are 39 of them.
const IDS_IN_MESSAGE = 150

function inParts(news: News): News[] {
  if (news.kind === 'refresh' || news.kind === 'mail' || news.kind === 'site') return [news]
  const ids = news.kind === 'change' ? news.lists : news.sessions
  const starts = Array.from({ length: Math.ceil(ids.length / IDS_IN_MESSAGE) }, (_, i) => i * IDS_IN_MESSAGE)
  const parts = starts.map((start) => ids.slice(start, start + IDS_IN_MESSAGE))
  return parts.map((part) => (news.kind === 'change' ? { ...news, lists: part } : { ...news, sessions: part }))
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

const isDeadlock = (error: unknown): boolean => codeOf(error) === '40P01' || codeOf(error) === '40001'

/** True when a statement failed because a row with the same unique value exists already. */
export const isDuplicate = (error: unknown): boolean =>
  ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505'].includes(codeOf(error))

/** True when a statement failed because the row it refers to is gone. */
export const pointsNowhere = (error: unknown): boolean =>
  ['SQLITE_CONSTRAINT_FOREIGNKEY', '23503'].includes(codeOf(error))

/**
 * A sentence for people when `error` says that the database itself is in trouble (gone, busy, the disk full), else
 * undefined. A statement that was refused has changed nothing. But when the connection or the disk failed meanwhile,
 * nobody knows whether a commit on its way was carried out: whoever may have `written` something is told to look.
 */
export function troubleSentence(error: unknown, { written = false } = {}): string | undefined {
  const code = codeOf(error)
  if (code === 'SQLITE_FULL' || code === '53100') return 'The disk is full, so nothing was changed.'
  if (code.startsWith('SQLITE_BUSY')) return 'The database is busy. Nothing was changed. Please try again.'
  if (/^SQLITE_(READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(code))
    return 'The database file cannot be used, so nothing was changed.'
  const advice = written
    ? 'It is not certain whether this was saved. Please look before you try again.'
    : 'Please try again.'
  if (code.startsWith('SQLITE_IOERR')) return `The database file cannot be used at the moment. ${advice}`
  return isGone(error, code) ? `The database does not answer at the moment. ${advice}` : undefined
}

const isGone = (error: unknown, code: string): boolean =>
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|08|57P|53)/.test(code) ||
  /connection terminated|timeout exceeded|connection timeout|Client has encountered a connection error/i.test(
    error instanceof Error ? error.message : '',
  )
