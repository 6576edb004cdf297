import { beforeAll, describe, expect, test } from 'bun:test'
import { DAY, HOUR, instant, later, MINUTE } from '#core/time.ts'
import { newId } from '#db/db.ts'
import { eventWords } from '#features/accounts/activity-words.ts'
import { fromCommandLine } from '#features/accounts/events.ts'
import { createUser, setPassword } from '#features/accounts/people.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import type { Browser } from '#test/browser.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

/** The rows of the page, each as the text that is read in it. */
const rowsIn = (page: string): string[] =>
  [...(/<ol class="rows">(.*?)<\/ol>/s.exec(page)?.[1] ?? '').matchAll(/<li>(.*?)<\/li>/gs)].map(([, row = '']) =>
    row
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  )

const activity = async (browser: Browser) => rowsIn(await browser.page('/account/activity'))

/** Adds an event that happened a while ago. */
async function happened(
  w: World,
  user: { id: string },
  fields: { type?: string; agoMs?: number; detail?: object; agent?: string },
) {
  const id = newId()
  await w.db
    .insertInto('auth_events')
    .values({
      id,
      at: later(w.now(), -(fields.agoMs ?? 0)),
      type: fields.type ?? 'authn_login_success',
      user_id: user.id,
      session_public_id: null,
      ip: '192.0.2.7',
      user_agent: fields.agent ?? FIREFOX,
      detail: JSON.stringify(fields.detail ?? {}),
    })
    .execute()
  return id
}

describe('what Ana reads about her account', () => {
  let w: World
  let ana: Browser

  beforeAll(async () => {
    w = await world({}, quickHashing())
    ana = w.browser({ agent: PHONE, ip: '203.0.113.7' })
    await ana.post('/register', {
      email: 'ana@example.com',
      password: PASSWORD,
      verify: PASSWORD,
      zone: 'Europe/Madrid',
    })
  })

  test('is what she did, where and when, the latest first', async () => {
    const one = await world({}, quickHashing())
    const phone = one.browser({ agent: PHONE, ip: '203.0.113.7' })
    await phone.post('/register', {
      email: 'ana@example.com',
      password: PASSWORD,
      verify: PASSWORD,
      zone: 'Europe/Madrid',
    })
    one.pass(DAY)
    await one
      .browser({ agent: 'curl/8.0', ip: '192.0.2.1' })
      .post('/login', { email: 'ana@example.com', password: 'guess' })
    one.pass(HOUR)
    const here = one.browser({ agent: FIREFOX, ip: '198.51.100.9' })
    await here.post('/login', { email: 'ana@example.com', password: PASSWORD })
    one.pass(MINUTE)
    await here.post('/account/password', { current: PASSWORD, password: 'another kettle', verify: 'another kettle' })
    const rows = await activity(here)
    expect(rows.slice(0, 3)).toEqual([
      'You changed your password This device today, 15:01 Firefox on Linux 198.51.100.9',
      'You logged in, after wrong passwords This device today, 15:00 Firefox on Linux 198.51.100.9',
      'Somebody typed a wrong password to log in today, 14:00 curl 192.0.2.1',
    ])
    expect(rows.slice(3).sort()).toEqual([
      'You logged in yesterday, 14:00 Safari on iPhone 203.0.113.7',
      'You made your account yesterday, 14:00 Safari on iPhone 203.0.113.7',
    ])
  })

  test('names what was changed in the profile', async () => {
    await ana.post('/account', {
      name: 'Ana',
      zone: 'Europe/Madrid',
      locale: 'es-ES',
      week_start: 'sunday',
      theme: 'dark',
    })
    const [row] = await activity(ana)
    expect(row).toStartWith(
      'You changed your profile: the name, how dates are written, when the week begins, the appearance',
    )
  })

  test('counts the devices that were logged out', async () => {
    const one = await world({}, quickHashing())
    const [a] = [await one.loggedIn('ana'), await one.loggedIn('ana'), await one.loggedIn('ana')]
    one.pass(MINUTE)
    await a.post('/account/sessions/end-others')
    one.pass(MINUTE)
    const user = await one.person('ana')
    await happened(one, user, { type: 'session_ended', detail: { count: 1 } })
    one.pass(MINUTE)
    await happened(one, user, { type: 'session_ended' })
    const rows = await activity(a)
    expect(rows.slice(0, 3).map((row) => row.replace(/ (This device )?today.*/, ''))).toEqual([
      'You logged out',
      'You logged out a device',
      'You logged out 2 devices',
    ])
  })

  test('says what whoever runs the site did', async () => {
    const one = await world({}, quickHashing())
    const ben = await createUser(
      one,
      { email: 'ben@example.com', password: 'first kettle' },
      fromCommandLine(one.now()),
    )
    one.pass(MINUTE)
    await setPassword(one, { email: ben.email, password: PASSWORD }, fromCommandLine(one.now()))
    one.pass(MINUTE)
    // A browser cannot pass for the command line.
    const liar = one.browser({ agent: 'command line' })
    await liar.post('/login', { email: ben.email, password: PASSWORD })
    expect(await activity(liar)).toEqual([
      'You logged in This device today, 12:02 Unknown browser 127.0.0.1',
      'Whoever runs this site gave you a new password today, 12:01 Command line',
      'Whoever runs this site made your account today, 12:00 Command line',
    ])
  })

  test('is reached from the other pages of the account, and from the devices', async () => {
    for (const path of ['/account', '/account/password', '/account/sessions', '/account/activity']) {
      expect(await ana.page(path)).toMatch(/<nav class="tabs"[\s\S]*href="\/account\/activity"[^>]*>Activity<\/a>/)
    }
    expect((await ana.page('/account/sessions')).match(/href="\/account\/activity"/g)?.length).toBe(2)
  })

  test('is text, whatever a browser calls itself', async () => {
    for (const agent of ['<script>alert(1)</script>', '"><img src=x>', '', 'x'.repeat(300)]) {
      const cora = await w.loggedIn('cora', { agent })
      expect(await cora.page('/account/activity')).not.toMatch(/<script>alert|<img src=x/)
      expect((await activity(cora))[0]).toContain('Unknown browser')
    }
  })
})

