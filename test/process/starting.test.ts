import { afterEach, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { makeKeyFile } from '#crypto/key-file.ts'
import { connect } from '#db/db.ts'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { type Running, startServer } from '#test/running.ts'
import { getItDone, SECRET, settingsFor } from './command-line.ts'

let server: Running | undefined
let database: TestDatabase

afterEach(async () => {
  await server?.stop()
  server = undefined
  await database?.drop()
})

const start = async () => {
  server = await startServer(database.dir, { env: settingsFor(database) })
  return server
}

const refusal = async (env: Record<string, string> = {}) => {
  const { code, out, err } = await getItDone(['serve'], { ...settingsFor(database), PORT: '0', ...env })
  expect(out).toBe('')
  return { code, err }
}

test('the first start makes everything, and says where it is', async () => {
  database = await freshDatabase({ empty: true })
  rmSync(database.dir, { recursive: true })
  mkdirSync(database.dir)
  const { url, log } = await start()
  expect(log().split('\n')[0]).toBe(`Get It Done! is at ${url}`)
  expect((await fetch(`${url}/up`)).status).toBe(200)
  if (testKind === 'postgres') return
  expect(readdirSync(database.dir).sort()).toEqual([
    'get-it-done.db',
    'get-it-done.db-shm',
    'get-it-done.db-wal',
    'secret.key',
    'server.lock',
  ])
  for (const name of readdirSync(database.dir)) expect(modeOf(join(database.dir, name))).toBe(0o600)
})

const modeOf = (path: string): number => statSync(path).mode & 0o777

test('PORT=0 takes a port that is free, and the address names it', async () => {
  database = await freshDatabase()
  const env = { ...settingsFor(database), PORT: '0', PATH: process.env.PATH ?? '' }
  const child = Bun.spawn([process.execPath, '--no-env-file', 'src/main.ts', 'serve'], { env, stdout: 'pipe' })
  try {
    const line = await firstLineOf(child.stdout)
    const url = /^Get It Done! is at (http:\/\/localhost:\d+)$/.exec(line)?.[1] ?? ''
    expect((await fetch(`${url}/up`)).status).toBe(200)
  } finally {
    child.kill()
    expect(await child.exited).toBe(0)
  }
})

async function firstLineOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = ''
  const reader = stream.getReader()
  while (!text.includes('\n')) {
    const { value, done } = await reader.read()
    if (done) break
    text += new TextDecoder().decode(value)
  }
  reader.releaseLock()
  void stream.pipeTo(new WritableStream())
  return text.split('\n')[0] ?? ''
}

test('a busy port is said in words', async () => {
  database = await freshDatabase()
  const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('somebody else') })
  try {
    const { code, err } = await refusal({ PORT: String(other.port) })
    expect([code, err]).toEqual([
      1,
      `Port ${other.port} is in use by another program. Stop it, or set PORT to another number.\n`,
    ])
  } finally {
    await other.stop(true)
  }
})

test('a HOST of another machine is said in words', async () => {
  database = await freshDatabase()
  const { code, err } = await refusal({ HOST: '192.0.2.1' })
  expect([code, err]).toEqual([1, expect.stringContaining('HOST=192.0.2.1 is no address of this machine')])
})

test('all that is wrong with the settings is said at once, and nothing is begun', async () => {
  database = await freshDatabase({ empty: true })
  const { code, err } = await refusal({ PORT: 'x', REGISTRATION: 'x', SESSION_IDLE: 'x' })
  expect(code).toBe(78)
  for (const name of ['PORT', 'REGISTRATION', 'SESSION_IDLE']) expect(err).toContain(`- ${name}: `)
  expect(readdirSync(database.dir)).toEqual([])
})

test('a folder that cannot be used is said in words', async () => {
  database = await freshDatabase({ empty: true })
  const file = join(database.dir, 'a-file')
  writeFileSync(file, '')
  if (testKind === 'postgres') return
  const { code, err } = await refusal({ DATA_DIR: join(file, 'data') })
  expect([code, err]).toEqual([1, `The folder ${file}/data cannot be used: a part of its path is a file.\n`])
})

