import { describe, expect, test } from 'bun:test'
import { alertsIn, flashesIn } from '#test/browser.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { quickHashing } from './hashing.ts'

const UNLIMITED = {
  LIMIT_LOGIN_PER_MINUTE: '100000',
  LIMIT_LOGIN_PER_HOUR: '100000',
  LIMIT_LOGIN_ACCOUNTS: '100000',
  LIMIT_ACCOUNT_FREE: '100000',
}
const w = await world(UNLIMITED)
await w.person('ana')

const logIn = (at: World, fields: Record<string, string>) => at.browser().post('/login', fields)

describe('logging in', () => {
  test('Ana comes in, is told so once, and finds the Inbox', async () => {
    const ana = w.browser()
    const answer = await ana.post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/'])
    const page = await ana.page('/')
    expect(page.includes('ana@example.com')).toBe(true)
    expect(flashesIn(page)).toEqual(['You are logged in.'])
    expect(flashesIn(await ana.page('/'))).toEqual([])
  })

  test('without JavaScript and without any header about where it comes from, an old browser gets in', async () => {
    const old = w.browser({ says: 'none' })
    expect((await old.post('/login', { email: 'ana@example.com', password: PASSWORD })).status).toBe(303)
    expect((await old.get('/')).status).toBe(200)
    const origin = w.browser({ says: 'old' })
    expect((await origin.post('/login', { email: 'ana@example.com', password: PASSWORD })).status).toBe(303)
  })

  test('in answer to a wrong password the form comes back with the address, the way and the tick, not the password', async () => {
    const answer = await logIn(w, {
      email: 'Ana@example.com',
      password: 'wrong horse',
      remember: 'on',
      next: '/completed',
    })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(alertsIn(page)).toEqual(['The e-mail or the password is not right.'])
    expect(page).toMatch(/name="email"[^>]*value="Ana@example.com"/)
    expect(page).toMatch(/name="remember"[^>]*checked/)
    expect(page).toMatch(/name="next" value="\/completed"/)
    expect(page.includes('wrong horse')).toBe(false)
  })

  const typed = [
    '"><script>alert(1)</script>',
    "' onfocus='alert(1)",
    '</form><form action=https://evil.example>',
    '&quot;',
    '#{7*7}',
    '{{7*7}}',
  ]
  for (const email of typed) {
    test(`what was typed is shown as text: ${email}`, async () => {
      const answer = await (await logIn(w, { email, password: 'x' })).text()
      // The names of the files carry hashes, in which any number may stand.
      const page = answer.replaceAll(/\/assets\/[^"]*/g, '')
      expect(page.includes('<script>alert') || page.includes('evil.example>') || page.includes("value='")).toBe(false)
      expect(page.includes('49')).toBe(false)
    })
  }

  const missing: [fields: Record<string, string>, sentences: string[]][] = [
    [{}, ['Type your e-mail address.', 'Type the password.']],
    [{ email: 'ana@example.com' }, ['Type the password.']],
    [{ email: 'ana@example.com', password: '' }, ['Type the password.']],
    [{ password: PASSWORD }, ['Type your e-mail address.']],
    [{ email: '', password: PASSWORD }, ['Type your e-mail address.']],
  ]
  for (const [fields, sentences] of missing) {
    test(`${JSON.stringify(fields)} is asked for the rest`, async () => {
      const answer = await logIn(w, fields)
      expect([answer.status, alertsIn(await answer.text())]).toEqual([422, sentences])
    })
  }

  test('who is in already and opens the page is sent on', async () => {
    const ana = await w.loggedIn('ana')
    expect((await ana.get('/login?next=/completed')).headers.get('Location')).toBe('/completed')
  })

  test('no GET logs anybody in', async () => {
    const tab = w.browser()
    const answer = await tab.get(`/login?email=ana@example.com&password=${encodeURIComponent(PASSWORD)}`)
    expect([answer.status, tab.token]).toEqual([200, undefined])
  })

  test('an old hash is made anew with the strength of today', async () => {
    await w.person('otto')
    const weak = await Bun.password.hash(PASSWORD, { algorithm: 'argon2id', memoryCost: 1024, timeCost: 1 })
    const otto = w.db.updateTable('users').where('email', '=', 'otto@example.com')
    await otto.set({ password_phc: weak }).execute()
    expect((await logIn(w, { email: 'otto@example.com', password: PASSWORD })).status).toBe(303)
    const rows = w.db.selectFrom('users').select('password_phc').where('email', '=', 'otto@example.com')
    const { password_phc } = await rows.executeTakeFirstOrThrow()
    expect(password_phc).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
    expect((await logIn(w, { email: 'otto@example.com', password: PASSWORD })).status).toBe(303)
    expect((await rows.executeTakeFirstOrThrow()).password_phc).toBe(password_phc)
  })

  test('a hash that asks for a gigabyte, or is none, opens nothing and costs no more', async () => {
    await w.person('paula')
    const greedy = '$argon2id$v=19$m=1048576,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo'
    for (const phc of [
      greedy,
      'PASSWORD',
      '',
      '$2b$10$abcdefghijklmnopqrstuv',
      '$argon2id$v=19$m=19456,t=2,p=1$',
      null,
    ]) {
      await w.db.updateTable('users').set({ password_phc: phc }).where('email', '=', 'paula@example.com').execute()
      const began = performance.now()
      const answer = await logIn(w, { email: 'paula@example.com', password: PASSWORD })
      expect([phc, answer.status]).toEqual([phc, 422])
      expect(performance.now() - began).toBeLessThan(500)
    }
  })
})

describe('nobody learns who has an account', () => {
  const { asked, hashing } = quickHashing()

  test('by the answer to a wrong password, nor by the work it costs', async () => {
    const quiet = await world(UNLIMITED, { hashing })
    for (const name of ['ana', 'disabled', 'nopassword']) await quiet.person(name)
    const users = quiet.db.updateTable('users')
    await users.set({ status: 'disabled' }).where('email', '=', 'disabled@example.com').execute()
    await users.set({ password_phc: null }).where('email', '=', 'nopassword@example.com').execute()

    const answerFor = async (email: string, password: string) => {
      const before = asked.verify
      const answer = await logIn(quiet, { email, password })
      const page = (await answer.text()).replaceAll(email, 'EMAIL')
      return { status: answer.status, headers: [...answer.headers], page, verified: asked.verify - before }
    }
    const unknown = await answerFor('nobody@example.com', 'wrong')
    expect([unknown.status, unknown.verified]).toEqual([422, 1])
    for (const [email, password] of [
      ['ana@example.com', 'wrong'],
      ['disabled@example.com', 'wrong'],
      ['disabled@example.com', PASSWORD],
      ['nopassword@example.com', PASSWORD],
      ['not an address', PASSWORD],
    ] as const) {
      expect(await answerFor(email, password)).toEqual(unknown)
    }
  })

  test('by the time it takes: both verify one real hash', async () => {
    const time = async (email: string) => {
      const began = performance.now()
      await logIn(w, { email, password: 'wrong' })
      return performance.now() - began
    }
    let [known, unknown] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let i = 0; i < 8; i++) {
      known = Math.min(known, await time('ana@example.com'))
      unknown = Math.min(unknown, await time('nobody@example.com'))
    }
    // Rough on purpose: a machine under load must not fail it; without the work it would be a tenth.
    expect(unknown).toBeGreaterThan(known / 3)
    expect(known).toBeGreaterThan(unknown / 3)
  })

  test('a taken address is told to who registers, because there is no mail to tell it by', async () => {
    const answer = await w
      .browser()
      .post('/register', { email: 'ANA@example.com', password: PASSWORD, verify: PASSWORD })
    expect([answer.status, alertsIn(await answer.text())]).toEqual([
      422,
      ['There is already an account with this e-mail. Log in instead, or use another address.'],
    ])
  })
})

describe('logging out', () => {
  test('ends the session on the server, tells so, and the cookie of before is worth nothing', async () => {
    const ana = await w.loggedIn('ana')
    await ana.page('/')
    const token = ana.token
    const answer = await ana.post('/logout')
    expect([answer.status, answer.headers.get('Location'), ana.token]).toEqual([303, '/login', undefined])
    expect(answer.headers.getSetCookie()).toContain('sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
    expect(flashesIn(await ana.page('/login'))).toEqual(['You are logged out.'])
    const eve = w.browser()
    eve.jar.set('sid', token!)
    for (const path of ['/', '/account', '/events']) expect((await eve.get(path)).status).toBe(303)
    expect((await eve.post('/tasks', { task: 'Mine now' })).headers.get('Location')).toStartWith('/login')
    expect((await eve.post('/account/confirm', { password: PASSWORD })).headers.get('Location')).toStartWith('/login')
  })

  test('with GET only asks', async () => {
    const ana = await w.loggedIn('ana')
    for (const path of ['/logout', '/logout?yes=1', '/logout?_method=POST']) {
      const page = await (await ana.get(path)).text()
      expect(page).toMatch(/<form method="post" action="\/logout"/)
    }
    await ana.request('/logout', { method: 'HEAD' })
    expect((await ana.get('/')).status).toBe(200)
  })

  test('is the same without a session, with one that is over, and a second time', async () => {
    const ana = await w.loggedIn('ana')
    const token = ana.token!
    const first = await ana.post('/logout')
    const late = w.browser()
    late.jar.set('sid', token)
    for (const answer of [await ana.post('/logout'), await w.browser().post('/logout'), await late.post('/logout')]) {
      expect([answer.status, answer.headers.get('Location')]).toEqual([first.status, first.headers.get('Location')])
    }
    expect(late.token).toBeUndefined()
  })

  test('in one tab is logging out in the other, but not on another device', async () => {
    const [here, there] = [await w.loggedIn('ana'), await w.loggedIn('ana')]
    const tab = w.browser()
    tab.jar.set('sid', here.token!)
    await here.post('/logout')
    expect((await tab.get('/')).status).toBe(303)
    expect((await there.get('/')).status).toBe(200)
  })

  test('ends nobody else', async () => {
    const [ana, ben] = [await w.loggedIn('ana'), await w.loggedIn('ben')]
    const before = await countIn(w.db, 'sessions')
    await ben.post('/logout', { user: 'ana', session: 'all', sid: ana.token! })
    expect(await countIn(w.db, 'sessions')).toBe(before - 1)
    expect((await ana.get('/')).status).toBe(200)
  })

  test('and in again is a new session', async () => {
    const ana = await w.loggedIn('ana')
    const token = ana.token
    await ana.post('/logout')
    await ana.post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(ana.token).not.toBe(token)
  })

  test('needs no form that can be read', async () => {
    const ana = await w.loggedIn('ana')
    const headers = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json' }
    expect((await ana.request('/logout', { method: 'POST', body: '{', headers })).status).toBe(303)
    expect((await ana.get('/')).status).toBe(303)
  })

  test('of a person whose session is remembered forgets that too', async () => {
    const ana = await w.loggedIn('ana', { remember: true })
    await ana.post('/logout')
    expect(ana.token).toBeUndefined()
  })

  test('closes the open lines of that session', async () => {
    const ana = await w.loggedIn('ana')
    await w.db.listen()
    const line = await ana.get('/events', { Accept: 'text/event-stream' })
    await ana.post('/logout')
    expect(await line.text()).toContain('event: end')
  })
})
