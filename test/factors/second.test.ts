import { describe, expect, test } from 'bun:test'
import { HOUR, MINUTE, SECOND } from '#core/time.ts'
import { STEP } from '#crypto/totp.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { testKind } from '#test/databases.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { halfway, isIn, setUp } from './app.ts'

const UNLIMITED = {
  LIMIT_LOGIN_PER_MINUTE: '100000',
  LIMIT_LOGIN_PER_HOUR: '100000',
  LIMIT_LOGIN_ACCOUNTS: '100000',
  LIMIT_ACCOUNT_FREE: '100000',
  LIMIT_DEVICE: '100000',
}
const build = (env: Record<string, string> = {}) => world({ ...UNLIMITED, ...env }, quickHashing())

/** Ana with a second step, and Eve without, in a world of their own. */
async function people(env: Record<string, string> = {}) {
  const w = await build(env)
  const desk = await w.loggedIn('ana')
  await w.person('eve')
  return { w, desk, phone: await setUp(w, desk) }
}

const answer = (tab: Browser, code: string) => tab.post('/login/second', { code })
const recover = (tab: Browser, code: string) => tab.post('/login/recovery', { code })
const goesTo = (response: Response) => [response.status, response.headers.get('Location')]
const times = <T>(count: number, value: T) => Array<T>(count).fill(value)
const sessionsIn = (w: World) => w.db.selectFrom('sessions').selectAll().orderBy('id').execute()
const eventsIn = async (w: World, type: string) =>
  (await w.db.selectFrom('auth_events').select('detail').where('type', '=', type).execute()).map(({ detail }) => detail)

