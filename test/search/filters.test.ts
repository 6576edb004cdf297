import { beforeAll, describe, expect, test } from 'bun:test'
import type { Updateable } from 'kysely'
import { type Database, newId } from '#db/db.ts'
import { journal } from '#db/journal.ts'
import type { Tables, User } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { search } from '#features/search/searching.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { editTask } from '#features/tasks/editing.ts'
import { addAll, asked, emptyHouse, NOON, person, share } from '#test/tasks/household.ts'

let db: Database
let ana: User
let ben: User
let eve: User

/** Changes rows of Ana's as the verbs would, in the journal. */
const write = (table: 'tasks', id: string, fields: Updateable<Tables['tasks']>, list: string) =>
  journal(db, ana, { ...asked, what: 'task.edited', lists: [list] }, (pen) => pen.update(table, id, fields))

async function addList(owner: User, name: string, archived = false): Promise<string> {
  const id = newId()
  const row = { owner_id: owner.id, kind: 'list', name, position: 'a1', seq: 0, deleted_at: null } as const
  const at = NOON.toISOString()
  await db
    .insertInto('lists')
    .values({ id, ...row, created_at: at, archived_at: archived ? at : null })
    .execute()
  await db.insertInto('list_members').values({ list_id: id, user_id: owner.id, role: 'owner' }).execute()
  return id
}

async function addTo(list: string, title: string, fields: Updateable<Tables['tasks']> = {}): Promise<string> {
  const id = newId()
  const row = {
    list_id: list,
    title,
    notes: '',
    position: 'a0',
    created_by: ana.id,
    completed_at: null,
    deleted_at: null,
  }
  await journal(db, ana, { ...asked, what: 'task.added', lists: [list] }, (pen) =>
    pen.insert('tasks', { id, ...row, created_at: NOON.toISOString(), ...fields } as never),
  )
  return id
}

async function label(owner: User, name: string, ...tasks: [id: string, list: string][]): Promise<void> {
  const id = newId()
  const at = NOON.toISOString()
  await db
    .insertInto('labels')
    .values({
      id,
      owner_id: owner.id,
      name,
      name_key: name.toLowerCase(),
      color: '',
      position: 'a0',
      created_at: at,
      deleted_at: null,
    })
    .execute()
  for (const [task, list] of tasks) {
    const link = { id: newId(), task_id: task, label_id: id, list_id: list, is_open: 1 as const }
    await db
      .insertInto('task_labels')
      .values({ ...link, created_at: at, deleted_at: null })
      .execute()
  }
}

async function titles(user: User, text: string, completed = false): Promise<string[]> {
  const { open, done } = await search(db, user, { text, completed }, NOON)
  return [...(open?.rows ?? []), ...(done?.rows ?? [])].map(({ title }) => title)
}

const sentence = async (user: User, text: string): Promise<string> => {
  try {
    await search(db, user, { text }, NOON)
    return ''
  } catch (error) {
    return (error as { sentence: string }).sentence
  }
}

