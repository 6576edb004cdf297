import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { withPage } from './chromium.ts'
import { journeys } from './journeys.ts'
import { nothingWaits, post, register, row, scriptRuns, until } from './people.ts'

const { site } = await journeys()

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    const who = javaScript ? 'with' : 'without'
    const settled = (page: Page) => (javaScript ? nothingWaits(page) : Promise.resolve())

    test('Ana makes a list with sections, fills it, looks at its board, and moves a task', () =>
      withPage({ baseURL: site.url, javaScript }, async (page) => {
        await register(page, site.url, `ana-lists-${who}`)
        await makeList(page, 'Work', 'Blue')
        await page.getByRole('heading', { level: 1, name: 'Work' }).waitFor()
        await addTo(page, undefined, 'Book the room')
        await addSection(page, 'Later')
        await addSection(page, 'This week')
        await addTo(page, 'This week', 'Call the plumber')
        await addTo(page, 'This week', 'Report')
        await settled(page)
        const list = ['Book the room', '[Later]', '[This week]', 'Report', 'Call the plumber']
        await until(async () => String(await shown(page)) === String(list), 'all stands where it was added')
        await page.reload()
        expect(await shown(page)).toEqual(list)

        await page.getByRole('link', { name: 'Board', exact: true }).click()
        await until(async () => (await shown(page))[0] === '[No section]', 'the board is there')
        expect(await shown(page)).toEqual(['[No section]', ...list])
        await addTo(page, 'Later', 'Plan the party')
        await settled(page)
        expect((await shown(page)).slice(2, 4)).toEqual(['[Later]', 'Plan the party'])
        expect(new URL(page.url()).pathname).toEndWith('/board')

        await moveTo(page, 'Report', 'Later')
        await settled(page)
        const moved = ['[Later]', 'Plan the party', 'Report', '[This week]', 'Call the plumber']
        await until(async () => String((await shown(page)).slice(2)) === String(moved), 'it has moved')
      }))

    test('a section is renamed, moved and deleted; a list is archived and comes back', () =>
      withPage({ baseURL: site.url, javaScript }, async (page) => {
        await register(page, site.url, `ana-sections-${who}`)
        await makeList(page, 'Home', 'Green')
        for (const name of ['Garden', 'Cellar']) await addSection(page, name)
        await addTo(page, 'Cellar', 'Sort the bottles')
        await settled(page)
        await page.getByRole('link', { name: 'Edit section Cellar' }).click()
        await page.getByRole('button', { name: 'Move up' }).click()
        await page.getByRole('button', { name: 'Move down' }).waitFor()
        await page.getByLabel('Name').fill('Basement')
        await page.getByRole('button', { name: 'Save' }).click()
        await until(async () => String(await shown(page)) === '[Basement],Sort the bottles,[Garden]', 'it has moved')
        await page.getByRole('link', { name: 'Edit section Basement' }).click()
        await page.getByRole('button', { name: 'Delete section' }).click()
        await until(async () => String(await shown(page)) === 'Sort the bottles,[Garden]', 'its task is above')
        await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
        await until(async () => String(await shown(page)) === '[Basement],Sort the bottles,[Garden]', 'it is back')

        await page.getByRole('link', { name: 'Edit', exact: true }).click()
        await page.getByRole('button', { name: 'Archive' }).click()
        await page.getByText('Archived · 1').click()
        expect(await page.locator('.side .item.list').count()).toBe(0)
        await page.getByRole('link', { name: 'Home', exact: true }).click()
        await page.getByRole('button', { name: 'Bring back' }).click()
        await page.locator('.side .item.list').waitFor()
      }))

    test('a label is made, a taken name refused, and renamed', () =>
      withPage({ baseURL: site.url, javaScript }, async (page) => {
        await register(page, site.url, `ana-labels-${who}`)
        await page.getByRole('link', { name: 'Labels' }).click()
        for (const name of ['phone', 'Phone']) {
          await page.getByLabel('Name').fill(name)
          await page.getByRole('button', { name: 'Add label' }).click()
          await page.getByText('@phone').waitFor()
          if (name === 'phone')
            await until(async () => (await page.getByLabel('Name').inputValue()) === '', 'it is empty')
        }
        await page.getByRole('alert').getByText('There is already a label called “phone”.').waitFor()
        expect(await page.getByLabel('Name').inputValue()).toBe('Phone')
        await page.getByRole('link', { name: 'Edit phone' }).click()
        await page.getByRole('heading', { name: 'Edit label' }).waitFor()
        await page.getByLabel('Name').fill('telephone')
        await page.getByRole('button', { name: 'Save' }).click()
        await page.getByRole('link', { name: '@telephone' }).click()
        await page.getByRole('heading', { name: '@telephone' }).waitFor()
      }))
  })
}

