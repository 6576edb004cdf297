import { afterEach, describe, expect, test } from 'bun:test'
import type { Browser } from '#test/browser.ts'
import { halfway, setUp } from '#test/factors/app.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { quickHashing } from './hashing.ts'

const WIDE = '100000'
const NO_NETWORK = { LIMIT_LOGIN_PER_MINUTE: WIDE, LIMIT_LOGIN_PER_HOUR: WIDE, LIMIT_LOGIN_ACCOUNTS: WIDE }

/** Two servers on one database. */
type Pair = [World, World]

async function pair(env: Record<string, string> = {}): Promise<Pair> {
  const w = await world(env, quickHashing())
  const both: Pair = [w, w.another()]
  open.push(...both)
  return both
}

// All of them together would take more connections than PostgreSQL gives.
const open: World[] = []
afterEach(async () => {
  for (const w of open.splice(0)) await w.close()
})

/** The same browser at the other server: a proxy sends its requests now here, now there. */
function twin(tab: Browser, at: World): Browser {
  const other = at.browser()
  for (const [name, value] of tab.jar) other.jar.set(name, value)
  return other
}

/** Sends `count` requests at once, every other one to each of the two, and says how many of each status came back. */
async function both(
  count: number,
  send: (i: number, side: 0 | 1) => Promise<Response>,
): Promise<Record<number, number>> {
  const answers = await Promise.all(Array.from({ length: count }, (_, i) => send(i, (i % 2) as 0 | 1)))
  const found: Record<number, number> = {}
  for (const { status } of answers) found[status] = (found[status] ?? 0) + 1
  return found
}

const logIn = (w: World, email: string, ip: string, password = 'wrong') =>
  w.browser({ ip }).post('/login', { email, password })

describe('two servers together allow as much as one', () => {
  test('failed logins of a network: 10 a minute, 60 an hour', async () => {
    const minute = await pair({ LIMIT_LOGIN_ACCOUNTS: WIDE })
    expect(await both(40, (i, side) => logIn(minute[side], `p${i}@example.com`, '10.0.0.1'))).toEqual({
      422: 10,
      429: 30,
    })
    const hour = await pair({ LIMIT_LOGIN_ACCOUNTS: WIDE, LIMIT_LOGIN_PER_MINUTE: WIDE })
    expect(await both(100, (i, side) => logIn(hour[side], `p${i}@example.com`, '10.0.0.1'))).toEqual({
      422: 60,
      429: 40,
    })
  })

  test('accounts that a network fails at: 20', async () => {
    const servers = await pair({ ...NO_NETWORK, LIMIT_LOGIN_ACCOUNTS: '20' })
    expect(await both(50, (i, side) => logIn(servers[side], `p${i}@example.com`, '10.0.0.1'))).toEqual({
      422: 20,
      429: 30,
    })
  })

  test('wrong passwords of an account from everywhere: 5, and one before the wait', async () => {
    const servers = await pair(NO_NETWORK)
    await servers[0].person('ana')
    expect(await both(40, (i, side) => logIn(servers[side], 'ana@example.com', `10.0.${i}.1`))).toEqual({
      422: 6,
      429: 34,
    })
  })

  test('wrong passwords from a device that the account knows: 10', async () => {
    const servers = await pair(NO_NETWORK)
    const ana = await servers[0].loggedIn('ana')
    await ana.post('/logout')
    const wrong = { email: 'ana@example.com', password: 'wrong' }
    expect(await both(30, (_, side) => twin(ana, servers[side]).post('/login', wrong))).toEqual({ 422: 10, 429: 20 })
  })

  test('wrong proofs in a session: 5, passwords and codes together', async () => {
    const servers = await pair({ LIMIT_SECOND_FACTOR: WIDE })
    const ana = await servers[0].loggedIn('ana')
    await setUp(servers[0], ana)
    const wrong = (i: number): Record<string, string> => (i % 4 < 2 ? { password: 'wrong' } : { code: '000000' })
    const found = await both(30, (i, side) => twin(ana, servers[side]).post('/account/confirm', wrong(i)))
    expect(found).toEqual({ 422: 5, 429: 25 })
  })

  test('wrong codes of one login: 5', async () => {
    const servers = await pair({ LIMIT_SECOND_FACTOR: WIDE })
    await setUp(servers[0], await servers[0].loggedIn('ana'))
    const tab = await halfway(servers[0], 'ana')
    const found = await both(30, (_, side) => twin(tab, servers[side]).post('/login/second', { code: '000000' }))
    // The fifth ends the login, and whoever comes afterwards begins anew.
    expect(found).toEqual({ 422: 4, 303: 26 })
  })

  test('wrong codes of an account: 10, whatever the login', async () => {
    const servers = await pair(NO_NETWORK)
    await setUp(servers[0], await servers[0].loggedIn('ana'))
    const tabs: Browser[] = []
    for (let i = 0; i < 5; i++) tabs.push(await halfway(servers[i % 2]!, 'ana', { remember: '' }))
    const found = await both(30, (i, side) =>
      twin(tabs[i % 5]!, servers[side]).post('/login/second', { code: '000000' }),
    )
    expect((found[422] ?? 0) + (found[303] ?? 0)).toBe(10)
    expect(found[429]).toBe(20)
  })

  test('registrations of a network: 20 an hour; of all: 100', async () => {
    const register = (w: World, i: number, ip: string) =>
      w.browser({ ip }).post('/register', { email: `p${i}@example.com`, password: PASSWORD, verify: PASSWORD })
    const network = await pair()
    expect(await both(40, (i, side) => register(network[side], i, '10.0.0.1'))).toEqual({ 303: 20, 429: 20 })
    const all = await pair({ LIMIT_REGISTER_ALL_PER_HOUR: '30' })
    expect(await both(50, (i, side) => register(all[side], i, `10.0.${i}.1`))).toEqual({ 303: 30, 429: 20 })
  })

  test('mails with a link: 3 to an address, 10 for a network, 100 in all', async () => {
    const { env } = await openInbox()
    const ask = (w: World, i: number, ip: string) => w.browser({ ip }).post('/forgot', { email: `p${i}@example.com` })
    const network = await pair(env)
    expect(await both(30, (i, side) => ask(network[side], i, '10.0.0.1'))).toEqual({ 303: 10, 429: 20 })
    const all = await pair({ ...env, LIMIT_MAIL_ALL_PER_HOUR: '25' })
    expect(await both(40, (i, side) => ask(all[side], i, `10.0.${i}.1`))).toEqual({ 303: 25, 429: 15 })
    const address = await pair({ ...env, LIMIT_MAIL_PER_HOUR: WIDE })
    const ana = await address[0].loggedIn('ana')
    const found = await both(12, (_, side) => twin(ana, address[side]).post('/account/verify'))
    expect(found).toEqual({ 303: 3, 429: 9 })
  })

  test('changes of an address: 3 an hour for an account', async () => {
    const { env } = await openInbox()
    const servers = await pair({ ...env, LIMIT_MAIL_PER_HOUR: WIDE })
    const ana = await servers[0].loggedIn('ana')
    const ask = (i: number, side: 0 | 1) =>
      twin(ana, servers[side]).post('/account/email', { email: `a${i}@new.example` })
    expect(await both(12, ask)).toEqual({ 303: 3, 429: 9 })
  })
})
