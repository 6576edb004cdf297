import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { alertsIn, type Browser } from '#test/browser.ts'
import { listNamed, sectionNamed } from '#test/lists/household.ts'
import { type World, world } from '#test/world.ts'
import { add } from './asking.ts'
import { stored } from './household.ts'

let site: World
let ana: Browser
let milk: string
let bread: string
let groceries: string
let shelf: string
/** What belongs to Eve, of whom Ana knows nothing. */
let eves: { list: string; section: string; task: string; label: string; person: string }

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  const eve = await site.loggedIn('eve')
  ;[milk = '', bread = ''] = await add(ana, 'Milk', 'Bread')
  const [me, she] = [await site.person('ana'), await site.person('eve')]
  groceries = await listNamed(site.db, me, 'Groceries')
  shelf = await sectionNamed(site.db, me, groceries, 'Shelf')
  const [tea = ''] = await add(eve, 'Tea')
  await eve.post(`/tasks/${tea}/edit`, { 'new-label': 'hers' })
  const list = (await inboxOf(site.db, she)).id
  const section = await sectionNamed(site.db, she, list, 'Hers')
  const { id: label } = await site.db
    .selectFrom('labels')
    .select('id')
    .where('owner_id', '=', she.id)
    .executeTakeFirstOrThrow()
  eves = { list, section, task: tea, label, person: she.id }
})

const DAY_SENTENCE = 'There is no such day. Write it as year, month and day: 2026-05-31.'
const TIME_SENTENCE = 'Write the time as hours and minutes: 09:30.'
const MINUTES_SENTENCE = 'Write how long it takes as 45, 1:30 or 1 h 30 min, up to 1,000 hours.'
const gone = (what: string) => `There is no such ${what}. It may have been deleted.`