// Noon on Friday, 1 May 2026, in UTC.
beforeAll(async () => {
  db = await emptyHouse()
  ;[ana, ben, eve] = [await person(db, 'ana'), await person(db, 'ben'), await person(db, 'eve')]
  const inbox = (await inboxOf(db, ana)).id
  const work = await addList(ana, 'Work')
  const big = await addList(ana, 'Big Project')
  const old = await addList(ana, 'Old things', true)
  await share(db, work, ben)
  const section = newId()
  await db
    .insertInto('sections')
    .values({
      id: section,
      list_id: work,
      name: 'In progress',
      position: 'a0',
      created_at: NOON.toISOString(),
      deleted_at: null,
    })
    .execute()
  const invoice = await addTo(work, 'Send the invoice', { due_day: '2026-05-01', priority: 1, section_id: section })
  const report = await addTo(work, 'Write the report', {
    due_day: '2026-04-28',
    assignee_id: ben.id,
    notes: 'For Zoë.',
  })
  await addTo(work, 'Read the report', { due_day: '2026-05-02', assignee_id: ana.id, parent_id: report })
  const call = await addTo(inbox, 'Call the bank', { due_day: '2026-05-08', due_time: '09:00', priority: 2 })
  await addTo(inbox, 'Water the plants', {
    due_day: '2026-05-01',
    recurrence: '{"rule":{"freq":"daily","interval":3},"anchor":"2026-05-01","mode":"schedule","missed":"skip"}',
    created_at: '2026-04-20T10:00:00.000Z',
  })
  await addTo(big, 'Plan it', {
    deadline_day: '2026-05-15',
    start_day: '2026-05-10',
    created_at: '2026-04-01T10:00:00.000Z',
  })
  await addTo(big, 'Fly to Auckland', {
    due_day: '2026-05-02',
    due_time: '08:00',
    due_zone: 'Pacific/Auckland',
    due_at: '2026-05-01T20:00:00.000Z',
  })
  await addTo(old, 'Forgotten')
  const paid = await addTo(work, 'Pay the invoice', { due_day: '2026-04-20' })
  await completeTask(db, ana, paid, asked)
  const never = await addTo(inbox, 'Learn Latin')
  await write('tasks', never, { completed_at: '2026-04-01T10:00:00.000Z', cancelled: 1 }, inbox)
  await label(ana, 'phone', [call, inbox])
  await label(ana, 'waiting', [report, work], [invoice, work])
  await label(eve, 'phone')
  await addAll(db, eve, 'Call Eve’s bank')
})

const OPEN = [
  'Write the report',
  'Send the invoice',
  'Water the plants',
  'Fly to Auckland',
  'Read the report',
  'Call the bank',
  'Plan it',
]
const without = (...some: string[]) => OPEN.filter((title) => !some.includes(title))

