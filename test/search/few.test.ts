import { beforeAll, expect, test } from 'bun:test'
import { sql } from 'kysely'
import { type Database, type Db, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { addList } from '#features/lists/adding.ts'
import { search } from '#features/search/searching.ts'
import { listIdsOf } from '#features/tasks/logbook.ts'
import { testKind } from '#test/databases.ts'
import { plansOf, rowsRead } from '#test/plans.ts'
import { asked, emptyHouse, NOON, person } from '#test/tasks/household.ts'

const OPEN = 2500
const DONE = 1500
const AT = NOON.toISOString()

let db: Database
let ana: User

// Enough of the open tasks have a common label that no database has to look at all of them for a page.
beforeAll(async () => {
  db = await emptyHouse()
  ana = await person(db, 'ana')
  for (let i = 0; i < 9; i++) await addList(db, ana, { name: `List ${i}`, color: '' }, asked)
  const lists = await listIdsOf(db, ana)
  const ids = Array.from({ length: OPEN + DONE }, newId).sort()
  const tasks = ids.map((id, i) => ({
    id,
    list_id: lists[i % lists.length]!,
    title: `Call ${i}`,
    notes: '',
    position: `a${i}`,
    created_by: ana.id,
    created_at: AT,
    completed_at: i < OPEN ? null : AT,
    deleted_at: null,
  }))
  await inPortions(tasks, (rows) => db.insertInto('tasks').values(rows).execute())
  await label('rare', [...tasks.slice(0, 5), ...tasks.slice(OPEN)])
  await label('common', tasks.slice(3, 2400))
  if (testKind === 'postgres') await sql`analyze`.execute(db)
})

async function label(name: string, tasks: { id: string; list_id: string; completed_at: string | null }[]) {
  const label_id = newId()
  const born = { created_at: AT, deleted_at: null }
  const row = { id: label_id, owner_id: ana.id, name, name_key: name, color: '', position: 'a0', ...born }
  await db.insertInto('labels').values(row).execute()
  const links = tasks.map(({ id: task_id, list_id, completed_at }) => ({
    ...{ id: newId(), task_id, label_id, list_id, ...born },
    is_open: completed_at ? (0 as const) : (1 as const),
  }))
  await inPortions(links, (rows) => db.insertInto('task_labels').values(rows).execute())
}

async function inPortions<T>(all: T[], add: (some: T[]) => Promise<unknown>) {
  for (let i = 0; i < all.length; i += 500) await add(all.slice(i, i + 500))
}

const ask = (text: string) => (asking: Db) => search(asking, ana, { text }, NOON)

test.each([
  ['@rare', ['Call 0', 'Call 1', 'Call 2', 'Call 3', 'Call 4']],
  ['@rare & @common', ['Call 3', 'Call 4']],
  ['@rare & !@common', ['Call 0', 'Call 1', 'Call 2']],
  ['(@rare & p4) | (@rare & today)', ['Call 0', 'Call 1', 'Call 2', 'Call 3', 'Call 4']],
  ['@rare & p1', []],
  ['@common', Array.from({ length: 50 }, (_, i) => `Call ${i + 3}`)],
  ['@common | @rare', Array.from({ length: 50 }, (_, i) => `Call ${i}`)],
  ['@common & !@rare', Array.from({ length: 50 }, (_, i) => `Call ${i + 5}`)],
  ['!@common & !@rare', Array.from({ length: 50 }, (_, i) => `Call ${i + 2400}`)],
])('Ana’s %p lets through what has the labels and nothing else', async (text, titles) => {
  const { open } = await ask(text)(db)
  expect(open?.rows.map((row) => row.title)).toEqual(titles)
})

test('Ana’s page of a common label goes on where it ended', async () => {
  const { open } = await ask('@common')(db)
  const more = await search(db, ana, { text: '@common', after: open?.next }, NOON)
  expect(more.open?.rows[0]?.title).toBe('Call 53')
})

test('Ana finds what is completed of a label that is on few open tasks', async () => {
  const { open, done } = await search(db, ana, { text: '@rare', completed: true }, NOON)
  expect([open?.rows.length, done?.rows.length]).toEqual([5, 50])
})

/** Whether a step goes along open tasks in the order of their due days. */
const isWalk = (step: string): boolean => /open_(everywhere|by_priority)/.test(step)

test.if(testKind === 'sqlite').each(['@rare', '@rare & @common', '@rare & p4 & today'])(
  'SQLite looks at no task but those few for %p',
  async (text) => {
    const plan = await plansOf(db, ask(text))
    expect(plan.filter(isWalk)).toEqual([])
    expect(plan).toContain('SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 (id=?)')
  },
)

test.if(testKind === 'sqlite')('SQLite goes along the open tasks for a label that many have', async () => {
  expect((await plansOf(db, ask('@common'))).some(isWalk)).toBe(true)
})

test.if(testKind === 'postgres').each([
  ['@rare', 20],
  ['@rare & @common', 20],
  ['@common', 700],
  ['@common & p4', 700],
])('PostgreSQL looks at few tasks for %p, fewer than %d', async (text, most) => {
  expect(await rowsRead(db, 'tasks', ask(text))).toBeLessThan(most)
})
