import { describe, expect, test } from 'bun:test'
import { DAY, SECOND } from '#core/time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { halfway, setUp } from '#test/factors/app.ts'
import { type Inbox, openInbox, type Received } from '#test/mail/inbox.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { quickHashing } from './hashing.ts'

type All = { w: World; inbox: Inbox }

async function build(env: Record<string, string> = {}): Promise<All> {
  const inbox = await openInbox()
  const w = await world({ ...inbox.env, ...env }, quickHashing())
  await w.db.listen()
  return { w, inbox }
}

/** What was sent, when nothing waits any more. */
async function sent({ w, inbox }: All): Promise<Received[]> {
  for (let i = 0; i < 2000 && (await countIn(w.db, 'mail_outbox')) > 0; i++) await Bun.sleep(5)
  return inbox.mails
}

const subjects = async (all: All) => (await sent(all)).map(({ headers }) => headers.get('subject'))

const logIn = (w: World, password = PASSWORD, ip = '192.0.2.7') =>
  w.browser({ ip }).post('/login', { email: 'ana@example.com', password })

/** No mail lets anybody in: the links of a warning hold no secret. */
function expectPlain(mail: Received): void {
  expect(mail.to).toEqual(['ana@example.com'])
  expect(mail.text).toContain('ana@example.com')
  expect(mail.text).toContain('http://localhost:3000/forgot')
  expect(mail.text).toContain('http://localhost:3000/account/sessions')
  expect(mail.source).not.toMatch(/\/[\w-]{43}/)
  expect(
    mail.text.match(/https?:\/\/\S+/g)!.every((link) => /:3000(\/forgot,?|\/account\/sessions\.)?$/.test(link)),
  ).toBe(true)
}

describe('a device that is new to Ana’s account', () => {
  test('is told by mail: which, when by her clock, and from where; what she has used before is not', async () => {
    const all = await build()
    const { w } = all
    const ana = await w.loggedIn('ana')
    await w.db.updateTable('users').set({ zone: 'Asia/Tokyo' }).execute()
    await ana.post('/logout')
    await ana.post('/login', { email: 'ana@example.com', password: PASSWORD })
    expect(await subjects(all)).toEqual([])
    expect((await logIn(w)).status).toBe(303)
    expect(await subjects(all)).toEqual(['A new device logged in to your account'])
    const [mail] = all.inbox.mails
    expect(mail!.text).toContain('on Friday, 1 May 2026 at 21:00, from Firefox on Linux (192.0.2.7)')
    expectPlain(mail!)
  })

  test('is none at her first login, whether she registered or was added', async () => {
    const all = await build()
    const tab = all.w.browser()
    await tab.post('/register', { email: 'ana@example.com', password: PASSWORD, verify: PASSWORD })
    await all.w.loggedIn('ben')
    expect(await subjects(all)).not.toContain('A new device logged in to your account')
  })

  test('is told after a long absence too, and after a new password', async () => {
    const all = await build()
    const { w } = all
    await w.loggedIn('ana')
    w.pass(200 * DAY)
    await w.app.tick()
    await logIn(w)
    await w.db.updateTable('users').set({ cred_version: 2 }).execute()
    await w.db.deleteFrom('known_devices').execute()
    await logIn(w)
    expect(await subjects(all)).toEqual(Array(2).fill('A new device logged in to your account'))
  })

  test('waits for the second step: without it there is no login to tell of', async () => {
    const all = await build()
    const { w } = all
    const phone = await setUp(w, await w.loggedIn('ana'))
    const tab = await halfway(w, 'ana')
    expect(await subjects(all)).toEqual(['Your login asks for a code now'])
    await tab.post('/login/second', { code: phone.code() })
    expect(await subjects(all)).toEqual(['Your login asks for a code now', 'A new device logged in to your account'])
  })
})

describe('the right password after wrong ones', () => {
  const wrongThenRight = async (all: All, wrong: number) => {
    await all.w.loggedIn('ana')
    for (let i = 0; i < wrong; i++) await logIn(all.w, 'wrong', `192.0.2.${i}`)
    all.w.pass(10 * SECOND)
    expect((await logIn(all.w)).status).toBe(303)
    return subjects(all)
  }

  test('is told by mail from five on, with their number', async () => {
    const all = await build()
    expect(await wrongThenRight(all, 5)).toEqual(['Somebody logged in after wrong passwords'])
    expect(all.inbox.mails[0]!.text).toContain('after 5 wrong passwords.')
    expectPlain(all.inbox.mails[0]!)
  })

  test('is only a new device before that', async () => {
    expect(await wrongThenRight(await build(), 4)).toEqual(['A new device logged in to your account'])
  })
})

describe('wrong passwords in a session that is logged in', () => {
  test.each(['/account/confirm', '/account/password'])('are told by mail once they are too many (%s)', async (path) => {
    const all = await build()
    const ana = await all.w.loggedIn('ana')
    const wrong = { password: 'wrong', current: 'wrong', verify: 'wrong' }
    const typed = path.endsWith('confirm')
      ? { password: 'wrong' }
      : { ...wrong, password: 'a good new one', verify: 'a good new one' }
    for (let i = 0; i < 4; i++) expect((await ana.post(path, typed)).status).toBe(422)
    expect(await subjects(all)).toEqual([])
    await Promise.all(Array.from({ length: 5 }, () => ana.post(path, typed)))
    for (let i = 0; i < 3; i++) expect((await ana.post(path, typed)).status).toBe(429)
    expect(await subjects(all)).toEqual(['Wrong passwords on a device of yours'])
    expectPlain(all.inbox.mails[0]!)
  })

  test('wrong codes count with them', async () => {
    const all = await build({ LIMIT_SECOND_FACTOR: '100' })
    const ana = await all.w.loggedIn('ana')
    await setUp(all.w, ana)
    for (let i = 0; i < 5; i++) await ana.post('/account/confirm', i % 2 ? { password: 'wrong' } : { code: '000000' })
    expect(await subjects(all)).toEqual(['Your login asks for a code now', 'Wrong passwords on a device of yours'])
  })
})

test('every mail that tells of a change says what to do when it was somebody else', async () => {
  const all = await build()
  const { w } = all
  const ana = await w.loggedIn('ana')
  const phone = await setUp(w, ana)
  const tab = await halfway(w, 'ana')
  for (let i = 0; i < 3; i++) await tab.post('/login/second', { code: '000000' })
  await tab.post('/login/recovery', { code: phone.recovery[0]! })
  await ana.post('/account/password', { current: PASSWORD, password: 'a kettle more', verify: 'a kettle more' })
  const mails = await sent(all)
  expect(mails.length).toBe(4)
  for (const mail of mails) expect(mail.text).toContain('http://localhost:3000/forgot')
})

test('where no mails are sent nothing waits', async () => {
  const w = await world({}, quickHashing())
  await changePerson(w, await w.person('ana'), 'make-admin', undefined, { ip: '', agent: '', now: w.now() })
  await w.loggedIn('ana')
  const ana = await w.loggedIn('ana')
  for (let i = 0; i < 6; i++) await ana.post('/account/confirm', { password: 'wrong' })
  expect(await countIn(w.db, 'mail_outbox')).toBe(0)
})
