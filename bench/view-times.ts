// Prints how long each view takes for a large account and for a small one, as `ViewTimes`. Its argument is a `Question`.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { KeyRing } from '#crypto/keys.ts'
import { connect, type Place } from '#db/db.ts'
import { migrate } from '#db/migrate.ts'
import { startPostgres } from '../test/postgres.ts'
import { type Account, fillAccount, type Size } from './account.ts'
import { openSite, SITE, visit } from './site.ts'

/** On which database, in which folder, and the two sizes that are compared. */
export type Question = { kind: 'sqlite' | 'postgres'; dir: string; secret: string; large: Size; small: Size }

/** For each view the milliseconds of every visit, to the large account and in turn to the small one. */
export type ViewTimes = Record<string, { large: number[]; small: number[]; rows: [large: number, small: number] }>

// Of each both accounts have more than a page, for only what shows alike rows can be compared.
const FILTERS = ['today | overdue', 'p1 & @phone', '#Work & !@waiting', 'due before: friday', 'text: back']
// One task in twelve, most of them, a single one; a beginning, an accent too much, two words, one that stands in notes.
const SEARCHES = ['back', 'the', 'move lyon', 'bo', 'bäck', 'the back', 'nadia']

const VISITS = 150
const WARM_UP = 30

const { kind, dir, secret, large, small }: Question = JSON.parse(process.argv[2]!)
const now = new Date()
const server = kind === 'postgres' ? await startPostgres() : undefined
try {
  const sides = { large: await sideOf('large', large), small: await sideOf('small', small) }
  const times: ViewTimes = {}
  for (const name of Object.keys(pathsOf(sides.large.account))) {
    const ask = async (side: Side) => {
      const began = Bun.nanoseconds()
      const response = await visit(side.app, side.account.cookie, pathsOf(side.account)[name]!)
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${name} answered ${response.status}.`)
      return { ms: (Bun.nanoseconds() - began) / 1e6, rows: text.match(/<li id="task_/g)?.length ?? 0 }
    }
    const [many, few] = [await ask(sides.large), await ask(sides.small)]
    if (Math.abs(many.rows - few.rows) > many.rows / 20)
      throw new Error(`${name} shows ${many.rows} and ${few.rows} rows.`)
    const time = { large: [] as number[], small: [] as number[], rows: [many.rows, few.rows] as [number, number] }
    for (let i = -WARM_UP; i < VISITS; i++) {
      const [ofLarge, ofSmall] = [await ask(sides.large), await ask(sides.small)]
      if (i < 0) continue
      time.large.push(ofLarge.ms)
      time.small.push(ofSmall.ms)
    }
    times[name] = time
  }
  for (const { parts } of Object.values(sides)) await parts.db.close()
  process.stdout.write(JSON.stringify(times))
} finally {
  await server?.stop()
}

type Side = Awaited<ReturnType<typeof sideOf>>

async function sideOf(name: string, size: Size) {
  const folder = join(dir, `${kind}-${name}`)
  mkdirSync(folder, { recursive: true })
  const place = await placeFor(name, folder)
  const db = connect(place)
  await migrate(db)
  const account = await fillAccount(db, new KeyRing({ current: secret, previous: [], audience: SITE }), size, now)
  // As autovacuum does by itself, only sooner.
  if (kind === 'postgres') await sql`vacuum analyze`.execute(db)
  await db.close()
  return { account, ...(await openSite({ dir: folder, secret, cookies: [] }, () => now, place)) }
}

async function placeFor(name: string, folder: string): Promise<Place> {
  if (!server) return { file: join(folder, 'get-it-done.db') }
  const admin = connect({ url: server.url })
  await sql`create database ${sql.id(name)}`.execute(admin)
  await admin.close()
  return { url: server.url.replace(/[^/]*$/, name) }
}

function pathsOf({ list, label, filter, task }: Account): Record<string, string> {
  return {
    Inbox: '/',
    'A list': `/lists/${list}`,
    'Its board': `/lists/${list}/board`,
    Today: '/today',
    Upcoming: '/upcoming',
    Completed: '/completed',
    Trash: '/trash',
    'A label': `/labels/${label}`,
    'A task': `/tasks/${task}`,
    'A saved filter': `/filters/${filter}`,
    ...Object.fromEntries(FILTERS.map((text) => [`Filter ${text}`, asked(text)])),
    ...Object.fromEntries(SEARCHES.map((text) => [`Search ${text}`, asked(text)])),
  }
}

function asked(text: string): string {
  return `/search?q=${encodeURIComponent(text)}`
}
