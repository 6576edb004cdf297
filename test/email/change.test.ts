import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '#core/time.ts'
import { newId } from '#db/db.ts'
import { addIdentity } from '#features/sso/identities.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { setUp } from '#test/factors/app.ts'
import { type Inbox, linkIn, openInbox, type Received } from '#test/mail/inbox.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { jsonLine } from '#web/log.ts'
import { quickHashing } from '../accounts/hashing.ts'

const NEW = 'another kettle, one cup'

type All = { w: World; inbox: Inbox; ana: Browser }

async function build(env: Record<string, string> = {}): Promise<All> {
  const inbox = await openInbox()
  const w = await world({ ...inbox.env, ...env }, quickHashing())
  await w.db.listen()
  const ana = await w.loggedIn('ana')
  await ana.page('/')
  return { w, inbox, ana }
}

const ask = (tab: Browser, email: string) => tab.post('/account/email', { email })

const to = (mails: Received[], address: string) => mails.filter((mail) => mail.to.includes(address))

/** Asks for `email`, and returns the paths of the links that went to the new address and to the old one. */
async function asked({ inbox }: All, tab: Browser, email: string): Promise<{ confirm: string; cancel: string }> {
  const before = inbox.mails.length
  expect((await ask(tab, email)).status).toBe(303)
  const confirm = await theMail(inbox, 'Confirm your new e-mail address', email, before)
  const cancel = await theMail(inbox, 'Your e-mail address is about to change', undefined, before)
  return { confirm: linkIn(confirm), cancel: linkIn(cancel) }
}

/** The mail with this subject, to this address or any, once it has come; those before the one with the number `from` are not meant. */
async function theMail({ mails, until }: Inbox, subject: string, address?: string, from = 0): Promise<Received> {
  const isMeant = (mail: Received) =>
    mail.headers.get('subject') === subject && (address === undefined || mail.to.includes(address))
  for (let i = 0; i < 2000 && !mails.slice(from).some(isMeant); i++) await Bun.sleep(5)
  return mails.slice(from).findLast(isMeant) ?? until(mails.length + 1)
}

const CHANGED = 'Your e-mail address was changed'

/** Opens a link of a mail and presses its button. */
async function press(tab: Browser, path: string): Promise<Response> {
  const opened = await tab.get(path)
  return tab.post(opened.headers.get('Location') ?? '')
}

const logIn = (w: World, email: string, password = PASSWORD) => w.browser().post('/login', { email, password })
const isIn = async (tab: Browser) => (await tab.get('/')).status === 200
const rowOf = async (w: World, email: string) =>
  w.db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()

