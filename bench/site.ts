import { join } from 'node:path'
import { type App, createApp } from '#app.ts'
import { readConfig } from '#config.ts'
import { KeyRing } from '#crypto/keys.ts'
import { openHashing } from '#crypto/passwords.ts'
import { connect, type Place } from '#db/db.ts'
import { loadAssets } from '#web/assets.ts'
import type { Parts } from '#web/env.ts'
import { silentLog } from '#web/log.ts'

/** The database to look at, and the Cookie headers of people in it. */
export type Filled = { dir: string; secret: string; cookies: string[] }

export const SITE = 'http://127.0.0.1:3000'

/** The site in this process, without a socket, on a database that was filled: by default the file in its folder. `now` is its clock. */
export async function openSite(
  { dir, secret }: Filled,
  now: () => Date = () => new Date(),
  place: Place = { file: join(dir, 'get-it-done.db') },
): Promise<{ app: App; parts: Parts }> {
  const config = readConfig({ DATA_DIR: dir, SECRET_KEY: secret, BASE_URL: SITE })
  const parts: Parts = {
    config,
    db: connect(place),
    keys: new KeyRing({ current: secret, previous: [], audience: config.baseUrl }),
    hashing: await openHashing(config.password),
    assets: await loadAssets(),
    now,
    log: silentLog,
    health: async () => [],
  }
  return { app: createApp(parts), parts }
}

/** Has somebody with this Cookie header ask for a page. */
export const visit = (app: App, cookie: string, path = '/'): Promise<Response> =>
  app.fetch(new Request(SITE + path, { headers: { Host: new URL(SITE).host, Accept: 'text/html', Cookie: cookie } }), {
    address: '127.0.0.1',
    keepOpen() {},
  })