describe('after the right password', () => {
  test('Ana is asked for a code, and is in when it is right: where she wanted to go, once told', async () => {
    const { w, phone } = await people()
    const tab = await halfway(w, 'ana', { next: '/completed' })
    expect(tab.token).toBeUndefined()
    expect(await isIn(tab)).toBe(false)
    const page = await (await tab.get('/login/second')).text()
    expect(page).toMatch(/<input id="code"[^>]*autocomplete="one-time-code"[^>]*inputmode="numeric"/)
    expect(page.includes('ana@example.com')).toBe(false)
    expect(goesTo(await answer(tab, phone.code()))).toEqual([303, '/completed'])
    expect(flashesIn(await tab.page('/completed'))).toEqual(['You are logged in.'])
    expect([await isIn(tab), tab.jar.has('mfa')]).toEqual([true, false])
    const session = (await sessionsIn(w)).at(-1)
    expect([session?.amr, session?.persistent]).toEqual(['pwd otp', 0])
    expect(await countIn(w.db, 'login_challenges')).toBe(0)
  })

  test('“Keep me logged in” is kept, and nothing else that was wanted is believed', async () => {
    const { w, phone } = await people()
    const tab = await halfway(w, 'ana', { remember: 'on', next: 'https://evil.example/' })
    const done = await answer(tab, phone.code())
    expect(goesTo(done)).toEqual([303, '/'])
    expect(done.headers.getSetCookie().find((cookie) => cookie.startsWith('sid='))).toContain('Max-Age=')
    expect((await sessionsIn(w)).at(-1)?.persistent).toBe(1)
  })

  test('Eve, who has no second step, is in at once', async () => {
    const { w } = await people()
    expect(await isIn(await w.loggedIn('eve'))).toBe(true)
  })

  test('the cookie is only for our server, and opens nothing for long', async () => {
    const { w } = await people()
    const tab = w.browser()
    const response = await tab.post('/login', { email: 'ana@example.com', password: PASSWORD })
    const [cookie = ''] = response.headers.getSetCookie().filter((line) => line.startsWith('mfa='))
    expect(cookie).toMatch(/^mfa=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=300$/)
    expect(response.headers.getSetCookie().some((line) => /^(sid|device)=/.test(line))).toBe(false)
    const safe = await build({ BASE_URL: 'https://todo.example.org' })
    await setUp(safe, await safe.loggedIn('ana'))
    const there = await safe.browser().post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(there.headers.getSetCookie().join()).toMatch(
      /__Host-mfa=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure;/,
    )
  })

  test('no page, form or stream is open without the code', async () => {
    const { w } = await people()
    await w.loggedIn('eve')
    const tab = await halfway(w, 'ana')
    const sessions = await countIn(w.db, 'sessions')
    for (const { method, path, access } of w.app.routes) {
      if (access === 'public') continue
      if (access === 'token') {
        expect([path, (await tab.get(path)).status]).toEqual([path, 401])
        continue
      }
      const address = path.replaceAll(/:\w+/g, '01900000-0000-7000-8000-000000000000')
      const response = method === 'GET' ? await tab.get(address) : await tab.post(address, { code: '000000' })
      expect([path, response.status, response.headers.get('Location')?.startsWith('/login?next=')]).toEqual([
        path,
        303,
        true,
      ])
    }
    tab.jar.set('sid', tab.jar.get('mfa')!)
    expect(await isIn(tab)).toBe(false)
    expect(await countIn(w.db, 'sessions')).toBe(sessions)
  })

  test('whoever comes to the second step without the first is sent to it', async () => {
    const { w, phone } = await people()
    for (const path of ['/login/second', '/login/recovery']) {
      const stranger = w.browser()
      expect(goesTo(await stranger.get(path))).toEqual([303, '/login'])
      expect(goesTo(await stranger.post(path, { code: phone.code() }))).toEqual([303, '/login'])
      stranger.jar.set('mfa', 'x'.repeat(43))
      expect(goesTo(await stranger.post(path, { code: phone.code() }))).toEqual([303, '/login'])
      expect(flashesIn(await stranger.page('/login'))).toEqual([
        'That took too long or went wrong too often. Please log in again.',
      ])
      expect(stranger.jar.has('mfa')).toBe(false)
      expect(goesTo(await (await w.loggedIn('eve')).get(path))).toEqual([303, '/'])
    }
  })

  test('five minutes are enough, and no second more', async () => {
    const { w, phone } = await people()
    const [quick, slow] = [await halfway(w, 'ana'), await halfway(w, 'ana')]
    w.pass(5 * MINUTE - SECOND)
    expect(goesTo(await answer(quick, phone.code()))).toEqual([303, '/'])
    w.pass(SECOND)
    expect(goesTo(await answer(slow, phone.code(1)))).toEqual([303, '/login'])
    expect(await isIn(slow)).toBe(false)
    w.pass(HOUR)
    await w.app.tick()
    expect(await countIn(w.db, 'login_challenges')).toBe(0)
  })

  test('a new password, and an end of the second step, end a login that waits', async () => {
    const { w, desk, phone } = await people()
    const before = await halfway(w, 'ana')
    const form = { current: PASSWORD, password: 'another kettle', verify: 'another kettle' }
    expect((await desk.post('/account/password', form)).status).toBe(303)
    expect(goesTo(await answer(before, phone.code()))).toEqual([303, '/login'])
    const again = await halfway(w, 'ana', { password: 'another kettle' })
    expect(goesTo(await desk.post('/account/two-factor/off'))).toEqual([303, '/account/two-factor'])
    expect(goesTo(await recover(again, phone.recovery[0]!))).toEqual([303, '/login'])
    expect([await isIn(before), await isIn(again)]).toEqual([false, false])
  })
})

