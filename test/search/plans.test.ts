import { beforeAll, describe, expect, test } from 'bun:test'
import { sql } from 'kysely'
import { addDays } from '#core/days.ts'
import { type Database, type Db, newId } from '#db/db.ts'
import type { Priority, User } from '#db/schema.ts'
import { keepWords } from '#db/words.ts'
import { addList } from '#features/lists/adding.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { filtersOf } from '#features/search/filters.ts'
import { search } from '#features/search/searching.ts'
import { completedRows, listIdsOf } from '#features/tasks/logbook.ts'
import { testKind } from '#test/databases.ts'
import { plansOf, queriesOf, rowsRead } from '#test/plans.ts'
import { addAll, asked, emptyHouse, NOON, person } from '#test/tasks/household.ts'

let db: Database
let ana: User
let zoe: User
let lists: string[]

beforeAll(async () => {
  db = await emptyHouse()
  zoe = await person(db, 'zoe')
  await addList(db, zoe, { name: 'Work', color: '' }, asked)
  ana = await person(db, 'ana')
  lists = await listIdsOf(db, ana)
  await addAll(db, ana, 'Milk', 'Oat milk')
})

/** Whether a step goes along open tasks in the order of their due days. */
const isWalk = (step: string): boolean => /open_(everywhere|by_priority)/.test(step)

const ask =
  (text: string, completed = false) =>
  (asking: Db) =>
    search(asking, ana, { text, completed }, NOON)

describe.if(testKind === 'sqlite')('however many tasks there are, an index leads to', () => {
  test.each(['milk', 'today | overdue', 'p1 & no label', 'milk & p1', '!milk', '#Inbox', 'created after: -7 days'])(
    'what %p finds, and no completed task is read',
    async (text) => {
      const plan = await plansOf(db, ask(text))
      expect(plan.length).toBeGreaterThan(0)
      const steps = plan.filter((step) => / tasks\b/.test(step))
      expect(steps.length).toBeGreaterThan(0)
      // By the index of those that are open, or by ids that were found before.
      for (const step of steps) expect(step).toMatch(/open_|sqlite_autoindex_tasks_1 \(id=\?\)/)
      for (const step of plan) expect(step).not.toMatch(/^SCAN (?!task_words(_long)? VIRTUAL)/)
    },
  )

  test('a page of words, along the index of words and downwards', async () => {
    const plan = await plansOf(db, ask('milk'))
    expect(plan.some((step) => step.startsWith('SCAN task_words VIRTUAL TABLE INDEX'))).toBe(true)
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
  })

  test.each([
    ['no label', 'open_everywhere (list_id=?)'],
    ['p1 & no label', 'open_by_priority (list_id=? AND priority=?)'],
  ])('a page of %p, along the indexes of all lists at once', async (text, index) => {
    const plan = await plansOf(db, (asking) => search(asking, zoe, { text }, NOON))
    expect(plan).toContain('MERGE (UNION ALL)')
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
    expect(plan.filter(isWalk)).toEqual(Array(2).fill(`SEARCH tasks USING INDEX ${index}`))
  })

  test.each([
    ['today | overdue', 'open_everywhere (list_id=? AND <expr><?)'],
    ['due before: friday & p1', 'open_by_priority (list_id=? AND priority=? AND <expr><?)'],
    ['next 7 days', 'open_everywhere (list_id=? AND <expr>>? AND <expr><?)'],
    ['tomorrow & (p1 | p2)', 'open_everywhere (list_id=? AND <expr>>? AND <expr><?)'],
    ['no date', 'open_everywhere (list_id=? AND <expr>>?)'],
    ['no date & no priority', 'open_by_priority (list_id=? AND priority=? AND <expr>>?)'],
  ])('the due days of %p', async (text, index) => {
    const plan = await plansOf(db, ask(text))
    expect(plan.filter(isWalk)).toEqual([`SEARCH tasks USING INDEX ${index}`])
  })

  test.each([
    ['#Work & !today', 1],
    ['(#Work | #Inbox) & p1', 2],
    ['#Work & #Inbox', 0],
    ['#Work | p1', 2],
    ['!#Work', 2],
  ])('the lists of %p', async (text, count) => {
    const plan = await plansOf(db, (asking) => search(asking, zoe, { text }, NOON))
    expect(plan.filter(isWalk).length).toBe(count)
  })

  test('the longest filter in many lists, with few values in a statement', async () => {
    const kim = await person(db, 'kim')
    for (let i = 0; i < 20; i++) await addList(db, kim, { name: `List ${i}`, color: '' }, asked)
    const longest = Array(100).fill('today').join(' | ')
    const queries = await queriesOf(db, (asking) => search(asking, kim, { text: longest }, NOON))
    for (const node of queries) {
      const { parameters } = db.getExecutor().compileQuery(node, { queryId: newId() } as never)
      // SQLite compares each of them with all others before it begins.
      expect(parameters.length).toBeLessThan(1500)
    }
  })

  test('completed tasks, when they are asked for', async () => {
    const plan = await plansOf(db, ask('completed & p1'))
    expect(plan.filter((step) => / tasks\b/.test(step)).some((step) => step.includes('done_everywhere'))).toBe(true)
    expect(plan.some((step) => step.includes('open_'))).toBe(false)
  })

  test('what was done of tasks with a word', async () => {
    const plan = await plansOf(db, (asking) => completedRows(asking, ana, lists, { words: 'milk' }))
    expect(plan.some((step) => step.includes('completions_of_task (task_id=?)'))).toBe(true)
    for (const step of plan) expect(step).not.toMatch(/^SCAN (?!task_words(_long)? VIRTUAL)/)
  })

  test('the saved filters of a person', async () => {
    const plan = await plansOf(db, (asking) => filtersOf(asking, ana))
    expect(plan[0]).toContain('filters_of_owner (owner_id=?)')
  })
})

