import { expect, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import type { PageOptions } from './chromium.ts'
import { journeysOnALine } from './journeys.ts'
import { add, nothingWaits, post, register, scriptRuns, until, waits } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

/** A new person with three lists and three filters, and three sections in the first list, whose address comes with it. */
async function ana(options: PageOptions = {}): Promise<{ page: Page; list: string }> {
  const { page } = await visit(options)
  await register(page, network.url, `ana${++count}-arranging`)
  for (const name of ['Work', 'Home', 'Garden']) await post(page, '/lists', { name, color: '' })
  for (const name of ['Soon', 'Urgent']) await post(page, '/filters', { name, query: 'today' })
  for (const name of ['phone', 'shop', 'wait']) await post(page, '/labels', { name, color: '' })
  await page.goto('/lists')
  const list = (await page.locator('main .lists a.list-name').nth(1).getAttribute('href')) ?? ''
  for (const name of ['Later', 'Doing', 'Done']) await post(page, `${list}/sections`, { name })
  return { page, list }
}

/** Drags as a hand does: pressed, moved in steps, let go. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  await from.scrollIntoViewIfNeeded()
  const [start, end] = [await from.boundingBox(), await to.boundingBox()]
  if (!start || !end) throw new Error('It is not to be seen.')
  const middle = start.y + start.height / 2
  await page.mouse.move(start.x + 30, middle)
  // What drags is loaded when the hand comes near.
  await page.waitForTimeout(2000)
  await page.mouse.down()
  await page.mouse.move(start.x + 34, middle + 6, { steps: 4 })
  await page.mouse.move(end.x + end.width / 2, end.y + end.height * 0.7, { steps: 15 })
  await page.waitForTimeout(300)
  await page.mouse.up()
}

const texts = (page: Page, what: string): Promise<string[]> => page.locator(what).allTextContents()
const lists = (page: Page) => texts(page, '.side .item[data-list].list .name')
const columns = (page: Page) => texts(page, 'main section[data-place] h2')

test('a column of a board is dragged by its heading, and the list has that order too', async () => {
  const { page, list } = await ana()
  await page.goto(`${list}/board`)
  await scriptRuns(page)
  await drag(page, page.getByRole('heading', { name: 'Done' }), page.getByRole('heading', { name: 'Doing' }))
  await until(async () => (await columns(page)).join() === 'Later,Done,Doing', 'it stands there')
  await nothingWaits(page)
  await page.locator('.toast', { hasText: 'Moved the section “Done”' }).getByRole('button', { name: 'Undo' }).waitFor()
  await page.goto(list)
  expect(await columns(page)).toEqual(['Later', 'Done', 'Doing'])
})

test('lists are dragged in the sidebar, never among the filters; the page of lists follows', async () => {
  const { page } = await ana()
  await scriptRuns(page)
  const side = (name: string) => page.locator('.side .item.list', { hasText: name })
  await drag(page, side('Work'), side('Garden'))
  await until(async () => (await lists(page)).join() === 'Home,Garden,Work', 'it stands there')
  expect(await texts(page, 'main .lists bdi')).toEqual(['Inbox', 'Home', 'Garden', 'Work'])
  await nothingWaits(page)
  await drag(page, side('Home'), side('Urgent'))
  await nothingWaits(page)
  await page.reload()
  expect((await lists(page)).toSorted()).toEqual(['Garden', 'Home', 'Work'])
  expect(await texts(page, '.side .item.list .name')).toEqual([...(await lists(page)), 'Soon', 'Urgent'])
})

test('labels and filters are dragged on their pages', async () => {
  const { page } = await ana()
  await page.goto('/labels')
  await scriptRuns(page)
  const line = (name: string) => page.locator('main li[data-place]', { hasText: name })
  await drag(page, line('wait'), line('phone'))
  await nothingWaits(page)
  const labels = await texts(page, 'main .lists bdi')
  expect(labels.indexOf('wait')).toBeLessThan(2)
  await page.reload()
  expect(await texts(page, 'main .lists bdi')).toEqual(labels)
  await page.goto('/filters')
  await scriptRuns(page)
  await drag(page, line('Soon'), line('Urgent'))
  await until(
    async () => (await texts(page, '.side [data-place^="/filters"]')).join() === 'Urgent,Soon',
    'so has the sidebar',
  )
  await nothingWaits(page)
  await page.reload()
  expect(await texts(page, 'main .filters b')).toEqual(['Urgent', 'Soon'])
})

test('keys do the same to what has the focus, which stays there; without a network it waits', async () => {
  const { page, list } = await ana()
  await page.goto(list)
  await add(page, 'Sweep')
  await page.locator('.side .item.list', { hasText: 'Home' }).focus()
  await page.keyboard.press('Alt+ArrowDown')
  await until(async () => (await lists(page)).join() === 'Work,Garden,Home', 'it stands there')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Home')
  await page.keyboard.press('Alt+ArrowUp')
  expect(await lists(page)).toEqual(['Work', 'Home', 'Garden'])
  await nothingWaits(page)
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Home')
  await network.cut()
  await page.getByRole('link', { name: 'Edit section Later' }).focus()
  await page.keyboard.press('Shift+J')
  expect(await columns(page)).toEqual(['Doing', 'Later', 'Done'])
  await waits(page, 1)
  network.mend()
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await nothingWaits(page)
  await page.goto(network.url + list)
  expect(await columns(page)).toEqual(['Doing', 'Later', 'Done'])
})

test('without script labels have buttons that move them', async () => {
  const { page } = await ana({ javaScript: false })
  await page.goto('/labels')
  await page.getByRole('link', { name: 'Edit shop' }).click()
  await page.getByRole('button', { name: 'Move up' }).click()
  await page.goto('/labels')
  expect(await texts(page, 'main .lists bdi')).toEqual(['shop', 'phone', 'wait'])
})
