import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import type { Task } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import type { Browser } from '#test/browser.ts'
import { listNamed, sectionNamed, write } from '#test/lists/household.ts'
import { type World, world } from '#test/world.ts'
import { outboxOf, problems, streams, titles, toasts, undos } from './asking.ts'
import { share, stored } from './household.ts'

// It is Friday, 1 May 2026, noon, UTC.
let site: World

beforeAll(async () => {
  site = await world()
})

let people = 0

/** A person in UTC, in a browser, with a list Groceries and its section Market. */
async function somebody() {
  const name = `ana${people++}`
  const tab = await site.loggedIn(name)
  const user = { ...(await site.person(name)), zone: 'UTC' }
  await site.db.updateTable('users').set({ zone: 'UTC' }).where('id', '=', user.id).execute()
  const groceries = await listNamed(site.db, user, 'Groceries')
  const market = await sectionNamed(site.db, user, groceries, 'Market')
  return { name, tab, user, groceries, market, inbox: (await inboxOf(site.db, user)).id }
}

/** Types a line and returns the task that it became. */
async function typed(tab: Browser, task: string, fields: Record<string, string> = {}): Promise<Task> {
  const id = newId()
  const answer = await tab.post('/tasks', { task, id, ...fields }, { from: '/' })
  expect([task, answer.status]).toEqual([task, 303])
  return stored(site.db, id)
}

const labelsOf = async (task: string) =>
  (
    await site.db
      .selectFrom('task_labels')
      .innerJoin('labels', 'labels.id', 'task_labels.label_id')
      .select('labels.name')
      .where('task_id', '=', task)
      .where('task_labels.deleted_at', 'is', null)
      .execute()
  ).map(({ name }) => name)

describe('a line', () => {
  test('becomes a task with all that it says', async () => {
    const { tab } = await somebody()
    expect(
      await typed(
        tab,
        'Call the plumber tomorrow at 9 from today {friday} for 45min p1 // the number is on the fridge',
      ),
    ).toMatchObject({
      title: 'Call the plumber',
      due_day: '2026-05-02',
      due_time: '09:00',
      due_zone: null,
      start_day: '2026-05-01',
      deadline_day: '2026-05-08',
      minutes: 45,
      priority: 1,
      notes: 'the number is on the fridge',
    })
  })

  test('that says nothing but a title is one', async () => {
    const { tab, inbox } = await somebody()
    expect(await typed(tab, 'The 5th Wave')).toMatchObject({
      title: 'The 5th Wave',
      list_id: inbox,
      due_day: null,
      priority: 4,
      notes: '',
      recurrence: null,
    })
  })

  test('makes a task that repeats, due on the first day', async () => {
    const { tab } = await somebody()
    const { title, due_day, due_time, recurrence } = await typed(tab, 'Gym every mon, fri at 18:00')
    expect([title, due_day, due_time]).toEqual(['Gym', '2026-05-01', '18:00'])
    expect(JSON.parse(recurrence!)).toEqual({
      rule: { freq: 'weekly', interval: 1, byday: [{ day: 'mo' }, { day: 'fr' }] },
      anchor: '2026-05-01',
      mode: 'schedule',
      missed: 'skip',
    })
  })

  test('is read by the clock, the calendar and the habits of who typed it', async () => {
    const { tab, user } = await somebody()
    const set = (fields: object) => site.db.updateTable('users').set(fields).where('id', '=', user.id).execute()
    // At noon in London it is the next day on Kiritimati.
    await set({ zone: 'Pacific/Kiritimati' })
    expect((await typed(tab, 'Milk today')).due_day).toBe('2026-05-02')
    // Whose day starts at eleven at night is where others are.
    await set({ zone: 'UTC', date_order: 'mdy', week_start: 'sunday' })
    expect((await typed(tab, 'Milk 5/3')).due_day).toBe('2026-05-03')
    expect((await typed(tab, 'Milk next week')).due_day).toBe('2026-05-03')
    await set({ zone: 'Pacific/Auckland', day_starts: '04:00' })
    // There it is midnight by the clock, and still the first of May.
    expect((await typed(tab, 'Milk today')).due_day).toBe('2026-05-01')
    expect(await typed(tab, 'Milk at 2')).toMatchObject({ due_day: '2026-05-02', due_time: '02:00' })
    expect(await typed(tab, 'Milk in 2 hours')).toMatchObject({ due_day: '2026-05-02', due_time: '02:00' })
  })

  test('keeps the spans that were rejected', async () => {
    const { tab } = await somebody()
    expect(await typed(tab, 'Read Tomorrow tomorrow p1', { literal: '14-22' })).toMatchObject({
      title: 'Read Tomorrow tomorrow',
      due_day: null,
      priority: 1,
    })
    expect((await typed(tab, 'Milk today p1', { literal: '5-10,11-13' })).title).toBe('Milk today p1')
    expect((await typed(tab, 'Milk today', { literal: 'x,,-1,99-1' })).title).toBe('Milk')
  })

  test('on Today is due today, unless it says when', async () => {
    const { tab } = await somebody()
    expect((await typed(tab, 'Milk', { due_day: '2026-05-01' })).due_day).toBe('2026-05-01')
    expect((await typed(tab, 'Milk monday', { due_day: '2026-05-01' })).due_day).toBe('2026-05-04')
    const later = await typed(tab, 'Milk from monday', { due_day: '2026-05-01' })
    expect([later.title, later.start_day, later.due_day]).toEqual(['Milk', '2026-05-04', null])
  })

  test('starts no later than it is due: the rest stays in the title', async () => {
    const { tab } = await somebody()
    expect(await typed(tab, 'Milk tomorrow from monday')).toMatchObject({
      title: 'Milk from monday',
      due_day: '2026-05-02',
      start_day: null,
    })
  })

  test('keeps the words for a reminder, which there is none of yet', async () => {
    const { tab } = await somebody()
    expect((await typed(tab, 'Dentist at 15:00 !30min before')).title).toBe('Dentist !30min before')
  })
})