describe.if(testKind === 'postgres')('PostgreSQL looks for words only among the tasks that are asked for', () => {
  beforeAll(async () => {
    const eve = await person(db, 'eve')
    await addMany(zoe, { count: 3000, open: 30, title: 'Jam' })
    await addMany(eve, { count: 2000, open: 2000, title: 'Jam' })
    await sql`analyze`.execute(db)
  })

  test.each(['jam', 'j', 'text: jam', 'jam 7'])('what %p finds among the open ones', async (text) => {
    const read = await rowsRead(db, 'task_words', (asking) => search(asking, zoe, { text }, NOON))
    expect(read).toBeGreaterThan(0)
    expect(read).toBeLessThan(100)
  })

  test.each(['overdue', 'p1', '!today', 'no date & no label'])(
    'what %p lets through of the open ones',
    async (text) => {
      expect(await rowsRead(db, 'tasks', (asking) => search(asking, zoe, { text }, NOON))).toBeLessThan(100)
    },
  )

  test('what everything has, along the newest', async () => {
    const read = await rowsRead(db, 'task_words', (asking) =>
      search(asking, zoe, { text: 'jam', completed: true }, NOON),
    )
    expect(read).toBeLessThan(2000)
  })
})

describe.if(testKind === 'postgres')('PostgreSQL reads of many open tasks', () => {
  let max: User

  // A thousand are due, and half of these are of the first two priorities.
  beforeAll(async () => {
    max = await person(db, 'max')
    const due_day = (i: number) => (i % 3 === 0 ? addDays('2026-05-01', i % 200) : null)
    const more = (i: number) => ({ priority: ((i % 4) + 1) as Priority, due_day: due_day(i) })
    await addMany(max, { count: 3000, open: 3000, title: 'Tax', more })
    await sql`analyze`.execute(db)
  })

  test.each([
    ['p1', 200],
    ['p1 & next 100 days', 200],
    ['(p1 | p2) & due before: +300 days', 700],
  ])('for %p fewer than %d', async (text, most) => {
    expect(await rowsRead(db, 'tasks', (asking) => search(asking, max, { text }, NOON))).toBeLessThan(most)
  })
})

type Many = {
  count: number
  open: number
  title: string
  more?: (i: number) => { priority: Priority; due_day: string | null }
}

/** Puts tasks into the Inbox of `user`, the open ones spread evenly among the completed. */
async function addMany(user: User, { count, open, title, more }: Many) {
  const { id: list_id } = await inboxOf(db, user)
  const rows = Array.from({ length: count }, (_, i) => ({
    id: newId(),
    list_id,
    title: `${title} ${i}`,
    notes: '',
    position: `a${i}`,
    created_by: user.id,
    created_at: NOON.toISOString(),
    completed_at: i % (count / open) === 0 ? null : NOON.toISOString(),
    deleted_at: null,
    ...more?.(i),
  }))
  for (let i = 0; i < count; i += 500) {
    await db
      .insertInto('tasks')
      .values(rows.slice(i, i + 500))
      .execute()
  }
  await db.transact((trx) => keepWords(trx, rows))
}
