import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '#core/time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { changeSettings } from '#features/admin/settings.ts'
import { invite } from '#features/entry/invitations.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { type Inbox, linkIn, openInbox } from '#test/mail/inbox.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const from = (w: World) => ({ ip: '', agent: '', now: w.now() })

/** A site that sends mails, where everybody may register, and which Ana looks after. */
async function anas(env: Record<string, string> = {}, hashing = quickHashing()): Promise<{ w: World; inbox: Inbox }> {
  const inbox = await openInbox()
  const w = await world({ ...inbox.env, ...env }, hashing)
  await w.db.listen()
  await changePerson(w, await w.person('ana'), 'make-admin', undefined, from(w))
  return { w, inbox }
}

const FORM = { password: PASSWORD, verify: PASSWORD }

const register = (w: World, email: string, tab = w.browser()): Promise<Response> =>
  tab.post('/register', { ...FORM, email })

const people = async (w: World): Promise<string[]> =>
  (await w.db.selectFrom('users').select('email').execute()).map(({ email }) => email).sort()

/** Opens the link of a mail and presses the button behind it. */
async function confirm(w: World, link: string): Promise<{ tab: Browser; answer: Response }> {
  const tab = w.browser()
  await tab.get(link)
  return { tab, answer: await tab.post('/register/confirm') }
}

/** Ben has asked for an account, and his mail has come. */
async function asked(): Promise<{ w: World; inbox: Inbox; link: string }> {
  const { w, inbox } = await anas()
  await register(w, 'ben@example.com')
  return { w, inbox, link: linkIn(await inbox.untilTo('ben@example.com')) }
}

describe('Ben registers where mails are sent', () => {
  test('and has an account once he has answered the mail', async () => {
    const { w, inbox } = await anas()
    const tab = w.browser()
    expect(await tab.page('/register')).toContain('You are sent a mail to confirm the account.')
    const answer = await register(w, 'ben@example.com', tab)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/register/sent'])
    const sent = await tab.page('/register/sent')
    expect(sent).toContain('Look into your mail')
    expect(sent).toContain('<a href="/register">Type another address</a>')
    expect([await people(w), tab.token]).toEqual([['ana@example.com'], undefined])
    expect((await tab.post('/login', { email: 'ben@example.com', password: PASSWORD })).status).toBe(422)

    const mail = await inbox.untilTo('ben@example.com')
    expect(mail.headers.get('subject')).toBe('Confirm your new account')
    const link = linkIn(mail)
    expect(await everythingIn(w.db)).not.toContain(link.slice(-43))
    const phone = w.browser()
    const opened = await phone.get(link)
    expect([opened.headers.get('Location'), opened.headers.get('Referrer-Policy')]).toEqual([
      '/register/confirm',
      'no-referrer',
    ])
    expect(await phone.page('/register/confirm')).toContain('ben@example.com')
    w.pass(HOUR)
    expect((await phone.get(link)) && (await phone.post('/register/confirm')).headers.get('Location')).toBe('/login')
    expect(flashesIn(await phone.page('/login'))[0]).toStartWith('Your account is ready.')
    expect(phone.token).toBeUndefined()
    const row = await w.db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', 'ben@example.com')
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ role: 'user', status: 'active', email_verified_at: w.now().toISOString() })
    expect((await phone.post('/login', { email: 'ben@example.com', password: PASSWORD })).status).toBe(303)
    expect(await countIn(w.db, 'registrations')).toBe(0)
    expect((await confirm(w, link)).answer.status).toBe(410)
  })

  test('and not by whatever opens links', async () => {
    const { w, link } = await asked()
    const before = await everythingIn(w.db)
    for (let i = 0; i < 3; i++) await w.browser({ says: 'none' }).page(link)
    expect(await everythingIn(w.db)).toBe(before)
  })

  test('once, of fifty at once', async () => {
    const { w, link } = await asked()
    const tabs = Array.from({ length: 50 }, () => w.browser())
    for (const tab of tabs) await tab.get(link)
    const all = await Promise.all(tabs.map((tab) => tab.post('/register/confirm')))
    expect(all.filter(({ status }) => status === 303).length).toBe(1)
    expect(all.filter(({ status }) => status === 410).length).toBe(49)
    expect(await people(w)).toEqual(['ana@example.com', 'ben@example.com'])
  })

  test('within a day', async () => {
    const { w, link } = await asked()
    w.pass(DAY - MINUTE)
    expect(await w.browser().page(link)).toContain('Make this account?')
    w.pass(MINUTE)
    const { answer } = await confirm(w, link)
    expect([answer.status, (await answer.text()).includes('This link does not work any more')]).toEqual([410, true])
    await w.app.tick()
    expect(await countIn(w.db, 'registrations')).toBe(0)
  })

  test('not when registration was closed meanwhile', async () => {
    const { w, link } = await asked()
    await changeSettings(w, { registration: 'closed' }, undefined, from(w))
    expect((await confirm(w, link)).answer.status).toBe(403)
    await changeSettings(w, { registration: 'open' }, undefined, from(w))
    expect((await confirm(w, link)).answer.status).toBe(303)
  })

  test('twice, and only one of the two becomes an account', async () => {
    const { w, inbox, link } = await asked()
    await register(w, 'BEN@example.com')
    const second = linkIn(await inbox.untilTo('BEN@example.com'))
    expect((await confirm(w, second)).answer.status).toBe(303)
    expect((await confirm(w, link)).answer.status).toBe(410)
    expect(await people(w)).toEqual(['BEN@example.com', 'ana@example.com'])
  })

  test('a form that is not right is told so, as everywhere', async () => {
    const { w } = await anas()
    const answer = await w.browser().post('/register', { email: 'ben@example.com', password: 'short', verify: 'short' })
    expect([answer.status, alertsIn(await answer.text())[0]]).toEqual([422, 'Use at least 8 characters.'])
    expect(await countIn(w.db, 'registrations')).toBe(0)
  })
})