describe('a name in a line', () => {
  test('is that of a list, whatever its accents and capitals', async () => {
    const { tab, user, groceries } = await somebody()
    const épicerie = await listNamed(site.db, user, 'Épicerie du coin')
    expect(await typed(tab, 'Milk #GROCERIES')).toMatchObject({ title: 'Milk', list_id: groceries })
    expect(await typed(tab, 'Milk #"epicerie du coin"')).toMatchObject({ title: 'Milk', list_id: épicerie })
  })

  test('is that of a section of the list, or of the list whose page it is', async () => {
    const { tab, groceries, market } = await somebody()
    const there = { title: 'Milk', list_id: groceries, section_id: market }
    expect(await typed(tab, 'Milk #Groceries /market')).toMatchObject(there)
    expect(await typed(tab, 'Milk /Market', { list: groceries })).toMatchObject(there)
    expect(await typed(tab, 'Milk /Market')).toMatchObject({ title: 'Milk /Market', section_id: null })
    expect(await typed(tab, 'Milk #Groceries /Bakery')).toMatchObject({ title: 'Milk /Bakery', section_id: null })
  })

  test('counts more than the page', async () => {
    const { tab, user, groceries, market } = await somebody()
    const work = await listNamed(site.db, user, 'Work')
    const fields = { list: groceries, section: market }
    expect(await typed(tab, 'Call #work', fields)).toMatchObject({ title: 'Call', list_id: work, section_id: null })
  })

  test('is that of a label', async () => {
    const { tab } = await somebody()
    const { id } = await typed(tab, 'Call the bank')
    await tab.post(`/tasks/${id}/edit`, [['label', 'phone']], { from: '/' })
    const task = await typed(tab, 'Call the baker @Phone @waiting')
    expect(task.title).toBe('Call the baker @waiting')
    expect(await labelsOf(task.id)).toEqual(['phone'])
  })

  test('is that of somebody who sees the list', async () => {
    const { tab, user, groceries } = await somebody()
    const ben = await site.person('ben')
    await share(site.db, groceries, ben)
    expect(await typed(tab, 'Milk #Groceries +ben')).toMatchObject({ title: 'Milk', assignee_id: ben.id })
    expect(await typed(tab, 'Milk #Groceries +eve')).toMatchObject({ title: 'Milk +eve', assignee_id: null })
    expect(await typed(tab, 'Milk +ben')).toMatchObject({ title: 'Milk +ben', assignee_id: null })
    expect((await typed(tab, `Milk +${user.email}`)).assignee_id).toBe(user.id)
  })

  test('that nobody has given stays in the title, and nothing is made', async () => {
    const { tab, user, inbox } = await somebody()
    expect(await typed(tab, 'Milk #Grocery tomorrow @soon')).toMatchObject({
      title: 'Milk #Grocery @soon',
      list_id: inbox,
      due_day: '2026-05-02',
    })
    const lists = await site.db.selectFrom('lists').select('name').where('owner_id', '=', user.id).execute()
    expect(lists.map(({ name }) => name).sort()).toEqual(['Groceries', 'Inbox'])
  })

  test('of a list that is somebody else’s, archived, deleted or only to be read means nothing', async () => {
    const { tab, user, inbox, groceries } = await somebody()
    const { tab: eve, groceries: hers } = await somebody()
    await site.db.updateTable('lists').set({ name: 'Secret' }).where('id', '=', hers).execute()
    expect(await typed(tab, 'Milk #Secret')).toMatchObject({ title: 'Milk #Secret', list_id: inbox })
    await share(site.db, hers, user, 'viewer')
    expect(await typed(tab, 'Milk #Secret')).toMatchObject({ title: 'Milk #Secret', list_id: inbox })
    await write(site.db, user, groceries, 'lists', groceries, { archived_at: site.now().toISOString() })
    expect((await typed(tab, 'Milk #Groceries')).title).toBe('Milk #Groceries')
    expect((await typed(eve, 'Milk #Secret')).list_id).toBe(hers)
  })

  test('does not take a subtask out of its task', async () => {
    const { tab, groceries } = await somebody()
    const parent = await typed(tab, 'Party')
    expect(await typed(tab, 'Milk #Groceries tomorrow', { parent: parent.id })).toMatchObject({
      title: 'Milk #Groceries',
      parent_id: parent.id,
      list_id: parent.list_id,
      due_day: '2026-05-02',
    })
    expect(groceries).not.toBe(parent.list_id)
  })
})

