import { describe, expect, test } from 'bun:test'
import { SECOND } from '#core/time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { changeSettings } from '#features/admin/settings.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const from = (w: World) => ({ ip: '', agent: '', now: w.now() })

/** A world that Ana looks after, with her browser. */
async function anas(env: Record<string, string> = {}): Promise<{ w: World; ana: Browser }> {
  const w = await world(env, quickHashing())
  await changePerson(w, await w.person('ana'), 'make-admin', undefined, from(w))
  const ana = await w.loggedIn('ana')
  await ana.page('/')
  return { w, ana }
}

const DEFAULT = { title: 'Get It Done!', registration: 'default' }

const save = (tab: Browser, fields: Record<string, string>) => tab.post('/admin/settings', { ...DEFAULT, ...fields })

const register = (w: World, name: string) =>
  w.browser().post('/register', { email: `${name}@example.com`, password: PASSWORD, verify: PASSWORD })

const eventsIn = (w: World) =>
  w.db
    .selectFrom('auth_events')
    .select(['user_id', 'detail'])
    .where('type', '=', 'settings_changed')
    .orderBy('id')
    .execute()

describe('who may register', () => {
  test('is what REGISTRATION says until Ana chooses, and what she chose from then on', async () => {
    const { w, ana } = await anas({ REGISTRATION: 'open' })
    expect((await register(w, 'ben')).status).toBe(303)
    expect((await save(ana, { registration: 'closed' })).headers.get('Location')).toBe('/admin/settings')
    const page = await ana.page('/admin/settings')
    expect(flashesIn(page)).toEqual(['The settings of the site are saved.'])
    expect(page).toContain('<option value="closed" selected>')
    expect((await register(w, 'carl')).status).toBe(403)
    expect(await w.browser().page('/register')).toContain('Registration is closed')
    expect(await w.browser().page('/login')).not.toContain('href="/register"')
    const restarted = w.another({ REGISTRATION: 'open' })
    expect((await register(restarted, 'carl')).status).toBe(403)

    await save(ana, { registration: 'default' })
    expect((await register(w, 'carl')).status).toBe(303)
    expect(await ana.page('/admin/settings')).toContain('As the server is set up: everybody')
  })

  test('is written down with who changed it, in words for them, and only when it changed', async () => {
    const { w, ana } = await anas()
    for (let i = 0; i < 2; i++) await save(ana, { registration: 'invite' })
    await changeSettings(w, { registration: 'closed' }, undefined, from(w))
    const { id } = await w.person('ana')
    expect(await eventsIn(w)).toEqual([
      { user_id: id, detail: '{"changed":"registration","to":"invite"}' },
      { user_id: null, detail: '{"changed":"registration","to":"closed","by":"command line"}' },
    ])
    expect(await ana.page('/account/activity')).toContain('You changed who may register: who was invited')
  })

  test('counts for a form that was open already, and in every process', async () => {
    const { w, ana } = await anas()
    const second = w.another()
    await Promise.all([w.db.listen(), second.db.listen()])
    expect(await second.browser().page('/register')).toContain('name="password"')
    await save(ana, { registration: 'closed' })
    expect((await register(second, 'eve')).status).toBe(403)
    // On SQLite the second one stands for the command line: nobody tells of what it reads ten seconds later.
    second.pass(10 * SECOND)
    expect(await second.browser().page('/register')).toContain('Registration is closed')
  })

  test('is nobody else’s choice, and asks for a proof', async () => {
    const { w, ana } = await anas()
    const eve = await w.loggedIn('eve')
    expect([(await eve.get('/admin/settings')).status, (await save(eve, { title: 'Mine' })).status]).toEqual([404, 404])
    expect((await save(w.browser(), { title: 'Mine' })).headers.get('Location')).toStartWith('/login')
    w.pass(20 * 60 * SECOND)
    expect((await save(ana, { title: 'Mine' })).headers.get('Location')).toStartWith('/account/confirm')
    expect(await eventsIn(w)).toEqual([])
  })

  test('whoever stopped being an administrator a moment ago changes nothing', async () => {
    const { w } = await anas()
    const ben = await w.person('ben')
    const by = { id: ben.id, publicId: ben.public_id }
    await expect(changeSettings(w, { title: 'Mine' }, by, from(w))).rejects.toThrow('do not administer')
    expect(await eventsIn(w)).toEqual([])
  })

  test('a word that there is not is refused', async () => {
    const { ana } = await anas()
    const answer = await save(ana, { registration: 'everybody' })
    expect([answer.status, alertsIn(await answer.text())]).toEqual([422, ['Choose who may register.']])
  })
})

