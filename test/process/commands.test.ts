import { afterEach, beforeEach, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { codeOf, stepOf } from '#crypto/totp.ts'
import { connect } from '#db/db.ts'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { secretIn } from '#test/factors/app.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { freePort } from '#test/postgres.ts'
import { fromSource, startServer } from '#test/running.ts'
import about from '../../package.json' with { type: 'json' }
import { getItDone, SECRET, settingsFor } from './command-line.ts'
import { PASSWORD, Visitor } from './visitor.ts'

let database: TestDatabase

beforeEach(async () => {
  database = await freshDatabase()
})
afterEach(() => database.drop())

const run = (args: string[], input?: string) => getItDone(args, settingsFor(database), input)

/** Lets `work` use a running server. */
async function served<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = await startServer(database.dir, { env: settingsFor(database) })
  try {
    return await work(server.url)
  } finally {
    await server.stop()
  }
}

const peopleIn = async (): Promise<string[]> => {
  const db = connect(database.place)
  const rows = await db.selectFrom('users').select(['email', 'role']).orderBy('email').execute()
  await db.close()
  return rows.map(({ email, role }) => `${email} ${role}`)
}

const mailsIn = async (): Promise<string[]> => {
  const db = connect(database.place)
  const rows = await db.selectFrom('mail_outbox').select(['letter', 'address']).orderBy('letter').execute()
  await db.close()
  return rows.map(({ letter, address }) => `${letter} to ${address}`)
}

const eventsIn = async () => {
  const db = connect(database.place)
  const rows = await db
    .selectFrom('auth_events')
    .innerJoin('users', 'users.id', 'auth_events.user_id')
    .select(['type', 'email', 'ip', 'user_agent', 'detail'])
    .orderBy('auth_events.id')
    .execute()
  await db.close()
  return rows
}

test('--help names every command and setting', async () => {
  const { code, out } = await getItDone(['--help'])
  expect(code).toBe(0)
  const commands = [
    'serve',
    'migrate',
    'create-admin EMAIL',
    'create-user EMAIL',
    'reset-password EMAIL',
    'reset-link EMAIL',
    'set-email EMAIL NEW-EMAIL',
    'reset-factors EMAIL',
  ]
  for (const word of [...commands, 'backup FILE', 'restore FILE', 'doctor', 'BASE_URL', 'LIMIT_CONFIRM']) {
    expect(out).toContain(`\n  ${word}`)
  }
})

test('--version says the version', async () => {
  expect(await getItDone(['--version'])).toEqual({ code: 0, out: `${about.version}\n`, err: '' })
})

test.each([
  [[], 'Say what to do.'],
  [['dance'], 'There is no command “dance”.'],
  [['backup'], 'Write: get-it-done backup FILE'],
  [['backup', 'a', 'b'], 'That is more than backup takes.'],
  [['serve', '3000'], 'That is more than serve takes.'],
  [['doctor', '--loudly'], 'doctor knows no --loudly.'],
])('%p is wrong usage', async (args, sentence) => {
  const { code, out, err } = await getItDone(args)
  expect([code, out, err]).toEqual([64, '', expect.stringContaining(sentence)])
})

test('people are added with a password from standard input, and can log in', async () => {
  expect((await run(['create-admin', 'Ana@Example.org'], `${PASSWORD}\n`)).code).toBe(0)
  expect((await run(['create-user', 'ben@example.org'], PASSWORD)).code).toBe(0)
  expect(await peopleIn()).toEqual(['Ana@Example.org admin', 'ben@example.org user'])
  await served(async (url) => {
    for (const email of ['ana@example.org', 'ben@example.org']) {
      expect((await new Visitor(url, { email }).logIn()).headers.get('location')).toBe('/')
    }
  })
})

test('what is done to accounts is written down, as done on the command line', async () => {
  await run(['create-admin', 'ana@example.org'], PASSWORD)
  await run(['create-user', 'ben@example.org'], PASSWORD)
  await run(['reset-password', 'ben@example.org'], 'another walk on the hills')
  const here = { ip: '', user_agent: 'command line' }
  expect(await eventsIn()).toEqual([
    { ...here, type: 'user_created', email: 'ana@example.org', detail: '{"role":"admin"}' },
    { ...here, type: 'user_created', email: 'ben@example.org', detail: '{"role":"user"}' },
    { ...here, type: 'authn_password_change', email: 'ben@example.org', detail: '{}' },
  ])
})

