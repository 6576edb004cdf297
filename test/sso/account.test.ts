import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '#core/time.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { isIn } from '#test/factors/app.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { addPasskey } from '#test/passkeys/device.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { openHostile, signed } from './hostile.ts'
import { openIdp } from './idp.ts'
import { goesTo, goThrough, setOut } from './ways.ts'

const idp = await openIdp()
await idp.serve('http://localhost:3000')
const build = (env: Record<string, string> = {}) => world({ ...idp.env(), ...env }, quickHashing())
const LINK = { path: '/account/sign-in/work' }
const CONFIRM = { path: '/account/confirm/work', fields: { next: '/account/sign-in' } }

const isSudo = async (tab: Browser) =>
  (await tab.get('/account/two-factor/set-up')).headers.get('Location') !== toConfirm
const toConfirm = `/account/confirm?next=${encodeURIComponent('/account/two-factor/set-up')}`
const unlink = (tab: Browser) => tab.post('/account/sign-in/unlink', { issuer: idp.issuer })
const usersOf = (w: World) => w.db.selectFrom('identities').select('user_id').execute()

/** Ana with a password, linked with the provider, in a world of her own. */
async function linked(env: Record<string, string> = {}) {
  const w = await build(env)
  const tab = await w.loggedIn('ana')
  await goThrough(tab, idp, 'ana-there', LINK)
  return { w, tab }
}

describe('linking', () => {
  test('Ana links her account on its own page, and from then on comes in both ways', async () => {
    const w = await build()
    const tab = await w.loggedIn('ana')
    expect(await tab.page('/account/password')).toContain('href="/account/sign-in"')
    const page = await tab.get('/account/sign-in')
    expect(page.headers.get('Content-Security-Policy')).toContain(`form-action 'self' ${idp.issuer};`)
    // Turbo would keep the policy of the page before.
    expect(await page.text()).toContain('<meta name="turbo-visit-control" content="reload">')
    expect(goesTo(await goThrough(tab, idp, 'ana-there', LINK))).toEqual([303, '/account/sign-in'])
    const after = await tab.page('/account/sign-in')
    expect(flashesIn(after)[0]).toContain('Linked.')
    expect(after).toContain('Unlink Work')
    // Which of the accounts there it was.
    expect(after).toContain('ana-there@example.com')
    expect(after).not.toContain('Link with Work')
    expect(await tab.page('/account/activity')).toContain('You linked your account with Work')
    const other = w.browser()
    expect(goesTo(await goThrough(other, idp, 'ana-there'))).toEqual([303, '/'])
    expect(await other.page('/account')).toContain('ana@example.com')
    expect(await isIn(await w.loggedIn('ana'))).toBe(true)
  })

  test('it logs out all other devices, and the token of this one is another', async () => {
    const w = await build()
    const [tab, other] = [await w.loggedIn('ana'), await w.loggedIn('ana')]
    const before = tab.token
    await goThrough(tab, idp, 'ana-there', LINK)
    expect([await isIn(tab), await isIn(other), tab.token === before]).toEqual([true, false, false])
  })

  test('it asks for a proof before, and again when that has become old at the provider', async () => {
    const w = await build()
    const tab = await w.loggedIn('ana')
    w.pass(14 * MINUTE)
    const address = await setOut(tab, { ...LINK, origin: idp.issuer })
    const back = await idp.browser().visit(address.href, 'ana-there')
    w.pass(2 * MINUTE)
    expect(goesTo(await tab.get(back))).toEqual([303, '/auth/work/refused/left'])
    const answer = await tab.post('/account/sign-in/work', { origin: idp.issuer }, { from: '/account/sign-in' })
    expect(goesTo(answer)).toEqual([303, `/account/confirm?next=${encodeURIComponent('/account/sign-in')}`])
    expect(await countIn(w.db, 'identities')).toBe(0)
  })

  test('the browser shows there as whom: it has to log in anew', async () => {
    const w = await build()
    const address = await setOut(await w.loggedIn('ana'), { ...LINK, origin: idp.issuer })
    expect(address.searchParams.get('prompt')).toBe('login')
  })

  test('Eve, who logs in meanwhile in the same browser, is not linked with Ana’s', async () => {
    const w = await build()
    const tab = await w.loggedIn('ana')
    await w.person('eve')
    const address = await setOut(tab, { ...LINK, origin: idp.issuer })
    await tab.post('/login', { email: 'eve@example.com', password: PASSWORD })
    const back = await idp.browser().visit(address.href, 'ana-there')
    expect(goesTo(await tab.get(back))).toEqual([303, '/auth/work/refused/left'])
    expect(await countIn(w.db, 'identities')).toBe(0)
  })

  test('one account there belongs to one person here, and each has one there', async () => {
    const { w, tab } = await linked()
    const ana = await w.person('ana')
    const eve = await w.loggedIn('eve')
    expect(goesTo(await goThrough(eve, idp, 'ana-there', LINK))).toEqual([303, '/auth/work/refused/linked'])
    expect(goesTo(await goThrough(tab, idp, 'another', LINK))).toEqual([303, '/auth/work/refused/linked'])
    expect(await usersOf(w)).toEqual([{ user_id: ana.id }])
    expect([await isIn(eve), await isIn(tab)]).toEqual([true, true])
  })

  test('no way in leads there, and none that was begun to link', async () => {
    const w = await build()
    expect(
      (await w.browser().post('/account/sign-in/work', { origin: idp.issuer })).headers.get('Location'),
    ).toStartWith('/login')
    const tab = await w.loggedIn('ana')
    const address = await setOut(tab, { ...LINK, origin: idp.issuer })
    const back = await idp.browser().visit(address.href, 'ana-there')
    await tab.post('/logout')
    expect(goesTo(await tab.get(back))).toEqual([303, '/auth/work/refused/left'])
    expect([await isIn(tab), await countIn(w.db, 'identities')]).toEqual([false, 0])
  })
})

