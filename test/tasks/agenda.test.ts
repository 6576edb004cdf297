import { beforeAll, describe, expect, test } from 'bun:test'
import { addDays, type Day } from '#core/days.ts'
import { instant } from '#core/time.ts'
import { instantOf } from '#core/wall-clock.ts'
import type { Database } from '#db/db.ts'
import { countToday } from '#db/due.ts'
import type { Task, User } from '#db/schema.ts'
import { undo } from '#features/history/undo.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { placeFromLink, placeInLink, todayRows, upcomingRows } from '#features/tasks/agenda.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { rescheduleOverdue } from '#features/tasks/rescheduling.ts'
import { todayFor } from '#web/dates.ts'
import { asked, emptyHouse, NOON, person, share, stored } from './household.ts'

// Today is Friday, 1 May 2026.
let db: Database

beforeAll(async () => {
  db = await emptyHouse()
})

/** Somebody with these clocks. */
async function someone(zone = 'UTC', day_starts = '00:00'): Promise<User> {
  const user = await person(db, 'ana')
  await db.updateTable('users').set({ zone, day_starts }).where('id', '=', user.id).execute()
  return { ...user, zone, day_starts }
}

/** Adds a task with these fields. */
async function plan(user: User, title: string, fields: Partial<Task>): Promise<string> {
  const { task } = await addTask(db, user, { title }, asked)
  if (Object.keys(fields).length > 0) await db.updateTable('tasks').set(fields).where('id', '=', task!.id).execute()
  return task!.id
}

const at = (due_day: Day, due_time: string, due_zone: string): Partial<Task> => ({
  due_day,
  due_time,
  due_zone,
  due_at: instant(instantOf(due_day, due_time, due_zone)),
})

const titlesToday = async (user: User, now = NOON) => (await todayRows(db, user, now)).rows.map(({ title }) => title)
const titlesAhead = async (user: User, now = NOON) => (await upcomingRows(db, user, now)).rows.map(({ title }) => title)

