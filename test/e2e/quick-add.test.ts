import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import type { PageOptions } from './chromium.ts'
import { journeysOnALine } from './journeys.ts'
import { nothingWaits, onServer, register, row, scriptRuns, titles, until } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

/** A new person in a new browser, with the cursor in the Inbox. */
async function ana(options: PageOptions = {}): Promise<Page> {
  const opened = await visit(options)
  await register(opened.page, network.url, `ana${++count}-quick`)
  if (options.javaScript !== false) await scriptRuns(opened.page)
  return opened.page
}

/** What the chips that hold say below the field, without what only screen readers hear. */
const chips = (page: Page): Promise<string[]> => said(page, '.chips button:not(.refused)')

/** The same of those whose words stay in the title. */
const refused = (page: Page): Promise<string[]> => said(page, '.chips .refused')

const said = (page: Page, which: string): Promise<string[]> =>
  page.locator(which).evaluateAll((buttons) => buttons.map((button) => button.firstChild?.textContent ?? ''))

async function type(page: Page, text: string, ...expected: string[]): Promise<void> {
  await page.fill('#task', text)
  await until(async () => (await chips(page)).join() === expected.join(), `the chips ${expected.join(', ')}`)
}

describe('below the field', () => {
  test('stands what was read, and nothing when that is nothing', async () => {
    const page = await ana()
    await type(page, 'Call the plumber tomorrow at 9 p1', 'Tomorrow 09:00', 'Priority 1')
    expect(await page.textContent('.chips')).toStartWith('Read as ')
    await type(page, 'The 5th Wave')
    expect(await page.isVisible('.chips')).toBe(false)
    await type(page, 'Gym every mon, fri for 1h @sport', 'every mon, fri', '60 min', 'New label sport')
  })

  test('a click puts the words back into the title, and only those', async () => {
    const page = await ana()
    await type(page, 'Read Tomorrow tomorrow p1', 'Tomorrow', 'Priority 1')
    await page.getByRole('button', { name: 'Keep “tomorrow” in the title' }).click()
    await until(async () => (await chips(page)).join() === 'Priority 1', 'one chip is left')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('task')
    await page.press('#task', 'Enter')
    expect(await titles(page)).toEqual(['Read Tomorrow tomorrow'])
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Read Tomorrow tomorrow'])
    expect(await row(page, 'Read Tomorrow tomorrow').getAttribute('class')).toContain('p1')
  })

  test('a second click takes them out of the title again, each by itself', async () => {
    const page = await ana()
    await type(page, 'Milk today p1', 'Today', 'Priority 1')
    await page.getByRole('button', { name: 'Keep “today” in the title' }).click()
    await page.getByRole('button', { name: 'Keep “p1” in the title' }).click()
    expect([await chips(page), await refused(page)]).toEqual([[], ['Today', 'Priority 1']])
    await page.getByRole('button', { name: 'Take “today” out of the title' }).click()
    expect([await chips(page), await refused(page)]).toEqual([['Today'], ['Priority 1']])
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('task')
    await page.press('#task', 'Enter')
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Milk p1'])
    expect(await row(page, 'Milk p1').locator('.due').textContent()).toBe('Today')
  })

  test('the same by keys: Backspace, and back by Enter on what it had been read as', async () => {
    const page = await ana()
    await type(page, 'Milk today', 'Today')
    await page.press('#task', 'End')
    await page.press('#task', 'Backspace')
    expect([await chips(page), await refused(page)]).toEqual([[], ['Today']])
    await page.getByRole('button', { name: /^Today\s*\. Take “today” out of the title$/ }).focus()
    await page.keyboard.press('Enter')
    expect([await chips(page), await refused(page)]).toEqual([['Today'], []])
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('task')
  })

  test('a list that nobody has yet can be refused and taken back in', async () => {
    const page = await ana()
    await type(page, 'Milk #Home', 'New list Home')
    await page.locator('.chips button').click()
    expect([await chips(page), await refused(page)]).toEqual([[], ['New list Home']])
    await page.locator('.chips button').click()
    expect([await chips(page), await refused(page)]).toEqual([['New list Home'], []])
    await page.press('#task', 'Enter')
    await page.getByRole('button', { name: 'Create list “Home” and move it there' }).waitFor()
  })

  test('Backspace does so right behind the words, and deletes letters elsewhere', async () => {
    const page = await ana()
    await type(page, 'Milk today', 'Today')
    await page.press('#task', 'End')
    await page.press('#task', 'Backspace')
    expect(await page.inputValue('#task')).toBe('Milk today')
    expect(await chips(page)).toEqual([])
    await page.press('#task', 'Backspace')
    expect(await page.inputValue('#task')).toBe('Milk toda')
  })

  test('what was put back stays so while more is typed, before it and behind it', async () => {
    const page = await ana()
    await type(page, 'Milk today', 'Today')
    await page.click('.chips button')
    await page.press('#task', 'End')
    await page.locator('#task').pressSequentially(' at 9 p2')
    await until(async () => (await chips(page)).join() === 'Priority 2', 'only the priority is read')
    await page.press('#task', 'Home')
    await page.locator('#task').pressSequentially('Buy ')
    expect(await chips(page)).toEqual(['Priority 2'])
    await page.press('#task', 'Enter')
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Buy Milk today at 9'])
  })

  test('everything is gone once the task is added, and nothing of it is in the next one', async () => {
    const page = await ana()
    await type(page, 'Milk today', 'Today')
    await page.click('.chips button')
    await page.press('#task', 'Enter')
    await until(async () => !(await page.isVisible('.chips')), 'the chips go')
    await type(page, 'Milk today', 'Today')
    await page.press('#task', 'Enter')
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Milk', 'Milk today'])
  })
})

