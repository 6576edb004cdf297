import { describe, expect, test } from 'bun:test'
import { MINUTE } from '#core/time.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { flashesIn } from '#test/browser.ts'
import { isIn, setUp } from '#test/factors/app.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { type World, world } from '#test/world.ts'
import { openIdp } from './idp.ts'
import { goesTo, goThrough, setOut } from './ways.ts'

const idp = await openIdp()
await idp.serve('http://localhost:3000')
const build = (env: Record<string, string> = {}) => world({ ...idp.env(), ...env }, quickHashing())
const identitiesIn = (w: World) => w.db.selectFrom('identities').selectAll().orderBy('sub').execute()
const sessionsIn = (w: World) => w.db.selectFrom('sessions').selectAll().orderBy('id').execute()

describe('the way there', () => {
  test('begins with a button on the login page, which alone may lead to the provider', async () => {
    const w = await build()
    const tab = w.browser()
    for (const path of ['/login', '/register']) {
      const answer = await tab.get(path)
      expect(await answer.text()).toContain('formaction="/auth/work"')
      expect(answer.headers.get('Content-Security-Policy')).toContain(`form-action 'self' ${idp.issuer};`)
    }
    expect((await tab.get('/forgot')).headers.get('Content-Security-Policy')).toContain("form-action 'self';")
    const without = await (await world({}, quickHashing())).browser().get('/login')
    expect(await without.text()).not.toContain('/auth/')
  })

  test('carries state, nonce and the S256 challenge, asks for three scopes, and no GET begins it', async () => {
    const w = await build()
    const tab = w.browser()
    const address = await setOut(tab, { origin: idp.issuer })
    const asked = Object.fromEntries(address.searchParams)
    expect(asked).toMatchObject({
      redirect_uri: 'http://localhost:3000/auth/work/callback',
      scope: 'openid email profile',
      response_type: 'code',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(Object.keys(asked)).not.toContain('prompt')
    expect((await tab.get('/auth/work')).status).toBe(405)
    expect((await tab.post('/auth/elsewhere', { origin: idp.issuer })).status).toBe(404)
    const foreign = await tab.post('/auth/work', {}, { headers: { Origin: 'https://evil.example' } })
    expect(foreign.status).toBe(403)
  })

  test('the cookie is only for our server, and lasts ten minutes', async () => {
    const safe = await build({ BASE_URL: 'https://todo.example.org' })
    const answer = await safe.browser().post('/auth/work', { origin: idp.issuer })
    expect(answer.headers.getSetCookie().join()).toMatch(
      /^__Host-sso=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/,
    )
  })

  test('where the page allowed another origin, a link leads on, which no policy stops', async () => {
    const w = await build()
    const answer = await w.browser().post('/auth/work', { origin: 'https://old.example' })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain(`href="${idp.issuer}/auth?`)
  })
})

describe('coming back', () => {
  test('Ana, who was never here, has an account without a password, and her address is confirmed', async () => {
    const w = await build()
    idp.people.set('ana', { email: 'Ana@Example.com', email_verified: true, name: 'Ana\u0000 Luz' })
    const tab = w.browser()
    expect(goesTo(await goThrough(tab, idp, 'ana'))).toEqual([303, '/'])
    const page = await tab.page('/')
    expect(flashesIn(page)[0]).toContain('Your account is ready.')
    const user = await w.db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
    expect(user).toMatchObject({ email: 'Ana@Example.com', email_canon: 'ana@example.com', name: 'Ana Luz' })
    expect([user.password_phc, user.email_verified_at]).toEqual([null, w.now().toISOString()])
    // The first on this machine, as with a password.
    expect(user.role).toBe('admin')
    expect(await identitiesIn(w)).toEqual([
      {
        issuer: idp.issuer,
        sub: 'ana',
        user_id: user.id,
        email_at_link: 'Ana@Example.com',
        linked_at: w.now().toISOString(),
      },
    ])
    idp.people.delete('ana')
  })

  test('she is the same the next time, also when her address there is another, and goes where she wanted', async () => {
    const w = await build()
    await goThrough(w.browser(), idp, 'ana')
    idp.people.set('ana', { email: 'someone@else.example', email_verified: true })
    const tab = w.browser()
    expect(goesTo(await goThrough(tab, idp, 'ana', { fields: { next: '/completed' } }))).toEqual([303, '/completed'])
    idp.people.delete('ana')
    expect(flashesIn(await tab.page('/completed'))).toEqual(['You are logged in.'])
    expect([await countIn(w.db, 'users'), await countIn(w.db, 'identities')]).toEqual([1, 1])
    const session = (await sessionsIn(w)).at(-1)
    expect([session?.amr, session?.persistent]).toEqual(['oidc', 0])
    expect([tab.jar.has('sso'), tab.jar.has('device')]).toEqual([false, true])
  })

  test('“Keep me logged in” counts here too, and nothing else that was wanted is believed', async () => {
    const w = await build()
    const fields = { remember: 'on', next: 'https://evil.example/' }
    expect(goesTo(await goThrough(w.browser(), idp, 'ana', { fields }))).toEqual([303, '/'])
    expect((await sessionsIn(w)).at(-1)?.persistent).toBe(1)
  })

  test('who has a second step is asked for it here as well', async () => {
    const w = await build()
    const ana = w.browser()
    await goThrough(ana, idp, 'ana')
    const phone = await setUp(w, ana)
    const tab = w.browser()
    expect(goesTo(await goThrough(tab, idp, 'ana', { fields: { next: '/completed' } }))).toEqual([303, '/login/second'])
    expect(await isIn(tab)).toBe(false)
    await tab.post('/login/second', { code: '000000' })
    expect(goesTo(await tab.post('/login/second', { code: phone.code() }))).toEqual([303, '/completed'])
    expect((await sessionsIn(w)).at(-1)?.amr).toBe('oidc otp')
    expect(await tab.page('/account/activity')).toContain('You logged in through another site')
    expect(await tab.page('/account/activity')).toContain(
      'Somebody came from another site as you, and then typed a wrong code',
    )
  })

  test('nothing that the provider gave is kept, sent to the browser or written to the log', async () => {
    const w = await build()
    const tab = w.browser()
    const address = await setOut(tab, { origin: idp.issuer })
    const back = await idp.browser().visit(address.href, 'ana')
    const code = new URLSearchParams(back.split('?')[1]).get('code')!
    const answer = await tab.get(back)
    expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer')
    const said = [...answer.headers].join() + (await answer.text())
    const kept = JSON.stringify([await everythingIn(w.db), w.log.entries])
    for (const secret of [code, 'eyJhbGci', 'a secret between']) {
      expect(said).not.toContain(secret)
      expect(kept).not.toContain(secret)
    }
    expect(kept).not.toContain(address.searchParams.get('state')!)
  })

  test('after the logout nobody is sent to the provider, and the login page waits', async () => {
    const w = await build()
    const tab = w.browser()
    await goThrough(tab, idp, 'ana')
    const out = await tab.post('/logout')
    expect(goesTo(out)).toEqual([303, '/login'])
    expect((await tab.get('/login')).status).toBe(200)
    expect(await isIn(tab)).toBe(false)
  })
})

describe('who has no account here', () => {
  test('gets none where nobody may register', async () => {
    const w = await build({ REGISTRATION: 'closed' })
    const tab = w.browser()
    expect(goesTo(await goThrough(tab, idp, 'ana'))).toEqual([303, '/auth/work/refused/unknown'])
    const page = await tab.get('/auth/work/refused/unknown')
    expect([page.status, await page.text()]).toEqual([403, expect.stringContaining('link it with Work')])
    expect([await countIn(w.db, 'users'), await countIn(w.db, 'sessions')]).toEqual([0, 0])
  })

  test.each([
    ['an address that was not confirmed there', { email: 'eve@example.com', email_verified: false }],
    ['an address of which nothing is said', { email: 'eve@example.com' }],
    ['no address', {}],
    ['none that is an address', { email: 'eve', email_verified: true }],
  ])('nor with %s', async (_, claims) => {
    const w = await build()
    idp.people.set('eve', claims)
    expect(goesTo(await goThrough(w.browser(), idp, 'eve'))).toEqual([303, '/auth/work/refused/unproved'])
    idp.people.delete('eve')
    expect([await countIn(w.db, 'users'), await countIn(w.db, 'identities')]).toEqual([0, 0])
  })

  test('Eve, who has Ana’s address there, does not come to Ana’s account', async () => {
    const w = await build()
    await w.person('ana')
    idp.people.set('eve', { email: 'ANA@example.com', email_verified: true })
    const tab = w.browser()
    expect(goesTo(await goThrough(tab, idp, 'eve'))).toEqual([303, '/auth/work/refused/taken'])
    idp.people.delete('eve')
    expect(await isIn(tab)).toBe(false)
    expect(await (await tab.get('/auth/work/refused/taken')).text()).toContain('It is not linked with Work.')
    expect([await countIn(w.db, 'identities'), await countIn(w.db, 'sessions')]).toEqual([0, 0])
  })

  test('registrations are counted as those with a password are', async () => {
    const w = await build({ LIMIT_REGISTER_PER_HOUR: '1' })
    expect(goesTo(await goThrough(w.browser(), idp, 'ana'))).toEqual([303, '/'])
    expect(goesTo(await goThrough(w.browser(), idp, 'ben'))).toEqual([303, '/auth/work/refused/often'])
    expect(goesTo(await goThrough(w.browser(), idp, 'ana'))).toEqual([303, '/'])
  })
})

test('who is disabled stays outside, and reads of it when they are let in again', async () => {
  const w = await build()
  const tab = w.browser()
  await goThrough(tab, idp, 'ana')
  await w.db.updateTable('users').set({ status: 'disabled' }).execute()
  expect(goesTo(await goThrough(tab, idp, 'ana'))).toEqual([303, '/auth/work/refused/disabled'])
  expect(await isIn(tab)).toBe(false)
  await w.db.updateTable('users').set({ status: 'active' }).execute()
  await goThrough(tab, idp, 'ana')
  expect(await tab.page('/account/activity')).toContain('Somebody came from Work to log in, and was refused')
})

test('whoever cancels there is told, and nobody is logged in', async () => {
  const w = await build()
  const tab = w.browser()
  expect(goesTo(await goThrough(tab, idp, ''))).toEqual([303, '/auth/work/refused/cancelled'])
  expect(await isIn(tab)).toBe(false)
})

test('a provider that is down stops neither the server nor the password, and is asked again a while later', async () => {
  const gone = await openIdp()
  const w = await world({ ...gone.env(), LIMIT_LOGIN_PER_MINUTE: '1000' }, quickHashing())
  const page = await w.browser().get('/login')
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Go on with Work')])
  const tab = w.browser()
  expect(goesTo(await tab.post('/auth/work', { origin: gone.issuer }))).toEqual([303, '/auth/work/refused/down'])
  const sorry = await tab.get('/auth/work/refused/down')
  expect([sorry.status, await sorry.text()]).toEqual([503, expect.stringContaining('Work does not answer')])
  expect(await isIn(await w.loggedIn('ben'))).toBe(true)
  const lines = w.log.entries.filter((entry) => JSON.stringify(entry).includes('sso_unreachable'))
  expect(lines).toHaveLength(1)
  await gone.serve('http://localhost:3000')
  expect(goesTo(await tab.post('/auth/work', { origin: gone.issuer }))).toEqual([303, '/auth/work/refused/down'])
  w.pass(MINUTE)
  expect(goesTo(await goThrough(tab, gone, 'ana'))).toEqual([303, '/'])
  // What it said of itself is remembered.
  await tab.get('/login')
  await goThrough(w.browser(), gone, 'ana')
  expect(gone.asked.filter((line) => line.includes('openid-configuration'))).toHaveLength(2)
})
