import { beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { undo } from '#features/history/undo.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { completeTask, reopenTask } from '#features/tasks/completing.ts'
import { deleteTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { moveTask } from '#features/tasks/moving.ts'
import type { Changed } from '#features/tasks/tasks.ts'
import { addAll, emptyHouse, NOON, person, share } from './household.ts'

let db: Database

beforeAll(async () => {
  db = await emptyHouse()
})

const step = fc.record({
  what: fc.constantFrom('add', 'edit', 'notes', 'complete', 'reopen', 'delete', 'move', 'undo'),
  one: fc.nat(),
  other: fc.nat(),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

test('undoing everything, the last first, leads back to the start, and undoing that to the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const ana = await person(db, 'ana')
      const ids = await addAll(db, ana, 'A', 'B', 'C')
      const start = await seen(ana)
      const ops: string[] = []
      for (const [i, one] of steps.entries()) {
        const op = await take(ana, one, i, ids, ops)
        if (op !== undefined) ops.push(op)
      }
      const end = await seen(ana)
      const undone: string[] = []
      for (const op of ops.toReversed()) undone.push((await undo(db, ana, op, { now: at(1000) })).op)
      expect(await seen(ana)).toEqual(start)
      for (const op of undone.toReversed()) await undo(db, ana, op, { now: at(2000) })
      expect(await seen(ana)).toEqual(end)
    }),
    { numRuns: 40 },
  )
}, 60_000)

test('whatever two people do and take back, the logbook and the tasks say the same', async () => {
  const stepOfTwo = fc.record({ who: fc.boolean(), step, undoes: fc.boolean(), which: fc.nat() })
  await fc.assert(
    fc.asyncProperty(fc.array(stepOfTwo, { minLength: 1, maxLength: 30 }), async (steps) => {
      const [ana, ben] = [await person(db, 'ana'), await person(db, 'ben')]
      await share(db, (await inboxOf(db, ana)).id, ben)
      const ids = await addAll(db, ana, 'A', 'B')
      const ops = new Map<User, string[]>([
        [ana, []],
        [ben, []],
      ])
      for (const [i, { who, step, undoes, which }] of steps.entries()) {
        const user = who ? ana : ben
        const theirs = ops.get(user) ?? []
        const target = theirs[which % Math.max(1, theirs.length)]
        const adds = step.what === 'add' || step.what === 'undo'
        const op =
          undoes && target
            ? (await undo(db, user, target, { now: at(i) })).op
            : await take(user, adds ? { ...step, what: 'complete' } : step, i, ids, theirs)
        if (op !== undefined) theirs.push(op)
        await expectTrueLogbook(ids)
      }
    }),
    { numRuns: 40 },
  )
}, 60_000)

const at = (i: number): Date => new Date(NOON.getTime() + i)

/** Does one thing; undefined when it cannot be done. `ids` grows by what is added. */
async function take(user: User, step: Step, i: number, ids: string[], ops: string[]): Promise<string | undefined> {
  const id = ids[step.one % ids.length] ?? ''
  const other = ids[step.other % ids.length] ?? ''
  // Some things happen in one millisecond.
  const asked = { now: at(Math.floor(i / 3)) }
  const verbs: Record<Step['what'], () => Promise<Partial<Changed>>> = {
    add: () => addTask(db, user, { title: `T${i}` }, asked),
    edit: () => editTask(db, user, id, { title: `T${step.other % 5}` }, {}, asked),
    notes: () => editTask(db, user, id, { notes: `N${step.other % 5}` }, {}, asked),
    complete: () => completeTask(db, user, id, asked),
    reopen: () => reopenTask(db, user, id, asked),
    delete: () => deleteTask(db, user, id, asked),
    move: () => moveTask(db, user, id, { side: step.one % 2 ? 'before' : 'after', other }, asked),
    undo: () => undo(db, user, ops.at(-1) ?? '', asked),
  }
  try {
    const { op, task } = await verbs[step.what]()
    if (step.what === 'add' && task) ids.push(task.id)
    // A change that changed nothing may name the op of an earlier one.
    return op !== undefined && !ops.includes(op) ? op : undefined
  } catch (error) {
    if ((error as { reason?: string }).reason === 'not-found') return undefined
    throw error
  }
}

/** All that somebody can see: the tasks in order with all they hold, and what is in the logbook. */
async function seen(user: User) {
  const tasks = await db
    .selectFrom('tasks')
    .selectAll()
    .where('created_by', '=', user.id)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()
  const ids = tasks.map(({ id }) => id)
  const completions = await db.selectFrom('completions').selectAll().where('deleted_at', 'is', null).execute()
  return { tasks, completions: completions.filter(({ task_id }) => ids.includes(task_id)) }
}

/** A completed task stands in the logbook once, at that time; an open one does not. */
async function expectTrueLogbook(ids: string[]) {
  const tasks = await db.selectFrom('tasks').select(['id', 'completed_at']).where('id', 'in', ids).execute()
  const completions = await db
    .selectFrom('completions')
    .select(['task_id', 'completed_at'])
    .where('task_id', 'in', ids)
    .where('deleted_at', 'is', null)
    .execute()
  for (const { id, completed_at } of tasks) {
    const logged = completions.filter(({ task_id }) => task_id === id).map((one) => one.completed_at)
    expect([id, logged]).toEqual([id, completed_at === null ? [] : [completed_at]])
  }
}
