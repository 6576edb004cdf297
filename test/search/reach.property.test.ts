import { beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { addDays } from '#core/days.ts'
import { type Filter, parseFilter } from '#core/filter.ts'
import { instant } from '#core/time.ts'
import { instantOf } from '#core/wall-clock.ts'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { inboxOf, listsOf } from '#features/lists/lists.ts'
import { matching } from '#features/search/matching.ts'
import { conditionOf } from '#features/search/meaning.ts'
import { namesIn } from '#features/search/names.ts'
import { reachOf } from '#features/search/reach.ts'
import { emptyHouse, NOON, person } from '#test/tasks/household.ts'
import { todayOf, wordContext } from '#web/dates.ts'

let db: Database
let ana: User

const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu', 'UTC']

// A day or two around today in the zones that are the furthest from each other.
beforeAll(async () => {
  db = await emptyHouse()
  ana = await person(db, 'ana')
  const { id: list_id } = await inboxOf(db, ana)
  const days = [undefined, ...Array.from({ length: 13 }, (_, i) => addDays('2026-05-01', i - 6))]
  const rows = days.flatMap((day) =>
    [undefined, ...ZONES].flatMap((zone) => ['00:00', '23:59'].map((time) => dueAt(day, time, zone))),
  )
  const task = { list_id, title: 'Tea', notes: '', position: 'a0', created_by: ana.id, created_at: instant(NOON) }
  const open = { completed_at: null, deleted_at: null }
  await db
    .insertInto('tasks')
    .values(rows.map((due) => ({ id: newId(), ...task, ...open, ...due })))
    .execute()
})

function dueAt(day: string | undefined, time: string, zone: string | undefined) {
  if (day === undefined) return { due_day: null, due_time: null, due_zone: null, due_at: null }
  const due_at = zone === undefined ? null : instant(instantOf(day, time, zone))
  return { due_day: day, due_time: time, due_zone: zone ?? null, due_at }
}

const condition = fc.constantFrom(
  ...['today', 'tomorrow', 'yesterday', 'overdue', 'no date', 'no time', 'p4', 'next 2 days', '#Inbox'],
  ...['due before: 2026-05-02', 'due after: 2026-04-29', 'due on: 2026-05-03', 'deadline before: 2026-05-02'],
)
const { text } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    tie('text').map((one) => `!(${one})`),
    fc.tuple(tie('text'), tie('text')).map((both) => `(${both.join(' & ')})`),
    fc.tuple(tie('text'), tie('text')).map((either) => `(${either.join(' | ')})`),
  ),
}))

test('nothing that a filter lets through lies beyond its reach, wherever its reader is', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(...ZONES), async (asked, zone) => {
      const reader = { ...ana, zone }
      const today = todayOf(reader, NOON)
      const filter = read(asked, reader)
      const lists = await listsOf(db, reader).execute()
      const named = await namesIn(db, reader, lists, filter)
      const context = { db, user: reader, today, named, among: { lists, isOpen: true } }
      const condition = conditionOf(filter, context)
      const question = { condition, conditions: 1, lists: lists.map(({ id }) => id), isOpen: true, isOnce: false }
      const near = await matching(db, reader, { ...question, reach: reachOf(filter, today, named) }, 1000)
      expect(near).toEqual(await matching(db, reader, { ...question, reach: {} }, 1000))
    }),
    { numRuns: 200 },
  )
}, 60_000)

function read(asked: string, reader: User): Filter {
  const answer = parseFilter(asked, wordContext(reader, NOON))
  if ('problem' in answer) throw new Error(`${asked}: ${answer.problem}`)
  return answer.filter
}