describe('a line that is sent again', () => {
  test('with the same id is one task, also when it is more than a title', async () => {
    const { tab } = await somebody()
    const id = newId()
    const line = { task: 'Milk tomorrow p1 #Groceries', id }
    for (let i = 0; i < 2; i++) expect((await tab.post('/tasks', line, { from: '/' })).status).toBe(303)
    expect((await tasksNamed(tab, 'Milk')).length).toBe(1)
    await tab.post('/tasks', { task: 'Milk friday', id }, { from: '/' })
    expect((await tasksNamed(tab, 'Milk')).length).toBe(2)
  })

  const tasksNamed = async (_: Browser, title: string) =>
    (await site.db.selectFrom('tasks').select('id').where('title', '=', title).execute()).filter(({ id }) => seen(id))
  const before = new Set<string>()
  const seen = (id: string) => !before.has(id)
  beforeAll(async () => {
    for (const { id } of await site.db.selectFrom('tasks').select('id').execute()) before.add(id)
  })
})

describe('a line that cannot be', () => {
  test.each([
    ['', 'Say what you want to get done.'],
    ['   ', 'Say what you want to get done.'],
    ['\u200b', 'Say what you want to get done.'],
    [`${'x'.repeat(501)} tomorrow`, 'Use at most 500 characters.'],
    [`Milk // ${'ü'.repeat(33_000)}`, 'These notes are too long: 64 kB is the most a task can hold.'],
    ['Milk\u0007', 'There are characters in it that cannot be shown. Please take them out.'],
  ])('%p is refused: %p', async (task, sentence) => {
    const { tab } = await somebody()
    const answer = await tab.post('/tasks', { task }, { from: '/' })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(problems(page)).toEqual([sentence])
    expect(titles(page)).toEqual([])
  })

  test('holds a title of 500 characters besides what is said about it, and 64 kB of notes', async () => {
    const { tab } = await somebody()
    const task = await typed(tab, `${'x'.repeat(500)} tomorrow p1 // ${'n'.repeat(64 * 1024)}`)
    expect([task.title.length, task.due_day, task.priority, task.notes.length]).toEqual([500, '2026-05-02', 1, 65_536])
  })
})