test('what was read is there for everybody', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await ana({ colorScheme })
    await type(page, 'Call the plumber tomorrow at 9 p1', 'Tomorrow 09:00', 'Priority 1')
    expect(await page.getAttribute('.chips', 'aria-live')).toBe('polite')
    const names = await page.getByRole('button', { name: /^(Tomorrow 09:00|Priority 1)\s*\. Keep “/ }).count()
    expect(names).toBe(2)
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: /^Priority 1/ }).click()
    expect(await refused(page)).toEqual(['Priority 1'])
    expect(await axe(page)).toEqual([])
  }
})

describe('a new row', () => {
  test('shows what was read before the server has heard of it', async () => {
    const page = await ana()
    await type(page, 'Call the plumber tomorrow at 9 p1', 'Tomorrow 09:00', 'Priority 1')
    network.cut()
    await page.press('#task', 'Enter')
    const added = row(page, 'Call the plumber')
    expect(await added.getAttribute('class')).toContain('p1')
    expect(await added.locator('.meta .due').textContent()).toContain('Tomorrow 09:00')
    network.mend()
    await nothingWaits(page)
    expect(await titles(page)).toEqual(['Call the plumber'])
    expect(await row(page, 'Call the plumber').locator('.meta').textContent()).toContain('Tomorrow 09:00')
  })

  test('is on another page when its line says so', async () => {
    const page = await ana()
    await page.goto(`${network.url}/today`)
    await scriptRuns(page)
    await type(page, 'Milk tomorrow', 'Tomorrow')
    await page.press('#task', 'Enter')
    await nothingWaits(page)
    expect(await titles(page)).toEqual([])
    await type(page, 'Bread')
    await page.press('#task', 'Enter')
    await nothingWaits(page)
    expect(await titles(page)).toEqual(['Bread'])
  })

  test('of an unknown list comes with the offer to make it', async () => {
    const page = await ana()
    await page.fill('#task', 'Milk #Groceries')
    await page.press('#task', 'Enter')
    await page.getByRole('button', { name: 'Create list “Groceries” and move it there' }).click()
    await until(async () => (await titles(page)).length === 0, 'the task moves away')
    await page.getByRole('link', { name: 'Groceries' }).first().click()
    await until(async () => (await titles(page)).join() === 'Milk', 'the task is in its list')
    await scriptRuns(page)
    await type(page, 'Bread #groceries', '#groceries')
  })
})

describe('a list and a label that are not there', () => {
  test('are shown as new, offered together until that is taken up, and known from then on', async () => {
    const page = await ana()
    const line = 'Call the plumber tomorrow at 9 p1 #Home @phone'
    await type(page, line, 'Tomorrow 09:00', 'Priority 1', 'New list Home', 'New label phone')
    expect(await axe(page)).toEqual([])
    await page.clock.install()
    await page.press('#task', 'Enter')
    const offer = page.getByRole('button', { name: 'Create the list “Home” and the label “phone”' })
    await offer.waitFor()
    expect(await titles(page)).toEqual(['Call the plumber #Home @phone'])
    await page.clock.fastForward('05:00')
    await offer.click()
    await until(async () => (await titles(page)).length === 0, 'the task moves away')
    await page.getByRole('link', { name: 'Home' }).first().click()
    await until(async () => (await titles(page)).join() === 'Call the plumber', 'the task is in its list')
    expect(await row(page, 'Call the plumber').locator('.meta a.label').textContent()).toContain('phone')
    await scriptRuns(page)
    await type(page, 'Call the bank #home @Phone', '#home', '@Phone')
  })

  test('stay in the title when their chips are taken back', async () => {
    const page = await ana()
    await type(page, 'Milk #Home @cold', 'New list Home', 'New label cold')
    await page.getByRole('button', { name: 'Keep “#Home” in the title' }).click()
    await until(async () => (await chips(page)).join() === 'New label cold', 'one chip is left')
    await page.press('#task', 'Enter')
    await page.getByRole('button', { name: 'Create label “cold” and put it on' }).click()
    await until(async () => (await titles(page)).join() === 'Milk #Home', 'the label alone is made')
  })
})

