import {
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import type pg from 'pg'
import type { Live, News } from './live.ts'
import { refuseInsideTransaction } from './transactions.ts'

const CHANNEL = 'get_it_done'
const COUNT_TYPE = 20

// Who keeps everything in SQLite does not wait for it to load.
const driver = async () => (await import('pg')).default

/** A pool of connections to the PostgreSQL at `url`. It gives up on one that does not answer within 5 seconds. */
async function postgresPool(url: string): Promise<pg.Pool> {
  const pg = await driver()
  // count(*) is a 64-bit integer, which pg would hand over as text.
  pg.types.setTypeParser(COUNT_TYPE, Number)
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    application_name: 'get-it-done',
  })
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', (error) => console.error('A PostgreSQL connection was lost.', error.message))
  // The same for one that is in use. Whoever uses it is told by the failure of the query.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Kysely on the PostgreSQL at `url`, refusing the outer database inside a transaction as SQLite's driver does. */
export function postgresDialect(url: string): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createDriver: () => guarded(new PostgresDriver({ pool: () => postgresPool(url) })),
  }
}

function guarded(postgres: PostgresDriver): Driver {
  const acquire = postgres.acquireConnection.bind(postgres)
  postgres.acquireConnection = async () => {
    refuseInsideTransaction()
    return acquire()
  }
  return postgres
}

/**
 * Listens for the news of all processes on one database and tells it to `live`. When the connection
 * breaks it comes back by itself, and then says `refresh`, because news was missed meanwhile.
 * Returns a function that stops listening.
 */
export async function listen(url: string, live: Live): Promise<() => Promise<void>> {
  const listener = new Listener(url, live)
  await listener.open()
  return () => listener.close()
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

/** The one connection that listens. There is never a second one, nor a second attempt at it. */
class Listener {
  readonly #url: string
  readonly #live: Live
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(url: string, live: Live) {
    this.#url = url
    this.#live = live
  }

  async open(): Promise<void> {
    const { Client } = await driver()
    const client = new Client({
      connectionString: this.#url,
      application_name: 'get-it-done news',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
    })
    this.#client = client
    client.on('error', () => {})
    client.on('notification', ({ payload }) => this.#live.tell(JSON.parse(payload ?? '{"kind":"refresh"}') as News))
    try {
      await client.connect()
      await client.query(`listen ${CHANNEL}`)
    } catch (error) {
      client.end().catch(() => {})
      throw error
    }
    // Only now. An attempt that fails ends as well, and would be made again twice: by its end and by its failure.
    client.once('end', () => this.#comeBackIn(FIRST_WAIT_MS))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#client?.end()
  }

  #comeBackIn(ms: number): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.open().then(
        () => this.#live.tell({ kind: 'refresh' }),
        () => this.#comeBackIn(Math.min(ms * 2, LONGEST_WAIT_MS)),
      )
    }, ms)
  }
}

/** The channel on which the news travels. */
export const notifyChannel = CHANNEL
