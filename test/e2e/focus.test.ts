import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeys } from './journeys.ts'
import { add, leaveField, nothingWaits, post, register, row, titles, until } from './people.ts'

// Whoever uses nothing but keys goes on where they were: the focus is never lost, whatever was done.

const { site, visit } = await journeys()
let count = 0

async function ana(...tasks: string[]): Promise<Page> {
  const { page } = await visit()
  await register(page, site.url, `ana${++count}-focus`)
  await add(page, ...tasks.toReversed())
  await leaveField(page)
  return page
}

/** What has the focus when all has come to rest: its name, or the title of the row with the frame. */
async function focused(page: Page): Promise<string> {
  await nothingWaits(page)
  // A row that is done leaves after a second, and the page is brought up to date.
  await page.waitForTimeout(1700)
  return page.evaluate(() => {
    const active = document.activeElement
    if (active?.matches('.task')) return active.querySelector('.title')?.textContent ?? ''
    return active?.getAttribute('aria-label') ?? (active?.id || active?.textContent || active?.localName) ?? ''
  })
}

const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}

const choose = async (page: Page, words: string): Promise<void> => {
  await page.locator('dialog [role="combobox"]').waitFor()
  await page.keyboard.type(words)
  await page.getByRole('option', { name: words }).waitFor()
  await page.keyboard.press('Enter')
}

test('questions give it back to the row, or to the next one where the row has left', async () => {
  const page = await ana('One', 'Two', 'Three')
  await post(page, '/lists', { name: 'Work', color: '' })
  await press(page, 'j', 't')
  await page.locator('dialog [role="combobox"]').waitFor()
  await press(page, 'Escape')
  expect(await focused(page)).toBe('One')
  await press(page, 't')
  await choose(page, 'Tomorrow')
  expect(await focused(page)).toBe('One')
  await press(page, 'v')
  await choose(page, 'Work')
  expect(await focused(page)).toBe('Two')
  await page.locator('.toast', { hasText: 'Moved “One”' }).getByRole('button', { name: 'Undo' }).waitFor()
  await press(page, 'u')
  await until(async () => (await titles(page)).length === 3, 'it is back')
  expect(await focused(page)).toBe('Two')
})

test('the bar of what is selected gives it to the rows', async () => {
  const page = await ana('One', 'Two', 'Three', 'Four')
  const bar = page.getByRole('region', { name: 'Selected tasks' })
  await press(page, 'j', 'x', 'j', 'x')
  await bar.getByRole('button', { name: 'End selection' }).focus()
  await press(page, 'Enter')
  expect(await focused(page)).toBe('Two')
  await press(page, 'x')
  await bar.getByRole('button', { name: 'Complete' }).focus()
  await press(page, 'Enter')
  expect(await focused(page)).toBe('Three')
  await press(page, 'x')
  await bar.getByRole('button', { name: 'Move to…' }).focus()
  await press(page, 'Enter')
  await page.locator('dialog [role="combobox"]').waitFor()
  await press(page, 'Escape')
  expect(await focused(page)).toBe('Move to…')
  await bar.getByRole('button', { name: 'Delete' }).focus()
  await press(page, 'Enter')
  expect(await focused(page)).toBe('Four')
  await press(page, 'e')
  await until(async () => (await titles(page)).join() === 'One', 'only the first is left')
})

test('lines of lists, labels, filters and of the trash give it to the next line', async () => {
  const page = await ana('One', 'Two', 'Three')
  for (const title of ['One', 'Two']) {
    await row(page, title).locator('.more').focus()
    await press(page, 'Enter', 'ArrowUp', 'Enter')
  }
  await nothingWaits(page)
  await page.goto(`${site.url}/trash`)
  await page
    .getByRole('button', { name: /Restore/ })
    .first()
    .focus()
  await press(page, 'Enter')
  expect(await focused(page)).toMatch(/^Restore/)
  await press(page, 'Enter')
  expect(await focused(page)).toBe('main')

  for (const name of ['Soon', 'Late']) await post(page, '/filters', { name, query: 'today' })
  await page.goto(`${site.url}/filters`)
  await page.getByRole('button', { name: 'Move down Soon' }).focus()
  await press(page, 'Enter')
  await until(async () => (await page.locator('.filters b').allTextContents()).join() === 'Late,Soon', 'it has moved')
  expect(await focused(page)).toMatch(/^Move (up|down) Soon/)
  await page.getByRole('button', { name: 'Delete Late' }).focus()
  await press(page, 'Enter')
  expect(await focused(page)).toContain('Soon')
})

test('an Undo that is pressed leaves it on the page, also when that is brought up to date', async () => {
  const page = await ana()
  await post(page, '/lists', { name: 'Work', color: '' })
  await page.goto(`${site.url}/lists`)
  await page.locator('.side .item.list').focus()
  await press(page, 'Enter')
  await page.getByRole('heading', { name: 'Work' }).waitFor()
  await page.locator('summary', { hasText: 'Add section' }).focus()
  await press(page, 'Enter')
  await until(async () => (await focused(page)) === 'section_name', 'the cursor is in the field')
  await page.keyboard.type('Later')
  await press(page, 'Enter')
  expect(await focused(page)).toBe('section_name')
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).focus()
  await press(page, 'Enter')
  await until(async () => (await page.locator('.part-of-list').count()) === 0, 'it is gone')
  expect(await focused(page)).toBe('main')
})