describe('names behind their signs', () => {
  const suggested = (page: Page) => page.getByRole('listbox').getByRole('option').allTextContents()

  async function withLists(page: Page, ...names: string[]): Promise<void> {
    for (const name of names) {
      const form = { name, color: '' }
      const answer = await page.request.post(`${network.url}/lists`, { form, headers: { Origin: network.url } })
      expect(answer.status()).toBeLessThan(400)
    }
    await page.reload()
    await scriptRuns(page)
  }

  test('are suggested while they are typed, and chosen by key', async () => {
    const page = await ana()
    await withLists(page, 'Groceries', 'Big garden')
    await page.locator('#task').pressSequentially('Milk #g')
    await until(async () => (await suggested(page)).join() === 'Groceries,Big garden', 'both are suggested')
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await page.inputValue('#task')).toBe('Milk #"Big garden" ')
    expect(await page.getByRole('listbox').count()).toBe(0)
    await until(async () => (await chips(page)).join() === '#Big garden', 'it is read')
    await page.keyboard.press('Enter')
    await nothingWaits(page)
    await page.getByRole('link', { name: 'Big garden' }).first().click()
    await until(async () => (await titles(page)).join() === 'Milk', 'the task is in its list')
  })

  test('Escape closes them and keeps what was typed; a whole name needs none', async () => {
    const page = await ana()
    await withLists(page, 'Groceries')
    await page.locator('#task').pressSequentially('Milk #gro')
    await until(async () => (await suggested(page)).join() === 'Groceries', 'it is suggested')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('listbox').count()).toBe(0)
    expect(await page.inputValue('#task')).toBe('Milk #gro')
    await page.locator('#task').pressSequentially('ceries')
    await until(async () => (await chips(page)).join() === '#groceries', 'it is read')
    await until(async () => (await page.getByRole('listbox').count()) === 0, 'nothing is suggested any more')
  })

  test('are suggested for a subtask too, but no places', async () => {
    const page = await ana()
    await withLists(page, 'Groceries')
    await page.fill('#task', 'Party @sweet')
    await page.press('#task', 'Enter')
    await page.getByRole('button', { name: 'Create label “sweet” and put it on' }).click()
    await until(async () => (await titles(page)).join() === 'Party', 'the label is made')
    await nothingWaits(page)
    await page.getByRole('link', { name: 'Party', exact: true }).click()
    await page.getByPlaceholder('Add a subtask').pressSequentially('Cake #g @sw')
    await until(async () => (await suggested(page)).join() === 'sweet', 'the label is suggested')
    await page.keyboard.press('Tab')
    expect(await page.getByPlaceholder('Add a subtask').inputValue()).toBe('Cake #g @sweet ')
    await page.keyboard.type('#g')
    await page.waitForTimeout(200)
    expect(await page.getByRole('listbox').count()).toBe(0)
  })

  test('a tap chooses', async () => {
    const page = await ana({ screen: 'phone' })
    await withLists(page, 'Groceries')
    await page.locator('#task').pressSequentially('Milk #')
    await page.getByRole('option', { name: 'Groceries' }).tap()
    expect(await page.inputValue('#task')).toBe('Milk #Groceries ')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('task')
  })
})

describe('without JavaScript', () => {
  test('a line is read as well, and the message says what was understood', async () => {
    const page = await ana({ javaScript: false })
    await page.fill('#task', 'Call the plumber tomorrow at 9 p1 #Home')
    await page.press('#task', 'Enter')
    await page.waitForSelector('.toast')
    expect(await titles(page)).toEqual(['Call the plumber #Home'])
    expect(await page.textContent('.toast span')).toBe('Added “Call the plumber #Home” · tomorrow 09:00 · p1')
    await page.getByRole('button', { name: 'Create list “Home” and move it there' }).click()
    await page.waitForSelector('.toast')
    expect(await page.textContent('.toast span')).toBe('“Call the plumber” is in the new list “Home”')
    await page.fill('#task', 'Sweep today #home')
    await page.press('#task', 'Enter')
    await page.waitForSelector('.toast')
    expect(await page.textContent('.toast span')).toBe('Added “Sweep” · today · #Home')
  })
})