describe('a field that cannot be taken changes nothing, and says why', () => {
  const tables: Record<string, [value: string, sentence: string][]> = {
    title: [
      ['', 'Say what you want to get done.'],
      ['\u200b', 'Say what you want to get done.'],
      ['x'.repeat(501), 'Use at most 500 characters.'],
      ['a\u0000b', 'There are characters in it that cannot be shown. Please take them out.'],
    ],
    notes: [
      ['é'.repeat(40_000), 'These notes are too long: 64 kB is the most a task can hold.'],
      ['\u0007', 'There are characters in it that cannot be shown. Please take them out.'],
    ],
    priority: ['0', '5', '-1', '1.5', 'p1', '', '１', '9'.repeat(600)].map((value) => [
      value,
      value.length > 500 ? 'That is too long.' : 'Choose a priority from 1 to 4.',
    ]),
    due_day: [
      ...['2026-02-29', '2026-13-01', '2026-00-10', '0000-01-01', '31.5.2026', 'tomorrow', '2026-5-1', '١٢٣'].map(
        (value): [string, string] => [value, DAY_SENTENCE],
      ),
      ['1899-12-31', 'Choose a day between the years 1900 and 9998.'],
      ['9999-01-01', 'Choose a day between the years 1900 and 9998.'],
      ['2026-05-31'.repeat(100), 'That is too long.'],
    ],
    start_day: [['2026-02-30', DAY_SENTENCE]],
    deadline_day: [['<b>', DAY_SENTENCE]],
    due_time: [
      ...['24:00', '12:60', '9', '9h', '12:00:00:00', '-1:00', 'noon'].map((value): [string, string] => [
        value,
        TIME_SENTENCE,
      ]),
      ['09:30', 'Choose a day for this time.'],
    ],
    due_zone: [
      ['Mars/Olympus', 'There is no such time zone.'],
      ['europe/berlin', 'There is no such time zone.'],
      ["'; drop table tasks", 'There is no such time zone.'],
      ['Europe/Berlin', 'Choose a time for this zone.'],
    ],
    minutes: ['0', '-5', '60001', '1e3', 'soon', '1:75', '1001 h', 'h', '∞'].map((value) => [value, MINUTES_SENTENCE]),
    recurrence: [
      ['whenever', 'These words do not say how often. Try “every 2 weeks”, “every mon, fri” or “every last day”.'],
    ],
    list: [
      ['', gone('list')],
      ['x', gone('list')],
      ['EVE.list', gone('list')],
      ['NEW', gone('list')],
    ],
    section: [
      ['x', gone('section')],
      ['NEW', 'There is no such section in this list. It may have been deleted.'],
      ['EVE.section', 'There is no such section in this list. It may have been deleted.'],
    ],
    parent: [
      ['x', gone('task')],
      ['NEW', gone('task')],
      ['EVE.task', gone('task')],
      ['SELF', 'A task cannot be a part of itself.'],
    ],
    assignee: [
      ['x', 'There is no such person in this list.'],
      ['EVE.person', 'There is no such person in this list.'],
      ['NEW', 'There is no such person in this list.'],
    ],
    label: [
      ['EVE.label', 'There is no such label. It may have been deleted.'],
      ['NEW', 'There is no such label. It may have been deleted.'],
      ['x'.repeat(101), 'Use at most 100 characters.'],
      ['@', 'Give it a name.'],
      ['\u200b\u202e', 'Give it a name.'],
      ['a\u0000b', 'There are characters in it that cannot be shown. Please take them out.'],
      ['a\u0001b', 'There are characters in it that cannot be shown. Please take them out.'],
    ],
  }
  for (const [field, table] of Object.entries(tables)) {
    for (const [value, sentence] of table) {
      test(`${field}: ${JSON.stringify(value.slice(0, 30))}`, async () => {
        const before = await everything()
        const response = await ana.post(`/tasks/${milk}/edit`, { [field]: real(value) })
        expect([response.status, alertsIn(await response.text())]).toEqual([422, [sentence]])
        expect(await everything()).toEqual(before)
      })
    }
  }

  test('a field that comes twice, unless it is one of several', async () => {
    const before = await everything()
    const twice: [string, string][] = [
      ['title', 'A'],
      ['title', 'B'],
    ]
    expect((await ana.post(`/tasks/${milk}/edit`, twice)).status).toBe(422)
    expect(await everything()).toEqual(before)
  })

  test('one wrong field among right ones leaves all as they are', async () => {
    const before = await everything()
    const fields = { title: 'Oat milk', priority: '1', due_day: '2026-06-01', section: eves.section }
    expect((await ana.post(`/tasks/${milk}/edit`, fields)).status).toBe(422)
    expect((await ana.post(`/tasks/${milk}/edit`, { ...fields, section: '', parent: eves.task })).status).toBe(422)
    expect(await everything()).toEqual(before)
  })

  test('a subtask that cannot be taken is asked for again where it was typed', async () => {
    const before = await everything()
    const typed = { task: 'y'.repeat(501), parent: milk, literal: '' }
    const page = await (await ana.post('/tasks', typed, { from: `/tasks/${milk}` })).text()
    expect(alertsIn(page)).toEqual(['Use at most 500 characters.'])
    expect(page).toContain(`name="parent" value="${milk}"`)
    expect(page).toContain(typed.task)
    expect(await everything()).toEqual(before)
  })

  test('what was typed is still there', async () => {
    const fields = {
      title: 'Oat milk',
      notes: 'Grey',
      'was-title': 'Old milk',
      due_day: '2026-02-30',
      'new-label': 'shop',
    }
    const page = await (await ana.post(`/tasks/${milk}/edit`, fields)).text()
    for (const text of [
      'value="Oat milk"',
      '\nGrey</textarea>',
      'name="was-title" value="Old milk"',
      'value="2026-02-30"',
      'value="shop"',
    ])
      expect(page).toContain(text)
  })
})

