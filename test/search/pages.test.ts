import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import { journal } from '#db/journal.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { alertsIn, type Browser } from '#test/browser.ts'
import { validateHtml } from '#test/e2e/checks.ts'
import { add, titles, toasts, undos } from '#test/tasks/asking.ts'
import { type World, world } from '#test/world.ts'

let site: World
let ana: Browser
let eve: Browser
let milk: string

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  eve = await site.loggedIn('eve')
  const ids = await add(ana, 'Oat milk', 'Milk the goats', 'Read <b>chapter</b> 4')
  milk = ids[0] ?? ''
  await ana.post(`/tasks/${ids[1]}/complete`)
})

const address = (text: string, more = '') => `/search?q=${encodeURIComponent(text)}${more}`

describe('the search', () => {
  test('begins with a field and with what can be asked', async () => {
    const page = await ana.page('/search')
    expect(page).toContain('<input id="q" name="q" type="search"')
    expect(page).toContain('What can be asked')
    for (const [, link = ''] of page.matchAll(/<a href="(\/search\?q=[^"]*)"><code>/g)) {
      // Whatever stands there as an example can be read.
      expect(alertsIn(await ana.page(link)).filter((words) => !/^You have no|^No list|^Nobody/.test(words))).toEqual([])
    }
  })

  test('shows what it found, with the words in the field', async () => {
    const page = await ana.page(address('milk'))
    expect(titles(page)).toEqual(['Oat milk'])
    expect(page).toContain('value="milk"')
    expect(page).toContain('Look among completed tasks too')
  })

  test('takes filters in the same field', async () => {
    expect(titles(await ana.page(address('no date & !chapter')))).toEqual(['Oat milk'])
  })

  test('looks among completed tasks when it is asked to, and says so', async () => {
    expect(titles(await ana.page(address('milk', '&completed=on')))).toEqual(['Oat milk', 'Milk the goats'])
    expect(titles(await ana.page(address('completed & milk')))).toEqual(['Milk the goats'])
  })

  test('says what to try when there is nothing', async () => {
    const page = await ana.page(address('nothing like that'))
    expect(titles(page)).toEqual([])
    expect(page).toContain('Try fewer words')
  })

  test('says beside the field what it cannot read, and keeps what was typed', async () => {
    const answer = await ana.get(address('(milk & "<'))
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(alertsIn(page)).toEqual(['The quote at character 9 is never closed.'])
    expect(page).toContain('value="(milk &amp; &quot;&lt;"')
    expect(page).toContain('aria-describedby="q_problem"')
  })

  test('answers whatever is asked with a page', async () => {
    const texts = [
      '%',
      '"',
      '*',
      'NEAR(',
      '-',
      ':',
      "'",
      '\\',
      '\0',
      '😀',
      '@',
      '#"',
      '\ud800',
      'x'.repeat(3000),
      '('.repeat(500),
    ]
    for (const text of texts) {
      const answer = await ana.get(`/search?${new URLSearchParams({ q: text })}`)
      expect([text.slice(0, 20), [200, 422].includes(answer.status)]).toEqual([text.slice(0, 20), true])
      expect(await answer.text()).toContain('</html>')
    }
  })

  test('refuses an address that is longer than any', async () => {
    const answer = await ana.get(address('x'.repeat(10_000)))
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('That did not work')
  })

  test('keeps its words in the links of its rows', async () => {
    const page = await ana.page(address('milk & no date', `&more=${milk}`))
    expect(page).toContain(`href="/search?q=milk+%26+no+date&amp;rename=${milk}#task_${milk}"`)
  })

  test('goes on page by page', async () => {
    const zoe = await site.loggedIn('zoe')
    await add(zoe, ...Array.from({ length: 60 }, (_, i) => `Jar ${i}`))
    const first = await zoe.page(address('jar'))
    expect(titles(first).length).toBe(50)
    const [, next = ''] = /class="older-link" href="([^"]*)"/.exec(first) ?? []
    const second = await zoe.page(next.replaceAll('&amp;', '&'))
    expect([...titles(first), ...titles(second)]).toEqual(Array.from({ length: 60 }, (_, i) => `Jar ${i}`))
  })

  test('never shows Eve anything of Ana’s', async () => {
    for (const text of ['milk', 'no date', '"oat milk"', '!hers', 'completed | no date']) {
      expect(await eve.page(address(text, '&completed=on'))).not.toContain('Oat milk')
      expect(await eve.page(address(text, `&more=${milk}&after=${milk}`))).not.toContain('Oat milk')
    }
  })
})

