import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { everythingIn } from '#test/tables.ts'
import { world } from '#test/world.ts'
import type { PublicEnv, Session } from '#web/env.ts'
import { admit } from '#web/gate.ts'
import { Routes } from '#web/routes.ts'

const w = await world()
const ana = await w.loggedIn('ana')
await ana.post('/tasks', { task: 'Milk' })
const task = (await w.db.selectFrom('tasks').select('id').executeTakeFirstOrThrow()).id
const session = (await w.db.selectFrom('sessions').select('public_id').executeTakeFirstOrThrow()).public_id
const untouched = await everythingIn(w.db)

const addressOf = (path: string) =>
  path.startsWith('/tasks') ? path.replace(':id', task) : path.replace(/:\w+/, session)
// What is for programs is asked for below, and in test/tokens/.
const closed = w.app.routes.filter(({ access }) => access !== 'public' && access !== 'token')

/** A stranger got nothing: he is told to log in, or that his request is none. */
async function expectNothing(answer: Response) {
  const page = await answer.text()
  if (answer.status === 303) expect(answer.headers.get('Location')).toMatch(/^\/login\?next=/)
  else expect([400, 401, 403, 404, 405, 421]).toContain(answer.status)
  for (const secret of ['ana@example.com', 'Milk', task, session]) expect(page.includes(secret)).toBe(false)
  expect(answer.headers.getSetCookie()).toEqual([])
}

describe('a stranger at a closed door', () => {
  for (const { method, path } of closed) {
    const address = addressOf(path)
    test(`${method} ${path} sends to the login page`, async () => {
      const stranger = w.browser()
      const answer =
        method === 'GET' ? await stranger.get(address) : await stranger.post(address, {}, { from: '/completed' })
      expect(answer.status).toBe(303)
      const next = method === 'POST' ? '/completed' : ['/events', '/account/confirm'].includes(address) ? '/' : address
      expect(answer.headers.get('Location')).toBe(`/login?next=${encodeURIComponent(next)}`)
      await expectNothing(answer)
    })

    test(`${method} ${path}: scripts are told 401, other methods get no further`, async () => {
      const stranger = w.browser()
      const own = { 'Sec-Fetch-Site': 'same-origin' }
      for (const headers of [
        { Accept: 'application/json' },
        { Accept: 'text/event-stream' },
        { 'X-Outbox': 'anybody' },
      ]) {
        const answer = await stranger.request(address, { method, headers: { ...own, ...headers } })
        expect(answer.status).toBe(401)
        await expectNothing(answer)
      }
      for (const other of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE']) {
        await expectNothing(await stranger.request(address, { method: other, headers: own }))
      }
    })
  }

  test('an address that is none is closed like all others, whatever is sent there', async () => {
    for (const path of ['/nowhere', '/account/', '/administration', '/.env', '/tasks']) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const answer = await w.browser().request(path, { method, headers: { 'Sec-Fetch-Site': 'same-origin' } })
        expect([path, method, answer.status, answer.headers.get('Location')]).toEqual([
          path,
          method,
          303,
          // The page above, for a form whose sender does not say where it stood.
          path === '/account/' && !['GET', 'HEAD'].includes(method) ? '/login?next=%2Faccount' : '/login?next=%2F',
        ])
      }
    }
  })

  const strange = [
    '/nowhere',
    '/account/',
    '/account//',
    '//account',
    '//account//sessions',
    '//evil.example/account',
    '/./account',
    '/x/../account',
    '/login/../account',
    '/login/%2e%2e/account',
    '/login/..%2faccount',
    '/login%2f..%2faccount',
    '/assets/../account',
    '/assets/%2e%2e/account',
    '/assets/..%2faccount',
    '/assets/app.js/../../account',
    '/up/../account',
    '/up/account',
    '/%61ccount',
    '/account%2fsessions',
    '/account%252fsessions',
    '/account%5csessions',
    '/\\account',
    '/ACCOUNT',
    '/Login/x',
    '/account;x=1',
    '/account%00',
    '/%00',
    '/account%0a',
    '/account%20',
    '/account%',
    '/account%zz',
    '/account%ff',
    '/account%c0%af',
    '/account%ed%a0%80',
    '/account.css',
    '/account.json',
    '/account/password.js',
    `/tasks/${task}.css`,
    `/tasks/${task}/`,
    `/tasks/${task}/nowhere`,
    '/.env',
    '/.git/config',
    '/get-it-done.db',
    '/secret.key',
    '/admin',
    '/api/v1/tasks',
    '/*',
    '/:id',
    `/${'a'.repeat(8300)}`,
    `/${'a/'.repeat(2000)}`,
    '/?__proto__=1',
    '/?next=//evil.example',
    '/#account',
    '/🎉',
    "/' or 1=1--",
    '/<script>',
  ]
  for (const path of strange) {
    test(`${path.slice(0, 50)} tells nothing, also to those who are in nothing but a page`, async () => {
      const stranger = w.browser()
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
        await expectNothing(await stranger.request(path, { method, headers: { 'Sec-Fetch-Site': 'same-origin' } }))
      }
      const answer = await ana.get(path)
      expect([200, 303, 400, 404]).toContain(answer.status)
    })
  }

  const alibis: Record<string, string>[] = [
    { 'X-Original-URL': '/login' },
    { 'X-Rewrite-URL': '/login' },
    { 'X-HTTP-Method-Override': 'GET' },
    { 'X-Forwarded-Host': 'localhost' },
    { 'X-Forwarded-User': 'ana@example.com' },
    { 'Remote-User': 'ana@example.com' },
    { Authorization: 'Bearer x' },
    { Authorization: 'Basic YW5hQGV4YW1wbGUuY29tOmE=' },
    { 'X-Middleware-Subrequest': 'middleware' },
    { 'Turbo-Frame': 'x' },
    { 'X-Background': '1' },
    { Purpose: 'prefetch' },
    { Referer: 'http://localhost:3000/account' },
    { Range: 'bytes=0-10' },
    { Cookie: 'sid=; user=ana; email=ana@example.com; session=1; admin=true' },
  ]
  for (const headers of alibis) {
    test(`with ${JSON.stringify(headers)} he stays outside`, async () => {
      await expectNothing(await w.browser().get('/account', headers))
    })
  }

  test('nothing was written by all that', async () => expect(await everythingIn(w.db)).toBe(untouched))
})

