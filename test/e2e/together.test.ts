import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeys } from './journeys.ts'
import { nothingWaits, post, register, scriptRuns, until } from './people.ts'

const { site, visit } = await journeys()

/** Ana and Ben, each in a browser of their own, with the same task of Ana’s list before them. */
async function together(): Promise<[ana: Page, ben: Page]> {
  const [{ page: ana }, { page: ben }] = [await visit(), await visit()]
  await register(ana, site.url, 'ana-together')
  await register(ben, site.url, 'ben-together')
  await post(ana, '/lists', { name: 'House', color: '' })
  await ana.goto('/lists')
  const list = (await ana.locator('main .lists a.list-name').nth(1).getAttribute('href'))?.slice('/lists/'.length) ?? ''
  site.share(list, 'ben-together')
  await post(ana, '/tasks', { task: 'Mend the roof', list })
  await ana.goto(`/lists/${list}`)
  const task = (await ana.locator('.task .title').getAttribute('href')) ?? ''
  for (const page of [ana, ben]) {
    await page.goto(site.url + task)
    await scriptRuns(page)
    await page.getByRole('heading', { name: 'Mend the roof' }).waitFor()
  }
  return [ana, ben]
}

async function write(page: Page, name: 'title' | 'notes', text: string): Promise<void> {
  const summary = page.locator('details.edit:not([open]) > summary')
  if ((await summary.count()) > 0) await summary.click()
  await page.fill(`main form [name=${name}]`, text)
}

async function save(page: Page): Promise<void> {
  await page.locator('.edit').getByRole('button', { name: 'Save' }).click()
  await nothingWaits(page)
}

test('two people change one task at once: different fields both win; of the same one the later is told', async () => {
  const [ana, ben] = await together()
  await write(ana, 'title', 'Mend the old roof')
  await write(ben, 'notes', 'The ladder is in the shed.')
  await save(ben)
  await save(ana)
  for (const page of [ana, ben]) {
    await until(async () => (await page.textContent('h1')) === 'Mend the old roof', 'the title is Ana’s')
    await page.getByText('The ladder is in the shed.').first().waitFor()
  }
  expect(await ana.locator('.toast').textContent()).not.toContain('Meanwhile')

  await write(ana, 'title', 'Thatch the roof')
  await write(ben, 'title', 'Tile the roof')
  await save(ben)
  await save(ana)
  const toast = ana.locator('.toast', { hasText: 'Meanwhile' })
  await toast.waitFor()
  expect(await toast.textContent()).toContain('ben-together')
  expect(await toast.textContent()).toContain('Tile the roof')
  await until(async () => (await ben.textContent('h1')) === 'Thatch the roof', 'Ben sees it too')
  await toast.getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await ben.textContent('h1')) === 'Tile the roof', 'Undo gives Ben’s back')
})
