import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '#core/time.ts'
import { openHashing } from '#crypto/passwords.ts'
import { alertsIn } from '#test/browser.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { quickHashing } from './hashing.ts'

const quick = quickHashing()
const build = (env: Record<string, string> = {}) => world(env, quick)

const tryAs = (w: World, email: string, ip: string, password = 'wrong') =>
  w.browser({ ip }).post('/login', { email, password })

async function statuses(tries: number, once: (i: number) => Promise<Response>): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i < tries; i++) all.push((await once(i)).status)
  return all
}

const times = (count: number, status: number) => Array<number>(count).fill(status)
const NO_ACCOUNT_LIMITS = { LIMIT_ACCOUNT_FREE: '100000', LIMIT_LOGIN_ACCOUNTS: '100000' }
const NO_NETWORK_LIMITS = {
  LIMIT_LOGIN_PER_MINUTE: '100000',
  LIMIT_LOGIN_PER_HOUR: '100000',
  LIMIT_LOGIN_ACCOUNTS: '100000',
}

describe('an address', () => {
  test('has 10 failures a minute; then even the right password waits, and others do not', async () => {
    const w = await build()
    await w.person('ana')
    expect(await statuses(10, (i) => tryAs(w, `p${i}@example.com`, '10.0.0.1'))).toEqual(times(10, 422))
    const verified = quick.asked.verify
    const refused = await tryAs(w, 'ana@example.com', '10.0.0.1', PASSWORD)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60'])
    expect(alertsIn(await refused.text())).toEqual([
      'There were too many attempts from your network. Please try again in a minute.',
    ])
    expect(quick.asked.verify).toBe(verified)
    expect((await tryAs(w, 'ana@example.com', '10.0.0.2', PASSWORD)).status).toBe(303)
    w.pass(MINUTE - SECOND)
    expect((await tryAs(w, 'ana@example.com', '10.0.0.1', PASSWORD)).headers.get('Retry-After')).toBe('1')
    w.pass(SECOND)
    expect((await tryAs(w, 'ana@example.com', '10.0.0.1', PASSWORD)).status).toBe(303)
  })

  test('has 60 failures an hour', async () => {
    const w = await build(NO_ACCOUNT_LIMITS)
    for (let minute = 0; minute < 6; minute++) {
      expect(await statuses(10, () => tryAs(w, 'p@example.com', '10.0.0.1'))).toEqual(times(10, 422))
      w.pass(MINUTE)
    }
    const refused = await tryAs(w, 'p@example.com', '10.0.0.1')
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, String((HOUR - 6 * MINUTE) / SECOND)])
    w.pass(HOUR - 6 * MINUTE)
    expect((await tryAs(w, 'p@example.com', '10.0.0.1')).status).toBe(422)
  })

  test('fails at 20 different accounts in a quarter of an hour, and more often at the same ones', async () => {
    const w = await build({ ...NO_NETWORK_LIMITS, LIMIT_LOGIN_ACCOUNTS: '20' })
    expect(await statuses(20, (i) => tryAs(w, `p${i}@example.com`, '10.0.0.1'))).toEqual(times(20, 422))
    expect((await tryAs(w, 'p20@example.com', '10.0.0.1')).status).toBe(429)
    expect((await tryAs(w, 'p3@example.com', '10.0.0.1')).status).toBe(422)
    expect((await tryAs(w, 'p20@example.com', '10.0.0.2')).status).toBe(422)
    w.pass(15 * MINUTE)
    expect((await tryAs(w, 'p20@example.com', '10.0.0.1')).status).toBe(422)
  })

  test('does not get its tries back by logging in to an account of its own', async () => {
    const w = await build({ ...NO_NETWORK_LIMITS, LIMIT_LOGIN_PER_MINUTE: '10', LIMIT_LOGIN_ACCOUNTS: '20' })
    await w.person('eve')
    const asEve = () => tryAs(w, 'eve@example.com', '10.0.0.1', PASSWORD)
    let failures = 0
    for (; failures < 15; failures++) {
      if ((await tryAs(w, `p${failures}@example.com`, '10.0.0.1')).status === 429) break
      await asEve()
      await asEve()
    }
    expect(failures).toBe(10)
    w.pass(MINUTE)
    for (; failures < 40; failures++) {
      if ((await tryAs(w, `p${failures}@example.com`, '10.0.0.1')).status === 429) break
      await asEve()
      if (failures % 5 === 0) w.pass(MINUTE)
    }
    expect(failures).toBe(20)
  })

  test('that only succeeds is never slowed down', async () => {
    const w = await build()
    await w.person('ana')
    expect(await statuses(30, () => tryAs(w, 'ana@example.com', '10.0.0.1', PASSWORD))).toEqual(times(30, 303))
  })

  test('from which thirty people log in at once lets them all in, and none waits for another crosswise', async () => {
    const w = await build({ ...NO_NETWORK_LIMITS })
    for (let i = 0; i < 30; i++) await w.person(`p${i}`)
    const began = performance.now()
    const mixed = (i: number) => tryAs(w, `p${i % 30}@example.com`, '10.0.0.1', i < 30 ? PASSWORD : 'wrong')
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => mixed(i)))
    expect(all.map((answer) => answer.status)).toEqual([...times(30, 303), ...times(30, 422)])
    // PostgreSQL takes a second to find two that wait for each other.
    expect(performance.now() - began).toBeLessThan(3000)
  })

  test('cannot be made up in X-Forwarded-For', async () => {
    const w = await build()
    const all = await statuses(12, (i) =>
      w
        .browser({ ip: '10.0.0.1' })
        .post(
          '/login',
          { email: `p${i}@example.com`, password: 'x' },
          { headers: { 'X-Forwarded-For': `1.2.3.${i}` } },
        ),
    )
    expect(all).toEqual([...times(10, 422), 429, 429])
  })

  test('behind a trusted proxy is the one that the proxy names', async () => {
    const w = await build({ TRUSTED_PROXIES: '10.0.0.1' })
    const from = (i: number, address: string) =>
      w
        .browser({ ip: '10.0.0.1' })
        .post(
          '/login',
          { email: `p${i}@example.com`, password: 'x' },
          { headers: { 'X-Forwarded-For': `6.6.6.${i}, ${address}` } },
        )
    expect(await statuses(11, (i) => from(i, '203.0.113.1'))).toEqual([...times(10, 422), 429])
    expect((await from(1, '203.0.113.2')).status).toBe(422)
  })

  test('of IPv6 stands for its /64, and for its /48 with four times as many', async () => {
    const w = await build({ ...NO_ACCOUNT_LIMITS })
    const inOne = (i: number) => tryAs(w, `p${i}@example.com`, `2001:db8:1:1::${i.toString(16)}`)
    expect(await statuses(11, inOne)).toEqual([...times(10, 422), 429])
    const spread = (i: number) => tryAs(w, `p${i}@example.com`, `2001:db8:1:${(i + 16).toString(16)}::1`)
    expect(await statuses(31, spread)).toEqual([...times(30, 422), 429])
    expect((await tryAs(w, 'p@example.com', '2001:db8:2::1')).status).toBe(422)
  })

  test('that sends a hundred at once has sent a hundred', async () => {
    const w = await build()
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => tryAs(w, `p${i}@example.com`, '10.0.0.1')))
    expect(all.filter((answer) => answer.status === 422).length).toBe(10)
    expect(all.filter((answer) => answer.status === 429).length).toBe(90)
  })

  test('is remembered over a restart, and by the other process', async () => {
    const w = await build()
    await statuses(10, (i) => tryAs(w, `p${i}@example.com`, '10.0.0.1'))
    expect((await tryAs(w.another(), 'p@example.com', '10.0.0.1')).status).toBe(429)
  })
})

