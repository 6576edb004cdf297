import { beforeEach, describe, expect, test } from 'bun:test'
import { parseRecurrence } from '#core/recurrence.ts'
import type { Browser } from '#test/browser.ts'
import { world } from '#test/world.ts'
import { add, outboxOf, problems, streams, toasts, undos } from './asking.ts'
import { completionsOf, stored } from './household.ts'

const site = await world()
const { db } = site
const ana = await site.loggedIn('ana')
const eve = await site.loggedIn('eve')

async function plants(recurrence = 'every fri', fields: Record<string, string> = {}): Promise<string> {
  const [id = ''] = await add(ana, 'Water the plants')
  const answer = await ana.post(`/tasks/${id}/edit`, { recurrence, ...fields }, { from: `/tasks/${id}` })
  expect(answer.status).toBe(303)
  return id
}

const page = async (tab: Browser, path: string): Promise<string> => (await tab.get(path)).text()

test('a repeating task says for which day its buttons are, and is completed once for it', async () => {
  const id = await plants()
  const html = await page(ana, '/')
  expect(html).toContain('<input type="hidden" name="was-due_day" value="2026-05-01"')
  expect(html).toContain('</svg>Every fri</span>')
  const clicked = { 'was-due_day': '2026-05-01' }
  for (let click = 0; click < 2; click++) {
    expect((await ana.post(`/tasks/${id}/complete`, clicked, { from: '/' })).status).toBe(303)
  }
  expect((await stored(db, id)).due_day).toBe('2026-05-08')
  expect(await completionsOf(db, id)).toHaveLength(1)
})

test('completed on two devices that both showed it, it takes one step, also without a due day', async () => {
  const id = await plants('every day')
  await ana.post(`/tasks/${id}/edit`, { due_day: '' }, { from: '/' })
  const shown = await page(ana, '/')
  expect(shown).toContain(
    `/tasks/${id}/complete" data-outbox="complete"><input type="hidden" name="was-due_day" value="">`,
  )
  expect(await page(ana, `/tasks/${id}`)).toContain('skip" hidden><input type="hidden" name="was-due_day" value="">')
  for (let device = 0; device < 2; device++)
    await ana.post(`/tasks/${id}/complete`, { 'was-due_day': '' }, { from: '/' })
  expect((await stored(db, id)).due_day).toBe('2026-05-02')
  expect(await completionsOf(db, id)).toHaveLength(1)
  await ana.post(`/tasks/${id}/edit`, { due_day: '' }, { from: '/' })
  await ana.post(`/tasks/${id}/complete`, { 'was-due_day': '' }, { from: '/' })
  expect(await completionsOf(db, id)).toHaveLength(2)
})

test('completed among others on two devices, a repeating task takes one step', async () => {
  const [dated, none, once] = [await plants('every day'), await plants('every day'), (await add(ana, 'Milk'))[0] ?? '']
  await ana.post(`/tasks/${none}/edit`, { due_day: '' }, { from: '/' })
  const boxes = await page(ana, '/?select')
  const was = [...boxes.matchAll(/name="was" value="([^"]*)" form="selection"/g)].map(([, value]) => value ?? '')
  expect(was).toEqual(expect.arrayContaining([`${dated}_2026-05-01`, `${none}_`]))
  expect(was.join()).not.toContain(once)
  const form: [string, string][] = [
    ['do', 'complete'],
    ...[dated, none, once].map((id): [string, string] => ['id[]', id]),
    ...was.map((one): [string, string] => ['was', one]),
  ]
  const said: string[] = []
  for (let device = 0; device < 2; device++) {
    await ana.post('/tasks/bulk', form, { from: '/?select' })
    said.push(...toasts(await page(ana, '/')))
  }
  for (const id of [dated, none]) {
    expect((await stored(db, id)).due_day).toBe('2026-05-02')
    expect(await completionsOf(db, id)).toHaveLength(1)
  }
  expect(said).toEqual(['Completed 3 tasks', 'Nothing had to be changed'])
})

test('of what two devices select, that comes again which only one of them has done', async () => {
  const [cat, dog] = [await plants('every day'), await plants('every day')]
  const shown = (id: string): [string, string] => ['was', `${id}_2026-05-01`]
  const post = (...ids: string[]) =>
    ana.post('/tasks/bulk', [['do', 'complete'], ...ids.map((id): [string, string] => ['id', id]), ...ids.map(shown)])
  await post(cat)
  await post(cat, dog)
  expect(await Promise.all([cat, dog].map(async (id) => (await stored(db, id)).due_day))).toEqual([
    '2026-05-02',
    '2026-05-02',
  ])
  // Whoever sees the next day means that one; what says no day means the task as it is.
  await ana.post('/tasks/bulk', [
    ['do', 'complete'],
    ['id', cat],
    ['id', dog],
    ['was', `${cat}_2026-05-02`],
    ['was', 'x'],
  ])
  expect((await stored(db, cat)).due_day).toBe('2026-05-03')
  expect((await stored(db, dog)).due_day).toBe('2026-05-03')
})