describe('the message after a line', () => {
  const saidAfter = async (tab: Browser, task: string) => {
    await typed(tab, task)
    return toasts(await tab.page('/')).at(-1)
  }

  test.each([
    ['Milk', 'Added “Milk”'],
    ['Milk today', 'Added “Milk” · today'],
    ['Call the plumber tomorrow at 9 p1 #groceries', 'Added “Call the plumber” · tomorrow 09:00 · p1 · #Groceries'],
    ['Milk monday', 'Added “Milk” · Monday'],
    ['Milk friday', 'Added “Milk” · 8 May'],
    ['Milk jan 27', 'Added “Milk” · 27 Jan 2027'],
    ['Gym every mon, fri', 'Added “Gym” · today · every mon, fri'],
    ['Trip from sunday {monday} for 2h', 'Added “Trip” · starts Sunday · deadline Monday · 120 min'],
  ])('%p is %p', async (task, sentence) => {
    const { tab } = await somebody()
    expect(await saidAfter(tab, task)).toBe(sentence)
  })

  test('offers to make a list that is not there, and to move the task into it', async () => {
    const { tab, user } = await somebody()
    const { id } = await typed(tab, 'Milk #Bäckerei tomorrow')
    const page = await tab.page('/')
    expect(page).toContain(`<button>Create list <bdi>“Bäckerei”</bdi> and move it there</button>`)
    const answer = await tab.post(`/tasks/${id}/file`, { list: 'Bäckerei' }, { from: '/' })
    expect(answer.status).toBe(303)
    const bakery = await listsNamed(user.id, 'Bäckerei')
    expect(bakery).toHaveLength(1)
    expect(await stored(site.db, id)).toMatchObject({ title: 'Milk', list_id: bakery[0], due_day: '2026-05-02' })
    expect(toasts(await tab.page('/')).at(-1)).toBe('“Milk” is in the new list “Bäckerei”')
    // Pressed twice, there is still one.
    await tab.post(`/tasks/${id}/file`, { list: 'bäckerei' }, { from: '/' })
    expect(await listsNamed(user.id, 'Bäckerei')).toEqual(bakery)
  })

  test('offers to make a label that is not there', async () => {
    const { tab } = await somebody()
    const { id } = await typed(tab, 'Call the bank @phone')
    expect(await tab.page('/')).toContain(`<button>Create label <bdi>“phone”</bdi> and put it on</button>`)
    await tab.post(`/tasks/${id}/file`, { label: 'phone' }, { from: '/' })
    expect(toasts(await tab.page('/')).at(-1)).toBe('“Call the bank” has the new label')
    expect((await stored(site.db, id)).title).toBe('Call the bank')
    expect(await labelsOf(id)).toEqual(['phone'])
  })

  test('offers a list and labels that are not there together, in one change', async () => {
    const { tab, user } = await somebody()
    const { id } = await typed(tab, 'Call the plumber tomorrow at 9 p1 #Home @phone @soon')
    expect(await tab.page('/')).toContain(
      '<button>Create the list <bdi>“Home”</bdi> and the labels <bdi>“phone”</bdi> and <bdi>“soon”</bdi></button>',
    )
    const wanted: [string, string][] = [
      ['list', 'Home'],
      ['label', 'phone'],
      ['label', 'soon'],
    ]
    await tab.post(`/tasks/${id}/file`, wanted, { from: '/' })
    const [home] = await listsNamed(user.id, 'Home')
    expect(await stored(site.db, id)).toMatchObject({ title: 'Call the plumber', list_id: home, priority: 1 })
    expect(await labelsOf(id)).toEqual(['phone', 'soon'])
    const page = await tab.page('/')
    expect(toasts(page).at(-1)).toBe('“Call the plumber” is in the new list “Home”, and labelled')
    await tab.post(undos(page).at(-1) ?? '', {}, { from: '/' })
    expect(await stored(site.db, id)).toMatchObject({ title: 'Call the plumber #Home @phone @soon' })
    expect(await labelsOf(id)).toEqual([])
  })

  test('offers what is not there, and nothing that was meant as it stands', async () => {
    const { tab } = await somebody()
    await typed(tab, 'Milk @cold @sweet', { literal: '5-10' })
    expect(await tab.page('/')).toContain('<button>Create label <bdi>“sweet”</bdi> and put it on</button>')
  })

  test('offers the label of a subtask, but no list', async () => {
    const { tab } = await somebody()
    const parent = await typed(tab, 'Party')
    await typed(tab, 'Cake #Bakery @sweet', { parent: parent.id })
    expect(await tab.page('/')).toContain('<button>Create label <bdi>“sweet”</bdi> and put it on</button>')
  })

  test('offers nothing for what was meant as it stands, or stays in its task', async () => {
    const { tab } = await somebody()
    const parent = await typed(tab, 'Party #Big', { literal: '6-10' })
    expect(await tab.page('/')).not.toContain('Create list')
    await typed(tab, 'Cake #Bakery', { parent: parent.id })
    expect(await tab.page('/')).not.toContain('Create list')
  })

  test('has no markup of somebody’s in it', async () => {
    const { tab } = await somebody()
    await typed(tab, 'Milk #"<b>Bold</b>"')
    const page = await tab.page('/')
    expect(page).toContain('name="list" value="&lt;b&gt;Bold&lt;/b&gt;"')
    expect(page).not.toContain('<b>Bold')
  })

  test('can be taken up by the owner only', async () => {
    const { tab } = await somebody()
    const { tab: eve, user } = await somebody()
    const { id } = await typed(tab, 'Milk #Bakery')
    const answer = await eve.post(`/tasks/${id}/file`, { list: 'Bakery' }, { from: '/' })
    expect(answer.status).toBe(404)
    expect(await listsNamed(user.id, 'Bakery')).toEqual([])
  })

  const listsNamed = async (owner: string, name: string) =>
    (
      await site.db.selectFrom('lists').select('id').where('owner_id', '=', owner).where('name', '=', name).execute()
    ).map(({ id }) => id)
})

