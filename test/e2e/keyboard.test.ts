import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeys } from './journeys.ts'
import { add, nothingWaits, onServer, register, row, titles, until } from './people.ts'

const { site, visit } = await journeys()
let count = 0

async function ana(...tasks: string[]): Promise<Page> {
  const opened = await visit()
  await register(opened.page, site.url, `ana${++count}-keyboard`)
  await add(opened.page, ...tasks.toReversed())
  return opened.page
}

/** What has the focus, in words: the label, the title, or the id. */
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const active = document.activeElement
    return active?.getAttribute('aria-label') || active?.id || active?.textContent || undefined
  })

/** Opens the menu of a row by key. What opens it is loaded when the first hand comes near. */
async function openMenu(page: Page, title: string): Promise<void> {
  await row(page, title).locator('.more').focus()
  await page.keyboard.press('Enter')
  await row(page, title).locator('.menu').waitFor()
}

test('completing with the keyboard leads to the next row, the last one back to the field', async () => {
  const page = await ana('One', 'Two', 'Three')
  await row(page, 'Two').locator('.check').focus()
  await page.keyboard.press('Enter')
  expect(await focused(page)).toBe('Reopen Two')
  await page.waitForTimeout(1500)
  expect(await focused(page)).toBe('Complete Three')
  await page.keyboard.press('Space')
  await page.waitForTimeout(1500)
  expect(await focused(page)).toBe('Complete One')
  await page.keyboard.press('Space')
  await page.waitForTimeout(1500)
  expect(await focused(page)).toBe('task')
  await nothingWaits(page)
  expect(await onServer(page, '/')).toEqual([])
})

test('on a page with tasks the first key is a key, and q puts the cursor into the field', async () => {
  const page = await ana('One', 'Two')
  for (const path of ['/', '/today', '/upcoming']) {
    if (path === '/today') await add(page, 'Three today', 'Four tomorrow')
    await page.goto(path)
    await page.keyboard.press('j')
    await until(() => page.evaluate(() => !!document.activeElement?.matches('.task')), 'a row has the frame')
  }
  await page.goto('/')
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY')
  await page.keyboard.press('q')
  await until(async () => (await focused(page)) === 'task', 'the cursor is in the field')
  expect(await page.inputValue('#task')).toBe('')
})

test('the menu opens, is walked with arrows, closes with Escape, and gives the focus back', async () => {
  const page = await ana('One', 'Two')
  await openMenu(page, 'One')
  expect(await focused(page)).toBe('Rename')
  expect(await row(page, 'One').locator('.more').getAttribute('aria-expanded')).toBe('true')
  await page.keyboard.press('ArrowDown')
  expect(await focused(page)).toBe('Open')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  expect(await focused(page)).toBe('Delete')
  await page.keyboard.press('Escape')
  expect(await focused(page)).toBe('More for One')
  expect(await page.locator('.task > .menu').count()).toBe(0)
  expect(page.url()).toBe(`${site.url}/`)
})

test('deleting leads to the next row', async () => {
  const page = await ana('One', 'Two', 'Three')
  await openMenu(page, 'Two')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  expect(await titles(page)).toEqual(['One', 'Three'])
  expect(await focused(page)).toBe('Complete Three')
  await nothingWaits(page)
  expect(await focused(page)).toBe('Complete Three')
})

test('Alt and the arrows move a row, and the focus goes with it', async () => {
  const page = await ana('One', 'Two', 'Three')
  await row(page, 'One').locator('.title').focus()
  await page.keyboard.press('Alt+ArrowDown')
  await page.keyboard.press('Alt+ArrowDown')
  expect(await titles(page)).toEqual(['Two', 'Three', 'One'])
  expect(await focused(page)).toBe('One')
  await page.keyboard.press('Alt+ArrowDown')
  await page.keyboard.press('Alt+ArrowUp')
  expect(await titles(page)).toEqual(['Two', 'One', 'Three'])
  await nothingWaits(page)
  expect(await titles(page)).toEqual(['Two', 'One', 'Three'])
  expect(await onServer(page, '/')).toEqual(['Two', 'One', 'Three'])
  expect(await focused(page)).toBe('One')
})

