import { describe, expect, test } from 'bun:test'
import { changePerson } from '#features/admin/changing.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser } from '#test/browser.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { halfway, isIn, setUp } from './app.ts'

const HERE = { ip: '', agent: 'command line' }

/** Ana, who administers the site, with a second step that she has just shown. */
async function site(env: Record<string, string> = {}): Promise<{ w: World; ana: Browser }> {
  const w = await world(env, quickHashing())
  await changePerson(w, await w.person('ana'), 'make-admin', undefined, { ...HERE, now: w.now() })
  const ana = await w.loggedIn('ana')
  await setUp(w, ana)
  return { w, ana }
}

const choose = (ana: Browser, two_steps: string) =>
  ana.post('/admin/settings', { title: 'Get It Done!', registration: 'default', two_steps })

const isSentToSetUp = async (tab: Browser, path = '/') =>
  (await tab.get(path)).headers.get('Location') === '/account/two-factor'

describe('where two steps are asked of everybody', () => {
  test('Ben, who has one, sees nothing of his before he set up the second', async () => {
    const { w, ana } = await site()
    const ben = await w.loggedIn('ben')
    expect(await isIn(ben)).toBe(true)
    expect((await choose(ana, 'everybody')).status).toBe(303)
    for (const path of ['/', '/today', '/search?q=x', '/account', '/account/export', '/account/tokens']) {
      expect([path, await isSentToSetUp(ben, path)]).toEqual([path, true])
    }
    expect(alertsIn(await ben.page('/account/two-factor'))[0]).toStartWith('This site asks for a second step')
    await setUp(w, ben)
    expect(await isIn(ben)).toBe(true)
    // And from then on at every login.
    expect(await isIn(await halfway(w, 'ben'))).toBe(false)
  })

  test('what he sends meanwhile is not done, and his device keeps it', async () => {
    const { w, ana } = await site()
    const ben = await w.loggedIn('ben')
    const owner = (await w.db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', 'ben@example.com')
      .executeTakeFirst())!
    await choose(ana, 'everybody')
    expect((await ben.post('/tasks', { task: 'Milk' })).headers.get('Location')).toBe('/account/two-factor')
    const headers = { 'X-Outbox': owner.public_id, 'Sec-Fetch-Site': 'same-origin' }
    const body = new URLSearchParams({ task: 'Milk' })
    expect((await ben.request('/tasks', { method: 'POST', headers, body })).status).toBe(401)
    expect(await countIn(w.db, 'tasks')).toBe(0)
  })

  test('he can log out, and prove who he is', async () => {
    const { w, ana } = await site()
    const ben = await w.loggedIn('ben')
    await choose(ana, 'everybody')
    expect((await ben.get('/account/confirm')).status).toBe(200)
    expect((await ben.post('/account/confirm', { password: PASSWORD })).status).toBe(303)
    expect((await ben.post('/logout')).headers.get('Location')).toBe('/login')
  })

  test('who had the second step before shows it once in a session from before', async () => {
    const { w, ana } = await site()
    const cleo = await w.loggedIn('cleo')
    const phone = await setUp(w, cleo)
    expect(await isIn(cleo)).toBe(true)
    await w.db.updateTable('sessions').set({ amr: 'pwd' }).where('amr', '=', 'pwd otp').execute()
    await w.db.updateTable('instance').set({ two_steps: 'everybody' }).execute()
    w.pass(60_000)
    expect(await isSentToSetUp(cleo)).toBe(true)
    await cleo.post('/account/confirm', { code: phone.code(1) })
    expect(await isIn(cleo)).toBe(true)
    expect(await isSentToSetUp(ana)).toBe(true)
  })

  test('a code that he types to confirm does not let Eve in, who types a wrong one', async () => {
    const { w, ana } = await site()
    const eve = await w.loggedIn('eve')
    await choose(ana, 'everybody')
    await eve.post('/account/confirm', { code: '000000' })
    await eve.post('/account/confirm', { password: PASSWORD })
    expect(await isSentToSetUp(eve)).toBe(true)
  })
})

describe('who is asked', () => {
  test('administrators alone, where that was chosen; and nobody by default', async () => {
    const { w, ana } = await site()
    const [ben, dan] = [await w.loggedIn('ben'), await w.loggedIn('dan')]
    await choose(ana, 'admins')
    await changePerson(w, await userCalled(w, 'dan'), 'make-admin', undefined, { ...HERE, now: w.now() })
    expect([await isIn(ben), await isSentToSetUp(dan), await isIn(ana)]).toEqual([true, true, true])
    expect(await isSentToSetUp(dan, '/admin/people')).toBe(true)
    await choose(ana, 'nobody')
    expect(await isIn(dan)).toBe(true)
  })

  test('is what MFA_REQUIRED says until somebody chooses, in every process', async () => {
    const { w } = await site()
    const strict = w.another({ MFA_REQUIRED: 'everybody' })
    const ben = await w.loggedIn('ben')
    expect(await isIn(ben)).toBe(true)
    const there = strict.browser()
    await there.post('/login', { email: 'ben@example.com', password: PASSWORD })
    expect(await isSentToSetUp(there)).toBe(true)
    await w.db.updateTable('instance').set({ two_steps: 'nobody' }).execute()
    strict.pass(60_000)
    expect(await isIn(there)).toBe(true)
  })

  test('is written down with who chose it', async () => {
    const { ana } = await site()
    await choose(ana, 'everybody')
    expect(await ana.page('/account/activity')).toContain('You changed who has to log in in two steps: everybody')
    expect((await choose(ana, 'somebody')).status).toBe(422)
  })
})

const userCalled = (w: World, name: string) =>
  w.db.selectFrom('users').selectAll().where('email', '=', `${name}@example.com`).executeTakeFirstOrThrow()
