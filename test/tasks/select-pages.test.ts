import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import type { Browser } from '#test/browser.ts'
import { validateHtml } from '#test/e2e/checks.ts'
import { listBy, sectionBy, taskBy } from '#test/lists/asking.ts'
import { type World, world } from '#test/world.ts'
import { rowIds, toasts } from './asking.ts'

// It is noon on 1 May 2026.
let site: World
let ana: Browser
const place = { list: '', label: '', filter: '', late: '' }

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  place.list = await listBy(ana, 'Work')
  const section = await sectionBy(ana, place.list, 'Later')
  place.label = newId()
  await ana.post('/labels', { name: 'phone', color: '', id: place.label })
  place.filter = newId()
  await ana.post('/filters', { name: 'Soon', query: '@phone', id: place.filter })
  for (const where of [{ list: place.list }, { section }]) await taskBy(ana, 'Call the bank today @phone', where)
  place.late = await taskBy(ana, 'Book the room tomorrow @phone')
  await ana.post(`/tasks/${await taskBy(ana, 'Buy milk')}/complete`)
  await ana.page('/')
})

const boxes = (html: string): string[] =>
  [...html.matchAll(/type="checkbox" name="id\[\]" value="([^"]+)" form="selection"/g)].map(([, id]) => id ?? '')

/** Where the links of this name on a page lead, as a browser at `from` understands them. */
const linksTo = (html: string, word: string, from: string): string[] =>
  [
    ...html.matchAll(
      new RegExp(`<a class="tool(?: for-rows)?" href="([^"]*)"><svg[\\s\\S]*?</svg><span>${word}</span>`, 'g'),
    ),
  ].map(([, href = '']) => {
    const url = new URL(href.replaceAll('&amp;', '&'), `http://localhost${from}`)
    return url.pathname + url.search
  })

describe('without script several rows are selected on every page that has some', () => {
  const pages: [name: string, path: () => string][] = [
    ['the Inbox', () => '/'],
    ['a list', () => `/lists/${place.list}`],
    ['a board', () => `/lists/${place.list}/board`],
    ['Today', () => '/today'],
    ['Upcoming', () => '/upcoming'],
    ['Completed', () => '/completed'],
    ['Completed, searched', () => '/completed?q=milk'],
    ['a label', () => `/labels/${place.label}`],
    ['the search', () => '/search?q=bank'],
    ['the search among completed tasks', () => '/search?q=milk&completed=on'],
    ['a filter', () => `/filters/${place.filter}`],
  ]
  for (const [name, path] of pages) {
    test(name, async () => {
      const plain = await ana.page(path())
      const [select = ''] = linksTo(plain, 'Select', path())
      const page = await ana.page(select)
      expect(boxes(page)).toEqual(rowIds(plain))
      expect(boxes(page).length).toBeGreaterThan(0)
      expect(await validateHtml(page)).toEqual([])
      const [done = ''] = linksTo(page, 'Done', select)
      expect(boxes(await ana.page(done))).toEqual([])
      expect(rowIds(await ana.page(done))).toEqual(rowIds(plain))

      const fields: [string, string][] = [
        ['do', 'priority'],
        ['priority', '4'],
        ['id[]', boxes(page)[0] ?? ''],
      ]
      const answer = await ana.post('/tasks/bulk', fields, { from: select })
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, path()])
      expect(toasts(await ana.page(path()))).toEqual(['Nothing had to be changed'])
    })
  }

  test('where nothing was found there is nothing to select', async () => {
    for (const path of ['/search', '/search?q=zebra', '/completed?q=zebra']) {
      expect(linksTo(await ana.page(path), 'Select', path)).toEqual([])
    }
  })
})
