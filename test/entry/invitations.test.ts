import { describe, expect, test } from 'bun:test'
import { DAY, MINUTE } from '#core/time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { changeSettings } from '#features/admin/settings.ts'
import { invite, openInvitations } from '#features/entry/invitations.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, type Fields, flashesIn } from '#test/browser.ts'
import { linkIn, openInbox } from '#test/mail/inbox.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const from = (w: World) => ({ ip: '', agent: '', now: w.now() })

/** A site that Ana looks after, to which people come by invitation; and her browser. */
async function anas(env: Record<string, string> = {}): Promise<{ w: World; ana: Browser }> {
  const w = await world({ REGISTRATION: 'invite', LIMIT_REGISTER_PER_HOUR: '1000', ...env }, quickHashing())
  await changePerson(w, await w.person('ana'), 'make-admin', undefined, from(w))
  const ana = await w.loggedIn('ana')
  await ana.page('/')
  return { w, ana }
}

/** The path of the link that a page shows. */
const linkOn = (page: string): string =>
  new URL(/<pre class="secrets"[^>]*>([^<]+)<\/pre>/.exec(page)?.[1] ?? '').pathname

const invited = async (ana: Browser, email = ''): Promise<string> =>
  linkOn(await (await ana.post('/admin/people/invite', { email })).text())

const FORM = { password: PASSWORD, verify: PASSWORD }

/** Opens the link in a new browser and sends the form behind it. */
async function accept(w: World, link: string, fields: Fields = {}): Promise<{ tab: Browser; answer: Response }> {
  const tab = w.browser()
  await tab.get(link)
  return { tab, answer: await tab.post('/invite', { ...FORM, ...fields }) }
}

const people = async (w: World): Promise<string[]> =>
  (await w.db.selectFrom('users').select('email').execute()).map(({ email }) => email).sort()

