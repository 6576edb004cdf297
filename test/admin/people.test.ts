import { describe, expect, test } from 'bun:test'
import { MINUTE } from '#core/time.ts'
import { newId } from '#db/db.ts'
import { changePerson } from '#features/admin/changing.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const from = (w: World) => ({ ip: '', agent: '', now: w.now() })

/** Lets `name` administer the site, as the command line does. */
async function makeAdmin(w: World, name: string): Promise<void> {
  await changePerson(w, await w.person(name), 'make-admin', undefined, from(w))
}

/** A world that Ana looks after, with her browser. */
async function anas(): Promise<{ w: World; ana: Browser }> {
  const w = await world({}, quickHashing())
  await makeAdmin(w, 'ana')
  const ana = await w.loggedIn('ana')
  // “You are logged in.” has been said.
  await ana.page('/')
  return { w, ana }
}

const pathTo = async (w: World, name: string, verb: string): Promise<string> =>
  `/admin/people/${(await w.person(name)).public_id}/${verb}`

const rowOf = (w: World, name: string) =>
  w.db
    .selectFrom('users')
    .select(['role', 'status'])
    .where('email', '=', `${name}@example.com`)
    .executeTakeFirstOrThrow()

const isIn = async (tab: Browser): Promise<boolean> => (await tab.get('/')).status === 200

const adminsIn = async (w: World): Promise<number> =>
  (await w.db.selectFrom('users').select('id').where('role', '=', 'admin').where('status', '=', 'active').execute())
    .length

const VERBS = ['disable', 'enable', 'make-admin', 'take-admin', 'end-sessions', 'reset-link', 'reset-factors']

/** What is typed where power is given. */
const BEN = { email: 'ben@example.com' }

describe('who is no administrator', () => {
  test('finds nothing at any of these addresses, and no way to them', async () => {
    const { w } = await anas()
    const eve = await w.loggedIn('eve')
    await w.person('ben')
    const nothing = await eve.get('/no-such-page')
    expect(nothing.status).toBe(404)
    for (const path of ['/admin', '/admin/people']) expect([path, (await eve.get(path)).status]).toEqual([path, 404])
    for (const verb of VERBS) {
      const answer = await eve.post(await pathTo(w, 'ben', verb))
      expect([verb, answer.status]).toEqual([verb, 404])
    }
    expect(await rowOf(w, 'ben')).toEqual({ role: 'user', status: 'active' })
    for (const path of ['/', '/lists', '/account']) expect(await eve.page(path)).not.toContain('/admin')
  })

  test('and a stranger is asked to log in', async () => {
    const { w } = await anas()
    const answer = await w.browser().get('/admin/people')
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/login?next=%2Fadmin%2Fpeople'])
  })

  test('is out of these pages at the very next request after it was taken away', async () => {
    const { w, ana } = await anas()
    await makeAdmin(w, 'ben')
    const ben = await w.loggedIn('ben')
    expect((await ben.get('/admin')).status).toBe(200)
    await ana.post(await pathTo(w, 'ben', 'take-admin'))
    expect((await ben.get('/admin')).status).toBe(404)
    expect((await ben.post(await pathTo(w, 'ana', 'disable'))).status).toBe(404)
    expect((await ben.get('/')).status).toBe(200)
  })
})