test('a list is known by its letters and digits when only one has them', async () => {
  const { tab, user } = await somebody()
  const work = await listNamed(site.db, user, 'Work 🛠️')
  expect((await typed(tab, 'Report #work')).list_id).toBe(work)
  await listNamed(site.db, user, 'Work!')
  expect((await typed(tab, 'Report #work')).title).toBe('Report #work')
})

describe('several lines', () => {
  const PASTED = 'Milk tomorrow\n\n  Bread p1 \r\nEggs #Groceries'

  test('are asked about: one task or three', async () => {
    const { tab, groceries } = await somebody()
    const answer = await tab.post('/tasks', { task: PASTED, list: groceries }, { from: '/' })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toContain('<h1>One task or 3?</h1>')
    expect(page).toContain('name="lines" value="each">Add 3 tasks</button>')
    expect(page).toContain('name="lines" value="one">Add one task</button>')
    expect(page).toContain(`name="list" value="${groceries}"`)
    expect(titles(await tab.page('/'))).toEqual([])
  })

  test('become a task each, in their order, and one Undo takes all of them back', async () => {
    const { tab, groceries } = await somebody()
    const answer = await tab.post('/tasks', { task: PASTED, lines: 'each', id: newId() }, { from: '/' })
    expect(answer.status).toBe(303)
    const page = await tab.page('/')
    expect(titles(page)).toEqual(['Milk', 'Bread'])
    const eggs = await site.db.selectFrom('tasks').select('title').where('list_id', '=', groceries).execute()
    expect(eggs).toEqual([{ title: 'Eggs' }])
    expect(undos(page)).toHaveLength(1)
    await tab.post(undos(page)[0]!, {}, { from: '/' })
    expect(titles(await tab.page('/'))).toEqual([])
  })

  test('become one task', async () => {
    const { tab } = await somebody()
    expect((await typed(tab, 'Milk\nand bread tomorrow', { lines: 'one' })).title).toBe('Milk and bread')
  })

  test('are not more than 200 at once', async () => {
    const { tab } = await somebody()
    const lines = Array.from({ length: 201 }, (_, i) => `Task ${i}`).join('\n')
    const answer = await tab.post('/tasks', { task: lines, lines: 'each' }, { from: '/' })
    expect(answer.status).toBe(422)
    expect(problems(await answer.text())).toEqual(['These are 201 lines. Add at most 200 at once.'])
    expect(titles(await tab.page('/'))).toEqual([])
  })

  test('are all or none: one that cannot be refuses them', async () => {
    const { tab } = await somebody()
    const task = `Milk\nTea // ${'x'.repeat(65_537)}`
    const answer = await tab.post('/tasks', { task, lines: 'each' }, { from: '/' })
    expect(answer.status).toBe(422)
    expect(titles(await tab.page('/'))).toEqual([])
  })

  test('come back as lines when they are refused, and can be added then', async () => {
    const { tab, groceries } = await somebody()
    const task = `Milk <2>\nTea // ${'x'.repeat(65_537)}`
    const answer = await tab.post('/tasks', { task, lines: 'each', list: groceries }, { from: '/' })
    const page = await answer.text()
    expect(problems(page)).toEqual(['Use at most 65,536 characters.'])
    expect(page).toContain(`>\nMilk &lt;2&gt;\nTea // xxx`)
    expect(page).toContain(`name="list" value="${groceries}"`)
    const [, id] = /name="id" value="([^"]+)"/.exec(page) ?? []
    await tab.post('/tasks', { task: 'Milk\r\nTea', lines: 'each', list: groceries, id: id ?? '' }, { from: '/' })
    expect(titles(await tab.page(`/lists/${groceries}`))).toEqual(['Milk', 'Tea'])
  })

  test('of a list lose their marks, and a ticked box is open', async () => {
    const { tab } = await somebody()
    const task = '- [ ] Milk\n- [x] Tea\n* Bread\n+ Jam\n• Eggs\n1. Rice p1\n12) Salt\n-5 degrees\n3.5 l oil\n-'
    await tab.post('/tasks', { task, lines: 'each' }, { from: '/' })
    const rows = ['Milk', 'Tea', 'Bread', 'Jam', 'Eggs', 'Rice', 'Salt', '-5 degrees', '3.5 l oil', '-']
    expect(titles(await tab.page('/'))).toEqual(rows)
  })

  test.each(['- [ ] Milk', '* Milk', '1. Milk'])('one line keeps its mark: %p', async (task) => {
    const { tab } = await somebody()
    expect((await typed(tab, task)).title).toBe(task)
    expect((await typed(tab, task, { lines: 'each' })).title).toBe(task)
  })

  test('that are too long for a title begin it, and stand in the notes', async () => {
    const { tab } = await somebody()
    const long = `${'word '.repeat(120)}p1`
    const id = newId()
    await tab.post('/tasks', { task: `- ${long}\nTea\n${'y'.repeat(3000)}`, lines: 'each', id }, { from: '/' })
    const task = await stored(site.db, id)
    expect(task).toMatchObject({ notes: long, priority: 1 })
    expect(task.title).toBe(`${'word '.repeat(99).trim()}…`)
    expect(titles(await tab.page('/')).map((title) => title.length)).toEqual([495, 3, 500])
  })
})

describe('the outbox', () => {
  test('is told where the row is now', async () => {
    const { name, tab } = await somebody()
    const send = await outboxOf(site, name, tab)
    const id = newId()
    const here = await send('/tasks', { task: 'Milk tomorrow', id })
    expect(streams(here.text)).toContain('prepend tasks')
    expect(here.text).toContain('>Milk</a>')
    const elsewhere = await send('/tasks', { task: 'Milk #Groceries', id: newId() })
    expect(streams(elsewhere.text)).not.toContain('prepend tasks')
    expect(streams(elsewhere.text)[1]).toBe('refresh')
    const several = await send('/tasks', { task: 'Milk\nBread', lines: 'each', id: newId() })
    expect(streams(several.text)[0]).toBe('refresh')
  })

  test('is answered the same when it asks again', async () => {
    const { name, tab } = await somebody()
    const send = await outboxOf(site, name, tab)
    const line = { task: 'Milk tomorrow @x', id: newId() }
    const first = await send('/tasks', line)
    const again = await send('/tasks', line, first.key)
    expect([again.status, again.text]).toEqual([200, first.text])
  })
})
