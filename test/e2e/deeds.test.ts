import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeysOnALine } from './journeys.ts'
import { add, edit, leaveField, nothingWaits, onServer, register, row, titles, until, waits } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

async function ana(...tasks: string[]): Promise<Page> {
  const { page } = await visit()
  await register(page, network.url, `ana${++count}-deeds`)
  await add(page, ...tasks.toReversed())
  await leaveField(page)
  await page.keyboard.press('j')
  network.seen.length = 0
  return page
}

/** Gives the row that keys mean a label by its name, and waits until it shows it. */
async function label(page: Page, title: string, name: string): Promise<void> {
  await page.keyboard.press('@')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await row(page, title)
    .locator('.label', { hasText: `@${name}` })
    .waitFor()
}

/** How deep each row stands. */
const depths = (page: Page): Promise<string[]> =>
  page.locator('.tasks > .task').evaluateAll((rows) => rows.map((row) => /depth-(\d)/.exec(row.className)?.[1] ?? '0'))

/** Holds what Turbo would render next until `classAtNextRender` lets go of it. */
const holdNextRender = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const hold = (event: Event) => {
      event.preventDefault()
      const { resume } = (event as CustomEvent<{ resume: () => void }>).detail
      Object.assign(globalThis, { held: resume })
    }
    document.addEventListener('turbo:before-render', hold, { once: true })
  })

const isHeld = (page: Page): Promise<boolean> => page.evaluate(() => 'held' in globalThis)

/** Lets go of what is held, and says what the class of the first row is as soon as that has been rendered. */
const classAtNextRender = (page: Page): Promise<string> =>
  page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const look = () => resolve(document.querySelector('.tasks > .task')?.className ?? '')
        document.addEventListener('turbo:render', look, { once: true })
        ;(globalThis as unknown as { held: () => void }).held()
      }),
  )

const refusing = (request: Request) =>
  request.headers.has('X-Outbox')
    ? new Response(
        '<turbo-stream action="update" target="flashes"><template><div class="toast error" role="alert"><span>Not today.</span></div></template></turbo-stream>',
        { status: 422, headers: { 'Content-Type': 'text/vnd.turbo-stream.html' } },
      )
    : undefined

test('1 to 4 give a priority, which is seen at once and stays', async () => {
  const page = await ana('Milk')
  await page.keyboard.press('2')
  await page.locator('.task.p2', { hasText: 'Milk' }).waitFor()
  await nothingWaits(page)
  await page.reload()
  expect(await row(page, 'Milk').getAttribute('class')).toContain('p2')
})

test('a refused priority flips back, with the reason', async () => {
  const page = await ana('Milk')
  network.play(refusing)
  await page.keyboard.press('1')
  await page.getByRole('alert').getByText('Not today.').waitFor()
  expect(await row(page, 'Milk').getAttribute('class')).not.toContain('p1')
})

test('t asks when, in words or as a date; No date takes it away', async () => {
  const page = await ana('Milk')
  const due = row(page, 'Milk').locator('.due')
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'When is it due?' }).waitFor()
  await page.keyboard.press('Enter')
  await until(async () => (await due.textContent()) === 'Today', 'it is due today')
  await nothingWaits(page)
  expect(await due.textContent()).toBe('Today')
  await page.keyboard.press('t')
  await page.keyboard.type('2031-05-27')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.press('Enter')
  await until(async () => (await due.textContent()) === '27 May 2031', 'it is due then')
  await nothingWaits(page)
  await page.keyboard.press('t')
  await page.keyboard.type('no d')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.press('Enter')
  await until(async () => (await due.count()) === 0, 'there is no date')
  await nothingWaits(page)
  expect(await due.count()).toBe(0)
})

test('a page that came before the last thing Ana did is not put on the screen', async () => {
  const page = await ana('Milk')
  await page.keyboard.press('t')
  await page.getByRole('combobox').waitFor()
  await holdNextRender(page)
  await page.keyboard.press('Enter')
  await until(() => isHeld(page), 'the page with the date is about to be shown')
  await page.keyboard.press('2')
  await nothingWaits(page)
  expect(await classAtNextRender(page)).toContain('p2')
  await until(async () => (await row(page, 'Milk').locator('.due').textContent()) === 'Today', 'it is due today')
})

