import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '#core/time.ts'
import { setPassword } from '#features/accounts/people.ts'
import { changePerson } from '#features/admin/changing.ts'
import { tokensOf } from '#features/tokens/tokens.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const HERE = { ip: '', agent: 'command line' }

/** Makes a token on the pages of its person, and returns it. */
async function made(tab: Browser, fields: Record<string, string> = {}): Promise<string> {
  const answer = await tab.post('/account/tokens', {
    name: 'Backup of the notes',
    scope: 'read',
    days: '90',
    ...fields,
  })
  const page = await answer.text()
  const token = /\bgid_[\w-]{43}\b/.exec(page)?.[0]
  if (answer.status !== 200 || !token) throw new Error(`No token: ${answer.status} ${alertsIn(page).join()}`)
  return token
}

/** A program that comes by with this header. */
const program = (w: World, authorization: string, init: RequestInit = {}): Promise<Response> => {
  const headers: Record<string, string> = { Accept: 'application/json', Authorization: authorization }
  return w.browser().request('/api/v1/me', { ...init, headers })
}

const letsIn = async (w: World, token: string): Promise<boolean> => (await program(w, `Bearer ${token}`)).status === 200

describe('a token', () => {
  test('is shown once, and lets a program come in for Ana', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const token = await made(ana)
    const answer = await program(w, `Bearer ${token}`)
    expect(answer.headers.get('Content-Type')).toStartWith('application/json')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const expiresAt = new Date(w.now().getTime() + 90 * DAY).toISOString()
    expect(await answer.json()).toEqual({
      ...{ id: expect.any(String), email: 'ana@example.com', name: expect.any(String), zone: expect.any(String) },
      token: { name: 'Backup of the notes', scope: 'read', expiresAt },
    })
    const page = await ana.page('/account/tokens')
    expect(page).toContain('Backup of the notes')
    expect(page).toContain('Used <time')
    expect(page).not.toContain('gid_')
  })

  test('stands nowhere in the database or in the log', async () => {
    const w = await world({}, quickHashing())
    const token = await made(await w.loggedIn('ana'))
    await letsIn(w, token)
    for (const part of [token, token.slice(4)]) {
      expect(await everythingIn(w.db)).not.toContain(part)
      expect(JSON.stringify(w.log.entries)).not.toContain(part)
    }
  })

  test('is no session: it opens no page, and a session opens no address for programs', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const token = await made(ana)
    const headers = { Authorization: `Bearer ${token}` }
    for (const path of ['/', '/account', '/account/tokens', '/admin', '/events']) {
      expect((await w.browser().request(path, { headers })).headers.get('Location')).toStartWith('/login')
    }
    expect((await w.browser().request('/tasks', { method: 'POST', headers })).headers.get('Location')).toStartWith(
      '/login',
    )
    expect((await w.browser().request('/', { headers: { Cookie: `sid=${token}` } })).status).toBe(303)
    const asAna = await ana.get('/api/v1/me')
    expect([asAna.status, asAna.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer'])
    expect((await ana.get(`/api/v1/me?access_token=${token}`)).status).toBe(401)
  })

  test('ends on its day, to the second, is listed as over for a month, and then forgotten', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.person('ana')
    const token = await made(await w.loggedIn('ana'), { days: '30' })
    w.pass(30 * DAY - 1)
    expect(await letsIn(w, token)).toBe(true)
    w.pass(1)
    expect(await letsIn(w, token)).toBe(false)
    expect(await (await w.loggedIn('ana')).page('/account/tokens')).toContain('<span class="tag">Over</span>')
    w.pass(31 * DAY)
    await w.app.tick()
    expect(await tokensOf(w.db, ana)).toEqual([])
  })

  test('until it is taken back has no end', async () => {
    const w = await world({}, quickHashing())
    const token = await made(await w.loggedIn('ana'), { days: '' })
    w.pass(1000 * DAY)
    await w.app.tick()
    expect(await letsIn(w, token)).toBe(true)
  })

  test('taken back opens nothing from then on', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const [token, other] = [await made(ana), await made(ana, { name: 'Calendar' })]
    const path = /\/account\/tokens\/([\w-]+)\/revoke"><button class="quiet" aria-label="Take back Backup/.exec(
      await ana.page('/account/tokens'),
    )?.[1]
    const answer = await ana.post(`/account/tokens/${path}/revoke`)
    expect(answer.headers.get('Location')).toBe('/account/tokens')
    expect(flashesIn(await ana.page('/account/tokens'))).toEqual([
      'The token is taken back. It opens nothing any more.',
    ])
    expect([await letsIn(w, token), await letsIn(w, other)]).toEqual([false, true])
    expect((await ana.post(`/account/tokens/${path}/revoke`)).status).toBe(404)
  })

  test.each([
    '',
    'Bearer',
    'Bearer gid_',
    `Bearer gid_${'A'.repeat(43)}`,
    `Bearer ${'A'.repeat(43)}`,
    'Basic Z2lk',
    `Bearer gid_${'é'.repeat(43)}`,
    `Bearer gid_${'A'.repeat(60_000)}`,
  ])('that is none (%.24p) opens nothing', async (authorization) => {
    const w = await world({}, quickHashing())
    await made(await w.loggedIn('ana'))
    expect((await program(w, encodeURI(authorization))).status).toBe(401)
  })

  test('goes over to a new secret key when it is used, and then does without the old one', async () => {
    const NEW = '0b5e6a7f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b'
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const [used, unused] = [await made(ana), await made(ana)]
    const both = w.another({ SECRET_KEY: NEW, PREVIOUS_SECRET_KEYS: w.config.secrets.current ?? '' })
    expect(await letsIn(both, used)).toBe(true)
    const alone = w.another({ SECRET_KEY: NEW })
    expect([await letsIn(alone, used), await letsIn(alone, unused)]).toEqual([true, false])
  })
})