test('on a phone the bar leads to the lists, and from there to everything else', () =>
  withPage({ baseURL: site.url, screen: 'phone' }, async (page) => {
    await register(page, site.url, 'ana-phone')
    await makeList(page, 'Groceries', 'Red')
    await page.goto('/')
    expect(await page.locator('.side .item:visible').count()).toBe(5)
    await page.locator('.side').getByRole('link', { name: 'Lists' }).click()
    await page.getByRole('link', { name: 'Groceries', exact: true }).waitFor()
    for (const place of ['Labels', 'Trash', 'Account']) {
      expect(await page.locator('.elsewhere').getByRole('link', { name: place }).isVisible()).toBe(true)
    }
    await page.getByRole('link', { name: 'Groceries', exact: true }).click()
    await page.getByRole('heading', { name: 'Groceries' }).waitFor()
  }))

test('the counts of the lists follow what is done, at once and when the server has answered', () =>
  withPage({ baseURL: site.url }, async (page) => {
    await register(page, site.url, 'ana-counts')
    await makeList(page, 'Work', 'Blue')
    await scriptRuns(page)
    await addTo(page, undefined, 'One')
    await addTo(page, undefined, 'Two')
    await nothingWaits(page)
    const count = page.locator('.side .item.list .count')
    expect(await count.textContent()).toBe('2')
    await row(page, 'One').locator('.check').click()
    expect(await count.textContent()).toBe('1')
    await nothingWaits(page)
    expect([await count.textContent(), await page.textContent('#inbox_count')]).toEqual(['1', ''])
  }))

test('long parts are read on by themselves, and stay as long when news comes', () =>
  withPage({ baseURL: site.url }, async (page) => {
    await register(page, site.url, 'ana-long-parts')
    await makeList(page, 'Work', 'Blue')
    await addSection(page, 'Later')
    // It is shown before the server knows it.
    await nothingWaits(page)
    const list = new URL(page.url()).pathname.slice('/lists/'.length)
    const section = (await page.locator('.part-of-list').getAttribute('id'))?.slice('part_'.length) ?? ''
    for (let i = 0; i < 120; i++) await post(page, '/tasks', { task: `Task ${i}`, ...(i % 2 ? { list } : { section }) })
    await page.goto(`/lists/${list}`)
    await until(async () => {
      await page.evaluate(() => document.querySelector('turbo-frame.older')?.scrollIntoView())
      return (await page.locator('main .task').count()) === 120
    }, 'all rows are there')
    expect(await page.locator('#tasks, #main > .stretch .task').count()).toBeGreaterThan(1)
    const before = await shown(page)
    await post(page, '/tasks', { task: 'News', section })
    await until(async () => (await shown(page)).includes('News'), 'the news is there')
    await page.waitForTimeout(500)
    expect((await shown(page)).filter((title) => title !== 'News')).toEqual(before)
  }))

/** Makes a list by the form on the page of lists, and ends on its page. */
async function makeList(page: Page, name: string, colour: string): Promise<void> {
  await page.goto('/lists')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel(colour).check({ force: true })
  await page.getByRole('button', { name: 'Add list' }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

async function addSection(page: Page, name: string): Promise<void> {
  const field = page.getByLabel('Name of the new section')
  if (!(await field.isVisible())) await page.locator('summary', { hasText: 'Add section' }).click()
  expect(await field.inputValue()).toBe('')
  await field.fill(name)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name, exact: true }).waitFor()
}

/** Adds a task to a section, or above the first one. */
async function addTo(page: Page, section: string | undefined, title: string): Promise<void> {
  const part = page.locator('main section', {
    has: page.getByRole('heading', { level: 2, name: section ?? '', exact: true }),
  })
  const field = section === undefined ? page.locator('#task') : part.getByLabel('New task in this section')
  if (section !== undefined && !(await field.isVisible())) await part.locator('summary').click()
  await field.fill(title)
  await field.press('Enter')
  await row(page, title).waitFor()
}

/** Moves a task by its menu. */
async function moveTo(page: Page, title: string, place: string): Promise<void> {
  const address = await row(page, title).locator('.title').getAttribute('href')
  const from = page.url()
  await page.goto(`${address}/move`, { referer: from })
  await page.getByRole('button', { name: place, exact: true }).click()
  await page.waitForURL(from)
}

/** What the page shows from top to bottom: headings of sections in brackets, and titles. */
const shown = (page: Page): Promise<string[]> =>
  page
    .locator('main h2[id^="section_"], main .tasks > .task .title')
    .evaluateAll((all) => all.map((one) => (one.tagName === 'H2' ? `[${one.textContent}]` : (one.textContent ?? ''))))
