import { type App, createApp } from '#app.ts'
import { type Config, readConfig } from '#config.ts'
import { KeyRing } from '#crypto/keys.ts'
import { type Hashing, openHashing } from '#crypto/passwords.ts'
import { connect, type Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { createUser } from '#features/accounts/people.ts'
import { type Browser, type BrowserOptions, browser } from '#test/browser.ts'
import { atTheEnd } from '#test/closing.ts'
import { freshDatabase } from '#test/databases.ts'
import { type Assets, buildAssets, unpackAssets } from '#web/assets.ts'
import { type Entry, type Log, logTo } from '#web/log.ts'
import { health } from '../src/self-check.ts'

export const PASSWORD = 'a kettle, two cups and rain'
const SECRET = '7c1e5b1f0c1b4f6f8a3d2e9b5a7c4d6e8f0a1b2c3d4e5f60718293a4b5c6d7e8'

/** The whole site on a real database of its own, with a clock that the test turns. */
export type World = {
  app: App
  db: Database
  config: Config
  keys: KeyRing
  hashing: Hashing
  log: Log & { entries: Entry[] }
  /** The time that the site believes it is. */
  now(): Date
  /** Lets time pass. */
  pass(ms: number): void
  /** A browser that nobody has used yet. */
  browser(options?: BrowserOptions): Browser
  /** A person with an account, `ana` is ana@example.com. The password is `PASSWORD`. */
  person(name: string): Promise<User>
  /** A browser in which `name` (who gets an account if there is none) has logged in. */
  loggedIn(name: string, options?: BrowserOptions & { remember?: boolean }): Promise<Browser>
  /** A second process on the same database, with the same clock; with `env` some of its settings differ. */
  another(env?: Record<string, string>): World
  close(): Promise<void>
}

/** What a test puts in the place of a part of the site. */
export type Replaced = { hashing?: (real: Hashing) => Hashing }

/**
 * Builds a world. `env` holds settings as in the environment. Times are those of 1 May 2026, noon, UTC, until the
 * test lets time pass. It closes itself after the last test.
 */
export async function world(env: Record<string, string> = {}, replaced: Replaced = {}): Promise<World> {
  const place = await freshDatabase()
  const settings = { DATA_DIR: place.dir, SECRET_KEY: SECRET, ...env }
  const made = await worldOn(settings, () => connect(place.place), replaced)
  await made.db
    .insertInto('instance')
    .values({ id: 1, admin_id: null, key_check: made.keys.checkValue(), created_at: made.now().toISOString() })
    .execute()
  return made
}

async function worldOn(env: Record<string, string>, open: () => Database, replaced: Replaced): Promise<World> {
  const [real, assets] = await Promise.all([hasher(readConfig(env)), client()])
  const hashing = replaced.hashing?.(real) ?? real
  let time = Date.parse('2026-05-01T12:00:00.000Z')
  const shared = {
    now: () => new Date(time),
    pass(ms: number) {
      time += ms
    },
  }

  const build = (different: Record<string, string> = {}): World => {
    const config = readConfig({ ...env, ...different })
    const db = open()
    const keys = new KeyRing({
      current: config.secrets.current ?? SECRET,
      previous: config.secrets.previous,
      audience: config.baseUrl,
    })
    const entries: Entry[] = []
    const log = { ...logTo((entry) => entries.push(entry)), entries }
    const store = {
      db,
      secrets: { current: SECRET, previous: [], file: undefined },
      upgraded: { steps: [], copy: undefined },
    }
    const app = createApp({
      config,
      db,
      keys,
      hashing,
      assets,
      now: shared.now,
      log,
      health: () => health(config, store),
    })
    const people = new Map<string, User>()
    const made: World = {
      ...shared,
      app,
      db,
      config,
      keys,
      hashing,
      log,
      browser: (options) => browser(app, config, options),
      async person(name) {
        const email = `${name}@example.com`
        const known = people.get(name)
        const user =
          known ?? (await createUser(made, { email, password: PASSWORD }, { ip: '', agent: '', now: shared.now() }))
        people.set(name, user)
        return user
      },
      async loggedIn(name, { remember, ...options } = {}) {
        await made.person(name)
        const tab = made.browser(options)
        const form = { email: `${name}@example.com`, password: PASSWORD, ...(remember ? { remember: 'on' } : {}) }
        const answer = await tab.post('/login', form)
        if (answer.status !== 303) throw new Error(`${name} could not log in: ${await answer.text()}`)
        return tab
      },
      another: build,
      async close() {
        await app.close()
        await db.close()
      },
    }
    atTheEnd(() => made.close())
    return made
  }
  return build()
}

// Made once for all worlds of a process: one costs a hash, the other a bundle.
const hasher = once((config: Config) => openHashing(config.password))
const client = once(bundledClient)

/** The client's bundle, as the run made it for all its test files (bin/test.ts). */
async function bundledClient(): Promise<Assets> {
  const made = process.env.TEST_ASSETS
  return made === undefined ? buildAssets() : unpackAssets(await Bun.file(made).json())
}

function once<A extends unknown[], T>(make: (...given: A) => Promise<T>): (...given: A) => Promise<T> {
  let made: Promise<T> | undefined
  return (...given) => {
    made ??= make(...given)
    return made
  }
}
