import { describe, expect, test } from 'bun:test'
import { HOUR, MINUTE } from '#core/time.ts'
import { fromBase32 } from '#crypto/base32.ts'
import { codeOf, stepOf } from '#crypto/totp.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, flashesIn } from '#test/browser.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { halfway, isIn, recoveryIn, secretIn, setUp } from './app.ts'
import { decodeQr, modulesIn } from './qr-reader.ts'

const build = (env: Record<string, string> = {}) => world(env, quickHashing())
const goesTo = (response: Response) => [response.status, response.headers.get('Location')]
const eventsIn = async (w: World) =>
  (await w.db.selectFrom('auth_events').select('type').orderBy('id').execute()).map(({ type }) => type)

describe('setting up a second step', () => {
  test('shows a QR code, the key in letters, and ten recovery codes once; the others are logged out', async () => {
    const w = await build()
    const [desk, phone] = [await w.loggedIn('ana'), await w.loggedIn('ana')]
    const token = desk.token
    expect(await desk.page('/account/two-factor')).toContain('Set it up')
    expect(goesTo(await desk.post('/account/two-factor'))).toEqual([303, '/account/two-factor/set-up'])
    const page = await desk.page('/account/two-factor/set-up')
    const secret = secretIn(page)
    expect(secret).toHaveLength(20)
    const letters = /<b class="key">([A-Z2-7 ]+)<\/b>/.exec(page)?.[1] ?? ''
    expect(fromBase32(letters.replaceAll(' ', ''))).toEqual(secret)
    const answer = await desk.post('/account/two-factor/set-up', { code: codeOf(secret, stepOf(w.now())) })
    const shown = await answer.text()
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(new Set(recoveryIn(shown)).size).toBe(10)
    expect(shown).not.toContain('secret=')
    expect([await isIn(desk), await isIn(phone)]).toEqual([true, false])
    expect(desk.token).not.toBe(token!)
    const after = await desk.page('/account/two-factor')
    expect(after).toContain('You have 10 recovery codes left.')
    expect(recoveryIn(after)).toEqual([])
    expect(goesTo(await desk.get('/account/two-factor/set-up'))).toEqual([303, '/account/two-factor'])
    expect((await eventsIn(w)).filter((type) => type.startsWith('mfa'))).toEqual(['mfa_enabled'])
  })

  test('the QR code holds the address that names the site, the person and the key', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    await ana.post('/account/two-factor')
    const page = await ana.page('/account/two-factor/set-up')
    const link = /href="(otpauth:[^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(decodeQr(modulesIn(page))).toBe(link)
    expect(link).toStartWith('otpauth://totp/Get%20It%20Done:ana%40example.com?secret=')
  })

  test('reading the pages changes nothing', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    await ana.post('/account/two-factor')
    const before = await everythingIn(w.db)
    const pages = ['/account/two-factor', '/account/two-factor/set-up']
    for (const path of pages) await ana.get(path)
    const secrets = await Promise.all([1, 2].map(async () => secretIn(await ana.page('/account/two-factor/set-up'))))
    expect(secrets[0]).toEqual(secrets[1]!)
    expect(await everythingIn(w.db)).toBe(before)
  })

  test('that is not finished asks for nothing at the login, and is over after an hour', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    await ana.post('/account/two-factor')
    const secret = secretIn(await ana.page('/account/two-factor/set-up'))
    expect(await isIn(await w.loggedIn('ana'))).toBe(true)
    w.pass(HOUR)
    await ana.post('/account/confirm', { password: PASSWORD })
    expect(goesTo(await ana.get('/account/two-factor/set-up'))).toEqual([303, '/account/two-factor'])
    const late = await ana.post('/account/two-factor/set-up', { code: codeOf(secret, stepOf(w.now())) })
    expect(late.headers.get('Location')).toBe('/account/two-factor')
    w.pass(HOUR)
    await w.app.tick()
    expect(await countIn(w.db, 'totps')).toBe(0)
  })

  test('begun anew makes a new key; the code of the old one counts no more', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    await ana.post('/account/two-factor')
    const old = secretIn(await ana.page('/account/two-factor/set-up'))
    await ana.post('/account/two-factor')
    const fresh = secretIn(await ana.page('/account/two-factor/set-up'))
    expect(fresh).not.toEqual(old)
    const refused = await ana.post('/account/two-factor/set-up', { code: codeOf(old, stepOf(w.now())) })
    const page = await refused.text()
    expect([refused.status, alertsIn(page).length]).toEqual([422, 1])
    expect(secretIn(page)).toEqual(fresh)
    const wrong = await ana.post('/account/two-factor/set-up', { code: 'abc' })
    expect([wrong.status, alertsIn(await wrong.text())]).toEqual([422, ['Type the six digits.']])
  })

  test('by fifty at once succeeds once, with one set of recovery codes', async () => {
    const w = await build({ LIMIT_SECOND_FACTOR: '1000' })
    const ana = await w.loggedIn('ana')
    await ana.post('/account/two-factor')
    const code = codeOf(secretIn(await ana.page('/account/two-factor/set-up')), stepOf(w.now()))
    const copies = Array.from({ length: 50 }, () => {
      const copy = w.browser()
      for (const [name, value] of ana.jar) copy.jar.set(name, value)
      return copy.post('/account/two-factor/set-up', { code })
    })
    const all = await Promise.all(copies)
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await countIn(w.db, 'recovery_codes')).toBe(10)
  })

  test('wrong codes are counted: ten in a quarter of an hour', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    await ana.post('/account/two-factor')
    for (let i = 0; i < 10; i++)
      expect((await ana.post('/account/two-factor/set-up', { code: '000000' })).status).toBe(422)
    expect((await ana.post('/account/two-factor/set-up', { code: '000000' })).status).toBe(429)
  })

  test('when it asks for codes already is refused', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    await setUp(w, ana)
    expect((await ana.post('/account/two-factor')).status).toBe(422)
    expect(await isIn(await halfway(w, 'ana'))).toBe(false)
  })
})

