import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { redo, redoLast, undo, undoLast } from '#features/history/undo.ts'
import { addList } from '#features/lists/adding.ts'
import { archiveList, deleteList, editList, restoreList } from '#features/lists/editing.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addSection, deleteSection, renameSection } from '#features/lists/sectioning.ts'
import { addTask } from '#features/tasks/adding.ts'
import { cancelTask, completeTask, reopenTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { moveInto, moveTask } from '#features/tasks/moving.ts'
import { testKind } from '#test/databases.ts'
import { emptyHouse, NOON, person, share } from '#test/tasks/household.ts'
import { expectInOrder } from './order.ts'

/** What two people share: the things that there are, by their ids. */
type House = { db: Database; ana: User; ben: User; lists: string[]; sections: string[]; tasks: string[] }

const verb = fc.constantFrom(
  ...([
    'add',
    'addBelow',
    'rename',
    'date',
    'zone',
    'label',
    'unlabel',
    'repeat',
    'complete',
    'reopen',
    'cancel',
  ] as const),
  ...(['delete', 'restore', 'beside', 'below', 'out', 'toList', 'toSection', 'list', 'renameList'] as const),
  ...(['archiveList', 'deleteList', 'restoreList', 'section', 'renameSection', 'deleteSection'] as const),
)
const step = fc.record({ verb, isAna: fc.boolean(), one: fc.nat(), other: fc.nat() })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

test('undoing everything, the last first, leads back to the start; redoing to the end, however it was undone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.boolean(), async (steps, byWalking) => {
      const house = await furnish()
      const { db, ana } = house
      const start = await everything(db)
      const ops: string[] = []
      for (const [i, one] of steps.entries()) {
        const op = await take(house, { ...one, isAna: true }, i)
        if (op !== undefined && !ops.includes(op)) ops.push(op)
        await expectInOrder(db)
      }
      const end = await everything(db)
      if (byWalking) {
        while ((await undoLast(db, ana, at(1000))) && !same(await everything(db), start)) await expectInOrder(db)
      } else {
        for (const op of ops.toReversed()) await undo(db, ana, op, at(1000))
      }
      await expectInOrder(db)
      expect(await everything(db)).toEqual(start)
      if (byWalking) {
        while (await redoLast(db, ana, at(2000))) await expectInOrder(db)
      } else {
        for (const op of ops) await redo(db, ana, op, at(2000))
      }
      await expectInOrder(db)
      expect(await everything(db)).toEqual(end)
      await db.close()
    }),
    { numRuns: testKind === 'sqlite' ? 25 : 8 },
  )
}, 240_000)

test('whatever two people do, take back and do again, in any order, everything fits', async () => {
  const crossed = fc.record({
    step,
    undoes: fc.constantFrom('no', 'no', 'no', 'undo', 'redo', 'back', 'forth'),
    which: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(crossed, { minLength: 5, maxLength: 40 }), async (steps) => {
      const house = await furnish()
      await cross(house, steps)
      await house.db.close()
    }),
    { numRuns: testKind === 'sqlite' ? 40 : 12 },
  )
}, 240_000)

test('tasks and their parts that go between three lists fit wherever they are taken back from', async () => {
  const places = fc.constantFrom(...(['toList', 'toList', 'toList', 'below', 'out'] as const))
  const going = fc.record({ verb: places, isAna: fc.boolean(), one: fc.nat(), other: fc.nat() })
  const crossed = fc.record({
    step: going,
    undoes: fc.constantFrom('no', 'no', 'undo', 'undo', 'redo', 'back'),
    which: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(crossed, { minLength: 10, maxLength: 40 }), async (steps) => {
      const house = await furnish(['list', 'list', 'add', 'addBelow', 'addBelow'])
      await share(house.db, house.lists[0] ?? '', house.ben)
      await cross(house, steps)
      await house.db.close()
    }),
    { numRuns: testKind === 'sqlite' ? 20 : 8 },
  )
}, 240_000)

type Crossed = { step: Step; undoes: 'no' | 'undo' | 'redo' | 'back' | 'forth'; which: number }

/** Two people do, take back and do again; after each of it all has to be in order. */
async function cross(house: House, steps: Crossed[]): Promise<void> {
  const { db, ana, ben } = house
  const ops = new Map<User, string[]>([
    [ana, []],
    [ben, []],
  ])
  for (const [i, { step, undoes, which }] of steps.entries()) {
    const user = step.isAna ? ana : ben
    const theirs = ops.get(user) ?? []
    const target = theirs[which % Math.max(1, theirs.length)] ?? ''
    const asked = at(i)
    const op = await {
      no: () => take(house, step, i),
      undo: async () => (target ? (await undo(db, user, target, asked)).op : undefined),
      redo: async () => (target ? (await redo(db, user, target, asked)).op : undefined),
      back: async () => (await undoLast(db, user, asked))?.op,
      forth: async () => (await redoLast(db, user, asked))?.op,
    }[undoes]()
    if (op !== undefined) theirs.push(op)
    await expectInOrder(db)
  }
}

