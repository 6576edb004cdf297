import { beforeEach, describe, expect, test } from 'bun:test'
import { DAY } from '#core/time.ts'
import { newId } from '#db/db.ts'
import type { Browser } from '#test/browser.ts'
import { validateHtml } from '#test/e2e/checks.ts'
import { outboxOf, problems, rowIds, streams, titles, toasts, undos } from '#test/tasks/asking.ts'
import { type World, world } from '#test/world.ts'
import { listBy, sectionBy, shown, sidebar, taskBy } from './asking.ts'

let site: World
let ana: Browser

beforeEach(async () => {
  site = await world()
  ana = await site.loggedIn('ana', { remember: true })
  // The greeting is not what is looked for here.
  await ana.page('/')
})

describe('the page of a list', () => {
  test('is empty first, and says what to do', async () => {
    const answer = await ana.post('/lists', { name: 'Work', color: 'blue', id: newId() }, { from: '/lists' })
    const place = answer.headers.get('Location') ?? ''
    expect([answer.status, place]).toEqual([303, expect.stringMatching(/^\/lists\/[0-9a-f-]{36}$/)])
    const page = await ana.page(place)
    expect(toasts(page)).toEqual(['Added the list “Work”'])
    expect(page).toContain('Type what you want to get done')
    expect(page).toContain(`name="list" value="${place.slice(7)}"`)
    expect(await validateHtml(page)).toEqual([])
  })

  test('shows what stands above the sections, then each section, subtasks below their task', async () => {
    const work = await listBy(ana, 'Work')
    const [later, soon] = [await sectionBy(ana, work, 'Later'), await sectionBy(ana, work, 'Soon')]
    await taskBy(ana, 'Book the room', { list: work })
    const invoice = await taskBy(ana, 'Invoice', { section: soon })
    const print = await taskBy(ana, 'Print it', { parent: invoice })
    await taskBy(ana, 'Find paper', { parent: print })
    await taskBy(ana, 'Sign it', { parent: invoice })
    await taskBy(ana, 'Report', { section: later })
    await taskBy(ana, 'Call', { section: soon })
    await ana.post(`/sections/${soon}/move`, { before: later })
    const expected = [
      'Book the room',
      '[Soon]',
      'Call',
      'Invoice',
      '·Print it',
      '··Find paper',
      '·Sign it',
      '[Later]',
      'Report',
    ]
    const page = await ana.page(`/lists/${work}`)
    expect(shown(page)).toEqual(expected)
    expect(await validateHtml(page)).toEqual([])
    const board = await ana.page(`/lists/${work}/board`)
    expect(shown(board)).toEqual(['[No section]', ...expected])
    expect(await validateHtml(board)).toEqual([])
  })

  test('the Inbox is a list like any other', async () => {
    const inbox = /data-lists="(\S+)/.exec(await ana.page('/'))?.[1] ?? ''
    const errands = await sectionBy(ana, inbox, 'Errands')
    await taskBy(ana, 'Milk', { section: errands })
    await taskBy(ana, 'Letter')
    for (const place of ['/', '/inbox', `/lists/${inbox}`]) {
      const page = await ana.page(place)
      expect([place, shown(page)]).toEqual([place, ['Letter', '[Errands]', 'Milk']])
      expect(await validateHtml(page)).toEqual([])
    }
    expect(shown(await ana.page(`/lists/${inbox}/board`))).toEqual(['[No section]', 'Letter', '[Errands]', 'Milk'])
    expect((await ana.get(`/lists/${inbox}/edit`)).status).toBe(422)
  })

  test('long parts come in pages that leave out nothing and repeat nothing, each by itself', async () => {
    const work = await listBy(ana, 'Work')
    const later = await sectionBy(ana, work, 'Later')
    const above: string[] = []
    const below: string[] = []
    for (let i = 0; i < 70; i++) {
      above.unshift(await taskBy(ana, `Above ${i}`, { list: work }))
      below.unshift(await taskBy(ana, `Below ${i}`, { section: later }))
    }
    const page = await ana.page(`/lists/${work}`)
    expect(rowIds(page)).toEqual([...above.slice(0, 50), ...below.slice(0, 50)])
    const older = [...page.matchAll(/class="older" loading="lazy" src="([^"]+)"/g)].map(([, address = '']) =>
      address.replaceAll('&amp;', '&'),
    )
    expect(older).toHaveLength(2)
    // The task at the edge goes elsewhere before anybody looks further.
    await ana.post(`/tasks/${below[49]}/move`, { before: below[0] ?? '' })
    const rest = await Promise.all(older.map((address) => ana.page(address)))
    expect(rest.map(rowIds)).toEqual([above.slice(50), below.slice(50)])
    for (const [i, one] of rest.entries()) {
      expect(await validateHtml(one)).toEqual([])
      expect(one).toContain(
        `<turbo-frame id="after_${[above, below][i]?.[49]}" target="_top"><ul class="tasks" data-keeps="open"${['', ` data-section="${later}"`][i]}>`,
      )
    }
    // On the board the same rows follow.
    expect(await ana.page(`/lists/${work}/board`)).toContain(`src="/lists/${work}?section=${later}&amp;after=`)
    for (const odd of [`?after=${newId()}`, '?after=%27', `?section=${newId()}&after=${above[3]}`, '?section=%00']) {
      expect((await ana.get(`/lists/${work}${odd}`)).status).toBe(200)
    }
  }, 20_000)

  test('subtasks beyond what a page has room for are on the page of their task', async () => {
    const work = await listBy(ana, 'Work')
    const many = await taskBy(ana, 'Many', { list: work })
    const { id } = await site.person('ana')
    const at = site.now().toISOString()
    const steps = Array.from({ length: 230 }, (_, i) => ({
      id: newId(),
      list_id: work,
      parent_id: many,
      title: `Step ${i}`,
      notes: '',
      position: `b${String(i).padStart(4, '1')}`,
      created_by: id,
      created_at: at,
      completed_at: null,
      deleted_at: null,
    }))
    await site.db.insertInto('tasks').values(steps).execute()
    const page = await ana.page(`/lists/${work}`)
    expect(titles(page)).toHaveLength(201)
    expect(page).toContain(`<a href="/tasks/${many}">30 more subtasks</a>`)
    expect(await validateHtml(page)).toEqual([])
  })

  test('what starts later is out of sight until it is asked for, or has come', async () => {
    const work = await listBy(ana, 'Work')
    const party = await taskBy(ana, 'Party', { list: work })
    await taskBy(ana, 'Invite', { parent: party })
    await taskBy(ana, 'Report', { list: work })
    await ana.post(`/tasks/${party}/edit`, { start_day: '2026-05-03' })
    const page = await ana.page(`/lists/${work}`)
    expect(titles(page)).toEqual(['Report'])
    expect(page).toContain('Starts later · 1')
    const open = await ana.page(`/lists/${work}?show=later`)
    expect(titles(open)).toEqual(['Report', 'Party'])
    expect(await validateHtml(open)).toEqual([])
    site.pass(2 * DAY)
    const then = await ana.page(`/lists/${work}`)
    expect(shown(then)).toEqual(['Report', 'Party', '·Invite'])
    expect(then).not.toContain('Starts later')
  })

  test('of more than two hundred that start later a link leads on', async () => {
    const work = await listBy(ana, 'Work')
    for (const lines of [200, 5]) {
      const task = Array.from({ length: lines }, (_, i) => `Seed ${lines} ${i} from 3 may`).join('\n')
      expect((await ana.post('/tasks', { task, lines: 'each', list: work })).status).toBe(303)
    }
    const first = await ana.page(`/lists/${work}?show=later`)
    expect(first).toContain('Starts later · 205')
    const link = /<a class="older-link" href="([^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const more = await ana.page(link)
    expect([titles(first).length, titles(more).length]).toEqual([200, 5])
    expect(new Set([...titles(first), ...titles(more)]).size).toBe(205)
    expect(more).toContain(`<a href="/lists/${work}?show=later#later">`)
    expect(more).not.toContain('older-link')
    expect(await validateHtml(more)).toEqual([])
    expect(titles(await ana.page(`/lists/${work}?show=later&after=x&at=2026-05-03_a0`))).toHaveLength(200)
    expect((await (await site.loggedIn('eve')).get(link)).status).toBe(404)
  })

  test('what was completed is folded, counted and kept; the list has a logbook of its own', async () => {
    const work = await listBy(ana, 'Work')
    const [done, other] = [await taskBy(ana, 'Done', { list: work }), await taskBy(ana, 'Milk')]
    for (const id of [done, other]) await ana.post(`/tasks/${id}/complete`)
    expect(await ana.page(`/lists/${work}`)).toContain('Completed today · <span id="done_today">1</span>')
    expect(titles(await ana.page(`/lists/${work}`))).toEqual([])
    const answer = await ana.post('/inbox/completed', { show: 'on' }, { from: `/lists/${work}` })
    expect(answer.headers.get('Location')).toBe(`/lists/${work}`)
    expect(titles(await ana.page(`/lists/${work}`))).toEqual(['Done'])
    const logbook = await ana.page(`/lists/${work}/completed`)
    expect(titles(logbook)).toEqual(['Done'])
    expect(await validateHtml(logbook)).toEqual([])
  })

  test('a title that is refused comes back in the form into which it was typed', async () => {
    const work = await listBy(ana, 'Work')
    const later = await sectionBy(ana, work, 'Later')
    const long = 'x'.repeat(501)
    for (const [fields, field, from] of [
      [{ list: work }, 'task', `/lists/${work}`],
      [{ list: work, section: later }, `task_${later}`, `/lists/${work}`],
      [{ list: work, section: later }, `task_${later}`, `/lists/${work}/board`],
    ] as const) {
      const answer = await ana.post('/tasks', { task: long, ...fields }, { from })
      const page = await answer.text()
      expect([answer.status, problems(page)]).toEqual([422, ['Use at most 500 characters.']])
      expect(page.split(long)).toHaveLength(2)
      expect(page).toContain(`aria-describedby="${field}_problem" aria-invalid="true"`)
      expect(page.includes('class="board"')).toBe(from.endsWith('board'))
      expect(await validateHtml(page)).toEqual([])
    }
  })

  test('what is added goes back to where it was added from', async () => {
    const work = await listBy(ana, 'Work')
    for (const from of ['/', '/today', `/lists/${work}`, `/lists/${work}/board`]) {
      const answer = await ana.post('/tasks', { task: 'Milk', list: work }, { from: `${from}?show=later` })
      expect(answer.headers.get('Location')).toBe(from)
    }
  })

  test('an archived one says so, and takes nothing', async () => {
    const work = await listBy(ana, 'Work')
    await taskBy(ana, 'Report', { list: work })
    const answer = await ana.post(`/lists/${work}/archive`, {}, { from: `/lists/${work}/edit` })
    expect(answer.headers.get('Location')).toBe('/lists')
    const page = await ana.page(`/lists/${work}`)
    expect(page).toContain('This list is archived.')
    expect(page).not.toContain('class="add"')
    expect(titles(page)).toEqual(['Report'])
    expect(await validateHtml(page)).toEqual([])
    const late = await ana.post('/tasks', { task: 'Late', list: work })
    expect([late.status, problems(await late.text())]).toEqual([422, [expect.stringContaining('is archived')]])
    await ana.post(`/lists/${work}/unarchive`)
    expect(await ana.page(`/lists/${work}`)).toContain('class="add"')
  })
})