test('a password is made when that is asked for', async () => {
  const { code, out } = await run(['create-user', 'ana@example.org', '--generate'])
  expect(code).toBe(0)
  const password = /^The password is: ([a-z2-9]{5}(?:-[a-z2-9]{5}){3})$/m.exec(out)?.[1] ?? ''
  await served(async (url) => expect((await new Visitor(url).logIn(password)).status).toBe(303))
})

test.each([
  ['nobody', PASSWORD, 'This is not an e-mail address.'],
  ['ana@example.org', 'short', 'Use at least 8 characters.'],
  ['ana@example.org', 'Chelsea1', 'This password is among the first that people try.'],
  ['ana@example.org', '', 'There was no password. Nothing was changed.'],
])('nobody is added as %p with the password %p', async (email, password, sentence) => {
  const { code, err } = await run(['create-user', email], password)
  expect([code, err]).toEqual([1, expect.stringContaining(sentence)])
  expect(await peopleIn()).toEqual([])
})

test('an address that is taken is refused', async () => {
  await run(['create-user', 'ana@example.org'], PASSWORD)
  const { code, err } = await run(['create-user', 'ANA@example.org'], PASSWORD)
  expect([code, err]).toEqual([1, expect.stringContaining('There is already an account with this e-mail.')])
})

test('a new password ends the sessions, beside a running server', async () => {
  await served(async (url) => {
    const ana = new Visitor(url)
    await ana.register()
    expect((await ana.get('/')).status).toBe(200)
    expect((await run(['reset-password', 'ana@example.org'], 'another walk on the hills')).code).toBe(0)
    expect((await ana.get('/')).headers.get('location')).toStartWith('/login')
    expect((await ana.logIn()).status).toBe(422)
    expect((await ana.logIn('another walk on the hills')).status).toBe(303)
  })
  expect((await run(['reset-password', 'eve@example.org'], PASSWORD)).code).toBe(1)
})

test('a new password must not be one that people try first', async () => {
  await run(['create-user', 'ana@example.org'], PASSWORD)
  const { code, err } = await run(['reset-password', 'ana@example.org'], 'Chelsea1')
  expect([code, err]).toEqual([1, expect.stringContaining('This password is among the first that people try.')])
})

test('a link for a new password is printed, and works once at the running server', async () => {
  await served(async (url) => {
    const ana = new Visitor(url)
    await ana.register()
    const env = { ...settingsFor(database), BASE_URL: url }
    const { code, out } = await getItDone(['reset-link', 'ANA@example.org'], env)
    const link = /^http\S+\/reset\/[\w-]{43}$/m.exec(out)?.[0] ?? ''
    expect([code, link.startsWith(url)]).toEqual([0, true])
    const fields = { password: 'another walk on the hills', verify: 'another walk on the hills' }
    for (const location of ['/login', null]) {
      const forgetful = new Visitor(url)
      await forgetful.get(new URL(link).pathname)
      expect((await forgetful.post('/reset', fields)).headers.get('location')).toBe(location)
    }
    expect((await ana.get('/')).headers.get('location')).toStartWith('/login')
    expect((await ana.logIn(fields.password)).status).toBe(303)
  })
  expect(await run(['reset-link', 'eve@example.org'])).toMatchObject({
    code: 1,
    err: 'There is no account with the e-mail eve@example.org.\n',
  })
})

test('doctor says whether mails are sent, and whether the server would take one', async () => {
  const inbox = await openInbox()
  expect((await run(['doctor'])).out).toContain('✓ No mails are sent: SMTP_URL is not set.')
  const env = { ...settingsFor(database), ...inbox.env }
  expect((await getItDone(['doctor'], env)).out).toContain('✓ The mail server 127.0.0.1 would take a mail from us.')
  await inbox.close()
  const { code, out } = await getItDone(['doctor'], env)
  expect([code, out]).toEqual([1, expect.stringContaining('✗ The mail server 127.0.0.1 takes no mail from us: ')])
})