describe('Ana wants another address', () => {
  test('asks, confirms it by the mail, and goes on with it; her other devices are logged out', async () => {
    const all = await build()
    const { w, inbox, ana } = all
    const phone = await w.loggedIn('ana')
    expect(await ana.page('/account')).toContain('<a href="/account/email">Change the address</a>')
    const { confirm } = await asked(all, ana, 'Ana@new.example')
    const page = await ana.page('/account/email')
    expect(flashesIn(page)).toEqual(['A mail with a link is on its way to the new address.'])
    expect(page).toContain('Ana@new.example <span class="tag">Waits to be confirmed</span>')
    expect((await logIn(w, 'ana@new.example')).status).toBe(422)

    const token = ana.token
    const opened = await ana.get(confirm)
    expect([opened.headers.get('Location'), opened.headers.get('Referrer-Policy')]).toEqual([
      '/email/confirm',
      'no-referrer',
    ])
    expect(await ana.page('/email/confirm')).toContain('Ana@new.example')
    const done = await ana.post('/email/confirm')
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/account'])
    const account = await ana.page('/account')
    expect(flashesIn(account)).toEqual(['Your e-mail address is changed. All other devices are logged out.'])
    expect(account).toContain('Ana@new.example <span class="tag">Confirmed</span>')
    expect([await isIn(ana), ana.token === token, await isIn(phone)]).toEqual([true, false, false])
    expect([(await logIn(w, 'ana@new.example')).status, (await logIn(w, 'ana@example.com')).status]).toEqual([303, 422])

    await inbox.until(5)
    expect(inbox.mails.map((mail) => [mail.to[0], mail.headers.get('subject')]).sort()).toEqual([
      ['Ana@new.example', 'A new device logged in to your account'],
      ['Ana@new.example', 'Confirm your new e-mail address'],
      ['ana@example.com', 'A new device logged in to your account'],
      ['ana@example.com', 'Your e-mail address is about to change'],
      ['ana@example.com', 'Your e-mail address was changed'],
    ])
    for (const subject of ['Your e-mail address is about to change', CHANGED]) {
      const mail = await theMail(inbox, subject, 'ana@example.com')
      expect(mail.text).toContain('from ana@example.com to Ana@new.example')
      expect(mail.text).toContain('from Firefox on Linux (127.0.0.1)')
    }
    // Whoever reads the mail of a mistyped address learns of nobody.
    expect(to(inbox.mails, 'Ana@new.example')[0]!.source).not.toContain('ana@example.com')
  })

  test('confirms it on another device, and is logged out where she asked', async () => {
    const all = await build()
    const { confirm } = await asked(all, all.ana, 'ana@new.example')
    const phone = all.w.browser()
    const done = await press(phone, confirm)
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/login'])
    expect([await isIn(all.ana), await isIn(phone)]).toEqual([false, false])
    const ben = await all.w.loggedIn('ben')
    await press(ben, confirm)
    expect((await ben.page('/account')).includes('ben@example.com')).toBe(true)
  })

  test('proves who she is before, also to see the page', async () => {
    const { w, ana } = await build()
    w.pass(15 * MINUTE)
    expect((await ana.get('/account/email')).headers.get('Location')).toBe('/account/confirm?next=%2Faccount%2Femail')
    const answer = await ask(ana, 'ana@new.example')
    expect(answer.headers.get('Location')).toStartWith('/account/confirm')
    expect(await countIn(w.db, 'email_changes')).toBe(0)
  })

  test.each([
    ['', 'Type your e-mail address.'],
    ['ana', 'This is not an e-mail address.'],
    ['ana@new.example\r\nBcc: eve@example.com', 'This is not an e-mail address.'],
    ['ANA@EXAMPLE.com', 'This is the address that you have already.'],
  ])('is told what is wrong with %j', async (typed, sentence) => {
    const { w, ana } = await build()
    const answer = await ask(ana, typed)
    const page = await answer.text()
    expect([answer.status, alertsIn(page)]).toEqual([422, [sentence]])
    expect(await countIn(w.db, 'email_changes')).toBe(0)
  })

  test('keeps the present one after all: the link is worth nothing, and what it was for is not shown', async () => {
    const all = await build()
    const { confirm } = await asked(all, all.ana, 'ana@new.example')
    expect(await all.ana.page('/account/email')).toContain('ana@new.example')
    await all.ana.post('/account/email/keep')
    const page = await all.ana.page('/account/email')
    expect([flashesIn(page), page.includes('ana@new.example')]).toEqual([
      ['Your e-mail address stays as it is.'],
      false,
    ])
    expect((await press(all.ana, confirm)).status).toBe(410)
    expect(await rowOf(all.w, 'ana@example.com')).toBeDefined()
  })
})

