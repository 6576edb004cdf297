import { describe, expect, test } from 'bun:test'
import { MINUTE } from '#core/time.ts'
import { resetFactors } from '#features/factors/factors.ts'
import { makeResetLink } from '#features/recovery/resetting.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { halfway, isIn, setUp } from '#test/factors/app.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, world } from '#test/world.ts'
import { addPasskey, confirmWith, finishWith, logInWith, questionAt } from './device.ts'

const goesTo = (response: Response) => [response.status, response.headers.get('Location')]
const times = <T>(count: number, value: T) => Array<T>(count).fill(value)

/** Ana with a passkey and an authenticator app, and Eve with both too. */
async function people(env: Record<string, string> = {}) {
  const w = await world({ LIMIT_LOGIN_PER_MINUTE: '1000', LIMIT_LOGIN_PER_HOUR: '1000', ...env }, quickHashing())
  const [desk, eves] = [await w.loggedIn('ana'), await w.loggedIn('eve')]
  const [anas, other] = [await addPasskey(desk), await addPasskey(eves)]
  return { w, desk, anas, other, phone: await setUp(w, desk), eves: await setUp(w, eves) }
}

describe('after the right password', () => {
  test('a passkey alone asks for no second step; the password goes on logging Ana in', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    await addPasskey(ana)
    const tab = w.browser()
    const form = { email: 'ana@example.com', password: PASSWORD }
    expect(goesTo(await tab.post('/login', form))).toEqual([303, '/'])
    expect(await isIn(tab)).toBe(true)
  })

  test('Ana does the second step by her passkey, where she wanted to go', async () => {
    const { w, anas } = await people()
    const tab = await halfway(w, 'ana', { next: '/completed', remember: 'on' })
    const page = await tab.page('/login/second')
    expect(page).toContain('action="/login/second/passkey"')
    expect(page).toContain('Six digits')
    const question = await questionAt(tab, '/login/second/question')
    expect(question.allowCredentials?.map(({ id }) => id)).toEqual([anas.id])
    expect(goesTo(await finishWith(tab, anas))).toEqual([303, '/completed'])
    expect(flashesIn(await tab.page('/completed'))).toEqual(['You are logged in.'])
    expect(tab.jar.has('mfa')).toBe(false)
    const session = await w.db
      .selectFrom('sessions')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect([session.amr, session.persistent]).toEqual(['pwd pk', 1])
  })

  test('who has no passkey is offered none', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    await setUp(w, ana)
    expect(await (await halfway(w, 'ana')).page('/login/second')).not.toContain('passkey')
    expect(await ana.page('/account/confirm')).not.toContain('passkey')
  })

  test('Eve’s passkey does not do Ana’s second step, nor does an answer to another question', async () => {
    const { w, anas, other } = await people()
    const tab = await halfway(w, 'ana')
    const refused = await finishWith(tab, other)
    expect([refused.status, alertsIn(await refused.text())]).toEqual([
      422,
      ['This passkey is not known here any more. Choose another way.'],
    ])
    const login = await anas.sign(await questionAt(w.browser(), '/login/passkey/question'))
    expect((await tab.post('/login/second/passkey', { passkey: login })).status).toBe(422)
    const mine = await anas.sign(await questionAt(tab, '/login/second/question'))
    expect((await w.browser().post('/login/passkey', { passkey: mine })).status).toBe(422)
    expect(await isIn(tab)).toBe(false)
  })

  test('refused passkeys count with wrong codes: five end the login', async () => {
    const { w, anas, phone } = await people()
    const tab = await halfway(w, 'ana')
    for (let i = 0; i < 3; i++)
      expect((await finishWith(tab, anas, { origin: 'https://evil.example' })).status).toBe(422)
    expect((await tab.post('/login/second', { code: '000000' })).status).toBe(422)
    expect(goesTo(await finishWith(tab, anas, { flags: 1 }))).toEqual([303, '/login'])
    expect(goesTo(await tab.post('/login/second', { code: phone.code() }))).toEqual([303, '/login'])
    expect((await finishWith(await halfway(w, 'ana'), anas)).status).toBe(303)
  })

  test('an answer makes one session when it is sent fifty times at once', async () => {
    const { w, anas } = await people({ LIMIT_SECOND_FACTOR: '1000' })
    const tab = await halfway(w, 'ana')
    const passkey = await anas.sign(await questionAt(tab, '/login/second/question'))
    const before = await countIn(w.db, 'sessions')
    const mfa = tab.jar.get('mfa')!
    const all = await Promise.all(
      times(50, 0).map(() => {
        const copy = w.browser()
        copy.jar.set('mfa', mfa)
        return copy.post('/login/second/passkey', { passkey })
      }),
    )
    expect(all.filter((response) => response.headers.get('Location') === '/')).toHaveLength(1)
    expect(await countIn(w.db, 'sessions')).toBe(before + 1)
  })

  test('nobody is asked for a passkey without the first step', async () => {
    const { w } = await people()
    expect(goesTo(await w.browser().post('/login/second/question'))).toEqual([303, '/login'])
    expect(goesTo(await w.browser().post('/login/second/passkey', { passkey: 'x' }))).toEqual([303, '/login'])
  })
})

