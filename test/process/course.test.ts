import { afterEach, beforeEach, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from '#db/db.ts'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { startServer } from '#test/running.ts'
import { everythingIn } from '#test/tables.ts'
import { classOf, courseFile, LESSON } from '../course/file.ts'
import { getItDone, settingsFor } from './command-line.ts'
import { Visitor } from './visitor.ts'

let database: TestDatabase

beforeEach(async () => {
  database = await freshDatabase()
})
afterEach(() => database.drop())

const bring = (path: string) => getItDone(['import-course', path], settingsFor(database))

test('a class of the course is brought in beside a running server, and says what became of each', async () => {
  const path = classOf([
    ['ana@example.org', 'sunflower', ['Buy milk', '✓ Read chapter 4']],
    ['no address\u001b[2J', 'x', []],
  ])
  const before = readFileSync(path)
  const server = await startServer(database.dir, { env: settingsFor(database) })
  try {
    const { code, out, err } = await bring(path)
    expect([code, err]).toEqual([0, ''])
    expect(out.split('\n')).toEqual([
      'ana@example.org has 1 task to do and 1 completed.',
      'Left out: “no address?[2J” is not an e-mail address.',
      '1 person with 2 tasks brought in. The file is as it was.',
      '',
    ])
    const ana = new Visitor(server.url)
    expect((await ana.logIn('sunflower')).status).toBe(303)
    expect(await (await ana.get('/')).text()).toContain('Buy milk')
    expect((await bring(path)).out).toContain('Left out: ana@example.org has an account here already')
  } finally {
    await server.stop()
  }
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a file that is none of the course changes nothing', async () => {
  const db = connect(database.place)
  const before = await everythingIn(db)
  const { code, out, err } = await bring(courseFile([LESSON[0]!]))
  expect([code, out, err]).toEqual([
    1,
    '',
    expect.stringContaining('is not the database of the course. It has no task.id'),
  ])
  expect(await everythingIn(db)).toBe(before)
  await db.close()
})

test('and no database is made for it', async () => {
  if (testKind === 'postgres') return
  const dir = `${database.dir}/elsewhere`
  expect((await getItDone(['import-course', '/nowhere/x.db'], { DATA_DIR: dir })).code).toBe(1)
  expect(existsSync(dir)).toBe(false)
})