describe('somebody who is in', () => {
  const open = [
    '/',
    '/completed',
    '/account',
    '/account/password',
    '/account/two-factor',
    '/account/sessions',
    '/account/confirm',
    '/logout',
  ]
  for (const path of open) {
    test(`reads ${path}, and its head`, async () => {
      expect((await ana.get(path)).status).toBe(200)
      const head = await ana.request(path, { method: 'HEAD' })
      expect([head.status, await head.text()]).toEqual([200, ''])
    })
  }

  test('is told which kinds of request an address takes', async () => {
    const own = { 'Sec-Fetch-Site': 'same-origin' }
    const allowed: [string, string][] = [
      ['/', 'GET, HEAD'],
      ['/account', 'GET, HEAD, POST'],
      ['/tasks', 'POST'],
      ['/login', 'GET, HEAD, POST'],
      ['/undo/x', 'POST'],
    ]
    for (const [path, allow] of allowed) {
      for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        const answer = await ana.request(path, { method, headers: own })
        expect([path, answer.status, answer.headers.get('Allow')]).toEqual([path, 405, allow])
      }
    }
    expect((await ana.get('/tasks')).status).toBe(405)
    expect((await ana.request('/', { method: 'TRACE', headers: own })).status).toBe(405)
    expect((await w.browser().request('/login', { method: 'PUT', headers: own })).status).toBe(405)
  })

  test('gets 404 for what is not there', async () => {
    for (const path of [
      '/nowhere',
      '/account/',
      '/account/sessions/x',
      '/tasks/x/y',
      '/ACCOUNT',
      '/admin',
      '/account.css',
    ]) {
      const answer = await ana.get(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect((await answer.text()).includes('Log out')).toBe(true)
    }
  })

  test('as an outbox of somebody else writes nothing', async () => {
    const answer = await ana.post('/tasks', { task: 'Not mine' }, { headers: { 'X-Outbox': 'somebody else' } })
    expect(answer.status).toBe(409)
    expect(answer.headers.get('X-Outbox-Owner')).toBe('other')
    expect((await ana.page('/')).includes('Not mine')).toBe(false)
  })
})