describe('confirming', () => {
  test('Ana proves herself by her passkey, and may change her account again; the session has a new token', async () => {
    const { w, desk, anas } = await people()
    w.pass(16 * MINUTE)
    expect((await desk.get('/account/passkeys/new')).status).toBe(303)
    expect(await desk.page('/account/confirm?next=/account/passkeys/new')).toContain('Confirm by a passkey')
    const before = desk.token
    expect(goesTo(await confirmWith(desk, anas, {}, '/account/passkeys/new'))).toEqual([303, '/account/passkeys/new'])
    expect([(await desk.get('/account/passkeys/new')).status, desk.token === before]).toEqual([200, false])
  })

  test('Eve’s passkey proves nothing for Ana, nor does a wrong answer; five end it, with wrong passwords', async () => {
    const { w, desk, anas, other } = await people()
    w.pass(16 * MINUTE)
    expect((await confirmWith(desk, other)).status).toBe(422)
    expect((await confirmWith(desk, anas, { origin: 'https://evil.example' })).status).toBe(422)
    expect((await desk.post('/account/confirm', { passkey: '' })).status).toBe(422)
    const login = await anas.sign(await questionAt(w.browser(), '/login/passkey/question'))
    expect((await desk.post('/account/confirm', { passkey: login })).status).toBe(422)
    for (let i = 0; i < 2; i++) expect((await desk.post('/account/confirm', { password: 'wrong' })).status).toBe(422)
    const full = await confirmWith(desk, anas)
    expect([full.status, alertsIn(await full.text())[0]]).toEqual([
      429,
      'The passkey was wrong too often. Please try again in 15 minutes.',
    ])
    expect((await desk.get('/account/passkeys/new')).status).toBe(303)
    expect(await desk.page('/account/activity')).toContain('A passkey was refused when it was asked for once more')
  })
})

test('a new password by a link leaves the passkeys, and says so', async () => {
  const { w, anas } = await people()
  const reset = async (name: string) => {
    const link = await makeResetLink(w, `${name}@example.com`, { ip: '', agent: '', now: w.now() })
    const tab = w.browser()
    await tab.get(new URL(link).pathname)
    await tab.post('/reset', { password: 'another kettle', verify: 'another kettle' })
    return flashesIn(await tab.page('/login'))
  }
  const said = 'Your passkeys go on logging you in. Look under Account whether they are all yours.'
  expect(await reset('ana')).toContain(said)
  expect((await logInWith(w.browser(), anas)).status).toBe(303)
  await w.person('ben')
  const bens = await reset('ben')
  expect([bens.length, bens.includes(said)]).toEqual([1, false])
})

describe('whoever runs the site', () => {
  const from = (now: Date) => ({ ip: '', agent: 'command line', now })

  test('takes away app, codes and passkeys together; Ana is logged out everywhere and reads of it', async () => {
    const { w, desk, anas } = await people()
    await resetFactors(w, 'ana@example.com', from(w.now()))
    expect(await isIn(desk)).toBe(false)
    expect((await logInWith(w.browser(), anas)).status).toBe(422)
    const tab: Browser = await w.loggedIn('ana')
    const activity = await tab.page('/account/activity')
    expect(activity).toContain('Whoever runs this site removed your passkeys')
    expect(activity).toContain('Whoever runs this site turned off the login in two steps')
    expect(await countIn(w.db, 'passkeys')).toBe(1)
    expect(resetFactors(w, 'ana@example.com', from(w.now()))).rejects.toThrow('Nothing was changed')
  })

  test('takes away the passkeys of somebody who has nothing else', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const passkey = await addPasskey(ana)
    await resetFactors(w, 'ana@example.com', from(w.now()))
    expect([await isIn(ana), (await logInWith(w.browser(), passkey)).status]).toEqual([false, 422])
    const activity = await (await w.loggedIn('ana')).page('/account/activity')
    expect(activity).toContain('Whoever runs this site removed your passkeys')
    expect(activity).not.toContain('turned off the login in two steps')
  })
})