describe('an address for programs that is not there', () => {
  test('is no page to log in on: a program is told in its own way', async () => {
    const w = await world({}, quickHashing())
    const token = await made(await w.loggedIn('ana'), { scope: 'write' })
    const asked = async (path: string, headers: Record<string, string>, method = 'GET') => {
      const answer = await w.browser().request(path, { method, headers })
      return [answer.status, ((await answer.json()) as { error: string }).error]
    }
    const hers = { Authorization: `Bearer ${token}` }
    expect(await asked('/api/v1/nothing', hers)).toEqual([404, 'There is nothing at this address.'])
    expect(await asked('/api/v1/me', hers, 'PUT')).toEqual([405, 'This address does not take that kind of request.'])
    const none = { Authorization: `Bearer gid_${'A'.repeat(43)}` }
    expect((await asked('/api/v1/nothing', none))[0]).toBe(401)
    expect((await asked('/api/v1/me', none, 'PUT'))[0]).toBe(401)
  })
})

describe('whose a token is', () => {
  test('Eve neither sees nor takes back one of Ana’s', async () => {
    const w = await world({}, quickHashing())
    const user = await w.person('ana')
    const token = await made(await w.loggedIn('ana'))
    const eve = await w.loggedIn('eve')
    const [kept] = await tokensOf(w.db, user)
    expect(await eve.page('/account/tokens')).not.toContain('Backup of the notes')
    expect((await eve.post(`/account/tokens/${kept?.public_id}/revoke`)).status).toBe(404)
    expect(await letsIn(w, token)).toBe(true)
  })

  test('it ends when Ana has lost her password or is disabled, and not when she changes it herself', async () => {
    const w = await world({}, quickHashing())
    const user = await w.person('ana')
    const ana = await w.loggedIn('ana')
    const token = await made(ana)
    const another = { current: PASSWORD, password: 'seven kettles by the door', verify: 'seven kettles by the door' }
    await ana.post('/account/password', another)
    expect(await letsIn(w, token)).toBe(true)
    await changePerson(w, user, 'disable', undefined, { ...HERE, now: w.now() })
    expect(await letsIn(w, token)).toBe(false)
    await changePerson(w, user, 'enable', undefined, { ...HERE, now: w.now() })
    expect(await letsIn(w, token)).toBe(true)
    await setPassword(w, { email: 'ana@example.com', password: PASSWORD }, { ...HERE, now: w.now() })
    expect(await letsIn(w, token)).toBe(false)
  })
})