describe('the sidebar', () => {
  test('names the lists with what is open in them, and marks where somebody is', async () => {
    const work = await listBy(ana, 'Work', 'blue')
    const later = await taskBy(ana, 'Party', { list: work })
    await ana.post(`/tasks/${later}/edit`, { start_day: '2026-06-01' })
    const task = await taskBy(ana, 'Report', { list: work })
    await taskBy(ana, 'Milk')
    const old = await listBy(ana, 'Old')
    await ana.post(`/lists/${old}/archive`)
    const at = async (place: string) =>
      sidebar(await ana.page(place)).filter((entry) => /Inbox|Work|Old|^\*/.test(entry))
    expect(await at('/')).toEqual(['*Inbox 1', 'Work 1'])
    for (const place of [`/lists/${work}`, `/lists/${work}/board`, `/lists/${work}/edit`, `/tasks/${task}`]) {
      expect([place, await at(place)]).toEqual([place, ['Inbox 1', '*Work 1']])
    }
    expect(await at('/lists')).toContain('*Lists')
    expect(await ana.page(`/lists/${old}`)).toContain('This list is archived.')
    expect(await ana.page('/')).toContain('<span class="dot blue">')
  })

  test('hears from the outbox how many are open where something changed', async () => {
    const work = await listBy(ana, 'Work')
    const home = await listBy(ana, 'Home')
    const send = await outboxOf(site, 'ana', ana)
    const added = await send('/tasks', { task: 'Report', list: work })
    expect(streams(added.text)).toContain(`update count_${work}`)
    expect(streams(added.text)).not.toContain(`update count_${home}`)
    const [id = ''] = rowIds(await ana.page(`/lists/${work}`))
    const moved = await send(`/tasks/${id}/move`, { list: home })
    expect(moved.text).toContain(`target="count_${work}"><template></template>`)
    expect(moved.text).toContain(`target="count_${home}"><template>1</template>`)
  })
})

