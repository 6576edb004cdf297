import { Database as File } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import { connect } from '#db/db.ts'
import { people } from '#db/migrations/0001-people.ts'
import { tasks } from '#db/migrations/0002-tasks.ts'
import type { Tables } from '#db/schema.ts'
import { search } from '#features/search/searching.ts'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { type Running, startServer } from '#test/running.ts'
import { settingsFor } from './command-line.ts'

let server: Running | undefined
let database: TestDatabase

afterEach(async () => {
  await server?.stop()
  server = undefined
  await database?.drop()
})

const THEN = '2026-05-01T12:00:00.000Z'
const [ANA, INBOX] = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002']

test('a database of the first version is upgraded with all that was in it, after a copy of an SQLite file', async () => {
  database = await freshDatabase({ empty: true })
  await makeFirstVersion()
  server = await startServer(database.dir, { env: settingsFor(database) })
  const db = connect(database.place)
  const inbox = await db.selectFrom('lists').select(['name', 'open_tasks']).where('id', '=', INBOX).execute()
  expect(inbox).toEqual([{ name: 'Inbox', open_tasks: 2 }])
  const kept = await db.selectFrom('tasks').select(['title', 'priority', 'cancelled']).orderBy('position').execute()
  expect(kept).toEqual(['Milk', 'Bread', 'Tea'].map((title) => ({ title, priority: 4, cancelled: 0 })))
  const ana = await db.selectFrom('users').selectAll().where('id', '=', ANA).executeTakeFirstOrThrow()
  expect([ana.email, ana.email_verified_at]).toEqual(['ana@example.com', null])
  expect((await search(db, ana, { text: 'mil' }, new Date(THEN))).open?.rows.map(({ title }) => title)).toEqual([
    'Milk',
  ])
  await db.close()
  if (testKind === 'sqlite') expectCopyOfFirstVersion()
})

function expectCopyOfFirstVersion(): void {
  const [copy = ''] = readdirSync(join(database.dir, 'backups'))
  expect(copy).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+Z-before-upgrade\.db$/)
  const file = new File(join(database.dir, 'backups', copy), { readonly: true })
  expect(file.query('select name from migrations').all()).toEqual([{ name: '0001-people' }, { name: '0002-tasks' }])
  file.close()
}

/** The database as the first version left it: Ana with two open tasks, and one that is done. */
async function makeFirstVersion(): Promise<void> {
  const db = connect(database.place)
  await db.transaction().execute(fillFirstVersion)
  await db.close()
}

async function fillFirstVersion(trx: Transaction<Tables>): Promise<void> {
  const run = (statement: RawBuilder<unknown>) => statement.execute(trx)
  const key = testKind === 'sqlite' ? sql`text` : sql`text collate "C"`
  await run(sql`create table migrations (name text primary key, at text not null)`)
  for (const step of [people, tasks]) {
    await step.up(run, { key, text: sql`text`, kind: testKind }, trx)
    await run(sql`insert into migrations (name, at) values (${step.name}, ${THEN})`)
  }
  await run(sql`insert into users (id, public_id, email, email_canon, name, role, status, cred_version, zone, locale,
    week_start, theme, seq, created_at) values (${ANA}, ${ANA}, 'ana@example.com', 'ana@example.com', 'Ana', 'admin',
    'active', 1, 'UTC', 'en-GB', 'monday', 'system', 0, ${THEN})`)
  await run(sql`insert into lists (id, owner_id, kind, name, position, seq, created_at)
    values (${INBOX}, ${ANA}, 'inbox', 'Inbox', 'a0', 3, ${THEN})`)
  await run(sql`insert into list_members (list_id, user_id, role) values (${INBOX}, ${ANA}, 'owner')`)
  for (const [i, [title, doneAt]] of [
    ['Milk', null] as const,
    ['Bread', null] as const,
    ['Tea', THEN] as const,
  ].entries()) {
    await run(sql`insert into tasks (id, list_id, title, notes, position, created_by, created_at, completed_at)
      values (${`01890000-0000-7000-8000-00000000001${i}`}, ${INBOX}, ${title}, '', ${`a${i}`}, ${ANA}, ${THEN}, ${doneAt})`)
  }
}
