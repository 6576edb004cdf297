import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { parseRecurrence, type Recurrence, recurrenceText } from '#core/recurrence.ts'
import { fromRRule } from '#core/rrule.ts'
import { DAY } from '#core/time.ts'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { undo } from '#features/history/undo.ts'
import { addList } from '#features/lists/adding.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { cancelTask, completeTask, reopenTask, skipTask } from '#features/tasks/completing.ts'
import { editTask } from '#features/tasks/editing.ts'
import { addAll, asked, completionsOf, emptyHouse, NOON, person, reasonOf, share, stored } from './household.ts'

let db: Database
let ana: User
let ben: User
let eve: User

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  ben = await person(db, 'ben')
  eve = await person(db, 'eve')
})

/** A task of Ana's that is due on `due` and repeats by an RRULE. The first of May is a Friday. */
async function repeating(rrule: string, due = '2026-05-01', rest: Partial<Recurrence> = {}): Promise<string> {
  const [id = ''] = await addAll(db, ana, 'Water the plants')
  const recurrence = recurrenceText({ ...fromRRule(rrule, due), ...rest })
  await db.updateTable('tasks').set({ due_day: due, recurrence }).where('id', '=', id).execute()
  return id
}

const AFTER = { mode: 'completion' } as const

/** Ana, `days` days after noon on the first of May. */
const onDay = (days: number) => ({ now: new Date(NOON.getTime() + days * DAY) })
const dueOf = async (id: string) => (await stored(db, id)).due_day
const loggedOf = async (id: string) =>
  (await completionsOf(db, id)).map(({ kind, due_day }) => `${kind} ${due_day}`).toSorted()

