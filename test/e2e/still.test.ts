import { expect, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import type { PageOptions } from './chromium.ts'
import { journeysOnALine } from './journeys.ts'
import { add, nothingWaits, register, row, until } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

async function ana(options: PageOptions, ...tasks: string[]): Promise<Page> {
  const opened = await visit({ reducedMotion: 'reduce', ...options })
  await register(opened.page, network.url, `ana${++count}-still`)
  await add(opened.page, ...tasks.toReversed())
  return opened.page
}

const boxOf = async (thing: Locator) => {
  const box = await thing.boundingBox()
  if (!box) throw new Error('It is not to be seen.')
  return { ...box, bottom: box.y + box.height }
}

for (const screen of ['desktop', 'phone'] as const) {
  test(`on a ${screen}, a notice that comes or goes moves nothing`, async () => {
    const page = await ana({ screen }, 'Milk')
    const before = await boxOf(row(page, 'Milk'))
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
    await row(page, 'Milk').locator('.check').click()
    await page.getByText('1 change is waiting').waitFor()
    expect((await boxOf(page.locator('h1'))).y).toBeLessThan(before.y)
    expect((await boxOf(page.locator('.add[data-outbox=add]'))).bottom).toBeLessThanOrEqual(before.y)
    await page.locator('.logout button:visible').click({ trial: true })
    network.play(undefined)
    await nothingWaits(page)
    await until(async () => (await page.locator('.notice').count()) === 0, 'the notice goes')
  })

  test(`on a ${screen}, a row that is renamed keeps its height`, async () => {
    const page = await ana({ screen }, 'Milk', 'Bread')
    const before = await boxOf(row(page, 'Milk'))
    await row(page, 'Milk').locator('.more').dispatchEvent('click')
    await page.getByRole('link', { name: 'Rename' }).click()
    const during = await boxOf(page.locator('.task', { has: page.locator('form.rename') }))
    expect(Math.abs(during.height - before.height)).toBeLessThan(1)
    expect((await boxOf(row(page, 'Bread'))).y).toBe(before.bottom)
  })
}

test('on a phone all that a toast stands over can be scrolled clear of it', async () => {
  const page = await ana({ screen: 'phone' }, ...Array.from({ length: 20 }, (_, i) => `Task ${i}`))
  await row(page, 'Task 0').locator('.check').click()
  await page.locator('.toast', { hasText: 'Completed' }).waitFor()
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  expect((await boxOf(row(page, 'Task 19'))).bottom).toBeLessThan((await boxOf(page.locator('.toast'))).y)
  expect((await boxOf(page.locator('.toast'))).bottom).toBeLessThan((await boxOf(page.locator('.side'))).y)
})

test('on a phone the menu of the last row stands clear of the bar', async () => {
  const page = await ana({ screen: 'phone' }, ...Array.from({ length: 20 }, (_, i) => `Task ${i}`))
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await row(page, 'Task 19').locator('.more').click()
  const menu = await boxOf(page.locator('.menu'))
  expect(menu.bottom).toBeLessThan((await boxOf(page.locator('.side'))).y)
  expect(menu.y).toBeGreaterThan(0)
})

test('on a phone the field of the Inbox does not take the focus by itself', async () => {
  const page = await ana({ screen: 'phone' }, 'Milk')
  await page.tap('.side a[href="/today"]')
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor()
  await page.tap('.side a[href="/"]')
  await page.waitForSelector('#task')
  await page.waitForTimeout(300)
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
})

test('on a desktop a toast stands in the middle of the column', async () => {
  const page = await ana({}, 'Milk')
  await page.click('.check')
  await page.locator('.toast', { hasText: 'Completed' }).waitFor()
  const [toast, main] = [await boxOf(page.locator('.toast')), await boxOf(page.locator('main'))]
  expect(Math.abs(toast.x + toast.width / 2 - (main.x + main.width / 2))).toBeLessThan(2)
})

test('the card of the login page stays where it is when the words above it go', async () => {
  const page = await ana({})
  await page.click('.side .logout button')
  await page.locator('.toast', { hasText: 'You are logged out.' }).waitFor()
  // It is there once the script knows that the browser can do it.
  await page.getByRole('button', { name: 'Log in with a passkey' }).waitFor()
  const before = await boxOf(page.locator('.card'))
  await page.getByRole('button', { name: 'Close' }).click()
  expect(await page.locator('.toast').count()).toBe(0)
  expect(await boxOf(page.locator('.card'))).toEqual(before)
})

test('a toast is as high before its button to close is there as afterwards', async () => {
  const page = await ana({})
  await page.click('.side .logout button')
  await page.getByRole('button', { name: 'Close' }).waitFor()
  const toast = page.locator('.toast', { hasText: 'You are logged out.' })
  const { height } = await boxOf(toast)
  await toast.locator('.close').evaluate((button) => button.remove())
  expect((await boxOf(toast)).height).toBe(height)
})

test('Completed, when its only entry is reopened, has no heading of a day left', async () => {
  const page = await ana({}, 'Milk')
  await page.click('.check')
  await nothingWaits(page)
  await page.click('.side a[href="/completed"]')
  await page.locator('.group').waitFor()
  await page.click('.check')
  await page.locator('.empty').waitFor()
  expect(await page.locator('.group').isVisible()).toBe(false)
})