describe('what is taken', () => {
  const taken: [fields: Record<string, string>, is: object][] = [
    [{ title: '  Oat\n milk ' }, { title: 'Oat milk' }],
    [
      { due_day: '2026-06-01', due_time: '9:30' },
      { due_day: '2026-06-01', due_time: '09:30', due_zone: null, due_at: null },
    ],
    [{ due_time: '10:00:00' }, { due_time: '10:00' }],
    [{ due_zone: 'Europe/Berlin' }, { due_zone: 'Europe/Berlin', due_at: '2026-06-01T08:00:00.000Z' }],
    [{ due_day: '2026-12-01' }, { due_at: '2026-12-01T09:00:00.000Z' }],
    // The clocks are put forward in this hour: the first minute after it.
    [{ due_day: '2026-03-29', due_time: '02:30' }, { due_at: '2026-03-29T01:00:00.000Z' }],
    [{ due_time: '' }, { due_day: '2026-03-29', due_time: null, due_zone: null, due_at: null }],
    [{ due_time: '08:00' }, { due_time: '08:00' }],
    [{ due_day: '' }, { due_day: null, due_time: null, due_zone: null, due_at: null }],
    [{ minutes: '45' }, { minutes: 45 }],
    [{ minutes: '1:30' }, { minutes: 90 }],
    [{ minutes: '1.5 hours' }, { minutes: 90 }],
    [{ minutes: '2 h 5 min' }, { minutes: 125 }],
    [{ minutes: '1,000 h'.replace(',', '') }, { minutes: 60_000 }],
    [{ minutes: '' }, { minutes: null }],
    [
      { start_day: '2026-06-01', deadline_day: '2026-07-01' },
      { start_day: '2026-06-01', deadline_day: '2026-07-01' },
    ],
    [{ start_day: '' }, { start_day: null }],
    [{ priority: ' 2 ' }, { priority: 2 }],
  ]
  for (const [fields, is] of taken) {
    test(JSON.stringify(fields), async () => {
      expect((await ana.post(`/tasks/${bread}/edit`, fields)).status).toBe(303)
      expect(await stored(site.db, bread)).toMatchObject(is)
    })
  }

  test('a start after the day it is due is refused, from both sides', async () => {
    const [tea = ''] = await add(ana, 'Tea')
    const edit = (fields: Record<string, string>) => ana.post(`/tasks/${tea}/edit`, fields)
    expect((await edit({ due_day: '2026-06-10', start_day: '2026-06-10' })).status).toBe(303)
    expect(alertsIn(await (await edit({ start_day: '2026-06-11' })).text())).toEqual([
      'This is after the day on which it is due. Choose an earlier day.',
    ])
    expect(alertsIn(await (await edit({ due_day: '2026-06-09' })).text())).toEqual([
      'This is before the day on which it starts. Choose a later day.',
    ])
    expect((await edit({ due_day: '' })).status).toBe(303)
  })

  test('a subtask leaves its task by the button on its page', async () => {
    const [tea = '', pot = ''] = await add(ana, 'Tea', 'Pot')
    await ana.post(`/tasks/${pot}/edit`, { parent: tea })
    expect(await ana.page(`/tasks/${pot}`)).toContain('Take out of <bdi>“Tea”</bdi>')
    expect(
      (await ana.post(`/tasks/${pot}/move`, { parent: '' }, { from: `/tasks/${pot}` })).headers.get('Location'),
    ).toBe(`/tasks/${pot}`)
    expect((await stored(site.db, pot)).parent_id).toBeNull()
    expect(await ana.page(`/tasks/${pot}`)).not.toContain('Take out of')
  })

  test('another list, a section of it, and a task there', async () => {
    const [tea = '', pot = ''] = await add(ana, 'Tea', 'Pot')
    await ana.post(`/tasks/${pot}/edit`, { parent: tea })
    await ana.post(`/tasks/${tea}/edit`, { list: groceries })
    expect(await stored(site.db, pot)).toMatchObject({ list_id: groceries, section_id: null, parent_id: tea })
    await ana.post(`/tasks/${tea}/edit`, { section: shelf })
    expect(await stored(site.db, pot)).toMatchObject({ list_id: groceries, section_id: shelf })
    await ana.post(`/tasks/${pot}/edit`, { parent: '' })
    expect(await stored(site.db, pot)).toMatchObject({ list_id: groceries, section_id: shelf, parent_id: null })
    await ana.post(`/tasks/${pot}/edit`, { parent: milk })
    expect(await stored(site.db, pot)).toMatchObject({
      list_id: (await stored(site.db, milk)).list_id,
      parent_id: milk,
    })
  })
})

function real(value: string): string {
  if (value === 'NEW') return newId()
  if (value === 'SELF') return milk
  return value.startsWith('EVE.') ? eves[value.slice('EVE.'.length) as keyof typeof eves] : value
}

/** All that could have changed. */
async function everything() {
  const tasks = await site.db.selectFrom('tasks').selectAll().orderBy('id').execute()
  const labels = await site.db.selectFrom('labels').selectAll().orderBy('id').execute()
  const links = await site.db.selectFrom('task_labels').selectAll().orderBy('id').execute()
  const lists = await site.db.selectFrom('lists').selectAll().orderBy('id').execute()
  const { count } = await site.db
    .selectFrom('changes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { tasks, labels, links, lists, count: Number(count) }
}
