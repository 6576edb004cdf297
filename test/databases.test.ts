import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { connect } from '#db/db.ts'
import { pendingSteps } from '#db/migrate.ts'
import { freshDatabase, testKind } from '#test/databases.ts'

test('a fresh database is migrated, and each test has its own', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
  expect(one.place).not.toEqual(other.place)
  for (const { place, kind } of [one, other]) {
    expect(kind).toBe(testKind)
    const db = connect(place)
    expect(await pendingSteps(db)).toEqual([])
    await db.close()
  }
  await one.drop()
  await other.drop()
  expect(existsSync(one.dir)).toBe(false)
})

test('an empty database has nothing in it', async () => {
  const { place, drop } = await freshDatabase({ empty: true })
  const db = connect(place)
  expect((await pendingSteps(db)).length).toBeGreaterThan(0)
  await db.close()
  await drop()
})

test('words sort by the rules of English on PostgreSQL, so that a forgotten collation shows', async () => {
  const { place, drop } = await freshDatabase()
  const db = connect(place)
  const { rows } = await sql<{ word: string }>`
    select word from (select 'b' as word union all select 'a' union all select 'B') words order by word`.execute(db)
  expect(rows.map((row) => row.word).join('')).toBe(testKind === 'postgres' ? 'abB' : 'Bab')
  await db.close()
  await drop()
})
