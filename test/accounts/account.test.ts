import { describe, expect, test } from 'bun:test'
import { MINUTE, SECOND } from '#core/time.ts'
import { newId } from '#db/db.ts'
import { bumpCredentials } from '#features/accounts/people.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const UNLIMITED = { LIMIT_CONFIRM: '100000', LIMIT_LOGIN_PER_MINUTE: '100000', LIMIT_LOGIN_PER_HOUR: '100000' }
const w = await world(UNLIMITED, quickHashing())
const NEW = 'another kettle, one cup'

const userOf = (at: World, name: string) =>
  at.db.selectFrom('users').selectAll().where('email', '=', `${name}@example.com`).executeTakeFirstOrThrow()
const sessionsOf = async (at: World, name: string) =>
  at.db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', (await userOf(at, name)).id)
    .orderBy('id')
    .execute()
const isIn = async (tab: Browser) => (await tab.get('/')).status === 200

describe('the profile', () => {
  const fields = { name: 'Ana María', zone: 'Europe/Madrid', locale: 'es-ES', week_start: 'sunday', theme: 'dark' }

  test('is kept, told, and shown', async () => {
    const ana = await w.loggedIn('ana')
    await ana.page('/')
    const answer = await ana.post('/account', fields)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/account'])
    const page = await ana.page('/account')
    expect(flashesIn(page)).toEqual(['Your profile is saved.'])
    expect(await userOf(w, 'ana')).toMatchObject(fields)
    expect(page).toMatch(/<input[^>]*name="name"[^>]*value="Ana María"/)
    for (const value of ['Europe/Madrid', 'es-ES', 'sunday', 'dark'])
      expect(page).toMatch(new RegExp(`value="${value}" selected`))
    expect(page.includes('data-theme="dark"')).toBe(true)
  })

  test('holds how somebody begins, counts days, types dates and uses keys; what is not sent stays', async () => {
    const ana = await w.loggedIn('ana')
    const chosen = { start_page: 'today', day_starts: '04:00', date_order: 'mdy', single_keys: 'off' }
    expect(await ana.page('/account')).not.toContain('<meta name="single-keys" content="off">')
    expect((await ana.post('/account', { ...fields, ...chosen })).status).toBe(303)
    expect((await ana.post('/account', fields)).status).toBe(303)
    expect(await userOf(w, 'ana')).toMatchObject({ ...chosen, single_keys: 0 })
    const page = await ana.page('/account')
    for (const value of Object.values(chosen)) expect(page).toContain(`value="${value}" selected`)
    expect(page).toContain('<meta name="single-keys" content="off">')
    expect(await ana.page('/')).toContain('<h1>Today</h1>')
    await ana.post('/account', { ...fields, start_page: 'inbox', day_starts: '00:00', single_keys: 'on' })
    expect(await ana.page('/')).toContain('<h1>Inbox</h1>')
  })

  test('changes nothing that it does not show, and nobody else', async () => {
    const [ben, before] = [await w.loggedIn('ben'), await userOf(w, 'ana')]
    const greedy = {
      id: before.id,
      email: 'eve@example.com',
      email_canon: 'x',
      role: 'admin',
      status: 'x',
      cred_version: '7',
      user_id: before.id,
      public_id: 'x',
    }
    expect((await ben.post('/account', { ...fields, name: 'Ben', ...greedy })).status).toBe(303)
    expect(await userOf(w, 'ben')).toMatchObject({ name: 'Ben', role: 'user', status: 'active', cred_version: 1 })
    expect(await userOf(w, 'ana')).toEqual(before)
  })

  const wrong: [what: string, change: Record<string, string>, sentence: string][] = [
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'Use at most 100 characters.'],
    ['a name with a NUL', { name: 'a\u0000b' }, 'There are characters in it that cannot be shown.'],
    ['a zone that is none', { zone: 'Europe/Nowhere' }, 'There is no such time zone.'],
    ['a zone in other letters', { zone: 'europe/MADRID' }, 'There is no such time zone.'],
    ['an offset', { zone: '+02:00' }, 'There is no such time zone.'],
    ['an empty zone', { zone: '' }, 'There is no such time zone.'],
    ['a zone with a NUL', { zone: 'UTC\u0000' }, 'There is no such time zone.'],
    ['a language that is none', { locale: 'xx-XX' }, 'Choose one from the list.'],
    ['a language of an object', { locale: '__proto__' }, 'Choose one from the list.'],
    ['a start page that is none', { start_page: 'work' }, 'Choose the page to begin with.'],
    ['a day that begins at noon', { day_starts: '12:00' }, 'Choose a full hour from midnight to eleven'],
    ['a day that begins past an hour', { day_starts: '04:30' }, 'Choose a full hour from midnight to eleven'],
    ['an order that is none', { date_order: 'dym' }, 'Choose in which order you type dates.'],
    ['keys that are neither', { single_keys: '1' }, 'Say whether single keys do something.'],
    ['a day that is none', { week_start: 'tuesday' }, 'Choose the day on which your week begins.'],
    ['a look that is none', { theme: 'pink' }, 'Choose how the pages look.'],
    ['an empty look', { theme: '' }, 'Choose how the pages look.'],
  ]
  for (const [what, change, sentence] of wrong) {
    test(`${what}: the form comes back with what was typed`, async () => {
      const ana = await w.loggedIn('ana')
      const before = await userOf(w, 'ana')
      const answer = await ana.post('/account', { ...fields, name: 'Typed', ...change })
      const page = await answer.text()
      expect(answer.status).toBe(422)
      expect(alertsIn(page).join(' ')).toContain(sentence)
      if (!change.name) expect(page).toMatch(/name="name"[^>]*value="Typed"/)
      expect(await userOf(w, 'ana')).toEqual(before)
    })
  }

  test('a form without anything asks for what it needs', async () => {
    const ana = await w.loggedIn('ana')
    const answer = await ana.post('/account', {})
    expect([answer.status, alertsIn(await answer.text()).length]).toEqual([422, 4])
  })

  const names = [
    '<b>x</b>',
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) x='",
    '&lt;',
    '{{1+1}}',
    '\u202egnp.exe',
    'عَنَا',
    '🏳️‍🌈',
    'Ana  \n Lee',
  ]
  for (const name of names) {
    test(`a name is shown as it was typed, as text: ${JSON.stringify(name)}`, async () => {
      const ana = await w.loggedIn('ana')
      expect((await ana.post('/account', { ...fields, name })).status).toBe(303)
      const page = await ana.page('/account')
      expect(
        /<b>x|<img|value=""|' onfocus=alert\(1\) x='(?!&)/.test(
          /<input[^>]*name="name"[\s\S]*?>/.exec(page)?.[0] ?? '',
        ),
      ).toBe(false)
      expect((await userOf(w, 'ana')).name).toBe(name.replace(/\s+/g, ' '))
    })
  }

  test('a zone that the list does not have, but the person has, can be kept', async () => {
    const ana = await w.loggedIn('ana')
    await w.db.updateTable('users').set({ zone: 'US/Pacific' }).where('email', '=', 'ana@example.com').execute()
    expect((await ana.post('/account', { ...fields, zone: 'US/Pacific' })).status).toBe(303)
    expect(await ana.page('/account')).toMatch(/value="US\/Pacific" selected/)
  })
})

