import { afterEach, expect, test } from 'bun:test'
import { sql } from 'kysely'
import { connect, type Database, newId } from '#db/db.ts'
import type { News } from '#db/live.ts'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { cuttableLine, type Line } from './line.ts'

// News of other processes come over one connection of PostgreSQL's. On SQLite there are no other processes.

let database: TestDatabase
let line: Line
let listener: Database

afterEach(async () => {
  await listener.close()
  line?.close()
  await database.drop()
})

if (testKind === 'postgres') {
  test('an outage of seconds costs a few attempts, and leaves one connection', async () => {
    database = await freshDatabase()
    line = await cuttableLine(database.url!)
    listener = connect({ url: line.url })
    await listener.listen()
    const heard: string[] = []
    listener.live.subscribe((news) => heard.push(news.kind))

    line.cut()
    const before = line.attempts()
    await Bun.sleep(5500)
    expect(line.attempts() - before).toBeLessThan(7)
    expect(line.attempts() - before).toBeGreaterThan(1)
    line.mend()
    await until(() => heard.includes('refresh'))
    // Whoever else had set out to come back would be here by now.
    await Bun.sleep(1500)
    expect(heard).toEqual(['refresh'])

    const elsewhere = connect(database.place)
    expect(await listeners(elsewhere)).toBe(1)
    await elsewhere.transact(async (_, announce) => announce({ kind: 'ended', sessions: ['one'] }))
    await until(() => heard.includes('ended'))
    expect(heard).toEqual(['refresh', 'ended'])
    await listener.close()
    expect(await listeners(elsewhere)).toBe(0)
    await elsewhere.close()
  })

  test('what touches many lists is told of those lists and of no others', async () => {
    database = await freshDatabase()
    listener = connect(database.place)
    await listener.listen()
    const heard: News[] = []
    listener.live.subscribe((news) => heard.push(news))
    const [op, lists] = [newId(), Array.from({ length: 400 }, () => newId())]
    const sessions = Array.from({ length: 400 }, () => newId())
    await listener.transact(async (_, announce) => {
      announce({ kind: 'change', lists, op })
      announce({ kind: 'ended', sessions })
      announce({ kind: 'ended', sessions: ['the last'] })
    })
    await until(() => heard.some((news) => news.kind === 'ended' && news.sessions.includes('the last')))
    expect(heard.filter(({ kind }) => kind === 'refresh')).toEqual([])
    const changes = heard.filter((news) => news.kind === 'change')
    expect(new Set(changes.map((news) => news.op))).toEqual(new Set([op]))
    expect(changes.flatMap((news) => news.lists)).toEqual(lists)
    const ended = heard.filter((news) => news.kind === 'ended').flatMap((news) => news.sessions)
    expect(ended).toEqual([...sessions, 'the last'])
  })

  test('nobody comes back after the end, also in an outage', async () => {
    database = await freshDatabase()
    line = await cuttableLine(database.url!)
    listener = connect({ url: line.url })
    await listener.listen()
    line.cut()
    await listener.close()
    const before = line.attempts()
    await Bun.sleep(1500)
    expect(line.attempts()).toBe(before)
  })
} else {
  test('what is announced is heard in this process', async () => {
    database = await freshDatabase()
    listener = connect(database.place)
    await listener.listen()
    const heard: string[] = []
    listener.live.subscribe((news) => heard.push(news.kind))
    await listener.transact(async (_, announce) => announce({ kind: 'ended', sessions: ['one'] }))
    expect(heard).toEqual(['ended'])
  })
}

async function listeners(db: Database): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
    where datname = current_database() and application_name = 'get-it-done news'`.execute(db)
  return rows[0]!.n
}

async function until(isSo: () => boolean): Promise<void> {
  for (let n = 0; n < 200 && !isSo(); n++) await Bun.sleep(50)
  expect(isSo()).toBe(true)
}