const at = (i: number) => ({ now: new Date(NOON.getTime() + i) })

/** A house with what `verbs` put into it: two lists, a section, and three tasks, one of them below another. */
async function furnish(verbs: Step['verb'][] = ['list', 'section', 'add', 'add', 'addBelow']): Promise<House> {
  const db = await emptyHouse()
  const [ana, ben] = [await person(db, 'ana'), await person(db, 'ben')]
  const house: House = { db, ana, ben, lists: [(await inboxOf(db, ana)).id], sections: [], tasks: [] }
  for (const [i, verb] of verbs.entries()) await take(house, { verb, isAna: true, one: 0, other: i }, i)
  // What stands before all else is nobody's to undo.
  await db.updateTable('ops').set({ stands: null, turn: null }).execute()
  return house
}

/** Does one thing; undefined when it cannot be done. The house grows by what is added. */
async function take(house: House, { verb, isAna, one, other }: Step, i: number): Promise<string | undefined> {
  const { db, ana, ben, lists, sections, tasks } = house
  const user = isAna ? ana : ben
  const pick = (of: string[], which: number) => of[which % Math.max(1, of.length)] ?? ''
  const [task, second, list, section] = [
    pick(tasks, one),
    pick(tasks, other),
    pick(lists, other),
    pick(sections, other),
  ]
  // Some things happen in one millisecond.
  const asked = at(Math.floor(i / 3))
  const edit = (fields: Parameters<typeof editTask>[3]) => editTask(db, user, task, fields, {}, asked)
  const added = async (parent?: string) => {
    const done = await addTask(db, user, { title: `T${i}`, list: parent ? undefined : list, parent }, asked)
    if (done.task) tasks.push(done.task.id)
    return done
  }
  const verbs: Record<Step['verb'], () => Promise<{ op: string }>> = {
    add: () => added(),
    addBelow: () => added(task),
    rename: () => edit({ title: `N${other % 4}`, notes: `Notes ${one % 3}` }),
    date: () => edit({ due_day: `2026-05-0${1 + (other % 9)}`, due_time: other % 2 ? '09:30' : null }),
    zone: () => edit({ due_day: '2026-05-20', due_time: '08:00', due_zone: other % 2 ? 'Asia/Tokyo' : null }),
    label: () => edit({ label: [`l${other % 3}`, `l${one % 3}`] }),
    unlabel: () => edit({ label: [] }),
    repeat: () => edit({ due_day: '2026-05-01', recurrence: other % 3 ? 'every day' : '' }),
    complete: () => completeTask(db, user, task, asked),
    reopen: () => reopenTask(db, user, task, asked),
    cancel: () => cancelTask(db, user, task, asked),
    delete: () => deleteTask(db, user, task, asked),
    restore: () => restoreTask(db, user, task, asked),
    beside: () => moveTask(db, user, task, { side: one % 2 ? 'before' : 'after', other: second }, asked),
    below: () => moveInto(db, user, task, { parent: second }, asked),
    out: () => moveInto(db, user, task, { parent: null }, asked),
    toList: () => moveInto(db, user, task, { list }, asked),
    toSection: () => moveInto(db, user, task, { section }, asked),
    list: async () => {
      const made = await addList(db, user, { name: `L${i}`, color: '' }, asked)
      lists.push(made.id)
      await share(db, made.id, isAna ? ben : ana)
      return made
    },
    renameList: () => editList(db, user, list, { name: `M${one % 5}`, color: other % 2 ? 'red' : '' }, asked),
    archiveList: () => archiveList(db, user, list, asked),
    deleteList: () => deleteList(db, user, list, asked),
    restoreList: () => restoreList(db, user, list, asked),
    section: async () => {
      const done = await addSection(db, user, list, { name: `S${i}` }, asked)
      sections.push(
        ...(await db.selectFrom('sections').select('id').where('name', '=', `S${i}`).execute()).map(({ id }) => id),
      )
      return done
    },
    renameSection: () => renameSection(db, user, section, `R${one % 5}`, asked),
    deleteSection: () => deleteSection(db, user, section, asked),
  }
  try {
    return (await verbs[verb]()).op
  } catch (error) {
    if (['not-found', 'invalid', 'forbidden', 'conflict'].includes((error as { reason?: string }).reason ?? ''))
      return undefined
    throw error
  }
}

/** All that anybody can see: what is deleted is not told apart from what is not there. */
async function everything(db: Database) {
  const lists = await db.selectFrom('lists').selectAll().where('deleted_at', 'is', null).orderBy('id').execute()
  const tables = (['sections', 'labels', 'tasks', 'task_labels', 'completions'] as const).map((table) =>
    db.selectFrom(table).selectAll().where('deleted_at', 'is', null).orderBy('id').execute(),
  )
  return [lists.map(({ seq, ...list }) => list), ...(await Promise.all(tables))]
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
