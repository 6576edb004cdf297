import { describe, expect, test } from 'bun:test'
import { PASSWORD, world } from '#test/world.ts'

const w = await world()
const ana = await w.loggedIn('ana')
await ana.page('/')
const safe = await world({ BASE_URL: 'https://todo.example.org' })

const style = [...(await (await ana.get('/')).text()).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
  (found) => found[1]!,
)

const answers: [what: string, ask: () => Promise<Response>][] = [
  ['the Inbox', () => ana.get('/')],
  ['the head of a page', () => ana.request('/', { method: 'HEAD' })],
  ['the login page', () => w.browser().get('/login')],
  ['the way to the login page', () => w.browser().get('/')],
  ['a script that is not in', () => w.browser().get('/', { Accept: 'application/json' })],
  ['a form that is not right', () => w.browser().post('/login', {})],
  ['a foreign form', () => ana.post('/logout', {}, { headers: { Origin: 'https://evil.example' } })],
  ['what is not there', () => ana.get('/nowhere')],
  ['an address that cannot be read', () => w.browser().get('/%')],
  ['another host', () => w.browser().get('/', { Host: 'evil.example' })],
  ['another name of this machine', () => w.browser().get('/', { Host: '127.0.0.1:3000' })],
  ['a method that is not taken', () => ana.request('/', { method: 'OPTIONS' })],
  ['TRACE', () => ana.request('/', { method: 'TRACE' })],
  ['too large a form', () => w.browser().request('/login', { method: 'POST', body: 'x'.repeat(2_000_000) })],
  ['the health check', () => w.browser().get('/up')],
  ['a file', () => w.browser().get(style[0]!)],
  ['a file that is not there', () => w.browser().get('/assets/nothing.js')],
  ['the service worker', () => w.browser().get('/service-worker.js')],
  ['live news', () => ana.get('/events', { Accept: 'text/event-stream' })],
]

describe('every answer is protected', () => {
  for (const [what, ask] of answers) {
    test(what, async () => {
      const { headers } = await ask()
      const policy = headers.get('Content-Security-Policy') ?? ''
      for (const rule of ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "object-src 'none'"]) {
        expect(policy.split('; ')).toContain(rule)
      }
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("form-action 'self'")
      expect(policy).not.toMatch(/unsafe|\*|http/)
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(headers.get('X-Frame-Options')).toBe('DENY')
      expect(headers.get('Referrer-Policy')).toBe('same-origin')
      expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin')
      expect(headers.get('Permissions-Policy')).toContain('camera=()')
      expect(headers.has('Strict-Transport-Security')).toBe(false)
      for (const name of ['Server', 'X-Powered-By', 'Access-Control-Allow-Origin', 'ETag']) {
        expect([name, headers.get(name)]).toEqual([name, null])
      }
      if (!/^\/|immutable|no-cache/.test(headers.get('Cache-Control') ?? '')) {
        expect(headers.get('Cache-Control')).toBe('no-store')
      }
    })
  }
})

