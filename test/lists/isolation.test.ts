import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import type { Browser } from '#test/browser.ts'
import { share } from '#test/tasks/household.ts'
import { type World, world } from '#test/world.ts'
import { listBy, sectionBy, taskBy } from './asking.ts'

let site: World
let ana: Browser
let ben: Browser
let eve: Browser
const of = { list: '', section: '', task: '', label: '' }
const hers = { list: '', section: '', task: '', label: '' }

beforeAll(async () => {
  site = await world()
  for (const [name, ids] of [
    ['ana', of],
    ['eve', hers],
  ] as const) {
    const tab = await site.loggedIn(name)
    ids.list = await listBy(tab, `Secret of ${name}`)
    ids.section = await sectionBy(tab, ids.list, 'Hidden')
    ids.task = await taskBy(tab, 'Plan', { section: ids.section })
    ids.label = newId()
    await tab.post('/labels', { name: `label of ${name}`, color: '', id: ids.label })
    if (name === 'ana') ana = tab
    else eve = tab
  }
  ben = await site.loggedIn('ben')
  await share(site.db, of.list, await site.person('ben'), 'viewer')
})

/** Everything of Ana's, as the tables have it. */
const anas = async () => {
  const { id } = await site.person('ana')
  const tables = await Promise.all([
    site.db.selectFrom('lists').selectAll().where('owner_id', '=', id).execute(),
    site.db.selectFrom('sections').selectAll().where('list_id', '=', of.list).execute(),
    site.db.selectFrom('tasks').selectAll().where('list_id', '=', of.list).execute(),
    site.db.selectFrom('labels').selectAll().where('owner_id', '=', id).execute(),
    site.db.selectFrom('changes').selectAll().where('user_id', '=', id).execute(),
  ])
  return JSON.stringify(tables)
}

const pages: [kind: keyof typeof of, path: (id: string) => string][] = [
  ['list', (id) => `/lists/${id}`],
  ['list', (id) => `/lists/${id}/board`],
  ['list', (id) => `/lists/${id}/completed`],
  ['list', (id) => `/lists/${id}/edit`],
  ['section', (id) => `/sections/${id}/edit`],
  ['task', (id) => `/tasks/${id}/move`],
  ['label', (id) => `/labels/${id}`],
  ['label', (id) => `/labels/${id}/edit`],
]

const verbs: [kind: keyof typeof of, path: (id: string) => string, fields: () => Record<string, string>][] = [
  ['list', (id) => `/lists/${id}/edit`, () => ({ name: 'Mine now', color: 'red' })],
  ['list', (id) => `/lists/${id}/archive`, () => ({})],
  ['list', (id) => `/lists/${id}/unarchive`, () => ({})],
  ['list', (id) => `/lists/${id}/delete`, () => ({})],
  ['list', (id) => `/lists/${id}/restore`, () => ({})],
  ['list', (id) => `/lists/${id}/move`, () => ({ before: hers.list })],
  ['list', (id) => `/lists/${id}/sections`, () => ({ name: 'Mine' })],
  ['section', (id) => `/sections/${id}/edit`, () => ({ name: 'Mine' })],
  ['section', (id) => `/sections/${id}/move`, () => ({ before: hers.section })],
  ['section', (id) => `/sections/${id}/delete`, () => ({})],
  ['label', (id) => `/labels/${id}/edit`, () => ({ name: 'mine', color: '' })],
  ['label', (id) => `/labels/${id}/move`, () => ({ after: hers.label })],
  ['label', (id) => `/labels/${id}/delete`, () => ({})],
]

/** What somebody is told, without the ids and times that they sent or cannot compare. */
const told = async (response: Response): Promise<string> =>
  `${response.status} ${await response.text()}`.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')

