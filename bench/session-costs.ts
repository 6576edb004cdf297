// Prints what a session costs the pages it guards, as `SessionCosts`. Its argument is a `Filled` as JSON.
import { Sessions } from '#features/accounts/sessions.ts'
import { listenToSqlite } from './heard.ts'
import { median } from './numbers.ts'
import { type Filled, openSite, visit } from './site.ts'

export type SessionCosts = {
  /** Microseconds for finding the session of a request, and for the whole request, both without the socket. */
  lookUpMicros: number
  pageMicros: number
  /** Statements that write, during 1,000 pages of one session in five minutes. */
  writes: number
}

const ROUNDS = 15
const PER_ROUND = 400
const READS = 1000
const FIVE_MINUTES = 300_000

let time = Date.now()
let writes = 0
listenToSqlite(({ sql }) => {
  if (!/^\s*(select|pragma)/i.test(sql)) writes++
})

const filled: Filled = JSON.parse(process.argv[2]!)
const { app, parts } = await openSite(filled, () => new Date(time))
const cookieFor = (i: number) => filled.cookies[i % filled.cookies.length]!

const costs: SessionCosts = { ...(await timeBoth()), writes: await countWrites() }
process.stdout.write(JSON.stringify(costs))

async function timeBoth() {
  const sessions = new Sessions(parts)
  const lookUps: number[] = []
  const pages: number[] = []
  for (let round = -3; round < ROUNDS; round++) {
    const lookUp = await timed((i) => sessions.find(cookieFor(i), { ip: '127.0.0.1', now: parts.now(), isVisit: true }))
    const page = await timed(async (i) => (await visit(app, cookieFor(i))).text())
    // The first rounds only warm up.
    if (round < 0) continue
    lookUps.push(lookUp)
    pages.push(page)
  }
  return { lookUpMicros: median(lookUps), pageMicros: median(pages) }
}

async function timed(work: (i: number) => Promise<unknown>): Promise<number> {
  const began = Bun.nanoseconds()
  for (let i = 0; i < PER_ROUND; i++) await work(i)
  return (Bun.nanoseconds() - began) / 1000 / PER_ROUND
}

async function countWrites(): Promise<number> {
  // What is cleared up once an hour has nothing to do with who reads.
  await app.tick()
  writes = 0
  for (let read = 0; read < READS; read++) {
    time += FIVE_MINUTES / READS
    await visit(app, cookieFor(0))
    if (read % 33 === 0) await app.tick()
  }
  await app.tick()
  return writes
}
