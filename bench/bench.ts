import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash } from '@node-rs/argon2'
import { readConfig } from '#config.ts'
import { root } from '../bin/install.mjs'
import { type Load, openLoad, type Shot } from './load.ts'
import { fromSource, type Running, startServer } from './processes.ts'
import { fill } from './seed.ts'
import { TITLES } from './titles.ts'

/** What all measures share: a folder that is removed at the end, a way to make load, and a thousand people. */
export type Bench = {
  folder: string
  secret: string
  password: string
  phc: string
  load: Load
  /** The program that makes the load. */
  loader: string
  people: number
  small: Place
}

/** A DATA_DIR with people in it, and the Cookie headers of those who are logged in. */
export type Place = { dir: string; cookies: string[] }

/** One line of the table. `ok` is undefined where nothing could be measured; then `figure` says why. */
export type Figure = { mark: string; name: string; figure: string; target: string; ok: boolean | undefined }

const PEOPLE = 1000
const LOGGED_IN = 200

/** Makes the folder and the thousand people. Passwords are hashed once, with the parameters of the app. */
export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'gid-bench-'))
  const { load, name: loader } = openLoad(folder)
  const password = 'a kettle, two cups and rain'
  const { memoryKiB, passes } = readConfig({}).password
  const phc = await hash(password, { memoryCost: memoryKiB, timeCost: passes, parallelism: 1, outputLen: 32 })
  const bench = { folder, secret: randomBytes(32).toString('hex'), password, phc, load, loader, people: PEOPLE }
  return { ...bench, small: await placeWith(bench, PEOPLE) }
}

/** A folder with so many people, 25 tasks each. */
export async function placeWith({ folder, secret, phc }: Pick<Bench, 'folder' | 'secret' | 'phc'>, people: number) {
  const dir = join(folder, `people-${people}`)
  mkdirSync(dir)
  const { cookies } = await fill({ dir, secret, phc, people, titles: TITLES, loggedIn: LOGGED_IN })
  return { dir, cookies }
}

/** Starts the app on `place`, from source, as `npm start` does. */
export const startApp = ({ secret }: Bench, { dir }: Place, env: Record<string, string> = {}): Promise<Running> =>
  startServer([...fromSource, `${root}/src/main.ts`, 'serve'], {
    cwd: dir,
    env: { DATA_DIR: dir, SECRET_KEY: secret, ...env },
    log: join(dir, 'log'),
    ready: '/up',
  })

/** What browsers of these people send for the Inbox. */
export const inboxShots = (cookies: string[]): Shot[] =>
  cookies.map((Cookie) => ({ path: '/', headers: { Accept: 'text/html', Cookie } }))

/** What a browser sends with the login form. Each address comes from another place, as a trusted proxy would say. */
export const loginShot = (email: string, password: string, address: number): Shot => ({
  method: 'POST',
  path: '/login',
  headers: {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Sec-Fetch-Site': 'same-origin',
    'X-Forwarded-For': `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`,
  },
  body: new URLSearchParams({ email, password }).toString(),
})
