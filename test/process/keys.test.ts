import { afterEach, beforeEach, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, stepOf } from '#crypto/totp.ts'
import { connect } from '#db/db.ts'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { recoveryIn, secretIn } from '#test/factors/app.ts'
import { startServer } from '#test/running.ts'
import { getItDone, SECRET, settingsFor } from './command-line.ts'
import { PASSWORD, Visitor } from './visitor.ts'

const NEW = '0b5e6a7f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b'

let database: TestDatabase
let settings: Record<string, string>

beforeEach(async () => {
  database = await freshDatabase()
  settings = settingsFor(database)
})
afterEach(() => database.drop())

const run = (args: string[]) => getItDone(args, settings)
const keyFile = () => join(database.dir, 'secret.key')
const linesOf = (path: string) => readFileSync(path, 'utf8').trim().split('\n')

/** Ana at a server of these settings, which stops again. */
async function ana<T>(work: (ana: Visitor) => Promise<T>, known = new Visitor('')): Promise<T> {
  const server = await startServer(database.dir, { env: settings })
  try {
    known.url = known.base = server.url
    return await work(known)
  } finally {
    await server.stop()
  }
}

/** Her second step: its secret, and her recovery codes. */
async function withSecondStep(visitor: Visitor): Promise<{ secret: Buffer; recovery: string[] }> {
  await visitor.register()
  await visitor.post('/account/two-factor')
  const secret = secretIn(await (await visitor.get('/account/two-factor/set-up')).text())
  const code = codeOf(secret, stepOf(new Date()) - 1)
  const shown = await (await visitor.post('/account/two-factor/set-up', { code })).text()
  return { secret, recovery: recoveryIn(shown) }
}

async function entersWith(url: string, path: string, code: string): Promise<string | null> {
  const elsewhere = new Visitor(url)
  await elsewhere.logIn(PASSWORD)
  return (await elsewhere.post(path, { code })).headers.get('Location')
}

test('with a new secret key Ana stays logged in, and her second step goes on without the old one', async () => {
  const visitor = new Visitor('')
  const { secret, recovery } = await ana(withSecondStep, visitor)
  if (testKind === 'postgres') settings = { ...settings, SECRET_KEY: NEW, PREVIOUS_SECRET_KEYS: SECRET }
  const renewed = await run(['rotate-key'])
  expect([renewed.code, renewed.err]).toEqual([0, ''])
  expect(renewed.out).toContain('1 key of an authenticator app goes by it now.')
  expect(renewed.out).toContain('These people should make new ones under Account: ana@example.org')
  await ana(async (visitor) => {
    expect((await visitor.get('/')).status).toBe(200)
    expect(await entersWith(visitor.url, '/login/recovery', recovery[0] ?? '')).toBe('/')
  }, visitor)
  await forgetTheOldOne()
  await ana(async (visitor) => {
    expect((await visitor.get('/')).status).toBe(200)
    const code = codeOf(secret, stepOf(new Date()) + 1)
    expect(await entersWith(visitor.url, '/login/second', code)).toBe('/')
    expect(await entersWith(visitor.url, '/login/recovery', recovery[1] ?? '')).toBeNull()
  }, visitor)
}, 60_000)

async function forgetTheOldOne(): Promise<void> {
  if (testKind === 'postgres') {
    settings = { ...settings, PREVIOUS_SECRET_KEYS: '' }
    return
  }
  const held = await run(['rotate-key', '--forget'])
  expect([held.code, held.err]).toEqual([
    1,
    expect.stringContaining('end with the secrets of before: ana@example.org.'),
  ])
  expect(linesOf(keyFile()).length).toBe(2)
  expect((await run(['rotate-key', '--forget', '--anyway'])).code).toBe(0)
  expect(linesOf(keyFile()).length).toBe(1)
  expect((await run(['rotate-key', '--forget'])).err).toContain('holds no secret of before.')
}

test.if(testKind === 'sqlite')('the key file of a running server is left alone', async () => {
  await ana(async () => {
    const before = linesOf(keyFile())
    const refused = await run(['rotate-key'])
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Stop it first.')])
    expect(linesOf(keyFile())).toEqual(before)
  })
})

test.if(testKind === 'sqlite')(
  'a new key stands above the old one, and a crash between the two loses nothing',
  async () => {
    const visitor = new Visitor('')
    await ana((visitor) => visitor.register(), visitor)
    const [old = ''] = linesOf(keyFile())
    // As a rotation leaves it that ended after it wrote the file.
    writeFileSync(keyFile(), `${NEW}\n${old}\n`, { mode: 0o600 })
    await ana(async (visitor) => expect((await visitor.get('/')).status).toBe(200), visitor)
    expect((await run(['rotate-key'])).code).toBe(0)
    expect(linesOf(keyFile()).slice(1)).toEqual([NEW, old])
  },
)

test('where the settings hold the key, they are named, and nothing is changed', async () => {
  settings = { ...settings, SECRET_KEY: SECRET }
  expect((await run(['rotate-key'])).err).toContain('name the old one in PREVIOUS_SECRET_KEYS')
  expect((await run(['rotate-key', '--forget'])).err).toContain('Leave the secrets of before out')
  const db = connect(database.place)
  expect(await db.selectFrom('auth_events').select('type').execute()).toEqual([])
  await db.close()
})
