import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addSection } from '#features/lists/sectioning.ts'
import { listsOfPlace } from '#features/tasks/places.ts'
import type { Browser } from '#test/browser.ts'
import { type World, world } from '#test/world.ts'
import { add, outboxOf, rowIds, titles, undos } from './asking.ts'
import { share } from './household.ts'

let site: World
let ana: Browser
let eve: Browser
let milk: string
let tea: string
let op: string

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  eve = await site.loggedIn('eve')
  const send = await outboxOf(site, 'ana', ana)
  const added = await send('/tasks', { task: 'Milk', id: newId() })
  op = added.key
  milk = rowIds(await ana.page('/'))[0] ?? ''
  tea = (await add(eve, 'Tea'))[0] ?? ''
})

/** Everything of Ana's, as the tables have it. */
const anas = async () => {
  const { id } = await inboxOf(site.db, await site.person('ana'))
  const tables = await Promise.all([
    site.db.selectFrom('lists').selectAll().where('id', '=', id).execute(),
    site.db.selectFrom('tasks').selectAll().where('list_id', '=', id).execute(),
    site.db.selectFrom('completions').selectAll().where('list_id', '=', id).execute(),
    site.db.selectFrom('changes').selectAll().where('list_id', '=', id).execute(),
  ])
  return JSON.stringify(tables)
}

const verbs: Record<string, (id: string) => Record<string, string>> = {
  complete: () => ({}),
  reopen: () => ({}),
  delete: () => ({}),
  edit: () => ({ title: 'Mine now' }),
  move: () => ({ before: tea }),
}

/** What somebody is told, without the ids and times that they sent or cannot compare. */
const told = async (response: Response): Promise<string> => {
  const text = await response.text()
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
  const ids = /[0-9a-f]{8}-[0-9a-f-]{27}/g
  return `${response.status} ${JSON.stringify(headers)} ${text}`.replace(ids, 'ID')
}