describe('caches', () => {
  test('keep files with a hash for good, and the others not unasked', async () => {
    expect(style.length).toBeGreaterThan(1)
    for (const path of style) {
      const answer = await ana.get(path)
      const wanted = /-[a-z0-9]{8}\./.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
      expect([path, answer.headers.get('Cache-Control')]).toEqual([path, wanted])
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  test('keep nothing private', async () => {
    for (const path of ['/', '/completed', '/account', '/account/sessions', '/nowhere', '/login', '/logout']) {
      expect([path, (await ana.get(path)).headers.get('Cache-Control')]).toEqual([path, 'no-store'])
    }
    expect((await ana.get('/events', { Accept: 'text/event-stream' })).headers.get('Cache-Control')).toContain(
      'no-store',
    )
  })
})

describe('cookies', () => {
  test('are not set by looking at anything', async () => {
    for (const path of ['/', '/completed', '/account', '/login', '/nowhere', '/up', '/logout', style[0]!]) {
      expect([path, (await ana.get(path)).headers.getSetCookie()]).toEqual([path, []])
      expect([path, (await w.browser().get(path)).headers.getSetCookie()]).toEqual([path, []])
    }
  })
})

describe('over https', () => {
  test('browsers are told to stay there, unless HSTS is off', async () => {
    expect((await safe.browser().get('/login')).headers.get('Strict-Transport-Security')).toBe('max-age=63072000')
    const off = await world({ BASE_URL: 'https://todo.example.org', HSTS: '0' })
    expect((await off.browser().get('/login')).headers.has('Strict-Transport-Security')).toBe(false)
  })
})

describe('a page', () => {
  test('holds no script and no style of its own, and asks nobody else for anything', async () => {
    await ana.post('/tasks', { task: 'Milk' })
    const pages = [
      '/',
      '/completed',
      '/account',
      '/account/password',
      '/account/two-factor',
      '/account/sessions',
      '/account/confirm',
      '/logout',
      '/nowhere',
    ]
    for (const path of pages) {
      const page = await (await ana.get(path)).text()
      expect([path, /<script(?![^>]*\ssrc="\/)|\sstyle=|<style|\son\w+=|javascript:/i.exec(page)?.[0]]).toEqual([
        path,
        undefined,
      ])
      expect([path, /(?:src|href|action)="(?:https?:)?\/\//.exec(page)?.[0]]).toEqual([path, undefined])
      expect(page.includes('<html lang="en"')).toBe(true)
    }
  })

  test('has the way out on every page for somebody who is in, and for nobody else', async () => {
    const button = /<form method="post" action="\/logout"/
    for (const path of [
      '/',
      '/completed',
      '/account',
      '/account/password',
      '/account/sessions',
      '/nowhere',
      '/logout',
    ]) {
      expect([path, button.test(await (await ana.get(path)).text())]).toEqual([path, true])
    }
    for (const path of ['/login', '/register']) {
      expect([path, button.test(await (await w.browser().get(path)).text())]).toEqual([path, false])
    }
  })

  test('lets password managers work', async () => {
    const login = await w.browser().page('/login')
    expect(login).toMatch(/name="email" type="email"[^>]*autocomplete="username webauthn"/)
    expect(login).toMatch(/name="password" type="password"[^>]*autocomplete="current-password"/)
    const register = await w.browser().page('/register')
    for (const name of ['password', 'verify']) {
      expect(register).toMatch(new RegExp(`name="${name}" type="password"[^>]*autocomplete="new-password"`))
    }
    for (const page of [login, register])
      expect(/onpaste|autocomplete="off"|upper|digit|symbol/i.test(page)).toBe(false)
  })

  test('comes gzipped when the browser takes it, with the same text', async () => {
    const plain = await (await ana.get('/account')).text()
    const answer = await ana.get('/account', { 'Accept-Encoding': 'gzip, br' })
    expect(answer.headers.get('Content-Encoding')).toBe('gzip')
    expect(answer.headers.get('Vary')).toContain('Accept-Encoding')
    const text = Buffer.from(Bun.gunzipSync(await answer.arrayBuffer())).toString()
    expect(text === plain).toBe(true)
  })

  test('for who is remembered says so, so that it may be kept on the device', async () => {
    expect((await ana.page('/')).includes('name="remembered"')).toBe(false)
    const kept = await w.loggedIn('ana', { remember: true })
    expect((await kept.page('/')).includes('<meta name="remembered" content="yes"')).toBe(true)
    expect((await w.browser().page('/login')).includes('name="person"')).toBe(false)
  })
})

test('the password never stands in a page', async () => {
  const answer = await w.browser().post('/register', { email: 'x', password: PASSWORD, verify: PASSWORD })
  expect((await answer.text()).includes(PASSWORD)).toBe(false)
})