describe('the page of all lists', () => {
  test('shows each with its colour and count, and the archived ones in a fold', async () => {
    const work = await listBy(ana, 'Work', 'blue')
    await taskBy(ana, 'Report', { list: work })
    const old = await listBy(ana, 'Old')
    await ana.post(`/lists/${old}/archive`)
    const page = await ana.page('/lists')
    expect(page).toContain('1 open task<')
    expect(page).toContain('Archived · 1')
    expect(page.indexOf('Archived')).toBeLessThan(page.indexOf(`href="/lists/${old}"`))
    expect(await validateHtml(page)).toEqual([])
  })

  test('a form that is sent twice makes one list', async () => {
    const id = /name="id" value="([^"]+)"/.exec(await ana.page('/lists'))?.[1] ?? ''
    for (const _ of [1, 2]) {
      const answer = await ana.post('/lists', { name: 'Work', color: '', id })
      expect(answer.headers.get('Location')).toBe(`/lists/${id}`)
    }
    expect(sidebar(await ana.page('/')).filter((entry) => entry.includes('Work'))).toEqual(['Work'])
  })

  test('moving, editing and deleting say what they did and can be undone', async () => {
    const [work, home] = [await listBy(ana, 'Work'), await listBy(ana, 'Home')]
    const names = async () => sidebar(await ana.page('/')).filter((entry) => /Work|Home|Office/.test(entry))
    const edit = await ana.page(`/lists/${home}/edit`)
    expect(edit).toContain(`<input type="hidden" name="before" value="${work}"><button class="quiet">Move up`)
    expect(edit).not.toContain('Move down')
    const moved = await ana.post(`/lists/${home}/move`, { before: work }, { from: `/lists/${home}/edit` })
    expect(moved.headers.get('Location')).toBe(`/lists/${home}/edit`)
    expect(await names()).toEqual(['Home', 'Work'])
    await ana.post(`/lists/${work}/edit`, { name: 'Office', color: 'red' })
    expect(toasts(await ana.page(`/lists/${work}`))).toEqual(
      ['Moved the list “Home”', 'Saved the list “Office”'].slice(1),
    )
    const deleted = await ana.post(`/lists/${work}/delete`, {}, { from: `/lists/${work}/edit` })
    expect(deleted.headers.get('Location')).toBe('/lists')
    const page = await ana.page('/lists')
    expect(toasts(page)).toEqual(['Deleted the list “Office”'])
    expect(await names()).toEqual(['Home'])
    await ana.post(undos(page)[0] ?? '', {}, { from: '/lists' })
    expect(await names()).toEqual(['Home', 'Office'])
    await ana.post(`/lists/${work}/delete`)
    await ana.post(`/lists/${work}/restore`)
    expect(await names()).toEqual(['Home', 'Office'])
  })

  test('deleting a section is undone with all its tasks', async () => {
    const work = await listBy(ana, 'Work')
    const later = await sectionBy(ana, work, 'Later')
    const report = await taskBy(ana, 'Report', { section: later })
    await taskBy(ana, 'Print it', { parent: report })
    await ana.page('/')
    await ana.post(`/sections/${later}/delete`, {}, { from: `/sections/${later}/edit` })
    const page = await ana.page(`/lists/${work}`)
    expect(shown(page)).toEqual(['Report', '·Print it'])
    expect(toasts(page)).toEqual(['Deleted the section “Later”'])
    await ana.post(undos(page)[0] ?? '', {}, { from: `/lists/${work}` })
    expect(shown(await ana.page(`/lists/${work}`))).toEqual(['[Later]', 'Report', '·Print it'])
  })
})

