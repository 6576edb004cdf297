import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import { inboxOf } from '#features/lists/lists.ts'
import type { Browser } from '#test/browser.ts'
import { listBy, taskBy } from '#test/lists/asking.ts'
import { add, outboxOf, problems, rowIds, streams, titles, toasts, undos } from '#test/tasks/asking.ts'
import { stored } from '#test/tasks/household.ts'
import { type World, world } from '#test/world.ts'

let site: World
let ana: Browser
let eve: Browser
let send: Awaited<ReturnType<typeof outboxOf>>

beforeAll(async () => {
  site = await world()
  ;[ana, eve] = [await site.loggedIn('ana'), await site.loggedIn('eve')]
  send = await outboxOf(site, 'ana', ana)
})

/** Asks and reads the page to which it leads, with what it says. */
async function after(tab: Browser, path: string, from = '/') {
  const answer = await tab.post(path, {}, { from })
  expect(answer.status).toBe(303)
  const place = answer.headers.get('Location') ?? ''
  const page = await tab.page(place)
  return { place, page, said: toasts(page) }
}

describe('without script', () => {
  test('POST /undo goes back and POST /redo forth, on another device too', async () => {
    await add(ana, 'Milk')
    const phone = await site.loggedIn('ana', { agent: 'a phone' })
    await phone.page('/')
    await ana.page('/')
    const gone = await after(phone, '/undo')
    expect([gone.said, titles(gone.page)]).toEqual([['Undone: “Milk” is gone again'], []])
    const back = await after(ana, '/redo')
    expect([back.said, titles(back.page)]).toEqual([['Done again: “Milk”'], ['Milk']])
    const none = await after(ana, '/redo')
    expect([none.said, undos(none.page)]).toEqual([['There is nothing to redo.'], []])
    await eve.page('/')
    expect((await after(eve, '/undo')).said).toEqual(['There is nothing to undo.'])
  })

  test('a list is named, and so is where somebody is when it is gone', async () => {
    const id = newId()
    await ana.post('/lists', { name: 'Garden', color: 'green', id })
    await ana.page('/')
    const gone = await after(ana, '/undo', `/lists/${id}`)
    expect([gone.place, gone.said]).toEqual(['/', ['Undone: “Garden” is gone again']])
    const there = await after(ana, '/redo', '/completed')
    expect([there.place, there.said]).toEqual(['/completed', ['Done again: “Garden”']])
  })

  test('what stays is named, with why', async () => {
    const ben = await site.loggedIn('ben')
    const [milk = ''] = await add(ana, 'Milk')
    const { list_id } = await site.db
      .selectFrom('tasks')
      .select('list_id')
      .where('id', '=', milk)
      .executeTakeFirstOrThrow()
    const member = { list_id, user_id: (await site.person('ben')).id, role: 'editor' } as const
    await site.db.insertInto('list_members').values(member).execute()
    await ana.post(`/tasks/${milk}/edit`, { title: 'Tea', notes: 'Green' })
    await ben.post(`/tasks/${milk}/edit`, { title: 'Coffee' })
    await ana.page('/')
    expect((await after(ana, '/undo')).said).toEqual([
      'Undone as far as possible: “Coffee” was changed again meanwhile (title)',
    ])
  })

  test('what comes back into a list that was archived meanwhile says where it is', async () => {
    const [shed, inbox] = [await listBy(ana, 'Shed'), (await inboxOf(site.db, await site.person('ana'))).id]
    const [spade, rake] = [await taskBy(ana, 'Spade', { list: shed }), await taskBy(ana, 'Rake', { list: shed })]
    await ana.page('/')
    await ana.post(`/tasks/${spade}/move`, { list: inbox })
    const [one = ''] = undos(await ana.page('/'))
    const bulk = [rake, await taskBy(ana, 'Hoe', { list: shed })].map((id): [string, string] => ['id[]', id])
    await ana.page('/')
    await ana.post('/tasks/bulk', [['do', 'move'], ['value', inbox], ...bulk])
    const [many = ''] = undos(await ana.page('/'))
    await ana.post(`/lists/${shed}/archive`)
    await ana.page('/')
    expect((await after(ana, one)).said).toEqual(['Undone: “Spade” is as it was, in the archived list “Shed”'])
    expect((await after(ana, many)).said).toEqual([
      'Undone: 2 tasks are as they were, some of them in the archived list “Shed”',
    ])
    expect((await stored(site.db, spade)).list_id).toBe(shed)
  })

  test('somebody else’s op is not there', async () => {
    const [milk = ''] = await add(ana, 'Milk')
    await ana.post(`/tasks/${milk}/complete`)
    const [undo = ''] = undos(await ana.page('/'))
    for (const path of [undo, undo.replace('undo', 'redo'), `/redo/${newId()}`, '/undo/x', '/redo/x'])
      expect((await eve.post(path)).status).toBe(404)
    await ana.post(undo)
  })
})

describe('the outbox', () => {
  test('walks by the same addresses, once for each key', async () => {
    const [milk = ''] = await add(ana, 'Milk')
    await send(`/tasks/${milk}/edit`, { title: 'Tea' })
    await send(`/tasks/${milk}/edit`, { title: 'Coffee' })
    const key = newId()
    for (let i = 0; i < 3; i++) {
      const { status, text } = await send('/undo', {}, key)
      expect([status, streams(text)[0], toasts(text)]).toEqual([200, 'refresh', ['Undone: “Tea” is as it was']])
    }
    const page = await ana.page('/')
    expect(titles(page)).toContain('Tea')
    expect(rowIds(page)).toContain(milk)
    expect((await send('/redo', {}, key)).status).toBe(422)
    const { text } = await send('/redo')
    expect(toasts(text)).toEqual(['Done again: “Coffee”'])
    expect((await send('/undo', {}, 'odd')).status).toBe(422)
    expect(problems((await send('/undo', {}, 'odd')).text)).toEqual([
      'The key of this change must be a UUID in lower case.',
    ])
  })
})