test('t takes a time along, keeps one that was not said, and says what another device had written meanwhile', async () => {
  const page = await ana('Milk')
  const due = row(page, 'Milk').locator('.due')
  const when = async (words: string) => {
    await page.keyboard.press('t')
    await page.keyboard.type(words)
    await page.getByRole('combobox').waitFor()
    await page.keyboard.press('Enter')
  }
  await when('2031-05-27 15:00')
  await until(async () => (await due.textContent()) === '27 May 2031 15:00', 'it is due then')
  await nothingWaits(page)
  expect(await due.textContent()).toBe('27 May 2031 15:00')
  await when('2031-05-28')
  await until(async () => (await due.textContent()) === '28 May 2031 15:00', 'the time stays')
  await nothingWaits(page)
  expect(await due.textContent()).toBe('28 May 2031 15:00')
  network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
  await when('2031-05-29')
  await waits(page, 1)
  await edit(page, 'Milk', { due_day: '2031-06-03' })
  network.play(undefined)
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await nothingWaits(page)
  await page.locator('.toast', { hasText: 'had changed the day it is due' }).waitFor()
})

test('t takes a time along for all that are selected', async () => {
  const page = await ana('Milk', 'Bread')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('t')
  await page.keyboard.type('2031-05-27 15:00')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.press('Enter')
  const due = page.locator('.due', { hasText: '27 May 2031 15:00' })
  await until(async () => (await due.count()) === 2, 'both are due then')
  await nothingWaits(page)
  expect(await due.count()).toBe(2)
})

test('after all that was overdue is rescheduled, a key is heard, and not written into the field', async () => {
  const page = await ana('Milk')
  await edit(page, 'Milk', { due_day: '2026-01-01' })
  await page.goto(`${network.url}/today`)
  const due = row(page, 'Milk').locator('.due')
  await page.getByRole('button', { name: 'Reschedule all' }).click()
  await until(async () => (await due.textContent()) === 'Today', 'it is due today')
  await page.getByText('What was overdue is due today').waitFor()
  await nothingWaits(page)
  await page.keyboard.press('u')
  await until(async () => (await due.textContent())?.startsWith('Overdue') === true, 'it is overdue again')
  expect(await page.inputValue('#task')).toBe('')
})

test('the first row of a list brings what can be done with rows', async () => {
  const { page } = await visit()
  await register(page, network.url, `ana${++count}-deeds`)
  const tools = [page.getByRole('link', { name: 'Select' }), page.getByText('Add section')]
  for (const tool of tools) expect(await tool.isVisible()).toBe(false)
  await add(page, 'Milk')
  for (const tool of tools) await tool.waitFor()
})

test('@ gives a label, a new one too, beside those that are there', async () => {
  const page = await ana('Milk')
  for (const name of ['phone', 'home']) {
    await label(page, 'Milk', name)
    await nothingWaits(page)
  }
  await page.reload()
  const labels = await row(page, 'Milk').locator('.label').allTextContents()
  expect(labels.toSorted()).toEqual(['@home', '@phone'])
})

test('@ twice, before the first is answered: the task has both labels and no other', async () => {
  const page = await ana('Milk')
  network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
  for (const name of ['phone', 'home']) {
    await label(page, 'Milk', name)
  }
  network.play(undefined)
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await nothingWaits(page)
  const labels = await row(page, 'Milk').locator('.label').allTextContents()
  expect(labels.toSorted()).toEqual(['@home', '@phone'])
})

test('Tab makes a row a part of the one above, Shift and Tab lead out again, and all below it come along', async () => {
  const page = await ana('One', 'Two', 'Three')
  await page.keyboard.press('j')
  await page.keyboard.press('Tab')
  expect(await depths(page)).toEqual(['0', '1', '0'])
  await page.keyboard.press('j')
  await page.keyboard.press('Tab')
  expect(await depths(page)).toEqual(['0', '1', '1'])
  await page.keyboard.press('Tab')
  expect(await depths(page)).toEqual(['0', '1', '2'])
  await nothingWaits(page)
  await page.keyboard.press('k')
  await page.keyboard.press('Shift+Tab')
  expect(await depths(page)).toEqual(['0', '0', '1'])
  await nothingWaits(page)
  expect(await titles(page)).toEqual(['One', 'Two', 'Three'])
  await page.reload()
  expect(await titles(page)).toEqual(['One', 'Two', 'Three'])
})

