import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeys } from './journeys.ts'
import { add, dragTo, nothingWaits, onServer, register, row, titles, until } from './people.ts'

const { site, visit } = await journeys()
let count = 0

/** A new person on the page of their list “Home”, which has the sections “Cellar” and “Roof”. */
async function ana(): Promise<Page> {
  const { page } = await visit()
  await register(page, site.url, `ana${++count}-drag`)
  const post = (path: string, name: string) =>
    page.evaluate(
      async ([path = '', name = '']) =>
        (await fetch(path, { method: 'POST', body: new URLSearchParams({ name }) })).url,
      [path, name],
    )
  const list = await post('/lists', 'Home')
  for (const name of ['Cellar', 'Roof']) await post(`${list}/sections`, name)
  await page.goto(list)
  return page
}

const inSection = (page: Page, name: string): Promise<string[]> =>
  page
    .locator('section', { has: page.getByRole('heading', { name }) })
    .locator('.task .title')
    .allTextContents()

test('a row is dragged into an empty section, and stays there', async () => {
  const page = await ana()
  await add(page, 'Sweep', 'Paint')
  await dragTo(
    page,
    row(page, 'Paint'),
    page.getByRole('heading', { name: 'Roof' }).locator('xpath=ancestor::section').locator('.tasks'),
  )
  await until(async () => (await inSection(page, 'Roof')).join() === 'Paint', 'it stands there')
  await nothingWaits(page)
  await page.reload()
  expect(await inSection(page, 'Roof')).toEqual(['Paint'])
})

test('on a board a card is dragged from column to column, and into an empty one', async () => {
  const page = await ana()
  await add(page, 'Sweep', 'Paint')
  await page.getByRole('link', { name: 'Board', exact: true }).click()
  await page.locator('.board').waitFor()
  const column = (name: string) => page.locator('.column', { has: page.getByRole('heading', { name, exact: true }) })
  const cards = (name: string) => column(name).locator('.task .title').allTextContents()
  await dragTo(page, row(page, 'Paint'), column('Roof').locator('.tasks'))
  await until(async () => (await cards('Roof')).join() === 'Paint', 'it stands there')
  await dragTo(page, row(page, 'Paint'), column('Cellar').locator('.tasks'))
  await until(async () => (await cards('Cellar')).join() === 'Paint', 'it went on')
  await nothingWaits(page)
  await page.reload()
  expect([await cards('No section'), await cards('Cellar'), await cards('Roof')]).toEqual([['Sweep'], ['Paint'], []])
})

test('a row is dragged onto another list in the navigation, and goes there', async () => {
  const page = await ana()
  await add(page, 'Sweep', 'Paint')
  await dragTo(page, row(page, 'Sweep'), page.locator('.side .item', { hasText: 'Inbox' }))
  await until(async () => (await titles(page)).join() === 'Paint', 'it has left')
  await nothingWaits(page)
  expect(await onServer(page, '/')).toEqual(['Sweep'])
})

test('the same with keys: v and the name of the list, Shift and j across sections', async () => {
  const page = await ana()
  await add(page, 'Sweep', 'Paint')
  await row(page, 'Sweep').locator('.title').focus()
  await page.keyboard.press('v')
  await page.getByRole('combobox', { name: 'Where does it go?' }).waitFor()
  await page.keyboard.type('inb')
  await page.keyboard.press('Enter')
  await until(async () => (await titles(page)).join() === 'Paint', 'it has left')
  await nothingWaits(page)
  expect(await onServer(page, '/')).toEqual(['Sweep'])
})

test('v finds a section by its name, of this list or of another; without a network those of this page', async () => {
  const page = await ana()
  await add(page, 'Sweep', 'Paint', 'Sand')
  const go = async (title: string, words: string, place: string) => {
    await row(page, title).locator('.title').focus()
    await page.keyboard.press('v')
    await page.keyboard.type(words)
    await page.getByRole('option', { name: place, exact: true }).waitFor()
    await page.keyboard.press('Enter')
  }
  await go('Paint', 'roof', 'Home / Roof')
  await until(async () => (await inSection(page, 'Roof')).join() === 'Paint', 'it stands there at once')
  await nothingWaits(page)
  expect(await inSection(page, 'Roof')).toEqual(['Paint'])
  await page.goto('/')
  await add(page, 'Milk')
  await go('Milk', 'cellar', 'Home / Cellar')
  await until(async () => (await titles(page)).length === 0, 'it has left')
  await nothingWaits(page)
  await page.goBack()
  await until(async () => (await inSection(page, 'Cellar')).join() === 'Milk', 'it stands there')
  await page.route('**/move', (route) => route.abort())
  await go('Sweep', 'cell', 'Home / Cellar')
  await until(async () => (await inSection(page, 'Cellar')).join() === 'Sweep,Milk', 'it is found without a network')
})

test('v makes a task a part of the one above, and takes it out again, for hands without a Tab key', async () => {
  const page = await ana()
  await add(page, 'Sweep', 'Paint')
  const go = async (words: string) => {
    await row(page, 'Sweep').locator('.more').click()
    await page.getByRole('link', { name: 'Move to…' }).click()
    await page.getByRole('option', { name: words }).click()
  }
  await go('Make it a part of “Paint”')
  await until(async () => !!(await row(page, 'Sweep').getAttribute('class'))?.includes('depth-1'), 'it is a part')
  await nothingWaits(page)
  await go('Take out of “Paint”')
  await until(async () => (await row(page, 'Sweep').getAttribute('class')) === 'task', 'it stands alone')
  await nothingWaits(page)
  await page.reload()
  expect(await titles(page)).toEqual(['Paint', 'Sweep'])
})

test('several that are selected go to a section together', async () => {
  const page = await ana()
  await add(page, 'Sweep', 'Paint')
  await row(page, 'Sweep').locator('.title').focus()
  await page.keyboard.press('x')
  await row(page, 'Paint').locator('.title').focus()
  await page.keyboard.press('x')
  await page.keyboard.press('v')
  await page.keyboard.type('roof')
  await page.getByRole('option', { name: 'Home / Roof' }).waitFor()
  await page.keyboard.press('Enter')
  await until(async () => (await inSection(page, 'Roof')).length === 2, 'both stand there')
  await nothingWaits(page)
  expect((await inSection(page, 'Roof')).toSorted()).toEqual(['Paint', 'Sweep'])
})

test('the same from the menu of the row', async () => {
  const page = await ana()
  await add(page, 'Sweep')
  await row(page, 'Sweep').locator('.more').click()
  await page.getByRole('link', { name: 'Move to…' }).click()
  await page.getByRole('option', { name: 'Inbox' }).click()
  await until(async () => (await titles(page)).length === 0, 'it has left')
  await nothingWaits(page)
  expect(await onServer(page, '/')).toEqual(['Sweep'])
})

test('what was dragged to another list is said where it went, and can be undone', async () => {
  const page = await ana()
  await add(page, 'Sweep', 'Paint')
  await dragTo(page, row(page, 'Sweep'), page.locator('.side .item', { hasText: 'Inbox' }))
  const toast = page.locator('.toast', { hasText: 'Moved “Sweep” to “Inbox”' })
  await toast.getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await titles(page)).length === 2, 'it is back')
  // The same from a page that shows the tasks of all lists.
  await add(page, 'Mow today')
  await page.locator('.side a[href="/today"]').click()
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  await dragTo(page, row(page, 'Mow'), page.locator('.side .item', { hasText: 'Inbox' }))
  await page.locator('.toast', { hasText: 'Moved “Mow” to “Inbox”' }).getByRole('button', { name: 'Undo' }).waitFor()
})
