// Prints, for each person, what the Inbox asks SQLite for and what it answers. Its argument is a `Filled` as JSON.
import { listenToSqlite, type Said } from './heard.ts'
import { type Filled, openSite, visit } from './site.ts'

/** One page: the statements behind it, and what was sent. */
export type Visit = { cookie: string; statements: Said[]; headers: [string, string][]; body: string }

const heard: Said[] = []
listenToSqlite((said) => heard.push(said))

const filled: Filled = JSON.parse(process.argv[2]!)
const { app } = await openSite(filled)
const visits: Visit[] = []
for (const cookie of filled.cookies) {
  heard.length = 0
  const response = await visit(app, cookie)
  if (response.status !== 200) throw new Error(`The Inbox answered ${response.status}.`)
  visits.push({ cookie, statements: [...heard], headers: [...response.headers], body: await response.text() })
}
process.stdout.write(JSON.stringify(visits))