test('Undo brings back the day', async () => {
  const id = await plants()
  await page(ana, '/')
  await ana.post(`/tasks/${id}/complete`, { 'was-due_day': '2026-05-01' }, { from: '/' })
  const html = await page(ana, '/')
  expect(toasts(html)).toEqual(['Completed “Water the plants” · again 8 May'])
  await ana.post(undos(html)[0] ?? '', {}, { from: '/' })
  expect((await stored(db, id)).due_day).toBe('2026-05-01')
  expect(await completionsOf(db, id)).toEqual([])
})

test('one occurrence can be skipped', async () => {
  const id = await plants()
  await page(ana, '/')
  await ana.post(`/tasks/${id}/skip`, { 'was-due_day': '2026-05-01' }, { from: '/' })
  expect(toasts(await page(ana, '/'))).toEqual(['Skipped “Water the plants” this time · again 8 May'])
  expect((await stored(db, id)).due_day).toBe('2026-05-08')
  expect((await completionsOf(db, id))[0]).toMatchObject({ kind: 'skipped', due_day: '2026-05-01' })
  const [once = ''] = await add(ana, 'Milk')
  expect((await ana.post(`/tasks/${once}/skip`, {}, { from: '/' })).status).toBe(422)
  expect((await eve.post(`/tasks/${id}/skip`, {}, { from: '/' })).status).toBe(404)
})

test('the outbox is told to look again where the row stands now', async () => {
  const send = await outboxOf(site, 'ana', ana)
  const id = await plants()
  const answer = await send(`/tasks/${id}/complete`, { 'was-due_day': '2026-05-01' })
  expect(streams(answer.text)).toEqual(expect.arrayContaining([`replace task_${id}`, 'refresh']))
  const again = await send(`/tasks/${id}/complete`, { 'was-due_day': '2026-05-01' }, answer.key)
  expect(again.status).toBe(200)
  expect(await completionsOf(db, id)).toHaveLength(1)
})

test('words and RRULEs are taken, what is neither is answered beside the field', async () => {
  const id = await plants('RRULE:FREQ=MONTHLY;BYDAY=3FR', { due_day: '2026-06-01' })
  const task = await stored(db, id)
  expect(task.due_day).toBe('2026-06-19')
  expect(parseRecurrence(task.recurrence ?? '')?.rule.byday).toEqual([{ day: 'fr', nth: 3 }])
  const bad = ['now and then', 'FREQ=DAILY;COUNT=999999999', 'FREQ=HOURLY', `FREQ=DAILY;${'X'.repeat(20_000)}`]
  for (const recurrence of bad) {
    const answer = await ana.post(`/tasks/${id}/edit`, { recurrence }, { from: `/tasks/${id}` })
    expect(answer.status).toBe(422)
    expect(await stored(db, id)).toEqual(task)
  }
  await ana.post(`/tasks/${id}/edit`, { recurrence: '', 'was-recurrence': 'every 3rd friday' }, { from: '/' })
  expect((await stored(db, id)).recurrence).toBeNull()
})

test('who leaves the words alone leaves the rule alone', async () => {
  const id = await plants('every 2 weeks')
  const before = await stored(db, id)
  const untouched = { title: 'Ferns', 'was-title': 'Water the plants', recurrence: 'every 2 weeks' }
  await ana.post(`/tasks/${id}/edit`, { ...untouched, 'was-recurrence': 'every 2 weeks' }, { from: '/' })
  expect(await stored(db, id)).toEqual({ ...before, title: 'Ferns' })
  expect(problems(await page(ana, '/'))).toEqual([])
})