test('renaming: Escape puts the title back, Enter saves, an unchanged title sends nothing', async () => {
  const page = await ana('One')
  const rename = async () => {
    await openMenu(page, 'One')
    await page.keyboard.press('Enter')
  }
  await rename()
  await page.keyboard.type('Uno')
  await page.keyboard.press('Escape')
  expect(await titles(page)).toEqual(['One'])
  expect(await focused(page)).toBe('One')
  await rename()
  await page.keyboard.press('Enter')
  expect(await page.locator('form.rename').count()).toBe(0)
  await rename()
  await page.keyboard.type('Uno')
  await page.keyboard.press('Enter')
  expect(await titles(page)).toEqual(['Uno'])
  await nothingWaits(page)
  expect(await onServer(page, '/')).toEqual(['Uno'])
})

test('a toast stays while somebody stands in it, is closed by its button, and gives the focus away', async () => {
  const page = await ana('One')
  await page.clock.install()
  await row(page, 'One').locator('.check').focus()
  await page.keyboard.press('Enter')
  const toast = page.locator('.toast', { hasText: 'Completed' })
  await toast.getByRole('button', { name: 'Undo' }).focus()
  await page.clock.fastForward(13_000)
  expect(await toast.count()).toBe(1)
  await toast.getByRole('button', { name: 'Close' }).focus()
  await page.keyboard.press('Enter')
  expect(await toast.count()).toBe(0)
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true)
}, 30_000)

test('a toast goes along to the page that its change led to, and no further', async () => {
  const page = await ana('One')
  await page.getByRole('link', { name: 'One', exact: true }).click()
  await page.waitForSelector('main[data-task]')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.waitForSelector('#task')
  await page.locator('.toast', { hasText: 'Deleted' }).waitFor()
  await page.click('.side a[href="/completed"]')
  await page.getByRole('heading', { name: 'Completed' }).waitFor()
  expect(await page.locator('.toast').count()).toBe(0)
})

test('one toast at a time; what is seen to be added or moved is only said', async () => {
  const page = await ana('One', 'Two', 'Three')
  await page.locator('#said', { hasText: 'Added “One”' }).waitFor({ state: 'attached' })
  await page.locator('.toast').getByRole('button', { name: 'Close' }).click()
  await row(page, 'One').locator('.title').focus()
  await page.keyboard.press('Alt+ArrowDown')
  await nothingWaits(page)
  await page.locator('#said', { hasText: 'Moved “One”' }).waitFor({ state: 'attached' })
  expect(await page.locator('.toast').count()).toBe(0)
  for (const title of ['One', 'Two']) await row(page, title).locator('.check').click()
  await page.locator('.toast', { hasText: 'Completed “Two”' }).waitFor()
  expect(await page.locator('.toast').count()).toBe(1)
})

test('after Undo the focus is on the row that came back', async () => {
  const page = await ana('One', 'Two', 'Three')
  await row(page, 'Two').locator('.more').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  const undo = page.locator('.toast', { hasText: 'Deleted “Two”' }).getByRole('button', { name: 'Undo' })
  await undo.focus()
  await page.keyboard.press('Enter')
  await until(async () => (await titles(page)).join() === 'One,Two,Three', 'it is back')
  await until(async () => (await focused(page)) === 'Complete Two', 'it has the focus')
})

test('Space opens and closes the menu as Enter does', async () => {
  const page = await ana('One')
  const more = row(page, 'One').locator('.more')
  await more.focus()
  await page.keyboard.press('Space')
  await row(page, 'One').locator('.menu').waitFor()
  expect(await focused(page)).toBe('Rename')
  await more.focus()
  await page.keyboard.press('Space')
  expect(await page.locator('.menu').count()).toBe(0)
})

test('another page has the focus on its heading and says its name; the cursor waits only on the first', async () => {
  const page = await ana()
  await page.reload()
  await until(async () => (await focused(page)) === 'task', 'the field has the cursor')
  for (const name of ['Completed', 'Inbox']) {
    await page.locator('.side .item', { hasText: name }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name }).waitFor()
    await until(async () => (await focused(page)) === name, 'the heading has the focus')
    await page.locator('#said', { hasText: name }).waitFor({ state: 'attached' })
  }
})

test('a password can be shown, and is hidden again before it is sent', async () => {
  const opened = await visit()
  const { page } = opened
  await page.goto(`${site.url}/login`)
  await page.fill('[name=password]', 'secret')
  await page.locator('.reveal').click()
  expect(await page.locator('[name=password]').getAttribute('type')).toBe('text')
  expect(await focused(page)).toBe('password')
  await page.evaluate(() => document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true })))
  expect(await page.locator('[name=password]').getAttribute('type')).toBe('password')
})