describe('a filter lets through', () => {
  test.each<[filter: string, titles: string[]]>([
    ['today', ['Send the invoice', 'Fly to Auckland', 'Water the plants']],
    ['overdue', ['Write the report']],
    ['today | overdue', ['Write the report', 'Send the invoice', 'Fly to Auckland', 'Water the plants']],
    ['tomorrow', ['Read the report']],
    ['yesterday', []],
    ['next 7 days', ['Send the invoice', 'Fly to Auckland', 'Water the plants', 'Read the report']],
    ['next 8 days', ['Send the invoice', 'Fly to Auckland', 'Water the plants', 'Read the report', 'Call the bank']],
    ['no date', ['Plan it']],
    ['!no date', without('Plan it')],
    ['no time & !no date', without('Plan it', 'Call the bank', 'Fly to Auckland')],
    ['no priority', without('Send the invoice', 'Call the bank')],
    ['p1', ['Send the invoice']],
    ['p1 | p2', ['Send the invoice', 'Call the bank']],
    ['p1 & p2', []],
    ['!p4', ['Send the invoice', 'Call the bank']],
    ['#Work', ['Write the report', 'Send the invoice', 'Read the report']],
    ['#work', ['Write the report', 'Send the invoice', 'Read the report']],
    ['!#Work & !#Inbox', ['Fly to Auckland', 'Plan it']],
    ['#"big project"', ['Fly to Auckland', 'Plan it']],
    ['#"Old things"', ['Forgotten']],
    ['#"Old things" | #Work', ['Write the report', 'Send the invoice', 'Read the report', 'Forgotten']],
    ['/"in progress"', ['Send the invoice']],
    ['!/"In progress" & #Work', ['Write the report', 'Read the report']],
    ['no section & #Work', ['Write the report', 'Read the report']],
    ['@phone', ['Call the bank']],
    ['@waiting', ['Write the report', 'Send the invoice']],
    ['#Work & !@waiting', ['Read the report']],
    ['@phone | @waiting', ['Write the report', 'Send the invoice', 'Call the bank']],
    ['no label', without('Write the report', 'Send the invoice', 'Call the bank')],
    ['!no label', ['Write the report', 'Send the invoice', 'Call the bank']],
    ['+me', ['Read the report']],
    ['+ben', ['Write the report']],
    ['no assignee & #Work', ['Send the invoice']],
    ['!+ben & #Work', ['Send the invoice', 'Read the report']],
    ['repeating', ['Water the plants']],
    ['subtask', ['Read the report']],
    ['no notes & #Work', ['Send the invoice', 'Read the report']],
    ['due before: today', ['Write the report']],
    ['due: 2026-05-08', ['Call the bank']],
    ['due after: tomorrow', ['Call the bank']],
    ['due before: 2026-05-02', ['Write the report', 'Send the invoice', 'Fly to Auckland', 'Water the plants']],
    ['!due before: 2026-05-02', ['Read the report', 'Call the bank', 'Plan it']],
    ['deadline before: 2026-05-16', ['Plan it']],
    ['deadline before: 2026-05-15', []],
    ['!no deadline', ['Plan it']],
    ['start after: today', ['Plan it']],
    ['!no start', ['Plan it']],
    ['created after: -7 days', without('Water the plants', 'Plan it')],
    ['created before: -20 days', ['Plan it']],
    ['created: 2026-04-20', ['Water the plants']],
    ['text: report', ['Write the report', 'Read the report']],
    ['report & !subtask', ['Write the report']],
    ['zoe & overdue', ['Write the report']],
    ['!report & #Work', ['Send the invoice']],
    ['"the report"', ['Write the report', 'Read the report']],
    ['invoice | plants', ['Send the invoice', 'Water the plants']],
    ['p1 & %', []],
    ['p1 | %', ['Send the invoice']],
    ['!% & p1', ['Send the invoice']],
    ['(today | overdue) & !(@waiting | repeating)', ['Fly to Auckland']],
    ['due after: 9999-12-31', []],
    ['due before: 9999-12-31', without('Plan it')],
    ['due before: 0001-01-01', []],
    ['created before: 9999-12-31', OPEN],
    // Completed ones only when they are asked for.
    ['invoice', ['Send the invoice']],
    ['completed', ['Pay the invoice', 'Learn Latin']],
    ['completed & invoice', ['Pay the invoice']],
    ['completed | p1', ['Send the invoice', 'Pay the invoice', 'Learn Latin']],
    ['!completed & p1', ['Send the invoice']],
    ['cancelled', ['Learn Latin']],
    ['completed & !cancelled', ['Pay the invoice']],
    ['completed: today', ['Pay the invoice']],
    ['completed before: -7 days', ['Learn Latin']],
    ['completed after: -7 days & #Work', ['Pay the invoice']],
    ['!completed: today & p1', ['Send the invoice']],
  ])('%p: %p', async (filter, wanted) => {
    expect((await titles(ana, filter)).toSorted()).toEqual(wanted.toSorted())
  })

  test('open tasks in the order in which they are due, then by priority; completed ones the latest first', async () => {
    expect(await titles(ana, '!p3')).toEqual(
      without('Fly to Auckland', 'Read the report').toSpliced(3, 0, 'Fly to Auckland', 'Read the report'),
    )
    expect(await titles(ana, 'p1 | p4', true)).toEqual([...without('Call the bank'), 'Pay the invoice', 'Learn Latin'])
  })

  test('the day on which a task with a zone is due is that of whoever looks', async () => {
    expect(await titles({ ...ana, zone: 'Pacific/Auckland' }, 'due: 2026-05-02')).toContain('Fly to Auckland')
    expect(await titles({ ...ana, zone: 'America/New_York' }, 'due: 2026-05-01')).toContain('Fly to Auckland')
  })

  test('what a person may see, and nothing of others', async () => {
    expect(await titles(eve, 'today | overdue | no date', true)).toEqual(['Call Eve’s bank'])
    expect(await titles(eve, '!#Inbox', true)).toEqual([])
    expect(await titles(ben, '!p3', true)).toEqual([
      'Write the report',
      'Send the invoice',
      'Read the report',
      'Pay the invoice',
    ])
    expect(await titles(eve, '@phone')).toEqual([])
  })
})