describe('unlinking', () => {
  test('what is unlinked logs nobody in any more, and the other devices are logged out', async () => {
    const { w, tab } = await linked({ REGISTRATION: 'closed' })
    const other = w.browser()
    await goThrough(other, idp, 'ana-there')
    expect(await isIn(other)).toBe(true)
    expect(goesTo(await unlink(tab))).toEqual([303, '/account/sign-in'])
    expect(flashesIn(await tab.page('/account/sign-in')).join()).toContain('Unlinked')
    expect(await tab.page('/account/activity')).toContain('You unlinked your account from Work')
    expect(await isIn(other)).toBe(false)
    expect(goesTo(await goThrough(other, idp, 'ana-there'))).toEqual([303, '/auth/work/refused/unknown'])
    expect((await unlink(tab)).status).toBe(404)
  })

  test('it asks for a proof, and Eve cannot unlink what is Ana’s', async () => {
    const { w, tab } = await linked()
    const eve = await w.loggedIn('eve')
    expect((await unlink(eve)).status).toBe(404)
    w.pass(16 * MINUTE)
    expect((await unlink(tab)).headers.get('Location')).toStartWith('/account/confirm')
    expect(await countIn(w.db, 'identities')).toBe(1)
  })

  test('the last way in stays: Ben, who has no password, is told to choose one first', async () => {
    const w = await build()
    const ben = w.browser()
    await goThrough(ben, idp, 'ben')
    const answer = await unlink(ben)
    expect(answer.status).toBe(422)
    expect(alertsIn(await answer.text())[0]).toContain('Choose a password first')
    expect([await countIn(w.db, 'identities'), await isIn(ben)]).toEqual([1, true])
  })

  test('with a passkey he may unlink, and then not remove that', async () => {
    const w = await build()
    const ben = w.browser()
    await goThrough(ben, idp, 'ben')
    await addPasskey(ben)
    expect(goesTo(await unlink(ben))).toEqual([303, '/account/sign-in'])
    const { public_id } = await w.db.selectFrom('passkeys').select('public_id').executeTakeFirstOrThrow()
    const answer = await ben.post(`/account/passkeys/${public_id}/remove`)
    expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('This is your only way in.')])
    expect(await countIn(w.db, 'passkeys')).toBe(1)
  })

  test('a site that the settings name no more can be unlinked too', async () => {
    const { w } = await linked()
    const later = w.another({ OIDC_PROVIDERS: '' })
    const tab = later.browser()
    await tab.post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(await tab.page('/account/sign-in')).toContain(`Unlink ${new URL(idp.issuer).host}`)
    expect(goesTo(await unlink(tab))).toEqual([303, '/account/sign-in'])
    expect(await countIn(w.db, 'identities')).toBe(0)
  })
})

