import { expect, test } from 'bun:test'
import { withPage } from './chromium.ts'
import { journeys } from './journeys.ts'
import { add, nothingWaits, onServer, register, row, titles, until } from './people.ts'

const { site } = await journeys()

test('what is completed sinks below the fold, once, and comes back from there', () =>
  withPage({ baseURL: site.url }, async (page) => {
    await register(page, site.url, 'ana-fold')
    await add(page, 'Tea', 'Bread', 'Milk')
    const button = page.getByRole('button', { name: 'Completed today' })
    expect(await button.count()).toBe(0)
    await row(page, 'Milk').locator('.check').click()
    await button.waitFor()
    expect(await button.textContent()).toBe('Completed today · 1')
    await until(async () => (await titles(page)).join() === 'Bread,Tea', 'it has left')
    await button.click()
    await until(async () => (await titles(page)).join() === 'Bread,Tea,Milk', 'it stands below')
    await row(page, 'Bread').locator('.check').click()
    await until(async () => (await titles(page)).join() === 'Tea,Bread,Milk', 'the next one stands above it')
    expect(await page.locator('.tasks[data-keeps="done"] > .task.done').count()).toBe(2)
    await row(page, 'Milk').locator('.check').click()
    await until(async () => (await titles(page)).join() === 'Milk,Tea,Bread', 'it is back in its place')
    await page.waitForTimeout(1500)
    await nothingWaits(page)
    expect(await titles(page)).toEqual(['Milk', 'Tea', 'Bread'])
    expect(await onServer(page, '/')).toEqual(['Milk', 'Tea', 'Bread'])
    await page.reload()
    expect(await titles(page)).toEqual(['Milk', 'Tea', 'Bread'])
  }))
