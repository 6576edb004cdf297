import { describe, expect, test } from 'bun:test'
import { DAY } from '#core/time.ts'
import { everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { jsonLine, textLine } from '#web/log.ts'

const eventsOf = async (w: World) => {
  const rows = await w.db.selectFrom('auth_events').selectAll().orderBy('id').execute()
  return rows.map((row) => row.type)
}

describe('what happens at the door is written down', () => {
  test('in the words of the OWASP vocabulary, in order', async () => {
    const w = await world()
    const ana = w.browser()
    await ana.post('/register', { email: 'ana@example.com', password: PASSWORD, verify: PASSWORD })
    await ana.post('/account/confirm', { password: 'wrong' })
    await ana.post('/account/confirm', { password: PASSWORD })
    await ana.post('/account/password', { current: 'wrong', password: 'another kettle', verify: 'another kettle' })
    await ana.post('/account/password', { current: PASSWORD, password: 'another kettle', verify: 'another kettle' })
    await ana.post('/account/sessions/end-others')
    const elsewhere = w.browser()
    await elsewhere.post('/login', { email: 'ana@example.com', password: 'another kettle' })
    await ana.post('/account/sessions/end-others')
    await ana.post('/logout')
    await ana.post('/login', { email: 'ana@example.com', password: PASSWORD })
    await ana.post('/login', { email: 'nobody@example.com', password: PASSWORD })
    await ana.post('/login', { email: 'ana@example.com', password: 'another kettle' })
    const logged = w.log.entries.map((entry) => entry.event).filter((event) => event !== 'request')
    expect(logged).toEqual([
      'user_created',
      'authn_login_success',
      'authn_confirm_fail',
      'authn_confirm',
      'authn_password_change_fail',
      'authn_password_change',
      'authn_login_success',
      'session_ended',
      'session_ended',
      'authn_login_fail',
      'authn_login_fail',
      'authn_login_successafterfail',
    ])
    // Ids of one millisecond are in no order.
    expect((await eventsOf(w)).sort()).toEqual(logged.sort())
  })

  test('with who, from where, and of which session; of an unknown address without its name', async () => {
    const w = await world()
    const ana = await w.loggedIn('ana', { ip: '203.0.113.9', agent: 'Some browser' })
    await w.browser().post('/login', { email: 'secret-address@example.com', password: 'x' })
    const [created, success, failure] = await w.db.selectFrom('auth_events').selectAll().orderBy('id').execute()
    const session = await w.db.selectFrom('sessions').selectAll().executeTakeFirstOrThrow()
    expect(created).toMatchObject({
      type: 'user_created',
      user_id: (await w.person('ana')).id,
      session_public_id: null,
    })
    expect(success).toMatchObject({
      user_id: (await w.person('ana')).id,
      session_public_id: session.public_id,
      ip: '203.0.113.9',
      user_agent: 'Some browser',
      at: w.now().toISOString(),
    })
    expect(failure).toMatchObject({ user_id: null, session_public_id: null })
    const text = (await everythingIn(w.db)) + JSON.stringify(w.log.entries)
    expect(text.includes('secret-address')).toBe(false)
    expect(ana.token).toBeDefined()
  })

  test('a change of the profile, by the names of what changed', async () => {
    const w = await world()
    const ana = await w.loggedIn('ana')
    const fields = { name: '', zone: 'Asia/Tokyo', locale: 'en-GB', week_start: 'sunday', theme: 'system' }
    expect(
      (await ana.post('/account', { ...fields, zone: (await w.person('ana')).zone, week_start: 'monday' })).status,
    ).toBe(303)
    expect(await eventsOf(w)).not.toContain('user_updated')
    expect((await ana.post('/account', fields)).status).toBe(303)
    const updated = w.db.selectFrom('auth_events').selectAll().where('type', '=', 'user_updated')
    const event = await updated.executeTakeFirstOrThrow()
    expect(event).toMatchObject({ user_id: (await w.person('ana')).id })
    expect(JSON.parse(event.detail)).toEqual({ changed: 'zone week_start' })
  })

  test('a wrong password that makes the next try wait, whether there is such a person or not', async () => {
    for (const email of ['ana@example.com', 'nobody@example.com']) {
      const w = await world({ LIMIT_ACCOUNT_FREE: '2' })
      const ana = await w.person('ana')
      for (let n = 0; n < 3; n++) await w.browser().post('/login', { email, password: 'wrong' })
      const rows = await w.db.selectFrom('auth_events').select(['type', 'user_id']).execute()
      expect(rows.map(({ type }) => type).sort()).toEqual([
        'authn_login_fail',
        'authn_login_fail',
        'authn_login_fail',
        'authn_login_lock',
        'user_created',
      ])
      const lock = rows.find(({ type }) => type === 'authn_login_lock')
      expect(lock!.user_id).toBe(email.startsWith('ana') ? ana.id : null)
    }
  })

  test('and forgotten after 90 days', async () => {
    const w = await world()
    await w.loggedIn('ana')
    w.pass(90 * DAY - 1)
    await w.app.tick()
    expect(await eventsOf(w)).toEqual(['user_created', 'authn_login_success'])
    w.pass(DAY)
    await w.app.tick()
    expect(await eventsOf(w)).toEqual([])
  })
})

test('no password, token, cookie or secret stands in the log or in the database', async () => {
  const w = await world()
  const secrets = [PASSWORD, 'another kettle', 'a wrong guess', 'never stored']
  const ana = w.browser()
  await ana.post('/register', { email: 'ana@example.com', password: PASSWORD, verify: PASSWORD })
  const keep = () => secrets.push(...ana.jar.values())
  keep()
  await ana.post('/login', { email: 'ana@example.com', password: 'a wrong guess', remember: 'on' })
  await ana.post('/login', { email: 'ana@example.com', password: PASSWORD, remember: 'on' })
  keep()
  await ana.post('/account/confirm', { password: 'a wrong guess' })
  await ana.post('/account/confirm', { password: PASSWORD })
  keep()
  await ana.post('/account/password', { current: PASSWORD, password: 'another kettle', verify: 'another kettle' })
  keep()
  await ana.get('/login?password=never+stored&next=/completed?token=never+stored')
  await ana.get(`/nowhere?sid=${ana.token}`)
  await ana.post('/logout')
  w.log.error('bug', {}, new Error('as in a failure'))
  const lines = w.log.entries.flatMap((entry) => [jsonLine(entry), textLine(entry)]).join('\n')
  const stored = await everythingIn(w.db)
  expect(secrets.length).toBeGreaterThan(10)
  for (const secret of [...secrets, ...secrets.map(encodeURIComponent), w.config.secrets.current!]) {
    expect([secret, lines.includes(secret), stored.includes(secret)]).toEqual([secret, false, false])
  }
  expect(lines.includes('ana@example.com')).toBe(false)
})

test('a request is one line in the log; the health check and the files are none', async () => {
  const w = await world()
  await w.browser({ ip: '203.0.113.9' }).get('/completed?x=1')
  await w.browser().get('/up')
  await w.browser().get('/assets/nothing.js')
  const lines = w.log.entries.filter((entry) => entry.event === 'request')
  expect(lines.length).toBe(1)
  expect(lines[0]!.fields).toMatchObject({ method: 'GET', path: '/completed', status: 303, ip: '203.0.113.9' })
})

test('whatever stands in an address, a line of the log stays one line', async () => {
  const w = await world()
  for (const path of ['/a%0Ab', '/%1b[2J', '/\u2028x', '/a%0d%0aSet-Cookie:x']) await w.browser().get(path)
  for (const entry of w.log.entries) {
    for (const line of [jsonLine(entry), textLine(entry)]) expect(/[\p{Cc}\u2028\u2029]/u.test(line)).toBe(false)
  }
})