describe('an account', () => {
  /** What 17 wrong passwords from as many addresses are told, waiting as long as they are told to. */
  async function story(w: World, email: string): Promise<string[]> {
    const told: string[] = []
    for (let i = 0; told.length < 24; i++) {
      const answer = await tryAs(w, email, `10.${i >> 8}.${i & 255}.1`)
      const wait = Number(answer.headers.get('Retry-After') ?? 0)
      told.push(`${answer.status} ${wait}: ${alertsIn(await answer.text())}`)
      w.pass(wait * SECOND)
    }
    return told
  }

  test('has 5 wrong passwords free; then they cost 1, 2, 4 … seconds, at most 15 minutes; with and without an account', async () => {
    const w = await build({ ...NO_NETWORK_LIMITS })
    await w.person('ana')
    await w.person('dan')
    await w.db.updateTable('users').set({ status: 'disabled' }).where('email', '=', 'dan@example.com').execute()
    const known = await story(w, 'ana@example.com')
    const wrong = '422 0: The e-mail or the password is not right.'
    expect(known.slice(0, 6)).toEqual(Array<string>(6).fill(wrong))
    const waits = known.filter((line) => line.startsWith('429')).map((line) => Number(line.split(' ')[1]!.slice(0, -1)))
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256])
    expect(known[6]).toBe('429 1: The e-mail or the password is not right. Please try again in a second.')
    expect(await story(w, 'nobody@example.com')).toEqual(known)
    expect(await story(w, 'dan@example.com')).toEqual(known)
    // The other two stories took long; what would now be 1,024 seconds is at the ceiling.
    const last: number[] = []
    for (let i = 0; i < 6; i++) {
      const wait = Number((await tryAs(w, 'ana@example.com', `10.99.${i}.1`)).headers.get('Retry-After') ?? 0)
      if (wait > 0) last.push(wait)
      w.pass(wait * SECOND)
    }
    expect(last).toEqual([900, 900, 900])
  })

  test('that waits refuses the right password too, and forgives everything once it is given in time', async () => {
    const w = await build(NO_NETWORK_LIMITS)
    await w.person('ana')
    await statuses(6, (i) => tryAs(w, 'ana@example.com', `10.0.${i}.1`))
    expect((await tryAs(w, 'ana@example.com', '10.1.0.1', PASSWORD)).status).toBe(429)
    w.pass(SECOND)
    expect((await tryAs(w, 'ana@example.com', '10.1.0.1', PASSWORD)).status).toBe(303)
    const events = w.db.selectFrom('auth_events').select('type').where('type', 'like', '%success%')
    expect(await events.execute()).toEqual([{ type: 'authn_login_successafterfail' }])
    expect(await statuses(6, (i) => tryAs(w, 'ana@example.com', `10.2.${i}.1`))).toEqual(times(6, 422))
  })

  test('forgets after a day of quiet', async () => {
    const w = await build(NO_NETWORK_LIMITS)
    await statuses(9, (i) => tryAs(w, 'ana@example.com', `10.0.${i}.1`))
    w.pass(DAY)
    expect(await statuses(6, (i) => tryAs(w, 'ana@example.com', `10.1.${i}.1`))).toEqual(times(6, 422))
  })

  test('that a hundred addresses try at once is tried six times', async () => {
    const w = await build(NO_NETWORK_LIMITS)
    await w.person('ana')
    const before = quick.asked.verify
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => tryAs(w, 'ana@example.com', `10.0.${i}.1`)))
    expect(all.filter((answer) => answer.status === 422).length).toBe(6)
    expect(quick.asked.verify - before).toBe(6)
  })

  test('is one account, however its address is written', async () => {
    const w = await build(NO_NETWORK_LIMITS)
    const spellings = ['ana@example.com', 'ANA@example.com', ' ana@EXAMPLE.com', 'Ana@Example.Com ', 'aNa@example.com']
    await statuses(6, (i) => tryAs(w, spellings[i % spellings.length]!, `10.0.${i}.1`))
    expect((await tryAs(w, 'ana@example.com', '10.1.0.1')).status).toBe(429)
  })

  test("is not closed to Ana's own device by the attacks of others", async () => {
    const w = await build(NO_NETWORK_LIMITS)
    const ana = await w.loggedIn('ana')
    await ana.post('/logout')
    await statuses(12, (i) => tryAs(w, 'ana@example.com', `10.0.${i}.1`))
    expect((await tryAs(w, 'ana@example.com', '10.1.0.1', PASSWORD)).status).toBe(429)
    const answer = await ana.post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(answer.status).toBe(303)
    // Her success is none for the attackers.
    expect((await tryAs(w, 'ana@example.com', '10.1.0.2', PASSWORD)).status).toBe(429)
  })

  test('takes 10 wrong passwords in a quarter of an hour from a device it knows', async () => {
    const w = await build(NO_NETWORK_LIMITS)
    const ana = await w.loggedIn('ana')
    await ana.post('/logout')
    const wrong = () => ana.post('/login', { email: 'ana@example.com', password: 'wrong' })
    expect(await statuses(11, wrong)).toEqual([...times(10, 422), 429])
    w.pass(15 * MINUTE)
    expect((await wrong()).status).toBe(422)
  })

  test("does not know Eve's device, nor one that she made up", async () => {
    const w = await build(NO_NETWORK_LIMITS)
    await w.person('ana')
    const eve = await w.loggedIn('eve')
    await statuses(6, (i) => tryAs(w, 'ana@example.com', `10.0.${i}.1`))
    expect((await eve.post('/login', { email: 'ana@example.com', password: PASSWORD })).status).toBe(429)
    const forged = w.browser()
    forged.jar.set('device', 'A'.repeat(43))
    expect((await forged.post('/login', { email: 'ana@example.com', password: PASSWORD })).status).toBe(429)
    w.pass(HOUR)
    expect((await forged.post('/login', { email: 'ana@example.com', password: PASSWORD })).status).toBe(303)
    expect(forged.jar.get('device')).not.toBe('A'.repeat(43))
  })

  test('knows a device for 180 days', async () => {
    const w = await build(NO_NETWORK_LIMITS)
    const ana = await w.loggedIn('ana')
    const device = ana.jar.get('device')!
    for (const [days, status] of [
      [179, 303],
      [181, 429],
    ] as const) {
      w.pass(days * DAY)
      await statuses(6, (i) => tryAs(w, 'ana@example.com', `10.${days}.${i}.1`))
      const tab = w.browser()
      tab.jar.set('device', device)
      expect((await tab.post('/login', { email: 'ana@example.com', password: PASSWORD })).status).toBe(status)
    }
  })
})

