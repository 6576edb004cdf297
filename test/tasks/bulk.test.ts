import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { undo, undoLast } from '#features/history/undo.ts'
import { addList } from '#features/lists/adding.ts'
import { archiveList } from '#features/lists/editing.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addSection } from '#features/lists/sectioning.ts'
import { sectionsOf } from '#features/lists/sections.ts'
import { addTask } from '#features/tasks/adding.ts'
import { changeMany, type Deed } from '#features/tasks/bulk.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { editTask } from '#features/tasks/editing.ts'
import type { Browser } from '#test/browser.ts'
import { expectInOrder } from '#test/history/order.ts'
import { type World, world } from '#test/world.ts'
import { add as addByForm, outboxOf, problems, rowIds, streams, titles, toasts, undos } from './asking.ts'
import { addAll, asked, completionsOf, emptyHouse, inboxTitles, person, reasonOf, share, stored } from './household.ts'

describe('one thing done to many tasks', () => {
  let db: Database
  let ana: User
  let ben: User
  let [milk, bread, tea] = ['', '', '']
  let work = ''

  beforeAll(async () => {
    db = await emptyHouse()
  })

  beforeEach(async () => {
    ana = await person(db, 'ana')
    ben = await person(db, 'ben')
    ;[milk = '', bread = '', tea = ''] = await addAll(db, ana, 'Milk', 'Bread', 'Tea')
    work = (await addList(db, ana, { name: 'Work', color: '' }, asked)).id
  })

  const all = () => [milk, bread, tea]
  const change = (ids: string[], deed: Deed, user = ana) => changeMany(db, user, ids, deed, asked)
  const rows = (ids = all()) => Promise.all(ids.map((id) => stored(db, id)))

  /** Does it, takes it back, does it again, and looks each time that all is as it should be. */
  async function thereAndBack(ids: string[], deed: Deed, count: number) {
    const before = await rows()
    const done = await change(ids, deed)
    expect(done.count).toBe(count)
    const after = await rows()
    await expectInOrder(db)
    const undone = await undo(db, ana, done.op, asked)
    expect(await rows()).toEqual(before)
    await undo(db, ana, undone.op, asked)
    expect(await rows()).toEqual(after)
    await expectInOrder(db)
  }

  test('is one op, and one undo takes all of it back', async () => {
    await thereAndBack(all(), { do: 'complete' }, 3)
    expect(await inboxTitles(db, ana)).toEqual([])
    await thereAndBack(all(), { do: 'reopen' }, 3)
    await thereAndBack([milk, tea], { do: 'priority', priority: 1 }, 2)
    await thereAndBack(all(), { do: 'date', due_day: '2026-05-04', due_time: '09:00' }, 3)
    await thereAndBack(all(), { do: 'date', due_day: null }, 3)
    await thereAndBack(all(), { do: 'label', label: 'shop' }, 3)
    await thereAndBack([milk], { do: 'unlabel', label: '@shop' }, 1)
    await thereAndBack(all(), { do: 'move', to: { list: work } }, 3)
    await thereAndBack(all(), { do: 'delete' }, 3)
  })

  test('what is so already is left alone, and does not count', async () => {
    await completeTask(db, ana, bread, asked)
    expect((await change(all(), { do: 'complete' })).count).toBe(2)
    expect((await change(all(), { do: 'complete' })).count).toBe(0)
    expect(await completionsOf(db, bread)).toHaveLength(1)
    expect((await change([milk, milk, milk], { do: 'priority', priority: 2 })).count).toBe(1)
  })

  test('what is below another one, however deep, stays a part of it where that moves', async () => {
    const add = async (title: string, parent: string) =>
      (await addTask(db, ana, { title, parent }, asked)).task?.id ?? ''
    const step = await add('Step', milk)
    const deep = await add('Deep', await add('Deeper', step))
    expect((await change([milk, deep], { do: 'move', to: { list: work } })).count).toBe(1)
    const { id: between } = await stored(db, (await stored(db, deep)).parent_id ?? '')
    expect(await stored(db, between)).toMatchObject({ parent_id: step, list_id: work })
    await expectInOrder(db)
  })

  test('keeps the order of the selection on top of the list to which it moves', async () => {
    const old = (await addTask(db, ana, { title: 'Old', list: work }, asked)).task?.id ?? ''
    await change([tea, milk], { do: 'move', to: { list: work } })
    const there = await db
      .selectFrom('tasks')
      .select('id')
      .where('list_id', '=', work)
      .orderBy('position')
      .orderBy('id')
      .execute()
    expect(there.map(({ id }) => id)).toEqual([tea, milk, old])
    await addSection(db, ana, work, { name: 'Later' }, asked)
    const [section = { id: '' }] = await sectionsOf(db, work)
    await change([milk, bread], { do: 'move', to: { section: section.id } })
    expect(await rows([milk, bread])).toMatchObject([
      { list_id: work, section_id: section.id },
      { list_id: work, section_id: section.id },
    ])
  })

  test('takes along what is below, once', async () => {
    const step = (await addTask(db, ana, { title: 'Step', parent: milk }, asked)).task?.id ?? ''
    await change([milk, step], { do: 'complete' })
    expect(await completionsOf(db, step)).toHaveLength(1)
    await change([step], { do: 'reopen' })
    expect((await stored(db, milk)).completed_at).toBeNull()
    await change([step, milk], { do: 'move', to: { list: work } })
    expect(await rows([milk, step])).toMatchObject([
      { list_id: work, parent_id: null },
      { list_id: work, parent_id: milk },
    ])
    await change([milk], { do: 'delete' })
    expect((await stored(db, step)).deleted_at).not.toBeNull()
    await expectInOrder(db)
  })

  test('lets what repeats come again, and undo brings back its day', async () => {
    await editTask(db, ana, milk, { due_day: '2026-05-01', recurrence: 'every day' }, {}, asked)
    await thereAndBack(all(), { do: 'complete' }, 3)
    expect(await stored(db, milk)).toMatchObject({ completed_at: null, due_day: '2026-05-02' })
    expect(await completionsOf(db, milk)).toHaveLength(1)
  })

  test('with one task of somebody else among them nothing happens at all', async () => {
    const [bens = ''] = await addAll(db, ben, 'Secret')
    const before = await rows([...all(), bens])
    for (const odd of [bens, newId()]) {
      for (const deed of [{ do: 'complete' }, { do: 'delete' }, { do: 'priority', priority: 1 }] satisfies Deed[])
        expect(await reasonOf(change([milk, odd, bread], deed))).toBe('not-found')
    }
    expect(await reasonOf(change(all(), { do: 'move', to: { list: (await inboxOf(db, ben)).id } }))).toBe('invalid')
    await share(db, (await inboxOf(db, ana)).id, ben, 'viewer')
    expect(await reasonOf(change(all(), { do: 'complete' }, ben))).toBe('forbidden')
    expect(await rows([...all(), bens])).toEqual(before)
  })

  test('nothing happens when it cannot be done to one of them', async () => {
    await editTask(db, ana, bread, { start_day: '2026-06-01', due_day: '2026-06-02' }, {}, asked)
    await archiveList(db, ana, work, asked)
    const before = await rows()
    const refused: Deed[] = [
      { do: 'date', due_day: '2026-05-05' },
      { do: 'move', to: { list: work } },
      { do: 'move', to: {} },
      { do: 'label', label: '' },
      { do: 'label', label: 'x'.repeat(101) },
      { do: 'label', label: newId() },
      { do: 'unlabel', label: 'nothing' },
    ]
    for (const deed of refused) expect([deed, await reasonOf(change(all(), deed))]).toEqual([deed, 'invalid'])
    expect(await reasonOf(change([], { do: 'complete' }))).toBe('invalid')
    const many = Array.from({ length: 10_001 }, () => newId())
    expect(await reasonOf(change(many, { do: 'complete' }))).toBe('invalid')
    expect(await rows()).toEqual(before)
  })

  test('nothing comes into a section of an archived list, whichever of them is there already', async () => {
    await addSection(db, ana, work, { name: 'Later' }, asked)
    const [section = { id: '' }] = await sectionsOf(db, work)
    const there = (await addTask(db, ana, { title: 'There', list: work }, asked)).task?.id ?? ''
    await archiveList(db, ana, work, asked)
    for (const ids of [
      [there, milk],
      [milk, there],
    ])
      expect(await reasonOf(change(ids, { do: 'move', to: { section: section.id } }))).toBe('invalid')
    expect(await rows([milk])).toMatchObject([{ list_id: inboxId, section_id: null }])
    expect((await change([there], { do: 'move', to: { section: section.id } })).count).toBe(1)
  })

  test('under one key happens once', async () => {
    const key = { ...asked, op: newId(), request: 'bulk' }
    const first = await changeMany(db, ana, all(), { do: 'delete' }, key)
    expect((await changeMany(db, ana, all(), { do: 'delete' }, key)).op).toBe(first.op)
    await undoLast(db, ana, asked)
    expect((await inboxTitles(db, ana)).sort()).toEqual(['Bread', 'Milk', 'Tea'])
  })

  test('a hundred in one moment: each task is completed once', async () => {
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => change(i % 2 ? all() : all().toReversed(), { do: 'complete' })),
    )
    for (const id of all()) expect(await completionsOf(db, id)).toHaveLength(1)
    await expectInOrder(db)
  })

  test('two people at once, each with other tasks of both lists, end in order', async () => {
    for (const list of [(await inboxOf(db, ana)).id, work]) await share(db, list, ben)
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        Promise.all([
          change([milk, bread], { do: 'move', to: { list: i % 2 ? work : tea && inboxId } }).catch(() => {}),
          change([tea, milk], { do: i % 2 ? 'complete' : 'reopen' }, ben).catch(() => {}),
        ]),
      ),
    )
    await expectInOrder(db)
  })

  let inboxId = ''
  beforeEach(async () => {
    inboxId = (await inboxOf(db, ana)).id
  })
})

