import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { instant, MINUTE } from '#core/time.ts'
import { newId } from '#db/db.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { completedRows } from '#features/tasks/logbook.ts'
import { deletedTasks, type TrashCursor } from '#features/tasks/trash.ts'
import { emptyHouse, NOON, person } from './household.ts'

const db = await emptyHouse()

// How many minutes ago something happened in each list: many in one, none in another, several in one minute.
const lists = fc.array(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 90 }), { minLength: 1, maxLength: 5 })

test('the trash and the logbook of many lists are in order, from page to page, and miss nothing', async () => {
  await fc.assert(
    fc.asyncProperty(lists, async (ago) => {
      const ids: string[] = []
      const all: { id: string; at: string }[] = []
      for (const minutes of ago) {
        const ana = await person(db, 'ana')
        const { id: list_id } = await inboxOf(db, ana)
        ids.push(list_id)
        const rows = minutes.map((m) => ({ id: newId(), at: instant(new Date(NOON.getTime() - m * MINUTE)) }))
        all.push(...rows)
        const born = { list_id, notes: '', position: 'a0', created_by: ana.id, created_at: instant(NOON) }
        const tasks = rows.flatMap(({ id, at }) => [
          { ...born, id, title: 'Deleted', completed_at: null, deleted_at: at },
          { ...born, id: `${id}-done`, title: 'Done', completed_at: at, deleted_at: null },
        ])
        const done = { list_id, user_id: ana.id, title: 'Done', kind: 'done' as const }
        const completions = rows.map(({ id, at }) => ({ ...done, id, task_id: `${id}-done`, completed_at: at }))
        if (rows.length === 0) continue
        await db.insertInto('tasks').values(tasks).execute()
        await db.insertInto('completions').values(completions).execute()
      }
      const inOrder = all
        .toSorted((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1))
        .map(({ id }) => id)
      const trash: string[] = []
      for (let at: TrashCursor | undefined, more = true; more; more = at !== undefined) {
        const page = await deletedTasks(db, ids, at)
        trash.push(...page.rows.map(({ id }) => id))
        at = page.next
      }
      expect(trash).toEqual(inOrder)
      const { rows, more } = await completedRows(db, { id: newId() }, ids)
      expect([rows.map(({ completion }) => completion), more]).toEqual([inOrder.slice(0, 50), inOrder.length > 50])
    }),
    { numRuns: 25 },
  )
}, 30_000)
