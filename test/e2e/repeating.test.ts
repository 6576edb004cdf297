import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeys } from './journeys.ts'
import { add, nothingWaits, register, row, titles, until } from './people.ts'

const { site, visit } = await journeys()
let count = 0

/** Ana, on the page on which her task learns to repeat. */
async function ana(options: { javaScript?: boolean } = {}): Promise<Page> {
  const { page } = await visit(options)
  await register(page, site.url, `ana${++count}-repeating`)
  if (options.javaScript === false) await addByHand(page)
  else await add(page, 'Water the plants')
  await row(page, 'Water the plants').locator('.title').click()
  await page.getByRole('link', { name: 'Repeat' }).click()
  await page.getByRole('heading', { name: 'Repeat' }).waitFor()
  return page
}

async function addByHand(page: Page): Promise<void> {
  await page.fill('#task', 'Water the plants')
  await page.press('#task', 'Enter')
}

const days = (page: Page) => page.locator('#coming time')
const due = (page: Page) => page.locator('.task .due, .task .today, .task .late').first().getAttribute('title')

test('the next five dates follow what is typed; completed, the task comes again, and Undo takes that back', async () => {
  const page = await ana()
  await page.getByLabel('How often').pressSequentially('every 3rd friday')
  await until(async () => (await days(page).count()) === 5, 'five dates are shown')
  expect(await days(page).allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('Fri')]))
  await page.getByLabel('How often').fill('every day')
  await page.getByLabel('How many times').fill('2')
  await until(async () => (await days(page).count()) === 2, 'two dates are shown')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved “Water the plants”').waitFor()
  await page.goto(site.url)
  const first = await due(page)
  await row(page, 'Water the plants').locator('.check').click()
  await nothingWaits(page)
  await until(async () => (await due(page)) !== first, 'it is due on the next day')
  expect(await titles(page)).toEqual(['Water the plants'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await due(page)) === first, 'it is due as before')
})

test('and without script, with the button Preview', async () => {
  const page = await ana({ javaScript: false })
  await page.getByLabel('How often').fill('every mon, fri')
  await page.getByRole('button', { name: 'Preview' }).click()
  expect(await days(page).count()).toBe(5)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: 'Repeats every mon, fri' }).click()
  expect(await page.getByLabel('How often').inputValue()).toBe('every mon, fri')
  await page.goto(site.url)
  const first = await due(page)
  await row(page, 'Water the plants').locator('.check').click()
  expect(await due(page)).not.toBe(first)
  await page.getByRole('button', { name: 'Undo' }).click()
  expect(await due(page)).toBe(first)
})
