import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import { journeysOnALine } from './journeys.ts'
import { nothingWaits, post, register, scriptRuns, until, waits } from './people.ts'

// Lists, sections, labels and filters: what a form does is seen at once, and waits like everything else.

const { network, visit } = await journeysOnALine()
let count = 0

async function ana(): Promise<Page> {
  const { page } = await visit()
  await register(page, network.url, `ana${++count}-places`)
  for (const name of ['Work', 'Home']) await post(page, '/lists', { name, color: '' })
  await page.goto('/lists')
  await scriptRuns(page)
  // Once a hand has done something, what it needs is loaded.
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.press('Escape')
  return page
}

const inSide = (page: Page): Promise<string[]> => page.locator('.side .item.list .name').allTextContents()
const sections = (page: Page): Promise<string[]> => page.locator('main h2[id^="section_"]').allTextContents()

/** The server is there, and says nothing until `answer` is called. */
function slow(): () => void {
  let answer = () => {}
  const said = new Promise<void>((resolve) => {
    answer = resolve
  })
  network.play(async (request) => {
    if (request.headers.has('X-Outbox')) await said
    return undefined
  })
  return answer
}

test('a list gets another name and colour at once, and its page comes when the server has answered', async () => {
  const page = await ana()
  await page.getByRole('link', { name: 'Edit Work' }).click()
  await page.getByRole('heading', { name: 'Edit list' }).waitFor()
  const answer = slow()
  await page.getByLabel('Name').fill('Office')
  await page.getByLabel('Blue').check({ force: true })
  await page.getByRole('button', { name: 'Save' }).click()
  await until(async () => (await inSide(page)).join() === 'Office,Home', 'the sidebar says so')
  expect(await page.locator('.side .item.list .dot').first().getAttribute('class')).toBe('dot blue')
  expect(await page.locator('.lead a').textContent()).toBe('Office')
  expect(new URL(page.url()).pathname).toEndWith('/edit')
  answer()
  await page.getByRole('heading', { level: 1, name: 'Office' }).waitFor()
  await page.locator('.toast', { hasText: 'Saved the list “Office”' }).getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await inSide(page)).join() === 'Work,Home', 'it is called as before')
})

test('without a network a list, a section and a label are made, are seen, and wait; Undo takes one back', async () => {
  const page = await ana()
  await network.cut()
  await page.getByLabel('Name').fill('Garden')
  await page.keyboard.press('Enter')
  await until(async () => (await inSide(page)).join() === 'Work,Home,Garden', 'it stands there')
  expect(await page.locator('main .lists bdi').allTextContents()).toEqual(['Inbox', 'Work', 'Home', 'Garden'])
  expect(await page.getByLabel('Name').inputValue()).toBe('')
  await page.locator('.toast', { hasText: 'You are offline. This is sent when the network is back.' }).waitFor()
  await page.getByLabel('Name').fill('Attic')
  await page.keyboard.press('Enter')
  await until(async () => (await inSide(page)).length === 4, 'so does another one')
  await waits(page, 2)
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  expect(await inSide(page)).toEqual(['Work', 'Home', 'Garden'])
  network.mend()
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await nothingWaits(page)
  await page.reload()
  expect(await inSide(page)).toEqual(['Work', 'Home', 'Garden'])
})

test('a section stands on the list and on the board at once, and takes tasks when it is there', async () => {
  const page = await ana()
  await page.locator('.side').getByRole('link', { name: 'Work' }).click()
  await page.getByRole('heading', { name: 'Work' }).waitFor()
  const write = async (name: string) => {
    const answer = slow()
    const field = page.getByLabel('Name of the new section')
    if (!(await field.isVisible())) await page.locator('summary', { hasText: 'Add section' }).click()
    await field.fill(name)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name }).waitFor()
    answer()
    await nothingWaits(page)
    await page
      .locator('section', { has: page.getByRole('heading', { name }) })
      .getByText('Add task')
      .waitFor()
  }
  await write('Later')
  await page.getByRole('link', { name: 'Board', exact: true }).click()
  await page.locator('.board').waitFor()
  await write('Soon')
  expect(await sections(page)).toEqual(['No section', 'Later', 'Soon'])
})

test('what is refused is typed again, with the sentence, and is not offered besides', async () => {
  const page = await ana()
  await page.goto('/labels')
  await scriptRuns(page)
  for (const name of ['phone', 'Phone']) {
    await page.getByLabel('Name').fill(name)
    await page.keyboard.press('Enter')
    await nothingWaits(page)
  }
  await page.getByRole('alert').getByText('There is already a label called “phone”.').waitFor()
  const field = page.getByLabel('Name')
  expect([await field.getAttribute('aria-invalid'), await field.getAttribute('aria-describedby')]).toEqual([
    'true',
    'name_problem',
  ])
  expect(await page.locator('.toast.error').count()).toBe(0)
  expect(await axe(page)).toEqual([])
  expect(await page.getByLabel('Name').inputValue()).toBe('Phone')
  await page.waitForTimeout(500)
  expect(await page.getByLabel('Name').inputValue()).toBe('Phone')
  expect(await page.getByText('could not be saved').count()).toBe(0)
  expect(await page.locator('main .lists bdi').allTextContents()).toEqual(['phone'])
  await page.getByRole('link', { name: 'Edit phone' }).click()
  await page.getByRole('heading', { name: 'Edit label' }).waitFor()
  await page.getByLabel('Name').fill('x'.repeat(101))
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').getByText('Use at most 100 characters.').waitFor()
  await page.waitForTimeout(500)
  expect(await page.getByLabel('Name').inputValue()).toBe('x'.repeat(101))
  expect(await page.locator('.lead bdi').textContent()).toBe('phone')
})

test('filters change places as often as their buttons are pressed', async () => {
  const page = await ana()
  for (const name of ['One', 'Two', 'Three']) await post(page, '/filters', { name, query: 'today' })
  await page.goto('/filters')
  await scriptRuns(page)
  const names = () => page.locator('.filters b').allTextContents()
  await page.getByRole('button', { name: 'Move up Three' }).click()
  await until(async () => (await names()).join() === 'One,Three,Two', 'it has moved')
  await page.getByRole('button', { name: 'Move down One' }).click()
  await until(async () => (await names()).join() === 'Three,One,Two', 'so has the other')
  await nothingWaits(page)
  await page.reload()
  expect(await names()).toEqual(['Three', 'One', 'Two'])
})

test('how a task repeats is sent when the network is back, and says so', async () => {
  const page = await ana()
  await post(page, '/tasks', { task: 'Water the plants' })
  await page.goto('/')
  await page.getByRole('link', { name: 'Water the plants', exact: true }).click()
  await page.locator('.repeats-how a').click()
  await page.getByRole('heading', { name: 'Repeat' }).waitFor()
  await page.getByLabel('How often').fill('every fri')
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.locator('.coming li').first().waitFor()
  await network.cut()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('.toast', { hasText: 'This is sent when the network is back.' }).waitFor()
  network.mend()
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await nothingWaits(page)
  await page.goto(network.url + new URL(page.url()).pathname)
  expect(await page.getByLabel('How often').inputValue()).toBe('every fri')
})