describe('typing the password again in a session', () => {
  for (const [path, right] of [
    ['/account/confirm', { password: PASSWORD }],
    ['/account/password', { current: PASSWORD, password: 'another kettle', verify: 'another kettle' }],
  ] as [string, Record<string, string>][]) {
    test(`${path}: 5 wrong ones in a quarter of an hour, then none`, async () => {
      const w = await build()
      const ana = await w.loggedIn('ana')
      const wrong = Object.fromEntries(
        Object.entries(right).map(([name, value]) => [name, value === PASSWORD ? 'wrong' : value]),
      )
      expect(await statuses(5, () => ana.post(path, wrong))).toEqual(times(5, 422))
      const refused = await ana.post(path, right)
      expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '900'])
      expect(alertsIn(await refused.text())[0]).toStartWith('The password was wrong too often.')
      expect((await ana.post('/account/confirm', { password: PASSWORD })).status).toBe(429)
      expect((await ana.get('/')).status).toBe(200)
      w.pass(15 * MINUTE)
      expect((await ana.post(path, right)).status).toBe(303)
    })
  }

  test('a right one forgives the wrong ones before it', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    for (let round = 0; round < 3; round++) {
      expect(await statuses(4, () => ana.post('/account/confirm', { password: 'wrong' }))).toEqual(times(4, 422))
      expect((await ana.post('/account/confirm', { password: PASSWORD })).status).toBe(303)
    }
  })
})

