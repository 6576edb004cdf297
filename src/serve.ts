import type { Server } from 'bun'
import type { App } from './app.ts'
import { type Config, withPort } from './config.ts'
import { Refusal } from './core/refusal.ts'
import { SECOND } from './core/time.ts'
import type { Hashing } from './crypto/passwords.ts'
import { troubleSentence } from './db/db.ts'
import { type Lock, takeLock } from './db/lock.ts'
import { prepareFolder } from './disk.ts'
import { setupLink } from './features/entry/setup.ts'
import { inWords, keysOf, openStore, type Store } from './opening.ts'
import { health, selfCheck } from './self-check.ts'
import { version } from './version.ts'
import type { Assets } from './web/assets.ts'
import type { Parts } from './web/env.ts'
import { type Log, openLog } from './web/log.ts'

/** A form may bring 1 MiB, and the app refuses more on a page. Only what is out of all proportion is cut off without one. */
const MOST_BODY_BYTES = 64 * 1024 * 1024
/** A connection that brings or takes nothing for so long is closed. Live streams ask for an exception. */
const IDLE_SECONDS = 30
/** How long requests under way may take after the order to stop. */
const DRAIN_MS = 10 * SECOND
const TICK_MS = 10 * SECOND

/**
 * `get-it-done serve`: opens everything, answers requests until it is told to stop, and returns the exit
 * code. Refuses in words when anything it needs is not there; then nothing is left running.
 */
export async function serve(config: Config): Promise<number> {
  const log = openLog(config.logFormat)
  const lock = config.databaseUrl ? undefined : lockFolder(config)
  try {
    // The client is bundled and the code is read meanwhile, on other threads.
    const loading = load(config, log)
    loading.catch(() => {})
    const store = await openStore(config, new Date(), lock)
    try {
      return await serveFrom(store, await loading, config, log)
    } finally {
      await store.db.close().catch((error) => log.error('close_failed', {}, error))
    }
  } finally {
    lock?.release()
  }
}

function lockFolder(config: Config): Lock {
  prepareFolder(config.dataDir)
  const lock = attempt(
    () => takeLock(config.dataDir),
    (error) => inWords(error, config),
  )
  if (lock) return lock
  throw new Refusal(
    'conflict',
    `Another Get It Done! is already running on the folder ${config.dataDir}. Stop it, or give this one another DATA_DIR.`,
  )
}

function attempt<T>(work: () => T, translate: (error: unknown) => unknown): T {
  try {
    return work()
  } catch (error) {
    throw translate(error)
  }
}

/** What a site needs besides its settings and its database. */
type Loaded = { createApp: (parts: Parts) => App; hashing: Hashing; assets: Assets }

async function load(config: Config, log: Log): Promise<Loaded> {
  const [assets, hashing, { createApp }] = await Promise.all([
    import('./web/assets.ts').then(({ loadAssets }) => loadAssets()),
    import('./crypto/passwords.ts').then(({ openHashing }) => openHashing(config.password, () => tellOfFallback(log))),
    import('./app.ts'),
  ])
  return { createApp, hashing, assets }
}

const tellOfFallback = (log: Log) =>
  log.warn('hashing_fallback', {
    text: '@node-rs/argon2 cannot be loaded on this machine. Passwords are hashed by Bun, which takes a little longer.',
  })

async function serveFrom(store: Store, { createApp, ...loaded }: Loaded, config: Config, log: Log): Promise<number> {
  await store.db.listen()
  const parts = { ...loaded, db: store.db, now: () => new Date(), log }
  const create = (at: Config) =>
    createApp({
      ...parts,
      config: at,
      keys: keysOf(store.secrets, at.baseUrl),
      health: () => health(at, store),
    })
  const { server, app, at } = listen(config, create, log)
  const stopped = untilToldToStop(log)
  const stopTicking = tickEvery(TICK_MS, app, log)
  await introduce(at, store, log)
  const signal = await stopped
  stopTicking()
  await drain(server, app, log)
  log.info('sys_shutdown', { signal, text: 'Stopped.' })
  return 0
}

