import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import { journeys } from './journeys.ts'
import { add, leaveField, nothingWaits, onServer, register, row, titles, until } from './people.ts'

const { site, visit } = await journeys()
let count = 0

/** A new person with these tasks, and nothing that has the focus. */
async function ana(...tasks: string[]): Promise<Page> {
  const { page } = await visit()
  await register(page, site.url, `ana${++count}-keys`)
  await add(page, ...tasks.toReversed())
  await leaveField(page)
  return page
}

/** The title of the row with the frame; else what has the focus, by its id or name. */
const framed = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const active = document.activeElement
    if (active?.matches('.task')) return active.querySelector('.title')?.textContent ?? ''
    return active?.id || active?.localName || ''
  })

test('j and k walk over the rows, and the frame stays at the ends', async () => {
  const page = await ana('One', 'Two', 'Three')
  await page.keyboard.press('j')
  expect(await framed(page)).toBe('One')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await framed(page)).toBe('Three')
  await page.keyboard.press('k')
  expect(await framed(page)).toBe('Two')
  expect(await axe(page)).toEqual([])
})

test('e and d complete what has the frame, and the frame goes on to the next', async () => {
  const page = await ana('One', 'Two', 'Three')
  await page.keyboard.press('j')
  await page.keyboard.press('e')
  expect(await row(page, 'One').getAttribute('class')).toContain('done')
  await until(async () => (await titles(page)).length === 2, 'it has left')
  expect(await framed(page)).toBe('Two')
  await page.keyboard.press('d')
  await nothingWaits(page)
  await until(async () => (await framed(page)) === 'Three', 'the next has the frame')
  expect(await onServer(page, '/')).toEqual(['Three'])
})

test('Enter opens, Escape leaves the frame, and Tab then leads on as always', async () => {
  const page = await ana('One', 'Two')
  await page.keyboard.press('j')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('More for One')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/tasks/*')
})

test('Shift and j or k, or Alt and the arrows, move a row, which keeps its frame', async () => {
  const page = await ana('One', 'Two', 'Three')
  await page.keyboard.press('j')
  await page.keyboard.press('Shift+J')
  expect(await titles(page)).toEqual(['Two', 'One', 'Three'])
  await page.keyboard.press('Alt+ArrowDown')
  await page.keyboard.press('Shift+K')
  await nothingWaits(page)
  expect(await titles(page)).toEqual(['Two', 'One', 'Three'])
  expect(await framed(page)).toBe('One')
  expect(await onServer(page, '/')).toEqual(['Two', 'One', 'Three'])
})

test('no key does anything while somebody types or composes', async () => {
  const page = await ana('One')
  await page.focus('#task')
  await page.keyboard.type('qjke?1/u')
  expect(await page.inputValue('#task')).toBe('qjke?1/u')
  expect(await titles(page)).toEqual(['One'])
  await page.keyboard.press('Escape')
  expect(await framed(page)).toBe('main')
  const isUsed = await page.evaluate(() => {
    const event = new KeyboardEvent('keydown', { key: 'j', isComposing: true, bubbles: true, cancelable: true })
    return !document.body.dispatchEvent(event)
  })
  expect(isUsed).toBe(false)
})

test('q goes to the field, g and a letter to a place, ? to the keys', async () => {
  const page = await ana('One')
  await page.keyboard.press('q')
  expect(await framed(page)).toBe('task')
  expect(await page.inputValue('#task')).toBe('')
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.waitForURL('**/completed')
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Keyboard' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.waitForSelector('#task')
})

test('the first key on a page counts, though what answers is not there yet', async () => {
  const page = await ana('One')
  await page.goto(`${site.url}/completed`)
  await page.waitForFunction(() => 'Turbo' in globalThis)
  await page.keyboard.press('?')
  await page.waitForURL('**/help/keys')
})

test('the map of keys stands on a page of its own, without script too', async () => {
  const { page } = await visit({ javaScript: false })
  await register(page, site.url, `ana${++count}-keys`)
  await page.getByRole('link', { name: 'Keyboard' }).click()
  await page.getByRole('rowheader', { name: 'Complete, or reopen' }).waitFor()
  expect(await page.locator('.keys tr', { hasText: 'Next task' }).locator('kbd').allTextContents()).toEqual(['j'])
})
