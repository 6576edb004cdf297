import { beforeAll, expect, test } from 'bun:test'
import { HOUR, instant } from '#core/time.ts'
import { instantOf } from '#core/wall-clock.ts'
import type { Task, User } from '#db/schema.ts'
import { type World, world } from '#test/world.ts'
import { add } from './asking.ts'

// It is Friday, 1 May 2026, noon, UTC.
let site: World

beforeAll(async () => {
  site = await world()
})

let people = 0

/** The quiet words of a task with these fields, and how those about its due day look, on the pages of somebody new. */
async function said(task: Partial<Task>, clocks: Partial<User> = {}, page = '/') {
  const name = `ana${people++}-late`
  const tab = await site.loggedIn(name)
  const { id } = await site.person(name)
  await site.db
    .updateTable('users')
    .set({ zone: 'UTC', ...clocks })
    .where('id', '=', id)
    .execute()
  const [milk] = await add(tab, 'Milk')
  await site.db.updateTable('tasks').set(task).where('id', '=', milk!).execute()
  const [, look, words] =
    /<span class="(due[^"]*)"[^>]*>(?:<svg.*?<\/svg>)?([^<]*)</s.exec(
      (await tab.page(page)).replace(/<template[\s\S]*?<\/template>/g, ''),
    ) ?? []
  return { look, words }
}

const today = (due_time: string | null): Partial<Task> => ({ due_day: '2026-05-01', due_time })

test('what is due today is late from the minute on after its time, in a word and a colour', async () => {
  expect(await said(today('11:59'))).toEqual({ look: 'due late', words: 'Late since 11:59' })
  expect(await said(today('12:00'))).toEqual({ look: 'due today', words: 'Today 12:00' })
  expect(await said(today(null))).toEqual({ look: 'due today', words: 'Today' })
  expect(await said(today('00:00'), { locale: 'en-US' })).toMatchObject({ words: 'Late since 12:00 AM' })
})

test('a time is late by the clocks of whoever reads it; with a zone of its own, at that moment', async () => {
  expect(await said(today('11:59'), { zone: 'America/New_York' })).toMatchObject({ words: 'Today 11:59' })
  expect(await said(today('13:30'), { zone: 'Europe/Berlin' })).toMatchObject({ words: 'Late since 13:30' })
  const inTokyo = {
    ...today('19:00'),
    due_zone: 'Asia/Tokyo',
    due_at: instant(instantOf('2026-05-01', '19:00', 'Asia/Tokyo')),
  }
  expect(await said(inTokyo)).toMatchObject({ words: 'Late since 10:00' })
})

test('past midnight the evening of a night owl is late, and is no day before today', async () => {
  // In Auckland it is 01:00 on Saturday, and Friday lasts until four.
  const owl = { zone: 'Pacific/Auckland', day_starts: '04:00' } as const
  site.pass(HOUR)
  expect(await said(today('20:00'), owl)).toEqual({ look: 'due late', words: 'Late since 20:00' })
  const past = { due_day: '2026-05-02', due_time: '00:30' }
  expect(await said(past, owl)).toEqual({ look: 'due late', words: 'Late since 00:30' })
  expect(await said({ ...past, due_time: '02:00' }, owl)).toMatchObject({ look: 'due' })
  site.pass(-HOUR)
})

test('what is done is late no more', async () => {
  const done = { ...today('08:00'), completed_at: '2026-05-01T11:00:00.000Z' }
  expect(await said(done, {}, '/search?q=completed')).toMatchObject({ look: 'due today', words: 'Today 08:00' })
})

test('it is still due today and not overdue, for the page Today and for filters', async () => {
  expect(await said(today('08:00'), {}, '/search?q=today')).toMatchObject({ look: 'due late' })
  expect(await said(today('08:00'), {}, '/search?q=overdue')).toEqual({ look: undefined, words: undefined })
  const tab = await site.loggedIn(`ana${people - 2}-late`)
  expect(await tab.page('/today')).not.toContain('Reschedule all')
})