test('the logbook has each occurrence, and takes the last one back', async () => {
  const ben = await site.loggedIn('ben')
  const [id = ''] = await add(ben, 'Feed the cat')
  await ben.post(`/tasks/${id}/edit`, { recurrence: 'every day' }, { from: '/' })
  for (const day of ['2026-05-01', '2026-05-02']) {
    await ben.post(`/tasks/${id}/complete`, { 'was-due_day': day }, { from: '/' })
  }
  await ben.post(`/tasks/${id}/skip`, { 'was-due_day': '2026-05-03' }, { from: '/' })
  await page(ben, '/')
  const html = await page(ben, '/completed')
  expect([...html.matchAll(/<li id="(\w+)_/g)].map(([, kind]) => kind)).toEqual(Array(3).fill('completion'))
  expect(html).not.toContain(`id="task_${id}"`)
  expect(html).toContain('<span>Skipped</span><span>Was due 3 May</span>')
  const [last = '', , first = ''] = undos(html)
  await ben.post(first, {}, { from: '/completed' })
  expect(toasts(await page(ben, '/completed'))[0]).toStartWith('Nothing was undone')
  await ben.post(last, {}, { from: '/completed' })
  expect((await stored(db, id)).due_day).toBe('2026-05-03')
  expect(await completionsOf(db, id)).toHaveLength(2)
})

test('an occurrence that was completed together with other tasks has no button that would take them back too', async () => {
  const dora = await site.loggedIn('dora')
  const [cat = ''] = await add(dora, 'Feed the cat')
  const [dog = ''] = await add(dora, 'Feed the dog')
  const [bowl = ''] = await add(dora, 'Wash the bowl')
  await dora.post(`/tasks/${bowl}/edit`, { parent: dog }, { from: '/' })
  for (const id of [cat, dog, bowl]) await dora.post(`/tasks/${id}/edit`, { recurrence: 'every day' }, { from: '/' })
  const selected: [string, string][] = [cat, dog].map((id) => ['id[]', id])
  await dora.post('/tasks/bulk', [...selected, ['do', 'complete']], { from: '/' })
  const buttons = async () =>
    [...(await page(dora, '/completed')).matchAll(/aria-label="Take back ([^"]+)"/g)].map(([, title]) => title)
  expect(await buttons()).toEqual([])
  await dora.post(`/tasks/${cat}/complete`, { 'was-due_day': '2026-05-02' }, { from: '/' })
  await dora.post(`/tasks/${dog}/complete`, { 'was-due_day': '2026-05-02' }, { from: '/' })
  expect(await buttons()).toEqual(['Feed the dog', 'Feed the cat'])
})

test('the Inbox shows it among what was completed today, though it is open above', async () => {
  const cleo = await site.loggedIn('cleo')
  const [id = ''] = await add(cleo, 'Feed the cat')
  await cleo.post(`/tasks/${id}/edit`, { recurrence: 'every day' }, { from: '/' })
  await cleo.post(`/tasks/${id}/complete`, {}, { from: '/' })
  await cleo.post('/inbox/completed', { show: 'on' }, { from: '/' })
  const html = await page(cleo, '/')
  expect(html).toContain(`id="task_${id}"`)
  expect(html.match(/<li id="completion_/g)).toHaveLength(1)
})

test('whoever did not complete an occurrence sees it without a button', async () => {
  const { id: ben } = await site.person('ben')
  const { id: cleo } = await site.person('cleo')
  const { list_id } = await db
    .selectFrom('tasks')
    .select('list_id')
    .where('created_by', '=', cleo)
    .executeTakeFirstOrThrow()
  await db.insertInto('list_members').values({ list_id, user_id: ben, role: 'viewer' }).execute()
  const html = await page(await site.loggedIn('ben'), `/lists/${list_id}/completed`)
  expect(html).toContain('<span class="check"><i></i></span>')
})

describe('a task that repeats to the end of the calendar', () => {
  const last = '9999-12-31'
  let id = ''

  beforeEach(async () => {
    id = await plants('every dec 31')
    const { recurrence } = await stored(db, id)
    await db.updateTable('tasks').set({ due_day: last, deadline_day: last, recurrence }).where('id', '=', id).execute()
  })

  test('is shown, and its form takes what somebody changes besides the day', async () => {
    for (const path of [`/tasks/${id}`, `/tasks/${id}/recurrence`, '/upcoming', '/']) {
      const answer = await ana.get(path)
      expect([path, answer.status]).toEqual([path, 200])
    }
    const was = { 'was-title': 'Water the plants', 'was-due_day': last, 'was-deadline_day': last }
    const fields = { title: 'Ferns', due_day: last, deadline_day: last, priority: '1', ...was }
    expect((await ana.post(`/tasks/${id}/edit`, fields, { from: `/tasks/${id}` })).status).toBe(303)
    expect(await stored(db, id)).toMatchObject({ title: 'Ferns', due_day: last, deadline_day: last, priority: 1 })
    const chosen = await ana.post(`/tasks/${id}/edit`, { due_day: last, 'was-due_day': '2026-05-01' })
    expect([chosen.status, problems(await chosen.text())]).toEqual([
      422,
      ['Choose a day between the years 1900 and 9998.'],
    ])
  })

  test('and ends there: the last time closes it, and Undo opens it', async () => {
    await ana.post(`/tasks/${id}/recurrence`, { recurrence: 'every dec 31', missed: 'each' })
    expect((await stored(db, id)).due_day).toBe(last)
    await page(ana, '/')
    await ana.post(`/tasks/${id}/complete`, { 'was-due_day': last }, { from: '/' })
    expect((await stored(db, id)).completed_at).not.toBeNull()
    await ana.post(undos(await page(ana, '/'))[0] ?? '')
    expect(await stored(db, id)).toMatchObject({ completed_at: null, due_day: last })
  })
})
