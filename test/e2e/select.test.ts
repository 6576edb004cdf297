import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import type { PageOptions } from './chromium.ts'
import { journeysOnALine } from './journeys.ts'
import { add, leaveField, nothingWaits, onServer, post, register, row, titles, until, waits } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

async function ana(options: PageOptions = {}, ...tasks: string[]): Promise<Page> {
  const { page } = await visit(options)
  await register(page, network.url, `ana${++count}-select`)
  await add(page, ...tasks.toReversed())
  await leaveField(page)
  network.seen.length = 0
  return page
}

const bar = (page: Page) => page.getByRole('region', { name: 'Selected tasks' })

test('x selects what has the frame; what is done then is done to all of them, in one request', async () => {
  const page = await ana({}, 'One', 'Two', 'Three')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await bar(page).getByText('2 tasks selected').waitFor()
  await page.keyboard.press('e')
  expect(await page.locator('.task.done .title').allTextContents()).toEqual(['One', 'Two'])
  expect(await bar(page).count()).toBe(0)
  expect(await page.textContent('#inbox_count')).toBe('1')
  await nothingWaits(page)
  expect(network.sent().map(({ path }) => path)).toEqual(['/tasks/bulk'])
  expect(await onServer(page, '/')).toEqual(['Three'])
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await titles(page)).join() === 'One,Two,Three', 'one Undo brings both back')
})

test('a click with Shift selects all up to there, a click takes one out, Escape ends it', async () => {
  const page = await ana({}, 'One', 'Two', 'Three', 'Four')
  await row(page, 'One')
    .locator('.title')
    .click({ modifiers: ['Shift'] })
  await row(page, 'Three')
    .locator('.title')
    .click({ modifiers: ['Shift'] })
  await bar(page).getByText('3 tasks selected').waitFor()
  await row(page, 'Two').locator('.title').click()
  await bar(page).getByText('2 tasks selected').waitFor()
  expect(await page.locator('.task.selected .title').allTextContents()).toEqual(['One', 'Three'])
  await page.keyboard.press('Escape')
  expect(await page.locator('.selected').count()).toBe(0)
  expect(await bar(page).count()).toBe(0)
})

test('what is selected stays so when the page is brought up to date', async () => {
  const page = await ana({}, 'One', 'Two')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  const other = await page.context().newPage()
  await other.goto(network.url)
  await add(other, 'Zero')
  await page.bringToFront()
  await until(async () => (await titles(page)).join() === 'Zero,One,Two', 'the page has the new task')
  expect(await page.locator('.task.selected .title').allTextContents()).toEqual(['One'])
})

test('without a network it is done at once, waits, and is taken back as a whole', async () => {
  const page = await ana({}, 'One', 'Two', 'Three')
  await row(page, 'One')
    .locator('.title')
    .click({ modifiers: ['Shift'] })
  await row(page, 'Two')
    .locator('.title')
    .click({ modifiers: ['Shift'] })
  await network.cut()
  await bar(page).getByRole('button', { name: 'Delete' }).click()
  expect(await titles(page)).toEqual(['Three'])
  await waits(page, 1)
  await page.locator('.toast', { hasText: 'Deleted 2 tasks' }).getByRole('button', { name: 'Undo' }).click()
  expect(await titles(page)).toEqual(['One', 'Two', 'Three'])
  network.mend()
  await nothingWaits(page)
  expect(await onServer(page, '/')).toEqual(['One', 'Two', 'Three'])
})

test('what repeats is sent with the day that its row showed, so that two devices complete it once', async () => {
  const page = await ana({}, 'One', 'Water every day')
  const id = (await row(page, 'Water').getAttribute('id'))?.slice('task_'.length)
  const day = await row(page, 'Water').locator('input[name="was-due_day"]').getAttribute('value')
  const sent: string[][] = []
  network.play(async (request, path) => {
    if (path === '/tasks/bulk') sent.push(new URLSearchParams(await request.clone().text()).getAll('was'))
    return undefined
  })
  for (const key of ['j', 'x', 'j', 'x', 'e']) await page.keyboard.press(key)
  await nothingWaits(page)
  network.play(undefined)
  expect(day).toMatch(/^\d{4}-\d\d-\d\d$/)
  expect(sent).toEqual([[`${id}_${day}`]])
})

test('a priority and a day are seen at once on all rows', async () => {
  const page = await ana({}, 'One', 'Two')
  await row(page, 'One')
    .locator('.title')
    .click({ modifiers: ['Shift'] })
  await row(page, 'Two')
    .locator('.title')
    .click({ modifiers: ['Shift'] })
  await page.keyboard.press('1')
  expect(await page.locator('.task.p1').count()).toBe(2)
  await nothingWaits(page)
  expect(await page.locator('.task.p1.selected').count()).toBe(2)
  await page.keyboard.press('t')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('tomorrow')
  await page.keyboard.press('Enter')
  await until(async () => (await page.locator('.due', { hasText: 'Tomorrow' }).count()) === 2, 'both say so')
  await nothingWaits(page)
  expect(await page.locator('.task.p1', { hasText: 'Tomorrow' }).count()).toBe(2)
})

