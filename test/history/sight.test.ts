import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Browser } from '#test/browser.ts'
import { listBy, sectionBy, taskBy } from '#test/lists/asking.ts'
import { outboxOf, toasts } from '#test/tasks/asking.ts'
import { share, stored } from '#test/tasks/household.ts'
import { type World, world } from '#test/world.ts'

let site: World
let ana: Browser
let ben: Browser
let list: string
let task: string

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  ben = await site.loggedIn('ben')
})

beforeEach(async () => {
  await ben.page('/')
  list = await listBy(ana, 'Party for Ben')
  task = await taskBy(ana, 'Secret cake', { list })
  await share(site.db, list, await site.person('ben'))
})

/** Ana takes Ben off her list. */
const takeOff = async () =>
  site.db
    .deleteFrom('list_members')
    .where('list_id', '=', list)
    .where('user_id', '=', (await site.person('ben')).id)
    .execute()

/** The last thing that Ben did. */
const lastOp = async (): Promise<string> => {
  const { id } = await site.person('ben')
  const ops = site.db.selectFrom('ops').select('op_id').where('user_id', '=', id).where('stands', '=', 1)
  return (await ops.orderBy('turn', 'desc').executeTakeFirstOrThrow()).op_id
}

describe('Ben did something in a list of Ana’s, who then took him off', () => {
  const deeds: [what: string, deed: () => Promise<unknown>, said: string][] = [
    ['completed a task', () => ben.post(`/tasks/${task}/complete`, {}, { from: '/' }), 'Completed the task'],
    [
      'added one',
      () => ben.post('/tasks', { task: 'Secret balloons tomorrow', list }, { from: '/' }),
      'Added the task',
    ],
    ['added a section', () => ben.post(`/lists/${list}/sections`, { name: 'Secret' }), 'Added the section “…”'],
    [
      'put a label on several',
      () => ben.post('/tasks/bulk', { do: 'label', id: task, value: 'mine' }, { from: '/' }),
      'Labelled the task',
    ],
    [
      'wrote over what Ana had written',
      async () => {
        await ana.post(`/tasks/${task}/edit`, { title: 'Secret pie' }, { from: '/' })
        await ben.post(`/tasks/${task}/edit`, { title: 'Secret tart', 'was-title': 'Secret cake' }, { from: '/' })
      },
      'Saved the task.',
    ],
  ]
  test.each(deeds)('%s: the message does not say of what', async (_, deed, said) => {
    await deed()
    await takeOff()
    const page = await ben.page('/')
    expect(toasts(page)).toEqual([said])
    expect(page).not.toMatch(/Secret|Party|ana@example/)
  })

  test('his undo does nothing, and does not say of what', async () => {
    await ben.post(`/tasks/${task}/edit`, { title: 'Secret tart' })
    await ben.page('/')
    await takeOff()
    const send = await outboxOf(site, 'ben', ben)
    const { text } = await send(`/undo/${await lastOp()}`)
    expect(toasts(text)).toEqual(['Nothing was undone: you may not change all of it any more'])
    expect(text).not.toMatch(/Secret|Party/)
    expect((await stored(site.db, task)).title).toBe('Secret tart')
  })

  test('as long as he may see it, it is called by its name', async () => {
    await ben.post(`/tasks/${task}/complete`, {}, { from: '/' })
    expect(toasts(await ben.page('/'))).toEqual(['Completed “Secret cake”'])
    const section = await sectionBy(ana, list, 'Baking')
    await ben.post(`/sections/${section}/edit`, { name: 'Drinks' })
    expect(toasts(await ben.page('/'))).toEqual(['Saved the section “Drinks”'])
  })
})

test('who wrote something where Ben cannot look is not named to him', async () => {
  const other = await listBy(ana, 'Other')
  await ana.post(`/tasks/${task}/move`, { list: other })
  await ana.post(`/tasks/${task}/edit`, { title: 'Secret pie' })
  await ana.post(`/tasks/${task}/move`, { list })
  await ben.post(`/tasks/${task}/edit`, { title: 'Tart', 'was-title': 'Secret cake' }, { from: '/' })
  expect(toasts(await ben.page('/'))[0]).toStartWith('Saved “Tart”. Meanwhile somebody had changed the title')
})
