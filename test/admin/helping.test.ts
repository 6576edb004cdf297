import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '#core/time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { halfway, setUp } from '#test/factors/app.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { everythingIn } from '#test/tables.ts'
import { type World, world } from '#test/world.ts'
import { jsonLine } from '#web/log.ts'
import { quickHashing } from '../accounts/hashing.ts'

const NEW = 'another kettle, one cup'

/** A world that Ana looks after, with her browser; with mails. */
async function anas() {
  const inbox = await openInbox()
  const w = await world(inbox.env, quickHashing())
  await w.db.listen()
  await changePerson(w, await w.person('ana'), 'make-admin', undefined, { ip: '', agent: '', now: w.now() })
  const ana = await w.loggedIn('ana', { ip: '203.0.113.7', agent: 'curl/8.0' })
  await ana.post('/account', { name: 'Ana Meyer', zone: 'UTC', locale: 'en-GB', week_start: 'monday', theme: 'system' })
  await ana.page('/')
  await inbox.until(1)
  return { w, inbox, ana }
}

const pathTo = async (w: World, name: string, verb: string): Promise<string> =>
  `/admin/people/${(await w.person(name)).public_id}/${verb}`

const linkOn = (page: string): string => /https?:\/\/\S+(\/reset\/[\w-]{43})/.exec(page)?.[1] ?? ''

const isIn = async (tab: Browser): Promise<boolean> => (await tab.get('/')).status === 200

describe('a link to a new password that Ana makes for Ben', () => {
  test('is shown to her once; Ben chooses a password by it, which she never learns', async () => {
    const { w, ana, inbox } = await anas()
    const ben = await w.loggedIn('ben')
    expect(await ana.page('/admin/people')).toContain(`action="${await pathTo(w, 'ben', 'reset-link')}"`)
    const answer = await ana.post(await pathTo(w, 'ben', 'reset-link'))
    const page = await answer.text()
    const path = linkOn(page)
    expect([answer.status, path.length, page.includes('For ben@example.com. It is not shown again.')]).toEqual([
      200,
      50,
      true,
    ])
    for (const elsewhere of ['/admin/people', '/admin', '/account/activity']) {
      expect(await ana.page(elsewhere)).not.toContain(path)
    }
    const mail = await inbox.until(2)
    expect([mail.to, mail.headers.get('subject')]).toEqual([
      ['ben@example.com'],
      'There is a link to a new password for you',
    ])
    expect(mail.text).toContain('by Ana Meyer (ana@example.com)')
    for (const hidden of [path, '203.0.113.7', 'curl']) expect(mail.source).not.toContain(hidden)

    w.pass(DAY - SECOND)
    const phone = w.browser()
    await phone.page(path)
    expect((await phone.post('/reset', { password: NEW, verify: NEW })).status).toBe(303)
    expect([await isIn(ben), (await phone.post('/reset', { password: NEW, verify: NEW })).status]).toEqual([false, 410])
    const again = await w.browser().post('/login', { email: 'ben@example.com', password: NEW })
    expect(again.status).toBe(303)
    const lines = w.log.entries.map(jsonLine).join('\n')
    for (const text of [lines, await everythingIn(w.db)]) expect(text.includes(path.slice(-43))).toBe(false)
  })

  test('is over after a day', async () => {
    const { w, ana } = await anas()
    await w.person('ben')
    const path = linkOn(await (await ana.post(await pathTo(w, 'ben', 'reset-link'))).text())
    w.pass(DAY)
    const tab = w.browser()
    await tab.get(path)
    expect((await tab.post('/reset', { password: NEW, verify: NEW })).status).toBe(410)
  })

  test('stands among what Ben reads of his account, without where she was', async () => {
    const { w, ana } = await anas()
    const ben = await w.loggedIn('ben')
    await ana.post(await pathTo(w, 'ben', 'reset-link'))
    const page = await ben.page('/account/activity')
    expect(page).toContain('An administrator made a link for a new password')
    expect(page).not.toContain('203.0.113.7')
  })

  test('is not made for somebody who is disabled, nor for herself', async () => {
    const { w, ana } = await anas()
    await w.person('ben')
    await ana.post(await pathTo(w, 'ben', 'disable'))
    expect((await ana.post(await pathTo(w, 'ben', 'reset-link'))).status).toBe(403)
    expect((await ana.post(await pathTo(w, 'ana', 'reset-link'))).status).toBe(403)
  })

  test('asks for a proof no older than a quarter of an hour', async () => {
    const { w, ana } = await anas()
    await w.person('ben')
    w.pass(15 * MINUTE)
    const answer = await ana.post(await pathTo(w, 'ben', 'reset-link'), {}, { from: '/admin/people' })
    expect(answer.headers.get('Location')).toBe('/account/confirm?next=%2Fadmin%2Fpeople')
  })
})