describe('a code', () => {
  test('of the step before or after counts, one of two steps away does not', async () => {
    const { w, phone } = await people()
    w.pass(10 * STEP)
    for (const [away, status] of [
      [-2, 422],
      [2, 422],
      [-1, 303],
      [0, 303],
      [1, 303],
    ] as const) {
      expect([away, (await answer(await halfway(w, 'ana'), phone.code(away))).status]).toEqual([away, status])
    }
  })

  test('works once, and none that is older works after it', async () => {
    const { w, phone } = await people()
    w.pass(10 * STEP)
    const first = await halfway(w, 'ana')
    expect((await answer(first, phone.code())).status).toBe(303)
    const second = await halfway(w, 'ana')
    for (const code of [phone.code(), phone.code(-1)]) {
      const refused = await answer(second, code)
      expect([refused.status, alertsIn(await refused.text())]).toEqual([
        422,
        ['This code is not right, or was used already. Wait for the next one.'],
      ])
    }
    expect((await answer(second, phone.code(1))).status).toBe(303)
  })

  test('that turned the second step on does not log in', async () => {
    const { w, phone } = await people()
    expect((await answer(await halfway(w, 'ana'), phone.code(-1))).status).toBe(422)
  })

  test('makes one session when fifty logins bring it at once', async () => {
    const { w, phone } = await people({ LIMIT_SECOND_FACTOR: '100000' })
    const tabs: Browser[] = []
    for (let i = 0; i < 50; i++) tabs.push(await halfway(w, 'ana'))
    const before = await countIn(w.db, 'sessions')
    const code = phone.code()
    const all = await Promise.all(tabs.map((tab) => answer(tab, code)))
    expect(all.map(({ status }) => status).sort()).toEqual([303, ...times(49, 422)])
    expect(await countIn(w.db, 'sessions')).toBe(before + 1)
    const inside = await Promise.all(tabs.map(isIn))
    expect(inside.filter(Boolean)).toHaveLength(1)
  })

  test('makes one session when one login brings it fifty times at once', async () => {
    const { w, phone } = await people({ LIMIT_SECOND_FACTOR: '100000' })
    const tab = await halfway(w, 'ana')
    const before = await countIn(w.db, 'sessions')
    const mfa = tab.jar.get('mfa')!
    const copies = times(50, 0).map(() => {
      const copy = w.browser()
      copy.jar.set('mfa', mfa)
      return copy
    })
    const all = await Promise.all(copies.map((copy) => answer(copy, phone.code())))
    expect(all.filter((response) => response.headers.get('Location') === '/')).toHaveLength(1)
    expect(await countIn(w.db, 'sessions')).toBe(before + 1)
  })

  test.skipIf(testKind !== 'postgres')(
    'that one process took is refused by another, also at the same moment',
    async () => {
      const { w, phone } = await people({ LIMIT_SECOND_FACTOR: '100000' })
      const other = w.another()
      expect((await answer(await halfway(w, 'ana'), phone.code())).status).toBe(303)
      expect((await answer(await halfway(other, 'ana'), phone.code())).status).toBe(422)
      w.pass(2 * STEP)
      const tabs: Browser[] = []
      for (let i = 0; i < 20; i++) tabs.push(await halfway(i % 2 ? w : other, 'ana'))
      const all = await Promise.all(tabs.map((tab) => answer(tab, phone.code())))
      expect(all.map(({ status }) => status).sort()).toEqual([303, ...times(19, 422)])
    },
  )

  test('that nobody can mean is no try, and says so', async () => {
    const { w, phone } = await people()
    const tab = await halfway(w, 'ana')
    for (const code of ['', '12345', 'abcdef', '1234567', '１２３４５６', '12345６', '      ']) {
      const refused = await answer(tab, code)
      expect([refused.status, alertsIn(await refused.text())]).toEqual([422, ['Type the six digits.']])
    }
    expect((await tab.post('/login/second')).status).toBe(422)
    const spaced = phone.code().replace(/^(...)/, '$1 ')
    expect((await answer(tab, ` ${spaced} `)).status).toBe(303)
  })
})

