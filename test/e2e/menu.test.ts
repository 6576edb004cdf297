import { expect, test } from 'bun:test'
import { journeys } from './journeys.ts'
import { add, nothingWaits, onServer, register, row, titles, until } from './people.ts'

const { site, visit } = await journeys()

test('the menu of a row asks for a date, a priority and a label, and closes what nobody will do', async () => {
  const { page } = await visit()
  await register(page, site.url, 'ana-menu')
  await add(page, 'Milk')
  const pick = async (word: string) => {
    await row(page, 'Milk').hover()
    await row(page, 'Milk').locator('.more').click()
    await page.locator('.menu').getByText(word, { exact: true }).click()
  }
  await pick('Date…')
  await page.getByRole('option', { name: 'Tomorrow' }).click()
  await pick('Priority…')
  await page.getByRole('option', { name: 'Priority 1' }).click()
  await pick('Label…')
  await page.getByRole('combobox', { name: 'Which label for it?' }).fill('phone')
  await page.getByRole('option', { name: 'phone' }).click()
  await nothingWaits(page)
  expect(await row(page, 'Milk').locator('.due').textContent()).toBe('Tomorrow')
  expect(await row(page, 'Milk').locator('.label').textContent()).toBe('@phone')
  expect(await page.locator('.task.p1').count()).toBe(1)
  await pick('Won’t do')
  await nothingWaits(page)
  expect(await onServer(page, '/')).toEqual([])
  await until(async () => (await titles(page)).length === 0, 'it leaves')
}, 30_000)

test('without script the menu leads to the fields of the task’s own page', async () => {
  const { page } = await visit({ javaScript: false })
  await register(page, site.url, 'ben-menu')
  await page.fill('#task', 'Milk')
  await page.press('#task', 'Enter')
  for (const [word, field] of [
    ['Date…', 'due_day'],
    ['Priority…', 'priority'],
    ['Label…', 'new-label'],
  ] as const) {
    await page.goto(site.url)
    await page.locator('.more').click()
    await page.getByRole('link', { name: word }).click()
    expect(new URL(page.url()).hash).toBe(`#${field}`)
    expect(await page.locator(`main #${field}`).count()).toBe(1)
  }
})