describe('changing it', () => {
  const changes = ['/account/two-factor', '/account/two-factor/codes', '/account/two-factor/off']
  for (const path of changes) {
    test(`POST ${path} asks who it is, a quarter of an hour after the last proof`, async () => {
      const w = await build()
      const ana = await w.loggedIn('ana')
      await setUp(w, ana)
      w.pass(15 * MINUTE)
      const before = await everythingIn(w.db)
      const answer = await ana.post(path, {}, { from: '/account/two-factor' })
      expect(goesTo(answer)).toEqual([303, '/account/confirm?next=%2Faccount%2Ftwo-factor'])
      expect(goesTo(await ana.get('/account/two-factor/set-up'))[1]).toStartWith('/account/confirm')
      expect(await everythingIn(w.db)).toBe(before)
    })
  }

  test('new recovery codes replace those of before, and log out all other devices', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const phone = await setUp(w, ana)
    const other = await halfway(w, 'ana')
    await other.post('/login/recovery', { code: phone.recovery[0]! })
    expect(await isIn(other)).toBe(true)
    expect(await ana.page('/account/two-factor')).toContain('You have 9 recovery codes left.')
    const answer = await ana.post('/account/two-factor/codes')
    const fresh = recoveryIn(await answer.text())
    expect([answer.status, new Set([...fresh, ...phone.recovery]).size]).toEqual([200, 20])
    expect([await isIn(ana), await isIn(other)]).toEqual([true, false])
    const tab = await halfway(w, 'ana')
    expect((await tab.post('/login/recovery', { code: phone.recovery[1]! })).status).toBe(422)
    expect((await tab.post('/login/recovery', { code: fresh[1]! })).status).toBe(303)
  })

  test('turned off, the password is enough, and the codes of before open nothing again', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const phone = await setUp(w, ana)
    expect(goesTo(await ana.post('/account/two-factor/off'))).toEqual([303, '/account/two-factor'])
    expect(flashesIn(await ana.page('/account/two-factor'))).toEqual([
      'Your password alone logs you in now. All other devices are logged out.',
    ])
    expect(await isIn(await w.loggedIn('ana'))).toBe(true)
    expect([await countIn(w.db, 'totps'), await countIn(w.db, 'recovery_codes')]).toEqual([0, 0])
    expect((await ana.post('/account/two-factor/off')).status).toBe(422)
    expect((await ana.post('/account/two-factor/codes')).status).toBe(422)
    await setUp(w, ana)
    expect((await (await halfway(w, 'ana')).post('/login/recovery', { code: phone.recovery[0]! })).status).toBe(422)
  })

  test('a new password keeps the second step', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const phone = await setUp(w, ana)
    const form = { current: PASSWORD, password: 'another kettle', verify: 'another kettle' }
    expect((await ana.post('/account/password', form)).status).toBe(303)
    const tab = await halfway(w, 'ana', { password: 'another kettle' })
    expect((await tab.post('/login/second', { code: phone.code() })).status).toBe(303)
  })

  test('that crosses another change of the account is refused whole', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    await setUp(w, ana)
    const copy = w.browser()
    for (const [name, value] of ana.jar) copy.jar.set(name, value)
    const answers = await Promise.all([ana.post('/account/two-factor/off'), copy.post('/account/two-factor/codes')])
    const left = [await countIn(w.db, 'totps'), await countIn(w.db, 'recovery_codes')]
    expect(left.join()).toBe(answers[1].status === 200 ? '1,10' : '0,0')
  })
})

