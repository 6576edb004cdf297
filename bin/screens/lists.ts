import type { Page } from 'playwright-core'
import { ARABIC, LONG, type Person } from './people.ts'

const WORK = 'Work'
const EMPTY = 'Move to Lyon'
const ARCHIVED = 'Last year'
const SECTION = 'Waiting for others'

/** What Nora, who keeps lists, looks at. */
export const lists: Record<string, (page: Page) => Promise<unknown>> = {
  lists: (page) => page.goto('/lists'),
  'lists-problem': async (page) => {
    await page.goto('/labels')
    await page.getByLabel('Name').fill('phone')
    await page.getByRole('button', { name: 'Add label' }).click()
    await page.locator('.problem').waitFor()
  },
  'list-five': (page) => open(page, WORK),
  'list-adding': (page) => open(page, WORK).then(() => page.locator('.part-of-list summary').first().click()),
  'list-later': (page) => open(page, WORK).then(() => page.getByRole('link', { name: 'Starts later' }).click()),
  'list-empty': (page) => open(page, EMPTY),
  'list-archived': async (page) => {
    await page.goto('/lists')
    await page.getByText('Archived · 1').click()
    await page.getByRole('link', { name: ARCHIVED, exact: true }).click()
    await page.getByText('This list is archived.').waitFor()
  },
  'list-completed': (page) => open(page, WORK).then(() => page.locator('.tool', { hasText: 'Completed' }).click()),
  'list-edit': (page) => open(page, WORK).then(() => page.locator('.tool', { hasText: 'Edit' }).click()),
  'section-edit': (page) =>
    open(page, WORK).then(() => page.getByRole('link', { name: `Edit section ${SECTION}` }).click()),
  board: (page) => open(page, WORK).then(() => page.locator('.tool', { hasText: 'Board' }).click()),
  'board-empty': (page) => open(page, EMPTY).then(() => page.locator('.tool', { hasText: 'Board' }).click()),
  'board-menu': async (page) => {
    await open(page, WORK)
    await page.locator('.tool', { hasText: 'Board' }).click()
    await page.locator('.board .more').nth(1).click()
  },
  move: async (page) => {
    await open(page, WORK)
    await page.goto(`${await page.locator('main .title').first().getAttribute('href')}/move`)
  },
  labels: (page) => page.goto('/labels'),
}

/** Has Nora register, with lists, sections, labels and tasks in all of them. */
export async function keeper(register: (name: string) => Promise<Person>): Promise<void> {
  const nora = await register('nora')
  const id = () => Bun.randomUUIDv7()
  const [work, old, week, waiting] = [id(), id(), id(), id()]
  const colors = { Groceries: 'green', [WORK]: 'blue', [EMPTY]: 'plum', [ARCHIVED]: 'brown' }
  for (const [name, color] of Object.entries(colors)) {
    await nora.post('/lists', { name, color, id: name === WORK ? work : name === ARCHIVED ? old : id() })
  }
  await nora.post('/lists', { name: 'A list with a name that is longer than the sidebar is wide', color: 'orange' })
  await nora.post('/lists', { name: 'قائمة التسوق', color: '' })
  await nora.post(`/lists/${old}/archive`)
  await nora.post(`/lists/${work}/sections`, { name: 'This week', id: week })
  await nora.post(`/lists/${work}/sections`, { name: SECTION, id: waiting })
  await nora.post(`/lists/${work}/sections`, { name: 'Some day' })
  const add = async (task: string, where: Record<string, string>) => {
    const born = id()
    await nora.post('/tasks', { task, id: born, ...where })
    return born
  }
  await add('Book the room', { list: work })
  const invoice = await add('Send the invoice to Nadia before she leaves', { list: work })
  const print = await add('Print it', { parent: invoice })
  await add('Find paper', { parent: print })
  await add('Sign it', { parent: invoice })
  await nora.post(`/tasks/${invoice}/edit`, { priority: '1' })
  await nora.post(`/tasks/${await add('Call the plumber', { section: week })}/edit`, { priority: '2', label: 'phone' })
  await add('Write the quarterly report', { section: week })
  await add(LONG, { section: waiting })
  await add(ARABIC, { section: waiting })
  await nora.post(`/tasks/${await add('Plan the party', { list: work })}/edit`, { start_day: '2100-03-01' })
  await nora.post(`/tasks/${await add('Order new chairs', { list: work })}/complete`)
  for (const [name, color] of [['waiting', 'teal'] as const, ['errand', ''] as const]) {
    await nora.post('/labels', { name, color })
  }
}

async function open(page: Page, list: string): Promise<void> {
  await page.goto('/lists')
  await page.locator('.lists').getByRole('link', { name: list, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: list }).waitFor()
}
