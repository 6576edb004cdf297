import { describe, expect, test } from 'bun:test'
import { MINUTE } from '#core/time.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { isIn } from '#test/factors/app.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { countIn } from '#test/tables.ts'
import { world } from '#test/world.ts'
import { addPasskey, type Flaw, logInWith, makePasskey, questionAt } from './device.ts'

const build = (env: Record<string, string> = {}) =>
  world({ LIMIT_LOGIN_PER_MINUTE: '1000', LIMIT_LOGIN_PER_HOUR: '1000', ...env }, quickHashing())

const goesTo = (response: Response) => [response.status, response.headers.get('Location')]
const idsOn = async (tab: Browser) =>
  [...(await tab.page('/account/passkeys')).matchAll(/href="\/account\/passkeys\/([\w-]{36})"/g)].map(([, id]) => id!)

describe('adding', () => {
  test('Ana adds a passkey and sees it by its name; her other devices are logged out, this one goes on', async () => {
    const w = await build()
    const [desk, phone] = [await w.loggedIn('ana'), await w.loggedIn('ana')]
    const before = desk.token
    await desk.page('/')
    await addPasskey(desk, { name: 'My <b>key</b>' })
    const page = await desk.page('/account/passkeys')
    expect(flashesIn(page)).toEqual(['Your passkey is ready. All other devices are logged out.'])
    expect(page).toContain('My &lt;b&gt;key&lt;/b&gt;')
    expect([await isIn(desk), await isIn(phone), desk.token === before]).toEqual([true, false, false])
    expect(page).toContain('Not used yet')
    expect(await desk.page('/account/activity')).toContain('You added a passkey')
  })

  test('asks for a proof that is no older than a quarter of an hour, also for the question', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const question = await questionAt(ana, '/account/passkeys/question')
    const { answer } = await makePasskey(question)
    w.pass(16 * MINUTE)
    const from = '/account/passkeys/new'
    const confirm = `/account/confirm?next=${encodeURIComponent(from)}`
    expect(goesTo(await ana.get(from))).toEqual([303, confirm])
    expect(goesTo(await ana.post('/account/passkeys/question', {}, { from }))).toEqual([303, confirm])
    expect(goesTo(await ana.post('/account/passkeys', { passkey: answer, name: 'x' }, { from }))).toEqual([
      303,
      confirm,
    ])
    expect(await countIn(w.db, 'passkeys')).toBe(0)
  })

  test('makes one passkey when its answer is sent fifty times at once', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const { answer } = await makePasskey(await questionAt(ana, '/account/passkeys/question'))
    const token = ana.token!
    const all = await Promise.all(
      Array.from({ length: 50 }, () => {
        const copy = w.browser()
        copy.jar.set('sid', token)
        return copy.post('/account/passkeys', { passkey: answer, name: 'Key ring' })
      }),
    )
    expect(all.filter((response) => response.headers.get('Location') === '/account/passkeys')).toHaveLength(1)
    expect(await countIn(w.db, 'passkeys')).toBe(1)
  })

  const flaws: [string, Flaw][] = [
    ['for another origin', { origin: 'https://evil.example' }],
    ['for another site', { rpId: 'evil.example' }],
    ['without a look at its person', { flags: 0x41 }],
    ['as an answer to a login', { type: 'webauthn.get' }],
    ['for a question of somebody else', { challenge: 'B'.repeat(43) }],
    ['in a page inside another', { crossOrigin: true }],
  ]
  for (const [what, flaw] of flaws) {
    test(`a passkey that was made ${what} is not kept`, async () => {
      const w = await build()
      const ana = await w.loggedIn('ana')
      const { answer } = await makePasskey(await questionAt(ana, '/account/passkeys/question'), { flaw })
      const refused = await ana.post('/account/passkeys', { passkey: answer, name: 'Mine' })
      const page = await refused.text()
      expect([refused.status, alertsIn(page).length, await countIn(w.db, 'passkeys')]).toEqual([422, 1, 0])
      expect(page).toContain('value="Mine"')
    })
  }

  test('Eve cannot take over Ana’s passkey, nor answer Ana’s question', async () => {
    const w = await build()
    const [ana, eve] = [await w.loggedIn('ana'), await w.loggedIn('eve')]
    const anas = await addPasskey(ana)
    const same = await makePasskey(await questionAt(eve, '/account/passkeys/question'), { flaw: { id: anas.id } })
    const taken = await eve.post('/account/passkeys', { passkey: same.answer, name: 'x' })
    expect([taken.status, alertsIn(await taken.text())]).toEqual([422, ['This passkey is known here already.']])
    const hers = await makePasskey(await questionAt(ana, '/account/passkeys/question'))
    expect((await eve.post('/account/passkeys', { passkey: hers.answer, name: 'x' })).status).toBe(422)
    expect((await logInWith(w.browser(), anas)).status).toBe(303)
    expect(await countIn(w.db, 'passkeys')).toBe(1)
  })

  test('a passkey has a name, and a person twenty passkeys at most', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    for (const name of ['', '   ', 'x'.repeat(61)]) {
      const { answer } = await makePasskey(await questionAt(ana, '/account/passkeys/question'))
      expect((await ana.post('/account/passkeys', { passkey: answer, name })).status).toBe(422)
    }
    for (let i = 0; i < 20; i++) await addPasskey(ana, { name: `Key ${i}` })
    const { answer } = await makePasskey(await questionAt(ana, '/account/passkeys/question'))
    const full = await ana.post('/account/passkeys', { passkey: answer, name: 'One more' })
    expect(alertsIn(await full.text())).toEqual(['You have 20 passkeys already. Remove one that you do not use.'])
  })
})