describe('an administrator', () => {
  test('is shown the way, and how the site is', async () => {
    const { w, ana } = await anas()
    expect(await ana.page('/admin')).toContain('1 person has an account, and administers the site.')
    await w.person('ben')
    expect(await ana.page('/')).toContain('<a class="item aside" href="/admin"')
    expect(await ana.page('/lists')).toMatch(/<nav class="elsewhere"[\s\S]*href="\/admin"/)
    const page = await ana.page('/admin')
    expect(page).toContain('2 people have accounts. 1 of them administers the site.')
    for (const words of [
      'Get It Done! 0.',
      'The database is ',
      'Only this machine reaches it',
      'automatic copies yet',
    ]) {
      expect(page).toContain(words)
    }
  })

  test('sees everybody, where they are logged in and when they were seen, and nothing of their tasks', async () => {
    const { w, ana } = await anas()
    const ben = await w.loggedIn('ben')
    await w.loggedIn('ben')
    await ben.post('/tasks', { task: 'A surprise for Ana' })
    await w.person('cora')
    const page = await ana.page('/admin/people')
    const rows = [...page.matchAll(/<li>[\s\S]*?<\/li>/g)].map(([row]) =>
      row.replace(/<[^>]*>|\s+/g, ' ').replace(/ +/g, ' '),
    )
    const of = (name: string) => rows.find((row) => row.includes(`${name}@example.com`))
    expect(of('ana')).toMatch(/You Administrator Logged in on 1 device Seen just now Here since 1 May $/)
    expect(of('ben')).toMatch(/Logged in on 2 devices Seen just now .* Log out Make administrator Disable/)
    expect(of('cora')).toMatch(/Logged in nowhere Not seen .* Make administrator Disable/)
    expect(page).not.toContain('surprise')
  })

  test('proves who she is again after a quarter of an hour, also to look', async () => {
    const { w, ana } = await anas()
    const ben = await w.loggedIn('ben')
    w.pass(15 * MINUTE)
    expect((await ana.get('/admin/people')).headers.get('Location')).toBe('/account/confirm?next=%2Fadmin%2Fpeople')
    const path = await pathTo(w, 'ben', 'disable')
    const asked = await ana.post(path, {}, { from: '/admin/people' })
    expect(asked.headers.get('Location')).toBe('/account/confirm?next=%2Fadmin%2Fpeople')
    expect(await isIn(ben)).toBe(true)
    await ana.post('/account/confirm', { password: PASSWORD, next: '/admin/people' })
    expect((await ana.post(path)).headers.get('Location')).toBe('/admin/people')
    expect(await isIn(ben)).toBe(false)
  })

  test('walks through many people page by page', async () => {
    const { w, ana } = await anas()
    const { zone, ...ben } = await w.person('ben')
    const crowd = Array.from({ length: 60 }, (_, i) => `person${String(i).padStart(2, '0')}@example.com`)
    await w.db
      .insertInto('users')
      .values(crowd.map((email) => ({ ...ben, zone, id: newId(), public_id: newId(), email, email_canon: email })))
      .execute()
    const first = await ana.page('/admin/people')
    expect(first).not.toContain('person59@')
    const [, next = ''] = /href="(\/admin\/people\?after=[^"]*)"/.exec(first) ?? []
    const second = await ana.page(next)
    for (const email of crowd) expect([email, first.includes(email), second.includes(email)]).toContain(true)
    for (const after of ['%00', '%ED%A0%80', "'", '', 'x'.repeat(5000)]) {
      const answer = await ana.get(`/admin/people?after=${after}`)
      expect([after.slice(0, 9), answer.status, (await answer.text()).includes('ana@')]).toEqual([
        after.slice(0, 9),
        200,
        true,
      ])
    }
    const answer = await ana.post(await pathTo(w, 'ben', 'end-sessions'), {}, { from: next })
    expect(answer.headers.get('Location')).toBe(next)
  })
})

describe('somebody who is disabled', () => {
  test('is out at the very next request, the lines to their pages close, and they cannot come in', async () => {
    const { w, ana } = await anas()
    const ben = await w.loggedIn('ben')
    await w.db.listen()
    const line = await ben.get('/events', { Accept: 'text/event-stream' })
    expect((await ana.post(await pathTo(w, 'ben', 'disable'))).status).toBe(303)
    expect(flashesIn(await ana.page('/admin/people'))).toEqual([
      'ben@example.com is disabled, and logged out everywhere.',
    ])
    expect(await isIn(ben)).toBe(false)
    expect(await line.text()).toContain('event: end')
    const answer = await w.browser().post('/login', { email: 'ben@example.com', password: PASSWORD })
    expect([answer.status, alertsIn(await answer.text())]).toEqual([422, ['The e-mail or the password is not right.']])
  })

  test('can be let in again by the Undo that is offered, with all they had', async () => {
    const { w, ana } = await anas()
    const ben = await w.loggedIn('ben')
    await ben.post('/tasks', { task: 'Milk' })
    await ana.post(await pathTo(w, 'ben', 'disable'))
    const [, undo = ''] =
      /<form method="post" action="([^"]*)"><button>Undo/.exec(await ana.page('/admin/people')) ?? []
    expect(undo).toBe(await pathTo(w, 'ben', 'enable'))
    await ana.post(undo)
    expect(flashesIn(await ana.page('/admin/people'))).toEqual(['ben@example.com may log in again.'])
    expect(await isIn(ben)).toBe(false)
    const again = await w.loggedIn('ben')
    expect(await again.page('/')).toContain('Milk')
  })

  test('who was logging in at that moment is in nowhere', async () => {
    const { w, ana } = await anas()
    await w.person('ben')
    const tabs = Array.from({ length: 4 }, () => w.browser())
    const path = await pathTo(w, 'ben', 'disable')
    await Promise.all([
      ...tabs.map((tab) => tab.post('/login', { email: 'ben@example.com', password: PASSWORD })),
      ana.post(path),
    ])
    for (const tab of tabs) expect(await isIn(tab)).toBe(false)
  })
})

