import { describe, expect, test } from 'bun:test'
import { sql } from 'kysely'
import { testKind } from '#test/databases.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const SECRET_DETAIL = 'the inside of the machine'

const METHODS = ['selectFrom', 'insertInto', 'updateTable', 'deleteFrom', 'transaction', 'executeQuery'] as const

/** Lets the database fail as it does when it is in trouble, until the returned function is called. */
function breakDatabase(at: World, code: string): () => void {
  const fail = () => {
    throw Object.assign(new Error(SECRET_DETAIL), { code })
  }
  for (const method of METHODS) Object.defineProperty(at.db, method, { value: fail, configurable: true })
  return () => {
    for (const method of METHODS) Reflect.deleteProperty(at.db, method)
  }
}

const sick = await world()
const ana = await sick.loggedIn('ana')

describe('a bug', () => {
  test('is answered with a number that stands in the log, and nothing else of it', async () => {
    const broken = await world(
      {},
      { hashing: (real) => ({ ...real, verify: () => Promise.reject(new Error(SECRET_DETAIL)) }) },
    )
    const answer = await broken.browser().post('/login', { email: 'ana@example.com', password: PASSWORD })
    const page = await answer.text()
    expect(answer.status).toBe(500)
    expect(page.includes(SECRET_DETAIL) || page.includes('.ts:')).toBe(false)
    const number = /<span class="code">([0-9a-f]{12})<\/span>/.exec(page)?.[1]
    const logged = broken.log.entries.find((entry) => entry.event === 'bug')
    expect(logged!.fields.id).toBe(number!)
    expect((logged!.error as Error).message).toBe(SECRET_DETAIL)
    expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('in the road of somebody who is in says the same, also to the outbox', async () => {
    const broken = await world()
    const ana = await broken.loggedIn('ana')
    const { public_id } = await broken.person('ana')
    const real = broken.db.transact.bind(broken.db)
    broken.db.transact = () => Promise.reject(new Error(SECRET_DETAIL))
    const page = await ana.post('/tasks', { task: 'Milk' })
    const stream = await ana.post('/tasks', { task: 'Milk' }, { headers: { 'X-Outbox': public_id } })
    broken.db.transact = real
    for (const answer of [page, stream]) {
      expect(answer.status).toBe(500)
      const text = await answer.text()
      expect(text.includes('This is our fault')).toBe(true)
      expect(text.includes(SECRET_DETAIL)).toBe(false)
    }
    expect(stream.headers.get('Content-Type')).toContain('turbo-stream')
  })
})

describe('a database in trouble', () => {
  const codes: [code: string, sentence: string][] = [
    ['SQLITE_BUSY', 'The database is busy.'],
    ['SQLITE_FULL', 'The disk is full'],
    ['SQLITE_IOERR_READ', 'The database file cannot be used'],
    ['SQLITE_CORRUPT', 'The database file cannot be used'],
    ['ECONNREFUSED', 'The database does not answer at the moment.'],
    ['57P01', 'The database does not answer at the moment.'],
    ['53300', 'The database does not answer at the moment.'],
    ['53100', 'The disk is full'],
  ]
  for (const [code, sentence] of codes) {
    test(`${code} is told as "${sentence}"`, async () => {
      const repair = breakDatabase(sick, code)
      const asks = [
        () => ana.get('/'),
        () => ana.post('/tasks', { task: 'Milk' }),
        () => sick.browser().post('/login', { email: 'ana@example.com', password: PASSWORD }),
      ]
      for (const [index, ask] of asks.entries()) {
        const answer = await ask()
        const page = await answer.text()
        const isUnsure = index > 0 && /answer|IOERR/.test(sentence + code)
        expect(page.includes('It is not certain whether this was saved.')).toBe(isUnsure)
        expect(isUnsure && page.includes('othing was changed')).toBe(false)
        expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
        expect(page.includes(sentence)).toBe(true)
        expect(page.includes(SECRET_DETAIL)).toBe(false)
        expect(answer.headers.getSetCookie()).toEqual([])
      }
      const up = await sick.browser().get('/up')
      expect([up.status, await up.text()]).toEqual([503, 'the database does not answer'])
      // What needs no database is there.
      expect((await sick.browser().get('/login')).status).toBe(200)
      repair()
      expect((await ana.get('/')).status).toBe(200)
    })
  }

  test('logging out then takes the cookie, and says that the server could not', async () => {
    const sick = await world()
    const ana = await sick.loggedIn('ana')
    await ana.page('/')
    const real = sick.db.transact.bind(sick.db)
    sick.db.transact = () => Promise.reject(Object.assign(new Error(SECRET_DETAIL), { code: 'SQLITE_BUSY' }))
    const token = ana.token
    const answer = await ana.post('/logout')
    sick.db.transact = real
    expect([answer.status, answer.headers.get('Location'), ana.token]).toEqual([303, '/login', undefined])
    expect((await ana.page('/login')).includes('the server could not end the session')).toBe(true)
    expect((await sick.browser().get('/', { Cookie: `sid=${token}` })).status).toBe(200)
  })

  if (testKind === 'postgres') {
    test('a PostgreSQL that drops all connections is served from again at once', async () => {
      const sick = await world()
      const ana = await sick.loggedIn('ana')
      const other = sick.another()
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(other.db)
      const statuses = []
      for (let i = 0; i < 12; i++) statuses.push((await ana.get('/')).status)
      expect(statuses.every((status) => status === 200 || status === 503)).toBe(true)
      expect(statuses.at(-1)).toBe(200)
    })
  }
})