describe('a second step that Ben has lost', () => {
  test('is taken away by Ana, once she has typed his address; he is told by mail and for a day on his pages', async () => {
    const { w, ana, inbox } = await anas()
    const ben = await w.loggedIn('ben')
    const path = await pathTo(w, 'ben', 'reset-factors')
    expect(await ana.page('/admin/people')).not.toContain(path)
    await setUp(w, ben)
    await inbox.until(2)
    expect(await ana.page('/admin/people')).toContain(`<a class="quiet" href="${path}"`)
    expect(await ana.page(path)).toContain('Type the address of this person')
    for (const email of ['', 'ben', 'ana@example.com']) {
      const answer = await ana.post(path, { email })
      expect([email, answer.status, alertsIn(await answer.text())]).toEqual([
        email,
        422,
        ['Type the address of this person: ben@example.com'],
      ])
    }
    await halfway(w, 'ben')
    expect((await ana.post(path, { email: ' BEN@example.com' })).status).toBe(303)
    expect(flashesIn(await ana.page('/admin/people'))).toEqual(['The password alone logs ben@example.com in now.'])
    expect(await isIn(ben)).toBe(false)
    const mail = await inbox.until(3)
    expect([mail.to, mail.headers.get('subject')]).toEqual([
      ['ben@example.com'],
      'Your login asks for no code any more',
    ])
    expect(mail.text).toContain('by Ana Meyer (ana@example.com)')
    expect(mail.source).not.toContain('203.0.113.7')

    const phone = await w.loggedIn('ben')
    const said = 'Your second step was taken away by whoever runs this site'
    for (const page of ['/', '/account/two-factor', '/today']) expect(await phone.page(page)).toContain(said)
    expect(await phone.page('/account/activity')).toContain('An administrator turned off the login in two steps')
    expect(await ana.page('/')).not.toContain(said)
    w.pass(12 * HOUR)
    w.pass(12 * HOUR - SECOND)
    expect(await (await w.loggedIn('ben')).page('/')).toContain(said)
    w.pass(SECOND)
    expect(await (await w.loggedIn('ben')).page('/')).not.toContain(said)
  })

  test('that he has not is none to take away', async () => {
    const { w, ana } = await anas()
    await w.person('ben')
    const answer = await ana.post(await pathTo(w, 'ben', 'reset-factors'), { email: 'ben@example.com' })
    expect([answer.status, alertsIn(await answer.text())[0]]).toEqual([
      422,
      'The login of ben@example.com asks for no code. Nothing was changed.',
    ])
  })
})

describe('power', () => {
  test('is given only once the address was typed, and the way back to it asks for that too', async () => {
    const { w, ana } = await anas()
    const ben = await w.loggedIn('ben')
    const path = await pathTo(w, 'ben', 'make-admin')
    expect(await ana.page('/admin/people')).toContain(`<a class="quiet" href="${path}"`)
    for (const fields of [{}, { email: 'eve@example.com' }] as Record<string, string>[]) {
      expect((await ana.post(path, fields)).status).toBe(422)
    }
    expect((await ben.get('/admin')).status).toBe(404)
    expect((await ana.post(path, { email: 'ben@example.com' })).status).toBe(303)
    const flashed = await ana.page('/admin/people')
    expect(flashesIn(flashed)).toEqual(['ben@example.com administers this site too.'])
    await ana.post(await pathTo(w, 'ben', 'take-admin'))
    expect(await ana.page('/admin/people')).toContain(`<a href="${path}">Undo</a>`)
    expect(await ana.page(path)).toContain('Administrators see everybody’s address')
  })

  test('these pages are nothing to anybody else, nor for oneself', async () => {
    const { w, ana } = await anas()
    const eve = await w.loggedIn('eve')
    await w.person('ben')
    for (const verb of ['make-admin', 'reset-factors']) {
      expect((await eve.get(await pathTo(w, 'ben', verb))).status).toBe(404)
      expect((await ana.get(await pathTo(w, 'ana', verb))).status).toBe(403)
      expect((await ana.get(`/admin/people/x/${verb}`)).status).toBe(404)
    }
  })
})