describe('making one', () => {
  test('asks who it is, a quarter of an hour after the last proof', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    w.pass(16 * MINUTE)
    expect((await ana.get('/account/tokens/new')).headers.get('Location')).toStartWith('/account/confirm')
    const answer = await ana.post('/account/tokens', { name: 'x', scope: 'read', days: '30' })
    expect(answer.headers.get('Location')).toStartWith('/account/confirm')
    expect(await tokensOf(w.db, await w.db.selectFrom('users').selectAll().executeTakeFirstOrThrow())).toEqual([])
  })

  test('wants a name, and keeps what was typed', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const answer = await ana.post('/account/tokens', { name: '', scope: 'write', days: '365' })
    const page = await answer.text()
    expect([answer.status, alertsIn(page)]).toEqual([422, ['Say what it is for.']])
    expect(page).toContain('<option value="write" selected>')
    expect(page).toContain('<option value="365" selected>')
    for (const wrong of [{ scope: 'all' }, { days: '100000' }, { name: 'x'.repeat(101) }]) {
      expect((await ana.post('/account/tokens', { name: 'x', scope: 'read', days: '30', ...wrong })).status).toBe(422)
    }
  })

  test('ends at fifty, also when sixty are asked for at once', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => ana.post('/account/tokens', { name: `n${i}`, scope: 'read', days: '30' })),
    )
    expect(answers.filter(({ status }) => status === 200).length).toBe(50)
    expect(alertsIn(await answers.find(({ status }) => status === 422)!.text())).toEqual([
      'You have 50 tokens. Take one back that you do not need.',
    ])
  })

  test('shows its name as text', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    await made(ana, { name: '"><script>alert(1)</script>' })
    const page = await ana.page('/account/tokens')
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toContain('<script>alert')
  })

  test('is told by mail and under Activity, and so is its end, a week ahead, once', async () => {
    const inbox = await openInbox()
    const w = await world(inbox.env, quickHashing())
    await w.db.listen()
    const ana = await w.loggedIn('ana')
    await made(ana, { days: '30' })
    await w.app.tick()
    const mail = await inbox.until(1)
    expect(mail.headers.get('subject')).toBe('A token for a program was made')
    expect(mail.text).toContain('The token “Backup of the notes” was made')
    expect(mail.text).toContain(
      'A program that has it can read what is in your account ana@example.com, and change nothing.',
    )
    w.pass(23 * DAY - HOUR)
    await w.app.tick()
    expect(inbox.mails.length).toBe(1)
    w.pass(2 * HOUR)
    await w.app.tick()
    await w.app.tick()
    const warning = await inbox.until(2)
    expect(warning.headers.get('subject')).toBe('A token for a program ends soon')
    expect(warning.text).toContain('Your token “Backup of the notes” works until')
    w.pass(2 * HOUR)
    await w.app.tick()
    expect(inbox.mails.length).toBe(2)
    const again = await w.loggedIn('ana')
    const id = /tokens\/([\w-]+)\/revoke/.exec(await again.page('/account/tokens'))?.[1]
    await again.post(`/account/tokens/${id}/revoke`)
    await w.app.tick()
    // One told of the login too.
    await inbox.until(4)
    expect(inbox.mails.map(({ headers }) => headers.get('subject'))).toContain('A token for a program was taken back')
    expect(await again.page('/account/activity')).toContain('You made a token for a program that may read')
  })
})
