import { beforeAll, expect, test } from 'bun:test'
import { sql } from 'kysely'
import { type Database, type Db, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { keepWords } from '#db/words.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { search } from '#features/search/searching.ts'
import { testKind } from '#test/databases.ts'
import { rowsRead } from '#test/plans.ts'
import { emptyHouse, NOON, person } from '#test/tasks/household.ts'

const OPEN = 3000
const AT = NOON.toISOString()

let db: Database
let ana: User

// Every third task is about tea, the first 60 and the last ten are about coffee, two about cocoa.
beforeAll(async () => {
  db = await emptyHouse()
  ana = await person(db, 'ana')
  const { id: list_id } = await inboxOf(db, ana)
  const drink = (i: number) =>
    i < 60 || i >= OPEN - 10 ? 'Coffee' : i % 3 === 0 ? 'Tea' : i % 1000 === 100 ? 'Cocoa' : 'Milk'
  const tasks = Array.from({ length: OPEN }, (_, i) => ({
    id: newId(),
    list_id,
    title: `${drink(i)} ${i}`,
    notes: i % 2 === 0 ? 'With sugar' : '',
    position: `a${i}`,
    created_by: ana.id,
    created_at: AT,
    completed_at: null,
    deleted_at: null,
  }))
  for (let i = 0; i < OPEN; i += 500) {
    await db
      .insertInto('tasks')
      .values(tasks.slice(i, i + 500))
      .execute()
  }
  await db.updateTable('lists').set({ open_tasks: OPEN }).where('id', '=', list_id).execute()
  await db.transact((trx) => keepWords(trx, tasks))
  if (testKind === 'postgres') await sql`analyze`.execute(db)
})

const ask = (text: string) => (asking: Db) => search(asking, ana, { text }, NOON)

const down = (from: number, count: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => from - i * step)

test.each([
  ['tea', down(2988, 50, 3)],
  ['milk', down(2989, 75, 1).filter((i) => i % 3 !== 0)],
  ['coffee', [...down(2999, 10, 1), ...down(59, 40, 1)]],
  ['cocoa', [1100, 100]],
  ['tea sugar', down(2988, 50, 6)],
  ['sugar', down(2998, 50, 2)],
])('Ana’s newest tasks with %p come first', async (text, numbers) => {
  const { open } = await ask(text)(db)
  expect(open?.rows.map(({ title }) => Number(title.split(' ')[1]))).toEqual(numbers)
})

test('Ana’s next page goes on where the first one ended, though few are left', async () => {
  const { open } = await ask('coffee')(db)
  const more = await search(db, ana, { text: 'coffee', after: open?.next }, NOON)
  expect(more.open?.rows.map((row) => row.title)).toEqual(down(19, 20, 1).map((i) => `Coffee ${i}`))
})

test.if(testKind === 'postgres').each([
  ['tea', 400],
  ['sugar', 500],
  ['cocoa', 310],
])('PostgreSQL looks at few tasks for %p, fewer than %d', async (text, most) => {
  expect(await rowsRead(db, 'task_words', ask(text))).toBeLessThan(most)
})
