import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import type { PageOptions } from './chromium.ts'
import { journeys } from './journeys.ts'
import { add, leaveField, register, row, until } from './people.ts'

const { site, visit } = await journeys()
let count = 0

async function ana(options: PageOptions = {}): Promise<Page> {
  const { page } = await visit(options)
  await register(page, site.url, `ana${++count}-palette`)
  await add(page, 'Buy milk', 'Water the plants')
  return page
}

const chosen = (page: Page): Promise<string | null> =>
  page.locator('dialog.chooser [aria-selected="true"] > :first-child').textContent()

test('Ctrl+K opens it from anywhere, words narrow it down, Enter goes there', async () => {
  const page = await ana()
  await page.focus('#task')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to, find or do' }).waitFor()
  await page.keyboard.type('compl')
  await until(async () => (await chosen(page)) === 'Completed', 'the page comes first')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/completed')
  expect(await page.locator('dialog').count()).toBe(0)
})

test('it opens at the first key that is pressed on a page, in a field too', async () => {
  const page = await ana()
  // The last thing that a page's script begins.
  const begun = page.waitForRequest('**/events')
  await page.goto(site.url)
  await begun
  // What answers to keys is fetched when the first of them is pressed: both are pressed before it is there.
  await page.focus('#task')
  await page.evaluate(() => {
    for (const key of ['Control', 'k'])
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true, bubbles: true }))
  })
  await page.getByRole('combobox', { name: 'Go to, find or do' }).waitFor()
})

test('arrows walk round, the field says which one is meant, Escape gives the focus back', async () => {
  const page = await ana()
  await row(page, 'Buy milk').locator('.title').focus()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox')
  const first = await chosen(page)
  await page.keyboard.press('ArrowDown')
  expect(await chosen(page)).not.toBe(first)
  const option = await field.getAttribute('aria-activedescendant')
  expect(await page.locator(`#${option}`).getAttribute('aria-selected')).toBe('true')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  expect(await chosen(page)).toBe('Log out')
  await page.keyboard.press('Escape')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Buy milk')
})

test('what is done in it is done to what had the focus', async () => {
  const page = await ana()
  await leaveField(page)
  await page.keyboard.press('j')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('complete, or')
  await until(async () => (await chosen(page)) === 'Complete, or reopen', 'it is found')
  await page.keyboard.press('Enter')
  await until(async () => (await row(page, 'Water the plants').count()) === 0, 'it is completed, and leaves')
})

test('tasks are found by their words, and opened', async () => {
  const page = await ana()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('plant')
  await page.getByRole('option', { name: 'Water the plants' }).click()
  await page.waitForURL('**/tasks/*')
  expect(await page.textContent('h1')).toBe('Water the plants')
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const screen of ['desktop', 'phone'] as const) {
    test(`on a ${screen}, ${colorScheme}, nothing stands in anybody’s way, with choices and without`, async () => {
      const page = await ana({ colorScheme, screen })
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      expect(await axe(page)).toEqual([])
      await page.keyboard.type('xyzzy')
      await page.getByRole('option', { name: 'Search for “xyzzy”' }).waitFor()
      expect(await axe(page)).toEqual([])
    })
  }
}