describe('completing a task that repeats', () => {
  test('it is due on its next day, under its id, and the logbook has the occurrence', async () => {
    const id = await repeating('FREQ=WEEKLY;INTERVAL=2')
    const { task } = await completeTask(db, ana, id, asked)
    expect(task).toMatchObject({ id, completed_at: null, due_day: '2026-05-15' })
    expect(await loggedOf(id)).toEqual(['done 2026-05-01'])
    await completeTask(db, ana, id, onDay(14))
    expect(await dueOf(id)).toBe('2026-05-29')
    expect(await loggedOf(id)).toEqual(['done 2026-05-01', 'done 2026-05-15'])
  })

  test('its time and its zone stay, also when clocks are changed', async () => {
    const id = await repeating('FREQ=WEEKLY', '2026-03-27')
    await editTask(db, ana, id, { due_time: '09:00', due_zone: 'Europe/Berlin' }, {}, asked)
    expect((await stored(db, id)).due_at).toBe('2026-03-27T08:00:00.000Z')
    await completeTask(db, ana, id, { now: new Date('2026-03-27T12:00:00Z') })
    expect(await stored(db, id)).toMatchObject({
      due_day: '2026-04-03',
      due_time: '09:00',
      due_zone: 'Europe/Berlin',
      due_at: '2026-04-03T07:00:00.000Z',
    })
  })

  test('overdue it comes back in the future, or one by one', async () => {
    const id = await repeating('FREQ=DAILY', '2026-04-27')
    await completeTask(db, ana, id, asked)
    expect(await dueOf(id)).toBe('2026-05-02')
    const each = await repeating('FREQ=DAILY', '2026-04-27', { missed: 'each' })
    await completeTask(db, ana, each, asked)
    expect(await dueOf(each)).toBe('2026-04-28')
  })

  test('the day is that of the person: in Auckland it is tomorrow already', async () => {
    const id = await repeating('FREQ=DAILY;INTERVAL=3', '2026-05-01', AFTER)
    await completeTask(db, { ...ana, zone: 'Pacific/Auckland' }, id, asked)
    expect(await dueOf(id)).toBe('2026-05-05')
    const night = await repeating('FREQ=DAILY;INTERVAL=3', '2026-05-01', AFTER)
    await completeTask(db, { ...ana, day_starts: '04:00' }, night, { now: new Date('2026-05-02T03:00:00Z') })
    expect(await dueOf(night)).toBe('2026-05-04')
  })

  test('the 31st comes back to the 31st', async () => {
    const id = await repeating('FREQ=MONTHLY', '2026-01-31')
    const days: unknown[] = []
    for (const day of ['2026-01-31', '2026-02-28', '2026-03-31']) {
      await completeTask(db, ana, id, { now: new Date(`${day}T12:00:00Z`) })
      days.push(await dueOf(id))
    }
    expect(days).toEqual(['2026-02-28', '2026-03-31', '2026-04-30'])
  })

  test('put off, it keeps its rhythm', async () => {
    const id = await repeating('FREQ=WEEKLY;BYDAY=FR')
    await editTask(db, ana, id, { due_day: '2026-05-04' }, {}, asked)
    await completeTask(db, ana, id, onDay(3))
    expect(await dueOf(id)).toBe('2026-05-08')
  })

  test('its start and its deadline move along', async () => {
    const id = await repeating('FREQ=WEEKLY')
    await editTask(db, ana, id, { start_day: '2026-04-29', deadline_day: '2026-05-03' }, {}, asked)
    await completeTask(db, ana, id, asked)
    expect(await stored(db, id)).toMatchObject({
      start_day: '2026-05-06',
      due_day: '2026-05-08',
      deadline_day: '2026-05-10',
    })
  })

  test('without a day it starts no later than it is due then', async () => {
    const id = await repeating('FREQ=DAILY')
    await editTask(db, ana, id, { due_day: null, start_day: '2026-06-01' }, {}, asked)
    await completeTask(db, ana, id, asked)
    expect(await stored(db, id)).toMatchObject({ due_day: '2026-05-02', start_day: '2026-05-02' })
  })

  test('its last occurrence completes it for good, and reopened it is where it was', async () => {
    const id = await repeating('FREQ=DAILY;COUNT=2')
    await completeTask(db, ana, id, asked)
    const { task } = await completeTask(db, ana, id, onDay(1))
    expect(task).toMatchObject({ due_day: '2026-05-02', completed_at: onDay(1).now.toISOString() })
    expect(await loggedOf(id)).toEqual(['done 2026-05-01', 'done 2026-05-02'])
    await reopenTask(db, ana, id, onDay(1))
    expect(await stored(db, id)).toMatchObject({ due_day: '2026-05-02', completed_at: null })
    expect(await loggedOf(id)).toEqual(['done 2026-05-01'])
  })

  test('counted from the day it was done it keeps how often it still comes', async () => {
    const id = await repeating('FREQ=DAILY;INTERVAL=2;COUNT=2', '2026-05-01', AFTER)
    await completeTask(db, ana, id, onDay(1))
    expect(await dueOf(id)).toBe('2026-05-04')
    expect(parseRecurrence((await stored(db, id)).recurrence ?? '')?.rule.count).toBe(1)
    expect((await completeTask(db, ana, id, onDay(3))).task?.completed_at).not.toBeNull()
  })

  test('won’t do ends it', async () => {
    const id = await repeating('FREQ=DAILY')
    expect((await cancelTask(db, ana, id, asked)).task).toMatchObject({ cancelled: 1, due_day: '2026-05-01' })
  })

  test('a rule that nobody can read is no rule: it completes once', async () => {
    const [id = ''] = await addAll(db, ana, 'Milk')
    await db.updateTable('tasks').set({ recurrence: '{"rule":1}' }).where('id', '=', id).execute()
    expect((await completeTask(db, ana, id, asked)).task?.completed_at).not.toBeNull()
  })
})

