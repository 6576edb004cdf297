import { beforeAll, describe, expect, test } from 'bun:test'
import { everythingIn } from '#test/tables.ts'
import { PASSWORD, world } from '#test/world.ts'

const w = await world({ LIMIT_REGISTER_PER_HOUR: '100000', LIMIT_REGISTER_ALL_PER_HOUR: '100000' })
const BASE = w.config.baseUrl
const EVIL = 'https://evil.example'
const ana = await w.loggedIn('ana')

type Case = [headers: Record<string, string>, ok: boolean]

// OWASP CSRF cheat sheet, “Fetch Metadata”: Sec-Fetch-Site decides, then Origin, and without either only a stranger passes.
const table: Case[] = [
  [{ 'Sec-Fetch-Site': 'same-origin' }, true],
  [{ 'Sec-Fetch-Site': 'same-origin', Origin: BASE }, true],
  [{ 'Sec-Fetch-Site': 'same-origin', Origin: EVIL }, false],
  [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }, false],
  [{ 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate' }, true],
  [{ 'Sec-Fetch-Site': 'none' }, false],
  [{ 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'cors' }, false],
  [{ 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'no-cors' }, false],
  [{ 'Sec-Fetch-Site': 'same-site' }, false],
  [{ 'Sec-Fetch-Site': 'same-site', Origin: BASE }, false],
  [{ 'Sec-Fetch-Site': 'cross-site' }, false],
  [{ 'Sec-Fetch-Site': 'cross-site', Origin: BASE }, false],
  [{ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', Origin: EVIL }, false],
  [{ 'Sec-Fetch-Site': 'SAME-ORIGIN' }, false],
  [{ 'Sec-Fetch-Site': 'same-origin, cross-site' }, false],
  [{ 'Sec-Fetch-Site': 'anything' }, false],
  [{ Origin: BASE }, true],
  [{ Origin: 'null' }, false],
  [{ Origin: EVIL }, false],
  [{ Origin: 'http://localhost:3001' }, false],
  [{ Origin: 'http://localhost' }, false],
  [{ Origin: 'https://localhost:3000' }, false],
  [{ Origin: 'http://127.0.0.1:3000' }, false],
  [{ Origin: 'http://evil.localhost:3000' }, false],
  [{ Origin: 'http://localhost:3000.evil.example' }, false],
  [{ Origin: 'http://localhost:3000@evil.example' }, false],
  [{ Origin: 'HTTP://LOCALHOST:3000' }, false],
  [{ Origin: `${BASE}/` }, false],
  [{ Origin: `${BASE}, ${EVIL}` }, false],
  [{ Origin: EVIL, Host: 'evil.example' }, false],
  [{ Origin: EVIL, 'X-Forwarded-Host': 'evil.example' }, false],
  [{ Origin: EVIL, Referer: `${BASE}/` }, false],
  [{ Origin: EVIL, 'X-HTTP-Method-Override': 'GET' }, false],
]

const forms: [who: 'stranger' | 'ana', path: string, fields: Record<string, string>][] = [
  ['stranger', '/login', { email: 'ana@example.com', password: PASSWORD }],
  ['stranger', '/register', { email: 'not-an-address', password: PASSWORD, verify: PASSWORD }],
  ['stranger', '/logout', {}],
  ['stranger', '/tasks', { task: 'Milk' }],
  ['stranger', '/nowhere', {}],
  ['ana', '/tasks', { task: '' }],
  ['ana', '/tasks/x/complete', {}],
  ['ana', '/undo/x', {}],
  ['ana', '/account', { name: 'Eve' }],
  ['ana', '/account/password', { current: PASSWORD, password: 'eve owns this', verify: 'eve owns that' }],
  ['ana', '/account/confirm', {}],
  ['ana', '/account/sessions/x/end', {}],
  ['ana', '/account/sessions/end-others', {}],
]

for (const [who, path, fields] of forms) {
  const send = (headers: Record<string, string>) =>
    (who === 'ana' ? ana : w.browser()).request(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    })

  describe(`${who} sends ${path}`, () => {
    let before = ''
    beforeAll(async () => {
      before = await everythingIn(w.db)
    })

    for (const [headers] of table.filter(([, ok]) => !ok)) {
      test(`${JSON.stringify(headers)} is refused`, async () => {
        const answer = await send(headers)
        expect(answer.status).toBe(headers.Host === 'evil.example' ? 421 : 403)
        expect(answer.headers.getSetCookie()).toEqual([])
      })
    }

    test('none of these wrote anything', async () => expect(await everythingIn(w.db)).toBe(before))

    for (const [headers] of table.filter(([, ok]) => ok)) {
      test(`${JSON.stringify(headers)} passes`, async () => expect((await send(headers)).status).not.toBe(403))
    }

    test(`without any such header ${who === 'ana' ? 'it is refused' : 'it passes'}`, async () => {
      const answer = await send({})
      if (who === 'ana') expect(answer.status).toBe(403)
      else expect(answer.status).not.toBe(403)
    })
  })
}

describe('what another site can make a browser do', () => {
  test('log Ana out: no', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: EVIL }
    const answer = await ana.post('/logout', {}, { headers })
    expect(answer.status).toBe(403)
    expect((await answer.text()).includes('nothing was changed')).toBe(true)
    expect((await ana.get('/')).status).toBe(200)
  })

  test('log Ana in as Eve: no', async () => {
    await w.person('eve')
    const fields = { email: 'eve@example.com', password: PASSWORD }
    const victim = w.browser()
    const answer = await victim.post('/login', fields, { headers: { 'Sec-Fetch-Site': 'cross-site', Origin: EVIL } })
    expect([answer.status, victim.token]).toEqual([403, undefined])
  })

  test('a cookie that leads nowhere counts as a session here', async () => {
    const answer = await w.browser().request('/login', { method: 'POST', headers: { Cookie: 'sid=whatever' } })
    expect(answer.status).toBe(403)
  })

  test('read a page across sites: no header ever permits it', async () => {
    for (const path of ['/', '/login', '/nowhere', '/events', '/assets/nothing', '/up']) {
      const answer = await ana.request(path, {
        method: 'OPTIONS',
        headers: { Origin: EVIL, 'Access-Control-Request-Method': 'POST' },
      })
      for (const name of answer.headers.keys()) expect(name.startsWith('access-control-')).toBe(false)
    }
  })

  test('a link from a mail or a chat finds Ana logged in', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
    expect((await ana.get('/account', headers)).status).toBe(200)
  })

  test('each refusal is an event in the log', () => {
    expect(w.log.entries.filter((entry) => entry.event === 'malicious_csrf').length).toBeGreaterThan(100)
  })
})

describe('EXTRA_ORIGINS', () => {
  test('lets the named address send forms too, and no other', async () => {
    const two = await world({ BASE_URL: 'https://todo.example.org', EXTRA_ORIGINS: 'http://192.168.1.5:3000' })
    await two.person('ana')
    const send = (headers: Record<string, string>) =>
      two.browser({ says: 'none' }).post('/login', { email: 'ana@example.com', password: PASSWORD }, { headers })
    expect((await send({ Origin: 'http://192.168.1.5:3000', Host: '192.168.1.5:3000' })).status).toBe(303)
    expect((await send({ Origin: 'https://todo.example.org' })).status).toBe(303)
    expect((await send({ Origin: 'http://192.168.1.5:3001' })).status).toBe(403)
    expect((await send({ Origin: 'https://192.168.1.5:3000' })).status).toBe(403)
    expect((await send({ Origin: 'http://192.168.1.5:3000', 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  })
})