describe('every kind of event has words', () => {
  test('all that the code can record', async () => {
    const source = await Bun.file(new URL('../../src/features/accounts/events.ts', import.meta.url)).text()
    const union = /export type EventType =([\s\S]*?)\n\n/.exec(source)?.[1] ?? ''
    const types = [...union.matchAll(/'(\w+)'/g)].map(([, type = '']) => type)
    expect(types.length).toBeGreaterThan(10)
    expect(Object.keys(eventWords).sort()).toEqual(types.sort())
  })

  test('and they are read on the page, also those of an event that this version does not know', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const types = [...Object.keys(eventWords), 'from_the_future']
    for (const type of types) await happened(w, await w.person('ana'), { type, detail: { count: 2, changed: 'zone' } })
    const rows = await activity(ana)
    expect(rows.length).toBe(types.length + 2)
    for (const row of rows) expect(row).toMatch(/^[A-Z][a-z]* [\p{L}\d ,:-]+ today, 12:00 /u)
    expect(rows.join()).not.toMatch(/_|undefined|null|\[object/)
    expect(new Set(rows).size).toBe(rows.length)
  })
})

describe('whose events they are', () => {
  test('Eve never sees one of Ana’s, nor of nobody’s, whatever she asks for', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana', { ip: '203.0.113.7' })
    await w.browser({ ip: '203.0.113.8' }).post('/login', { email: 'nobody@example.com', password: 'x' })
    const eve = await w.loggedIn('eve', { ip: '198.51.100.1' })
    const mine = await activity(eve)
    const all = await w.db.selectFrom('auth_events').select('id').execute()
    for (const before of [...all.map(({ id }) => id), newId(), 'x', '%00', "'", '']) {
      const page = await eve.page(`/account/activity?before=${before}`)
      expect(page).not.toContain('203.0.113')
      expect(rowsIn(page).filter((row) => !mine.includes(row))).toEqual([])
    }
    expect((await activity(ana)).join()).not.toContain('198.51.100.1')
  })

  test('a stranger sees nothing', async () => {
    const w = await world({}, quickHashing())
    const answer = await w.browser().get('/account/activity')
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/login?next=%2Faccount%2Factivity'])
  })
})

describe('how much there is', () => {
  test('a long time is read in parts, each event once', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const user = await w.person('ana')
    // Many at one moment: the parts must not lose what lies on both sides of their border.
    for (let i = 0; i < 120; i++) {
      await happened(w, user, { type: 'user_updated', agoMs: Math.floor(i / 9) * DAY, detail: { changed: `n${i}` } })
    }
    const seen: string[] = []
    let path = '/account/activity'
    const sizes: number[] = []
    for (let part = 0; part < 5 && path !== ''; part++) {
      const page = await ana.page(path)
      const times = [...page.matchAll(/<li>[\s\S]*?<time datetime="([^"]+)"/g)].map(([, at = '']) => at)
      seen.push(...times)
      sizes.push(times.length)
      expect(page.includes('Back to the latest')).toBe(part > 0)
      path = /href="(\/account\/activity\?before=[^"]+)">Earlier/.exec(page)?.[1] ?? ''
    }
    expect(sizes).toEqual([50, 50, 22])
    expect(seen).toEqual([...seen].sort().reverse())
    const stored = await w.db.selectFrom('auth_events').select('at').where('user_id', '=', user.id).execute()
    expect([...seen].sort()).toEqual(stored.map(({ at }) => at).sort())
  })

  test('what is older than 90 days is not shown, also before it is removed', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const user = await w.person('ana')
    await happened(w, user, { type: 'authn_confirm', agoMs: 90 * DAY })
    await happened(w, user, { type: 'authn_confirm_fail', agoMs: 90 * DAY + 1 })
    const text = (await activity(ana)).join()
    expect([text.includes('You confirmed'), text.includes('typed wrong')]).toEqual([true, false])
    expect(instant(w.now())).toStartWith('2026-05-01')
  })
})
