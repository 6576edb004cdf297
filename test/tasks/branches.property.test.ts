import { beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { LEVELS } from '#core/levels.ts'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { cancelTask, completeTask, reopenTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { moveInto, moveTask } from '#features/tasks/moving.ts'
import { emptyTrash } from '#features/tasks/purging.ts'
import { listNamed, sectionNamed } from '#test/lists/household.ts'
import { emptyHouse, NOON, person } from './household.ts'

let db: Database

beforeAll(async () => {
  db = await emptyHouse()
})

const VERBS = [
  'add',
  'under',
  'out',
  'list',
  'section',
  'beside',
  'label',
  'complete',
  'cancel',
  'reopen',
  'delete',
  'restore',
  'empty',
] as const
const step = fc.record({ what: fc.constantFrom(...VERBS), one: fc.nat(30), other: fc.nat(30) })
type Step = { what: (typeof VERBS)[number]; one: number; other: number }

/** What somebody has: their lists, with the sections of each, and the tasks that were ever made. */
type House = { ana: User; lists: string[]; sections: string[]; ids: string[] }

test('whatever is done to tasks, they stay where their parents are, not too deep, and counted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const house = await newHouse()
      for (const [i, one] of steps.entries()) {
        await take(house, one, new Date(NOON.getTime() + Math.floor(i / 2)))
      }
      await expectOrder(house)
    }),
    { numRuns: 60 },
  )
}, 120_000)

async function newHouse(): Promise<House> {
  const ana = await person(db, 'ana')
  const groceries = await listNamed(db, ana, 'Groceries')
  const sections = [
    await sectionNamed(db, ana, groceries, 'Shelf'),
    await sectionNamed(db, ana, groceries, 'Fridge', 'a1'),
  ]
  const house = { ana, lists: [(await inboxOf(db, ana)).id, groceries], sections, ids: [] }
  for (let i = 0; i < 6; i++) await take(house, { what: 'add', one: i, other: i }, NOON)
  return house
}

async function take({ ana, lists, sections, ids }: House, { what, one, other }: Step, now: Date): Promise<void> {
  const id = ids[one % Math.max(1, ids.length)] ?? ''
  const beside = ids[other % Math.max(1, ids.length)] ?? ''
  const asked = { now }
  const verbs: Record<Step['what'], () => Promise<unknown>> = {
    add: async () => {
      const added = newId()
      await addTask(
        db,
        ana,
        { title: `T${ids.length}`, id: added, ...(other % 3 === 0 && id !== '' && { parent: id }) },
        asked,
      )
      ids.push(added)
    },
    under: () => editTask(db, ana, id, { parent: beside }, {}, asked),
    out: () => moveInto(db, ana, id, { parent: null }, asked),
    list: () => moveInto(db, ana, id, { list: lists[other % 2] }, asked),
    section: () => moveInto(db, ana, id, { section: sections[other % 3] ?? null }, asked),
    beside: () => moveTask(db, ana, id, { side: other % 2 ? 'before' : 'after', other: beside }, asked),
    label: () => editTask(db, ana, id, { label: [`L${other % 3}`] }, other % 2 ? { label: [] } : {}, asked),
    complete: () => completeTask(db, ana, id, asked),
    cancel: () => cancelTask(db, ana, id, asked),
    reopen: () => reopenTask(db, ana, id, asked),
    delete: () => deleteTask(db, ana, id, asked),
    restore: () => restoreTask(db, ana, id, asked),
    empty: () => (other % 5 === 0 ? emptyTrash(db, ana, now) : Promise.resolve()),
  }
  try {
    await verbs[what]()
  } catch (error) {
    // A circle, a task that is gone, a fifth level: said in a sentence, and nothing has changed.
    if (!['invalid', 'not-found'].includes((error as { reason?: string }).reason ?? '')) throw error
  }
}

async function expectOrder({ lists, ids }: House): Promise<void> {
  const tasks = await db.selectFrom('tasks').selectAll().where('list_id', 'in', lists).execute()
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const place = (task: (typeof tasks)[number]) => [task.list_id, task.section_id]
  for (const task of tasks) {
    const path = [task.id]
    for (let up = task.parent_id; up !== null; up = byId.get(up)?.parent_id ?? null) {
      expect(path).not.toContain(up)
      path.push(up)
    }
    if (task.deleted_at === null) expect(path.length).toBeLessThanOrEqual(LEVELS)
    const parent = byId.get(task.parent_id ?? '')
    if (parent && task.deleted_at === null)
      expect([task.title, place(task), parent.deleted_at]).toEqual([task.title, place(parent), null])
    expect(task.cancelled === 1 && task.completed_at === null).toBe(false)
  }
  await expectCounts(lists, tasks)
  await expectCompletions(ids, byId)
}

type Known = { id: string; list_id: string; completed_at: string | null; deleted_at: string | null; cancelled: number }

async function expectCounts(lists: string[], tasks: Known[]): Promise<void> {
  const isOpen = (task: Known | undefined) =>
    task !== undefined && task.completed_at === null && task.deleted_at === null
  for (const list of await db.selectFrom('lists').select(['id', 'open_tasks']).where('id', 'in', lists).execute()) {
    expect(list.open_tasks).toBe(tasks.filter((task) => task.list_id === list.id && isOpen(task)).length)
  }
  const ids = tasks.map(({ id }) => id)
  const links =
    ids.length === 0 ? [] : await db.selectFrom('task_labels').selectAll().where('task_id', 'in', ids).execute()
  for (const link of links) {
    const task = tasks.find(({ id }) => id === link.task_id)
    expect([link.list_id, link.is_open]).toEqual([
      task?.list_id ?? '',
      isOpen(task) && link.deleted_at === null ? 1 : 0,
    ])
  }
}

async function expectCompletions(ids: string[], byId: Map<string, Known>): Promise<void> {
  const rows =
    ids.length === 0
      ? []
      : await db
          .selectFrom('completions')
          .selectAll()
          .where('task_id', 'in', ids)
          .where('deleted_at', 'is', null)
          .execute()
  for (const row of rows) expect(row.list_id).toBe(byId.get(row.task_id)?.list_id ?? 'it is gone')
  for (const task of byId.values()) {
    const kinds = rows.filter((row) => row.task_id === task.id).map(({ kind }) => kind)
    expect(kinds).toEqual(task.completed_at === null ? [] : [task.cancelled === 1 ? 'skipped' : 'done'])
  }
}