describe('moving without a hand on a mouse', () => {
  test('a page names every list and section, and leads back', async () => {
    const [work, home] = [await listBy(ana, 'Work'), await listBy(ana, 'Home')]
    const garden = await sectionBy(ana, home, 'Garden')
    const task = await taskBy(ana, 'Report', { list: work })
    await taskBy(ana, 'Print it', { parent: task })
    expect(await ana.page(`/lists/${work}?more=${task}`)).toContain(`href="/tasks/${task}/move"`)
    const page = await (
      await ana.request(`/tasks/${task}/move`, { headers: { Referer: `${site.config.baseUrl}/today` } })
    ).text()
    expect(await validateHtml(page)).toEqual([])
    for (const name of [
      `name="list" value="${home}"`,
      `name="section" value="${garden}"`,
      'name="next" value="/today"',
    ]) {
      expect(page).toContain(name)
    }
    const moved = await ana.post(
      `/tasks/${task}/move`,
      { section: garden, next: '/today' },
      { from: `/tasks/${task}/move` },
    )
    expect(moved.headers.get('Location')).toBe('/today')
    expect(shown(await ana.page(`/lists/${home}`))).toEqual(['[Garden]', 'Report', '·Print it'])
    expect(shown(await ana.page(`/lists/${work}`))).toEqual([])
    const away = await ana.post(`/tasks/${task}/move`, { list: work, next: 'https://elsewhere.example/' })
    expect(away.headers.get('Location')).toBe('/')
    expect(shown(await ana.page(`/lists/${work}`))).toEqual(['Report', '·Print it'])
  })
})