describe('each occurrence is completed once', () => {
  const clicked = { due_day: '2026-05-01' }

  test('however many click in one moment', async () => {
    const id = await repeating('FREQ=DAILY')
    await share(db, (await inboxOf(db, ana)).id, ben)
    const everybody = Array.from({ length: 10 }, () => [
      completeTask(db, ana, id, asked, clicked),
      completeTask(db, ben, id, asked, clicked),
    ])
    const all = await Promise.all(everybody.flat())
    expect(await loggedOf(id)).toEqual(['done 2026-05-01'])
    expect(await dueOf(id)).toBe('2026-05-02')
    expect(all.every(({ task }) => task?.due_day === '2026-05-02')).toBe(true)
  })

  test('a repeat of the same request does nothing', async () => {
    const id = await repeating('FREQ=DAILY')
    const key = { now: NOON, op: newId(), request: 'one' }
    await completeTask(db, ana, id, key)
    await completeTask(db, ana, id, key)
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-02', ['done 2026-05-01']])
  })

  test('a second click has the Undo of the first', async () => {
    const id = await repeating('FREQ=DAILY')
    const first = await completeTask(db, ana, id, asked, clicked)
    expect((await completeTask(db, ana, id, asked, clicked)).op).toBe(first.op)
  })

  test('completed on one device and skipped on the other is one step', async () => {
    const id = await repeating('FREQ=DAILY')
    await completeTask(db, ana, id, asked, clicked)
    await skipTask(db, ana, id, asked, clicked)
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-02', ['done 2026-05-01']])
  })

  test('but a day that somebody put off is completed as it is now', async () => {
    const id = await repeating('FREQ=DAILY')
    await editTask(db, ana, id, { due_day: '2026-05-02' }, {}, asked)
    await completeTask(db, ana, id, asked, clicked)
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-03', ['done 2026-05-02']])
  })

  test('also when it had been done on that day before, and was brought back to it by hand', async () => {
    const id = await repeating('FREQ=WEEKLY')
    const put = (due_day: string) => editTask(db, ana, id, { due_day }, {}, asked)
    await completeTask(db, ana, id, asked, clicked)
    await put('2026-05-01')
    await put('2026-05-02')
    await completeTask(db, ana, id, asked, clicked)
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-08', ['done 2026-05-01', 'done 2026-05-02']])
    // Once more on that day, and this time it was done there: a second device is late.
    await put('2026-05-01')
    await completeTask(db, ana, id, asked, clicked)
    await completeTask(db, ana, id, { now: new Date(NOON.getTime() + DAY) }, clicked)
    expect(await loggedOf(id)).toEqual(['done 2026-05-01', 'done 2026-05-01', 'done 2026-05-02'])
  })

  test('what was undone and done again is over, what was undone and put off is open', async () => {
    const id = await repeating('FREQ=DAILY')
    const { op } = await completeTask(db, ana, id, asked, clicked)
    const undone = await undo(db, ana, op, asked)
    await undo(db, ana, undone.op, asked)
    await completeTask(db, ana, id, asked, clicked)
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-02', ['done 2026-05-01']])
    await undo(db, ana, op, asked)
    await editTask(db, ana, id, { due_day: '2026-05-04' }, {}, asked)
    await completeTask(db, ana, id, asked, clicked)
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-05', ['done 2026-05-04']])
  })

  test('a late click finds it over though it went to another list and another day in one step', async () => {
    const id = await repeating('FREQ=WEEKLY')
    const list = (await addList(db, ana, { name: 'Garden', color: '' }, asked)).id
    await completeTask(db, ana, id, asked, clicked)
    await editTask(db, ana, id, { due_day: '2026-05-09', list }, {}, asked)
    await completeTask(db, ana, id, asked, clicked)
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-09', ['done 2026-05-01']])
    await editTask(db, ana, id, { due_day: '2026-05-01' }, {}, asked)
    await editTask(db, ana, id, { due_day: '2026-05-02', list: (await inboxOf(db, ana)).id }, {}, asked)
    await completeTask(db, ana, id, asked, clicked)
    expect(await loggedOf(id)).toEqual(['done 2026-05-01', 'done 2026-05-02'])
  })

  test('and after Undo it can be completed again', async () => {
    const id = await repeating('FREQ=DAILY')
    const { op } = await completeTask(db, ana, id, asked, clicked)
    await undo(db, ana, op, asked)
    await completeTask(db, ana, id, asked, clicked)
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-02', ['done 2026-05-01']])
  })
})

describe('skipping', () => {
  test('passes over one occurrence', async () => {
    const id = await repeating('FREQ=WEEKLY;BYDAY=FR')
    expect((await skipTask(db, ana, id, asked)).task?.due_day).toBe('2026-05-08')
    // Ahead of its time it still goes on from the day it is due.
    expect((await skipTask(db, ana, id, asked)).task?.due_day).toBe('2026-05-15')
    expect(await loggedOf(id)).toEqual(['skipped 2026-05-01', 'skipped 2026-05-08'])
  })

  test('an occurrence ahead is counted from its own day', async () => {
    const id = await repeating('FREQ=DAILY;INTERVAL=3', '2026-05-10', AFTER)
    expect((await skipTask(db, ana, id, asked)).task?.due_day).toBe('2026-05-13')
  })

  test('the last one closes the task', async () => {
    const id = await repeating('FREQ=DAILY;COUNT=1')
    expect((await skipTask(db, ana, id, asked)).task).toMatchObject({ cancelled: 1, due_day: '2026-05-01' })
    expect(await loggedOf(id)).toEqual(['skipped 2026-05-01'])
  })

  test('is refused where nothing repeats, for viewers, and for strangers', async () => {
    const [once = ''] = await addAll(db, ana, 'Milk')
    expect(await reasonOf(skipTask(db, ana, once, asked))).toBe('invalid')
    const id = await repeating('FREQ=DAILY')
    expect(await reasonOf(skipTask(db, eve, id, asked))).toBe('not-found')
    await share(db, (await inboxOf(db, ana)).id, ben, 'viewer')
    expect(await reasonOf(skipTask(db, ben, id, asked))).toBe('forbidden')
    expect(await dueOf(id)).toBe('2026-05-01')
  })
})