describe('logging somebody out', () => {
  test('ends all their sessions at once; they may come again', async () => {
    const { w, ana } = await anas()
    const [one, two] = [await w.loggedIn('ben'), await w.loggedIn('ben')]
    await ana.post(await pathTo(w, 'ben', 'end-sessions'))
    expect(flashesIn(await ana.page('/admin/people'))).toEqual(['ben@example.com is logged out everywhere.'])
    expect([await isIn(one), await isIn(two), await isIn(ana)]).toEqual([false, false, true])
    expect(await isIn(await w.loggedIn('ben'))).toBe(true)
  })
})

describe('the last administrator', () => {
  test('does nothing to herself', async () => {
    const { w, ana } = await anas()
    for (const verb of VERBS) {
      const answer = await ana.post(await pathTo(w, 'ana', verb))
      expect([verb, answer.status]).toEqual([verb, 403])
    }
    expect(await rowOf(w, 'ana')).toEqual({ role: 'admin', status: 'active' })
  })

  test.each(['disable', 'take-admin'] as const)('stays, whoever would %s her on the command line', async (change) => {
    const { w } = await anas()
    await makeAdmin(w, 'ben')
    await changePerson(w, await w.person('ben'), 'disable', undefined, from(w))
    const ana = await w.person('ana')
    const refused = changePerson(w, ana, change, undefined, from(w))
    expect(refused).rejects.toThrow('This is the only administrator. Make somebody else one first.')
    await refused.catch(() => {})
    expect(await rowOf(w, 'ana')).toEqual({ role: 'admin', status: 'active' })
  })

  test('is left when two remove each other at the same moment, each at a server of their own', async () => {
    const { w, ana } = await anas()
    const other = w.another()
    await makeAdmin(w, 'ben')
    const ben = await w.loggedIn('ben')
    const elsewhere = other.browser()
    for (const [name, value] of ben.jar) elsewhere.jar.set(name, value)
    const [toBen, toAna] = [await pathTo(w, 'ben', 'disable'), await pathTo(w, 'ana', 'disable')]
    const answers = await Promise.all([ana.post(toBen), elsewhere.post(toAna)])
    expect(await adminsIn(w)).toBe(1)
    expect(answers.map(({ status }) => status)).toContain(303)
  })

  test.each([
    ['disable', 'disable'],
    ['take-admin', 'take-admin'],
    ['disable', 'take-admin'],
  ] as const)('is left however often two try (%s, %s)', async (anas, bens) => {
    const w = await world({}, quickHashing())
    const other = w.another()
    const [ana, ben] = [await w.person('ana'), await w.person('ben')]
    for (let round = 0; round < 10; round++) {
      await w.db.updateTable('users').set({ role: 'admin', status: 'active' }).execute()
      await Promise.allSettled([
        changePerson(w, ben, anas, { id: ana.id, publicId: ana.public_id }, from(w)),
        changePerson(other, ana, bens, { id: ben.id, publicId: ben.public_id }, from(w)),
      ])
      expect(await adminsIn(w)).toBe(1)
    }
  })

  test('of three of whom each removes the next one is left', async () => {
    const { w } = await anas()
    const names = ['ana', 'ben', 'cora']
    for (const name of names) await makeAdmin(w, name)
    const people = await Promise.all(names.map((name) => w.person(name)))
    await Promise.allSettled(
      people.map((by, i) => {
        const next = people[(i + 1) % 3]!
        return changePerson(w, next, 'take-admin', { id: by.id, publicId: by.public_id }, from(w))
      }),
    )
    expect(await adminsIn(w)).toBeGreaterThanOrEqual(1)
  })
})