describe('the form for many tasks', () => {
  let site: World
  let tab: Browser
  let send: Awaited<ReturnType<typeof outboxOf>>

  beforeAll(async () => {
    site = await world()
    tab = await site.loggedIn('ana')
    send = await outboxOf(site, 'ana', tab)
  })

  const fields = (ids: string[], ...rest: [string, string][]): [string, string][] => [
    ...ids.map((id): [string, string] => ['id', id]),
    ...rest,
  ]

  test('works without script: boxes beside the rows, one button for all, one Undo', async () => {
    const ids = await addByForm(tab, 'One', 'Two', 'Three')
    const page = await tab.page('/?select')
    expect(
      [...page.matchAll(/type="checkbox" name="id\[\]" value="([^"]+)" form="selection"/g)].map(([, id]) => id),
    ).toEqual(ids)
    const done = await tab.post(
      '/tasks/bulk',
      fields(ids.slice(0, 2), ['do', 'complete'], ['list', ''], ['due_day', '']),
      {
        from: '/?select',
      },
    )
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/'])
    const after = await tab.page('/')
    expect(toasts(after)).toContain('Completed 2 tasks')
    expect(titles(after)).toEqual(['Three'])
    await tab.post(undos(after).at(-1) ?? '', {}, { from: '/' })
    const back = await tab.page('/')
    expect(toasts(back)).toContain('Undone: 2 tasks are as they were')
    expect(rowIds(back)).toEqual(ids)
  })

  test('says where they went, and that nothing had to be changed', async () => {
    const ids = await addByForm(tab, 'Four', 'Five')
    const list = newId()
    await tab.post('/lists', { name: 'Work', color: '', id: list })
    await tab.page('/')
    await tab.post('/tasks/bulk', fields(ids, ['do', 'move'], ['list', list]))
    expect(toasts(await tab.page('/'))).toContain('Moved 2 tasks to “Work”')
    await tab.post('/tasks/bulk', fields(ids.slice(1), ['do', 'priority'], ['priority', '4']))
    const page = await tab.page('/')
    expect([toasts(page), undos(page)]).toEqual([['Nothing had to be changed'], []])
    await tab.post('/tasks/bulk', fields(ids.slice(1), ['do', 'date'], ['value', 'tomorrow']))
    expect(toasts(await tab.page('/'))).toContain('Changed the date of “Five”')
  })

  test('answers the outbox with the rows, and with one word when there are many', async () => {
    const ids = await addByForm(tab, 'Six', 'Seven')
    const { text } = await send('/tasks/bulk', fields(ids, ['do', 'priority'], ['value', '1']))
    for (const id of ids) expect(streams(text)).toContain(`replace task_${id}`)
    const many = await addByForm(tab, ...Array.from({ length: 51 }, (_, i) => `Task ${i}`))
    const answer = await send('/tasks/bulk', fields(many, ['do', 'complete'], ['value', '']))
    expect(streams(answer.text)).toContain('refresh')
    expect(toasts(answer.text)).toEqual(['Completed 51 tasks'])
  })

  test('so does a single task with many subtasks, and says of few each', async () => {
    const [trip = ''] = await addByForm(tab, 'Trip')
    const steps = Array.from({ length: 50 }, (_, i) => `Step ${i}`).join('\n')
    await tab.post('/tasks', { task: steps, lines: 'each', parent: trip })
    const [few = ''] = await addByForm(tab, 'Few')
    await tab.post('/tasks', { task: 'One', parent: few })
    for (const verb of ['complete', 'delete']) {
      expect(streams((await send(`/tasks/${trip}/${verb}`)).text)).toContain('refresh')
      expect(streams((await send(`/tasks/${trip}/${verb}`)).text).filter((one) => one.includes('task_'))).toEqual([])
      const { text } = await send(`/tasks/${few}/${verb}`)
      expect(streams(text).filter((one) => one.includes('task_'))).toHaveLength(2)
    }
  })

  test('is refused in words', async () => {
    const [id = ''] = await addByForm(tab, 'Eight')
    const refused: [[string, string][], number, string][] = [
      [[['do', 'complete']], 422, 'Choose at least one task.'],
      [fields([id], ['do', 'eat']), 422, 'Choose what to do.'],
      [fields([id]), 422, 'Choose what to do.'],
      [fields([id], ['do', 'move'], ['value', 'x']), 422, 'Choose a list.'],
      [fields([id], ['do', 'priority'], ['value', '5']), 422, 'Choose a priority from 1 to 4.'],
      [
        fields([id], ['do', 'date'], ['value', 'soonish']),
        422,
        'There is no such day. Write it as year, month and day: 2026-05-31.',
      ],
      [fields([id, 'nonsense'], ['do', 'delete']), 404, 'One of these tasks does not exist. Nothing was changed.'],
      [fields([id, newId()], ['do', 'delete']), 404, 'One of these tasks does not exist. Nothing was changed.'],
      [
        fields(
          Array.from({ length: 10_001 }, () => newId()),
          ['do', 'delete'],
        ),
        422,
        'Choose at most 10,000 tasks at a time.',
      ],
    ]
    const before = await tab.page('/')
    for (const [form, status, sentence] of refused) {
      const answer = await send('/tasks/bulk', form)
      expect([answer.status, problems(answer.text)]).toEqual([status, [sentence]])
    }
    expect(rowIds(await tab.page('/'))).toEqual(rowIds(before))
  })
})