describe('a saved filter', () => {
  const save = (tab: Browser, name: string, query: string, id = newId()) => tab.post('/filters', { name, query, id })

  test('is put between two that had come to the same place', async () => {
    const ben = await site.loggedIn('ben')
    for (const name of ['One', 'Two', 'Three']) await save(ben, name, 'today')
    const { id: owner_id } = await site.person('ben')
    await site.db.updateTable('filters').set({ position: 'a0' }).where('owner_id', '=', owner_id).execute()
    const order = async () =>
      [...(await ben.page('/filters')).matchAll(/\/filters\/([0-9a-f-]{36})"><b/g)].map(([, id]) => id ?? '')
    const [first = '', second = '', third = ''] = await order()
    expect((await ben.post(`/filters/${third}/move`, { after: first })).status).toBe(303)
    expect(await order()).toEqual([first, third, second])
  })

  test('has a name and a page, and can be changed, moved and deleted', async () => {
    const answer = await save(ana, 'Milky <way>', 'milk & no date')
    const place = answer.headers.get('Location') ?? ''
    expect([answer.status, place]).toEqual([303, expect.stringMatching(/^\/filters\/[0-9a-f-]{36}$/)])
    const page = await ana.page(place)
    expect(titles(page)).toEqual(['Oat milk'])
    expect(page).toContain('<h1 dir="auto">Milky &lt;way&gt;</h1>')
    expect(toasts(page)).toEqual(['Saved the filter “Milky &lt;way&gt;”'])

    await save(ana, 'Second', 'today')
    const second = /\/filters\/([0-9a-f-]{36})"><b dir="auto">Second/.exec(await ana.page('/filters'))?.[1] ?? ''
    const order = async () =>
      [...(await ana.page('/filters')).matchAll(/\/filters\/[0-9a-f-]{36}"><b dir="auto">([^<]*)</g)].map(
        ([, name]) => name,
      )
    expect(await order()).toEqual(['Milky &lt;way&gt;', 'Second'])
    await ana.post(`/filters/${second}/move`, { before: place.slice(9) })
    expect(await order()).toEqual(['Second', 'Milky &lt;way&gt;'])

    const edit = { name: 'Dairy', query: 'milk', 'was-name': 'Milky <way>', 'was-query': 'milk & no date' }
    expect((await ana.post(`${place}/edit`, edit)).status).toBe(303)
    expect(await ana.page(place)).toContain('<h1 dir="auto">Dairy</h1>')

    expect((await ana.post(`${place}/delete`)).headers.get('Location')).toBe('/filters')
    const left = await ana.page('/filters')
    expect(toasts(left)).toEqual(['Deleted the filter “Dairy”'])
    expect((await ana.get(place)).status).toBe(404)
    await ana.post(undos(left)[0] ?? '')
    expect((await ana.get(place)).status).toBe(200)
    expect(await order()).toEqual(['Second', 'Dairy'])
  })

  test('saved twice under one id is there once', async () => {
    const id = newId()
    await save(ana, 'Once', 'p1', id)
    await save(ana, 'Once', 'p1', id)
    expect((await ana.page('/filters')).match(/<b dir="auto">Once</g)).toHaveLength(1)
    await save(ana, 'Another', 'p2', id)
    expect(await ana.page('/filters')).toContain('<b dir="auto">Another<')
  })

  test.each<[name: string, query: string, problem: string]>([
    ['', 'p1', 'Give the filter a name.'],
    ['Empty', ' ', 'Write what the filter lets through, for example “today | overdue”.'],
    ['Broken', '(p1', 'The “(” at character 1 is never closed: a “)” is missing.'],
    [
      'Unknown',
      '#Nowhere',
      'You have no list called “Nowhere”. A name of several words stands in quotes: #"Big project".',
    ],
    ['Deep', '('.repeat(500), 'The “(” at character 21 is nested too deep: 20 levels of ( … ) is the most.'],
    ['Huge', 'x'.repeat(100_000), 'Use at most 2,000 characters.'],
    ['x'.repeat(101), 'p1', 'Use at most 100 characters.'],
  ])('that is wrong is refused beside its field', async (name, query, problem) => {
    const answer = await save(ana, name, query)
    const page = await answer.text()
    expect([answer.status, alertsIn(page)]).toEqual([422, [problem.replaceAll('"', '&quot;')]])
    expect(page).toContain('aria-invalid="true"')
  })

  test('whose list is gone says so, and offers to be changed', async () => {
    const list = {
      id: newId(),
      owner_id: (await site.person('ana')).id,
      kind: 'list',
      name: 'Shed',
      position: 'a2',
      seq: 0,
    } as const
    await site.db
      .insertInto('lists')
      .values({ ...list, created_at: site.now().toISOString(), deleted_at: null })
      .execute()
    await site.db
      .insertInto('list_members')
      .values({ list_id: list.id, user_id: list.owner_id, role: 'owner' })
      .execute()
    const place = (await save(ana, 'In the shed', '#Shed')).headers.get('Location') ?? ''
    await site.db.updateTable('lists').set({ deleted_at: site.now().toISOString() }).where('id', '=', list.id).execute()
    const page = await ana.page(place)
    expect(alertsIn(page)[0]).toStartWith('You have no list called “Shed”.')
    expect(page).toContain('<details class="edit" open>')
  })

  test('of Ana’s does not exist for Eve', async () => {
    const place = (await save(ana, 'Mine', 'p1')).headers.get('Location') ?? ''
    const own = ((await save(eve, 'Hers', 'p1')).headers.get('Location') ?? '').slice(9)
    expect((await eve.get(place)).status).toBe(404)
    expect((await eve.post(`${place}/edit`, { name: 'x', query: 'p1' })).status).toBe(404)
    expect((await eve.post(`${place}/delete`)).status).toBe(404)
    expect((await eve.post(`${place}/move`, { before: own })).status).toBe(404)
    expect((await eve.post(`/filters/${own}/move`, { before: place.slice(9) })).status).toBe(404)
    expect((await save(eve, 'Taken', 'p2', place.slice(9))).status).toBe(422)
    expect(await ana.page(place)).toContain('<h1 dir="auto">Mine</h1>')
    expect(await eve.page('/filters')).not.toContain('Mine')
  })
})

describe('what was completed can be searched', () => {
  test('by words, in the logbook of all and in that of a list', async () => {
    const tab = await site.loggedIn('mia')
    const ids = await add(tab, 'Pear tart', 'Apple pie', 'Pear juice', 'Open pear')
    for (const id of ids.slice(0, 3)) await tab.post(`/tasks/${id}/complete`)
    expect(titles(await tab.page('/completed')).toSorted()).toEqual(['Apple pie', 'Pear juice', 'Pear tart'])
    const page = await tab.page('/completed?q=PEA')
    expect(titles(page).toSorted()).toEqual(['Pear juice', 'Pear tart'])
    expect(page).toContain('value="PEA"')
    expect(page).toContain(`href="?q=PEA&amp;more=`)
    const { list_id: list } = await site.db
      .selectFrom('tasks')
      .select('list_id')
      .where('id', '=', ids[0] ?? '')
      .executeTakeFirstOrThrow()
    expect(titles(await tab.page(`/lists/${list}/completed?q=pie`))).toEqual(['Apple pie'])
    for (const nothing of ['zzz', '%', '"', "'"]) {
      const empty = await tab.page(`/completed?${new URLSearchParams({ q: nothing })}`)
      expect([nothing, titles(empty), empty.includes('Nothing found.')]).toEqual([nothing, [], true])
    }
    expect(titles(await eve.page('/completed?q=pear'))).toEqual([])
  })
})

test('the logbook says when words stand in more tasks than it looks at, and how to find the others', async () => {
  const tab = await site.loggedIn('fay')
  const fay = await site.person('fay')
  const { id: list_id } = await inboxOf(site.db, fay)
  const [first = ''] = await add(tab, 'Plum cake')
  const rows = Array.from({ length: 1000 }, (_, i) => {
    const at = new Date(site.now().getTime() + i).toISOString()
    const task = { list_id, title: `Plum ${i}`, notes: '', position: 'a1', created_by: fay.id, deleted_at: null }
    return { ...task, id: newId(), created_at: at, completed_at: null }
  })
  const act = { what: 'tasks.added', lists: [list_id], now: site.now() }
  await journal(site.db, fay, act, (write) => write.insertAll('tasks', rows))
  const ids = [first, ...rows.map(({ id }) => id)]
  const complete: [string, string][] = [['do', 'complete'], ...ids.map((id): [string, string] => ['id', id])]
  expect((await tab.post('/tasks/bulk', complete)).status).toBe(303)
  const cut = 'So many tasks have this in them that only the 1,000 added last were looked at.'
  const page = await tab.page('/completed?q=plum')
  expect(page).toContain(cut)
  expect(await validateHtml(page)).toEqual([])
  const narrower = await tab.page('/completed?q=plum+cake')
  expect([titles(narrower), narrower.includes(cut)]).toEqual([['Plum cake'], false])
  expect(await tab.page('/completed')).not.toContain(cut)
})