describe('what is there', () => {
  test('Ana gives a passkey another name, and Eve cannot see, name or remove it', async () => {
    const w = await build()
    const [ana, eve] = [await w.loggedIn('ana'), await w.loggedIn('eve')]
    await addPasskey(ana)
    const [id] = await idsOn(ana)
    expect((await eve.get(`/account/passkeys/${id}`)).status).toBe(404)
    expect((await eve.post(`/account/passkeys/${id}/rename`, { name: 'Eve’s' })).status).toBe(404)
    expect((await eve.post(`/account/passkeys/${id}/remove`)).status).toBe(404)
    expect(await isIn(eve)).toBe(true)
    expect(await ana.page(`/account/passkeys/${id}`)).toContain('value="Key ring"')
    expect((await ana.post(`/account/passkeys/${id}/rename`, { name: ' ' })).status).toBe(422)
    expect(goesTo(await ana.post(`/account/passkeys/${id}/rename`, { name: 'Phone' }))).toEqual([
      303,
      '/account/passkeys',
    ])
    expect(await ana.page('/account/passkeys')).toContain('<b dir="auto">Phone</b>')
  })

  test('a passkey that was used says when', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const passkey = await addPasskey(ana)
    await logInWith(w.browser(), passkey)
    expect(await ana.page('/account/passkeys')).not.toContain('Not used yet')
  })

  test('the device is told which passkeys count, of this person alone', async () => {
    const w = await build()
    const [ana, eve] = [await w.loggedIn('ana'), await w.loggedIn('eve')]
    const [one, two] = [await addPasskey(ana), await addPasskey(ana)]
    await addPasskey(eve)
    const handle = Buffer.from((await w.person('ana')).public_id).toString('base64url')
    expect(await ana.page('/account/passkeys')).toContain(
      `data-passkey data-known="${one.id} ${two.id}" data-site="localhost" data-user="${handle}"`,
    )
  })

  test('a passkey that was removed logs nobody in; the other devices are logged out', async () => {
    const w = await build()
    const ana = await w.loggedIn('ana')
    const [one, two] = [await addPasskey(ana), await addPasskey(ana)]
    const phone = w.browser()
    await logInWith(phone, one)
    const [first] = await idsOn(ana)
    expect(goesTo(await ana.post(`/account/passkeys/${first}/remove`))).toEqual([303, '/account/passkeys'])
    expect([await isIn(ana), await isIn(phone)]).toEqual([true, false])
    expect((await logInWith(w.browser(), one)).status).toBe(422)
    expect((await logInWith(w.browser(), two)).status).toBe(303)
    expect((await ana.post(`/account/passkeys/${first}/remove`)).status).toBe(404)
    expect(await isIn(ana)).toBe(true)
    expect(await ana.page('/account/activity')).toContain('You removed a passkey')
  })

  test('the passkeys go with their person', async () => {
    const w = await build()
    const ana = await w.person('ana')
    await addPasskey(await w.loggedIn('ana'))
    await w.db.deleteFrom('lists').where('owner_id', '=', ana.id).execute()
    await w.db.deleteFrom('users').where('id', '=', ana.id).execute()
    expect(await countIn(w.db, 'passkeys')).toBe(0)
  })
})

test('Ana is told by mail of a passkey that was added, and of one that was removed', async () => {
  const inbox = await openInbox()
  const w = await build(inbox.env)
  const ana = await w.loggedIn('ana')
  await w.db.listen()
  await addPasskey(ana, { name: 'Key ring' })
  await w.app.tick()
  const added = await inbox.until(1)
  expect([added.to, added.headers.get('subject')]).toEqual([['ana@example.com'], 'A passkey was added to your account'])
  expect(added.text).toContain('“Key ring”')
  expect(added.text).toContain('from Firefox on Linux (127.0.0.1)')
  const [id] = await idsOn(ana)
  await ana.post(`/account/passkeys/${id}/remove`)
  await w.app.tick()
  expect((await inbox.until(2)).headers.get('subject')).toBe('A passkey was removed from your account')
})
