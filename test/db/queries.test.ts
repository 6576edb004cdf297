import { expect, test } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { built } from '#db/built.ts'
import { connect } from '#db/db.ts'
import { freshDatabase, testKind } from '#test/databases.ts'

const open = async () => connect((await freshDatabase()).place)

const echo = built((db, { word, number }: { word: string; number: number }) =>
  db.selectNoFrom((eb) => [
    eb.cast<string>(eb.val(word), 'text').as('word'),
    eb.cast<number>(eb.val(number), 'integer').as('number'),
  ]),
)

test('a query that was built once is carried out with the values of each time', async () => {
  const db = await open()
  expect(await echo(db, { word: 'tea', number: 1 })).toEqual([{ word: 'tea', number: 1 }])
  expect(await echo(db, { number: 2, word: "'; drop table users; --" })).toEqual([
    { word: "'; drop table users; --", number: 2 },
  ])
  await db.close()
})

test('it sees what its transaction sees', async () => {
  const db = await open()
  const all = built((at, { id }: { id: string }) => at.selectFrom('throttles').select('key').where('key', '=', id))
  const row = { key: 'a', hits: 1, window_ends_at: '2026-05-01T12:00:00.000Z', blocked_until: null }
  await db.transact(async (trx) => {
    await trx.insertInto('throttles').values(row).execute()
    expect(await all(trx, { id: 'a' })).toEqual([{ key: 'a' }])
  })
  expect(await all(db, { id: 'b' })).toEqual([])
  await db.close()
})

test.if(testKind === 'sqlite')('open tasks are found without looking at the completed ones', async () => {
  const db = await open()
  const { rows } = await sql<{ detail: string }>`explain query plan
    select tasks.id from tasks join lists on lists.id = tasks.list_id
    where tasks.list_id = ${'x'} and tasks.section_id is null and tasks.parent_id is null and tasks.completed_at is null and tasks.deleted_at is null
    order by tasks.position, tasks.id limit ${51}`.execute(db)
  const plan = rows.map(({ detail }) => detail).join('\n')
  expect(plan).toContain('USING INDEX open_tasks')
  expect(plan).not.toContain('TEMP B-TREE')
  await db.close()
})

test('a read does not wait for an open transaction, nor see what it has not finished', async () => {
  const db = await open()
  const row = { key: 'a', hits: 1, window_ends_at: '2026-05-01T12:00:00.000Z', blocked_until: null }
  const { promise: read, resolve: wasRead } = Promise.withResolvers<void>()
  const { promise: begun, resolve: hasBegun } = Promise.withResolvers<void>()
  const writing = db.transact(async (trx) => {
    await trx.insertInto('throttles').values(row).execute()
    hasBegun()
    await read
  })
  await begun
  expect(await db.selectFrom('throttles').select('key').execute()).toEqual([])
  wasRead()
  await writing
  expect(await db.selectFrom('throttles').select('key').execute()).toEqual([{ key: 'a' }])
  await db.close()
})

test('between the statements of a transaction that takes long, others have their turn and see what was before', async () => {
  const db = await open()
  const row = { key: 'a', hits: 1, window_ends_at: '2026-05-01T12:00:00.000Z', blocked_until: null }
  const slow = sql`select count(*) from (with recursive n (i) as (select 1 union all select i + 1 from n where i < 500000)
    select i from n) as numbers`
  let isOver = false
  const seen: unknown[] = []
  const others = async () => {
    for (; !isOver; await setImmediate()) seen.push(await db.selectFrom('throttles').select('key').execute())
  }
  const { promise: begun, resolve: hasBegun } = Promise.withResolvers<void>()
  const long = db.transact(async (trx) => {
    await trx.insertInto('throttles').values(row).execute()
    hasBegun()
    for (let i = 0; i < 5; i++) await slow.execute(trx)
    isOver = true
  })
  await begun
  await Promise.all([long, others()])
  expect(seen.length).toBeGreaterThanOrEqual(4)
  expect(seen.slice(0, 4)).toEqual([[], [], [], []])
  expect(await db.selectFrom('throttles').select('key').execute()).toEqual([{ key: 'a' }])
  await db.close()
})
