import { describe, expect, test } from 'bun:test'
import { MINUTE } from '#core/time.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import type { Browser } from '#test/browser.ts'
import { isIn } from '#test/factors/app.ts'
import { countIn } from '#test/tables.ts'
import { type World, world } from '#test/world.ts'
import { FOREIGN, type Hostile, openHostile, signed, unsigned } from './hostile.ts'
import { openIdp } from './idp.ts'
import { goesTo, goThrough, setOut } from './ways.ts'

const UNLIMITED = {
  LIMIT_LOGIN_PER_MINUTE: '100000',
  LIMIT_LOGIN_PER_HOUR: '100000',
  LIMIT_REGISTER_PER_HOUR: '100000',
  LIMIT_REGISTER_ALL_PER_HOUR: '100000',
}

const hostile = openHostile()
const build = (env: Record<string, string> = {}, at: Hostile = hostile) =>
  world({ ...UNLIMITED, ...at.env(), ...env }, quickHashing())

/** Sets out, and returns the address by which the hostile provider leads back. Its code says which nonce was asked for. */
async function wayBack(tab: Browser, at = hostile): Promise<string> {
  const address = await setOut(tab, { origin: at.issuer })
  const { state, nonce } = Object.fromEntries(address.searchParams)
  return `/auth/work/callback?${new URLSearchParams({ code: nonce!, state: state! })}`
}

const nobodyIn = async (w: World) =>
  expect([await countIn(w.db, 'sessions'), await countIn(w.db, 'users')]).toEqual([0, 0])

const REFUSED = (why: string): [number, string | null] => [303, `/auth/work/refused/${why}`]

test('what the hostile provider says is taken when it is in order', async () => {
  const w = await build()
  const tab = w.browser()
  expect(goesTo(await tab.get(await wayBack(tab)))).toEqual([303, '/'])
  expect(await isIn(tab)).toBe(true)
})

describe('a callback that was not begun in this browser logs nobody in', () => {
  test.each([
    ['with nothing', ''],
    ['with a code', '?code=abc'],
    ['with a code and a state', '?code=abc&state=abc'],
    ['with an error', '?error=access_denied'],
  ])('%s', async (_, query) => {
    const w = await build()
    const before = hostile.exchanges
    const tab = w.browser()
    expect(goesTo(await tab.get(`/auth/work/callback${query}`))).toEqual(REFUSED('foreign'))
    const page = await tab.get('/auth/work/refused/foreign')
    expect([page.status, await page.text()]).toEqual([403, expect.stringContaining('Nobody was logged in.')])
    await nobodyIn(w)
    expect(hostile.exchanges).toBe(before)
  })

  test('with the state and the code of Mallory, whose account Ana would then be in', async () => {
    const w = await build()
    const mallory = w.browser()
    const back = await wayBack(mallory)
    const ana = w.browser()
    expect(goesTo(await ana.get(back))).toEqual(REFUSED('foreign'))
    // Also when Ana is on a way of her own; that goes on.
    const own = await wayBack(ana)
    expect(goesTo(await ana.get(back))).toEqual(REFUSED('foreign'))
    expect(await isIn(ana)).toBe(false)
    expect(goesTo(await ana.get(own))).toEqual([303, '/'])
  })

  test('with a cookie that somebody wrote or changed', async () => {
    const w = await build()
    const tab = w.browser()
    const back = await wayBack(tab)
    const [body, signature] = tab.jar.get('sso')!.split('.')
    for (const cookie of [`${body}.${signature!.slice(0, -1)}`, `${body}x.${signature}`, `${body}`, 'x.y']) {
      tab.jar.set('sso', cookie)
      expect(goesTo(await tab.get(back))).toEqual(REFUSED('foreign'))
    }
    await nobodyIn(w)
  })

  test('after more than ten minutes', async () => {
    const w = await build()
    const tab = w.browser()
    const back = await wayBack(tab)
    w.pass(10 * MINUTE + 2000)
    expect(goesTo(await tab.get(back))).toEqual(REFUSED('foreign'))
    await nobodyIn(w)
  })
})

