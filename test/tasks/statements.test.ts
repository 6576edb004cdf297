import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { KyselyPlugin } from 'kysely'
import { type Database, newId } from '#db/db.ts'
import { changesOf, journal } from '#db/journal.ts'
import type { User } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addSection, deleteSection } from '#features/lists/sectioning.ts'
import { changeMany } from '#features/tasks/bulk.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { rescheduleOverdue } from '#features/tasks/rescheduling.ts'
import { addAll, asked, emptyHouse, NOON, person } from './household.ts'

// While a list is locked others wait. What is done to many of its tasks is done in a few statements, however many they are.

const MANY = 300
let db: Database
let ana: User
let list = ''
let trip = ''

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  list = (await inboxOf(db, ana)).id
  ;[trip = ''] = await addAll(db, ana, 'Trip')
})

/** How many statements `work` gives to the database within transactions. Its words a task has by itself, on SQLite one by one. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      if (node.kind !== 'RawNode') count++
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const transact = db.transact.bind(db)
  db.transact = (inside) => transact((trx, announce) => inside(trx.withPlugin(plugin), announce))
  try {
    await work()
  } finally {
    db.transact = transact
  }
  return count
}

/** Adds many tasks that have these fields. */
async function addMany(fields: Record<string, unknown>): Promise<string[]> {
  const tasks = Array.from({ length: MANY }, (_, i) => ({
    ...{ id: newId(), list_id: list, title: `T${i}`, notes: '', position: 'a1', created_by: ana.id },
    ...{ created_at: NOON.toISOString(), completed_at: null, deleted_at: null, ...fields },
  }))
  await journal(db, ana, { ...asked, what: 'tasks.added', lists: [list] }, (write) => write.insertAll('tasks', tasks))
  return tasks.map(({ id }) => id)
}

const deeds: [what: string, prepare: () => Promise<() => Promise<unknown>>][] = [
  [
    'deleting a section',
    async () => {
      const { id } = await addSection(db, ana, list, { name: 'Later' }, asked)
      await addMany({ section_id: id })
      return () => deleteSection(db, ana, id, asked)
    },
  ],
  [
    'making all that is overdue due today',
    async () => {
      await addMany({ due_day: '2026-04-01' })
      return () => rescheduleOverdue(db, ana, asked)
    },
  ],
  [
    'bringing back a task with its subtasks',
    async () => {
      await addMany({ parent_id: trip })
      await deleteTask(db, ana, trip, asked)
      return () => restoreTask(db, ana, trip, asked)
    },
  ],
  [
    'completing a repeating task with its subtasks, which open again',
    async () => {
      await editTask(db, ana, trip, { recurrence: 'every day' }, {}, asked)
      const ids = await addMany({ parent_id: trip })
      await changeMany(db, ana, ids, { do: 'complete' }, asked)
      return () => completeTask(db, ana, trip, asked)
    },
  ],
  [
    'completing many repeating tasks',
    async () => {
      const recurrence = JSON.stringify({
        rule: { freq: 'daily', interval: 1 },
        anchor: '2026-05-01',
        mode: 'schedule',
        missed: 'skip',
      })
      const ids = await addMany({ due_day: '2026-05-01', recurrence })
      const shown = new Map(ids.map((id) => [id, '2026-04-30']))
      return () => changeMany(db, ana, ids, { do: 'complete', shown }, asked)
    },
  ],
]

describe(`${MANY} tasks are changed in a few statements`, () => {
  test.each(deeds)('by %s', async (_, prepare) => {
    const deed = await prepare()
    const count = await statementsOf(deed)
    expect(count).toBeGreaterThan(3)
    expect(count).toBeLessThan(60)
    const { op_id } = await db
      .selectFrom('ops')
      .select('op_id')
      .where('user_id', '=', ana.id)
      .where('stands', '=', 1)
      .orderBy('turn', 'desc')
      .executeTakeFirstOrThrow()
    expect((await changesOf(db, ana, op_id)).length).toBeGreaterThanOrEqual(MANY)
  })
})
