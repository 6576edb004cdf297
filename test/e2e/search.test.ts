import { expect, test } from 'bun:test'
import { axe } from './checks.ts'
import { journeys } from './journeys.ts'
import { add, register, row, titles, until } from './people.ts'

const { site, visit } = await journeys()

for (const javaScript of [true, false]) {
  test(`search, save it, and find it again, ${javaScript ? 'with' : 'without'} script`, async () => {
    const { page } = await visit({ javaScript })
    await register(page, site.url, `ana-search-${javaScript}`)
    for (const task of ['Oat milk', 'Call the bank', 'Buy bread']) {
      await page.fill('#task', task)
      await page.press('#task', 'Enter')
      await page.getByRole('link', { name: task, exact: true }).waitFor()
    }
    await page.goto(`${site.url}/search`)
    await page.fill('#q', 'mil')
    await page.press('#q', 'Enter')
    await page.getByRole('link', { name: 'Oat milk', exact: true }).waitFor()
    expect(await titles(page)).toEqual(['Oat milk'])

    await page.fill('#q', '(bread | milk')
    await page.press('#q', 'Enter')
    await page.getByRole('alert').getByText('never closed').waitFor()
    expect(await page.inputValue('#q')).toBe('(bread | milk')
    if (javaScript) expect(await axe(page)).toEqual([])

    await page.fill('#q', 'no date & !bread')
    await page.press('#q', 'Enter')
    await page.getByRole('link', { name: 'Call the bank', exact: true }).waitFor()
    expect((await titles(page)).toSorted()).toEqual(['Call the bank', 'Oat milk'])

    await page.getByRole('link', { name: 'Save this search as a filter' }).click()
    await page.fill('[name=name]', 'Someday')
    expect(await page.inputValue('[name=query]')).toBe('no date & !bread')
    await page.getByRole('button', { name: 'Save filter' }).click()
    await page.getByRole('heading', { name: 'Someday' }).waitFor()
    expect(await page.locator('.side a[aria-current=page]').textContent()).toBe('Someday')

    await row(page, 'Oat milk').locator('.check').click()
    await until(async () => (await titles(page)).join() === 'Call the bank', 'it has left')
    await page.getByRole('link', { name: 'Look among completed tasks too' }).click()
    await page.getByRole('heading', { name: 'Completed' }).waitFor()
    expect(await titles(page)).toEqual(['Call the bank', 'Oat milk'])
    if (javaScript) expect(await axe(page)).toEqual([])
  }, 30_000)
}

test('the key / puts the cursor into the search', async () => {
  const { page } = await visit()
  await register(page, site.url, 'ana-slash')
  await add(page, 'Milk')
  await page.locator('h1').click()
  await page.keyboard.press('/')
  await page.waitForURL(`${site.url}/search`)
  await until(() => page.evaluate(() => document.activeElement?.id === 'q'), 'the cursor is in the field')
})
