import { beforeAll, describe, expect, test } from 'bun:test'
import { inboxOf } from '#features/lists/lists.ts'
import type { Browser } from '#test/browser.ts'
import { type World, world } from '#test/world.ts'
import { add, outboxOf, toasts } from './asking.ts'
import { share, stored } from './household.ts'

let site: World
let ana: Browser
let ben: Browser
let milk: string

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  ben = await site.loggedIn('ben')
  await site.db.updateTable('users').set({ name: 'Ben' }).where('email', '=', 'ben@example.com').execute()
  await share(site.db, (await inboxOf(site.db, await site.person('ana'))).id, await site.person('ben'))
})

const edit = async (tab: Browser, fields: Record<string, string>): Promise<string[]> => {
  const { status } = await tab.post(`/tasks/${milk}/edit`, fields, { from: `/tasks/${milk}` })
  expect(status).toBe(303)
  // Before it others may be shown that nobody has looked at yet.
  return toasts(await tab.page(`/tasks/${milk}`)).slice(-1)
}

const written = () => site.db.selectFrom('changes').selectAll().where('row_id', '=', milk).orderBy('id').execute()

describe('two people have the same task before them', () => {
  test('different fields both win, and nobody needs to hear of it', async () => {
    ;[milk = ''] = await add(ana, 'Milk')
    expect(await edit(ben, { title: 'Oat milk', 'was-title': 'Milk', notes: '', 'was-notes': '' })).toEqual([
      'Saved “Oat milk”',
    ])
    expect(await edit(ana, { title: 'Milk', 'was-title': 'Milk', priority: '1', 'was-priority': '4' })).toEqual([
      '“Oat milk” has priority 1',
    ])
    expect(await stored(site.db, milk)).toMatchObject({ title: 'Oat milk', priority: 1 })
  })

  test('the same field: the last one wins, is told, and both values are in the history', async () => {
    ;[milk = ''] = await add(ana, 'Milk')
    await edit(ben, { title: 'Oat milk', 'was-title': 'Milk' })
    const [said] = await edit(ana, { title: 'Soy milk', 'was-title': 'Milk' })
    expect(said).toBe('Saved “Soy milk”. Meanwhile Ben had changed the title to “Oat milk”; that is in the history.')
    const titles = (await written()).map(({ after }) => (JSON.parse(after ?? '{}') as { title?: string }).title)
    expect(titles).toEqual(['Milk', 'Oat milk', 'Soy milk'])
  })

  test('several fields, and what was the same after all', async () => {
    ;[milk = ''] = await add(ana, 'Milk')
    await edit(ben, { notes: 'The grey one', due_day: '2026-06-01', minutes: '10' })
    const was = { 'was-notes': '', 'was-due_day': '', 'was-minutes': '' }
    const [said] = await edit(ana, { notes: 'The green one', due_day: '2026-06-02', minutes: '10', ...was })
    expect(said).toBe(
      'Saved “Milk”. Meanwhile Ben had changed the notes and the day it is due; that is in the history.',
    )
  })

  test('one person in two tabs hears of themselves', async () => {
    ;[milk = ''] = await add(ana, 'Milk')
    await edit(ana, { title: 'Oat milk', 'was-title': 'Milk' })
    const [said] = await edit(ana, { title: 'Soy milk', 'was-title': 'Milk' })
    expect(said).toContain('Meanwhile you had changed the title to “Oat milk”')
  })

  test('a title that looks like markup, or like the journal, is only a title', async () => {
    ;[milk = ''] = await add(ana, 'Milk')
    await edit(ben, { notes: '{"title":"x"} <b>' })
    await edit(ana, { title: '<b>"title":</b>', 'was-title': 'Milk' })
    const page = await (async () => {
      await ben.post(`/tasks/${milk}/edit`, { title: 'Tea', 'was-title': 'Milk' }, { from: `/tasks/${milk}` })
      return ben.page(`/tasks/${milk}`)
    })()
    expect(page).toContain(
      'ana@example.com had changed the title to <bdi>“&lt;b&gt;&quot;title&quot;:&lt;/b&gt;”</bdi>',
    )
  })

  test('the outbox is told as well, also when it asks again', async () => {
    ;[milk = ''] = await add(ana, 'Milk')
    const send = await outboxOf(site, 'ana', ana)
    await edit(ben, { title: 'Oat milk', 'was-title': 'Milk' })
    const first = await send(`/tasks/${milk}/edit`, { title: 'Soy milk', 'was-title': 'Milk' })
    const again = await send(`/tasks/${milk}/edit`, { title: 'Soy milk', 'was-title': 'Milk' }, first.key)
    for (const { text } of [first, again]) expect(toasts(text)[0]).toContain('Meanwhile Ben had changed the title')
  })

  test('labels are added and taken away one by one', async () => {
    ;[milk = ''] = await add(ana, 'Milk')
    await edit(ana, { 'new-label': 'shop', 'was-label': '' })
    const [shop = ''] = await labels()
    await edit(ana, { 'new-label': 'blue', label: shop, 'was-label': shop })
    await edit(ana, { 'was-label': shop })
    expect(await labelNames()).toEqual(['blue'])
  })
})

const labels = async () =>
  (
    await site.db
      .selectFrom('task_labels')
      .select('label_id')
      .where('task_id', '=', milk)
      .where('deleted_at', 'is', null)
      .execute()
  ).map(({ label_id }) => label_id)

const labelNames = async () =>
  (
    await site.db
      .selectFrom('labels')
      .select('name')
      .where('id', 'in', await labels())
      .execute()
  ).map(({ name }) => name)