describe('what is Ana’s does not exist for Eve', () => {
  for (const [verb, fieldsOf] of Object.entries(verbs)) {
    test(`${verb}: the same answer as for an id that nobody has, and nothing happens`, async () => {
      const before = await anas()
      const { public_id } = await site.person('eve')
      for (const headers of [{}, { 'X-Outbox': public_id }, { Accept: 'application/json' }]) {
        const ask = (id: string) => eve.post(`/tasks/${id}/${verb}`, fieldsOf(id), { headers })
        const answers = [await told(await ask(milk)), await told(await ask(newId()))]
        expect(answers[0]).toStartWith('404')
        expect(answers[0]).toBe(answers[1] as string)
        expect(answers[0]).not.toContain('Milk')
      }
      expect(await anas()).toBe(before)
    })
  }

  test('nor is a list or a section of Ana’s locked while Eve asks to move something there', async () => {
    const [owner, stranger] = [await site.person('ana'), await site.person('eve')]
    const { id: list } = await inboxOf(site.db, owner)
    const { id: section } = await addSection(site.db, owner, list, { name: 'Later' }, { now: site.now() })
    for (const place of [{ list }, { section }, { parent: milk }]) {
      expect(await listsOfPlace(site.db, owner, place)).toEqual([list])
      expect(await listsOfPlace(site.db, stranger, place)).toEqual([])
    }
  })

  test('nor beside hers', async () => {
    const before = await anas()
    for (const side of ['before', 'after']) {
      const answers = [milk, newId(), 'nonsense', '\0', ''].map((other) =>
        eve.post(`/tasks/${tea}/move`, { [side]: other }),
      )
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
    }
    expect(await anas()).toBe(before)
  })

  test('its page, menus and cursors', async () => {
    await eve.page('/')
    expect(await told(await eve.get(`/tasks/${milk}`))).toBe(await told(await eve.get(`/tasks/${newId()}`)))
    for (const place of ['/', '/completed']) {
      for (const query of ['more', 'rename', 'after']) {
        const page = await eve.page(`${place}?${query}=${milk}`)
        expect(page).not.toContain('Milk')
        // A cursor that means nothing to her is the top.
        if (query === 'after') expect(titles(page)).toEqual(titles(await eve.page(place)))
      }
    }
  })

  test('its undo, and her own undo of nothing', async () => {
    const before = await anas()
    for (const id of [op, newId(), 'nonsense', '%F0%9F%A7%BA']) {
      expect([id, (await eve.post(`/undo/${id}`)).status]).toEqual([id, 404])
    }
    expect(await anas()).toBe(before)
  })

  test('its id is taken, without a word about it', async () => {
    const before = await anas()
    for (const task of ['Milk', 'Bread']) {
      const answer = await eve.post('/tasks', { task, id: milk })
      const page = await answer.text()
      expect(answer.status).toBe(409)
      expect(rowIds(page)).toEqual([tea])
      expect(page).toContain(`value="${task}"`)
      const send = await outboxOf(site, 'eve', eve)
      expect((await send('/tasks', { task, id: milk })).status).toBe(409)
    }
    expect(await anas()).toBe(before)
  })

  test('her key is her own', async () => {
    const send = await outboxOf(site, 'eve', eve)
    expect((await send('/tasks', { task: 'Coffee' }, op)).status).toBe(200)
    expect(titles(await eve.page('/'))).toEqual(['Coffee', 'Tea'])
    await eve.post(`/undo/${op}`)
    expect(titles(await eve.page('/'))).toEqual(['Tea'])
    expect(titles(await ana.page('/'))).toEqual(['Milk'])
  })

  test('a malformed id is an unknown one', async () => {
    for (const id of ['1', milk.toUpperCase(), `${milk}x`, '%F0%9F%A7%BA', "'", '..%2f..', 'x'.repeat(3000)]) {
      expect([id, (await eve.get(`/tasks/${id}`)).status]).toEqual([id, 404])
      expect([id, (await eve.post(`/tasks/${id}/complete`)).status]).toEqual([id, 404])
    }
  })

  test('one who is not logged in is sent to the door, and nothing happens', async () => {
    const before = await anas()
    const nobody = site.browser()
    for (const [verb, fieldsOf] of Object.entries(verbs)) {
      const answer = await nobody.post(`/tasks/${milk}/${verb}`, fieldsOf(milk))
      expect([answer.status, answer.headers.get('Location')?.startsWith('/login')]).toEqual([303, true])
    }
    expect((await nobody.get('/events', { Accept: 'text/event-stream' })).status).toBe(401)
    expect(await anas()).toBe(before)
  })
})

describe('who was let in, and out again', () => {
  test('Ben sees, changes, and loses sight; what he did he can no longer undo', async () => {
    const list = (await inboxOf(site.db, await site.person('ana'))).id
    const ben = await site.loggedIn('ben')
    await share(site.db, list, await site.person('ben'))
    const send = await outboxOf(site, 'ben', ben)
    const { key, status } = await send(`/tasks/${milk}/edit`, { title: 'Oat milk' })
    expect([status, titles(await ben.page('/'))]).toEqual([200, []])
    expect(await ben.page(`/tasks/${milk}`)).toContain('Oat milk')
    await send(`/tasks/${milk}/complete`)
    expect(titles(await ben.page('/completed'))).toEqual(['Oat milk'])
    expect(titles(await ana.page('/completed'))).toEqual(['Oat milk'])
    const { id } = await site.person('ben')
    await site.db.deleteFrom('list_members').where('user_id', '=', id).where('list_id', '=', list).execute()
    const before = await anas()
    expect(titles(await ben.page('/completed'))).toEqual([])
    const undone = await send(`/undo/${key}`)
    expect([undone.status, undos(undone.text)]).toEqual([200, []])
    expect(undone.text).toContain('Nothing was undone')
    for (const verb of Object.keys(verbs)) {
      expect((await send(`/tasks/${milk}/${verb}`, verbs[verb]?.(milk))).status).toBe(404)
    }
    expect(await anas()).toBe(before)
  })
})