describe('what is Ana’s does not exist for Eve', () => {
  for (const [kind, path] of pages) {
    test(`the page ${path(':id')}`, async () => {
      const answers = await Promise.all(
        [of[kind], newId(), 'nonsense', '%F0%9F%A7%BA'].map((id) => eve.get(path(id)).then(told)),
      )
      expect(answers[0]).toStartWith('404')
      expect(answers[0]).not.toContain('Secret of ana')
      for (const answer of answers) expect(answer).toBe(answers[0] as string)
    })
  }

  for (const [kind, path, fields] of verbs) {
    test(`the change ${path(':id')}`, async () => {
      const before = await anas()
      for (const headers of [{}, { 'X-Outbox': (await site.person('eve')).public_id }]) {
        const ask = (id: string) => eve.post(path(id), fields(), { headers }).then(told)
        const answers = [await ask(of[kind]), await ask(newId()), await ask("'")]
        expect(answers[0]).toStartWith('404')
        for (const answer of answers) expect(answer).toBe(answers[0] as string)
      }
      expect(await anas()).toBe(before)
    })
  }

  test('nor does it beside hers, or as a place for hers', async () => {
    const before = await anas()
    for (const [path, fields] of [
      [`/lists/${hers.list}/move`, { before: of.list }],
      [`/sections/${hers.section}/move`, { after: of.section }],
      [`/tasks/${hers.task}/move`, { before: of.task }],
      ['/tasks', { task: 'Mine', list: of.list }],
      ['/tasks', { task: 'Mine', section: of.section }],
      ['/tasks', { task: 'Mine', parent: of.task }],
    ] as [string, Record<string, string>][]) {
      expect([path, fields, (await eve.post(path, fields)).status]).toEqual([path, fields, 404])
    }
    for (const fields of [{ list: of.list }, { section: of.section }, { parent: of.task }]) {
      const answer = await eve.post(`/tasks/${hers.task}/move`, fields)
      expect([404, 422]).toContain(answer.status)
      expect(await answer.text()).not.toContain('Secret of ana')
    }
    expect(await anas()).toBe(before)
    expect(
      (await site.db.selectFrom('tasks').select('list_id').where('id', '=', hers.task).executeTakeFirstOrThrow())
        .list_id,
    ).toBe(hers.list)
  })

  test('her pages do not know of it', async () => {
    for (const page of ['/', '/lists', '/labels', `/lists/${hers.list}`, `/tasks/${hers.task}/move`]) {
      expect(await eve.page(page)).not.toMatch(/(Secret|label) of ana/)
    }
  })

  test('nor do the answers to her changes, wherever she says that they come from', async () => {
    const done = await taskBy(ana, 'Done', { list: of.list })
    await ana.post(`/tasks/${done}/complete`)
    const { public_id } = await site.person('eve')
    for (const from of [`/lists/${of.list}`, `/lists/${of.list}/board`]) {
      const headers = { 'X-Outbox': public_id }
      const answer = await eve.post(`/tasks/${hers.task}/complete`, {}, { headers, from })
      expect(await answer.text()).toContain('target="done_today"><template></template>')
      await eve.post(`/tasks/${hers.task}/reopen`)
    }
  })

  test('its ids are taken, without a word about it', async () => {
    const before = await anas()
    for (const [path, id] of [
      ['/lists', of.list],
      [`/lists/${hers.list}/sections`, of.section],
      ['/labels', of.label],
    ] as const) {
      const answer = await eve.post(path, { name: 'Mine', color: '', id })
      expect([path, answer.status]).toEqual([path, 422])
      expect(await answer.text()).toContain('could not be added under its id')
    }
    expect(await anas()).toBe(before)
  })

  test('one who is not logged in is sent to the door', async () => {
    const nobody = site.browser()
    for (const [kind, path] of [...pages, ...verbs]) {
      const answer = await nobody.get(path(of[kind]))
      expect([path('ID'), answer.status]).toEqual([path('ID'), answer.status === 405 ? 405 : 303])
    }
    for (const [kind, path, fields] of verbs) {
      const answer = await nobody.post(path(of[kind]), fields())
      expect(answer.headers.get('Location')).toStartWith('/login')
    }
  })
})

describe('Ben, who may look', () => {
  test('sees the list, and nothing to change it with', async () => {
    for (const place of [`/lists/${of.list}`, `/lists/${of.list}/board`]) {
      const page = await ben.page(place)
      expect(page).toContain('Plan')
      expect(page).not.toContain('class="add"')
      expect(page).not.toContain('/sections')
      expect(page).not.toContain(`/lists/${of.list}/edit`)
    }
    expect(await ben.page('/lists')).not.toContain(`/lists/${of.list}/edit`)
    expect(await ben.page('/')).toContain(`href="/lists/${of.list}"`)
  })

  test('may change nothing of it', async () => {
    const before = await anas()
    for (const [kind, path, fields] of verbs.filter(([kind]) => kind !== 'label')) {
      const own = path(of[kind]).includes('/move') ? { before: of[kind] } : fields()
      expect([path('ID'), (await ben.post(path(of[kind]), own)).status]).toEqual([path('ID'), 403])
    }
    for (const [path, status] of [
      [`/lists/${of.list}/edit`, 403],
      [`/sections/${of.section}/edit`, 403],
      [`/tasks/${of.task}/move`, 403],
    ] as const) {
      expect([path, (await ben.get(path)).status]).toEqual([path, status])
    }
    expect((await ben.post('/tasks', { task: 'Ours', list: of.list })).status).toBe(403)
    expect(await anas()).toBe(before)
    expect(await ana.page(`/lists/${of.list}`)).toContain('Plan')
  })
})