describe('the link that the new address is sent', () => {
  test('is opened by programs without effect', async () => {
    const all = await build()
    const { confirm, cancel } = await asked(all, all.ana, 'ana@new.example')
    const before = await everythingIn(all.w.db)
    const scanner = all.w.browser({ agent: 'scanner', says: 'none' })
    for (const path of [confirm, cancel]) {
      await scanner.page(path)
      await scanner.request(path, { method: 'HEAD' })
    }
    expect(await everythingIn(all.w.db)).toBe(before)
  })

  test('works once, of fifty at once', async () => {
    const all = await build()
    const { confirm } = await asked(all, all.ana, 'ana@new.example')
    const tabs = Array.from({ length: 50 }, () => all.w.browser())
    for (const tab of tabs) await tab.get(confirm)
    const answers = await Promise.all(tabs.map((tab) => tab.post('/email/confirm')))
    expect(answers.filter(({ status }) => status === 303).length).toBe(1)
    expect(answers.filter(({ status }) => status === 410).length).toBe(49)
    expect((await rowOf(all.w, 'ana@new.example'))!.cred_version).toBe(2)
  })

  const endings: [what: string, end: (all: All) => Promise<unknown>][] = [
    ['after a day', async ({ w }) => w.pass(DAY)],
    ['when another address was asked for', (all) => asked(all, all.ana, 'ana@other.example')],
    [
      'when the password was changed',
      ({ ana }) => ana.post('/account/password', { current: PASSWORD, password: NEW, verify: NEW }),
    ],
    ['when the account was disabled', ({ w }) => w.db.updateTable('users').set({ status: 'disabled' }).execute()],
  ]
  for (const [what, end] of endings) {
    test(`is over ${what}`, async () => {
      const all = await build()
      const { confirm } = await asked(all, all.ana, 'ana@new.example')
      await end(all)
      const tab = all.w.browser()
      const page = [await tab.get(confirm), await tab.get('/email/confirm')].at(-1)!
      expect([page.status, (await page.text()).includes('This link does not work any more')]).toEqual([410, true])
      expect((await tab.post('/email/confirm')).status).toBe(410)
      expect(await rowOf(all.w, 'ana@example.com')).toBeDefined()
    })
  }

  test('changes nothing when somebody else has taken the address meanwhile, and says so', async () => {
    const all = await build()
    const { confirm } = await asked(all, all.ana, 'ben@example.com')
    await all.w.person('ben')
    const answer = await press(all.ana, confirm)
    expect([answer.status, alertsIn(await answer.text())[0]]).toEqual([
      422,
      expect.stringContaining('There is already an account with this e-mail.'),
    ])
    expect([await isIn(all.ana), (await rowOf(all.w, 'ana@example.com'))?.cred_version]).toEqual([true, 1])
  })

  test('of two who want the same address at the same moment, one has it', async () => {
    const all = await build()
    const ben = await all.w.loggedIn('ben')
    const links = [await asked(all, all.ana, 'both@new.example'), await asked(all, ben, 'both@new.example')]
    const tabs = [all.w.browser(), all.w.browser()]
    for (const [i, tab] of tabs.entries()) await tab.get(links[i]!.confirm)
    const answers = await Promise.all(tabs.map((tab) => tab.post('/email/confirm')))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
  })

  test('is none of another kind', async () => {
    const all = await build()
    const { confirm, cancel } = await asked(all, all.ana, 'ana@new.example')
    const crossed = [confirm.replace('/confirm/', '/cancel/'), cancel.replace('/cancel/', '/confirm/')]
    for (const path of crossed) expect((await press(all.w.browser(), path)).status).toBe(410)
    for (const path of [confirm, cancel]) {
      const tab = all.w.browser()
      await tab.get(path.replace(/\/email\/\w+\//, '/reset/'))
      expect((await tab.get('/reset')).status).toBe(410)
    }
  })
})

describe('somebody who knows Ana’s password asks for another address', () => {
  /** Eve, who has asked for hers from her own machine, with the links of that. */
  async function attack(all: All) {
    const eve = all.w.browser({ ip: '10.6.6.6' })
    await eve.post('/login', { email: 'ana@example.com', password: PASSWORD })
    return { eve, ...(await asked(all, eve, 'eve@evil.example')) }
  }

  /** What is so once Ana has pressed “It was not me”. */
  async function expectUndone(all: All, answer: Response, tabs: Browser[]): Promise<void> {
    const { w, inbox } = all
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/email/cancelled'])
    expect(await w.browser().page('/email/cancelled')).toContain('The change is undone')
    for (const tab of tabs) expect(await isIn(tab)).toBe(false)
    for (const email of ['ana@example.com', 'eve@evil.example']) expect((await logIn(w, email)).status).toBe(422)
    const ana = w.browser()
    const reset = to(inbox.mails, 'ana@example.com').findLast((mail) => mail.text.includes('/reset/'))!
    await ana.page(linkIn(reset))
    expect((await ana.post('/reset', { password: NEW, verify: NEW })).status).toBe(303)
    expect((await logIn(w, 'ana@example.com', NEW)).status).toBe(303)
  }

  const resetCame = ({ inbox }: All) => theMail(inbox, 'Choose a new password')

  test('Ana stops it before', async () => {
    const all = await build()
    const { eve, confirm, cancel } = await attack(all)
    const ana = all.w.browser()
    await ana.get(cancel)
    const page = await ana.page('/email/cancel')
    expect(page).toContain('from ana@example.com to eve@evil.example')
    const answer = await ana.post('/email/cancel')
    const { text } = await resetCame(all)
    expect(text).toContain('Your account ana@example.com has no password at the moment. Choose one now.')
    expect(text).not.toContain('your password stays as it is')
    await expectUndone(all, answer, [eve, all.ana])
    expect((await press(eve, confirm)).status).toBe(410)
  })

  test('Ana has her address back after six days', async () => {
    const all = await build()
    const { eve, confirm, cancel } = await attack(all)
    await press(eve, confirm)
    expect(await isIn(eve)).toBe(true)
    all.w.pass(6 * DAY)
    const again = all.w.browser()
    await again.post('/login', { email: 'eve@evil.example', password: PASSWORD })
    expect(await isIn(again)).toBe(true)
    const answer = await press(all.w.browser(), cancel)
    await resetCame(all)
    await expectUndone(all, answer, [eve, again, all.ana])
  })

  test('and what Eve added to get in or to keep Ana out is gone, what Ana had before is not', async () => {
    const all = await build()
    const { w, ana } = all
    const { id } = (await rowOf(w, 'ana@example.com'))!
    const passkey = (name: string, created_at: string) => ({
      ...{ credential_id: name, public_id: newId(), user_id: id, public_key: '', counter: 0, backup_eligible: 0 },
      ...{ backed_up: 0, transports: '[]', name, created_at, last_used_at: null },
    })
    await w.db
      .insertInto('passkeys')
      .values(passkey('hers', w.now().toISOString()) as never)
      .execute()
    await ana.post('/account/tokens', { name: 'Hers', scope: 'read', days: '' })
    w.pass(10 * DAY)
    const { eve, confirm, cancel } = await attack(all)
    await setUp(w, eve)
    await press(eve, confirm)
    await w.db
      .insertInto('passkeys')
      .values(passkey('eve’s', w.now().toISOString()) as never)
      .execute()
    await addIdentity(
      w.db as never,
      { id } as never,
      { issuer: 'https://evil.example', sub: 'eve', email: undefined },
      w.now(),
    )
    const answer = await press(all.w.browser(), cancel)
    await resetCame(all)
    // Without the code of Eve's app.
    await expectUndone(all, answer, [eve])
    expect(await w.db.selectFrom('passkeys').select('name').execute()).toEqual([{ name: 'hers' }])
    for (const table of ['totps', 'recovery_codes', 'identities', 'api_tokens'] as const) {
      expect([table, await countIn(w.db, table)]).toEqual([table, 0])
    }
  })

  test('also when Eve went on to a second address, and her own way back leads nowhere', async () => {
    const all = await build()
    const { eve, confirm, cancel } = await attack(all)
    await press(eve, confirm)
    const second = await asked(all, eve, 'eve@second.example')
    await press(eve, second.confirm)
    const last = await theMail(all.inbox, CHANGED, 'eve@evil.example')
    const answer = await press(all.w.browser(), cancel)
    await resetCame(all)
    for (const path of [second.cancel, linkIn(last)]) expect((await press(eve, path)).status).toBe(410)
    await expectUndone(all, answer, [eve])
  })

  test('the mail that says it was done has the way back too', async () => {
    const all = await build()
    const { eve, confirm } = await attack(all)
    await press(eve, confirm)
    const answer = await press(all.w.browser(), linkIn(await theMail(all.inbox, CHANGED)))
    await resetCame(all)
    await expectUndone(all, answer, [eve])
  })

  test('after seven days it is too late', async () => {
    const all = await build()
    const { eve, confirm, cancel } = await attack(all)
    await press(eve, confirm)
    all.w.pass(7 * DAY + 1)
    expect((await press(all.w.browser(), cancel)).status).toBe(410)
  })

  test('nobody registers with Ana’s address while she can have it back', async () => {
    const all = await build()
    const { w } = all
    const { eve, confirm, cancel } = await attack(all)
    await press(eve, confirm)
    const register = () => w.browser().post('/register', { email: 'ANA@example.com', password: NEW, verify: NEW })
    expect(await rowOf(w, 'ana@example.com')).toBeUndefined()
    await register()
    expect(await rowOf(w, 'ANA@example.com')).toBeUndefined()
    const ben = await w.loggedIn('ben')
    await ask(ben, 'ana@example.com')
    await theMail(all.inbox, 'This address has an account already', 'ana@example.com')
    expect(to(all.inbox.mails, 'ana@example.com').filter((mail) => mail.text.includes('/email/confirm/'))).toEqual([])
    w.pass(DAY)
    const answer = await press(w.browser(), cancel)
    await resetCame(all)
    await expectUndone(all, answer, [eve])
  })

  test('when it is too late the address is free again', async () => {
    const all = await build()
    const { w } = all
    const { eve, confirm } = await attack(all)
    await press(eve, confirm)
    w.pass(10 * DAY)
    await w.app.tick()
    expect(await countIn(w.db, 'email_changes')).toBe(0)
    const answer = await w.browser().post('/register', { email: 'ana@example.com', password: NEW, verify: NEW })
    expect(answer.status).toBeLessThan(400)
  })

  test('the way back works once, of fifty at once', async () => {
    const all = await build()
    const { eve, confirm, cancel } = await attack(all)
    await press(eve, confirm)
    const tabs = Array.from({ length: 50 }, () => all.w.browser())
    for (const tab of tabs) await tab.get(cancel)
    const answers = await Promise.all(tabs.map((tab) => tab.post('/email/cancel')))
    expect(answers.filter(({ status }) => status === 303).length).toBe(1)
    expect(answers.filter(({ status }) => status === 410).length).toBe(49)
  })

  test('confirmed and stopped at the same moment, it is stopped', async () => {
    const all = await build()
    for (let round = 0; round < 5; round++) {
      const name = `p${round}`
      const tab = await all.w.loggedIn(name)
      const { confirm, cancel } = await asked(all, tab, `${name}@evil.example`)
      const [one, two] = [all.w.browser(), all.w.browser()]
      await one.get(confirm)
      await two.get(cancel)
      const [, stopped] = await Promise.all([one.post('/email/confirm'), two.post('/email/cancel')])
      // Where the two crossed Ana is asked to press once more.
      if (stopped.status !== 303) expect((await press(two, cancel)).status).toBe(303)
      expect([(await rowOf(all.w, `${name}@example.com`))?.password_phc, await isIn(tab)]).toEqual([null, false])
      // Of mails with links a network has ten an hour.
      all.w.pass(HOUR)
    }
  })
})

describe('nobody learns who has an account', () => {
  test('a taken address and a free one are answered alike; the owner is told, without a link', async () => {
    const { w, inbox, ana } = await build()
    await w.person('ben')
    const told: unknown[] = []
    for (const [i, email] of ['bea@example.com', 'ben@example.com'].entries()) {
      const answer = await ask(ana, email)
      await inbox.until(2 * i + 2)
      const page = (await ana.page('/account/email')).replaceAll(email, '…')
      told.push([answer.status, answer.headers.get('Location'), await answer.text(), page])
    }
    expect(told[1]).toEqual(told[0])
    const [mail] = to(inbox.mails, 'ben@example.com')
    expect([mail!.headers.get('subject'), mail!.text.includes('/email/')]).toEqual([
      'This address has an account already',
      false,
    ])
    expect(mail!.source).not.toContain('ana@example.com')
  })
})

describe('limits', () => {
  test('an account asks three times an hour', async () => {
    const { w, ana } = await build()
    for (let i = 0; i < 3; i++) expect((await ask(ana, `a${i}@new.example`)).status).toBe(303)
    const refused = await ask(ana, 'a3@new.example')
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '3600'])
    expect(alertsIn(await refused.text())[0]).toStartWith('Your address was to be changed often enough for now.')
    w.pass(HOUR)
    await ana.post('/account/confirm', { password: PASSWORD })
    expect((await ask(ana, 'a3@new.example')).status).toBe(303)
  })

  test('an address is sent three such mails an hour, whoever asks, at whatever process', async () => {
    const { w } = await build()
    const other = w.another()
    for (const [i, name] of ['ben', 'cora', 'dan', 'eve'].entries()) {
      const tab = await (i % 2 ? other : w).loggedIn(name)
      expect((await ask(tab, 'victim@new.example')).status).toBe(i < 3 ? 303 : 429)
    }
  })
})