describe('what an administrator does', () => {
  test('twice is done once', async () => {
    const { w, ana } = await anas()
    for (const verb of ['disable', 'disable', 'enable', 'enable', 'make-admin', 'make-admin']) {
      expect((await ana.post(await pathTo(w, 'ben', verb), BEN)).status).toBe(303)
    }
    expect(await rowOf(w, 'ben')).toEqual({ role: 'admin', status: 'active' })
    const events = await w.db.selectFrom('auth_events').select('type').where('detail', 'like', '%"by"%').execute()
    expect(events.map(({ type }) => type)).toEqual(['authz_change', 'user_disabled', 'user_enabled', 'authz_change'])
  })

  test('is written down, with who did it, and without an address', async () => {
    const { w, ana } = await anas()
    await w.loggedIn('ben')
    const me = await w.person('ana')
    for (const verb of ['end-sessions', 'disable']) await ana.post(await pathTo(w, 'ben', verb))
    const { id } = await w.person('ben')
    const events = await w.db
      .selectFrom('auth_events')
      .select(['type', 'detail', 'ip'])
      .where('user_id', '=', id)
      .where('detail', 'like', '%"by"%')
      .orderBy('id')
      .execute()
    expect(events).toEqual([
      { type: 'session_ended', detail: JSON.stringify({ count: 1, by: me.public_id }), ip: '127.0.0.1' },
      { type: 'user_disabled', detail: JSON.stringify({ change: 'disable', by: me.public_id }), ip: '127.0.0.1' },
    ])
    const logged = w.log.entries.filter(({ event }) => event === 'user_disabled')
    expect(JSON.stringify(logged)).not.toContain('@')
  })

  test('is read by the person it was done to, without where the administrator was', async () => {
    const { w } = await anas()
    const ana = await w.loggedIn('ana', { ip: '203.0.113.7', agent: 'curl/8.0' })
    await w.loggedIn('ben')
    for (const verb of ['end-sessions', 'disable', 'enable', 'make-admin', 'take-admin']) {
      w.pass(MINUTE)
      await ana.post(await pathTo(w, 'ben', verb), BEN)
    }
    const page = await (await w.loggedIn('ben')).page('/account/activity')
    const rows = [...page.matchAll(/<li>[\s\S]*?<\/li>/g)].map(([row]) =>
      row.replace(/<[^>]*>|\s+/g, ' ').replace(/ +/g, ' '),
    )
    expect(rows.slice(1, 6)).toEqual([
      ' An administrator took the administration of this site from you today, 12:05 Administration ',
      ' An administrator made you an administrator today, 12:04 Administration ',
      ' An administrator let you in again today, 12:03 Administration ',
      ' An administrator disabled your account today, 12:02 Administration ',
      ' An administrator logged you out everywhere today, 12:01 Administration ',
    ])
    expect(page).not.toContain('203.0.113.7')
  })

  test('is told to the person by mail, once for each change', async () => {
    const inbox = await openInbox()
    const w = await world(inbox.env)
    await w.db.listen()
    await makeAdmin(w, 'ana')
    expect((await inbox.until(1)).to).toEqual(['ana@example.com'])
    const ana = await w.loggedIn('ana')
    const told: [verb: string, subject: string, mails: number][] = [
      ['disable', 'Your account was disabled', 2],
      ['disable', 'Your account was disabled', 2],
      ['enable', 'Your account is enabled again', 3],
      ['make-admin', 'You are an administrator now', 4],
      ['take-admin', 'You are no administrator any more', 5],
    ]
    for (const [verb, subject, mails] of told) {
      await ana.post(await pathTo(w, 'ben', verb), BEN)
      const mail = await inbox.until(mails)
      expect([mail.to, mail.headers.get('subject')]).toEqual([['ben@example.com'], subject])
    }
    expect(inbox.mails.length).toBe(5)
  })

  test('to nobody is answered as a page that is not there', async () => {
    const { ana } = await anas()
    for (const id of [newId(), 'x', '%27', '__proto__']) {
      for (const verb of VERBS) expect((await ana.post(`/admin/people/${id}/${verb}`)).status).toBe(404)
    }
  })

  test('who has just been made one is the first: whoever registers afterwards is none', async () => {
    const { w } = await anas()
    const eve = w.browser()
    await eve.post('/register', { email: 'eve@example.com', password: PASSWORD, verify: PASSWORD })
    expect((await rowOf(w, 'eve')).role).toBe('user')
  })
})