describe('registering', () => {
  const register = (w: World, i: number, ip: string) =>
    w.browser({ ip }).post('/register', { email: `p${i}@example.com`, password: PASSWORD, verify: PASSWORD })

  test('one address makes 20 accounts an hour', async () => {
    const w = await build()
    expect(await statuses(20, (i) => register(w, i, '10.0.0.1'))).toEqual(times(20, 303))
    const refused = await register(w, 20, '10.0.0.1')
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '3600'])
    expect(await countIn(w.db, 'users')).toBe(20)
    expect((await register(w, 21, '10.0.0.2')).status).toBe(303)
    w.pass(HOUR)
    expect((await register(w, 22, '10.0.0.1')).status).toBe(303)
  })

  test('all addresses together make 100', async () => {
    const w = await build()
    expect(await statuses(100, (i) => register(w, i, `10.0.${i}.1`))).toEqual(times(100, 303))
    expect((await register(w, 100, '10.1.0.1')).status).toBe(429)
  })

  test('who asks for addresses that are taken counts like one who fails to log in', async () => {
    const w = await build()
    await w.person('p0')
    expect(await statuses(11, () => register(w, 0, '10.0.0.1'))).toEqual([...times(10, 422), 429])
    expect((await tryAs(w, 'p0@example.com', '10.0.0.1', PASSWORD)).status).toBe(429)
  })

  test('a form that is not right costs nothing', async () => {
    const w = await build()
    const short = (i: number) =>
      w.browser().post('/register', { email: `p${i}@example.com`, password: 'short', verify: 'short' })
    expect(await statuses(30, short)).toEqual(times(30, 422))
  })
})

