// The limit for the Inbox: nothing but Bun's server and SQLite. For each person it carries out the statements of the
// real page and sends the bytes of the real page. Its argument is a file with a `Plan` as JSON.
import { Database as File, type Statement } from 'bun:sqlite'
import type { Visit } from './visits.ts'

/** What the limit needs to know: the database, and what the app did for each person. */
export type Plan = { file: string; visits: Visit[] }

const plan: Plan = await Bun.file(process.argv[2]!).json()
const database = new File(plan.file, { readonly: true })
const prepared = new Map<string, Statement>()
const pages = new Map(plan.visits.map((visit) => [visit.cookie, pageOf(visit)]))

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env.PORT),
  development: false,
  fetch(request) {
    const page = pages.get(request.headers.get('Cookie') ?? '')
    if (!page) return new Response('Who is there?', { status: 404 })
    for (const { statement, values } of page.statements) statement.all(...values)
    return new Response(page.body, { headers: page.headers })
  },
})

function pageOf({ statements, headers, body }: Visit) {
  return { statements: statements.map(({ sql, values }) => ({ statement: statementFor(sql), values })), headers, body }
}

function statementFor(sql: string): Statement {
  const statement = prepared.get(sql) ?? database.prepare(sql)
  prepared.set(sql, statement)
  return statement
}
