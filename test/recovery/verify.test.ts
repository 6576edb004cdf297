import { describe, expect, test } from 'bun:test'
import { DAY, HOUR } from '#core/time.ts'
import { type Browser, flashesIn } from '#test/browser.ts'
import { type Inbox, linkIn, openInbox } from '#test/mail/inbox.ts'
import { everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { quickHashing } from '../accounts/hashing.ts'

/** Ana has registered where mails are sent, and her mail has come. */
async function registered(): Promise<{ w: World; inbox: Inbox; ana: Browser; path: string }> {
  const inbox = await openInbox()
  const w = await world(inbox.env, quickHashing())
  await w.db.listen()
  const ana = w.browser()
  await ana.post('/register', { email: 'ana@example.com', password: PASSWORD, verify: PASSWORD })
  return { w, inbox, ana, path: linkIn(await inbox.until(1)) }
}

const provedAt = async (w: World) =>
  (await w.db.selectFrom('users').select('email_verified_at').executeTakeFirstOrThrow()).email_verified_at

describe('Ana proves that mail reaches her', () => {
  test('by the link that came when she registered, on any device', async () => {
    const { w, inbox, ana, path } = await registered()
    expect(inbox.mails[0]!.headers.get('subject')).toBe('Confirm your e-mail address')
    expect(await ana.page('/account')).toContain('Not confirmed yet')
    const phone = w.browser()
    const opened = await phone.get(path)
    expect([opened.headers.get('Location'), opened.headers.get('Referrer-Policy')]).toEqual(['/verify', 'no-referrer'])
    expect(await phone.page('/verify')).toContain('Is this your address?')
    expect(await provedAt(w)).toBeNull()
    expect((await phone.post('/verify')).status).toBe(303)
    expect(flashesIn(await phone.page('/login'))).toEqual(['Thank you. Your e-mail address is confirmed.'])
    expect(await provedAt(w)).toBe(w.now().toISOString())
    expect(await ana.page('/account')).toContain('<span class="tag">Confirmed</span>')
    expect((await phone.get(path)) && (await phone.get('/verify')).status).toBe(410)
  })

  test('and not by whatever opens links', async () => {
    const { w, path } = await registered()
    const before = await everythingIn(w.db)
    const scanner = w.browser({ says: 'none' })
    for (let i = 0; i < 3; i++) await scanner.page(path)
    expect(await everythingIn(w.db)).toBe(before)
  })

  test('once, of fifty at once', async () => {
    const { w, path } = await registered()
    const tabs = Array.from({ length: 50 }, () => w.browser())
    for (const tab of tabs) await tab.get(path)
    const all = await Promise.all(tabs.map((tab) => tab.post('/verify')))
    expect(all.filter(({ status }) => status === 303).length).toBe(1)
    expect(all.filter(({ status }) => status === 410).length).toBe(49)
  })

  test('by a new link when the first is a week old, at most three an hour', async () => {
    const { w, inbox, ana, path } = await registered()
    await ana.post('/logout')
    w.pass(7 * DAY)
    await ana.post('/login', { email: 'ana@example.com', password: PASSWORD })
    await ana.get(path)
    const over = await ana.get('/verify')
    expect([over.status, (await over.text()).includes('Ask for a new link under Account')]).toEqual([410, true])
    expect((await ana.post('/account/verify')).headers.get('Location')).toBe('/account')
    await ana.page(linkIn(await inbox.until(2)))
    for (let i = 0; i < 2; i++) expect((await ana.post('/account/verify')).status).toBe(303)
    expect((await ana.post('/account/verify')).status).toBe(429)
    w.pass(HOUR)
    await ana.page(linkIn(await inbox.until(4)))
    expect((await ana.post('/verify')).status).toBe(303)
    expect(await provedAt(w)).not.toBeNull()
  })

  test('also by the link for a new password, which came by mail', async () => {
    const { w, inbox } = await registered()
    const tab = w.browser()
    await tab.post('/forgot', { email: 'ana@example.com' })
    await tab.page(linkIn(await inbox.until(2)))
    await tab.post('/reset', { password: 'another kettle, one cup', verify: 'another kettle, one cup' })
    expect(await provedAt(w)).not.toBeNull()
  })

  test('for the address she has, and for nothing else', async () => {
    const { w, path } = await registered()
    await w.db.updateTable('users').set({ email: 'new@example.com', email_canon: 'new@example.com' }).execute()
    const tab = w.browser()
    await tab.get(path)
    expect([(await tab.get('/verify')).status, (await tab.post('/verify')).status]).toEqual([410, 410])
    await tab.get(path.replace('/verify/', '/reset/'))
    expect((await tab.get('/reset')).status).toBe(410)
    expect(await provedAt(w)).toBeNull()
  })
})

test('where no mails are sent nobody is asked for a proof', async () => {
  const w = await world({}, quickHashing())
  const ana = w.browser()
  await ana.post('/register', { email: 'ana@example.com', password: PASSWORD, verify: PASSWORD })
  expect(await ana.page('/account')).not.toContain('confirmed')
})