describe('a name that nothing has is said in a sentence', () => {
  test.each<[filter: string, sentence: string]>([
    ['#Wrok', 'You have no list called “Wrok”. A name of several words stands in quotes: #"Big project".'],
    ['p1 & !@fone', 'You have no label called “fone”. A name of several words stands in quotes: @"at home".'],
    [
      '/Done',
      'No list of yours has a section called “Done”. A name of several words stands in quotes: /"In progress".',
    ],
    ['+eve', 'Nobody who shares a list with you is called “eve”.'],
    [
      `#${'x'.repeat(100)}`,
      `You have no list called “${'x'.repeat(60)}…”. A name of several words stands in quotes: #"Big project".`,
    ],
    ['due: someday', '“someday” at character 6 does not begin with a day, for example “friday”.'],
    ['(p1', 'The “(” at character 1 is never closed: a “)” is missing.'],
    ['('.repeat(500), 'The “(” at character 21 is nested too deep: 20 levels of ( … ) is the most.'],
    ['x'.repeat(100_000), 'This is too long: 2,000 characters is the most.'],
  ])('%p', async (filter, wanted) => expect(await sentence(ana, filter)).toBe(wanted))

  test('also when it is somebody else’s', async () => {
    expect(await sentence(eve, '#Work')).toStartWith('You have no list called “Work”.')
    expect(await sentence(eve, '@waiting')).toStartWith('You have no label called “waiting”.')
    expect(await sentence(eve, '/"In progress"')).toStartWith('No list of yours has a section')
    expect(await sentence(eve, '+ana')).toStartWith('Nobody')
    expect(await sentence(ben, '+ana')).toBe('')
    expect(await sentence(eve, '+ben')).toStartWith('Nobody')
  })
})

test('a list is found by its letters and digits when only one has them', async () => {
  const ida = await person(db, 'ida')
  const work = await addList(ida, 'Work 🛠️')
  await editTask(db, ida, (await addAll(db, ida, 'Report'))[0]!, { list: work }, {}, asked)
  expect(await titles(ida, '#work')).toEqual(['Report'])
  expect(await titles(ida, '#"Work 🛠️"')).toEqual(['Report'])
  await addList(ida, 'Work!')
  expect(await sentence(ida, '#work')).toStartWith('You have no list called “work”.')
  await addList(ida, 'work')
  expect(await titles(ida, '#work')).toEqual([])
})

test('what a filter lets through comes a page at a time, and nothing is left out or shown twice', async () => {
  const zoe = await person(db, 'zoe')
  const inbox = (await inboxOf(db, zoe)).id
  const other = await addList(zoe, 'Other')
  const rows = Array.from({ length: 230 }, (_, i) => ({
    ...{
      id: newId(),
      list_id: i % 3 ? inbox : other,
      title: `Jar ${i}`,
      notes: '',
      position: 'a0',
      created_by: zoe.id,
    },
    ...{
      created_at: NOON.toISOString(),
      completed_at: i % 2 ? `2026-04-${10 + (i % 7)}T10:00:00.000Z` : null,
      deleted_at: null,
    },
    ...{
      due_day: i % 5 ? `2026-05-${10 + (i % 4)}` : null,
      due_time: i % 4 ? null : '10:00',
      priority: (1 + (i % 4)) as 1,
    },
  }))
  await db.insertInto('tasks').values(rows).execute()
  for (const part of ['title', 'done-title'] as const) {
    const seen: string[] = []
    let after: { id: string; part: 'title' | 'rest' | 'done-title' | 'done-rest' } | undefined
    do {
      const { open, done } = await search(db, zoe, { text: 'p1 | p2 | p3 | p4', completed: true, after }, NOON)
      const group = part === 'title' ? open : done
      seen.push(...(group?.rows ?? []).map(({ id }) => id))
      after = group?.next
    } while (after)
    const wanted = rows.filter(({ completed_at }) => (completed_at === null) === (part === 'title'))
    expect(seen.length).toBe(wanted.length)
    expect(new Set(seen)).toEqual(new Set(wanted.map(({ id }) => id)))
  }
})

test('the longest filter is answered, and of many lists each task once', async () => {
  const dora = await person(db, 'dora')
  const lists: string[] = []
  for (let i = 0; i < 70; i++) lists.push(await addList(dora, `List ${i}`))
  for (const list of lists) await addTo(list, 'Due', { due_day: '2026-05-01' })
  const longest = Array.from({ length: 100 }, () => 'today').join(' | ')
  const { open } = await search(db, dora, { text: longest }, NOON)
  const rest = await search(db, dora, { text: longest, after: open?.next }, NOON)
  const found = [...(open?.rows ?? []), ...(rest.open?.rows ?? [])].map(({ list_id }) => list_id)
  expect(found.length).toBe(70)
  expect(new Set(found)).toEqual(new Set(lists))
})
