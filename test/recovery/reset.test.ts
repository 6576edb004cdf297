import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '#core/time.ts'
import { makeResetLink } from '#features/recovery/resetting.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { type Inbox, linkIn, openInbox } from '#test/mail/inbox.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { jsonLine } from '#web/log.ts'
import { quickHashing } from '../accounts/hashing.ts'

const NEW = 'another kettle, one cup'
const typed = { password: NEW, verify: NEW }

async function build(env: Record<string, string> = {}): Promise<{ w: World; inbox: Inbox }> {
  const inbox = await openInbox()
  const w = await world({ ...inbox.env, ...env }, quickHashing())
  await w.db.listen()
  return { inbox, w }
}

/** Asks for a link, and returns its path as it came by mail. */
async function asked({ w, inbox }: { w: World; inbox: Inbox }, name = 'ana'): Promise<string> {
  const before = inbox.mails.length
  await w.browser().post('/forgot', { email: `${name}@example.com` })
  return linkIn(await inbox.until(before + 1))
}

const logIn = (w: World, password: string, name = 'ana') =>
  w.browser().post('/login', { email: `${name}@example.com`, password })

const isIn = async (tab: Browser) => (await tab.get('/')).status === 200

describe('Ana forgot her password', () => {
  test('asks, gets a mail, chooses another, and is logged out everywhere', async () => {
    const all = await build()
    const { w, inbox } = all
    const phone = await w.loggedIn('ana')
    const ana = w.browser()
    expect(await ana.page('/login')).toContain('<a href="/forgot">Forgot your password?</a>')
    const answer = await ana.post('/forgot', { email: ' ANA@example.com' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/forgot/sent'])
    expect(await ana.page('/forgot/sent')).toContain('Look into your mail')
    const mail = await inbox.until(1)
    expect([mail.to, mail.headers.get('subject')]).toEqual([['ana@example.com'], 'Choose a new password'])

    const path = linkIn(mail)
    const opened = await ana.get(path)
    expect([opened.status, opened.headers.get('Location')]).toEqual([303, '/reset'])
    expect(opened.headers.get('Referrer-Policy')).toBe('no-referrer')
    const page = await ana.page('/reset')
    expect(page).toContain('For ana@example.com.')
    expect(page).not.toContain(path.slice(-43))
    const done = await ana.post('/reset', typed)
    expect([done.status, done.headers.get('Location'), ana.token]).toEqual([303, '/login', undefined])
    expect(flashesIn(await ana.page('/login'))).toEqual([
      'Your password is changed, and all devices are logged out. Log in with the new one.',
    ])
    expect(await isIn(phone)).toBe(false)
    expect([(await logIn(w, PASSWORD)).status, (await logIn(w, NEW)).status]).toEqual([422, 303])
    expect((await inbox.until(2)).headers.get('subject')).toBe('Your password was changed')
  })

  test('whoever opens the link first, and as often as they like, leaves it as it is', async () => {
    const all = await build()
    const { w } = all
    await w.person('ana')
    const path = await asked(all)
    const before = await everythingIn(w.db)
    const scanner = w.browser({ agent: 'scanner', says: 'none' })
    for (let i = 0; i < 5; i++) {
      await scanner.page(path)
      await scanner.request(path, { method: 'HEAD' })
    }
    expect(await everythingIn(w.db)).toBe(before)
    const ana = w.browser()
    await ana.page(path)
    expect((await ana.post('/reset', typed)).status).toBe(303)
  })

  test('what she types wrong uses nothing up', async () => {
    const all = await build()
    const { w } = all
    await w.person('ana')
    const ana = w.browser()
    await ana.page(await asked(all))
    const wrong: [Record<string, string>, string][] = [
      [{ password: 'short', verify: 'short' }, 'Use at least 8 characters.'],
      [{ password: NEW, verify: 'something else' }, 'The two are not the same. Type both once more.'],
      [{ password: 'ana@example.com', verify: 'ana@example.com' }, 'This is made from your e-mail address.'],
      [{ password: '', verify: '' }, 'Type the password.'],
      [{}, 'Type the password.'],
    ]
    for (const [fields, sentence] of wrong) {
      const answer = await ana.post('/reset', fields)
      expect([answer.status, alertsIn(await answer.text()).join()]).toEqual([422, expect.stringContaining(sentence)])
    }
    expect((await ana.post('/reset', typed)).status).toBe(303)
  })

  test('of fifty who send the form at once, one changes the password', async () => {
    const all = await build()
    const { w } = all
    const ana = await w.person('ana')
    const path = await asked(all)
    const tabs = Array.from({ length: 50 }, () => w.browser())
    for (const tab of tabs) await tab.page(path)
    const answers = await Promise.all(
      tabs.map((tab, i) => tab.post('/reset', { password: `${NEW} ${i}`, verify: `${NEW} ${i}` })),
    )
    const done = answers.flatMap(({ status }, i) => (status === 303 ? [i] : []))
    expect([done.length, new Set(answers.map(({ status }) => status))]).toEqual([1, new Set([303, 410])])
    const users = w.db.selectFrom('users').select('cred_version').where('id', '=', ana.id)
    expect(await users.executeTakeFirstOrThrow()).toEqual({ cred_version: 2 })
    expect((await logIn(w, `${NEW} ${done[0]}`)).status).toBe(303)
  })
})

describe('a link is over', () => {
  const endings: [what: string, end: (all: { w: World; inbox: Inbox }) => Promise<unknown>][] = [
    ['after half an hour', async ({ w }) => w.pass(30 * MINUTE)],
    ['when there is a newer one', (all) => asked(all)],
    ['when the password was changed meanwhile', ({ w }) => changed(w)],
    ['when the account was disabled', ({ w }) => disabled(w)],
  ]
  const changed = async (w: World) => {
    const tab = await w.loggedIn('ana')
    await tab.post('/account/password', { current: PASSWORD, ...typed })
  }
  const disabled = (w: World) => w.db.updateTable('users').set({ status: 'disabled' }).execute()

  for (const [what, end] of endings) {
    test(`${what}; a sentence says so, and leads to a new one`, async () => {
      const all = await build()
      await all.w.person('ana')
      const path = await asked(all)
      await end(all)
      const tab = all.w.browser()
      await tab.get(path)
      const page = await tab.get('/reset')
      const words = await page.text()
      expect([page.status, words.includes('This link does not work any more')]).toEqual([410, true])
      expect(words).toContain('<a href="/forgot">Ask for a new link</a>')
      const sent = await tab.post('/reset', { password: 'a third kettle', verify: 'a third kettle' })
      expect(sent.status).toBe(410)
      expect((await logIn(all.w, 'a third kettle')).status).toBe(422)
    })
  }

  test('a moment before that it works', async () => {
    const all = await build()
    await all.w.person('ana')
    const path = await asked(all)
    all.w.pass(30 * MINUTE - SECOND)
    const ana = all.w.browser()
    await ana.page(path)
    expect((await ana.post('/reset', typed)).status).toBe(303)
  })

  test('a browser forgets it after a quarter of an hour, and the link opens the page again', async () => {
    const all = await build()
    await all.w.person('ana')
    const path = await asked(all)
    const ana = all.w.browser()
    await ana.page(path)
    all.w.pass(15 * MINUTE + SECOND)
    expect((await ana.post('/reset', typed)).status).toBe(410)
    await ana.page(path)
    expect((await ana.post('/reset', typed)).status).toBe(303)
  })

  test('what is none opens nothing', async () => {
    const { w } = await build()
    for (const path of ['/reset', '/reset/x', `/reset/${'A'.repeat(43)}`, '/reset/%00', '/reset/..%2f..%2fadmin']) {
      const tab = w.browser()
      await tab.get(path)
      expect([path, (await tab.get('/reset')).status, (await tab.post('/reset', typed)).status]).toEqual([
        path,
        410,
        410,
      ])
    }
    const forger = w.browser()
    forger.jar.set('link', w.keys.sign('pre', `reset ${'A'.repeat(43)}`, w.now()))
    expect((await forger.get('/reset')).status).toBe(410)
  })
})

describe('nobody learns who has an account', () => {
  test('known, unknown and disabled addresses are answered alike, and only the first gets a mail', async () => {
    const { w, inbox } = await build()
    await w.person('ana')
    await w.person('dan')
    await w.db.updateTable('users').set({ status: 'disabled' }).where('email', '=', 'dan@example.com').execute()
    const told: unknown[] = []
    for (const name of ['nobody', 'dan', 'ana']) {
      const tab = w.browser()
      const answer = await tab.post('/forgot', { email: `${name}@example.com` })
      const headers = [...answer.headers].filter(([header]) => header !== 'date')
      told.push([answer.status, headers, await answer.text(), await tab.page('/forgot/sent')])
    }
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
    await inbox.until(1)
    for (let i = 0; i < 1000 && (await countIn(w.db, 'mail_outbox')) > 0; i++) await Bun.sleep(5)
    expect(inbox.mails.map(({ to }) => to)).toEqual([['ana@example.com']])
  })

  test('the mail goes to the address of the account, however it was written', async () => {
    const { w, inbox } = await build()
    await w.person('ana')
    await w.browser().post('/forgot', { email: 'Ana@EXAMPLE.com' })
    expect((await inbox.until(1)).to).toEqual(['ana@example.com'])
  })
})

describe('limits', () => {
  test('one address gets three mails an hour, and who asks more often is told the same', async () => {
    const { w, inbox } = await build()
    await w.person('ana')
    const answers: string[] = []
    for (let i = 0; i < 5; i++) {
      const answer = await w.browser({ ip: `10.0.${i}.1` }).post('/forgot', { email: 'ana@example.com' })
      answers.push(`${answer.status} ${answer.headers.get('Location')}`)
    }
    expect(new Set(answers)).toEqual(new Set(['303 /forgot/sent']))
    await inbox.until(3)
    w.pass(HOUR)
    await w.browser({ ip: '10.1.0.1' }).post('/forgot', { email: 'ana@example.com' })
    await inbox.until(4)
    for (let i = 0; i < 1000 && (await countIn(w.db, 'mail_outbox')) > 0; i++) await Bun.sleep(5)
    expect(inbox.mails.length).toBe(4)
  })

  const ask = (w: World, i: number, ip: string) => w.browser({ ip }).post('/forgot', { email: `p${i}@example.com` })

  test('one network asks ten times an hour, all together a hundred', async () => {
    const { w } = await build()
    for (let i = 0; i < 10; i++) expect((await ask(w, i, '10.0.0.1')).status).toBe(303)
    const refused = await ask(w, 10, '10.0.0.1')
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '3600'])
    expect(alertsIn(await refused.text())[0]).toStartWith('Many mails were asked for from your network.')
    for (let i = 10; i < 100; i++) expect((await ask(w, i, `10.1.${i}.1`)).status).toBe(303)
    const full = await ask(w.another(), 100, '10.2.0.1')
    expect([full.status, alertsIn(await full.text()).join()]).toEqual([
      429,
      expect.stringContaining('Many mails are being asked for at the moment.'),
    ])
    w.pass(HOUR)
    expect((await ask(w, 10, '10.0.0.1')).status).toBe(303)
  })
})

