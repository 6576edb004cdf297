import { expect, test } from 'bun:test'
import { sql } from 'kysely'
import { connect, type Database } from '#db/db.ts'
import { migrate, pendingSteps } from '#db/migrate.ts'
import { freshDatabase } from '#test/databases.ts'

const tablesOf = async (db: Database): Promise<string[]> =>
  (await db.introspection.getTables()).map(({ name }) => name).sort()

test('when a later step fails, the earlier ones leave nothing behind either', async () => {
  const database = await freshDatabase({ empty: true })
  const db = connect(database.place)
  const all = await pendingSteps(db)
  expect(all.length).toBeGreaterThan(1)
  // In the way of the second step.
  await sql`create table tasks (something text)`.execute(db)
  await expect(migrate(db)).rejects.toThrow()
  expect(await tablesOf(db)).toEqual(['tasks'])
  expect(await pendingSteps(db)).toEqual(all)

  await sql`drop table tasks`.execute(db)
  expect(await migrate(db)).toEqual(all)
  expect(await migrate(db)).toEqual([])
  await db.close()
  await database.drop()
})