describe('nobody learns who has an account', () => {
  test('the answers for Ana, who has one, and for Eve, who has none, are the same', async () => {
    const { asked: hashed, hashing } = quickHashing()
    const { w, inbox } = await anas({}, { hashing, asked: hashed })
    const seen = async (email: string) => {
      const before = hashed.hash
      const tab = w.browser()
      const answer = await register(w, email, tab)
      const headers = [...answer.headers].filter(([name]) => name !== 'date')
      return {
        status: answer.status,
        body: await answer.text(),
        headers,
        page: await tab.page('/register/sent'),
        hashes: hashed.hash - before,
      }
    }
    const [ana, eve] = [await seen('ana@example.com'), await seen('eve@example.com')]
    expect(ana).toEqual(eve)
    expect(ana.hashes).toBe(1)
    expect(await countIn(w.db, 'registrations')).toBe(2)
    expect((await inbox.untilTo('eve@example.com')).headers.get('subject')).toBe('Confirm your new account')
    const told = await inbox.untilTo('ana@example.com', 2)
    expect(told.headers.get('subject')).toBe('You have an account already')
    for (const way of ['/login', '/forgot']) expect(told.text).toContain(`http://localhost:3000${way}`)
    expect(told.text).not.toContain('/confirm/')
  })

  test('nor by asking often: the fourth mail in an hour is not sent, and the answer is the same', async () => {
    const { w, inbox } = await anas()
    for (let i = 0; i < 4; i++)
      expect((await register(w, 'eve@example.com')).headers.get('Location')).toBe('/register/sent')
    await inbox.untilTo('eve@example.com', 3)
    // A mail is forgotten a moment after it has arrived. A fourth would wait among those.
    for (let i = 0; i < 2000 && (await countIn(w.db, 'mail_outbox')) > 0; i++) await Bun.sleep(5)
    expect(inbox.mails.filter(({ to }) => to.includes('eve@example.com')).length).toBe(3)
    expect(await countIn(w.db, 'registrations')).toBe(3)
  })

  test('registrations from one network are limited as everywhere', async () => {
    const { w } = await anas({ LIMIT_REGISTER_PER_HOUR: '2' })
    const all = [
      await register(w, 'a@example.com'),
      await register(w, 'b@example.com'),
      await register(w, 'c@example.com'),
    ]
    expect(all.map(({ status }) => status)).toEqual([303, 303, 429])
  })

  test('many right ones are no failures of a network', async () => {
    const { w } = await anas({ LIMIT_LOGIN_PER_MINUTE: '3' })
    for (let i = 0; i < 6; i++) expect((await register(w, `p${i}@example.com`)).status).toBe(303)
  })
})

describe('the first to come to a site on this machine', () => {
  test('has an account at once, also when no mail can be sent, and looks after it; the next is asked by mail', async () => {
    const inbox = await openInbox()
    inbox.refuse = { code: 550, sentence: 'Never.' }
    const w = await world(inbox.env, quickHashing())
    await w.db.listen()
    const ana = w.browser()
    expect(await ana.page('/register')).not.toContain('You are sent a mail')
    expect((await register(w, 'ana@example.com', ana)).headers.get('Location')).toBe('/')
    expect((await ana.get('/admin')).status).not.toBe(404)
    expect((await register(w, 'ben@example.com')).headers.get('Location')).toBe('/register/sent')
  })

  test('of ten at once is one', async () => {
    const inbox = await openInbox()
    const w = await world(inbox.env, quickHashing())
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => register(w, `p${i}@example.com`)))
    expect(all.map(({ headers }) => headers.get('Location')).sort()).toEqual([
      '/',
      ...Array<string>(9).fill('/register/sent'),
    ])
    expect((await people(w)).length).toBe(1)
  })

  test('is nobody on a public address', async () => {
    const inbox = await openInbox()
    const w = await world({ ...inbox.env, REGISTRATION: 'open', BASE_URL: 'https://todo.example.org' }, quickHashing())
    expect((await register(w, 'eve@example.com')).headers.get('Location')).toBe('/register/sent')
    expect(await people(w)).toEqual([])
  })
})

test('an invitation that was handed over is confirmed by mail too, and is used up only then', async () => {
  const { w, inbox } = await anas({ REGISTRATION: 'invite' })
  const { link } = await invite(w, '', undefined, from(w))
  const links: string[] = []
  for (const name of ['ben', 'carl']) {
    const tab = w.browser()
    await tab.get(new URL(link).pathname)
    const answer = await tab.post('/invite', { ...FORM, email: `${name}@example.com` })
    expect(answer.headers.get('Location')).toBe('/register/sent')
    links.push(linkIn(await inbox.untilTo(`${name}@example.com`)))
  }
  expect(await people(w)).toEqual(['ana@example.com'])
  const answers = await Promise.all(links.map(async (one) => (await confirm(w, one)).answer.status))
  expect(answers.sort()).toEqual([303, 410])
  expect((await people(w)).length).toBe(2)
})
