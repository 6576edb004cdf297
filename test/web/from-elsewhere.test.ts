import { expect, test } from 'bun:test'
import { flashesIn } from '#test/browser.ts'
import { world } from '#test/world.ts'

test('another site may link to a page, and not use it as a picture or a script', async () => {
  const w = await world()
  const ana = await w.loggedIn('ana')
  const status = async (path: string, mode: string) =>
    (await ana.get(path, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': mode })).status
  for (const path of ['/', '/completed', '/account', '/events', '/login']) {
    for (const mode of ['no-cors', 'cors', 'same-origin', 'websocket']) {
      expect([path, mode, await status(path, mode)]).toEqual([path, mode, 403])
    }
  }
  expect(await status('/', 'navigate')).toBe(200)
})

test('who came to the proxy without https is sent to https, and what they typed is not taken', async () => {
  const w = await world({ BASE_URL: 'https://todo.example.org', TRUSTED_PROXIES: '10.0.0.1' })
  const plain = { 'X-Forwarded-Proto': 'http', 'X-Forwarded-For': '203.0.113.9' }
  const behind = w.browser({ ip: '10.0.0.1' })
  const page = await behind.get('/login?next=%2Fcompleted', plain)
  expect([page.status, page.headers.get('Location')]).toEqual([307, 'https://todo.example.org/login?next=%2Fcompleted'])
  await w.person('ana')
  const answer = await behind.post('/login', { email: 'ana@example.com', password: 'x' }, { headers: plain })
  expect(answer.status).toBe(403)
  expect(answer.headers.getSetCookie()).toEqual([])
  // Somebody who is no proxy may say what he likes.
  expect((await w.browser({ ip: '10.9.9.9' }).get('/login', plain)).status).toBe(200)
})

test('a logout makes the browser forget also when nobody can look up who it was', async () => {
  const w = await world()
  const ana = await w.loggedIn('ana')
  w.db.executeQuery = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }))
  const answer = await ana.post('/logout')
  expect(answer.status).toBe(303)
  expect(ana.token).toBeUndefined()
  expect(flashesIn(await ana.page('/login')).join()).toContain('could not end the session')
})

test('a box is ticked when the browser says "on", and not when it says anything else', async () => {
  const w = await world()
  await w.person('ana')
  for (const [remember, kept] of [
    ['on', true],
    ['off', false],
    ['0', false],
    ['', false],
  ] as const) {
    const tab = w.browser()
    const answer = await tab.post('/login', {
      email: 'ana@example.com',
      password: 'a kettle, two cups and rain',
      remember,
    })
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('sid='))!
    expect([remember, cookie.includes('Max-Age')]).toEqual([remember, kept])
  }
})

test('the log names a session by its end only', async () => {
  const w = await world()
  await w.loggedIn('ana')
  const named = w.log.entries.map(({ fields }) => fields.session).filter((name) => name !== undefined)
  expect(named.length).toBeGreaterThan(0)
  for (const name of named) expect(name).toMatch(/^[0-9a-f]{8}$/)
})