test('what still stands on the page after it was moved stays selected, for the next thing; what has left does not', async () => {
  const page = await ana({}, 'One', 'Two', 'Three')
  await post(page, '/lists', { name: 'Work' })
  const inbox = await page.locator('.side a[data-list]').first().getAttribute('data-list')
  await post(page, `/lists/${inbox}/sections`, { name: 'Later' })
  await page.reload()
  await page.locator('.side', { hasText: 'Work' }).waitFor()
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key)
  const go = async (words: string, place: string) => {
    await page.keyboard.press('v')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.type(words)
    await page.getByRole('option', { name: place, exact: true }).waitFor()
    await page.keyboard.press('Enter')
  }
  await go('later', 'Inbox / Later')
  await bar(page).getByText('2 tasks selected').waitFor()
  await nothingWaits(page)
  expect(await page.locator('section .task.selected .title').allTextContents()).toEqual(['Two', 'One'])
  await page.keyboard.press('1')
  expect(await page.locator('.task.p1.selected').count()).toBe(2)
  await nothingWaits(page)
  await go('work', 'Work')
  await until(async () => (await titles(page)).join() === 'Three', 'both have left')
  expect(await bar(page).count()).toBe(0)
  expect(await page.evaluate(() => document.activeElement?.closest('.task')?.textContent)).toContain('Three')
  await nothingWaits(page)
})

test('the bar keeps the focus as long as it stays, and gives it to the next row when it goes', async () => {
  const page = await ana({}, 'One', 'Two')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await bar(page).getByRole('button', { name: 'Priority' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.press('Enter')
  await until(() => page.evaluate(() => !!document.activeElement?.closest('#bulk')), 'the bar has it')
  await bar(page).getByRole('button', { name: 'Delete' }).focus()
  await page.keyboard.press('Enter')
  expect(await bar(page).count()).toBe(0)
  expect(await page.evaluate(() => document.activeElement?.closest('.task')?.textContent)).toContain('Two')
  await nothingWaits(page)
})

test('on a phone a long touch selects a row, more touches select more, and a short one opens nothing then', async () => {
  const page = await ana({ screen: 'phone' }, 'One', 'Two', 'Three')
  const fingers = await page.context().newCDPSession(page)
  const touch = async (title: string, ms: number) => {
    const box = await row(page, title).locator('.title').boundingBox()
    if (!box) throw new Error('It is not to be seen.')
    const touchPoints = [{ x: box.x + 10, y: box.y + box.height / 2 }]
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
    await page.waitForTimeout(ms)
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }
  // What drags, and so notices that a touch is long, is there before the first touch.
  await page.waitForFunction(() =>
    Object.keys(document.querySelector('#tasks') ?? {}).some((key) => /^Sortable/.test(key)),
  )
  await touch('One', 600)
  await bar(page).getByText('1 task selected').waitFor()
  await page.waitForTimeout(600)
  await touch('Three', 30)
  await bar(page).getByText('2 tasks selected').waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
  expect(await page.locator('.task.selected .title').allTextContents()).toEqual(['One', 'Three'])
  await bar(page).getByRole('button', { name: 'Complete' }).click()
  await nothingWaits(page)
  expect(await onServer(page, '/')).toEqual(['Two'])
})

for (const screen of ['desktop', 'phone'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`on a ${screen}, ${colorScheme}, the bar stands in nobody’s way`, async () => {
      const page = await ana({ screen, colorScheme }, 'One', 'Two')
      await page.keyboard.press('j')
      await page.keyboard.press('x')
      await bar(page).waitFor()
      expect(await axe(page)).toEqual([])
    })
  }
}

test('after a date, a priority or a label the same tasks are still selected, for the next thing', async () => {
  const page = await ana({}, 'One', 'Two', 'Three')
  for (const key of ['j', 'x', 'j', 'x', 't']) await page.keyboard.press(key)
  await page.getByRole('combobox', { name: 'When are 2 tasks due?' }).waitFor()
  const today = await page.getByRole('option').first().textContent()
  expect(today).toMatch(/Today.*day, \d/)
  await page.getByRole('option', { name: 'Tomorrow' }).click()
  await bar(page).getByText('2 tasks selected').waitFor()
  await page.keyboard.press('1')
  await nothingWaits(page)
  expect(await page.locator('.task.p1 .title').allTextContents()).toEqual(['One', 'Two'])
  await bar(page).getByText('2 tasks selected').waitFor()
  await bar(page).getByRole('button', { name: 'End selection' }).click()
  expect(await bar(page).count()).toBe(0)
})
