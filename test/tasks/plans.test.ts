import { beforeAll, describe, expect, test } from 'bun:test'
import { type RootOperationNode, sql } from 'kysely'
import { type Database, type Db, newId } from '#db/db.ts'
import { countToday } from '#db/due.ts'
import type { User } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { todayRows, upcomingRows } from '#features/tasks/agenda.ts'
import { rowsWithLabel } from '#features/tasks/label-rows.ts'
import { laterRows } from '#features/tasks/later.ts'
import { countsIn, cursorIn, olderRows, openGroups, sectionsShown } from '#features/tasks/listing.ts'
import { completedRows, listIdsOf, logCursor } from '#features/tasks/logbook.ts'
import { taskOf } from '#features/tasks/tasks.ts'
import { deletedTasks } from '#features/tasks/trash.ts'
import { testKind } from '#test/databases.ts'
import { planOf, plansOf, queriesOf } from '#test/plans.ts'
import { todayFor } from '#web/dates.ts'
import { addAll, asked, emptyHouse, NOON, person } from './household.ts'

let db: Database
let ana: User
let bea: User
let list: string
let milk: string

beforeAll(async () => {
  db = await emptyHouse()
  ana = await person(db, 'ana')
  milk = (await addAll(db, ana, 'Milk'))[0] ?? ''
  list = (await inboxOf(db, ana)).id
  for (let i = 0; i < 3; i++) milk = (await addTask(db, ana, { title: 'Step', parent: milk }, asked)).task?.id ?? ''
  bea = await person(db, 'bea')
  await startLater(bea, 60)
})

/** Adds tasks that start on Monday. */
async function startLater(user: User, count: number): Promise<void> {
  const { id: list_id } = await inboxOf(db, user)
  const task = { list_id, title: 'Tax', notes: '', position: 'a0', created_by: user.id, created_at: NOON.toISOString() }
  const open = { completed_at: null, deleted_at: null, start_day: '2026-05-04' }
  const rows = Array.from({ length: count }, () => ({ id: newId(), ...task, ...open }))
  await db.insertInto('tasks').values(rows).execute()
}

const today = new Date('2026-05-01T00:00:00Z')
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

// What is due in many lists is put in order, and it is counted: it is read from indexes alone, and only while it is open.
const due: Record<string, (db: Db) => Promise<unknown>> = {
  Today: (db) => todayRows(db, ana, NOON),
  'the next page of Today': (db) => todayRows(db, ana, NOON, { ...cursor, day: '2026-05-01', time: '10:00' }),
  'the count of Today': (db) => countToday(db, todayFor(ana, NOON)),
  Upcoming: (db) => upcomingRows(db, ana, NOON),
  'the next page of Upcoming': (db) => upcomingRows(db, ana, NOON, { ...cursor, day: '2027-05-01', time: '24:00' }),
}
const others: Record<string, (db: Db) => Promise<unknown>> = {
  'the tasks with a label': (db) => rowsWithLabel(db, ana, { id: newId() }),
  'more tasks with a label': (db) => rowsWithLabel(db, ana, { id: newId() }, newId()),
  'the trash': (db) => deletedTasks(db, [list]),
  'more of the trash': (db) => deletedTasks(db, [list], { id: newId(), deletedAt: NOON.toISOString() }),
}
const asksForCompleted = ['the logbook', 'the logbook of today', 'older rows of the logbook']

// Of tasks: an index of the open ones, or of deleted ones, or a single task, or the steps of one.
const NO_COMPLETED =
  /^SEARCH (tasks|step|parent) USING (COVERING )?INDEX (open_\w+|deleted_tasks|children|sqlite_autoindex_tasks_1) /
const OF_TASKS = /^(SEARCH|SCAN) (tasks|step|parent)\b/

describe.if(testKind === 'sqlite')('completed tasks are not looked at', () => {
  const all = Object.entries({ ...pages, ...due, ...others }).filter(([name]) => !asksForCompleted.includes(name))
  test.each(all)('%s', async (name, page) => {
    const plan = await plansOf(db, page)
    for (const step of plan.filter((step) => OF_TASKS.test(step)))
      expect([name, step]).toEqual([name, expect.stringMatching(NO_COMPLETED)])
  })

  test.each(Object.entries(due))('and indexes say all about %s', async (name, page) => {
    const queries = await queriesOf(db, page)
    for (const query of queries) {
      const plan = await planOf(db, query)
      const ofTasks = plan.filter((step) => /^(SEARCH|SCAN) tasks\b/.test(step))
      // The rows themselves are fetched by their ids.
      const isById = ofTasks.every((step) => step.includes('sqlite_autoindex_tasks_1'))
      if (!isById) for (const step of ofTasks) expect([name, step]).toEqual([name, expect.stringContaining('COVERING')])
    }
  })
})