describe('the title', () => {
  test('stands on every page, also those of strangers and of trouble, and in the manifest', async () => {
    const { w, ana } = await anas()
    await save(ana, { title: 'Chores of the Meyers' })
    const stranger = w.browser()
    for (const page of [await ana.page('/'), await ana.page('/nowhere'), await stranger.page('/login')]) {
      expect(page).toContain(' · Chores of the Meyers</title>')
      expect(page).toContain('Chores of the Meyers</div>')
      expect(page).not.toContain('Get It Done!')
    }
    const forged = await stranger.post('/login', {}, { headers: { 'Sec-Fetch-Site': 'cross-site' } })
    expect(await forged.text()).toContain(' · Chores of the Meyers</title>')
    const manifest = await stranger.get('/manifest.webmanifest')
    expect([manifest.headers.get('Content-Type'), await manifest.json()]).toEqual([
      'application/manifest+json',
      expect.objectContaining({ name: 'Chores of the Meyers', short_name: 'Chores of the Meyers', start_url: '/' }),
    ])
  })

  test('stands in mails', async () => {
    const inbox = await openInbox()
    const { w, ana } = await anas(inbox.env)
    await w.db.listen()
    await save(ana, { title: 'Chores & <b>more</b>' })
    await w.browser().post('/forgot', { email: 'ana@example.com' })
    for (let n = 1; inbox.mails.at(-1)?.headers.get('subject') !== 'Choose a new password'; n++) await inbox.until(n)
    const mail = inbox.mails.at(-1)!
    expect(mail.text).toContain('-- \r\nChores & <b>more</b> http://localhost:3000')
    expect(mail.html).toContain('Chores &amp; &lt;b&gt;more&lt;/b&gt;')
    expect(mail.html).not.toContain('<b>more')
  })

  test('is text, whatever stands in it', async () => {
    const { w, ana } = await anas()
    const hostile = `</title><script>"'&amp;`
    expect((await save(ana, { title: hostile })).status).toBe(303)
    const page = await w.browser().page('/login')
    expect(page).toContain('&lt;/title&gt;&lt;script&gt;')
    expect(page).not.toContain('</title><script>"')
    expect((await (await w.browser().get('/manifest.webmanifest')).json()).name).toBe(hostile)
  })

  const wrong: [what: string, title: string, sentence: string][] = [
    ['none', '', 'Type a title.'],
    ['blanks', ' \u00a0 ', 'Type a title.'],
    ['what nobody can see', '\u200b\u2060', 'Type a title.'],
    ['61 characters', '🎉'.repeat(61), 'Use at most 60 characters.'],
    ['a control character', 'a\u0007b', 'There are characters in it that cannot be shown. Please take them out.'],
    ['a NUL', 'a\0b', 'There are characters in it that cannot be shown. Please take them out.'],
  ]
  for (const [what, title, sentence] of wrong) {
    test(`cannot be ${what}`, async () => {
      const { ana } = await anas()
      const answer = await save(ana, { title })
      expect([answer.status, alertsIn(await answer.text())]).toEqual([422, [sentence]])
      expect(await ana.page('/')).toContain('· Get It Done!</title>')
    })
  }

  test('of 60 characters it is taken; that of the product is no choice', async () => {
    const { w, ana } = await anas()
    expect((await save(ana, { title: '🎉'.repeat(60) })).status).toBe(303)
    await save(ana, { title: 'Get It Done!' })
    expect((await w.db.selectFrom('instance').select('title').executeTakeFirstOrThrow()).title).toBeNull()
    expect(await ana.page('/account/activity')).toContain('You changed how this site is called')
  })

  test('makes no password, nor do its words and those of the host', async () => {
    const { w, ana } = await anas({ BASE_URL: 'https://todo.meyerhaus.example', REGISTRATION: 'open' })
    await save(ana, { title: 'Chores of the Brandenburgs' })
    for (const password of [
      'ChoresoftheBrandenburgs',
      'brandenburgs-1990',
      'Meyerhaus!!22',
      'todo.meyerhaus.example',
    ]) {
      const answer = await w.browser().post('/register', { email: 'ben@example.com', password, verify: password })
      expect([password, answer.status]).toEqual([password, 422])
      expect(alertsIn(await answer.text())[0]).toContain('made from the name of this place')
    }
  })
})
