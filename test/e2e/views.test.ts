import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { addDays } from '#core/days.ts'
import { closeBrowser, withPage } from './chromium.ts'
import { add, edit, login, nothingWaits, register, row, until } from './people.ts'
import { startSite } from './site.ts'

let site: Awaited<ReturnType<typeof startSite>>

beforeAll(async () => {
  site = await startSite()
})
afterAll(async () => {
  await closeBrowser()
  await site.stop()
})

const today = () => new Date().toISOString().slice(0, 10)

const groups = (page: Page): Promise<string[]> => page.locator('main .group:visible').allInnerTexts()

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    const name = javaScript ? 'ana-today' : 'ana-today-plain'
    const open = (work: (page: Page) => Promise<void>) =>
      withPage({ baseURL: site.url, javaScript, timezoneId: 'UTC' }, async (page) => {
        await login(page, site.url, name)
        await work(page)
      })
    const settled = (page: Page) => (javaScript ? nothingWaits(page) : page.waitForLoadState())

    beforeAll(() =>
      withPage({ baseURL: site.url, javaScript: true, timezoneId: 'UTC' }, async (page) => {
        await register(page, site.url, name)
        await add(page, 'Renew the passport', 'Dinner with Ben in 4 days')
        await edit(page, 'Renew the passport', { due_day: addDays(today(), -3) })
      }),
    )

    test('what is added on Today is due today, and leaves when it is done', () =>
      open(async (page) => {
        await page.goto('/today')
        expect(await groups(page)).toHaveLength(1)
        await page.fill('#task', 'Water the plants')
        await page.press('#task', 'Enter')
        await row(page, 'Water the plants').waitFor()
        await settled(page)
        expect(await page.locator('#today_count').innerText()).toBe('2')
        await page.reload()
        expect(await groups(page)).toHaveLength(2)
        await row(page, 'Water the plants').locator('.check').click()
        await until(async () => (await row(page, 'Water the plants').count()) === 0, 'it has left')
        await settled(page)
        expect(await page.locator('#today_count').innerText()).toBe('1')
        await page.getByText('Completed today').waitFor()
      }))

    test('everything overdue is rescheduled by one button, and taken back by one', () =>
      open(async (page) => {
        await page.goto('/today')
        expect(await groups(page)).toEqual([expect.stringContaining('Overdue')])
        await page.getByRole('button', { name: 'Reschedule all' }).click()
        await page.getByText('What was overdue is due today').waitFor()
        await until(async () => !(await groups(page)).join().includes('Overdue'), 'nothing is overdue')
        expect(await row(page, 'Renew the passport').count()).toBe(1)
        await page.getByRole('button', { name: 'Undo' }).click()
        await until(async () => (await groups(page)).join().includes('Overdue'), 'it is overdue again')
      }))

    test('what is planned for later stands on its day', () =>
      open(async (page) => {
        await page.goto('/upcoming')
        expect(await groups(page)).toHaveLength(1)
        await row(page, 'Dinner with Ben').waitFor()
      }))

    test('what is deleted is found in the trash, and comes back', () =>
      open(async (page) => {
        await page.goto('/upcoming')
        await row(page, 'Dinner with Ben').locator('.more').click({ force: true })
        await page.getByRole('button', { name: 'Delete' }).first().click()
        await until(async () => (await row(page, 'Dinner with Ben').count()) === 0, 'it is gone')
        await settled(page)
        await page.goto('/trash')
        await page.getByRole('button', { name: 'Restore Dinner with Ben' }).click()
        await page.getByText('The trash is empty.').waitFor()
        await page.goto('/upcoming')
        await row(page, 'Dinner with Ben').waitFor()
      }))
  })
}