test.if(testKind === 'sqlite')('Upcoming looks at no day behind those that make its page', async () => {
  const plan = await plansOf(db, (db) => upcomingRows(db, bea, NOON))
  for (const [index, column] of [
    ['open_by_deadline', 'deadline_day'],
    ['open_by_instant', 'due_at'],
    ['open_by_due', 'due_day'],
  ])
    expect(plan).toContain(`SEARCH tasks USING COVERING INDEX ${index} (list_id=? AND ${column}>? AND ${column}<?)`)
})

/** What stands in a query that is built once in the place of a value. */
function filledIn(value: unknown): unknown {
  const name = (value as { name?: string } | null)?.name
  const values: Record<string, string> = { list, user: ana.id, today: '2026-05-01', end: '2026-05-02T00:00:00.000Z' }
  return name === undefined ? value : (values[name] ?? newId())
}

describe.if(testKind === 'postgres')('PostgreSQL looks for open tasks along their own indexes', () => {
  beforeAll(async () => {
    // A planner that sees four tasks of one person takes any index.
    for (let i = 0; i < 30; i++) {
      const { id: of } = await inboxOf(db, i === 0 ? ana : await person(db, `somebody${i}`))
      const many = Array.from({ length: i === 0 ? 3000 : 300 }, (_, i) => ({
        id: newId(),
        list_id: of,
        title: 'Done',
        notes: '',
        position: `b${i}`,
        created_by: ana.id,
        created_at: NOON.toISOString(),
        completed_at: i % 10 === 0 ? null : NOON.toISOString(),
        due_day: i % 4 === 0 ? `2026-0${(i % 9) + 1}-11` : null,
      }))
      for (let i = 0; i < many.length; i += 500) {
        await db
          .insertInto('tasks')
          .values(many.slice(i, i + 500))
          .execute()
      }
    }
    await sql`analyze`.execute(db)
  })

  const indexOf: Record<string, RegExp> = {
    'the rows of a list': /open_above/,
    'the rows of a section': /open_tasks/,
    Today: /open_(by_due|everywhere)[\s\S]*open_by_instant/,
    'the count of Today': /open_(by_due|everywhere)[\s\S]*open_by_instant[\s\S]*open_by_deadline/,
    Upcoming: /open_(by_due|everywhere)[\s\S]*open_by_instant[\s\S]*open_by_deadline[\s\S]*open_by_start/,
    'the trash': /deleted_tasks/,
    'the tasks with a label': /tasks_of_label/,
  }
  const all = { ...pages, ...due, ...others }
  test.each(Object.entries(indexOf))('%s', async (name, index) => {
    const queries = await queriesOf(db, all[name]!)
    const plan = await db.transaction().execute(async (trx) => {
      await sql`set local enable_seqscan = off`.execute(trx)
      const lines: string[] = []
      for (const node of queries) {
        const { sql: text, parameters } = db.getExecutor().compileQuery(node, { queryId: newId() } as never)
        const asked = {
          query: node,
          queryId: { queryId: newId() },
          sql: `explain ${text}`,
          parameters: parameters.map(filledIn),
        }
        const { rows } = await trx.executeQuery<Record<'QUERY PLAN', string>>(asked)
        lines.push(...rows.map((row) => row['QUERY PLAN']))
      }
      return lines.join('\n')
    })
    expect(plan).toMatch(index)
    expect(plan).not.toMatch(/Seq Scan on tasks|tasks_of_list/)
  })
})

describe.if(testKind === 'sqlite')('however many tasks there are, an index leads to', () => {
  test.each(Object.entries(pages))('%s', async (name, page) => {
    const queries = await queriesOf(db, page)
    expect(queries.length).toBeGreaterThan(0)
    // A sort would be one of all that there is, to show fifty.
    const plan = (await Promise.all(queries.map((query) => planOf(db, query)))).flat()
    for (const step of plan) expect([name, step]).toEqual([name, expect.stringMatching(/^(SEARCH|CORRELATED)/)])
  })

  test('a cursor of the logbook, among the completions of its task', async () => {
    const [query] = await queriesOf(db, (db) => logCursor(db, [list], milk))
    expect((await planOf(db, query as RootOperationNode))[0]).toContain('completions_of_task (task_id=?)')
  })
})