/** Listens, and only then makes the site, which has to know the port when any that is free was taken. */
function listen(config: Config, create: (at: Config) => App, log: Log) {
  let app: App
  const server = attempt(
    () =>
      Bun.serve({
        hostname: config.host,
        port: config.port,
        development: false,
        // Bun would let a second server listen on the same port, and the kernel would deal the visitors out to both.
        reusePort: false,
        idleTimeout: IDLE_SECONDS,
        maxRequestBodySize: MOST_BODY_BYTES,
        fetch: (request, self) =>
          app.fetch(request, {
            address: self.requestIP(request)?.address ?? '',
            keepOpen: () => self.timeout(request, 0),
          }),
        error: (error) => {
          log.error('answer_failed', {}, error)
          return new Response('Something went wrong here. It has been noted in the log.\n', { status: 500 })
        },
      }),
    (error) => cannotListen(config, error),
  )
  const at = withPort(config, server.port ?? config.port)
  app = create(at)
  return { server, app, at }
}

function cannotListen({ host, port }: Config, error: unknown): unknown {
  switch ((error as { code?: string }).code) {
    case 'EADDRINUSE':
      return new Refusal(
        'conflict',
        `Port ${port} is in use by another program. Stop it, or set PORT to another number.`,
      )
    case 'EACCES':
      return new Refusal('forbidden', `This user may not listen on port ${port}. Set PORT to a number above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'ENOENT':
      return new Refusal(
        'invalid',
        `HOST=${host} is no address of this machine. 127.0.0.1 is, and 0.0.0.0 means all of them.`,
      )
    default:
      return error
  }
}

async function introduce(config: Config, store: Store, log: Log): Promise<void> {
  // The one line that is the same in every log format: whoever starts the app wants to read it.
  process.stdout.write(`Get It Done! is at ${config.baseUrl}\n`)
  const link = await setupLink({ db: store.db, keys: keysOf(store.secrets, config.baseUrl), config }, new Date())
  // Nor is this one for collectors of lines: it is for whoever has started it.
  if (link !== undefined) process.stdout.write(`Whoever opens this link administers the site: ${link}\n`)
  log.info('sys_startup', { version, port: config.port, database: store.db.kind, text: `Version ${version}.` })
  if (store.upgraded.copy) {
    log.info('database_copied', { text: `Before the upgrade the database was copied to ${store.upgraded.copy}.` })
  }
  for (const { text, warning } of await selfCheck(config, store)) {
    if (warning) log.warn('self_check', { text })
    else log.info('self_check', { text })
  }
}

function tickEvery(ms: number, app: App, log: Log): () => void {
  let busy = false
  const tick = async () => {
    if (busy) return
    busy = true
    await app.tick().catch((error) => noteFailedChores(log, error))
    busy = false
  }
  const timer = setInterval(tick, ms)
  return () => clearInterval(timer)
}

function noteFailedChores(log: Log, error: unknown) {
  const text = troubleSentence(error)
  if (text) log.warn('chores_put_off', { text })
  else log.error('chores_failed', {}, error)
}

/**
 * Resolves with the name of the signal that asks to stop; a second one ends the process at once. Errors that nobody
 * caught are logged, and the others are served on.
 */
function untilToldToStop(log: Log): Promise<string> {
  process.on('uncaughtException', (error) => log.error('uncaught', {}, error))
  process.on('unhandledRejection', (error) => log.error('uncaught', {}, error))
  return new Promise((resolve) => {
    let asked = false
    for (const [signal, number] of Object.entries({ SIGTERM: 15, SIGINT: 2, SIGHUP: 1 })) {
      process.on(signal, () => {
        if (asked) process.exit(128 + number)
        asked = true
        resolve(signal)
      })
    }
  })
}

async function drain(server: Server<undefined>, app: App, log: Log): Promise<void> {
  const finished = server.stop()
  await app.close().catch((error) => noteFailedChores(log, error))
  const inTime = await Promise.race([finished.then(() => true), Bun.sleep(DRAIN_MS).then(() => false)])
  if (!inTime) log.warn('requests_cut_off', { count: server.pendingRequests })
  await server.stop(true)
}
