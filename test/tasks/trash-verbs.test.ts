import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { DAY } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import { purgeTasks } from '#db/purge.ts'
import type { User } from '#db/schema.ts'
import { undo } from '#features/history/undo.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { moveInto } from '#features/tasks/moving.ts'
import { countTrash, emptyTrash, pruneTrash } from '#features/tasks/purging.ts'
import { addAll, asked, emptyHouse, inboxTitles, NOON, person, reasonOf, share } from './household.ts'

let db: Database
let ana: User
let ben: User

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  ben = await person(db, 'ben')
})

const after = (days: number) => new Date(NOON.getTime() + days * DAY)
const isThere = async (id: string) =>
  (await db.selectFrom('tasks').select('id').where('id', '=', id).execute()).length > 0
const entriesOf = (id: string) => db.selectFrom('changes').selectAll().where('row_id', '=', id).execute()

describe('after thirty days', () => {
  test('a deleted task is gone, with its completions and labels; the journal says only that it was there', async () => {
    const [milk = '', bread = ''] = await addAll(db, ana, 'Milk', 'Bread')
    await editTask(db, ana, milk, { label: ['shop'], notes: 'A secret' }, {}, asked)
    await completeTask(db, ana, milk, asked)
    const { op } = await deleteTask(db, ana, milk, asked)
    await pruneTrash(db, after(29.9))
    expect(await isThere(milk)).toBe(true)
    await pruneTrash(db, after(30))
    expect([await isThere(milk), await isThere(bread)]).toEqual([false, true])
    for (const table of ['completions', 'task_labels'] as const)
      expect(await db.selectFrom(table).selectAll().where('task_id', '=', milk).execute()).toEqual([])
    const entries = await entriesOf(milk)
    expect(entries.length).toBeGreaterThan(2)
    expect(entries.every(({ before, after }) => before === null && after === null)).toBe(true)
    expect((await entriesOf(bread)).every(({ after }) => after === null)).toBe(false)
    const told = await db.selectFrom('changes').select(['before', 'after']).where('user_id', '=', ana.id).execute()
    expect(JSON.stringify(told)).not.toContain('secret')
    // What is gone cannot be brought back, and nothing breaks by trying.
    expect(await reasonOf(restoreTask(db, ana, milk, asked))).toBe('not-found')
    await undo(db, ana, op, asked)
    expect(await inboxTitles(db, ana)).toEqual(['Bread'])
  })

  test('what was below it and is not gone itself stays, on its own', async () => {
    const [trip = '', pack = ''] = await addAll(db, ana, 'Trip', 'Pack')
    await moveInto(db, ana, pack, { parent: trip }, asked)
    const { op } = await deleteTask(db, ana, pack, asked)
    await deleteTask(db, ana, trip, asked)
    await undo(db, ana, op, { now: after(1) })
    await db.updateTable('tasks').set({ deleted_at: null }).where('id', '=', pack).execute()
    await pruneTrash(db, after(31))
    expect(await isThere(trip)).toBe(false)
    expect(await db.selectFrom('tasks').select('parent_id').where('id', '=', pack).execute()).toEqual([
      { parent_id: null },
    ])
  })

  test('however many they are, they go a part at a time', async () => {
    const ids = await addAll(db, ana, ...Array.from({ length: 5 }, (_, i) => `T${i}`))
    const { id: list } = await inboxOf(db, ana)
    for (const id of ids) await deleteTask(db, ana, id, asked)
    expect(await purgeTasks(db, { until: after(0).toISOString(), lists: [list] }, 1)).toBe(5)
    expect(await purgeTasks(db, { until: after(0).toISOString(), lists: [] })).toBe(0)
  })
})

describe('emptying the trash', () => {
  test('takes what is in the lists of its person, and nothing of others', async () => {
    const [milk = '', bread = ''] = await addAll(db, ana, 'Milk', 'Bread')
    const [tea = ''] = await addAll(db, ben, 'Tea')
    await share(db, (await inboxOf(db, ben)).id, ana)
    await deleteTask(db, ana, milk, asked)
    await deleteTask(db, ana, tea, asked)
    expect(await countTrash(db, ana)).toBe(1)
    await emptyTrash(db, ana, NOON)
    expect([await isThere(milk), await isThere(bread), await isThere(tea)]).toEqual([false, true, true])
    expect(await countTrash(db, ana)).toBe(0)
  })
})
