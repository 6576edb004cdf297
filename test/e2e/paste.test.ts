import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { PageOptions } from './chromium.ts'
import { journeysOnALine } from './journeys.ts'
import { add, leaveField, nothingWaits, register, scriptRuns, titles, until } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

async function ana(options: PageOptions = {}): Promise<Page> {
  const { page } = await visit(options)
  await register(page, network.url, `ana${++count}-paste`)
  if (options.javaScript !== false) await scriptRuns(page)
  network.seen.length = 0
  return page
}

const pastes = (page: Page, text: string) =>
  page.locator('#task').evaluate((field, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)

test('several lines that are pasted: a task each, in one change', async () => {
  const page = await ana()
  await add(page, 'Bread')
  network.seen.length = 0
  await pastes(page, 'Milk\r\nTea tomorrow\n\n  Sugar')
  await page.getByRole('combobox', { name: 'One task or 3?' }).waitFor()
  await page.keyboard.press('Enter')
  await until(async () => (await titles(page)).length === 4, 'four rows stand there')
  await nothingWaits(page)
  expect(network.sent()).toHaveLength(1)
  await until(async () => (await titles(page)).toSorted().join() === 'Bread,Milk,Sugar,Tea', 'all are there')
  await until(async () => (await page.locator('.task[inert]').count()) === 0, 'all can be used')
  await leaveField(page)
  await page.keyboard.press('u')
  await until(async () => (await titles(page)).join() === 'Bread', 'one Undo takes them back')
})

test('the lines of a list lose their marks at once', async () => {
  const page = await ana()
  await pastes(page, '- [ ] Milk\n- [x] Tea\n2. Sugar')
  await page.getByRole('combobox', { name: 'One task or 3?' }).waitFor()
  network.cut()
  await page.keyboard.press('Enter')
  await until(async () => (await titles(page)).join() === 'Milk,Tea,Sugar', 'the rows stand there')
  network.mend()
  await nothingWaits(page)
  await until(async () => (await page.locator('.task[inert]').count()) === 0, 'all can be used')
  expect(await titles(page)).toEqual(['Milk', 'Tea', 'Sugar'])
})

test('several lines that are pasted: or one task', async () => {
  const page = await ana()
  await pastes(page, 'Milk\nTea')
  await page.getByRole('option', { name: 'Add one task' }).click()
  await until(async () => (await page.inputValue('#task')) === 'Milk Tea', 'it stands in the field')
  expect(await titles(page)).toEqual([])
})

test('one line is pasted as always', async () => {
  const page = await ana()
  await pastes(page, 'Milk\n')
  await page.waitForTimeout(200)
  expect(await page.locator('dialog').count()).toBe(0)
})
