import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import type { Browser } from '#test/browser.ts'
import { type World, world } from '#test/world.ts'
import { add, problems, titles } from './asking.ts'

let site: World
let ana: Browser

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
})

/** The id of Ana's label of that name. */
const labelOf = async (name: string): Promise<string> =>
  (await site.db.selectFrom('labels').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id

const label = (tab: Browser, task: string, name: string) => tab.post(`/tasks/${task}/edit`, { label: name })

const headingOf = (html: string): string => (/<h1[^>]*>(.*?)<\/h1>/.exec(html)?.[1] ?? '').replace(/<[^>]*>/g, '')

describe('the page of a label', () => {
  test('shows the open tasks that have it, the newest first', async () => {
    const ids = await add(ana, 'Call Nadia', 'Call the bank', 'Done', 'Gone', 'Write')
    for (const id of ids.slice(0, 4)) await label(ana, id, 'phone')
    await ana.post(`/tasks/${ids[2]}/complete`)
    await ana.post(`/tasks/${ids[3]}/delete`)
    const page = await ana.page(`/labels/${await labelOf('phone')}`)
    expect(titles(page)).toEqual(['Call Nadia', 'Call the bank'])
    expect(headingOf(page)).toBe('@phone')
    await ana.post(`/tasks/${ids[2]}/reopen`)
    expect(titles(await ana.page(`/labels/${await labelOf('phone')}`))).toContain('Done')
  })

  test('goes on where a page ends', async () => {
    const ids = await add(ana, ...Array.from({ length: 55 }, (_, i) => `Errand ${i}`))
    for (const id of ids) await label(ana, id, 'errand')
    const address = `/labels/${await labelOf('errand')}`
    const first = await ana.page(address)
    const next = new RegExp(`${address}\\?after=[^"]*`).exec(first)![0]
    expect([...titles(first), ...titles(await ana.page(next))]).toEqual(
      Array.from({ length: 55 }, (_, i) => `Errand ${i}`),
    )
  })

  test('gives its label to what is added on it, and says there what is wrong', async () => {
    const [id = ''] = await add(ana, 'Letter')
    await label(ana, id, 'post')
    const address = `/labels/${await labelOf('post')}`
    const fields = { task: 'Stamps', label: await labelOf('post') }
    const answer = await ana.post('/tasks', fields, { from: address })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, address])
    expect(titles(await ana.page(address))).toEqual(['Stamps', 'Letter'])
    const again = await ana.post('/tasks', { ...fields, task: ' ' }, { from: address })
    const page = await again.text()
    expect([again.status, problems(page)]).toEqual([422, ['Say what you want to get done.']])
    expect(headingOf(page)).toBe('@post')
  })

  test('does not exist for a stranger, nor when the label is none', async () => {
    const eve = await site.loggedIn('eve')
    for (const id of [await labelOf('phone'), newId(), 'x']) expect((await eve.get(`/labels/${id}`)).status).toBe(404)
  })
})
