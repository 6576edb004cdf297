import { expect, test } from 'bun:test'
import { HOUR, MINUTE } from '#core/time.ts'
import { lookAt, mint, type OneTime, spend } from '#features/accounts/one-time.ts'
import { bumpCredentials } from '#features/accounts/people.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { type World, world } from '#test/world.ts'
import { quickHashing } from './hashing.ts'

const [OLD, NEW] = ['an-old-one-that-is-long-enough-0123456789', 'a-fresh-one-that-is-long-enough-9876543210']
const build = () => world({}, quickHashing())

const made = (w: World, what: OneTime): Promise<string> => w.db.transact((trx) => mint(trx, w.keys, what, w.now()))
const spent = (w: World, purpose: string, token: string) =>
  w.db.transact((trx) => spend(trx, w.keys, purpose, token, w.now()))

test('of fifty who use a link at once, one succeeds', async () => {
  const w = await build()
  const ana = await w.person('ana')
  const token = await made(w, { purpose: 'reset', user: ana, lifeMs: HOUR })
  const all = await Promise.all(Array.from({ length: 50 }, () => spent(w, 'reset', token)))
  expect(all.filter((one) => one !== undefined)).toEqual([{ user: ana.id, address: undefined, payload: null }])
  expect(await spent(w, 'reset', token)).toBeUndefined()
})

test('what it was made for comes back, also where it belongs to nobody yet', async () => {
  const w = await build()
  const invitation = { purpose: 'invite', address: 'ben@example.com', lifeMs: HOUR, payload: { role: 'user' } }
  const [first, second] = [await made(w, invitation), await made(w, { ...invitation, address: 'eve@example.com' })]
  expect(await lookAt(w.db, w.keys, 'invite', first, w.now())).toEqual({
    user: undefined,
    address: 'ben@example.com',
    payload: { role: 'user' },
  })
  expect(await spent(w, 'invite', first)).toMatchObject({ address: 'ben@example.com' })
  expect(await spent(w, 'invite', second)).toMatchObject({ address: 'eve@example.com' })
})

test('a secret for one purpose is nothing for another, and looking at it uses nothing up', async () => {
  const w = await build()
  const token = await made(w, { purpose: 'invite', lifeMs: HOUR })
  for (const purpose of ['reset', 'invite2', '', 'invit']) expect(await spent(w, purpose, token)).toBeUndefined()
  for (const other of ['', 'x', `${token}A`, token.slice(1), 'A'.repeat(43), '\0'.repeat(43)])
    expect(await spent(w, 'invite', other)).toBeUndefined()
  for (let i = 0; i < 3; i++) expect(await lookAt(w.db, w.keys, 'invite', token, w.now())).toBeDefined()
  expect(await spent(w, 'invite', token)).toBeDefined()
  expect(await lookAt(w.db, w.keys, 'invite', token, w.now())).toBeUndefined()
})

test('it is over to the millisecond, and chores remove it', async () => {
  const w = await build()
  const [early, late] = [
    await made(w, { purpose: 'invite', lifeMs: 30 * MINUTE }),
    await made(w, { purpose: 'invite', lifeMs: 30 * MINUTE }),
  ]
  w.pass(30 * MINUTE - 1)
  expect(await spent(w, 'invite', early)).toBeDefined()
  w.pass(1)
  expect(await lookAt(w.db, w.keys, 'invite', late, w.now())).toBeUndefined()
  expect(await spent(w, 'invite', late)).toBeUndefined()
  await w.app.tick()
  expect(await countIn(w.db, 'one_time_tokens')).toBe(0)
})

test('changed credentials make it worthless, where it carries their number', async () => {
  const w = await build()
  const ana = await w.person('ana')
  const reset = await made(w, { purpose: 'reset', user: ana, lifeMs: HOUR })
  const cancel = await made(w, { purpose: 'cancel', user: { id: ana.id }, lifeMs: HOUR })
  await w.db.transact((trx) => bumpCredentials(trx, ana, { password_phc: 'another' }))
  expect(await lookAt(w.db, w.keys, 'reset', reset, w.now())).toBeUndefined()
  expect(await spent(w, 'reset', reset)).toBeUndefined()
  expect(await spent(w, 'cancel', cancel)).toMatchObject({ user: ana.id })
})

test('a new one takes the place of the one before, for the same person and purpose only', async () => {
  const w = await build()
  const [ana, ben] = [await w.person('ana'), await w.person('ben')]
  const first = await made(w, { purpose: 'reset', user: ana, lifeMs: HOUR })
  const other = await made(w, { purpose: 'verify', user: ana, lifeMs: HOUR })
  const bens = await made(w, { purpose: 'reset', user: ben, lifeMs: HOUR })
  const second = await made(w, { purpose: 'reset', user: ana, lifeMs: HOUR })
  expect(await spent(w, 'reset', first)).toBeUndefined()
  for (const [purpose, token] of [
    ['reset', second],
    ['verify', other],
    ['reset', bens],
  ] as const)
    expect(await spent(w, purpose, token)).toBeDefined()
})

test('a link of before is good under a new secret key, as long as the old one is named', async () => {
  const w = await world({ SECRET_KEY: OLD }, quickHashing())
  const token = await made(w, { purpose: 'invite', lifeMs: HOUR })
  expect(await spent(w.another({ SECRET_KEY: NEW }), 'invite', token)).toBeUndefined()
  expect(await spent(w.another({ SECRET_KEY: NEW, PREVIOUS_SECRET_KEYS: OLD }), 'invite', token)).toBeDefined()
})

test('the token stands nowhere in the database, and goes with its person', async () => {
  const w = await build()
  const ana = await w.person('ana')
  const token = await made(w, { purpose: 'reset', user: ana, lifeMs: HOUR })
  expect((await everythingIn(w.db)).includes(token)).toBe(false)
  await w.db.deleteFrom('lists').where('owner_id', '=', ana.id).execute()
  await w.db.deleteFrom('users').where('id', '=', ana.id).execute()
  expect(await countIn(w.db, 'one_time_tokens')).toBe(0)
})
