import { afterEach, beforeEach, expect, test } from 'bun:test'
import { freshDatabase, type TestDatabase } from '#test/databases.ts'
import { startServer } from '#test/running.ts'
import { getItDone, settingsFor } from './command-line.ts'
import { PASSWORD, Visitor } from './visitor.ts'

let database: TestDatabase

beforeEach(async () => {
  database = await freshDatabase()
})
afterEach(() => database.drop())

const run = (args: string[], input?: string) => getItDone(args, settingsFor(database), input)

test('people are listed, disabled, enabled and logged out beside a running server', async () => {
  await run(['create-admin', 'ana@example.org'], PASSWORD)
  await run(['create-user', 'ben@example.org'], PASSWORD)
  const server = await startServer(database.dir, { env: settingsFor(database) })
  try {
    const ben = new Visitor(server.url, { email: 'ben@example.org' })
    await ben.logIn()
    const { code, out, err } = await run(['users'])
    expect([code, err]).toEqual([0, ''])
    const [ana = '', bens = '', ...rest] = out.split('\n')
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`
    expect(ana).toMatch(new RegExp(`^ana@example.org {2}admin {2}active {2}since ${time} {2}not seen$`))
    expect(bens).toMatch(new RegExp(`^ben@example.org {2}user {2}active {2}since ${time} {2}seen ${time}$`))
    expect(rest).toEqual([''])
    expect((await run(['sessions', 'ben@example.org'])).out).toMatch(
      new RegExp(`^Unknown browser {2}127.0.0.1 {2}since ${time} {2}seen ${time}\n$`),
    )

    expect((await run(['end-sessions', 'BEN@example.org'])).out).toBe('ben@example.org is logged out, in 1 place.\n')
    expect((await ben.get('/')).headers.get('location')).toStartWith('/login')
    expect((await run(['sessions', 'ben@example.org'])).out).toBe('ben@example.org is logged in nowhere.\n')

    await ben.logIn()
    const disabled = await run(['disable-user', 'ben@example.org'])
    expect(disabled.out).toBe('ben@example.org is disabled, and logged out everywhere.\n')
    expect((await ben.get('/')).headers.get('location')).toStartWith('/login')
    expect((await ben.logIn()).status).toBe(422)
    expect((await run(['disable-user', 'ben@example.org'])).out).toBe('ben@example.org is disabled already.\n')
    expect((await run(['enable-user', 'ben@example.org'])).out).toBe('ben@example.org may log in again.\n')
    expect((await ben.logIn()).status).toBe(303)

    expect((await ben.get('/admin')).status).toBe(404)
    expect((await run(['make-admin', 'ben@example.org'])).out).toBe('ben@example.org administers this site.\n')
    expect((await ben.get('/admin')).status).toBe(200)
  } finally {
    await server.stop()
  }
})

test('administration says when a backup was made last', async () => {
  await run(['create-admin', 'ana@example.org'], PASSWORD)
  const server = await startServer(database.dir, { env: settingsFor(database) })
  try {
    const ana = new Visitor(server.url)
    await ana.logIn()
    const health = async () => (await ana.get('/admin')).text()
    expect(await health()).toContain('get-it-done backup was not used in the last 90 days.')
    expect((await run(['backup', `${database.dir}/backup.db`])).code).toBe(0)
    expect(await health()).toContain(`The last backup was made on ${new Date().toISOString().slice(0, 10)} at `)
  } finally {
    await server.stop()
  }
})

test('the title and who may register are chosen beside a running server', async () => {
  expect((await run(['settings'])).out).toBe(
    'title         Get It Done!\nregistration  open, as REGISTRATION says\ntwo-steps     nobody, as MFA_REQUIRED says\n',
  )
  const server = await startServer(database.dir, { env: settingsFor(database) })
  try {
    expect((await run(['registration', 'closed'])).out).toBe('Registration is closed now.\n')
    expect((await run(['title', '  Chores of\tthe Meyers '])).out).toBe(
      'This site is called Chores of the Meyers now.\n',
    )
    expect((await run(['two-steps', 'everybody'])).out).toBe('Two steps are asked of everybody now.\n')
    const eve = new Visitor(server.url, { email: 'eve@example.org' })
    expect((await eve.register()).status).toBe(403)
    expect((await run(['settings'])).out).toBe(
      'title         Chores of the Meyers\nregistration  closed\ntwo-steps     everybody\n',
    )
    expect((await run(['registration', 'default'])).out).toBe('Registration is open now.\n')
    expect((await run(['two-steps', 'default'])).out).toBe('Two steps are asked of nobody now.\n')
    expect((await eve.register()).status).toBe(303)
  } finally {
    await server.stop()
  }
  expect((await run(['registration', 'sometimes'])).err).toBe('Say one of these: open, invite, closed, default.\n')
  expect((await run(['two-steps', 'some'])).err).toBe('Say one of these: nobody, admins, everybody, default.\n')
  expect((await run(['title', 'x'.repeat(61)])).err).toBe('Use at most 60 characters.\n')
})

test('an invitation is printed, and makes one account', async () => {
  const bare = await run(['invite'])
  expect(bare.out).toMatch(/^Give this link to one person\. [^\n]*\nhttp:\/\/localhost:3000\/invite\/[\w-]{43}\n$/)
  expect((await run(['invite', 'ben@example.org'])).out).toStartWith('Give this link to ben@example.org. ')
  expect((await run(['invite', 'ben'])).err).toBe('This is not an e-mail address.\n')
  await run(['registration', 'closed'])
  expect((await run(['invite'])).err).toStartWith('Nobody may register at the moment')
  await run(['registration', 'invite'])
  const server = await startServer(database.dir, { env: settingsFor(database) })
  try {
    const ben = new Visitor(server.url, { email: 'ben@example.org' })
    expect((await ben.register()).status).toBe(403)
  } finally {
    await server.stop()
  }
})

test('a server that others reach prints a link for the first administrator, until there is one', async () => {
  const env = { ...settingsFor(database), HOST: '0.0.0.0' }
  const printed = (log: string) => /^Whoever opens this link administers the site: (\S+)$/m.exec(log)?.[1]
  const links: string[] = []
  for (let i = 0; i < 2; i++) {
    const server = await startServer(database.dir, { env })
    for (const end = Date.now() + 5000; !printed(server.log()) && Date.now() < end; ) await Bun.sleep(10)
    links.push(new URL(printed(server.log()) ?? '').pathname)
    if (i === 1) {
      const ana = new Visitor(server.url)
      await ana.get(links[1]!)
      const form = { email: 'ana@example.org', password: PASSWORD, verify: PASSWORD }
      expect((await ana.post('/setup', form)).headers.get('location')).toBe('/')
      expect((await ana.get('/admin')).status).not.toBe(404)
      // Nothing but that one line names it.
      expect(server.log().split(links[1]!.slice(-43)).length).toBe(2)
    }
    await server.stop()
  }
  expect(links[0]).not.toBe(links[1])
  const again = await startServer(database.dir, { env })
  await again.stop()
  expect(printed(again.log())).toBeUndefined()
})

test('the last administrator stays, and nobody is refused in a sentence', async () => {
  await run(['create-admin', 'ana@example.org'], PASSWORD)
  for (const command of ['disable-user', 'take-admin']) {
    const { code, err } = await run([command, 'ana@example.org'])
    expect([command, code, err]).toEqual([
      command,
      1,
      'This is the only administrator. Make somebody else one first.\n',
    ])
  }
  for (const command of ['disable-user', 'enable-user', 'make-admin', 'take-admin', 'sessions', 'end-sessions']) {
    const { code, err } = await run([command, 'eve@example.org'])
    expect([command, code, err]).toEqual([command, 1, 'There is no account with the e-mail eve@example.org.\n'])
  }
})
