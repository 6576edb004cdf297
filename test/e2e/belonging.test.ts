import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeysOnALine } from './journeys.ts'
import { add, login, nothingWaits, register, row, scriptRuns, titles, until, waits } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

/** Ana in a browser that keeps pages, with two lists and a label. */
async function ana(): Promise<Page> {
  const { page, context } = await visit()
  const name = `ana${++count}-belonging`
  await register(page, network.url, name)
  await context.clearCookies()
  await login(page, network.url, name)
  await scriptRuns(page)
  await until(() => page.evaluate(() => !!navigator.serviceWorker.controller), 'the worker has control')
  for (const list of ['Gar', 'Work']) await makeNamed(page, '/lists', list)
  await makeNamed(page, '/labels', 'phone')
  return page
}

async function makeNamed(page: Page, path: string, name: string): Promise<void> {
  await page.goto(network.url + path)
  await scriptRuns(page)
  await page.fill('main [name=name]', name)
  await page.press('main [name=name]', 'Enter')
  await nothingWaits(page)
}

const visitPlace = async (page: Page, name: string): Promise<void> => {
  await page.locator('.side a', { hasText: name }).first().click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

async function visitLabel(page: Page): Promise<void> {
  await page.locator('.side a[href="/labels"]').first().click()
  await page.locator('main a', { hasText: 'phone' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'phone' }).waitFor()
}

/** All pages that a task could stand on, by name. */
const places: Record<string, (page: Page) => Promise<void>> = {
  Inbox: (page) => visitPlace(page, 'Inbox'),
  Gar: (page) => visitPlace(page, 'Gar'),
  Work: (page) => visitPlace(page, 'Work'),
  Today: (page) => visitPlace(page, 'Today'),
  phone: visitLabel,
}

async function everywhere(page: Page): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const [name, go] of Object.entries(places)) {
    await go(page)
    // Long enough for what reads lines to be loaded.
    await page.waitForTimeout(200)
    found[name] = (await titles(page)).toSorted()
  }
  return found
}

test('without a network a new task stands only where it belongs', async () => {
  const page = await ana()
  for (const go of Object.values(places)) await go(page)
  await page.waitForTimeout(300)
  await page.goto(network.url)
  await scriptRuns(page)
  await network.cut()
  await page.fill('#task', 'Oats next friday')
  await page.press('#task', 'Enter')
  await page.fill('#task', 'Tea #Work')
  await page.press('#task', 'Enter')
  await page.fill('#task', 'Milk today @phone')
  await page.press('#task', 'Enter')
  await waits(page, 3)
  await visitPlace(page, 'Gar')
  await page.fill('#task', 'Bread')
  await page.press('#task', 'Enter')
  await visitPlace(page, 'Today')
  await page.fill('#task', 'Salt #gar')
  await page.press('#task', 'Enter')
  await waits(page, 5)
  expect(await everywhere(page)).toEqual({
    Inbox: ['Milk', 'Oats'],
    Gar: ['Bread', 'Salt'],
    Work: ['Tea'],
    Today: ['Milk', 'Salt'],
    phone: ['Milk'],
  })
  // Also when the page is loaded anew, without what reads lines.
  await page.goto(`${network.url}/today`)
  await until(async () => (await titles(page)).toSorted().join() === 'Milk,Salt', 'Today shows what is due today')
  network.mend()
  await nothingWaits(page)
}, 60_000)

test('a slow server puts a new task only where it belongs', async () => {
  const page = await ana()
  await page.goto(network.url)
  await add(page, 'Oats')
  network.play(async (request) => {
    if (request.headers.has('X-Outbox')) await Bun.sleep(2000)
    return undefined
  })
  await page.fill('#task', 'Milk')
  await page.press('#task', 'Enter')
  await visitPlace(page, 'Work')
  expect(await titles(page)).toEqual([])
  await nothingWaits(page)
  await page.waitForTimeout(100)
  expect(await titles(page)).toEqual([])
}, 30_000)

test('another tab shows a new task only where it belongs', async () => {
  const page = await ana()
  await page.goto(network.url)
  await scriptRuns(page)
  const other = await page.context().newPage()
  await other.goto(network.url)
  await scriptRuns(other)
  await visitPlace(other, 'Work')
  await add(page, 'Milk')
  await other.waitForTimeout(200)
  expect(await titles(other)).toEqual([])
}, 30_000)

test('without a network, what was moved to another list is said where it went, and can be undone', async () => {
  const page = await ana()
  await page.goto(network.url)
  await add(page, 'Oats', 'Milk')
  await row(page, 'Oats').locator('.title').focus()
  await page.keyboard.press('v')
  await page.locator('dialog [role="combobox"]').waitFor()
  await page.keyboard.press('Escape')
  await network.cut()
  await page.keyboard.press('v')
  await page.getByRole('option', { name: 'Work', exact: true }).click({ timeout: 5000 })
  const toast = page.locator('.toast', { hasText: 'Moved “Oats” to “Work”' })
  await toast.getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await titles(page)).length === 2, 'it is back')
  network.mend()
  await nothingWaits(page)
}, 30_000)