describe('where no mails are sent', () => {
  test('the page says whom to ask, and a form that comes all the same is told so', async () => {
    const w = await world({}, quickHashing())
    await w.person('ana')
    expect(await w.browser().page('/forgot')).toContain('Ask whoever runs it for a link')
    const answer = await w.browser().post('/forgot', { email: 'ana@example.com' })
    expect([answer.status, (await answer.text()).includes('This site sends no mails.')]).toEqual([403, true])
    expect(await countIn(w.db, 'mail_outbox')).toBe(0)
  })

  test('a link of whoever runs the site works for a day', async () => {
    const w = await world({}, quickHashing())
    await w.person('ana')
    const link = await makeResetLink(w, 'Ana@example.com', { ip: '', agent: 'command line', now: w.now() })
    w.pass(DAY - SECOND)
    const ana = w.browser()
    await ana.page(new URL(link).pathname)
    expect((await ana.post('/reset', typed)).status).toBe(303)
    expect((await logIn(w, NEW)).status).toBe(303)
  })
})

test('the address of a link stands in no log and no page, and the password in neither', async () => {
  const all = await build()
  const { w } = all
  await w.person('ana')
  const path = await asked(all)
  const ana = w.browser()
  const pages = [await ana.page(path), await ana.page('/reset')]
  await ana.post('/reset', typed)
  const token = path.slice('/reset/'.length)
  const lines = w.log.entries.map(jsonLine).join('\n')
  expect(lines).toContain('"path":"/reset/…"')
  for (const secret of [token, NEW, 'ana@example.com'])
    expect([secret, lines.includes(secret)]).toEqual([secret, false])
  for (const text of [...pages, await everythingIn(w.db)]) expect(text.includes(token)).toBe(false)
})

test('nobody is sent to a page of a link after logging in', async () => {
  const { w } = await build()
  await w.person('ana')
  for (const next of ['/forgot', '/forgot/sent', '/reset', `/reset/${'A'.repeat(43)}`]) {
    const answer = await w.browser().post('/login', { email: 'ana@example.com', password: PASSWORD, next })
    expect([next, answer.headers.get('Location')]).toEqual([next, '/'])
  }
})

test('what happened stands among the events', async () => {
  const all = await build()
  const { w } = all
  const ana = await w.person('ana')
  const tab = w.browser()
  await tab.page(await asked(all))
  await tab.post('/reset', typed)
  const rows = await w.db.selectFrom('auth_events').select('type').where('user_id', '=', ana.id).execute()
  expect(rows.map(({ type }) => type).sort()).toEqual(['authn_password_change', 'password_reset_asked', 'user_created'])
})