test('the activity page tells of all that, and of wrong codes', async () => {
  const w = await build()
  const ana = await w.loggedIn('ana')
  const phone = await setUp(w, ana)
  await ana.post('/account/confirm', { code: '000000' })
  const tab = await halfway(w, 'ana')
  await tab.post('/login/second', { code: '000000' })
  await tab.post('/login/recovery', { code: 'A'.repeat(24) })
  await tab.post('/login/recovery', { code: phone.recovery[0]! })
  await ana.post('/account/two-factor/codes')
  await ana.post('/account/two-factor/off')
  const page = await ana.page('/account/activity')
  for (const words of [
    'You turned on the login in two steps',
    'A code was typed wrong when it was asked for once more',
    'Somebody knew the password, and then typed a wrong code',
    'Somebody knew the password, and then typed a wrong recovery code',
    'You logged in with a recovery code, and 9 are left',
    'You made new recovery codes',
    'You turned off the login in two steps',
  ]) {
    expect(page).toContain(words)
  }
})

describe('confirming who one is', () => {
  test('by a code of the app works once, and gives the session a new token', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const phone = await setUp(w, ana)
    w.pass(20 * MINUTE)
    const page = await ana.page('/account/confirm?next=/account/two-factor')
    expect(page).toMatch(/<input id="code"[^>]*autocomplete="one-time-code"/)
    const token = ana.token
    const form = { code: phone.code(), next: '/account/two-factor' }
    expect(goesTo(await ana.post('/account/confirm', form))).toEqual([303, '/account/two-factor'])
    expect(ana.token).not.toBe(token!)
    expect((await ana.post('/account/confirm', form)).status).toBe(422)
    expect((await ana.post('/account/two-factor/codes')).status).toBe(200)
    // The same code does not log in either.
    expect((await (await halfway(w, 'ana')).post('/login/second', { code: form.code })).status).toBe(422)
  })

  test('by the password goes on as before, and is all that Eve is offered, who has no app', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    await setUp(w, ana)
    expect((await ana.post('/account/confirm', { password: PASSWORD })).status).toBe(303)
    const eve = await w.loggedIn('eve')
    expect(await eve.page('/account/confirm')).not.toContain('name="code"')
    expect((await eve.post('/account/confirm', { code: '000000' })).status).toBe(422)
    expect((await eve.post('/account/confirm', {})).status).toBe(422)
  })

  test('wrong codes and wrong passwords count together: five in a quarter of an hour', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const phone = await setUp(w, ana)
    for (let i = 0; i < 5; i++) {
      const wrong: Record<string, string> = i % 2 ? { code: '000000' } : { password: 'wrong' }
      expect((await ana.post('/account/confirm', wrong)).status).toBe(422)
    }
    const refused = await ana.post('/account/confirm', { code: phone.code() })
    expect([refused.status, alertsIn(await refused.text())[0]]).toEqual([
      429,
      'The code was wrong too often. Please try again in 15 minutes.',
    ])
    expect((await ana.post('/account/confirm', { password: PASSWORD })).status).toBe(429)
    const failed = (await eventsIn(w)).filter((type) => type === 'authn_confirm_fail')
    expect(failed).toHaveLength(5)
    w.pass(15 * MINUTE)
    expect((await ana.post('/account/confirm', { code: phone.code() })).status).toBe(303)
  })
})