describe('subtasks', () => {
  async function withSteps(rrule: string, rest: Partial<Recurrence> = {}) {
    const id = await repeating(rrule, '2026-05-01', rest)
    const steps: string[] = []
    for (const title of ['Fill the can', 'Ferns', 'Cactus']) {
      steps.push((await addTask(db, ana, { title, parent: id }, asked)).task?.id ?? '')
    }
    const [can = '', ferns = '', cactus = ''] = steps
    await completeTask(db, ana, can, asked)
    await cancelTask(db, ana, ferns, asked)
    return { id, can, ferns, cactus }
  }

  const isOpen = async (id: string) => (await stored(db, id)).completed_at === null

  test('open again with the next occurrence, and stay in the logbook', async () => {
    const { id, can, ferns, cactus } = await withSteps('FREQ=DAILY')
    await completeTask(db, ana, id, asked)
    expect(await Promise.all([can, ferns, cactus].map(isOpen))).toEqual([true, true, true])
    expect((await stored(db, ferns)).cancelled).toBe(0)
    expect(await completionsOf(db, can)).toHaveLength(1)
  })

  test('keep in the logbook what was done in earlier rounds, when one is opened again in this round', async () => {
    const { id, can } = await withSteps('FREQ=DAILY')
    await completeTask(db, ana, id, asked)
    const tomorrow = { now: new Date(NOON.getTime() + DAY) }
    await completeTask(db, ana, can, tomorrow)
    expect(await completionsOf(db, can)).toHaveLength(2)
    await reopenTask(db, ana, can, tomorrow)
    expect(await completionsOf(db, can)).toMatchObject([{ completed_at: NOON.toISOString() }])
  })

  test('stay done where the task keeps them', async () => {
    const { id, can, cactus } = await withSteps('FREQ=DAILY', { keepsSubtasks: true })
    await completeTask(db, ana, id, asked)
    expect(await Promise.all([can, cactus].map(isOpen))).toEqual([false, true])
  })

  test('are done again after Undo, and open after Redo', async () => {
    const { id, can, ferns } = await withSteps('FREQ=DAILY')
    const before = await Promise.all([id, can, ferns].map((task) => stored(db, task)))
    const { op } = await completeTask(db, ana, id, asked)
    const undone = await undo(db, ana, op, asked)
    expect(undone.outcome).toBe('done')
    expect(await Promise.all([id, can, ferns].map((task) => stored(db, task)))).toEqual(before)
    expect(await loggedOf(id)).toEqual([])
    await undo(db, ana, undone.op, asked)
    expect([await dueOf(id), await isOpen(can), await loggedOf(id)]).toEqual(['2026-05-02', true, ['done 2026-05-01']])
  })
})

describe('Undo', () => {
  test('brings back the exact due, its start and how often it still comes', async () => {
    const id = await repeating('FREQ=DAILY;INTERVAL=2;COUNT=3', '2026-04-20', AFTER)
    await editTask(
      db,
      ana,
      id,
      { due_time: '18:30', due_zone: 'Europe/Berlin', start_day: '2026-04-18', deadline_day: '2026-05-20' },
      {},
      asked,
    )
    const before = await stored(db, id)
    const { op } = await completeTask(db, ana, id, asked)
    expect(await dueOf(id)).toBe('2026-05-03')
    await undo(db, ana, op, asked)
    expect(await stored(db, id)).toEqual(before)
    expect(await completionsOf(db, id)).toEqual([])
  })

  test('of a skip, too', async () => {
    const id = await repeating('FREQ=WEEKLY;BYDAY=FR')
    const before = await stored(db, id)
    const { op } = await skipTask(db, ana, id, asked)
    await undo(db, ana, op, asked)
    expect(await stored(db, id)).toEqual(before)
    expect(await completionsOf(db, id)).toEqual([])
  })

  test('of the last occurrence opens it again', async () => {
    const id = await repeating('FREQ=DAILY;COUNT=1')
    const before = await stored(db, id)
    const { op } = await completeTask(db, ana, id, asked)
    await undo(db, ana, op, asked)
    expect(await stored(db, id)).toEqual(before)
  })

  test('of an occurrence that another has followed takes neither the day nor the logbook back', async () => {
    const id = await repeating('FREQ=DAILY')
    const { op } = await completeTask(db, ana, id, asked)
    await completeTask(db, ana, id, onDay(1))
    await undo(db, ana, op, onDay(1))
    expect([await dueOf(id), await loggedOf(id)]).toEqual(['2026-05-03', ['done 2026-05-01', 'done 2026-05-02']])
  })
})
