import { Database as File, type SQLQueryBindings, type Statement } from 'bun:sqlite'
import { setImmediate } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { SECOND } from '#core/time.ts'
import { refuseInsideTransaction } from './transactions.ts'

/**
 * Kysely on bun:sqlite. Writes go one after another through one connection, transactions begin with
 * `begin immediate`, and reads outside a transaction use a second connection that cannot write, so
 * that they never wait for an open transaction: one that takes long lets them in between its statements. Every commit
 * is on the disk when it returns.
 */
export function sqliteDialect(path: string): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createQueryCompiler: () => new Compiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => new BunSqliteDriver(path),
  }
}

class Adapter extends SqliteAdapter {
  // Else Kysely lets one query at a time through, and reads wait for open transactions. Who has to wait here is
  // decided by the driver below.
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/**
 * Writes `+?` for a value, which means the same as `?`. Else SQLite plans a query anew at each run, because the new
 * value might allow a better plan (https://sqlite.org/c3ref/prepare.html): finding a session took 26 µs instead of 5.
 */
class Compiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?'
  }
}

class BunSqliteDriver implements Driver {
  readonly #path: string
  #writer!: Lane
  #reader!: Lane
  readonly #turn = new Turn()

  constructor(path: string) {
    this.#path = path
  }

  async init() {
    this.#writer = new Lane(this.#path, { create: true, readwrite: true })
    this.#writer.file.run('pragma journal_mode = wal')
    this.#writer.file.run('pragma synchronous = full')
    this.#writer.file.run('pragma foreign_keys = on')
    this.#writer.file.run('pragma trusted_schema = off')
    this.#writer.file.run('pragma busy_timeout = 20')
    this.#reader = new Lane(this.#path, { readonly: true })
  }

  async acquireConnection(): Promise<Connection> {
    refuseInsideTransaction()
    return new Connection(this.#writer, this.#reader, this.#turn)
  }

  beginTransaction = (connection: Connection) => connection.begin()
  commitTransaction = (connection: Connection) => connection.end('commit')
  rollbackTransaction = (connection: Connection) => connection.end('rollback')
  releaseConnection = async (connection: Connection) => connection.release()

  async destroy() {
    this.#reader?.close()
    this.#writer?.close()
  }
}

class Connection implements DatabaseConnection {
  readonly #writer: Lane
  readonly #reader: Lane
  readonly #turn: Turn
  #release: (() => void) | undefined
  #begun = 0

  constructor(writer: Lane, reader: Lane, turn: Turn) {
    this.#writer = writer
    this.#reader = reader
    this.#turn = turn
  }

  async begin() {
    this.#release = await this.#turn.take()
    await patiently(() => this.#writer.file.run('begin immediate'))
    this.#begun = performance.now()
  }

  async end(word: 'commit' | 'rollback') {
    // A full disk makes SQLite roll back by itself; then there is nothing left to roll back.
    if (word === 'commit' || this.#writer.file.inTransaction) this.#writer.file.run(word)
  }

  release() {
    this.#release?.()
    this.#release = undefined
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#release) return this.#runInside(query)
    if (reads(query)) return this.#reader.run(query)
    const release = await this.#turn.take()
    try {
      return await patiently(() => this.#writer.run(query))
    } finally {
      release()
    }
  }

  // SQLite answers at once, so a transaction of many statements would be one piece in which nobody else is answered.
  // Those who read are let in between two of them; they see what was there before. Those who write wait for their turn.
  async #runInside<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (performance.now() - this.#begun > PIECE_MS) {
      await setImmediate()
      this.#begun = performance.now()
    }
    return this.#writer.run(query)
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for the method; nothing here streams.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Reading a row at a time is not offered on SQLite: use pages.')
  }
}

/** How long a transaction goes on before it lets others in. Most are over sooner. */
const PIECE_MS = 10

/** How long to wait for another program that is writing to the file. */
const BUSY_MS = 5 * SECOND

// SQLite's own waiting would stop everything in this process, also those who only want to read.
async function patiently<T>(work: () => T): Promise<T> {
  for (const giveUp = performance.now() + BUSY_MS; ; await Bun.sleep(20)) {
    try {
      return work()
    } catch (error) {
      const isBusy = String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')
      if (!isBusy || performance.now() > giveUp) throw error
    }
  }
}

/** One open connection with its prepared statements. */
class Lane {
  readonly file: File
  readonly #statements = new Map<string, Prepared>()

  constructor(path: string, options: ConstructorParameters<typeof File>[1]) {
    this.file = new File(path, options)
    this.file.run('pragma busy_timeout = 5000')
  }

  run<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, answers } = this.#prepare(query.sql)
    const values = query.parameters as SQLQueryBindings[]
    if (answers) return { rows: statement.all(...values) as R[] }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  close() {
    this.#forget()
    this.file.close()
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known) return known
    if (this.#statements.size >= 400) this.#forget()
    const statement = this.file.prepare(sql)
    const prepared = { statement, answers: statement.columnNames.length > 0 }
    this.#statements.set(sql, prepared)
    return prepared
  }

  #forget() {
    for (const { statement } of this.#statements.values()) statement.finalize()
    this.#statements.clear()
  }
}

/** A statement, and whether it answers with rows. */
type Prepared = { statement: Statement; answers: boolean }

/** First come, first served: whoever takes the turn gives it back by calling what `take` returned. */
class Turn {
  #last: Promise<void> = Promise.resolve()

  async take(): Promise<() => void> {
    const before = this.#last
    let done!: () => void
    this.#last = new Promise((resolve) => {
      done = resolve
    })
    await before
    return done
  }
}

// A guess that is wrong fails loudly: the reading connection cannot write.
const reads = (query: CompiledQuery): boolean =>
  query.query.kind === 'SelectQueryNode' || /^\s*(select|explain|pragma \w+(\(\w+\))?\s*$)/i.test(query.sql)
