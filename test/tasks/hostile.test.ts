import { beforeAll, describe, expect, test } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import { addDays } from '#core/days.ts'
import { recurrenceText } from '#core/recurrence.ts'
import { fromRRule } from '#core/rrule.ts'
import { newId } from '#db/db.ts'
import { journal } from '#db/journal.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { alertsIn, type Browser, type Fields } from '#test/browser.ts'
import { expectInOrder } from '#test/history/order.ts'
import { everythingIn } from '#test/tables.ts'
import { type World, world } from '#test/world.ts'
import { add } from './asking.ts'
import { completionsOf, stored } from './household.ts'

// What no page of ours would send: each gets a plain sentence, and nothing changes.

let site: World
let ana: Browser
let milk: string

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  ;[milk = ''] = await add(ana, 'Milk')
})

/** What the answer says, where it says that something is wrong or not there. */
async function said(path: string, fields: Fields): Promise<[status: number, sentence: string]> {
  const answer = await ana.post(path, fields)
  const page = await answer.text()
  const [, , onItsOwn = ''] = /<h1>(.*?)<\/h1>\s*<p>(.*?)<\/p>/s.exec(page) ?? []
  return [answer.status, alertsIn(page)[0] ?? onItsOwn]
}

const NUL = 'a\u0000b'
const UNSEEN = 'There are characters in it that cannot be shown. Please take them out.'
const gone = (what: string) => `There is no such ${what}. It may have been deleted.`

describe('a field in which no id or day stands', () => {
  const forms: [path: string, fields: Record<string, string>, status: number, sentence: string][] = [
    ['/tasks', { task: 'Tea', label: NUL }, 422, gone('label')],
    ['/tasks', { task: 'Tea', label: 'phone' }, 422, gone('label')],
    ['/tasks', { task: 'Tea', due_day: NUL }, 422, 'There is no such day.'],
    ['/tasks', { task: 'Tea', due_day: '0001-01-01' }, 422, 'Choose a day between the years 1900 and 9998.'],
    ['/tasks', { task: 'Tea', due_day: '9999-12-31' }, 422, 'Choose a day between the years 1900 and 9998.'],
    ['/tasks', { task: 'Tea', parent: NUL }, 404, gone('task')],
    ['/tasks/MILK/move', { list: NUL }, 422, gone('list')],
    ['/tasks/MILK/move', { section: NUL }, 422, gone('section')],
    ['/tasks/MILK/move', { parent: NUL }, 422, gone('task')],
    ['/tasks/MILK/move', { before: NUL }, 404, gone('task')],
  ]
  for (const [path, fields, status, sentence] of forms) {
    test(`is refused: ${path} ${JSON.stringify(fields)}`, async () => {
      const before = await everythingIn(site.db)
      expect(await said(path.replace('MILK', milk), fields)).toEqual([status, expect.stringContaining(sentence)])
      expect(await everythingIn(site.db)).toBe(before)
    })
  }

  test('completes what is due now when no day stands in it', async () => {
    for (const day of [NUL, 'someday', '']) {
      const [water = ''] = await add(ana, 'Water the plants every day')
      expect((await ana.post(`/tasks/${water}/complete`, { 'was-due_day': day })).status).toBe(303)
      expect(await completionsOf(site.db, water)).toHaveLength(1)
      expect((await stored(site.db, water)).due_day).toBe('2026-05-02')
    }
  })
})

describe('the name of a label', () => {
  const names: [name: string, sentence: string][] = [
    [NUL, UNSEEN],
    ['a\u0001b', UNSEEN],
    ['\u200b\u202e', 'Give it a name.'],
    ['@', 'Give it a name.'],
    ['x'.repeat(101), 'Use at most 100 characters.'],
  ]
  for (const [name, sentence] of names) {
    for (const deed of ['label', 'unlabel']) {
      test(`${JSON.stringify(name.slice(0, 9))} is refused by ${deed} of many tasks`, async () => {
        const before = await everythingIn(site.db)
        expect(await said('/tasks/bulk', { id: milk, do: deed, value: name })).toEqual([
          422,
          expect.stringContaining(sentence),
        ])
        expect(await everythingIn(site.db)).toBe(before)
      })
    }
  }

  test('is not even looked up when there are more than a task can have', async () => {
    const before = await everythingIn(site.db)
    const flood = Array.from({ length: 30_000 }, (_, i): [string, string] => ['label', `flood ${i}`])
    expect(await said(`/tasks/${milk}/edit`, flood)).toEqual([422, 'A task can have 50 labels. Take some away first.'])
    expect(await everythingIn(site.db)).toBe(before)
  })

  test('makes no label when there are as many as somebody can have', async () => {
    const { id: owner_id } = await site.person('ana')
    const labels = Array.from({ length: 500 }, (_, i) => {
      const [id, name] = [newId(), `L${i}`]
      const at = { created_at: site.now().toISOString(), deleted_at: null }
      return { id, owner_id, name, name_key: name.toLowerCase(), color: '', position: `a${i}`, ...at }
    })
    await site.db.insertInto('labels').values(labels).execute()
    const full = 'You have 500 labels, and that is the most. Delete one to make room.'
    expect(await said(`/tasks/${milk}/edit`, { 'new-label': 'one more' })).toEqual([422, full])
    expect(await said('/tasks/bulk', { id: milk, do: 'label', value: 'one more' })).toEqual([
      422,
      expect.stringContaining(full),
    ])
    await expectInOrder(site.db)
  })
})

