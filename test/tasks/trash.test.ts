import { beforeAll, describe, expect, test } from 'bun:test'
import { DAY } from '#core/time.ts'
import { newId } from '#db/db.ts'
import { listIdsOf } from '#features/tasks/logbook.ts'
import type { Browser } from '#test/browser.ts'
import { type World, world } from '#test/world.ts'
import { add, titles, toasts } from './asking.ts'

let site: World
let ana: Browser

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana', { remember: true })
})

const trashed = (html: string): string[] =>
  [...html.matchAll(/<span class="title" dir="auto">(.*?)<\/span>(?:<div)/gs)].map(([, title = '']) => title)
const textOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('the Trash', () => {
  test('shows what was deleted, the latest first, when, and when it is gone for good', async () => {
    const [milk, eggs] = await add(ana, 'Milk', 'Eggs')
    await ana.post(`/tasks/${milk}/delete`)
    site.pass(DAY)
    await ana.post(`/tasks/${eggs}/delete`)
    const page = await ana.page('/trash')
    expect(trashed(page)).toEqual(['Eggs', 'Milk'])
    expect(textOf(page)).toMatch(/Eggs.*Deleted today.*Gone for good on 1 Jun.*Milk.*Deleted yesterday.*on 31 May/)
  })

  test('gives a task back with its subtasks, which it does not show by themselves', async () => {
    const ben = await site.loggedIn('ben')
    const [move = ''] = await add(ben, 'Move')
    for (const task of ['Boxes', 'Tape']) await ben.post('/tasks', { task, parent: move })
    await ben.post(`/tasks/${move}/delete`, {}, { from: '/' })
    expect(titles(await ben.page('/'))).toEqual([])
    expect(trashed(await ben.page('/trash'))).toEqual(['Move'])
    const answer = await ben.post(`/tasks/${move}/restore`, {}, { from: '/trash' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/trash'])
    const page = await ben.page('/trash')
    expect([trashed(page), toasts(page).at(-1)]).toEqual([[], 'Restored “Move”'])
    expect(textOf(page)).toContain('The trash is empty.')
    expect(await ben.page('/')).toContain('Move')
  })

  test('shows deleted lists above, with a way back', async () => {
    const tab = await site.loggedIn('cleo')
    const list = newId()
    await tab.post('/lists', { name: 'Groceries', color: '', id: list })
    await tab.post(`/lists/${list}/delete`)
    const page = await tab.page('/trash')
    expect(textOf(page)).toContain('Groceries List with 0 open tasks Deleted today')
    expect(page).toContain(`action="/lists/${list}/restore"`)
    expect(await (await site.loggedIn('eve')).page('/trash')).not.toContain('Groceries')
  })

  test('goes on where a page ends, over all lists', async () => {
    const dora = await site.loggedIn('dora')
    const user = await site.person('dora')
    const ids = await add(dora, ...Array.from({ length: 55 }, (_, i) => `Task ${i}`))
    for (const id of ids) await dora.post(`/tasks/${id}/delete`)
    const first = await dora.page('/trash')
    const address = /\/trash\?after=[^"]*/.exec(first)![0].replaceAll('&amp;', '&')
    const all = [...trashed(first), ...trashed(await dora.page(address))]
    expect([all.length, new Set(all).size]).toEqual([55, 55])
    expect(await listIdsOf(site.db, user)).toHaveLength(1)
  })
})
