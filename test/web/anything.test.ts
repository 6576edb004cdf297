import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { newId } from '#db/db.ts'
import { PASSWORD, world } from '#test/world.ts'
import { quickHashing } from '../accounts/hashing.ts'

// Anything at all, sent to any address by a stranger or by Ana: an answer in words, protected, and never a failure of ours.

const UNLIMITED = {
  LIMIT_LOGIN_PER_MINUTE: '1000000',
  LIMIT_LOGIN_PER_HOUR: '1000000',
  LIMIT_REGISTER_PER_HOUR: '1000000',
  LIMIT_REGISTER_ALL_PER_HOUR: '1000000',
}
const w = await world(UNLIMITED, quickHashing())
const ana = await w.loggedIn('ana')
await ana.post('/tasks', { task: 'Milk' })
const { public_id } = await w.person('ana')
const task = (await w.db.selectFrom('tasks').select('id').executeTakeFirstOrThrow()).id

const nasty = fc.constantFrom(
  '',
  ' ',
  '0',
  '-1',
  'on',
  'off',
  'null',
  'undefined',
  'NaN',
  '[]',
  '{}',
  '\u0000',
  'a\u0000b',
  '\u0001',
  '\ufffd',
  '\ud800',
  '\u202e',
  '🎉',
  'é',
  'e\u0301',
  '<script>',
  "' or 1=1 --",
  '%',
  '%00',
  '%2f',
  '../..',
  '//evil.example',
  '/completed',
  'https://evil.example',
  '\r\nSet-Cookie: a=b',
  'x'.repeat(501),
  'x'.repeat(20_000),
  '__proto__',
  'constructor',
  'ana@example.com',
  'new@example.com',
  PASSWORD,
  'UTC',
  'en-GB',
  'monday',
  'dark',
  task,
  task.toUpperCase(),
  newId(),
  public_id,
  '2026-05-01',
  '9999999999999999999999',
  '1e309',
  '2026-13-45T99:99:99Z',
)
const value = fc.oneof({ weight: 4, arbitrary: nasty }, fc.string({ unit: 'binary', maxLength: 30 }))
const names =
  'email password verify remember next current name zone locale week_start theme task id title notes was-title was-notes before after op show list due_day start_page day_starts date_order single_keys'
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names.split(' ')) }, value)
const fields = fc.array(fc.tuple(name, value), { maxLength: 8 })

const part = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(task, newId()) },
  nasty.map((text) => encodeURIComponent(text.toWellFormed())),
)
const path = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...w.app.routes.map((route) => route.path)), part)
      .map(([route, id]) => route.replace(/:\w+/, id)),
  },
  fc.string({ unit: fc.constantFrom(...'/.%20fFa?&=:;@\\~-_'), maxLength: 20 }).map((text) => `/${text}`),
)
const query = fc.array(fc.tuple(fc.constantFrom('next', 'after', 'at', 'more', 'rename', 'x'), value), { maxLength: 3 })
const header = fc.tuple(
  fc.constantFrom(
    'Accept',
    'Referer',
    'X-Outbox',
    'Idempotency-Key',
    'X-Background',
    'Turbo-Frame',
    'Sec-Purpose',
    'User-Agent',
    'X-Forwarded-For',
    'Last-Event-ID',
    'Accept-Language',
    'Accept-Encoding',
    'If-None-Match',
    'Range',
    'Content-Type',
  ),
  fc.oneof(
    fc.constantFrom(
      public_id,
      newId(),
      'text/vnd.turbo-stream.html',
      'application/json',
      'text/event-stream',
      'gzip',
      'http://localhost:3000/completed?more=1',
    ),
    value,
  ),
)
const request = fc.record({
  isAna: fc.boolean(),
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
  path,
  query,
  fields,
  headers: fc.array(header, { maxLength: 3 }),
})

test('whatever is asked, the answer is one of ours', async () => {
  const visitor = w.browser()
  await fc.assert(
    fc.asyncProperty(request, async ({ isAna, method, path, query, fields, headers }) => {
      const wellFormed = (pairs: [string, string][]) =>
        new URLSearchParams(pairs.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()])).toString()
      const sent = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' })
      for (const [name, value] of headers) {
        // What a header cannot carry never arrives.
        if (/^[\t\x20-\x7e\x80-\xff]+$/.test(value) && value.length < 4000) sent.set(name, value.trim() || 'x')
      }
      if (isAna) sent.set('Cookie', `sid=${ana.token}`)
      else visitor.jar.clear()
      const address = path + (query.length > 0 ? `?${wellFormed(query)}` : '')
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: wellFormed(fields) }
      const answer = await visitor.request(address, { method, headers: sent, ...body })
      visitor.jar.clear()
      const isLine = answer.headers.get('Content-Type')?.startsWith('text/event-stream')
      if (isLine) await answer.body?.cancel()
      const text = isLine ? '' : await answer.text()
      const bug = w.log.entries.find((entry) => entry.level === 'error')
      expect([answer.status, bug?.error]).toEqual([answer.status < 500 ? answer.status : 0, undefined])
      expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
      const location = answer.headers.get('Location')
      if (location !== null) expect(location).toMatch(/^\/(?!\/)/)
      if (!isAna && answer.status < 300) expect(text.includes(task) && !wellFormed(fields).includes(task)).toBe(false)
      if (!(await w.browser().get('/', { Cookie: `sid=${ana.token}` })).ok) await comeBack()
    }),
    { numRuns: 600 },
  )
}, 60_000)

/** Ana is in again, when what was asked was to log out. */
async function comeBack() {
  const user = await w.db
    .selectFrom('users')
    .select('password_phc')
    .where('email', '=', 'ana@example.com')
    .executeTakeFirstOrThrow()
  const password = Buffer.from(user.password_phc!.slice('quick '.length), 'hex').toString()
  const answer = await ana.post('/login', { email: 'ana@example.com', password })
  expect(answer.status).toBe(303)
}
