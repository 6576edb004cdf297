import { beforeAll, describe, expect, test } from 'bun:test'
import type { KyselyPlugin, RootOperationNode } from 'kysely'
import { type Database, type Db, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { filtersOf } from '#features/search/filters.ts'
import { search } from '#features/search/searching.ts'
import { completedRows, listIdsOf } from '#features/tasks/logbook.ts'
import { testKind } from '#test/databases.ts'
import { addAll, emptyHouse, NOON, person } from '#test/tasks/household.ts'

let db: Database
let ana: User
let lists: string[]

beforeAll(async () => {
  db = await emptyHouse()
  ana = await person(db, 'ana')
  lists = await listIdsOf(db, ana)
  await addAll(db, ana, 'Milk', 'Oat milk')
})

/** How SQLite finds what `work` asks for, a line for each step of each query. */
async function plansOf(work: (db: Db) => Promise<unknown>): Promise<string[]> {
  const asked: RootOperationNode[] = []
  const note: KyselyPlugin = {
    transformQuery({ node }) {
      asked.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await work(db.withPlugin(note))
  const plans = await Promise.all(asked.map(planOf))
  return plans.flat()
}

async function planOf(node: RootOperationNode): Promise<string[]> {
  const { sql, parameters } = db.getExecutor().compileQuery(node, { queryId: newId() } as never)
  const plan = { query: node, queryId: { queryId: newId() }, sql: `explain query plan ${sql}`, parameters }
  const { rows } = await db.executeQuery<{ detail: string }>(plan)
  return rows.map(({ detail }) => detail)
}

const ask =
  (text: string, completed = false) =>
  (asking: Db) =>
    search(asking, ana, { text, completed }, NOON)

describe.if(testKind === 'sqlite')('however many tasks there are, an index leads to', () => {
  test.each(['milk', 'today | overdue', 'p1 & no label', 'milk & p1', '!milk', '#Inbox', 'created after: -7 days'])(
    'what %p finds, and no completed task is read',
    async (text) => {
      const plan = await plansOf(ask(text))
      expect(plan.length).toBeGreaterThan(0)
      const steps = plan.filter((step) => / tasks\b/.test(step))
      expect(steps.length).toBeGreaterThan(0)
      // By the index of those that are open, or by ids that were found before.
      for (const step of steps) expect(step).toMatch(/open_|sqlite_autoindex_tasks_1 \(id=\?\)/)
      for (const step of plan) expect(step).not.toMatch(/^SCAN (?!task_words VIRTUAL)/)
    },
  )

  test('a page of words, along the index of words and downwards', async () => {
    const plan = await plansOf(ask('milk'))
    expect(plan.some((step) => step.startsWith('SCAN task_words VIRTUAL TABLE INDEX'))).toBe(true)
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
  })

  test('completed tasks, when they are asked for', async () => {
    const plan = await plansOf(ask('completed & p1'))
    expect(plan.filter((step) => / tasks\b/.test(step)).some((step) => step.includes('done_everywhere'))).toBe(true)
    expect(plan.some((step) => step.includes('open_'))).toBe(false)
  })

  test('what was done of tasks with a word', async () => {
    const plan = await plansOf((asking) => completedRows(asking, ana, lists, { words: 'milk' }))
    expect(plan.some((step) => step.includes('completions_of_task (task_id=?)'))).toBe(true)
    for (const step of plan) expect(step).not.toMatch(/^SCAN (?!task_words VIRTUAL)/)
  })

  test('the saved filters of a person', async () => {
    const plan = await plansOf((asking) => filtersOf(asking, ana))
    expect(plan[0]).toContain('filters_of_owner (owner_id=?)')
  })
})