describe('Today', () => {
  test('shows what is overdue, then today’s by time, then what has no time in its order', async () => {
    const ana = await someone()
    await plan(ana, 'Second', { due_day: '2026-05-01' })
    await plan(ana, 'First', { due_day: '2026-05-01' })
    await plan(ana, 'Evening', { due_day: '2026-05-01', due_time: '20:00' })
    await plan(ana, 'Morning', { due_day: '2026-05-01', due_time: '08:00' })
    await plan(ana, 'Yesterday', { due_day: '2026-04-30' })
    await plan(ana, 'Last year', { due_day: '2025-04-30', due_time: '23:00' })
    await plan(ana, 'Tomorrow', { due_day: '2026-05-02' })
    await plan(ana, 'Some day', {})
    expect(await titlesToday(ana)).toEqual(['Last year', 'Yesterday', 'Morning', 'Evening', 'First', 'Second'])
    expect(await titlesAhead(ana)).toEqual(['Tomorrow'])
    expect(await countToday(db, todayFor(ana, NOON))).toBe(6)
  })

  test('hides what starts later, even when it is due, and shows it ahead, at its start', async () => {
    const ana = await someone()
    await plan(ana, 'Not yet', { due_day: '2026-05-01', start_day: '2026-05-02' })
    await plan(ana, 'Started', { due_day: '2026-05-01', start_day: '2026-05-01' })
    await plan(ana, 'Next week', { start_day: '2026-05-08' })
    await plan(ana, 'In June', { start_day: '2026-05-20', due_day: '2026-06-01' })
    expect(await titlesToday(ana)).toEqual(['Started'])
    expect(await titlesAhead(ana)).toEqual(['Not yet', 'Next week', 'In June'])
    expect(await countToday(db, todayFor(ana, NOON))).toBe(1)
  })

  test('shows deadlines that are today or have passed, once, and later ones ahead', async () => {
    const ana = await someone()
    await plan(ana, 'Passed', { deadline_day: '2026-04-01' })
    await plan(ana, 'Both', { due_day: '2026-05-01', deadline_day: '2026-05-01' })
    await plan(ana, 'Due too late', { due_day: '2026-05-05', deadline_day: '2026-05-01' })
    await plan(ana, 'In May', { deadline_day: '2026-05-30' })
    expect((await titlesToday(ana)).sort()).toEqual(['Both', 'Due too late', 'Passed'])
    expect(await titlesAhead(ana)).toEqual(['Due too late', 'In May'])
    expect(await countToday(db, todayFor(ana, NOON))).toBe(3)
  })

  test('is the reader’s own: a day without a zone begins in Auckland a day before it does in Honolulu', async () => {
    const ana = await someone('Pacific/Auckland')
    const ben = await someone('Pacific/Honolulu')
    const { id: list } = await inboxOf(db, ana)
    await share(db, list, ben)
    // In Auckland it is 2 May, 10:30, in Honolulu 1 May, 12:30.
    const now = new Date('2026-05-01T22:30:00.000Z')
    await plan(ana, 'Saturday', { due_day: '2026-05-02' })
    await plan(ana, 'Friday', { due_day: '2026-05-01' })
    await plan(ana, 'A call with Honolulu', at('2026-05-01', '23:30', 'Pacific/Honolulu'))
    expect(await titlesToday(ana, now)).toEqual(['Friday', 'A call with Honolulu', 'Saturday'])
    expect((await todayRows(db, ana, now)).rows.map(({ place }) => `${place.day} ${place.time}`)).toEqual([
      '2026-05-01 24:00',
      '2026-05-02 21:30',
      '2026-05-02 24:00',
    ])
    expect(await titlesToday(ben, now)).toEqual(['A call with Honolulu', 'Friday'])
    expect(await titlesAhead(ben, now)).toEqual(['Saturday'])
  })

  test('lasts until four in the morning for somebody whose days begin then', async () => {
    const ana = await someone('Europe/Berlin', '04:00')
    await plan(ana, 'Friday', { due_day: '2026-05-01' })
    await plan(ana, 'Saturday', { due_day: '2026-05-02' })
    const halfPastTwo = new Date('2026-05-02T00:30:00.000Z')
    const four = new Date('2026-05-02T02:00:00.000Z')
    expect(await titlesToday(ana, halfPastTwo)).toEqual(['Friday'])
    expect(await titlesAhead(ana, halfPastTwo)).toEqual(['Saturday'])
    expect((await todayRows(db, ana, four)).rows.map(({ place }) => place.day)).toEqual(['2026-05-01', '2026-05-02'])
  })

  test('ends when the clocks say so, on days of 23 and of 25 hours', async () => {
    const berlin = await someone('Europe/Berlin')
    await plan(berlin, 'Late call in March', at('2026-03-29', '23:30', 'Europe/Berlin'))
    await plan(berlin, 'Late call in October', at('2026-10-25', '23:30', 'Europe/Berlin'))
    expect(await titlesToday(berlin, new Date('2026-03-28T23:00:00Z'))).toEqual(['Late call in March'])
    expect(await titlesToday(berlin, new Date('2026-03-28T22:59:00Z'))).toEqual([])
    expect(await titlesToday(berlin, new Date('2026-10-24T22:00:00Z'))).toHaveLength(2)
    expect(await titlesToday(berlin, new Date('2026-10-24T21:59:00Z'))).toEqual(['Late call in March'])
    const hobart = await someone('Australia/Hobart')
    await plan(hobart, 'Early call', at('2026-10-04', '03:10', 'Australia/Hobart'))
    expect(await titlesToday(hobart, new Date('2026-10-03T14:00:00Z'))).toEqual(['Early call'])
    expect(await titlesToday(hobart, new Date('2026-10-03T13:59:00Z'))).toEqual([])
  })

  test('puts a child below its parent where both are due, else it stands alone', async () => {
    const ana = await someone()
    const parent = await plan(ana, 'Move', { due_day: '2026-05-01' })
    await plan(ana, 'Other', { due_day: '2026-05-01' })
    const boxes = await plan(ana, 'Boxes', { due_day: '2026-05-01', parent_id: parent })
    await plan(ana, 'Tape', { due_day: '2026-05-01', parent_id: boxes })
    await plan(ana, 'Keys', { due_day: '2026-04-30', parent_id: parent })
    const { rows } = await todayRows(db, ana, NOON)
    expect(rows.map(({ title, depth, parent }) => [title, depth, parent])).toEqual([
      ['Keys', 0, 'Move'],
      ['Other', 0, undefined],
      ['Move', 0, undefined],
      ['Boxes', 1, 'Move'],
      ['Tape', 2, 'Boxes'],
    ])
  })

  test('shows no completed, deleted or archived task, and none of a stranger', async () => {
    const ana = await someone()
    const eve = await someone()
    await completeTask(db, ana, await plan(ana, 'Done', { due_day: '2026-05-01' }), asked)
    await plan(ana, 'Deleted', { due_day: '2026-05-01', deleted_at: instant(NOON) })
    await plan(ana, 'Open', { due_day: '2026-05-01' })
    expect(await titlesToday(ana)).toEqual(['Open'])
    expect([await titlesToday(eve), await titlesAhead(eve)]).toEqual([[], []])
    expect(await countToday(db, todayFor(eve, NOON))).toBe(0)
    const { id } = await inboxOf(db, ana)
    await db
      .updateTable('lists')
      .set({ archived_at: instant(NOON) })
      .where('id', '=', id)
      .execute()
    expect(await titlesToday(ana)).toEqual([])
  })

  test('goes on from page to page, and nothing is lost or shown twice', async () => {
    const ana = await someone('Asia/Kathmandu')
    const all = new Set<string>()
    for (let i = 0; i < 130; i++) {
      const day = `2026-04-${String(10 + (i % 22)).padStart(2, '0')}`.replace('04-31', '05-01')
      const fields = [
        { due_day: day },
        { due_day: day, due_time: `0${i % 10}:30` },
        at(day, '12:15', 'America/New_York'),
        { deadline_day: day },
      ]
      all.add(await plan(ana, `Task ${i}`, fields[i % 4]!))
    }
    const seen: string[] = []
    let after: ReturnType<typeof placeFromLink>
    do {
      const page = await todayRows(db, ana, NOON, after)
      seen.push(...page.rows.map(({ id }) => id))
      const link = page.next && new URLSearchParams(placeInLink(page.next))
      after = link && placeFromLink(link.get('after') ?? '', link.get('at') ?? '')
      expect(after).toEqual(page.next)
    } while (after)
    expect([seen.length, new Set(seen)]).toEqual([130, all])
  })
})

