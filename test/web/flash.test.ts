import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { MINUTE, SECOND } from '#core/time.ts'
import { KeyRing } from '#crypto/keys.ts'
import { flashesIn } from '#test/browser.ts'
import { everythingIn } from '#test/tables.ts'
import { PASSWORD, world } from '#test/world.ts'
import { Flashes } from '#web/flash.ts'

const w = await world()
const [ana, ben] = [await w.loggedIn('ana'), await w.loggedIn('ben')]
for (const tab of [ana, ben]) await tab.get('/')

/** Does something that is told on the next page. */
const saveProfile = (tab = ana) =>
  tab.post('/account', { name: 'Ana', zone: 'UTC', locale: 'en-GB', week_start: 'monday', theme: 'system' })
const SAVED = 'Your profile is saved.'

describe('a message', () => {
  test('is shown once, on the next page, and writes nothing', async () => {
    await saveProfile()
    const before = await everythingIn(w.db)
    expect(flashesIn(await ana.page('/'))).toEqual([SAVED])
    expect(flashesIn(await ana.page('/'))).toEqual([])
    expect(await everythingIn(w.db)).toBe(before)
  })

  const notLookedAt: [what: string, init: RequestInit][] = [
    ['HEAD', { method: 'HEAD' }],
    ['a page fetched ahead', { headers: { 'Sec-Purpose': 'prefetch' } }],
    ['a page rendered ahead', { headers: { 'Sec-Purpose': 'prefetch;prerender' } }],
    ['a page fetched ahead by Turbo', { headers: { 'X-Sec-Purpose': 'prefetch' } }],
    ['a part of a page', { headers: { 'Turbo-Frame': 'after_1' } }],
    ['a refresh that nobody asked for', { headers: { 'X-Background': '1' } }],
    ['a script that wants JSON', { headers: { Accept: 'application/json' } }],
    ['live news', { headers: { Accept: 'text/event-stream' } }],
    ['whatever (*/*)', { headers: { Accept: '*/*' } }],
  ]
  for (const [what, init] of notLookedAt) {
    test(`is not used up by ${what}`, async () => {
      await saveProfile()
      const answer = await ana.request('/account', init)
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(flashesIn(await ana.page('/'))).toEqual([SAVED])
    })
  }

  test('waits through redirects', async () => {
    await saveProfile()
    await ana.get('/login?next=/completed')
    expect(flashesIn(await ana.page('/completed'))).toEqual([SAVED])
  })

  test('is shown on an error page too', async () => {
    await saveProfile()
    expect(flashesIn(await ana.page('/nowhere'))).toEqual([SAVED])
  })

  test('comes in the order of what was done, at most ten', async () => {
    for (let i = 0; i < 15; i++) await ana.post('/tasks', { task: `task ${i}` })
    const shown = flashesIn(await ana.page('/'))
    expect(shown).toEqual(Array.from({ length: 10 }, (_, i) => `Added “task ${i + 5}”`))
    expect(flashesIn(await ana.page('/'))).toEqual([])
  })

  test('is forgotten after a quarter of an hour', async () => {
    await saveProfile()
    w.pass(15 * MINUTE)
    expect(flashesIn(await ana.page('/'))).toEqual([SAVED])
    await saveProfile()
    const late = ana.jar.get('pre')!
    w.pass(15 * MINUTE + SECOND)
    expect(flashesIn(await (await ana.get('/', { Cookie: `sid=${ana.token}; pre=${late}` })).text())).toEqual([])
    ana.jar.delete('pre')
  })

  test('shows what a person wrote as text', async () => {
    const title = '<img src=x onerror=alert(1)> "&amp;\' </template></script>'
    await ana.post('/tasks', { task: title })
    const page = await ana.page('/')
    expect(page.includes('<img')).toBe(false)
    expect(flashesIn(page).length).toBe(1)
    expect(page.includes('&lt;img src=x onerror=alert(1)&gt;')).toBe(true)
  })

  test('travels in a cookie that is for nobody else to read or write', async () => {
    const answer = await saveProfile()
    const line = answer.headers.getSetCookie().find((one) => one.startsWith('pre='))
    expect(line).toMatch(/^pre=[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=900$/)
    await ana.get('/')
  })
})

describe('another person', () => {
  test('does not see what waited for Ana when she logs out', async () => {
    const shared = await w.loggedIn('ana')
    await shared.page('/')
    await saveProfile(shared)
    await shared.post('/logout')
    expect(flashesIn(await shared.page('/login'))).toEqual(['You are logged out.'])
  })

  test('does not see it either when he logs in over her', async () => {
    const shared = await w.loggedIn('ana')
    await shared.page('/')
    await saveProfile(shared)
    await shared.post('/login', { email: 'ben@example.com', password: PASSWORD })
    expect(flashesIn(await shared.page('/'))).toEqual(['You are logged in.'])
  })

  test("with Ana's cookie learns no title of hers", async () => {
    await ana.post('/tasks', { task: 'A surprise for Ben' })
    const stolen = ana.jar.get('pre')!
    const page = await (await ben.get('/', { Cookie: `sid=${ben.token}; pre=${stolen}` })).text()
    expect(page.includes('surprise')).toBe(false)
    const stranger = await (await w.browser().get('/login', { Cookie: `pre=${stolen}` })).text()
    expect(stranger.includes('surprise')).toBe(false)
    await ana.get('/')
  })
})

describe('a forged cookie', () => {
  const genuine = w.keys.sign('pre', '[{"code":"account.profile"}]', w.now())
  const [body, signature] = genuine.split('.') as [string, string]
  const other = new KeyRing({ current: 'x'.repeat(40), previous: [], audience: w.config.baseUrl })
  const elsewhere = new KeyRing({ current: w.config.secrets.current!, previous: [], audience: 'https://other.example' })
  // The last of 43 characters carries two bits that decoding ignores.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const sameBytes = signature.slice(0, -1) + alphabet[alphabet.indexOf(signature.at(-1)!) + 1]
  const cases: [what: string, cookie: string][] = [
    ['with the same bytes in another spelling', `${body}.${sameBytes}`],
    ['of another secret', other.sign('pre', '[{"code":"account.profile"}]', w.now())],
    ['of another address', elsewhere.sign('pre', '[{"code":"account.profile"}]', w.now())],
    ['of another purpose', w.keys.sign('session', '[{"code":"account.profile"}]', w.now())],
    ['of the future', w.keys.sign('pre', '[{"code":"account.profile"}]', new Date(w.now().getTime() + MINUTE))],
    ['without a signature', body],
    ['with an empty one', `${body}.`],
    ['with a third part', `${genuine}.x`],
    ['with the first bit changed', `${body}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`],
    ['with another last character', `${body}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`],
    ['with something behind', `${genuine}A`],
    ['with another body', `${Buffer.from('9999999999.[{"code":"account.out"}]').toString('base64url')}.${signature}`],
    ['of nothing', ''],
    ['of dots', '...'],
    ['of plain JSON', '[{"code":"account.profile"}]'],
  ]
  for (const [what, cookie] of cases) {
    test(`${what} shows nothing`, async () => {
      const answer = await ana.get('/', { Cookie: `sid=${ana.token}; pre=${cookie}` })
      expect([answer.status, flashesIn(await answer.text())]).toEqual([200, []])
    })
  }

  test('no change at all to a genuine one is accepted', () => {
    const now = w.now()
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom(...'Az09-_.=+/ '), (said, at, character) => {
        const signed = w.keys.sign('pre', said, now)
        expect(w.keys.open('pre', signed, now, MINUTE)).toBe(Buffer.from(said).toString())
        const i = at % signed.length
        const changed = signed.slice(0, i) + character + signed.slice(i + 1)
        if (changed !== signed) expect(w.keys.open('pre', changed, now, MINUTE)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })

  test('whatever messages are added, what the cookie brings back is the last ten of them', () => {
    const { keys, config } = w
    const now = w.now()
    const flash = fc.record({ code: fc.string({ maxLength: 20 }), op: fc.uuid() })
    fc.assert(
      fc.property(fc.array(flash, { minLength: 1, maxLength: 14 }), (added) => {
        const there = new Flashes(keys, config, null, now)
        for (const { code, op } of added) there.add(code, op)
        const back = new Flashes(keys, config, there.cookie(now)!.split(';')[0]!, now)
        expect(back.take()).toEqual(added.slice(-10))
        expect(back.cookie(now)).toContain('Max-Age=0')
      }),
      { numRuns: 100 },
    )
  })
})
