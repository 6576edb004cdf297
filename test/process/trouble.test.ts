import { afterEach, expect, test } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { freePort } from '#test/postgres.ts'
import { type Running, startServer } from '#test/running.ts'
import { getItDone, SECRET, settingsFor } from './command-line.ts'
import { cuttableLine } from './line.ts'
import { Visitor } from './visitor.ts'

let server: Running | undefined
let database: TestDatabase
let cleanUp: (() => void) | undefined

afterEach(async () => {
  await server?.stop()
  server = undefined
  cleanUp?.()
  cleanUp = undefined
  await database?.drop()
})

test('doctor says that the database does not answer', async () => {
  database = await freshDatabase()
  const gone =
    testKind === 'sqlite'
      ? { ...settingsFor(database), PORT: '1' }
      : { ...settingsFor(database), DATABASE_URL: `postgres://ana:hush@127.0.0.1:${await freePort()}/todo` }
  if (testKind === 'sqlite') writeFileSync(join(database.dir, 'get-it-done.db'), 'x'.repeat(5000))
  const { code, out } = await getItDone(['doctor'], gone)
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/✗ The (PostgreSQL at|file) \S+ (cannot be used|is not a database)/),
  ])
  expect(out).not.toContain('hush')
})

if (testKind === 'postgres') {
  test('while PostgreSQL is away the answer is 503 in words, and afterwards all is as before', async () => {
    database = await freshDatabase()
    const line = await cuttableLine(database.url!)
    cleanUp = line.close
    server = await startServer(database.dir, { env: { DATABASE_URL: line.url, SECRET_KEY: SECRET } })
    const ana = new Visitor(server.url)
    await ana.register()
    await ana.post('/tasks', { task: 'Milk' })

    line.cut()
    for (const [answer, sentence] of [
      [await ana.get('/'), 'The database does not answer at the moment. Please try again.'],
      [await ana.post('/tasks', { task: 'Bread' }), 'Please look before you try again.'],
    ] as const) {
      expect(answer.status).toBe(503)
      expect(await answer.text()).toContain(sentence)
    }
    expect((await ana.get('/up')).status).toBe(503)

    line.mend()
    const page = await ana.get('/')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('Milk')
    expect((await ana.post('/tasks', { task: 'Bread' })).status).toBe(303)
    expect((await ana.get('/up')).status).toBe(200)
  })

  test('when PostgreSQL is lost during the commit nobody claims to know', async () => {
    database = await freshDatabase()
    const line = await cuttableLine(database.url!)
    cleanUp = line.close
    server = await startServer(database.dir, { env: { DATABASE_URL: line.url, SECRET_KEY: SECRET } })
    const ana = new Visitor(server.url)
    await ana.register()

    line.cutAtCommit()
    const answer = await ana.post('/tasks', { task: 'Milk' })
    expect(answer.status).toBe(503)
    const page = await answer.text()
    expect(page).toContain('It is not certain whether this was saved. Please look before you try again.')
    expect(page).not.toContain('othing was changed')
    line.mend()
    // Another connection may still have to notice that it was cut.
    let inbox = await ana.get('/')
    for (let i = 0; i < 20 && inbox.status === 503; i++) {
      await Bun.sleep(100)
      inbox = await ana.get('/')
    }
    expect(await inbox.text()).toContain('Milk')
  })

  test('a start without PostgreSQL is refused in words, without the password', async () => {
    database = await freshDatabase()
    const url = `postgres://ana:hush@127.0.0.1:${await freePort()}/todo`
    const { code, err } = await getItDone(['serve'], { DATABASE_URL: url, SECRET_KEY: SECRET, PORT: '0' })
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^The PostgreSQL at 127\.0\.0\.1:\d+\/todo cannot be used: /),
    ])
    expect(err).not.toContain('hush')
  })
} else {
  const disk = tinyDisk()

  // Making a disk of its own is for root only, and not everywhere.
  test.skipIf(disk === undefined)('a full disk loses nothing and is said in words', async () => {
    database = await freshDatabase({ empty: true })
    const { folder, unmount } = disk!()
    cleanUp = unmount
    server = await startServer(folder)
    const ana = new Visitor(server.url)
    await ana.register()
    expect((await ana.post('/tasks', { task: 'Milk' })).status).toBe(303)
    const filler = join(folder, 'filler')
    fill(filler)

    const refused = await untilRefused(ana)
    expect(refused.status).toBe(503)
    expect(await refused.text()).toContain('The disk is full, so nothing was changed.')
    expect(await (await ana.get('/')).text()).toContain('Milk')

    rmSync(filler)
    expect((await ana.post('/tasks', { task: 'Bread' })).status).toBe(303)
    expect(await (await ana.get('/')).text()).toContain('Bread')
    expect(await server.stop()).toBe(0)
    const { out } = await getItDone(['doctor'], { DATA_DIR: folder })
    expect(out).toContain('The database is whole.')
  })
}

/** Makes disks of 3 MB, where that is possible. */
function tinyDisk(): (() => { folder: string; unmount: () => void }) | undefined {
  const mount = () => {
    const folder = join(process.env.TMPDIR ?? '/tmp', `gid-disk-${crypto.randomUUID()}`)
    mkdirSync(folder)
    const { success } = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder])
    const unmount = () => {
      Bun.spawnSync(['umount', folder])
      rmSync(folder, { recursive: true })
    }
    return { success, folder, unmount }
  }
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return undefined
  const trial = mount()
  trial.unmount()
  return trial.success ? mount : undefined
}

function fill(path: string) {
  for (const size of [1_000_000, 100_000, 10_000, 4096]) {
    try {
      for (let n = 0; n < 10; n++) writeFileSync(path, 'x'.repeat(size), { flag: 'a' })
    } catch {}
  }
}

/** Adds tasks until one is not taken: the journal that is there already has some room. */
async function untilRefused(visitor: Visitor): Promise<Response> {
  for (let n = 0; n < 500; n++) {
    const answer = await visitor.post('/tasks', { task: `${n} ${'long '.repeat(80)}` })
    if (answer.status !== 303) return answer
  }
  throw new Error('The disk was never full.')
}