describe('a way counts once', () => {
  test('the same callback again does nothing, also with the cookie of before', async () => {
    const w = await build()
    const tab = w.browser()
    const back = await wayBack(tab)
    const cookie = tab.jar.get('sso')!
    await tab.get(back)
    const other = w.browser()
    other.jar.set('sso', cookie)
    expect(goesTo(await other.get(back))).toEqual(REFUSED('foreign'))
    expect(await isIn(other)).toBe(false)
  })

  test('of fifty at once, in two processes, one comes in', async () => {
    const w = await build()
    const other = w.another()
    const tab = w.browser()
    const back = await wayBack(tab)
    const cookie = tab.jar.get('sso')!
    const before = hostile.exchanges
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        const one = (i % 2 ? w : other).browser()
        one.jar.set('sso', cookie)
        return one.get(back)
      }),
    )
    const places = answers.map((answer) => answer.headers.get('Location'))
    expect(places.filter((place) => place === '/')).toHaveLength(1)
    expect(places.filter((place) => place === '/auth/work/refused/foreign')).toHaveLength(49)
    expect([hostile.exchanges - before, await countIn(w.db, 'sessions')]).toEqual([1, 1])
  })
})

test('Mallory, who comes ten times at the same moment and was never here, has one account, and is in ten times', async () => {
  const w = await build()
  const tabs = Array.from({ length: 10 }, () => w.browser())
  const backs = await Promise.all(tabs.map((tab) => wayBack(tab)))
  const answers = await Promise.all(tabs.map((tab, i) => tab.get(backs[i]!)))
  expect(answers.map((answer) => answer.headers.get('Location'))).toEqual(Array(10).fill('/'))
  expect([await countIn(w.db, 'users'), await countIn(w.db, 'identities')]).toEqual([1, 1])
})

describe('a token that is not what it should be', () => {
  const bad: [what: string, token: (nonce: string) => string][] = [
    ['for another nonce', (nonce) => signed({ ...hostile.claims(nonce), nonce: 'another' })],
    ['without a nonce', (nonce) => signed({ ...hostile.claims(nonce), nonce: undefined })],
    ['that nobody signed', (nonce) => unsigned(hostile.claims(nonce))],
    ['signed with a foreign key', (nonce) => signed(hostile.claims(nonce), { key: FOREIGN.privateKey })],
    ['signed with a key that is not known', (nonce) => signed(hostile.claims(nonce), { header: { kid: 'two' } })],
    [
      'that was changed',
      (nonce) =>
        signed(hostile.claims(nonce)).replace(
          /^([^.]+)\.[^.]+/,
          (_, head) => `${head}.${Buffer.from(JSON.stringify(hostile.claims(nonce, 'ana'))).toString('base64url')}`,
        ),
    ],
    ['from another issuer', (nonce) => signed({ ...hostile.claims(nonce), iss: 'https://login.example.org' })],
    ['for another site', (nonce) => signed({ ...hostile.claims(nonce), aud: 'another' })],
    ['that is over', (nonce) => signed({ ...hostile.claims(nonce), exp: Math.floor(Date.now() / 1000) - 120 })],
    ['that names nobody', (nonce) => signed({ ...hostile.claims(nonce), sub: undefined })],
    ['that names an empty text', (nonce) => signed({ ...hostile.claims(nonce), sub: '' })],
    ['whose name no database holds', (nonce) => signed({ ...hostile.claims(nonce), sub: 'a\u0000b' })],
    ['whose name is endless', (nonce) => signed({ ...hostile.claims(nonce), sub: 'a'.repeat(256) })],
    ['that is none', () => 'nothing'],
  ]
  test.each(bad)('%s', async (_, token) => {
    const w = await build()
    const tab = w.browser()
    const back = await wayBack(tab)
    const good = hostile.token
    hostile.token = token
    const answer = await tab.get(back)
    hostile.token = good
    expect(goesTo(answer)).toEqual(REFUSED('failed'))
    await nobodyIn(w)
    const lines = JSON.stringify(w.log.entries.filter((entry) => JSON.stringify(entry).includes('sso_failed')))
    expect(lines).toContain('work')
    expect(lines).not.toContain('eyJ')
  })

  test('is a try, of which there are ten a minute', async () => {
    const w = await build({ LIMIT_LOGIN_PER_MINUTE: '10' })
    const good = hostile.token
    hostile.token = () => 'nothing'
    const places: (string | null)[] = []
    for (let i = 0; i < 12; i++) {
      const tab = w.browser()
      places.push((await tab.get(await wayBack(tab))).headers.get('Location'))
    }
    hostile.token = good
    expect(places.slice(0, 10)).toEqual(Array(10).fill('/auth/work/refused/failed'))
    expect(places.slice(10)).toEqual(Array(2).fill('/auth/work/refused/often'))
  })
})