describe('Ana invites somebody', () => {
  test('by a link that is shown once, and makes one account within a week', async () => {
    const { w, ana } = await anas()
    const link = await invited(ana)
    expect(link).toMatch(/^\/invite\/[\w-]{43}$/)
    expect(await everythingIn(w.db)).not.toContain(link.slice(-43))
    expect(await ana.page('/admin/people')).toContain('Whoever has the link')
    expect(await ana.page('/admin/people')).not.toContain(link.slice(-43))

    w.pass(7 * DAY - MINUTE)
    const ben = w.browser()
    const opened = await ben.get(link)
    expect([opened.status, opened.headers.get('Location'), opened.headers.get('Referrer-Policy')]).toEqual([
      303,
      '/invite',
      'no-referrer',
    ])
    expect(await ben.page('/invite')).toContain('You are invited')
    const answer = await ben.post('/invite', { ...FORM, email: 'ben@example.com' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/'])
    const page = await ben.page('/')
    expect([page.includes('ben@example.com'), flashesIn(page)[0]?.startsWith('Your account is ready')]).toEqual([
      true,
      true,
    ])
    expect(await people(w)).toEqual(['ana@example.com', 'ben@example.com'])
    expect(await openInvitations(w.db, w.now())).toEqual([])

    const { answer: again } = await accept(w, link, { email: 'eve@example.com' })
    expect([again.status, (await again.text()).includes('This invitation does not work any more')]).toEqual([410, true])
  })

  test('and not by whatever opens links', async () => {
    const { w, ana } = await anas()
    const link = await invited(ana, 'ben@example.com')
    const before = await everythingIn(w.db)
    for (let i = 0; i < 3; i++) await w.browser({ says: 'none' }).page(link)
    expect(await everythingIn(w.db)).toBe(before)
    expect((await accept(w, link)).answer.status).toBe(303)
  })

  test('of fifty who use it at once, one has an account', async () => {
    const { w, ana } = await anas({ LIMIT_LOGIN_PER_MINUTE: '1000', LIMIT_LOGIN_PER_HOUR: '1000' })
    const link = await invited(ana)
    const tabs = Array.from({ length: 50 }, (_, i) => w.browser({ ip: `10.0.0.${i}` }))
    for (const tab of tabs) await tab.get(link)
    const all = await Promise.all(tabs.map((tab, i) => tab.post('/invite', { ...FORM, email: `p${i}@example.com` })))
    expect(all.filter(({ status }) => status === 303).length).toBe(1)
    expect(all.filter(({ status }) => status === 410).length).toBe(49)
    expect((await people(w)).length).toBe(2)
    expect(await countIn(w.db, 'lists')).toBe(2)
  })

  test('after a week it is over, and gone from the list', async () => {
    const { w, ana } = await anas()
    const link = await invited(ana)
    w.pass(7 * DAY)
    expect((await accept(w, link, { email: 'ben@example.com' })).answer.status).toBe(410)
    expect(await openInvitations(w.db, w.now())).toEqual([])
    await w.app.tick()
    expect(await countIn(w.db, 'invitations')).toBe(0)
  })

  test('a form that is not right comes back, and leaves the invitation as it is', async () => {
    const { w, ana } = await anas()
    const link = await invited(ana)
    for (const [fields, sentence] of [
      [{ email: 'ben@example.com', verify: 'other' }, 'The two are not the same'],
      [{ email: 'ben@example.com', password: 'password', verify: 'password' }, 'first that people try'],
      [{ email: 'ben' }, 'not an e-mail address'],
      [{}, 'Type your e-mail address.'],
      [{ email: 'ana@example.com' }, 'already an account'],
    ] as const) {
      const { answer } = await accept(w, link, fields)
      const page = await answer.text()
      expect([sentence, answer.status, alertsIn(page).join(' ').includes(sentence)]).toEqual([sentence, 422, true])
      expect(page).toContain('action="/invite"')
    }
    expect((await accept(w, link, { email: 'ben@example.com' })).answer.status).toBe(303)
  })

  test('and takes it back: the link leads nowhere then', async () => {
    const { w, ana } = await anas()
    const link = await invited(ana, 'ben@example.com')
    const [one] = await openInvitations(w.db, w.now())
    const path = `/admin/people/invitations/${one?.id}/revoke`
    expect((await ana.post(path)).headers.get('Location')).toBe('/admin/people')
    const page = await ana.page('/admin/people')
    expect([flashesIn(page), page.includes('ben@example.com')]).toEqual([
      ['The invitation is taken back. Its links lead nowhere now.'],
      false,
    ])
    expect((await accept(w, link)).answer.status).toBe(410)
    expect((await ana.post(path)).status).toBe(404)
    expect((await ana.post('/admin/people/invitations/none/revoke')).status).toBe(404)
    expect(await ana.page('/account/activity')).toContain('You took an invitation back')
    expect(await ana.page('/account/activity')).toContain('You made an invitation')
  })

  test('to an address that is none, or has an account: refused', async () => {
    const { ana } = await anas()
    for (const [email, sentence] of [
      ['ben', 'This is not an e-mail address.'],
      ['ANA@example.com', 'There is already an account with this e-mail.'],
    ]) {
      const answer = await ana.post('/admin/people/invite', { email: email! })
      const page = await answer.text()
      expect([answer.status, alertsIn(page)]).toEqual([422, [sentence!]])
      expect(page).toContain(`value="${email}"`)
    }
  })

  test('nobody else does', async () => {
    const { w } = await anas()
    const eve = await w.loggedIn('eve')
    expect((await eve.post('/admin/people/invite', { email: '' })).status).toBe(404)
    expect((await w.browser().post('/admin/people/invite')).headers.get('Location')).toStartWith('/login')
    expect(await countIn(w.db, 'invitations')).toBe(0)
  })
})

describe('who may come by an invitation', () => {
  test('where only those may register who were invited, /register and the login say so', async () => {
    const { w } = await anas()
    const eve = w.browser()
    const page = await eve.page('/register')
    expect(page).toContain('You need an invitation')
    expect(page).not.toContain('name="password"')
    expect(await eve.page('/login')).toContain('for an invitation')
    const answer = await eve.post('/register', { ...FORM, email: 'eve@example.com' })
    expect([answer.status, (await answer.text()).includes('An invitation is needed')]).toEqual([403, true])
    expect((await eve.post('/invite', { ...FORM, email: 'eve@example.com' })).status).toBe(410)
    expect(await people(w)).toEqual(['ana@example.com'])
  })

  test('also where everybody may register; nobody while registration is closed', async () => {
    const { w, ana } = await anas({ REGISTRATION: 'open' })
    const links = [await invited(ana), await invited(ana)]
    expect((await accept(w, links[0]!, { email: 'ben@example.com' })).answer.status).toBe(303)
    await changeSettings(w, { registration: 'closed' }, undefined, from(w))
    const { tab, answer } = await accept(w, links[1]!, { email: 'carl@example.com' })
    expect(answer.status).toBe(403)
    expect(await tab.page('/invite')).toContain('Registration is closed')
    expect((await ana.post('/admin/people/invite', { email: '' })).status).toBe(422)
    expect(await ana.page('/admin/people')).toContain('Nobody may register at the moment')
    await changeSettings(w, { registration: 'invite' }, undefined, from(w))
    expect((await accept(w, links[1]!, { email: 'carl@example.com' })).answer.status).toBe(303)
  })

  test('the one with an address is for that address, whatever the form says', async () => {
    const { w, ana } = await anas()
    const link = await invited(ana, 'Ben@example.com')
    const tab = w.browser()
    expect(await tab.page(link)).toContain('with the address Ben@example.com')
    await tab.post('/invite', { ...FORM, email: 'eve@example.com' })
    expect(await people(w)).toEqual(['Ben@example.com', 'ana@example.com'])
  })

  test('the secret of an invitation opens nothing else', async () => {
    const { w, ana } = await anas()
    const link = await invited(ana)
    for (const kind of ['reset', 'verify']) {
      const tab = w.browser()
      await tab.get(link.replace('/invite/', `/${kind}/`))
      expect([kind, (await tab.get(`/${kind}`)).status]).toEqual([kind, 410])
    }
    expect((await accept(w, link, { email: 'ben@example.com' })).answer.status).toBe(303)
  })
})

describe('where mails are sent', () => {
  test('Ben is sent a link, which proves his address; the one that Ana sees is another', async () => {
    const inbox = await openInbox()
    const { w, ana } = await anas(inbox.env)
    await w.db.listen()
    const shown = await invited(ana, 'ben@example.com')
    const mail = await inbox.untilTo('ben@example.com')
    const mailed = linkIn(mail)
    expect(mail.text).toContain('ana@example.com invites you to make an account at http://localhost:3000')
    expect(mailed).not.toBe(shown)
    expect((await accept(w, mailed)).answer.status).toBe(303)
    const { email_verified_at } = await w.db
      .selectFrom('users')
      .select('email_verified_at')
      .where('email', '=', 'ben@example.com')
      .executeTakeFirstOrThrow()
    expect(email_verified_at).toBe(w.now().toISOString())
    expect((await accept(w, shown)).answer.status).toBe(410)
  })

  test('at most three such mails an hour to one address', async () => {
    const inbox = await openInbox()
    const { ana } = await anas(inbox.env)
    for (let i = 0; i < 3; i++) await invited(ana, 'ben@example.com')
    expect((await ana.post('/admin/people/invite', { email: 'ben@example.com' })).status).toBe(429)
  })

  test('an invitation that was taken back is not sent', async () => {
    const inbox = await openInbox()
    const w = await world({ REGISTRATION: 'invite', ...inbox.env }, quickHashing())
    await w.db.listen()
    inbox.refuse = { code: 451, sentence: 'Not now.' }
    await invite(w, 'ben@example.com', undefined, from(w))
    while (!w.log.entries.some(({ event }) => event === 'mail_put_off')) await Bun.sleep(5)
    inbox.refuse = undefined
    await w.db.deleteFrom('invitations').execute()
    w.pass(2 * MINUTE)
    await w.app.tick()
    while (!w.log.entries.some(({ event }) => event === 'mail_done')) await Bun.sleep(5)
    expect(inbox.mails).toEqual([])
  })
})