describe('when too many log in at once', () => {
  test('some are asked to come back, in words, and that is no failure of theirs', async () => {
    const slow = await openHashing({ memoryKiB: 19_456, passes: 2, permits: 1, queue: 2, waitMs: 5000 })
    const w = await world({}, { hashing: () => slow })
    const all = await Promise.all(Array.from({ length: 30 }, (_, i) => tryAs(w, `p${i}@example.com`, `10.0.${i}.1`)))
    const busy = all.filter((answer) => answer.status === 503)
    expect(busy.length).toBeGreaterThanOrEqual(20)
    expect(all.filter((answer) => answer.status === 422).length).toBe(30 - busy.length)
    for (const answer of busy) {
      expect(answer.headers.get('Retry-After')).toBe('3')
      expect(alertsIn(await answer.text())).toEqual([
        'Too many people are logging in at this moment. Please try again in a few seconds.',
      ])
    }
    const { total } = await w.db
      .selectFrom('throttles')
      .select((eb) => eb.fn.sum<number>('hits').as('total'))
      .where('hits', '>', 1)
      .executeTakeFirstOrThrow()
    expect(Number(total ?? 0)).toBe(0)
  })

  test('whoever waited too long for registering is not counted either', async () => {
    const impatient = await openHashing({ memoryKiB: 19_456, passes: 2, permits: 1, queue: 30, waitMs: 1 })
    const w = await world({ LIMIT_REGISTER_PER_HOUR: '1000' }, { hashing: () => impatient })
    const ask = (i: number) =>
      w
        .browser({ ip: '10.0.0.1' })
        .post('/register', { email: `p${i}@example.com`, password: PASSWORD, verify: PASSWORD })
    const all: number[] = []
    for (const round of [0, 10, 20, 30, 40]) {
      const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => ask(round + i)))
      all.push(...answers.map((answer) => answer.status))
    }
    expect(all.filter((status) => status === 503).length).toBeGreaterThan(3)
    expect(all).not.toContain(429)
  })
})

test('chores remove limits that are over, and no others', async () => {
  const w = await build()
  await tryAs(w, 'p@example.com', '10.0.0.1')
  const before = await countIn(w.db, 'throttles')
  w.pass(16 * MINUTE)
  await w.app.tick()
  const after = await countIn(w.db, 'throttles')
  expect(after).toBeGreaterThan(0)
  expect(after).toBeLessThan(before)
  w.pass(2 * DAY)
  await w.app.tick()
  expect(await countIn(w.db, 'throttles')).toBe(0)
})

test('every refusal for too many tries is an event in the log', async () => {
  const w = await build()
  await statuses(11, (i) => tryAs(w, `p${i}@example.com`, '10.0.0.1'))
  expect(w.log.entries.filter((entry) => entry.event === 'excess_rate_limit_exceeded').length).toBe(1)
})
