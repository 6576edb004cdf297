import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Refusal } from '#core/refusal.ts'
import type { Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { undo } from '#features/history/undo.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { cancelTask, completeTask, reopenTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { moveInto, moveTask } from '#features/tasks/moving.ts'
import { expectInOrder } from '#test/history/order.ts'
import { listNamed } from '#test/lists/household.ts'
import { addAll, asked, completionsOf, emptyHouse, inboxTitles, NOON, person, reasonOf, stored } from './household.ts'

let db: Database
let ana: User
let eve: User
let trip: string
let pack: string
let socks: string
let left: string

beforeAll(async () => {
  db = await emptyHouse()
})

// The trip has a subtask, that has one, and that has one: as deep as it goes.
beforeEach(async () => {
  ana = await person(db, 'ana')
  eve = await person(db, 'eve')
  const ids = await addAll(db, ana, 'Trip', 'Pack', 'Socks', 'The left one', 'Milk')
  trip = ids[0] ?? ''
  pack = ids[1] ?? ''
  socks = ids[2] ?? ''
  left = ids[3] ?? ''
  for (const [id, parent] of [
    [pack, trip],
    [socks, pack],
    [left, socks],
  ] as const)
    await under(id, parent)
})

const under = (id: string, parent: string | null) => moveInto(db, ana, id, { parent }, asked)
const parentOf = async (id: string) => (await stored(db, id)).parent_id
const milk = async () =>
  (
    await db
      .selectFrom('tasks')
      .select('id')
      .where('created_by', '=', ana.id)
      .where('title', '=', 'Milk')
      .executeTakeFirstOrThrow()
  ).id

describe('a task in a task', () => {
  test('is four levels deep at most', async () => {
    expect(await parentOf(left)).toBe(socks)
    expect(await reasonOf(under(await milk(), left))).toBe('invalid')
    await under(await milk(), socks)
    expect(await parentOf(await milk())).toBe(socks)
  })

  test('is refused in the same words wherever it would go deeper', async () => {
    const sentences = await Promise.all(
      [under(await milk(), left), addTask(db, ana, { title: 'Fifth', parent: left }, asked)].map((work) =>
        work.catch((error) => (error as Refusal).sentence),
      ),
    )
    const sentence = 'Tasks and their subtasks go four levels deep at most. Choose a task further up.'
    expect(sentences).toEqual([sentence, sentence])
  })

  test('brings what is below it along, and does not fit everywhere', async () => {
    const other = await milk()
    expect(await reasonOf(under(trip, other))).toBe('invalid')
    await under(pack, other)
    expect([await parentOf(pack), await parentOf(socks)]).toEqual([other, pack])
    await under(left, null)
    await under(trip, socks)
    expect(await parentOf(trip)).toBe(socks)
  })

  test('is not a part of itself, nor of its parts', async () => {
    for (const parent of [trip, pack, socks, left]) expect(await reasonOf(under(trip, parent))).toBe('invalid')
    expect(await reasonOf(moveTask(db, ana, trip, { side: 'after', other: socks }, asked))).toBe('invalid')
    expect(await reasonOf(editTask(db, ana, pack, { parent: left }, {}, asked))).toBe('invalid')
    expect(await parentOf(trip)).toBeNull()
  })

  test('stands as the last of its siblings, and below its old parent when it is moved out', async () => {
    const other = await milk()
    await under(other, trip)
    const [first, second] = [await stored(db, pack), await stored(db, other)]
    expect(first.position < second.position).toBe(true)
    await under(pack, null)
    expect((await inboxTitles(db, ana)).filter((title) => title === 'Trip' || title === 'Pack')).toEqual([
      'Trip',
      'Pack',
    ])
  })

  test('is not put into what is not there, or is somebody else’s', async () => {
    const [tea = ''] = await addAll(db, eve, 'Tea')
    for (const parent of [tea, '', 'x', crypto.randomUUID()]) {
      expect(await reasonOf(moveInto(db, ana, pack, { parent: parent || 'x' }, asked))).toBe('invalid')
    }
    await deleteTask(db, ana, await milk(), asked)
    expect(await parentOf(pack)).toBe(trip)
  })
})

describe('a whole branch', () => {
  test('is completed in one go, and undoing brings all of it back', async () => {
    await completeTask(db, ana, left, asked)
    const { op } = await completeTask(db, ana, trip, asked)
    for (const id of [trip, pack, socks, left]) expect(await completionsOf(db, id)).toHaveLength(1)
    expect(await inboxTitles(db, ana)).toEqual(['Milk'])
    await undo(db, ana, op, asked)
    for (const id of [trip, pack, socks]) expect(await completionsOf(db, id)).toHaveLength(0)
    expect((await stored(db, left)).completed_at).not.toBeNull()
  })

  test('will not be done, and is reopened as far as it leads', async () => {
    await cancelTask(db, ana, trip, asked)
    expect(await stored(db, socks)).toMatchObject({ cancelled: 1, completed_at: NOON.toISOString() })
    expect((await completionsOf(db, socks)).map(({ kind }) => kind)).toEqual(['skipped'])
    await reopenTask(db, ana, pack, asked)
    const open = await Promise.all([trip, pack, socks].map((id) => stored(db, id)))
    expect(open.map((task) => task.completed_at === null && task.cancelled === 0)).toEqual([true, true, false])
    expect(await completionsOf(db, pack)).toEqual([])
  })

  test('is deleted and restored together, without what was deleted before', async () => {
    await deleteTask(db, ana, left, { now: new Date(NOON.getTime() - 1000) })
    await deleteTask(db, ana, trip, asked)
    expect(await inboxTitles(db, ana)).toEqual(['Milk'])
    await restoreTask(db, ana, trip, asked)
    expect((await inboxTitles(db, ana)).toSorted()).toEqual(['Milk', 'Pack', 'Socks', 'Trip'])
    await restoreTask(db, ana, left, asked)
    expect(await parentOf(left)).toBe(socks)
  })

  test('comes back alone when what it was a part of is gone, or stands too deep by now', async () => {
    await deleteTask(db, ana, left, { now: new Date(NOON.getTime() - 1000) })
    await under(trip, await milk())
    await restoreTask(db, ana, left, asked)
    expect(await stored(db, left)).toMatchObject({ parent_id: null, deleted_at: null })
    await deleteTask(db, ana, socks, { now: new Date(NOON.getTime() - 500) })
    await deleteTask(db, ana, trip, asked)
    await restoreTask(db, ana, socks, asked)
    expect(await stored(db, socks)).toMatchObject({ parent_id: null, deleted_at: null })
  })

  test('keeps the count of its list', async () => {
    const count = async () => (await inboxOf(db, ana)).open_tasks
    expect(await count()).toBe(5)
    await completeTask(db, ana, pack, asked)
    expect(await count()).toBe(2)
    await deleteTask(db, ana, trip, asked)
    expect(await count()).toBe(1)
    await restoreTask(db, ana, trip, asked)
    await reopenTask(db, ana, left, asked)
    expect(await count()).toBe(5)
  })
})

describe('two at once', () => {
  test('each task under the other makes no circle', async () => {
    for (let i = 0; i < 5; i++) {
      const [one = '', other = ''] = await addAll(db, ana, 'One', 'Other')
      await Promise.allSettled([under(one, other), under(other, one)])
      const parents = [await parentOf(one), await parentOf(other)]
      expect(parents.filter((parent) => parent !== null)).toHaveLength(1)
    }
  })

  test('a task is found again when it goes to another list in the same moment', async () => {
    const list = await listNamed(db, ana, 'Groceries')
    for (let i = 0; i < 5; i++) {
      const [tea = ''] = await addAll(db, ana, 'Tea')
      await Promise.all([
        moveInto(db, ana, tea, { list }, asked),
        completeTask(db, ana, tea, asked),
        editTask(db, ana, tea, { title: 'Green tea' }, {}, asked),
      ])
      expect(await stored(db, tea)).toMatchObject({ list_id: list, title: 'Green tea' })
      expect((await completionsOf(db, tea)).map(({ list_id }) => list_id)).toEqual([list])
    }
  })
})

// A list shows what is open below what is open: what would be below a task that is done would be out of sight.
describe('a task that is done and has something left to do is open again', () => {
  const isDone = async (id: string) => (await stored(db, id)).completed_at !== null

  const ways: [what: string, way: () => Promise<{ op: string }>][] = [
    ['a subtask is added', () => addTask(db, ana, { title: 'Passport', parent: pack }, asked)],
    ['an open task becomes a part of it', async () => under(await milk(), pack)],
    ['by editing', async () => editTask(db, ana, await milk(), { parent: pack }, {}, asked)],
    [
      'one is put beside a subtask',
      async () => moveTask(db, ana, await milk(), { side: 'before', other: left }, asked),
    ],
  ]
  for (const [what, way] of ways) {
    test(`when ${what}; undoing that completes it again`, async () => {
      await completeTask(db, ana, trip, asked)
      const { op } = await way()
      expect([await isDone(trip), await isDone(pack)]).toEqual([false, false])
      expect(await completionsOf(db, trip)).toEqual([])
      await expectInOrder(db)
      await undo(db, ana, op, asked)
      expect([await isDone(trip), await isDone(pack)]).toEqual([true, true])
      expect(await completionsOf(db, trip)).toHaveLength(1)
      await expectInOrder(db)
    })
  }

  test('when a subtask comes back from the trash', async () => {
    await deleteTask(db, ana, socks, { now: new Date(NOON.getTime() - 500) })
    await completeTask(db, ana, trip, asked)
    await restoreTask(db, ana, socks, asked)
    expect([await isDone(trip), await isDone(pack), await isDone(socks)]).toEqual([false, false, false])
    await expectInOrder(db)
  })

  test('but it stays done when what comes is done, too', async () => {
    const other = await milk()
    await completeTask(db, ana, other, asked)
    await completeTask(db, ana, trip, asked)
    await under(other, pack)
    expect(await isDone(pack)).toBe(true)
  })
})
