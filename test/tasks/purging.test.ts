import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { DAY } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import { purgeLists } from '#db/purge.ts'
import type { User } from '#db/schema.ts'
import { historyOf } from '#features/history/telling.ts'
import { undo } from '#features/history/undo.ts'
import { deleteLabel } from '#features/labels/changing.ts'
import { addList } from '#features/lists/adding.ts'
import { deleteList, restoreList } from '#features/lists/editing.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addSection, deleteSection } from '#features/lists/sectioning.ts'
import { addFilter, deleteFilter } from '#features/search/filters.ts'
import { addTask, addTasks } from '#features/tasks/adding.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { emptyTrash, pruneTrash } from '#features/tasks/purging.ts'
import { deletedLists } from '#features/tasks/trash.ts'
import { expectInOrder } from '#test/history/order.ts'
import { addAll, asked, emptyHouse, NOON, person, reasonOf } from './household.ts'

let db: Database
let ana: User

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
})

const after = (days: number) => new Date(NOON.getTime() + days * DAY)

describe('a deleted list', () => {
  let work = ''

  /** A list of Ana's with a section, a label and `count` open tasks, which she has deleted. */
  async function deletedList(count: number): Promise<string> {
    work = (await addList(db, ana, { name: 'Secret plans', color: '' }, asked)).id
    const { id: section } = await addSection(db, ana, work, { name: 'Secret steps' }, asked)
    const task = await addTask(db, ana, { title: 'Secret task', list: work, section }, asked)
    await completeTask(db, ana, task.task?.id ?? '', asked)
    for (let i = 1; i < count; i += 200) {
      const lines = Array.from({ length: Math.min(200, count - i) }, (_, k) => ({
        title: `Secret ${i + k}`,
        list: work,
      }))
      await addTasks(db, ana, lines, asked)
    }
    return (await deleteList(db, ana, work, asked)).op
  }

  const tasksLeft = async () => (await db.selectFrom('tasks').select('id').where('list_id', '=', work).execute()).length
  const told = async () =>
    JSON.stringify(await db.selectFrom('changes').selectAll().where('user_id', '=', ana.id).execute())

  test('is gone after thirty days, and nothing in the journal says what it was called or what was in it', async () => {
    const op = await deletedList(3)
    await pruneTrash(db, after(29.9))
    expect(await tasksLeft()).toBe(3)
    await pruneTrash(db, after(30))
    expect(await db.selectFrom('lists').select('id').where('id', '=', work).execute()).toEqual([])
    expect(await db.selectFrom('sections').select('id').where('list_id', '=', work).execute()).toEqual([])
    expect(await told()).not.toContain('Secret')
    expect(await undo(db, ana, op, asked)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'purged' }] })
  })

  test('of which a part is gone is not there any more: nobody can bring it back, and the rest goes later', async () => {
    const op = await deletedList(250)
    await purgeLists(db, { until: after(0).toISOString(), lists: [work] }, 1)
    expect(await tasksLeft()).toBe(50)
    await expectInOrder(db)
    expect(await reasonOf(restoreList(db, ana, work, asked))).toBe('not-found')
    expect(await undo(db, ana, op, asked)).toMatchObject({ outcome: 'nothing' })
    expect(await deletedLists(db, ana)).toEqual([])
    // It was the trash that was emptied: the hourly work goes on with it, though it was deleted today.
    await pruneTrash(db, after(0))
    expect(await tasksLeft()).toBe(0)
    expect(await told()).not.toContain('Secret')
  })

  test('that is brought back while it goes is there whole, or gone whole', async () => {
    for (let i = 0; i < 8; i++) {
      await deletedList(i < 2 ? 210 : 3)
      const there = await tasksLeft()
      const purge = () => emptyTrash(db, ana, NOON)
      const restore = () => reasonOf(restoreList(db, ana, work, asked))
      const both = i % 2 ? [restore(), purge()] : [purge(), restore()]
      const said = (await Promise.all(both)).find((one) => one !== undefined)
      expect(await tasksLeft()).toBe(said === 'it was done' ? there : 0)
      await expectInOrder(db)
    }
  })
})

test('a task that is brought back while the trash is emptied is there, or gone', async () => {
  const ids = await addAll(db, ana, ...Array.from({ length: 12 }, (_, i) => `T${i}`))
  for (const id of ids) await deleteTask(db, ana, id, asked)
  await Promise.all([
    ...ids.slice(0, 6).map((id) => reasonOf(restoreTask(db, ana, id, asked))),
    emptyTrash(db, ana, NOON),
    ...ids.slice(6).map((id) => reasonOf(restoreTask(db, ana, id, asked))),
  ])
  await expectInOrder(db)
})

describe('sections, labels and filters', () => {
  test('are gone thirty days after they were deleted, and what they were called with them', async () => {
    const { id: list } = await inboxOf(db, ana)
    const { id: section } = await addSection(db, ana, list, { name: 'Secret section' }, asked)
    const [milk = ''] = await addAll(db, ana, 'Milk')
    await editTask(db, ana, milk, { label: ['secret', 'shop'] }, {}, asked)
    const label = await db.selectFrom('labels').select('id').where('name', '=', 'secret').executeTakeFirstOrThrow()
    const { id: filter } = await addFilter(db, ana, { name: 'Secret filter', query: '@secret' }, asked)
    await deleteFilter(db, ana, filter, asked)
    await deleteSection(db, ana, section, asked)
    const { op } = await deleteLabel(db, ana, label.id, asked)
    const count = async () =>
      (
        await Promise.all(
          (['sections', 'labels', 'filters', 'task_labels'] as const).map((table) =>
            db.selectFrom(table).select('id').execute(),
          ),
        )
      ).map(({ length }) => length)
    const [sections = 0, labels = 0, filters = 0, links = 0] = await count()
    await pruneTrash(db, after(29.9))
    expect(await count()).toEqual([sections, labels, filters, links])
    await pruneTrash(db, after(30))
    expect(await count()).toEqual([sections - 1, labels - 1, filters - 1, links - 1])
    const told = await db.selectFrom('changes').selectAll().where('user_id', '=', ana.id).execute()
    expect(JSON.stringify(told).toLowerCase()).not.toContain('secret')
    expect(await undo(db, ana, op, asked)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'purged' }] })
    expect((await historyOf(db, ana, milk)).told.flatMap(({ labels }) => labels.map(({ name }) => name))).toEqual([
      'shop',
    ])
    await expectInOrder(db)
  })

  test('a section stays as long as an undo has left a task in it', async () => {
    const { id: list } = await inboxOf(db, ana)
    const { id: section } = await addSection(db, ana, list, { name: 'Later' }, asked)
    const [milk = ''] = await addAll(db, ana, 'Milk')
    await deleteSection(db, ana, section, asked)
    await db.updateTable('tasks').set({ section_id: section }).where('id', '=', milk).execute()
    await pruneTrash(db, after(31))
    expect(await db.selectFrom('sections').select('id').where('id', '=', section).execute()).toHaveLength(1)
    await db.updateTable('tasks').set({ section_id: null }).where('id', '=', milk).execute()
    await pruneTrash(db, after(31))
    expect(await db.selectFrom('sections').select('id').where('id', '=', section).execute()).toEqual([])
  })
})