describe('labels', () => {
  test('are made, shown with their counts, renamed and deleted', async () => {
    expect(await ana.page('/labels')).toContain('A label gathers tasks')
    const id = newId()
    await ana.post('/labels', { name: '@phone', color: 'red', id })
    const task = await taskBy(ana, 'Call')
    await ana.post(`/tasks/${task}/edit`, { label: id })
    const page = await ana.page('/labels')
    expect(page).toContain('@<bdi>phone</bdi>')
    expect(page).toContain('1 open task<')
    expect(await validateHtml(page)).toEqual([])
    const taken = await ana.post('/labels', { name: 'PHONE', color: 'blue' })
    const again = await taken.text()
    expect([taken.status, problems(again)]).toEqual([422, ['There is already a label called “phone”.']])
    expect(again).toContain('value="PHONE"')
    expect(await validateHtml(await ana.page(`/labels/${id}/edit`))).toEqual([])
    await ana.post(`/labels/${id}/edit`, { name: 'telephone', color: '' })
    expect(await ana.page('/')).toContain('@telephone')
    await ana.page('/')
    await ana.post(`/labels/${id}/delete`)
    const deleted = await ana.page('/labels')
    expect([toasts(deleted), deleted.includes(`/labels/${id}"`)]).toEqual([['Deleted the label “telephone”'], false])
    expect(await ana.page('/')).not.toContain('@telephone')
    await ana.post(undos(deleted)[0] ?? '', {}, { from: '/labels' })
    expect(await ana.page('/')).toContain('@telephone')
  })
})

