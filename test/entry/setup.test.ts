import { describe, expect, test } from 'bun:test'
import { DAY, MINUTE } from '#core/time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { setupLink } from '#features/entry/setup.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser } from '#test/browser.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const PUBLIC = { BASE_URL: 'https://todo.example.org' }

/** A new site on a public address, and the path of the link that its start prints. */
async function started(env: Record<string, string> = {}): Promise<{ w: World; link: string }> {
  const w = await world({ ...PUBLIC, LIMIT_REGISTER_PER_HOUR: '1000', ...env }, quickHashing())
  return { w, link: await printed(w) }
}

const printed = async (w: World): Promise<string> => new URL((await setupLink(w, w.now()))!).pathname

const FORM = { email: 'ana@example.com', password: PASSWORD, verify: PASSWORD }

async function setUp(w: World, link: string, fields = {}): Promise<{ tab: Browser; answer: Response }> {
  const tab = w.browser()
  await tab.get(link)
  return { tab, answer: await tab.post('/setup', { ...FORM, ...fields }) }
}

const people = (w: World) => w.db.selectFrom('users').select(['email', 'role']).orderBy('email').execute()

describe('the first administrator of a site on a public address', () => {
  test('comes in by the link that the start prints, while nobody may register', async () => {
    const { w, link } = await started({ REGISTRATION: 'closed' })
    expect(await everythingIn(w.db)).not.toContain(link.slice(-43))
    const ana = w.browser()
    const opened = await ana.get(link)
    expect([opened.headers.get('Location'), opened.headers.get('Referrer-Policy')]).toEqual(['/setup', 'no-referrer'])
    expect(await ana.page('/setup')).toContain('it administers this site')
    expect((await ana.post('/setup', FORM)).headers.get('Location')).toBe('/')
    expect((await ana.get('/admin')).status).not.toBe(404)
    expect(await people(w)).toEqual([{ email: 'ana@example.com', role: 'admin' }])
    expect((await setUp(w, link, { email: 'eve@example.com' })).answer.status).toBe(410)
    expect(await setupLink(w, w.now())).toBeUndefined()
  })

  test('also when no mail can be sent', async () => {
    const inbox = await openInbox()
    inbox.refuse = { code: 550, sentence: 'Never.' }
    const { w, link } = await started(inbox.env)
    expect((await setUp(w, link)).answer.headers.get('Location')).toBe('/')
  })

  test('is one, of fifty who use the link at once', async () => {
    const { w, link } = await started({ LIMIT_LOGIN_PER_MINUTE: '1000', LIMIT_LOGIN_PER_HOUR: '1000' })
    const tabs = Array.from({ length: 50 }, (_, i) => w.browser({ ip: `10.0.0.${i}` }))
    for (const tab of tabs) await tab.get(link)
    const all = await Promise.all(tabs.map((tab, i) => tab.post('/setup', { ...FORM, email: `p${i}@example.com` })))
    expect(all.filter(({ status }) => status === 303).length).toBe(1)
    expect(all.filter(({ status }) => status === 410).length).toBe(49)
    expect((await people(w)).map(({ role }) => role)).toEqual(['admin'])
  })

  test('is one, of two who use the links of two starts at once', async () => {
    const { w, link } = await started()
    const answers = await Promise.all([setUp(w, link), setUp(w, await printed(w), { email: 'ben@example.com' })])
    expect(answers.map(({ answer }) => answer.status).sort()).toEqual([303, 410])
    expect((await people(w)).length).toBe(1)
  })

  test('has a day, and a new start prints another link', async () => {
    const { w, link } = await started()
    w.pass(DAY - MINUTE)
    expect(await w.browser().page(link)).toContain('it administers this site')
    w.pass(MINUTE)
    const { answer } = await setUp(w, link)
    expect([answer.status, (await answer.text()).includes('A new start of the server prints another')]).toEqual([
      410,
      true,
    ])
    expect((await setUp(w, await printed(w))).answer.status).toBe(303)
  })

  test('is not made by whatever opens links, nor by a form that is not right', async () => {
    const { w, link } = await started()
    const before = await everythingIn(w.db)
    for (let i = 0; i < 3; i++) await w.browser({ says: 'none' }).page(link)
    expect(await everythingIn(w.db)).toBe(before)
    const { answer } = await setUp(w, link, { verify: 'something else' })
    expect([answer.status, alertsIn(await answer.text())[0]?.startsWith('The two are not the same')]).toEqual([
      422,
      true,
    ])
    expect((await setUp(w, link)).answer.status).toBe(303)
  })

  test('is somebody else when an administrator was made meanwhile', async () => {
    const { w, link } = await started()
    await changePerson(w, await w.person('ben'), 'make-admin', undefined, { ip: '', agent: '', now: w.now() })
    expect((await setUp(w, link)).answer.status).toBe(410)
    expect((await people(w)).length).toBe(1)
  })

  test('nobody comes in without the link, or by one for something else', async () => {
    const { w, link } = await started()
    const eve = w.browser()
    expect([(await eve.get('/setup')).status, (await eve.post('/setup', FORM)).status]).toEqual([410, 410])
    await eve.get(link.replace('/setup/', '/invite/'))
    expect((await eve.get('/invite')).status).toBe(410)
    expect(await people(w)).toEqual([])
  })
})

test('where whoever registers first on this machine becomes the administrator, there is no such link', async () => {
  const w = await world({}, quickHashing())
  expect(await setupLink(w, w.now())).toBeUndefined()
  const closed = await world({ REGISTRATION: 'closed' }, quickHashing())
  expect(await setupLink(closed, closed.now())).toStartWith('http://localhost:3000/setup/')
})
