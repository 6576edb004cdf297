import { beforeAll, describe, expect, test } from 'bun:test'
import type { KyselyPlugin, RootOperationNode } from 'kysely'
import { type Database, type Db, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { countsIn, cursorIn, laterRows, olderRows, openGroups, sectionsShown } from '#features/tasks/listing.ts'
import { completedRows, listIdsOf, logCursor } from '#features/tasks/logbook.ts'
import { taskOf } from '#features/tasks/tasks.ts'
import { testKind } from '#test/databases.ts'
import { startOfDay } from '#web/dates.ts'
import { addAll, asked, emptyHouse, NOON, person } from './household.ts'

let db: Database
let ana: User
let list: string
let milk: string

beforeAll(async () => {
  db = await emptyHouse()
  ana = await person(db, 'ana')
  milk = (await addAll(db, ana, 'Milk'))[0] ?? ''
  list = (await inboxOf(db, ana)).id
  for (let i = 0; i < 3; i++) milk = (await addTask(db, ana, { title: 'Step', parent: milk }, asked)).task?.id ?? ''
})

/** The queries that `work` asks. */
async function queriesOf(work: (db: Db) => Promise<unknown>): Promise<RootOperationNode[]> {
  const asked: RootOperationNode[] = []
  const note: KyselyPlugin = {
    transformQuery({ node }) {
      asked.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await work(db.withPlugin(note))
  return asked
}

/** How SQLite finds what a query asks for, a line for each step. */
async function planOf(node: RootOperationNode): Promise<string[]> {
  const { sql, parameters } = db.getExecutor().compileQuery(node, { queryId: newId() } as never)
  const { rows } = await db.executeQuery<{ detail: string }>({
    query: node,
    queryId: { queryId: newId() },
    sql: `explain query plan ${sql}`,
    parameters,
  })
  return rows.map(({ detail }) => detail)
}

const today = startOfDay('UTC', NOON)
const reading = () => ({ user: ana, list, today: '2026-05-01' })
const cursor = { id: newId(), position: 'a5' }
const pages: Record<string, (db: Db) => Promise<unknown>> = {
  'the counts of a list': (db) => countsIn(db, list, '2026-05-01', today),
  'the sections of a list': (db) => sectionsShown(db, list),
  'the rows of a list': (db) => openGroups(db, reading(), [null]),
  'the rows of a section': (db) => openGroups(db, reading(), [newId()]),
  'older rows of a list': (db) => olderRows(db, reading(), null, cursor),
  'older rows of a section': (db) => olderRows(db, reading(), newId(), cursor),
  'a cursor of a list': (db) => cursorIn(db, list, milk),
  'what starts later': (db) => laterRows(db, reading()),
  'the lists of a person': (db) => listIdsOf(db, ana),
  'the logbook': (db) => completedRows(db, ana, [list]),
  'the logbook of today': (db) => completedRows(db, ana, [list], { since: today }),
  'older rows of the logbook': (db) =>
    completedRows(db, ana, [list], { before: { id: newId(), task: milk, doneAt: NOON.toISOString() } }),
  'a task': (db) => taskOf(db, ana, milk),
}

describe.if(testKind === 'sqlite')('however many tasks there are, an index leads to', () => {
  test.each(Object.entries(pages))('%s', async (name, page) => {
    const queries = await queriesOf(page)
    expect(queries.length).toBeGreaterThan(0)
    // A sort would be one of all that there is, to show fifty.
    const plan = (await Promise.all(queries.map(planOf))).flat()
    for (const step of plan) expect([name, step]).toEqual([name, expect.stringMatching(/^(SEARCH|CORRELATED)/)])
  })

  test('a cursor of the logbook, among the completions of its task', async () => {
    const [query] = await queriesOf((db) => logCursor(db, [list], milk))
    expect((await planOf(query as RootOperationNode))[0]).toContain('completions_of_task (task_id=?)')
  })
})