test('what a session was told to remember is kept after an answer, but not after a failure of ours', async () => {
  for (const [status, kept] of [
    [200, 1],
    [303, 1],
    [422, 1],
    [500, 0],
    [503, 0],
  ] as const) {
    let saved = 0
    const routes = new Routes()
    routes.get('/', 'user', (c) => c.body(null, status as 200))
    const site = new Hono<PublicEnv>()
    site.get('/', (c) => {
      c.set('visitor', {
        user: {} as never,
        session: { hasTwoSteps: true, save: async () => void saved++ } as unknown as Session,
      })
      return admit(c, routes.all[0]!)
    })
    await site.request('/')
    expect([status, saved]).toEqual([status, kept])
  }
})

describe('the places of administrators', () => {
  const routes = new Routes()
  routes.get('/admin', 'admin', (c) => c.text('in'))

  async function answerTo(visitor: { role: 'user' | 'admin'; isSudo: boolean } | undefined): Promise<Response> {
    const user = await w.db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
    const site = new Hono<PublicEnv>()
    site.get('/admin', (c) => {
      c.set('parts', w as never)
      c.set('config', w.config)
      c.set('db', w.db)
      c.set('flashes', { take: () => [] } as never)
      c.set('formTargets', [])
      c.set('site', { title: 'Get It Done!' } as never)
      c.set('safeNext', (wanted) => String(wanted))
      const proof = {
        hasTwoSteps: true,
        isSudo: () => visitor?.isSudo ?? false,
        save: async () => {},
        persistent: false,
      }
      if (visitor) c.set('visitor', { user: { ...user, role: visitor.role }, session: proof as unknown as Session })
      c.set('parts', { ...w, assets: { script: '', styles: '' } } as never)
      return admit(c, routes.all[0]!)
    })
    return site.request('/admin')
  }

  test('are not there for anybody else, also for a moment', async () => {
    expect((await answerTo(undefined)).headers.get('Location')).toStartWith('/login')
    expect((await answerTo({ role: 'user', isSudo: false })).status).toBe(404)
    expect((await answerTo({ role: 'user', isSudo: true })).status).toBe(404)
    expect((await answerTo({ role: 'admin', isSudo: false })).headers.get('Location')).toBe(
      '/account/confirm?next=%2Fadmin',
    )
    expect((await answerTo({ role: 'admin', isSudo: true })).status).toBe(200)
  })
})

describe('the addresses for programs', () => {
  const routes = new Routes()
  routes.get('/api', 'token', (c) => c.text(c.var.user.email))
  routes.post('/api', 'token', (c) => c.text(c.var.user.email))

  async function answerTo(method: 'GET' | 'POST', scope: 'read' | 'write' | undefined): Promise<[number, string]> {
    const user = await w.db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
    const site = new Hono<PublicEnv>()
    site.all('/api', (c) => {
      const holder = async () => scope && { user, token: { name: '', scope, expiresAt: null } }
      // As the site does it.
      Object.defineProperty(c, 'var', { value: { holder } })
      return admit(c, routes.all.find((route) => route.method === method)!)
    })
    const answer = await site.request('/api', { method })
    return [answer.status, answer.status === 200 ? 'in' : ((await answer.json()) as { error: string }).error]
  }

  test('are for tokens, and changes for those that may change', async () => {
    const noToken = 'Send a token that is good, in the header Authorization: Bearer gid_…'
    for (const method of ['GET', 'POST'] as const) expect(await answerTo(method, undefined)).toEqual([401, noToken])
    expect(await answerTo('GET', 'read')).toEqual([200, 'in'])
    expect(await answerTo('POST', 'read')).toEqual([403, 'This token may read, and change nothing.'])
    expect(await answerTo('POST', 'write')).toEqual([200, 'in'])
  })
})