describe('guessing', () => {
  test('ends after five wrong codes: the login begins anew', async () => {
    const { w, phone } = await people()
    const tab = await halfway(w, 'ana')
    for (let i = 0; i < 4; i++) expect((await answer(tab, '000000')).status).toBe(422)
    expect(goesTo(await answer(tab, '000000'))).toEqual([303, '/login'])
    expect(tab.jar.has('mfa')).toBe(false)
    expect(goesTo(await answer(tab, phone.code()))).toEqual([303, '/login'])
    expect(await eventsIn(w, 'authn_login_fail')).toEqual(times(5, '{"factor":"otp"}'))
    expect((await answer(await halfway(w, 'ana'), phone.code())).status).toBe(303)
  })

  test('is five tries also for fifty at once', async () => {
    const { w, phone } = await people({ LIMIT_SECOND_FACTOR: '100000' })
    const tab = await halfway(w, 'ana')
    const mfa = tab.jar.get('mfa')!
    const wrong = times(50, 0).map(() => {
      const copy = w.browser()
      copy.jar.set('mfa', mfa)
      return answer(copy, '000000')
    })
    const all = await Promise.all(wrong)
    expect(all.filter(({ status }) => status === 422).length).toBeLessThanOrEqual(5)
    expect(await eventsIn(w, 'authn_login_fail')).toHaveLength(5)
    expect(goesTo(await answer(tab, phone.code()))).toEqual([303, '/login'])
  })

  test('is ten wrong codes in a quarter of an hour for an account, over all logins, of both kinds', async () => {
    const { w, phone } = await people()
    for (let i = 0; i < 10; i++) {
      const tab = await halfway(w, 'ana')
      if (i % 2) await answer(tab, '000000')
      else await recover(tab, 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF')
    }
    const tab = await halfway(w, 'ana')
    const refused = await answer(tab, phone.code())
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '900'])
    expect(alertsIn(await refused.text())[0]).toBe('The code was wrong too often. Please try again in 15 minutes.')
    w.pass(15 * MINUTE)
    expect((await answer(await halfway(w, 'ana'), phone.code())).status).toBe(303)
  })

  test('does not get its tries back when Ana logs in', async () => {
    const { w, phone } = await people()
    for (let i = 0; i < 9; i++) await answer(await halfway(w, 'ana'), '000000')
    expect((await answer(await halfway(w, 'ana'), phone.code())).status).toBe(303)
    expect((await answer(await halfway(w, 'ana'), '000000')).status).toBe(422)
    expect((await answer(await halfway(w, 'ana'), '000000')).status).toBe(429)
  })

  test('holds over processes', async () => {
    const { w } = await people({ LIMIT_SECOND_FACTOR: '3' })
    const other = w.another()
    const all: number[] = []
    for (let i = 0; i < 5; i++) {
      const at = i % 2 ? w : other
      all.push((await answer(await halfway(at, 'ana'), '000000')).status)
    }
    expect(all).toEqual([422, 422, 422, 429, 429])
  })

  test('an unfinished second step counts against the account, not against the network', async () => {
    const { w, phone } = await people({ LIMIT_ACCOUNT_FREE: '2', LIMIT_LOGIN_PER_MINUTE: '3', LIMIT_DEVICE: '2' })
    for (let i = 0; i < 3; i++) await halfway(w, 'ana')
    const slowed = await w.browser().post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(slowed.status).toBe(429)
    expect(await isIn(await w.loggedIn('eve'))).toBe(true)
    w.pass(MINUTE)
    expect((await answer(await halfway(w, 'ana'), phone.code())).status).toBe(303)
    // The right code forgave it all.
    for (let i = 0; i < 3; i++) await halfway(w, 'ana')
  })
})

describe('a recovery code', () => {
  test('lets Ana in once, however she types it, and says how many are left', async () => {
    const { w, phone } = await people()
    const [one = '', two = ''] = phone.recovery
    const tab = await halfway(w, 'ana', { next: '/completed' })
    expect((await tab.get('/login/recovery')).status).toBe(200)
    expect(goesTo(await recover(tab, one.toLowerCase().replaceAll('-', ' ')))).toEqual([303, '/completed'])
    expect(flashesIn(await tab.page('/completed'))).toEqual(['You are logged in. 9 recovery codes are left.'])
    expect((await sessionsIn(w)).at(-1)?.amr).toBe('pwd rc')
    expect(await eventsIn(w, 'recovery_code_used')).toHaveLength(1)
    const again = await halfway(w, 'ana')
    const refused = await recover(again, one)
    expect([refused.status, alertsIn(await refused.text())]).toEqual([
      422,
      ['This is none of your recovery codes, or it was used already.'],
    ])
    expect((await recover(again, two)).status).toBe(303)
  })

  test('makes one session when fifty logins bring it at once', async () => {
    const { w, phone } = await people({ LIMIT_SECOND_FACTOR: '100000' })
    const tabs: Browser[] = []
    for (let i = 0; i < 50; i++) tabs.push(await halfway(w, 'ana'))
    const before = await countIn(w.db, 'sessions')
    const all = await Promise.all(tabs.map((tab) => recover(tab, phone.recovery[3]!)))
    expect(all.map(({ status }) => status).sort()).toEqual([303, ...times(49, 422)])
    expect([await countIn(w.db, 'sessions'), await countIn(w.db, 'recovery_codes')]).toEqual([before + 1, 9])
  })

  test('that is none says what one looks like, and keeps what was typed', async () => {
    const { w } = await people()
    const tab = await halfway(w, 'ana')
    const refused = await recover(tab, 'AAAA-BBBB')
    const page = await refused.text()
    expect([refused.status, alertsIn(page)]).toEqual([
      422,
      ['A recovery code has 24 letters and digits, in groups of four.'],
    ])
    expect(page).toContain('value="AAAA-BBBB"')
  })
})