test('an account is given another address, beside a running server, and its people are told', async () => {
  const env = { ...settingsFor(database), SMTP_URL: 'smtp://localhost:9', SMTP_FROM: 'todo@example.org' }
  await run(['create-user', 'ben@example.org'], PASSWORD)
  await served(async (url) => {
    const ana = new Visitor(url)
    await ana.register()
    const { code, out, err } = await getItDone(['set-email', 'ANA@example.org', 'ana@new.example'], env)
    const sentence =
      'ana@new.example logs in to this account now, with the same password. All its sessions have ended.\n'
    expect([code, out, err]).toEqual([0, sentence, ''])
    expect((await ana.get('/')).headers.get('location')).toStartWith('/login')
    expect((await ana.logIn()).status).toBe(422)
    expect((await new Visitor(url, { email: 'ana@new.example' }).logIn()).status).toBe(303)
  })
  expect(await mailsIn()).toEqual(['email-set to ana@example.org', 'verify to ana@new.example'])
  const refusals: [args: string[], code: number, sentence: string][] = [
    [['set-email', 'ana@new.example', 'BEN@example.org'], 1, 'There is already an account with this e-mail.'],
    [['set-email', 'eve@example.org', 'eve@new.example'], 1, 'There is no account with the e-mail eve@example.org.'],
    [['set-email', 'ben@example.org', 'ben'], 1, '“ben” is not an e-mail address.'],
    [['set-email', 'ben@example.org'], 64, 'Write: get-it-done set-email EMAIL NEW-EMAIL'],
    [['set-email', 'ben@example.org', 'a@b.example', 'c'], 64, 'That is more than set-email takes.'],
  ]
  for (const [args, code, sentence] of refusals) {
    expect([args, await run(args)]).toEqual([args, { code, out: '', err: expect.stringContaining(sentence) }])
  }
  expect(await peopleIn()).toEqual(['ana@new.example admin', 'ben@example.org user'])
})

test('a lost second step is taken away, once, beside a running server', async () => {
  await served(async (url) => {
    const ana = new Visitor(url)
    await ana.register()
    await ana.post('/account/two-factor')
    const secret = secretIn(await (await ana.get('/account/two-factor/set-up')).text())
    const code = () => codeOf(secret, stepOf(new Date()))
    expect((await ana.post('/account/two-factor/set-up', { code: code() })).status).toBe(200)
    const phone = new Visitor(url)
    expect((await phone.logIn()).headers.get('location')).toBe('/login/second')
    const done = await run(['reset-factors', 'ana@example.org'])
    const sentence = 'The password alone logs ana@example.org in now. All their sessions have ended.\n'
    expect(done).toEqual({ code: 0, out: sentence, err: '' })
    expect((await ana.get('/')).headers.get('location')).toStartWith('/login')
    expect((await phone.post('/login/second', { code: code() })).headers.get('location')).toBe('/login')
    expect((await phone.logIn()).headers.get('location')).toBe('/')
  })
  expect((await eventsIn()).filter(({ type }) => type === 'mfa_disabled')).toEqual([
    { type: 'mfa_disabled', email: 'ana@example.org', ip: '', user_agent: 'command line', detail: '{}' },
  ])
  const again = await run(['reset-factors', 'ana@example.org'])
  expect([again.code, again.err]).toEqual([1, 'The login of ana@example.org asks for no code. Nothing was changed.\n'])
  expect((await run(['reset-factors', 'eve@example.org'])).code).toBe(1)
})

test('at a terminal the password is asked for twice and not shown', async () => {
  const { code, shown } = await atTerminal(['create-user', 'ana@example.org'], [PASSWORD, PASSWORD])
  expect([code, await peopleIn()]).toEqual([0, ['ana@example.org user']])
  expect(shown).toMatch(/^Password: \r?\nOnce more: \r?\n/)
  expect(shown).not.toContain(PASSWORD)
})

test('at a terminal Ctrl-C gives up', async () => {
  const { code, shown } = await atTerminal(['create-user', 'ana@example.org'], ['half\u0003'])
  expect([code, await peopleIn()]).toEqual([1, []])
  expect(shown).toContain('Nothing was changed.')
})

test('at a terminal two different passwords change nothing', async () => {
  const { code, shown } = await atTerminal(['create-user', 'ana@example.org'], [PASSWORD, `${PASSWORD}!`])
  expect([code, await peopleIn()]).toEqual([1, []])
  expect(shown).toContain('The two passwords are not the same.')
})

/** Runs a command at a terminal, and types an answer after each question. */
async function atTerminal(args: string[], answers: string[]): Promise<{ code: number; shown: string }> {
  let shown = ''
  const left = [...answers]
  const hear = (terminal: Bun.Terminal, chunk: Uint8Array) => {
    const text = new TextDecoder().decode(chunk)
    shown += text
    if (text.endsWith(': ')) terminal.write(`${left.shift()}\r`)
  }
  const env = { ...settingsFor(database), PATH: process.env.PATH ?? '' }
  const child = Bun.spawn([...fromSource, ...args], { env, terminal: { cols: 80, rows: 24, data: hear } })
  return { code: await child.exited, shown }
}