test('a task with parts is completed, and deleted, with all of them, and comes back with them', async () => {
  const page = await ana('One', 'Two', 'Three')
  await page.keyboard.press('j')
  await page.keyboard.press('Tab')
  await nothingWaits(page)
  await page.keyboard.press('k')
  await page.keyboard.press('e')
  expect(await page.locator('.task.done').count()).toBe(2)
  expect(await page.textContent('#inbox_count')).toBe('1')
  await nothingWaits(page)
  await page.keyboard.press('u')
  await until(async () => (await titles(page)).join() === 'One,Two,Three', 'they are back')
})

test('u undoes what was done last, also while it waits; Shift and u do it again', async () => {
  const page = await ana('Milk', 'Bread')
  await page.keyboard.press('e')
  await nothingWaits(page)
  await page.keyboard.press('u')
  await until(async () => (await row(page, 'Milk').getAttribute('class')) === 'task', 'it is open again')
  await nothingWaits(page)
  await page.keyboard.press('Shift+U')
  await until(async () => !(await onServer(page, '/')).includes('Milk'), 'it is done again')
  await network.cut()
  await page.keyboard.press('j')
  await page.keyboard.press('3')
  await waits(page, 1)
  await page.keyboard.press('u')
  expect(await page.locator('.p3').count()).toBe(0)
  network.mend()
  await nothingWaits(page)
})

test('Ctrl+Z undoes what was done before the page was loaded anew, step by step', async () => {
  const page = await ana('Milk', 'Bread')
  await page.keyboard.press('1')
  await nothingWaits(page)
  await page.keyboard.press('e')
  await until(async () => (await titles(page)).join() === 'Bread', 'it has left')
  await nothingWaits(page)
  await page.reload()
  await leaveField(page)
  await page.keyboard.press('Control+z')
  await until(async () => (await titles(page)).join() === 'Milk,Bread', 'it is back')
  expect(await row(page, 'Milk').getAttribute('class')).toContain('p1')
  await page.keyboard.press('Control+z')
  await until(async () => !(await row(page, 'Milk').getAttribute('class'))?.includes('p1'), 'so is its priority')
  await page.keyboard.press('Control+Shift+z')
  await until(async () => !!(await row(page, 'Milk').getAttribute('class'))?.includes('p1'), 'it is done again')
})

test('two tabs, one task: different fields both win; of the same one the last wins, and says what it wrote over', async () => {
  const page = await ana('Milk')
  await row(page, 'Milk').locator('.title').click()
  await page.waitForSelector('main[data-task]')
  const other = await page.context().newPage()
  await other.goto(page.url())
  const write = async (tab: Page, name: 'title' | 'notes', text: string) => {
    const summary = tab.locator('details.edit:not([open]) > summary')
    if ((await summary.count()) > 0) await summary.click()
    await tab.fill(`main form [name=${name}]`, text)
  }
  await write(page, 'title', 'Oat milk')
  await write(other, 'notes', 'Two bottles')
  await other.locator('.edit').getByRole('button', { name: 'Save' }).click()
  await nothingWaits(other)
  await write(other, 'title', 'Soy milk')
  await other.locator('.edit').getByRole('button', { name: 'Save' }).click()
  await nothingWaits(other)
  await page.bringToFront()
  await page.keyboard.press('Control+Enter')
  await nothingWaits(page)
  await page.locator('.toast', { hasText: 'Soy milk' }).waitFor()
  expect(await page.locator('.toast').textContent()).toContain('that is in the history')
  expect(await page.textContent('h1')).toBe('Oat milk')
  await page.reload()
  expect(await page.inputValue('main form [name=notes]')).toBe('Two bottles')
})