describe('what belongs to Ana does nothing for Eve', () => {
  test('her challenge, her code and her recovery codes', async () => {
    const { w, phone } = await people()
    const eves = await w.loggedIn('eve')
    const evesPhone = await setUp(w, eves)
    const tab = await halfway(w, 'eve')
    expect((await answer(tab, phone.code())).status).toBe(422)
    expect((await recover(tab, phone.recovery[0]!)).status).toBe(422)
    // With Ana's challenge Eve's own code is worth nothing, and nobody is in as anybody.
    const anas = await halfway(w, 'ana')
    tab.jar.set('mfa', anas.jar.get('mfa')!)
    expect((await answer(tab, evesPhone.code())).status).toBe(422)
    expect((await recover(tab, evesPhone.recovery[0]!)).status).toBe(422)
    expect(await isIn(tab)).toBe(false)
    expect(await countIn(w.db, 'recovery_codes')).toBe(20)
    // A browser in which Eve is logged in becomes Ana's only by Ana's own code.
    eves.jar.set('mfa', anas.jar.get('mfa')!)
    expect((await answer(eves, evesPhone.code())).status).toBe(422)
    expect(await eves.page('/')).toContain('eve@example.com')
    expect((await answer(eves, phone.code())).status).toBe(303)
    expect(await eves.page('/')).toContain('ana@example.com')
  })

  test('a secret that is copied into another row opens for nobody, and says whom to ask', async () => {
    const { w, phone } = await people()
    await setUp(w, await w.loggedIn('eve'))
    const [ana, eve] = [await w.person('ana'), await w.person('eve')]
    const row = await w.db.selectFrom('totps').selectAll().where('user_id', '=', eve.id).executeTakeFirstOrThrow()
    const { secret_sealed, key_id } = row
    await w.db.updateTable('totps').set({ secret_sealed, key_id }).where('user_id', '=', ana.id).execute()
    const refused = await answer(await halfway(w, 'ana'), phone.code())
    expect([refused.status, alertsIn(await refused.text())]).toEqual([
      422,
      ['The key of your authenticator app cannot be read here. Ask whoever runs this site.'],
    ])
    expect((await recover(await halfway(w, 'ana'), phone.recovery[0]!)).status).toBe(303)
  })
})

test('a new secret key takes over with the old one beside it, and then stands alone', async () => {
  const NEW = '0b5e6a7f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b'
  const { w, phone } = await people()
  const both = w.another({ SECRET_KEY: NEW, PREVIOUS_SECRET_KEYS: w.config.secrets.current! })
  expect((await answer(await halfway(both, 'ana'), phone.code())).status).toBe(303)
  const alone = w.another({ SECRET_KEY: NEW })
  expect((await answer(await halfway(alone, 'ana'), phone.code(1))).status).toBe(303)
  // Recovery codes are MACs: only who types one can make it anew. They last as long as the key that made them.
  expect((await recover(await halfway(both, 'ana'), phone.recovery[0]!)).status).toBe(303)
  expect((await recover(await halfway(alone, 'ana'), phone.recovery[1]!)).status).toBe(422)
})

test('no code, secret or challenge stands in the database or in the log', async () => {
  const { w, phone } = await people()
  const tab = await halfway(w, 'ana')
  const secrets = [tab.jar.get('mfa')!, phone.code(), '482913', ...phone.recovery]
  await answer(tab, '482913')
  await recover(tab, phone.recovery[1]!)
  await answer(await halfway(w, 'ana'), phone.code())
  const stored = await everythingIn(w.db)
  const logged = JSON.stringify(w.log.entries)
  for (const secret of secrets.flatMap((one) => [one, one.replaceAll('-', '')])) {
    expect([secret, stored.includes(`"${secret}"`), logged.includes(secret)]).toEqual([secret, false, false])
  }
})
