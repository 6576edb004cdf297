import { expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import { makeResetLink } from '#features/recovery/resetting.ts'
import { addIdentity } from '#features/sso/identities.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import type { Browser } from '#test/browser.ts'
import { halfway, setUp } from '#test/factors/app.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const NEW = 'seven kettles by the door'

/** Ana with a second step, a passkey and another site, of which Eve may have made one. */
async function site() {
  const w = await world({}, quickHashing())
  const user = await w.person('ana')
  const ana = await w.loggedIn('ana')
  const phone = await setUp(w, ana)
  const passkey = {
    ...{ credential_id: 'x', public_id: newId(), user_id: user.id, public_key: '', counter: 0, backup_eligible: 0 },
    ...{ backed_up: 0, transports: '[]', name: 'A phone', created_at: w.now().toISOString(), last_used_at: null },
  }
  await w.db
    .insertInto('passkeys')
    .values(passkey as never)
    .execute()
  const there = { issuer: 'https://login.example.org', sub: 'ana', email: undefined }
  await w.db.transact((trx) => addIdentity(trx, user, there, w.now()))
  return { w, phone, user }
}

/** Chooses a new password by a link of whoever runs the site. */
async function reset(w: World, email = 'ana@example.com'): Promise<void> {
  const link = await makeResetLink(w, email, { ip: '', agent: 'command line', now: w.now() })
  const tab = w.browser()
  await tab.get(new URL(link).pathname)
  expect((await tab.post('/reset', { password: NEW, verify: NEW })).status).toBe(303)
}

const isSentToReview = async (tab: Browser, path = '/') =>
  (await tab.get(path)).headers.get('Location') === '/account/review'

test('after a password that was lost, Ana is shown once what else logs her in', async () => {
  const { w, phone } = await site()
  await reset(w)
  const ana = await halfway(w, 'ana', { password: NEW })
  await ana.post('/login/second', { code: phone.code() })
  for (const path of ['/', '/today', '/account']) expect([path, await isSentToReview(ana, path)]).toEqual([path, true])
  const page = await ana.page('/account/review')
  for (const way of ['A phone', 'login.example.org', 'Authenticator app']) expect(page).toContain(way)
  for (const path of ['/account/passkeys', '/account/sign-in', '/account/two-factor', '/account/confirm']) {
    expect([path, (await ana.get(path)).status]).toEqual([path, 200])
  }
  // What her devices send meanwhile is done.
  expect((await ana.post('/tasks', { task: 'Milk' })).headers.get('Location')).not.toBe('/account/review')
  expect((await ana.post('/account/review')).headers.get('Location')).toBe('/')
  expect((await ana.get('/')).status).toBe(200)
})

test('whoever comes by another of the ways is not asked whether it is theirs', async () => {
  const { w, user } = await site()
  await reset(w)
  const eve = await halfway(w, 'ana', { password: NEW })
  await w.db.deleteFrom('totps').execute()
  await eve.post('/login', { email: user.email, password: NEW })
  await w.db.updateTable('sessions').set({ amr: 'pk' }).execute()
  expect((await eve.get('/')).status).toBe(200)
  expect((await eve.post('/account/review')).status).toBe(403)
  const { review_since } = await w.db.selectFrom('users').select('review_since').executeTakeFirstOrThrow()
  expect(review_since).not.toBeNull()
})

test('Ben, who has nothing but the password, is not asked; nor is who changes the password', async () => {
  const { w } = await site()
  await w.person('ben')
  await reset(w, 'ben@example.com')
  const ben = w.browser()
  await ben.post('/login', { email: 'ben@example.com', password: NEW })
  expect((await ben.get('/')).status).toBe(200)
  const another = { current: NEW, password: PASSWORD, verify: PASSWORD }
  expect((await ben.post('/account/password', another)).status).toBe(303)
  expect((await ben.get('/')).status).toBe(200)
})