describe('what nobody can see is no name', () => {
  const forms: [path: string, field: string, rest: Record<string, string>, sentence: string][] = [
    ['/tasks', 'task', {}, 'Say what you want to get done.'],
    ['/tasks/MILK/edit', 'title', {}, 'Say what you want to get done.'],
    ['/lists', 'name', { color: '' }, 'Give it a name.'],
    ['/labels', 'name', { color: '' }, 'Give it a name.'],
    ['/filters', 'name', { query: 'today' }, 'Give the filter a name.'],
  ]
  const unseen = ['\u200b\u202e', '\u3164\u115f', '\u2800', '\u0085', '\ufe0f', '\u{e0041}']
  for (const [path, field, rest, sentence] of forms) {
    test(`for ${path}`, async () => {
      const before = await everythingIn(site.db)
      for (const text of unseen) {
        expect([text, await said(path.replace('MILK', milk), { ...rest, [field]: text })]).toEqual([
          text,
          [422, sentence],
        ])
      }
      expect(await everythingIn(site.db)).toBe(before)
    })
  }

  test('but one sign that can be seen is enough, in any script', async () => {
    for (const title of ['\u200fمرحبا', '한', '🧺', '❤\ufe0f', 'é', '?', '\u{e000}'])
      expect([title, (await ana.post(`/tasks/${milk}/edit`, { title })).status]).toEqual([title, 303])
  })
})

test('many tasks whose next days take long to find: others have their turn after each', async () => {
  const user = await site.person('ana')
  const { id: list_id } = await inboxOf(site.db, user)
  const recurrence = recurrenceText(fromRRule('FREQ=DAILY;INTERVAL=999;BYMONTHDAY=31;BYDAY=SU', '2026-05-01'))
  const tasks = Array.from({ length: 300 }, (_, i) => {
    const day = addDays('2026-05-01', i)
    const row = { list_id, title: `T${i}`, notes: '', position: 'a1', created_by: user.id, due_day: day, recurrence }
    return { ...row, id: newId(), created_at: site.now().toISOString(), completed_at: null, deleted_at: null }
  })
  const act = { what: 'tasks.added', lists: [list_id], now: site.now() }
  await journal(site.db, user, act, (write) => write.insertAll('tasks', tasks))
  let turns = 0
  let isDone = false
  const others = async () => {
    for (; !isDone; turns++) await setImmediate()
  }
  const form: Fields = [['do', 'complete'], ...tasks.map(({ id }): [string, string] => ['id', id])]
  const sent = ana.post('/tasks/bulk', form).finally(() => {
    isDone = true
  })
  const [answer] = await Promise.all([sent, others()])
  expect(answer.status).toBe(303)
  expect(turns).toBeGreaterThanOrEqual(300)
  for (const { id, due_day } of [tasks[0]!, tasks[299]!]) {
    const now = await stored(site.db, id)
    expect([now.due_day! > due_day, now.due_day?.slice(8)]).toEqual([true, '31'])
  }
})

describe('two hundred lines that take long to read', () => {
  const hard = 'every 5th mon of feb '.repeat(200).slice(0, 2000)

  test('are refused in a sentence, and while they are read others have their turn after each', async () => {
    const before = await everythingIn(site.db)
    let turns = 0
    let isRead = false
    const others = async () => {
      for (; !isRead; turns++) await setImmediate()
    }
    const lines = [...Array.from({ length: 199 }, () => hard.slice(0, 499)), `Milk // ${'ü'.repeat(33_000)}`]
    const answers = Promise.all([
      said('/tasks', { task: lines.join('\n'), lines: 'each' }).finally(() => (isRead = true)),
      others(),
    ])
    expect((await answers)[0]).toEqual([422, 'These notes are too long: 64 kB is the most a task can hold.'])
    expect(turns).toBeGreaterThanOrEqual(200)
    expect(await everythingIn(site.db)).toBe(before)
  })
})
