import { beforeEach, describe, expect, test } from 'bun:test'
import type { Browser } from '#test/browser.ts'
import { validateHtml } from '#test/e2e/checks.ts'
import { listBy, sectionBy, shown, taskBy } from '#test/lists/asking.ts'
import { type World, world } from '#test/world.ts'

let site: World
let ana: Browser
let list: string

beforeEach(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  list = await listBy(ana, 'Home')
})

/** What the page “Move to…” of a task offers besides lists: the words of each button, with the task it means. */
const offers = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/name="parent" value="([^"]*)">.*?<button class="quiet">(.*?)<\/button>/gs)].map(
      ([, parent = '', words = '']) => [words.replace(/<[^>]*>/g, ''), parent],
    ),
  )

const from = () => `/lists/${list}`
const look = (id: string) =>
  ana.request(`/tasks/${id}/move`, { headers: { Referer: `${site.config.baseUrl}${from()}` } })

/** Presses the button of these words on the page “Move to…” of a task, and returns what the list shows then. */
async function press(id: string, words: string): Promise<string[]> {
  const page = await (await look(id)).text()
  expect(await validateHtml(page)).toEqual([])
  const parent = offers(page)[words]
  expect(parent).toBeDefined()
  const next = /name="next" value="([^"]*)"/.exec(page)?.[1] ?? ''
  const answer = await ana.post(`/tasks/${id}/move`, { parent: parent ?? '', next }, { from: `/tasks/${id}/move` })
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, from()])
  return shown(await ana.page(from()))
}

describe('without script a task goes one level in or out by “Move to…”', () => {
  test('it becomes a part of the task above it, and comes out again', async () => {
    const sand = await taskBy(ana, 'Sand the table', { list })
    const oil = await taskBy(ana, 'Oil it', { list })
    // The last that was added stands above.
    expect(await press(sand, 'Make it a part of “Oil it”')).toEqual(['Oil it', '·Sand the table'])
    expect(offers(await (await look(oil)).text())).toEqual({})
    expect(await press(sand, 'Take out of “Oil it”')).toEqual(['Oil it', 'Sand the table'])
  })

  test('above is what stands above in the same part of the list, and is open', async () => {
    const section = await sectionBy(ana, list, 'Later')
    const roof = await taskBy(ana, 'Mend the roof', { section })
    await taskBy(ana, 'Sweep', { list })
    expect(offers(await (await look(roof)).text())).toEqual({})
    const done = await taskBy(ana, 'Buy tiles', { section })
    await ana.post(`/tasks/${done}/complete`)
    expect(offers(await (await look(roof)).text())).toEqual({})
    await taskBy(ana, 'Find a ladder', { section })
    expect(Object.keys(offers(await (await look(roof)).text()))).toEqual(['Make it a part of “Find a ladder”'])
  })

  test('from two levels down it goes to the one above, and four levels are the most', async () => {
    const house = await taskBy(ana, 'House', { list })
    const roof = await taskBy(ana, 'Roof', { parent: house })
    const tiles = await taskBy(ana, 'Tiles', { parent: roof })
    const red = await taskBy(ana, 'Red ones', { parent: tiles })
    const blue = await taskBy(ana, 'Blue ones', { parent: tiles })
    expect(offers(await (await look(blue)).text())).toEqual({ 'Take out of “Tiles”': roof })
    expect(await press(red, 'Take out of “Tiles”')).toEqual(['House', '·Roof', '··Tiles', '···Blue ones', '··Red ones'])
  })
})
