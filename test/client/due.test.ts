import { expect, test } from 'bun:test'
import { sayDue } from '#client/effects/chips.ts'
import { locales } from '#features/accounts/preferences.ts'
import { add } from '#test/tasks/asking.ts'
import { world } from '#test/world.ts'

/** When something is due, on 1 May 2026: late, today and in the days ahead, this year and another one. */
const WHEN = [
  '2025-12-31',
  '2026-03-02 08:05',
  '2026-04-24',
  '2026-04-25 14:00',
  '2026-04-30',
  '2026-05-01',
  '2026-05-01 08:05',
  '2026-05-01 14:00',
  '2026-05-02 00:30',
  '2026-05-07',
  '2026-05-08 23:59',
  '2026-11-12',
  '2031-05-27 15:00',
]

/** What stands on the chips of a page: the day and time of the task, the look, and the words. */
const chips = (page: string) =>
  [...page.matchAll(/<span class="(due[^"]*)" data-due="([^"]+)"[^>]*>(?:<svg.*?<\/svg>)?([^<]*)</gs)].map(
    ([, look = '', due = '', words = '']) => ({ look, due, words }),
  )

test('what the browser shows before the server has answered is what the server says, however dates are written', async () => {
  const site = await world()
  const ana = await site.loggedIn('ana')
  for (const [i, id] of (await add(ana, ...WHEN.map((when) => `Task for ${when.replaceAll(/\D/g, 'x')}`))).entries()) {
    const [due_day = '', due_time = ''] = (WHEN[i] ?? '').split(' ')
    await ana.post(`/tasks/${id}/edit`, { due_day, due_time })
  }
  for (const [locale] of locales()) {
    await site.db.updateTable('users').set({ locale, zone: 'UTC' }).execute()
    const page = await ana.page('/')
    const [, dates = ''] = /<meta name="dates" content="([^"]*)"/.exec(page) ?? []
    const here = { today: '2026-05-01', now: '12:00', locale: dates.split(' ')[4] ?? '' }
    const said = chips(page).map(({ due }) => {
      const [day = '', time] = due.split(' ')
      return { due, ...sayDue(day, here, time) }
    })
    expect(said.length).toBe(WHEN.length)
    expect([locale, said]).toEqual([locale, chips(page)] as never)
  }
})