test('a backup is made while the server runs, and is put back when it does not', async () => {
  const file = join(database.dir, 'backup.db')
  const ana = await served(async (url) => {
    const visitor = new Visitor(url)
    await visitor.register()
    await visitor.post('/tasks', { task: 'Milk' })
    expect(await run(['backup', file])).toMatchObject({ code: 0, err: '' })
    await visitor.post('/tasks', { task: 'Bread' })
    const { code, err } = await run(['restore', file])
    expect([code, err]).toEqual([1, expect.stringContaining('Stop it first.')])
    return visitor
  })
  expect(await run(['backup', file])).toMatchObject({ code: 1, err: expect.stringContaining('already') })

  const restored = await run(['restore', file])
  expect(restored).toMatchObject({ code: 0, err: '' })
  await served(async (url) => {
    ana.url = ana.base = url
    const page = await (await ana.get('/')).text()
    expect(page).toContain('Milk')
    expect(page).not.toContain('Bread')
  })

  const [aside = ''] = readdirSync(join(database.dir, 'backups'))
  expect(restored.out).toContain(aside)
  expect((await run(['restore', join(database.dir, 'backups', aside)])).code).toBe(0)
  await served(async (url) => {
    ana.url = ana.base = url
    expect(await (await ana.get('/')).text()).toContain('Bread')
  })
})

test('a backup of one kind of database is taken by the other', async () => {
  if (testKind !== 'postgres') return
  const file = join(database.dir, 'backup.db')
  await run(['create-user', 'ana@example.org'], PASSWORD)
  expect((await run(['backup', file])).code).toBe(0)
  const elsewhere = { DATA_DIR: join(database.dir, 'elsewhere'), SECRET_KEY: SECRET }
  expect((await getItDone(['restore', file], elsewhere)).code).toBe(0)
  const { code, out } = await getItDone(['doctor'], elsewhere)
  expect([code, out]).toEqual([0, expect.stringContaining('knows 1 person')])
  await run(['create-user', 'ben@example.org'], PASSWORD)
  expect((await run(['restore', join(elsewhere.DATA_DIR, 'get-it-done.db')])).code).toBe(0)
  expect(await peopleIn()).toEqual(['ana@example.org user'])
})

test.each([
  ['no file', () => {}, 'There is no file'],
  ['a text', (file: string) => writeFileSync(file, 'milk, bread'.repeat(1000)), 'is not a backup of Get It Done!'],
  ['an empty file', (file: string) => writeFileSync(file, ''), 'is not a backup of Get It Done!'],
])('%s is not restored', async (_, make, sentence) => {
  const file = join(database.dir, 'backup.db')
  make(file)
  await run(['create-user', 'ana@example.org'], PASSWORD)
  const { code, err } = await run(['restore', file])
  expect([code, err]).toEqual([1, expect.stringContaining(sentence)])
  expect(await peopleIn()).toEqual(['ana@example.org user'])
  expect(readdirSync(database.dir).filter((name) => name.includes('.part'))).toEqual([])
})

test('a damaged backup is not restored', async () => {
  const file = join(database.dir, 'backup.db')
  await run(['create-user', 'ana@example.org'], PASSWORD)
  await run(['backup', file])
  const bytes = await Bun.file(file).bytes()
  await Bun.write(file, bytes.fill(0x5a, 8192, 16_384))
  const { code, err } = await run(['restore', file])
  expect([code, err]).toEqual([1, expect.stringMatching(/damaged|not a backup/)])
  expect(await peopleIn()).toEqual(['ana@example.org user'])
})

test('a backup of another secret is taken only when asked to', async () => {
  const file = join(database.dir, 'backup.db')
  await run(['create-user', 'ana@example.org'], PASSWORD)
  await run(['backup', file])
  const other = await freshDatabase()
  const env = { ...settingsFor(other), SECRET_KEY: [...SECRET].reverse().join('') }
  const { code, err } = await getItDone(['restore', file], env)
  expect([code, err]).toEqual([1, expect.stringContaining('another secret key')])
  expect((await getItDone(['restore', file, '--new-key'], env)).code).toBe(0)
  expect((await getItDone(['doctor'], env)).out).toContain('The database belongs to this secret key.')
  await other.drop()
})