describe('two providers', () => {
  test('the same name at another provider is somebody else', async () => {
    const mine = openHostile()
    const w = await world(
      { ...UNLIMITED, ...hostile.env('other'), ...mine.env('work'), OIDC_PROVIDERS: 'work, other' },
      quickHashing(),
    )
    const ana = w.browser()
    await ana.get(await wayBack(ana, mine))
    const there = await setOut(w.browser(), { path: '/auth/other', origin: hostile.issuer })
    expect(there.searchParams.get('redirect_uri')).toEndWith('/auth/other/callback')
    const tab = w.browser()
    const address = await setOut(tab, { path: '/auth/other', origin: hostile.issuer })
    const { state, nonce } = Object.fromEntries(address.searchParams)
    const answer = await tab.get(`/auth/other/callback?${new URLSearchParams({ code: nonce!, state: state! })}`)
    // The address is that of an account already, and the name is not enough.
    expect(goesTo(answer)).toEqual([303, '/auth/other/refused/taken'])
    expect([await countIn(w.db, 'users'), await countIn(w.db, 'identities')]).toEqual([1, 1])
  })

  test('a code that one of them gave is not brought to the other (mix-up)', async () => {
    const honest = await openIdp()
    await honest.serve('http://localhost:3000', 'home')
    const w = await world(
      { ...UNLIMITED, ...hostile.env('work'), ...honest.env('home'), OIDC_PROVIDERS: 'work, home' },
      quickHashing(),
    )
    const tab = w.browser()
    const address = await setOut(tab, { path: '/auth/home', origin: honest.issuer })
    const back = await honest.browser().visit(address.href, 'ana')
    const before = hostile.exchanges
    expect(goesTo(await tab.get(back.replace('/auth/home/', '/auth/work/')))).toEqual(REFUSED('foreign'))
    // RFC 9207: who answers says who they are.
    const wrong = back.replace(encodeURIComponent(honest.issuer), encodeURIComponent(hostile.issuer))
    expect(wrong).not.toBe(back)
    expect(goesTo(await tab.get(wrong))).toEqual([303, '/auth/home/refused/failed'])
    expect(hostile.exchanges).toBe(before)
    await nobodyIn(w)
  })

  test('one that says it is another is not spoken with', async () => {
    const liar = openHostile()
    liar.about = { issuer: hostile.issuer }
    const w = await build({}, liar)
    const answer = await w.browser().post('/auth/work', { origin: liar.issuer })
    expect(goesTo(answer)).toEqual(REFUSED('down'))
  })

  test.each(['http://login.example.org/authorize', 'javascript:alert(1)', ''])(
    'one that would send people to “%s” neither',
    async (endpoint) => {
      const liar = openHostile()
      liar.about = { authorization_endpoint: endpoint }
      const w = await build({}, liar)
      const answer = await w.browser().post('/auth/work', { origin: liar.issuer })
      expect(goesTo(answer)).toEqual(REFUSED('down'))
    },
  )
})

test('a provider whose door is elsewhere is allowed there, and not at its own address', async () => {
  const split = openHostile()
  split.about = { authorization_endpoint: 'https://door.example.org/authorize' }
  const w = await build({}, split)
  const tab = w.browser()
  const policy = (await tab.get('/login')).headers.get('Content-Security-Policy')
  expect(policy).toContain("form-action 'self' https://door.example.org;")
  await setOut(tab, { origin: 'https://door.example.org' })
})

test('whoever was logged in as somebody else is so no more', async () => {
  const idp = await openIdp()
  await idp.serve('http://localhost:3000')
  const w = await world({ ...UNLIMITED, ...idp.env() }, quickHashing())
  const tab = await w.loggedIn('ben')
  const before = tab.token!
  await goThrough(tab, idp, 'ana')
  expect(await tab.page('/account')).toContain('ana@example.com')
  const old = w.browser()
  old.jar.set('sid', before)
  expect(await isIn(old)).toBe(false)
})