describe('the devices', () => {
  const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const PHONE =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

  test('are listed in words, this one first, with where and when', async () => {
    const one = await world({}, quickHashing())
    await one.loggedIn('ana', { agent: PHONE, ip: '203.0.113.7' })
    one.pass(MINUTE)
    const here = await one.loggedIn('ana', { agent: FIREFOX, ip: '198.51.100.9' })
    await one.loggedIn('ben', { agent: 'curl/8.0', ip: '192.0.2.1' })
    const page = await here.page('/account/sessions')
    expect(page.indexOf('Firefox on Linux')).toBeLessThan(page.indexOf('Safari on iPhone'))
    expect(page.indexOf('This device')).toBeLessThan(page.indexOf('Safari on iPhone'))
    for (const text of ['203.0.113.7', '198.51.100.9']) expect(page.includes(text)).toBe(true)
    for (const text of ['192.0.2.1', 'curl', 'ben@example.com', here.token!]) expect(page.includes(text)).toBe(false)
    expect(page.match(/\/account\/sessions\/[0-9a-f-]{36}\/end/g)?.length).toBe(1)
  })

  const agents = [
    '<script>alert(1)</script>',
    '"><img src=x>',
    "'; drop table users; --",
    'x'.repeat(5000),
    '',
    'Firefox/ <b>',
  ]
  for (const agent of agents) {
    test(`a browser that calls itself ${JSON.stringify(agent.slice(0, 30))} does no harm`, async () => {
      const one = await w.loggedIn('cora', { agent })
      const page = await one.page('/account/sessions')
      expect(/<script>alert|<img src=x|<b>(?!\w)/.test(page)).toBe(false)
      expect((await sessionsOf(w, 'cora')).at(-1)!.user_agent.length).toBeLessThanOrEqual(256)
    })
  }

  test('one can be ended: it is out at once, this one goes on', async () => {
    const one = await world({}, quickHashing())
    const [lost, here] = [await one.loggedIn('ana'), await one.loggedIn('ana')]
    await here.page('/')
    const [session] = await sessionsOf(one, 'ana')
    const answer = await here.post(`/account/sessions/${session!.public_id}/end`)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/account/sessions'])
    expect(flashesIn(await here.page('/account/sessions'))).toEqual(['That device is logged out.'])
    expect([await isIn(lost), await isIn(here)]).toEqual([false, true])
    expect((await here.post(`/account/sessions/${session!.public_id}/end`)).status).toBe(404)
  })

  test('all others can be ended, and the lines open in them close', async () => {
    const one = await world({}, quickHashing())
    const [a, b, here, ben] = [
      await one.loggedIn('ana'),
      await one.loggedIn('ana'),
      await one.loggedIn('ana'),
      await one.loggedIn('ben'),
    ]
    await one.db.listen()
    const line = await a.get('/events', { Accept: 'text/event-stream' })
    expect((await here.post('/account/sessions/end-others')).status).toBe(303)
    expect([await isIn(a), await isIn(b), await isIn(here), await isIn(ben)]).toEqual([false, false, true, true])
    expect(await line.text()).toContain('event: end')
    expect((await here.post('/account/sessions/end-others')).status).toBe(303)
  })

  test("Eve cannot end Ana's, nor learn whether there is one", async () => {
    const one = await world({}, quickHashing())
    const [ana, eve] = [await one.loggedIn('ana'), await one.loggedIn('eve')]
    const [session] = await sessionsOf(one, 'ana')
    const ids = [
      session!.public_id,
      session!.id,
      session!.user_id,
      newId(),
      'x',
      '%27',
      session!.public_id.toUpperCase(),
      '__proto__',
      '%20',
      '0',
      'end-others',
    ]
    const pages = new Set<string>()
    for (const id of ids) {
      const answer = await eve.post(`/account/sessions/${id}/end`)
      expect([id, answer.status]).toEqual([id, 404])
      pages.add((await answer.text()).replace(/<div id="flashes"[\s\S]*/, ''))
    }
    expect(pages.size).toBe(1)
    expect(await isIn(ana)).toBe(true)
    expect(await countIn(one.db, 'sessions')).toBe(2)
  })

  test('ending this one is logging out', async () => {
    const one = await world({}, quickHashing())
    const ana = await one.loggedIn('ana')
    const [session] = await sessionsOf(one, 'ana')
    expect((await ana.post(`/account/sessions/${session!.public_id}/end`)).status).toBe(303)
    expect(await isIn(ana)).toBe(false)
  })
})