test('a damaged database is put aside, and a backup takes its place', async () => {
  if (testKind === 'postgres') return
  const file = join(database.dir, 'backup.db')
  await run(['create-user', 'ana@example.org'], PASSWORD)
  await run(['backup', file])
  await Bun.write(join(database.dir, 'get-it-done.db'), 'no database at all'.repeat(1000))
  expect((await run(['doctor'])).code).toBe(1)
  expect(await run(['restore', file])).toMatchObject({ code: 0, err: '' })
  expect(await peopleIn()).toEqual(['ana@example.org user'])
  expect(readdirSync(join(database.dir, 'backups'))[0]).toStartWith('damaged-')
})

// Where no link leads: the copies lie on another disk.
const otherDisk = elsewhere('/dev/shm')

test.skipIf(otherDisk === undefined)('a damaged database is kept whole on another disk', async () => {
  if (testKind === 'postgres') return
  const [file, target] = [join(database.dir, 'backup.db'), join(database.dir, 'get-it-done.db')]
  await run(['create-user', 'ana@example.org'], PASSWORD)
  await run(['backup', file])
  const folder = otherDisk!()
  symlinkSync(folder, join(database.dir, 'backups'))
  await Bun.write(target, 'no database at all'.repeat(1000))
  await Bun.write(`${target}-wal`, 'nor its journal')
  const said = await run(['restore', file])
  const kept = readdirSync(folder).filter((name) => !name.endsWith('-shm'))
  const texts = await Promise.all(kept.sort().map((name) => Bun.file(join(folder, name)).text()))
  rmSync(folder, { recursive: true })
  expect(said).toMatchObject({ code: 0, err: '' })
  expect(kept).toEqual([expect.stringMatching(/^damaged-.*\.db$/), expect.stringMatching(/^damaged-.*\.db-wal$/)])
  expect(texts).toEqual(['no database at all'.repeat(1000), 'nor its journal'])
  expect(await peopleIn()).toEqual(['ana@example.org user'])
})

/** Makes folders under `disk`, when that is another disk than the one for temporary files. */
function elsewhere(disk: string): (() => string) | undefined {
  if (!existsSync(disk) || statSync(disk).dev === statSync(tmpdir()).dev) return undefined
  return () => mkdtempSync(join(disk, 'gid-'))
}

test('only the newest ten automatic copies are kept', async () => {
  const file = join(database.dir, 'backup.db')
  await run(['create-user', 'ana@example.org'], PASSWORD)
  await run(['backup', file])
  await run(['restore', file])
  const folder = join(database.dir, 'backups')
  for (let year = 2001; year <= 2012; year++) {
    writeFileSync(join(folder, `${year}-01-01T00-00-00-000Z-before-upgrade.db`), '')
  }
  writeFileSync(join(folder, 'my-own.db'), '')
  await run(['restore', file])
  const left = readdirSync(folder)
  expect(left.length).toBe(11)
  expect(left).toContain('my-own.db')
  expect(left).not.toContain('2004-01-01T00-00-00-000Z-before-upgrade.db')
})

test('doctor finds nothing wrong beside a running server', async () => {
  await served(async (url) => {
    const env = { ...settingsFor(database), PORT: new URL(url).port }
    const { code, out } = await getItDone(['doctor'], env)
    expect(out).toContain(about.version)
    expect(out).toContain('The database belongs to this secret key.')
    expect(out).toContain('A server answers at ')
    expect([code, out.match(/^✗.*/gm)]).toEqual([0, null])
    expect((await getItDone(['doctor', '--up'], env)).code).toBe(0)
  })
  const elsewhere = await freshDatabase()
  await served(async (url) => {
    const env = { ...settingsFor(elsewhere), PORT: new URL(url).port }
    const { out } = await getItDone(['doctor'], env)
    if (testKind === 'sqlite') expect(out).toContain('is another server')
  })
  const silent = { ...settingsFor(database), PORT: String(await freePort()) }
  expect((await getItDone(['doctor', '--up'], silent)).code).toBe(1)
})

test('doctor says what is wrong', async () => {
  await run(['migrate'])
  const db = connect(database.place)
  await sql`update instance set key_check = 'of somebody else'`.execute(db)
  await db.close()
  const { code, out } = await run(['doctor'])
  expect([code, out]).toEqual([1, expect.stringContaining('✗ This database belongs to another SECRET_KEY.')])
})

test('doctor changes nothing in an empty folder', async () => {
  const dir = join(database.dir, 'nothing')
  const { code } = await getItDone(['doctor'], { DATA_DIR: dir })
  expect([code, existsSync(dir)]).toEqual([0, false])
  rmSync(dir, { recursive: true, force: true })
})