test('a folder that may only be read is said in words', async () => {
  database = await freshDatabase({ empty: true })
  if (testKind === 'postgres') return
  // Root may write everywhere but where nobody may.
  const folder = process.getuid?.() === 0 ? '/proc/self' : database.dir
  chmodSync(database.dir, 0o500)
  const { code, err } = await refusal({ DATA_DIR: `${folder}/data` })
  chmodSync(database.dir, 0o700)
  expect([code, err]).toEqual([1, expect.stringMatching(/^The folder \S+ cannot be used: [a-z ]+\.\n$/)])
})

test('a database of a newer version is refused in words, and left as it is', async () => {
  database = await freshDatabase()
  await change(sql`insert into migrations (name, at) values ('9999-flying', '2030-01-01T00:00:00.000Z')`)
  const { code, err } = await refusal()
  expect(code).toBe(1)
  expect(err).toContain('This database was used by a newer version of Get It Done!')
})

async function change(statement: ReturnType<typeof sql>): Promise<void> {
  const db = connect(database.place)
  await statement.execute(db)
  await db.close()
}

test('a database of another secret is refused, until the other is named among the previous', async () => {
  database = await freshDatabase()
  expect(await (await start()).stop()).toBe(0)
  const first = testKind === 'postgres' ? SECRET : readFileSync(join(database.dir, 'secret.key'), 'utf8').trim()
  const second = 'facade5ca1ab1e0ddba11c0ffee5eed0fa11ce5b1a5ed1eaf100dbeadedface12'
  const { code, err } = await refusal({ SECRET_KEY: second })
  expect([code, err]).toEqual([78, expect.stringContaining('This database belongs to another SECRET_KEY.')])

  const rotated = { ...settingsFor(database), SECRET_KEY: second, PREVIOUS_SECRET_KEYS: first }
  expect((await getItDone(['migrate'], rotated)).code).toBe(0)
  // From now on the database belongs to the new one, also when the old one is forgotten.
  expect((await getItDone(['migrate'], { ...settingsFor(database), SECRET_KEY: second })).code).toBe(0)
  expect((await refusal({ SECRET_KEY: first })).code).toBe(78)
})

test('a key file that is gone is not replaced by another', async () => {
  database = await freshDatabase()
  if (testKind === 'postgres') return
  const path = join(database.dir, 'secret.key')
  expect((await getItDone(['migrate'], settingsFor(database))).code).toBe(0)
  rmSync(path)
  const { code, err } = await refusal()
  expect([code, err]).toEqual([78, expect.stringContaining(`The key file ${path} is missing`)])
  expect(readdirSync(database.dir)).not.toContain('secret.key')
})

test('a key file that others may read is warned of', async () => {
  database = await freshDatabase()
  if (testKind === 'postgres') return
  await getItDone(['migrate'], settingsFor(database))
  chmodSync(join(database.dir, 'secret.key'), 0o644)
  const { log } = await start()
  expect(log()).toContain('Others on this machine may read the secret key.')
})

test('a key file is made once, and is for its owner only', async () => {
  database = await freshDatabase({ empty: true })
  const path = join(database.dir, 'secret.key')
  const { secret } = makeKeyFile(path)
  expect(modeOf(path)).toBe(0o600)
  // Whoever comes second, having seen no file either, uses what is there.
  expect(makeKeyFile(path)).toEqual({ secret, previous: [], openToOthers: false })
  expect(readdirSync(database.dir).filter((name) => name.startsWith('secret.key'))).toEqual(['secret.key'])
  writeFileSync(path, 'damaged')
  expect(() => makeKeyFile(path)).toThrow('cannot be used')
})

test('commands that start at the same moment in an empty folder agree on one key', async () => {
  database = await freshDatabase({ empty: true })
  const all = await Promise.all(Array.from({ length: 4 }, () => getItDone(['migrate'], settingsFor(database))))
  expect(all.map(({ code, err }) => [code, err])).toEqual(all.map(() => [0, '']))
  expect((await getItDone(['doctor'], settingsFor(database))).out).toContain('The database belongs to this secret key.')
})