describe('a quarter of an hour after the password was typed', () => {
  test('ending devices asks for it again, leads back, and then does it', async () => {
    const one = await world({}, quickHashing())
    const [other, ana] = [await one.loggedIn('ana'), await one.loggedIn('ana')]
    one.pass(15 * MINUTE - SECOND)
    expect((await ana.post('/account/sessions/end-others')).headers.get('Location')).toBe('/account/sessions')
    one.pass(SECOND)
    const again = await one.loggedIn('ana')
    one.pass(15 * MINUTE)
    const asked = await again.post('/account/sessions/end-others', {}, { from: '/account/sessions' })
    expect(asked.headers.get('Location')).toBe('/account/confirm?next=%2Faccount%2Fsessions')
    expect(await countIn(one.db, 'sessions')).toBe(2)
    const page = await again.page('/account/confirm?next=%2Faccount%2Fsessions')
    expect(page).toMatch(/name="next" value="\/account\/sessions"/)

    const wrong = await again.post('/account/confirm', { password: 'wrong', next: '/account/sessions' })
    expect([wrong.status, alertsIn(await wrong.text())]).toEqual([422, ['This is not your password.']])
    expect((await again.post('/account/sessions/end-others')).headers.get('Location')).toStartWith('/account/confirm')

    const old = again.token
    const right = await again.post('/account/confirm', { password: PASSWORD, next: '/account/sessions' })
    expect([right.status, right.headers.get('Location')]).toEqual([303, '/account/sessions'])
    expect(again.token).not.toBe(old)
    expect((await again.post('/account/sessions/end-others')).headers.get('Location')).toBe('/account/sessions')
    expect([await isIn(again), await isIn(ana), await isIn(other)]).toEqual([true, false, false])
    one.pass(15 * MINUTE)
    expect((await again.post('/account/sessions/end-others')).headers.get('Location')).toStartWith('/account/confirm')
  })

  test("Ben's password does not confirm Ana", async () => {
    const one = await world({}, quickHashing())
    const ana = await one.loggedIn('ana')
    await one.browser().post('/register', { email: 'ben@example.com', password: NEW, verify: NEW })
    expect((await ana.post('/account/confirm', { password: NEW, email: 'ben@example.com' })).status).toBe(422)
  })

  test('a form that is not right says why', async () => {
    const ana = await w.loggedIn('ana')
    for (const fields of [{}, { password: '' }]) {
      const answer = await ana.post('/account/confirm', fields)
      expect([answer.status, alertsIn(await answer.text())]).toEqual([422, ['Type the password.']])
    }
  })
})

