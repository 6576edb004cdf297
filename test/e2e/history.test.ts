import { describe, expect, test } from 'bun:test'
import { journeys } from './journeys.ts'
import { add, register, row, titles } from './people.ts'

const { site, visit } = await journeys()

describe('the history of a task', () => {
  test('comes into the page of the task, says what is done, and lets it be undone', async () => {
    const { page } = await visit()
    await register(page, site.url, 'hanna')
    await add(page, 'Milk')
    await row(page, 'Milk').locator('.title').click()
    const history = page.locator('#history')
    // It is fetched when somebody comes to it, and it stands at the foot of the page.
    await history.scrollIntoViewIfNeeded()
    await history.getByText('You added it as “Milk”').waitFor()
    await page.locator('select[name=priority]').selectOption('1')
    await page.locator('.details').getByRole('button', { name: 'Save' }).click()
    await history.getByText('You set the priority to 1').waitFor()
    await history.locator('li', { hasText: 'priority' }).getByRole('button', { name: 'Undo' }).click()
    await history.getByText('by undoing').waitFor()
    expect(await page.locator('select[name=priority]').inputValue()).toBe('4')
  })

  test('is a page of its own without script', async () => {
    const { page } = await visit({ javaScript: false })
    await register(page, site.url, 'hugo')
    await page.fill('#task', 'Bread')
    await page.press('#task', 'Enter')
    await row(page, 'Bread').locator('.title').click()
    await page.getByRole('link', { name: 'What was done to it' }).click()
    await page.getByText('You added it as “Bread”').waitFor()
    await page.locator('.history').getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone: “Bread” is gone again').waitFor()
  })
})

describe('several tasks at once, without script', () => {
  test('are selected with boxes, completed with one button, and back with one Undo', async () => {
    const { page } = await visit({ javaScript: false })
    await register(page, site.url, 'ida')
    for (const title of ['One', 'Two', 'Three']) {
      await page.fill('#task', title)
      await page.press('#task', 'Enter')
    }
    await page.getByRole('link', { name: 'Select' }).click()
    await page.getByLabel('One').check()
    await page.getByLabel('Two').check()
    await page.locator('#selection').getByRole('button', { name: 'Complete' }).click()
    await page.getByText('Completed 2 tasks').waitFor()
    expect(await titles(page)).toEqual(['Three'])
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone: 2 tasks are as they were').waitFor()
    expect(await titles(page)).toEqual(['Three', 'Two', 'One'])
  })
})
