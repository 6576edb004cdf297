import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '#core/time.ts'
import { newToken } from '#crypto/keys.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { quickHashing } from './hashing.ts'

const w = await world({ LIMIT_LOGIN_PER_MINUTE: '100000', LIMIT_LOGIN_PER_HOUR: '100000' })

const sessionsOf = async (at: World, name: string) =>
  at.db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', (await at.person(name)).id)
    .orderBy('id')
    .execute()

/** Whether a request with this Cookie header is let into the Inbox. */
async function letsIn(at: World, cookie: string, app = at): Promise<boolean> {
  const answer = await app.browser().get('/', { Cookie: cookie })
  if (answer.status !== 303) expect(answer.status).toBe(200)
  else expect(answer.headers.get('Location')).toBe('/login?next=%2F')
  return answer.status === 200
}

const sidOf = (answer: Response): string | undefined =>
  answer.headers.getSetCookie().find((line) => /^(__Host-)?sid=/.test(line))

const theirs = await w.loggedIn('ana')

describe('the token', () => {
  test('has 43 characters of base64url, and the database knows only its MAC', async () => {
    const ana = await w.loggedIn('ana')
    expect(ana.token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const session = (await sessionsOf(w, 'ana')).at(-1)
    expect(session!.token_mac).toBe(w.keys.mac('session', ana.token!).mac)
    expect(session!.token_mac).toMatch(/^[0-9a-f]{64}$/)
    expect((await everythingIn(w.db)).includes(ana.token!)).toBe(false)
  })

  test('ten thousand of them are all different, and no bit has a favourite', () => {
    const tokens = Array.from({ length: 10_000 }, newToken)
    expect(new Set(tokens).size).toBe(10_000)
    const ones = Array<number>(256).fill(0)
    for (const token of tokens) {
      const bytes = Buffer.from(token, 'base64url')
      expect(bytes.length).toBe(32)
      for (let bit = 0; bit < 256; bit++) ones[bit]! += (bytes[bit >> 3]! >> (bit & 7)) & 1
    }
    // Ten standard deviations of a fair coin: once in 10²² runs.
    for (const count of ones) expect(Math.abs(count - 5000)).toBeLessThan(500)
  })

  test('stands in no page and no address', async () => {
    const ana = await w.loggedIn('ana')
    for (const path of ['/', '/account', '/account/sessions', '/account/password', '/login', '/logout', '/nowhere']) {
      const answer = await ana.get(path)
      const text = (await answer.text()) + JSON.stringify([...answer.headers])
      expect([path, text.includes(ana.token!)]).toEqual([path, false])
    }
  })
})

describe('the cookie', () => {
  test('over http on this machine it is called sid', async () => {
    const answer = await w.browser().post('/login', { email: (await w.person('ana')).email, password: PASSWORD })
    expect(sidOf(answer)).toMatch(/^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  test('over https it is called __Host-sid and is Secure; the other name is nobody', async () => {
    const safe = await world({ BASE_URL: 'https://todo.example.org' })
    await safe.person('ana')
    const answer = await safe.browser().post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(sidOf(answer)).toMatch(/^__Host-sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
    for (const line of answer.headers.getSetCookie()) {
      expect(line).toMatch(/^__Host-(sid|device|pre)=/)
      expect(line).toContain('; Secure')
      expect(line).toContain('; HttpOnly')
      expect(line).toContain('; SameSite=Lax')
      expect(line).not.toContain('Domain')
      expect(line.length).toBeLessThan(1024)
    }
    const token = /=([\w-]{43})/.exec(sidOf(answer)!)![1]
    expect(await letsIn(safe, `__Host-sid=${token}`)).toBe(true)
    for (const name of [
      'sid',
      '__host-sid',
      '__HOST-SID',
      '__Secure-sid',
      'a=b;  __Host-sid',
      '__Host-sid ',
      'session',
    ]) {
      expect([name, await letsIn(safe, `${name}=${token}`)]).toEqual([name, false])
    }
    expect(await letsIn(w, `__Host-sid=${(await w.loggedIn('ana')).token}`)).toBe(false)
  })

  test('"keep me logged in" gives it 14 days; without it lives until the browser is closed', async () => {
    const form = { email: 'ana@example.com', password: PASSWORD }
    await w.person('ana')
    expect(sidOf(await w.browser().post('/login', form))).not.toContain('Max-Age')
    expect(sidOf(await w.browser().post('/login', { ...form, remember: '' }))).not.toContain('Max-Age')
    expect(sidOf(await w.browser().post('/login', { ...form, remember: 'on' }))).toEndWith('; Max-Age=1209600')
  })

  const token = theirs.token!
  const flipped = (i: number) => token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1)
  const cases: [what: string, header: string, isIn: boolean][] = [
    ['her own', `sid=${token}`, true],
    ['between others', `a=b; sid=${token}; pre=x`, true],
    ['without blanks', `a=b;sid=${token};c=d`, true],
    ['twice the same', `sid=${token}; sid=${token}`, false],
    ['one planted before', `sid=${newToken()}; sid=${token}`, false],
    ['one planted behind', `sid=${token}; sid=`, false],
    ['the first character changed', `sid=${flipped(0)}`, false],
    ['one in the middle', `sid=${flipped(20)}`, false],
    ['the last', `sid=${flipped(42)}`, false],
    ['every bit of the last', `sid=${token.slice(0, 42)}${token[42] === '_' ? '-' : '_'}`, false],
    ['one short', `sid=${token.slice(1)}`, false],
    ['one more', `sid=${token}A`, false],
    ['padded', `sid=${token}=`, false],
    ['quoted', `sid="${token}"`, false],
    ['a blank behind', `sid=${token} ; a=b`, false],
    ['a blank before', `sid= ${token}`, false],
    ['a tab before the name', `a=b; \tsid=${token}`, false],
    ['two blanks before the name', `a=b;  sid=${token}`, false],
    ['upper case', `sid=${token.toUpperCase()}`, false],
    ['the name in upper case', `SID=${token}`, false],
    ['percent-encoded', `sid=${token.slice(0, 42)}%${token.charCodeAt(42).toString(16)}`, false],
    ['empty', 'sid=', false],
    ['no equals sign', 'sid', false],
    ['made up', `sid=${newToken()}`, false],
    ['a MAC', `sid=${w.keys.mac('session', token).mac}`, false],
    ['of another purpose', `sid=${w.keys.sign('pre', token, w.now())}`, false],
    ['the device', `sid=${theirs.jar.get('device')}`, false],
    ['8 kB around it, as other programs on this machine leave it', `a=${'x'.repeat(8200)}; sid=${token}`, true],
    ['16 kB around it', `a=${'x'.repeat(16_400)}; sid=${token}`, false],
    ['4 kB around it', `a=${'x'.repeat(4000)}; sid=${token}`, true],
    ['SQL', "sid=' or '1'='1", false],
    ['a like pattern', `sid=${'_'.repeat(43)}`, false],
  ]
  for (const [what, header, isIn] of cases) {
    test(`${what}: ${isIn ? 'Ana' : 'nobody'}`, async () => expect(await letsIn(w, header)).toBe(isIn))
  }

  test('a public id or an id opens nothing', async () => {
    const [session] = await sessionsOf(w, 'ana')
    for (const id of [session!.id, session!.public_id, session!.user_id])
      expect(await letsIn(w, `sid=${id}`)).toBe(false)
  })
})

describe('a session begins and goes on', () => {
  test('a cookie that Eve planted is not adopted, with a session or without', async () => {
    const made = newToken()
    const victim = w.browser()
    victim.jar.set('sid', made)
    await w.person('ana')
    await victim.post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(victim.token).not.toBe(made)
    expect(await letsIn(w, `sid=${made}`)).toBe(false)

    const eve = await w.loggedIn('eve')
    const other = w.browser()
    other.jar.set('sid', eve.token!)
    await other.post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(other.token).not.toBe(eve.token)
    expect(await letsIn(w, `sid=${eve.token}`)).toBe(false)
    expect((await other.page('/')).includes('ana@example.com')).toBe(true)
  })

  test('logging in again gives a new token and ends the old one', async () => {
    const ana = await w.loggedIn('anna')
    const old = ana.token
    await ana.post('/login', { email: 'anna@example.com', password: PASSWORD })
    expect(ana.token).not.toBe(old)
    expect(await letsIn(w, `sid=${old}`)).toBe(false)
    expect((await sessionsOf(w, 'anna')).length).toBe(1)
  })

  test('a wrong password changes nothing for who is in', async () => {
    const ana = await w.loggedIn('ana')
    const old = ana.token
    expect((await ana.post('/login', { email: 'ana@example.com', password: 'wrong' })).status).toBe(422)
    expect(ana.token).toBe(old)
    expect(await letsIn(w, `sid=${old}`)).toBe(true)
  })

  test('confirming the password gives a new token; the old one is dead at once', async () => {
    const ana = await w.loggedIn('ana')
    const old = ana.token
    expect((await ana.post('/account/confirm', { password: PASSWORD })).status).toBe(303)
    expect(ana.token).not.toBe(old)
    expect(await letsIn(w, `sid=${old}`)).toBe(false)
    expect(await letsIn(w, `sid=${ana.token}`)).toBe(true)
  })

  test('a request that crosses such a change does not take the new cookie away', async () => {
    const ana = await w.loggedIn('ana')
    const old = ana.token
    await ana.post('/account/confirm', { password: PASSWORD })
    for (const headers of [{}, { 'X-Background': '1' }, { Accept: 'text/event-stream' }, { 'X-Outbox': 'x' }]) {
      const late = await w.browser().get('/', { Cookie: `sid=${old}`, ...headers })
      expect(late.headers.getSetCookie()).toEqual([])
    }
  })

  test('two people, two browsers: nobody sees the other', async () => {
    const [ana, ben] = [await w.loggedIn('ana'), await w.loggedIn('ben')]
    expect((await ana.page('/')).includes('ben@example.com')).toBe(false)
    expect((await ben.page('/')).includes('ana@example.com')).toBe(false)
  })

  test('who has 50 sessions and logs in again loses the one unused the longest', async () => {
    const few = await world({ SESSION_PER_PERSON: '3' })
    const tabs = []
    for (let i = 0; i < 3; i++) {
      tabs.push(await few.loggedIn('ana'))
      few.pass(6 * MINUTE)
    }
    await tabs[0]!.get('/')
    await few.app.tick()
    const fourth = await few.loggedIn('ana')
    const alive = []
    for (const tab of [...tabs, fourth]) alive.push(await letsIn(few, `sid=${tab.token}`))
    expect(alive).toEqual([true, false, true, true])
    const events = await few.db.selectFrom('auth_events').select('type').where('type', '=', 'session_evicted').execute()
    expect(events.length).toBe(1)
    expect(w.config.session.perPerson).toBe(50)
  })
})

test('also of a dozen who log in as one person at once, no more stay in than may', async () => {
  const few = await world(
    { SESSION_PER_PERSON: '3', LIMIT_LOGIN_PER_MINUTE: '100', LIMIT_ACCOUNT_FREE: '100' },
    quickHashing(),
  )
  await few.person('ana')
  const logIn = () => few.browser().post('/login', { email: 'ana@example.com', password: PASSWORD })
  const began = performance.now()
  const answers = await Promise.all(Array.from({ length: 12 }, logIn))
  expect(answers.map((answer) => answer.status)).toEqual(Array<number>(12).fill(303))
  expect(await countIn(few.db, 'sessions')).toBe(3)
  expect(performance.now() - began).toBeLessThan(3000)
})

describe('the life of a session', () => {
  const lives: [what: string, remember: boolean, idle: number, absolute: number][] = [
    ['not remembered', false, 12 * HOUR, 24 * HOUR],
    ['remembered', true, 14 * DAY, 30 * DAY],
  ]
  for (const [what, remember, idle, absolute] of lives) {
    test(`${what}: it ends after the idle time, to the second`, async () => {
      const time = await world()
      const ana = await time.loggedIn('ana', { remember })
      time.pass(idle - SECOND)
      expect(await letsIn(time, `sid=${ana.token}`)).toBe(true)
      const other = await time.loggedIn('ana', { remember })
      time.pass(idle)
      expect(await letsIn(time, `sid=${other.token}`)).toBe(false)
    })

    test(`${what}: constant use makes it no older than the absolute time`, async () => {
      const time = await world()
      const ana = await time.loggedIn('ana', { remember })
      const steps = 5
      for (let i = 0; i < steps; i++) {
        time.pass((absolute - SECOND) / steps)
        expect(await letsIn(time, `sid=${ana.token}`)).toBe(true)
        if (i % 2 === 0) await time.app.tick()
      }
      time.pass(SECOND)
      expect(await letsIn(time, `sid=${ana.token}`)).toBe(false)
    })
  }

  test('the absolute end holds by itself, whatever was written down about visits', async () => {
    const time = await world()
    const ana = await time.loggedIn('ana')
    await time.db.updateTable('sessions').set({ idle_expires_at: '2027-01-01T00:00:00.000Z' }).execute()
    time.pass(24 * HOUR - SECOND)
    expect(await letsIn(time, `sid=${ana.token}`)).toBe(true)
    time.pass(SECOND)
    expect(await letsIn(time, `sid=${ana.token}`)).toBe(false)
  })

  test('a visit counts although it is not written down yet, and for the other process once it is', async () => {
    const time = await world()
    const other = time.another()
    const ana = await time.loggedIn('ana')
    time.pass(11 * HOUR)
    expect(await letsIn(time, `sid=${ana.token}`)).toBe(true)
    time.pass(2 * HOUR)
    expect(await letsIn(time, `sid=${ana.token}`)).toBe(true)
    await time.app.tick()
    expect(await letsIn(time, `sid=${ana.token}`, other)).toBe(true)
  })

  test('whoever comes all the time is not logged out by a very short idle time', async () => {
    const time = await world({ SESSION_IDLE: '1m' })
    const ana = await time.loggedIn('ana')
    for (let i = 0; i < 12; i++) {
      time.pass(20 * SECOND)
      expect(await letsIn(time, `sid=${ana.token}`)).toBe(true)
    }
    time.pass(61 * SECOND)
    expect(await letsIn(time, `sid=${ana.token}`)).toBe(false)
  })

  test('a remembered cookie is sent again once a day, and never beyond the end', async () => {
    const time = await world()
    const ana = await time.loggedIn('ana', { remember: true })
    expect(sidOf(await ana.get('/'))).toBeUndefined()
    time.pass(DAY + SECOND)
    expect(sidOf(await ana.get('/'))).toBe(`sid=${ana.token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600`)
    await Bun.sleep(20)
    expect(sidOf(await ana.get('/'))).toBeUndefined()
    time.pass(13 * DAY)
    await ana.get('/')
    time.pass(12 * DAY)
    const late = sidOf(await ana.get('/'))
    expect(Number(/Max-Age=(\d+)/.exec(late ?? '')?.[1])).toBe((4 * DAY - SECOND) / SECOND)
  })

  test('a session that is not remembered gets no cookie again', async () => {
    const time = await world({ SESSION_IDLE: '3d', SESSION_LIFE: '5d' })
    const ana = await time.loggedIn('ana')
    time.pass(2 * DAY)
    expect((await ana.get('/')).headers.getSetCookie()).toEqual([])
  })

  test('chores remove what is over, and nothing else', async () => {
    const time = await world()
    await time.loggedIn('ana')
    const ben = await time.loggedIn('ben', { remember: true })
    time.pass(13 * HOUR)
    await time.app.tick()
    expect(await countIn(time.db, 'sessions')).toBe(1)
    expect(await letsIn(time, `sid=${ben.token}`)).toBe(true)
  })
})

describe('reading pages', () => {
  const pages = ['/', '/completed', '/account', '/account/password', '/account/sessions', '/account/confirm', '/logout']

  test('writes nothing at all', async () => {
    const quiet = await world()
    const ana = await quiet.loggedIn('ana', { remember: true })
    await ana.post('/tasks', { task: 'Milk' })
    await ana.get('/')
    await quiet.app.tick()
    const before = await everythingIn(quiet.db)
    for (const path of [...pages, '/login', '/register', '/nowhere', '/tasks/nothing', '/up']) {
      await ana.get(path)
      await ana.request(path, { method: 'HEAD' })
      await ana.request(path, { method: 'OPTIONS' })
      await quiet.browser().get(path)
    }
    quiet.pass(5 * MINUTE)
    for (const path of pages) await ana.get(path)
    await quiet.app.tick()
    expect(await everythingIn(quiet.db)).toBe(before)
  })

  test('after five minutes the visit is written once, with the chores', async () => {
    const quiet = await world()
    const ana = await quiet.loggedIn('ana')
    const seen = async () => (await sessionsOf(quiet, 'ana'))[0]!.last_seen_at
    const before = await seen()
    quiet.pass(5 * MINUTE + SECOND)
    for (let i = 0; i < 20; i++) await ana.get('/')
    expect(await seen()).toBe(before)
    await quiet.app.tick()
    const after = await seen()
    expect(after).toBe(quiet.now().toISOString())
    quiet.pass(MINUTE)
    for (let i = 0; i < 20; i++) await ana.get('/')
    await quiet.app.tick()
    expect(await seen()).toBe(after)
  })

  test('what was not written down yet is, when the server stops', async () => {
    const quiet = await world()
    const ana = await quiet.loggedIn('ana')
    quiet.pass(HOUR)
    await ana.get('/', {})
    await quiet.app.close()
    expect((await sessionsOf(quiet, 'ana'))[0]!.last_seen_at).toBe(quiet.now().toISOString())
  })
})

describe('a session ends when its person is not what they were', () => {
  const changes: [what: string, fields: Record<string, unknown>][] = [
    ['disabled', { status: 'disabled' }],
    ['given other credentials', { cred_version: 2 }],
  ]
  for (const [what, fields] of changes) {
    test(`Dan is ${what}: his next request is a stranger's`, async () => {
      const one = await world()
      const dan = await one.loggedIn('dan')
      await one.db.updateTable('users').set(fields).execute()
      expect((await dan.get('/')).headers.get('Location')).toBe('/login?next=%2F')
      expect(
        (
          await one
            .another()
            .browser()
            .get('/', { Cookie: `sid=${dan.token}` })
        ).status,
      ).toBe(303)
    })
  }

  test('Dan is deleted', async () => {
    const one = await world()
    const dan = await one.loggedIn('dan')
    for (const table of ['list_members', 'lists', 'users'] as const) await one.db.deleteFrom(table).execute()
    expect((await dan.get('/')).headers.get('Location')).toBe('/login?next=%2F')
    expect(await countIn(one.db, 'sessions')).toBe(0)
  })

  test('Dan is disabled: the right password does not open either, and sounds like a wrong one', async () => {
    const one = await world()
    await one.person('dan')
    await one.db.updateTable('users').set({ status: 'disabled' }).execute()
    const answer = await one.browser().post('/login', { email: 'dan@example.com', password: PASSWORD })
    expect(answer.status).toBe(422)
    expect(await countIn(one.db, 'sessions')).toBe(0)
    const last = one.db.selectFrom('auth_events').select('type').orderBy('id', 'desc')
    expect((await last.executeTakeFirstOrThrow()).type).toBe('authn_login_fail')
  })

  test('a password that changes while a login is under way ends that login', async () => {
    let meanwhile = async () => {}
    const one = await world(
      {},
      {
        hashing: (real) => ({
          ...real,
          verify: async (password, phc) => {
            const matches = await real.verify(password, phc)
            await meanwhile()
            return matches
          },
        }),
      },
    )
    await one.person('ana')
    meanwhile = async () => {
      await one.db.updateTable('users').set({ cred_version: 2, password_phc: 'another' }).execute()
    }
    const answer = await one.browser().post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(answer.status).toBe(422)
    expect(await countIn(one.db, 'sessions')).toBe(0)
  })

  test('an open line of Dan ends when he is disabled, has other credentials, or was idle too long', async () => {
    const { Sessions } = await import('#features/accounts/sessions.ts')
    for (const end of ['disabled', 'credentials', 'idle', 'logged out'] as const) {
      const one = await world()
      const dan = await one.loggedIn('dan')
      const sessions = new Sessions(one)
      const found = await sessions.find(`sid=${dan.token}`, { ip: '127.0.0.1', now: one.now(), isVisit: true })
      expect(await found!.session.stillIn()).toBe(true)
      if (end === 'disabled') await one.db.updateTable('users').set({ status: 'disabled' }).execute()
      if (end === 'credentials') await one.db.updateTable('users').set({ cred_version: 5 }).execute()
      if (end === 'idle') one.pass(12 * HOUR)
      if (end === 'logged out') await dan.post('/logout')
      expect([end, await found!.session.stillIn()]).toEqual([end, false])
    }
  })
})

describe('two processes on one database', () => {
  test('who is in here is in there, and who is out here is out there', async () => {
    const one = await world()
    const other = one.another()
    const ana = await one.loggedIn('ana')
    expect(await letsIn(one, `sid=${ana.token}`, other)).toBe(true)
    await ana.post('/logout')
    expect(await letsIn(one, `sid=${ana.token}`, other)).toBe(false)
    expect(await letsIn(one, `sid=${ana.token}`)).toBe(false)
  })
})

describe('another secret takes over', () => {
  const [OLD, NEW] = ['q7Yw3Zp0Rk5Tn8Vb1Xc4Md6Lf9Hg2Js5'.repeat(2), 'm2Nb4Vc6Xz8Lk0Jh1Gf3Ds5Ap7Oi9Uy'.repeat(2)]

  test('with the old one in PREVIOUS_SECRET_KEYS everybody stays in, and is known by the new one from then on', async () => {
    const before = await world({ SECRET_KEY: OLD })
    const [ana, ben] = [await before.loggedIn('ana'), await before.loggedIn('ben')]
    const after = before.another({ SECRET_KEY: NEW, PREVIOUS_SECRET_KEYS: OLD })
    expect(await letsIn(after, `sid=${ana.token}`)).toBe(true)

    const later = before.another({ SECRET_KEY: NEW })
    expect(await letsIn(later, `sid=${ana.token}`)).toBe(true)
    expect(await letsIn(later, `sid=${ben.token}`)).toBe(false)
  })

  test('at several servers one after the other: first all know the new one, then each makes it its own', async () => {
    const first = await world({ SECRET_KEY: OLD })
    const ana = await first.loggedIn('ana')
    const known = { SECRET_KEY: OLD, PREVIOUS_SECRET_KEYS: NEW }
    const switched = { SECRET_KEY: NEW, PREVIOUS_SECRET_KEYS: OLD }
    const prepared = first.another(known)
    for (const server of [prepared, first, first.another(switched), prepared, first.another(switched), prepared]) {
      expect(await letsIn(server, `sid=${ana.token}`)).toBe(true)
    }

    // Without the first step whoever was at a server of the new one is a stranger at those of the old.
    const [one, other] = [first.another(switched), first.another({ SECRET_KEY: OLD })]
    expect(await letsIn(one, `sid=${ana.token}`)).toBe(true)
    expect(await letsIn(other, `sid=${ana.token}`)).toBe(false)
  })

  test('the first thing somebody does after that may be to confirm or to change the password', async () => {
    for (const [path, fields] of [
      ['/account/confirm', { password: PASSWORD }],
      ['/account/password', { current: PASSWORD, password: 'another kettle', verify: 'another kettle' }],
    ] as [string, Record<string, string>][]) {
      const before = await world({ SECRET_KEY: OLD })
      const ana = await before.loggedIn('ana')
      const after = before.another({ SECRET_KEY: NEW, PREVIOUS_SECRET_KEYS: OLD })
      const tab = after.browser()
      tab.jar.set('sid', ana.token!)
      const answer = await tab.post(path, fields)
      expect([path, answer.headers.get('Location')]).not.toEqual([path, '/login'])
      expect((await tab.get('/')).status).toBe(200)
    }
  })
})