describe('a move', () => {
  test('into an archived list is refused with a sentence, by whatever door', async () => {
    const [work, old] = [await listBy(ana, 'Work'), await listBy(ana, 'Old')]
    const attic = await sectionBy(ana, old, 'Attic')
    const [task, other, third] = [
      await taskBy(ana, 'Report', { list: work }),
      await taskBy(ana, 'Letter', { list: old }),
      await taskBy(ana, 'Box', { section: attic }),
    ]
    await ana.post(`/lists/${old}/archive`)
    for (const place of [{ list: old }, { section: attic }, { parent: other }, { before: other }, { after: third }]) {
      const answer = await ana.post(`/tasks/${task}/move`, place as Record<string, string>)
      expect([place, answer.status]).toEqual([place, 422])
      expect(await answer.text()).toContain('archived')
    }
    expect(shown(await ana.page(`/lists/${work}`))).toEqual(['Report'])
    // Within it things may be put in order, and taken out.
    expect((await ana.post(`/tasks/${third}/move`, { before: other })).status).toBe(303)
    expect((await ana.post(`/tasks/${other}/move`, { list: work })).status).toBe(303)
    expect(shown(await ana.page(`/lists/${old}`))).toEqual(['Box', '[Attic]'])
  })

  test('takes the subtree with its labels and completions along, in one op, and is undone as one', async () => {
    const [work, home] = [await listBy(ana, 'Work'), await listBy(ana, 'Home')]
    const task = await taskBy(ana, 'Report', { list: work })
    const step = await taskBy(ana, 'Print it', { parent: task })
    const done = await taskBy(ana, 'Write it', { parent: task })
    await ana.post(`/tasks/${step}/edit`, { label: 'phone' })
    await ana.post(`/tasks/${done}/complete`)
    await ana.page('/')
    await ana.post(`/tasks/${task}/move`, { list: home })
    const [undo = ''] = undos(await ana.page('/'))
    const lists = async () => {
      const rows = await Promise.all([
        site.db.selectFrom('tasks').select('list_id').where('id', 'in', [task, step, done]).execute(),
        site.db.selectFrom('completions').select('list_id').where('task_id', '=', done).execute(),
        site.db.selectFrom('task_labels').select('list_id').where('task_id', '=', step).execute(),
      ])
      return [...new Set(rows.flat().map(({ list_id }) => list_id))]
    }
    expect(await lists()).toEqual([home])
    expect(titles(await ana.page(`/lists/${home}/completed`))).toEqual(['Write it'])
    await ana.post(undo, {}, { from: '/' })
    expect(sidebar(await ana.page('/')).filter((entry) => /Work|Home/.test(entry))).toEqual(['Work 2', 'Home'])
    expect(await lists()).toEqual([work])
  })
})

test('on its list the answer about a subtask keeps its depth', async () => {
  const work = await listBy(ana, 'Work')
  const task = await taskBy(ana, 'Report', { list: work })
  const step = await taskBy(ana, 'Print it', { parent: task })
  const { public_id } = await site.person('ana')
  const headers = { 'X-Outbox': public_id }
  for (const [from, depth] of [
    [`/lists/${work}`, true],
    [`/lists/${work}/board`, true],
    ['/search?q=print', false],
  ] as const) {
    const answer = await ana.post(`/tasks/${step}/edit`, { title: `Print it ${from}` }, { headers, from })
    expect([from, (await answer.text()).includes('depth-1')]).toEqual([from, depth])
  }
})
