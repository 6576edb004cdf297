import { beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Database } from '#db/db.ts'
import { addTask } from '#features/tasks/adding.ts'
import { completeTask, reopenTask } from '#features/tasks/completing.ts'
import { moveTask } from '#features/tasks/moving.ts'
import { addAll, asked, emptyHouse, inboxTitles, person } from './household.ts'

let db: Database

beforeAll(async () => {
  db = await emptyHouse()
})

const step = fc.record({
  what: fc.constantFrom('before', 'before', 'after', 'after', 'add', 'complete', 'reopen', 'collide'),
  one: fc.nat(),
  other: fc.nat(),
})

test('whatever is moved, the order is that of a plain list', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const ana = await person(db, 'ana')
      const ids = new Map<string, string>()
      const add = async (title: string) => {
        ids.set(title, (await addTask(db, ana, { title }, asked)).task?.id ?? '')
      }
      for (const title of ['C', 'B', 'A']) await add(title)
      // What stands in the list, completed ones too: they keep their place.
      let all = ['A', 'B', 'C']
      const done = new Set<string>()
      for (const [i, { what, one, other }] of steps.entries()) {
        const title = all[one % all.length]!
        const beside = all[other % all.length]!
        const id = ids.get(title)!
        if (what === 'add') {
          await add(`T${i}`)
          all.unshift(`T${i}`)
        } else if (what === 'complete') {
          await completeTask(db, ana, id, asked)
          done.add(title)
        } else if (what === 'reopen') {
          await reopenTask(db, ana, id, asked)
          done.delete(title)
        } else if (what === 'collide') {
          all = await collide(title, beside, all, ids)
        } else if (title !== beside) {
          await moveTask(db, ana, id, { side: what, other: ids.get(beside)! }, asked)
          all = all.filter((each) => each !== title)
          all.splice(all.indexOf(beside) + (what === 'after' ? 1 : 0), 0, title)
        }
        expect(await inboxTitles(db, ana)).toEqual(all.filter((each) => !done.has(each)))
      }
    }),
    { numRuns: 40 },
  )
}, 60_000)

/** Gives one task the position of another, as undoing a move may do; equal positions are ordered by id. */
async function collide(title: string, beside: string, all: string[], ids: Map<string, string>): Promise<string[]> {
  const other = await db.selectFrom('tasks').select('position').where('id', '=', ids.get(beside)!).executeTakeFirst()
  await db.updateTable('tasks').set(other!).where('id', '=', ids.get(title)!).execute()
  const rows = await db.selectFrom('tasks').select(['title', 'position', 'id']).execute()
  const order = rows.filter((row) => [...ids.values()].includes(row.id))
  const isAbove = (a: (typeof order)[number], b: (typeof order)[number]) =>
    a.position < b.position || (a.position === b.position && a.id < b.id)
  return all.length < 2 ? all : order.toSorted((a, b) => (isAbove(a, b) ? -1 : 1)).map((row) => row.title)
}

test('two rows that change places a thousand times keep short positions', async () => {
  const ana = await person(db, 'ana')
  const [, b = '', c = ''] = await addAll(db, ana, 'A', 'B', 'C', 'D')
  for (let i = 0; i < 500; i++) {
    await moveTask(db, ana, c, { side: 'before', other: b }, asked)
    await moveTask(db, ana, b, { side: 'before', other: c }, asked)
  }
  expect(await inboxTitles(db, ana)).toEqual(['A', 'B', 'C', 'D'])
  const positions = await db.selectFrom('tasks').select('position').where('created_by', '=', ana.id).execute()
  expect(Math.max(...positions.map(({ position }) => position.length))).toBeLessThan(60)
}, 60_000)