describe('proving oneself through the provider', () => {
  /** Ben, who has no password, sixteen minutes after he logged in. */
  async function later() {
    const w = await build()
    const tab = w.browser()
    const there = idp.browser()
    await goThrough(tab, idp, 'ben', { there })
    w.pass(16 * MINUTE)
    return { w, tab, there }
  }

  test('Ben, who has no password, is asked for none, and confirms by logging in there once more', async () => {
    const { tab, there } = await later()
    expect(await isSudo(tab)).toBe(false)
    const page = await tab.page('/account/confirm')
    expect(page).not.toContain('type="password"')
    expect(page).toContain('Confirm through Work')
    const address = await setOut(tab, { ...CONFIRM, origin: idp.issuer })
    expect([address.searchParams.get('max_age'), address.searchParams.get('prompt')]).toEqual(['0', 'login'])
    const before = tab.token
    const back = await there.visit(address.href, 'ben')
    expect(goesTo(await tab.get(back))).toEqual([303, '/account/sign-in'])
    expect([await isSudo(tab), tab.token === before]).toEqual([true, false])
  })

  test('somebody else there proves nothing', async () => {
    const { w, tab } = await later()
    expect(goesTo(await goThrough(tab, idp, 'eve', CONFIRM))).toEqual([303, '/auth/work/refused/other'])
    expect(await isSudo(tab)).toBe(false)
    expect(await countIn(w.db, 'users')).toBe(1)
    expect(await tab.page('/account/activity')).toContain('Work was to confirm that it is you, and named somebody else')
  })

  test('who has no link is offered none', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    expect(await ana.page('/account/confirm')).not.toContain('Confirm through')
  })

  test.each([
    ['an hour ago', HOUR],
    ['two minutes before it was asked', 2 * MINUTE],
    ['at a time that is not said', undefined],
  ])('a login %s there is no proof', async (_, ago) => {
    const hostile = openHostile()
    const w = await world(hostile.env(), quickHashing())
    const tab = w.browser()
    const come = async (path: string, token: (nonce: string) => string) => {
      hostile.token = token
      const address = await setOut(tab, { path, origin: hostile.issuer })
      const { state, nonce } = Object.fromEntries(address.searchParams)
      return tab.get(`/auth/work/callback?${new URLSearchParams({ code: nonce!, state: state! })}`)
    }
    await come('/auth/work', (nonce) => signed(hostile.claims(nonce)))
    w.pass(16 * MINUTE)
    const at = (ms: number) => Math.floor((Date.now() - ms) / 1000)
    const old = ago === undefined ? {} : { auth_time: at(ago) }
    const answer = await come('/account/confirm/work', (nonce) => signed({ ...hostile.claims(nonce), ...old }))
    expect(goesTo(answer)).toEqual([303, '/auth/work/refused/failed'])
    expect(await isSudo(tab)).toBe(false)
    await come('/account/confirm/work', (nonce) => signed({ ...hostile.claims(nonce), auth_time: at(0) }))
    expect(await isSudo(tab)).toBe(true)
  })

  test('a way that was begun to come in proves nothing, and one to prove oneself lets nobody in', async () => {
    const { tab } = await later()
    const address = await setOut(tab, { ...CONFIRM, origin: idp.issuer })
    const back = await idp.browser().visit(address.href, 'ben')
    await tab.post('/logout')
    expect(goesTo(await tab.get(back))).toEqual([303, '/auth/work/refused/left'])
    expect(await isIn(tab)).toBe(false)
  })
})

test('who has no password is not asked for the present one, and no password lets them in', async () => {
  const w = await build()
  const ben = w.browser()
  await goThrough(ben, idp, 'ben')
  const page = await ben.page('/account/password')
  expect(page).toContain('You have no password here.')
  expect(page).not.toContain('type="password"')
  expect((await ben.post('/account/password', { current: 'x', password: PASSWORD, verify: PASSWORD })).status).toBe(422)
  for (const password of ['x', PASSWORD]) {
    expect((await w.browser().post('/login', { email: 'ben@example.com', password })).status).toBe(422)
  }
})

test('mails tell of linking and unlinking, and a link lets who has no password choose one', async () => {
  const inbox = await openInbox()
  const w = await build(inbox.env)
  const tab = await w.loggedIn('ana')
  await goThrough(tab, idp, 'ana-there', LINK)
  await w.app.tick()
  const first = await inbox.until(1)
  expect([first.to, first.headers.get('subject')]).toEqual([['ana@example.com'], 'You can log in through Work now'])
  expect(first.text).toContain('from Firefox on Linux (127.0.0.1)')
  await unlink(tab)
  await w.app.tick()
  expect((await inbox.until(2)).headers.get('subject')).toBe('You cannot log in through Work any more')

  const ben = w.browser()
  await goThrough(ben, idp, 'ben')
  expect(await ben.page('/account/password')).toContain('action="/forgot"')
  await ben.post('/forgot', { email: 'ben@example.com' })
  await w.app.tick()
  const mail = await inbox.until(3)
  const link = new URL(/https?:\/\/\S+\/reset\/[\w-]{43}/.exec(mail.text)![0]).pathname
  await ben.get(link)
  await ben.post('/reset', { password: PASSWORD, verify: PASSWORD })
  expect(goesTo(await w.browser().post('/login', { email: 'ben@example.com', password: PASSWORD }))).toEqual([303, '/'])
  // What the provider says still lets him in: it is his as before.
  w.pass(DAY)
  expect(goesTo(await goThrough(w.browser(), idp, 'ben'))).toEqual([303, '/'])
})