describe('changing the password', () => {
  const good = { current: PASSWORD, password: NEW, verify: NEW }

  test('ends all other sessions, goes on here with a new token, and only the new one opens', async () => {
    const one = await world({}, quickHashing())
    const [other, ana, ben] = [
      await one.loggedIn('ana', { remember: true }),
      await one.loggedIn('ana'),
      await one.loggedIn('ben'),
    ]
    await ana.page('/')
    const old = ana.token!
    await one.db.listen()
    const line = await other.get('/events', { Accept: 'text/event-stream' })
    const answer = await ana.post('/account/password', good)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/account/password'])
    expect(flashesIn(await ana.page('/account/password'))).toEqual([
      'Your password is changed. All other devices are logged out.',
    ])
    expect(await line.text()).toContain('event: end')
    expect([await isIn(ana), await isIn(other), await isIn(ben)]).toEqual([true, false, true])
    expect((await one.browser().get('/', { Cookie: `sid=${old}` })).status).toBe(303)
    expect((await one.browser().post('/login', { email: 'ana@example.com', password: PASSWORD })).status).toBe(422)
    expect((await one.browser().post('/login', { email: 'ana@example.com', password: NEW })).status).toBe(303)
    expect((await one.browser().post('/login', { email: 'ben@example.com', password: PASSWORD })).status).toBe(303)
    expect((await userOf(one, 'ana')).cred_version).toBe(2)
  })

  const wrong: [what: string, change: Record<string, string>, sentence: string][] = [
    ['the present one is wrong', { current: 'wrong' }, 'This is not your password.'],
    ['the present one is missing', { current: '' }, 'Type the password.'],
    ['the two differ', { verify: 'another' }, 'The two are not the same. Type both once more.'],
    ['the new one is short', { password: 'short', verify: 'short' }, 'Use at least 8 characters.'],
    ['the new one is long', { password: 'ab c'.repeat(65), verify: 'ab c'.repeat(65) }, 'Use at most 256 characters.'],
    ['the new one is well known', { password: 'password123', verify: 'password123' }, 'first that people try'],
    ['the new one is the e-mail', { password: 'ana@example.com', verify: 'ana@example.com' }, 'your e-mail address'],
    ['the new one is the old one', { password: PASSWORD, verify: PASSWORD }, 'the password you have already'],
  ]
  for (const [what, change, sentence] of wrong) {
    test(`${what}: nothing changes, and no password comes back`, async () => {
      const ana = await w.loggedIn('ana')
      const before = await userOf(w, 'ana')
      const answer = await ana.post('/account/password', { ...good, ...change })
      const page = await answer.text()
      expect([answer.status, alertsIn(page).length]).toEqual([422, 1])
      expect(alertsIn(page)[0]).toContain(sentence)
      for (const name of ['current', 'password', 'verify'])
        expect(page).toMatch(new RegExp(`name="${name}" type="password" value=""`))
      expect(await userOf(w, 'ana')).toEqual(before)
    })
  }

  test('refuses one that is made of the name on the profile', async () => {
    const fay = await w.loggedIn('fay')
    await fay.post('/account', {
      name: 'Rosalind Franklin',
      zone: 'UTC',
      locale: 'en-GB',
      week_start: 'monday',
      theme: 'system',
    })
    const change = (password: string) =>
      fay.post('/account/password', { current: PASSWORD, password, verify: password })
    for (const made of ['RosalindFranklin', 'rosalind.franklin.1920']) {
      const answer = await change(made)
      expect([answer.status, alertsIn(await answer.text())]).toEqual([
        422,
        ['This is made from your name. Choose something else.'],
      ])
    }
    expect((await change('Rosalind looks at photograph 51')).status).toBe(303)
  })

  test('of two who change it at once with the same old one, one wins', async () => {
    const one = await world({}, quickHashing())
    const [a, b] = [await one.loggedIn('ana'), await one.loggedIn('ana')]
    const answers = await Promise.all([
      a.post('/account/password', good),
      b.post('/account/password', { ...good, password: 'a third kettle', verify: 'a third kettle' }),
    ])
    const went = answers.filter((answer) => answer.headers.get('Location') === '/account/password')
    expect(went.length).toBe(1)
    for (const answer of answers) expect([303, 422]).toContain(answer.status)
    expect(await countIn(one.db, 'sessions')).toBe(1)
    expect((await userOf(one, 'ana')).cred_version).toBe(2)
  })

  test('who began with credentials that are no longer those changes nothing', async () => {
    const one = await world({}, quickHashing())
    const before = await one.person('ana')
    const change = (phc: string) => one.db.transact((trx) => bumpCredentials(trx, before, { password_phc: phc }))
    await change('second')
    expect(change('third')).rejects.toMatchObject({ reason: 'conflict' })
    expect(await userOf(one, 'ana')).toMatchObject({ password_phc: 'second', cred_version: 2 })
  })

  test("Eve changes nobody's but her own", async () => {
    const one = await world({}, quickHashing())
    const [ana, eve] = [await one.loggedIn('ana'), await one.loggedIn('eve')]
    const { id, password_phc } = await userOf(one, 'ana')
    await eve.post('/account/password', { ...good, email: 'ana@example.com', user_id: id, id })
    expect((await userOf(one, 'ana')).password_phc).toBe(password_phc)
    expect(await isIn(ana)).toBe(true)
  })
})