test('Upcoming goes on from page to page, whatever makes a task stand there', async () => {
  const ana = await someone('Asia/Tokyo')
  const wanted: string[] = []
  for (let i = 0; i < 160; i++) {
    const day = addDays('2026-05-02', Math.floor(i / 4))
    const title = `${day} ${i % 4}`
    // In the order in which they stand on a day: by time, then those without one.
    const fields = [
      at(day, '09:00', 'Asia/Tokyo'),
      { due_day: day, due_time: '10:00' },
      { deadline_day: day },
      { start_day: day },
    ]
    await plan(ana, title, { ...fields[i % 4], position: `a${i % 4}` })
    wanted.push(title)
  }
  const seen: string[] = []
  let after: ReturnType<typeof placeFromLink>
  do {
    const { rows, next } = await upcomingRows(db, ana, NOON, after)
    seen.push(...rows.map(({ title }) => title))
    after = next
  } while (after)
  expect(seen).toEqual(wanted)
})

test.each(['', 'x', '2026-02-30_10:00_a0', '2026-02-20_25:00_a0', '2026-02-20_10:00_', '9999-99-99_24:00_a0'])(
  'a link that names no place leads to the top: %p',
  (at) => {
    expect(placeFromLink('01900000-0000-7000-8000-000000000000', at)).toBeUndefined()
  },
)

describe('rescheduling', () => {
  test('makes everything overdue due today, beyond the page too, as one op that can be taken back', async () => {
    const ana = await someone()
    const ids: string[] = []
    for (let i = 0; i < 60; i++) ids.push(await plan(ana, `Late ${i}`, { due_day: '2026-04-01', due_time: '10:00' }))
    const later = await plan(ana, 'Later', { due_day: '2026-05-07' })
    const { op } = await rescheduleOverdue(db, ana, asked)
    for (const id of ids) expect(await stored(db, id)).toMatchObject({ due_day: '2026-05-01', due_time: '10:00' })
    expect((await stored(db, later)).due_day).toBe('2026-05-07')
    await undo(db, ana, op, asked)
    for (const id of ids) expect((await stored(db, id)).due_day).toBe('2026-04-01')
  })

  test('keeps the time of a call elsewhere, on the day that is today here', async () => {
    const ana = await someone('Pacific/Auckland')
    const call = await plan(ana, 'Call Honolulu', at('2026-04-20', '20:00', 'Pacific/Honolulu'))
    await rescheduleOverdue(db, ana, asked)
    // In Auckland it is 2 May; eight in the evening of 1 May in Honolulu is six in the evening of 2 May there.
    expect(await stored(db, call)).toMatchObject({ due_day: '2026-05-01', due_time: '20:00' })
    expect((await stored(db, call)).due_at).toBe('2026-05-02T06:00:00.000Z')
  })

  test('leaves alone what somebody may only read, and what a stranger has', async () => {
    const ana = await someone()
    const ben = await someone()
    await share(db, (await inboxOf(db, ana)).id, ben, 'viewer')
    const late = await plan(ana, 'Late', { due_day: '2026-04-01' })
    await rescheduleOverdue(db, ben, asked)
    expect((await stored(db, late)).due_day).toBe('2026-04-01')
  })
})