describe('where no mails are sent', () => {
  test('the address is changed at once, and the page says what that means', async () => {
    const w = await world({}, quickHashing())
    const [ana, phone] = [await w.loggedIn('ana'), await w.loggedIn('ana')]
    await w.person('ben')
    expect(await ana.page('/account/email')).toContain('This site sends no mails, so a new one counts at once')
    const answer = await ask(ana, 'ben@example.com')
    expect([answer.status, alertsIn(await answer.text())[0]]).toEqual([
      422,
      expect.stringContaining('There is already an account with this e-mail.'),
    ])
    const token = ana.token
    expect((await ask(ana, 'ana@new.example')).status).toBe(303)
    expect([ana.token === token, await isIn(ana), await isIn(phone)]).toEqual([false, true, false])
    expect([(await logIn(w, 'ana@new.example')).status, (await logIn(w, 'ana@example.com')).status]).toEqual([303, 422])
  })
})

test('what happened is read under Activity, and no address or secret of it in any log', async () => {
  const all = await build()
  const { w, ana } = all
  const { confirm, cancel } = await asked(all, ana, 'ana@new.example')
  await press(ana, confirm)
  const page = await ana.page('/account/activity')
  for (const words of ['You asked for another e-mail address', 'Your e-mail address was changed']) {
    expect(page).toContain(words)
  }
  await press(w.browser(), cancel)
  const lines = w.log.entries.map(jsonLine).join('\n')
  expect(lines).toContain('"path":"/email/confirm/…"')
  const rows = await everythingIn(w.db)
  for (const secret of [confirm, cancel].map((path) => path.slice(-43))) {
    expect([lines.includes(secret), rows.includes(secret)]).toEqual([false, false])
  }
  expect(lines).not.toContain('@')
  const { id } = (await rowOf(w, 'ana@example.com'))!
  const events = await w.db.selectFrom('auth_events').select('type').where('user_id', '=', id).orderBy('id').execute()
  expect(events.map(({ type }) => type).filter((type) => type.startsWith('email_'))).toEqual([
    'email_change_requested',
    'email_change_confirmed',
    'email_change_cancelled',
  ])
})
