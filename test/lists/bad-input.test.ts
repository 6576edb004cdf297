import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import type { Browser } from '#test/browser.ts'
import { validateHtml } from '#test/e2e/checks.ts'
import { problems } from '#test/tasks/asking.ts'
import { type World, world } from '#test/world.ts'
import { listBy, sectionBy, taskBy } from './asking.ts'

let site: World
let ana: Browser
let list: string
let section: string
let other: string
let task: string
let label: string

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  list = await listBy(ana, 'Work')
  section = await sectionBy(ana, list, 'Later')
  other = await sectionBy(ana, await listBy(ana, 'Home'), 'Garden')
  task = await taskBy(ana, 'Plan', { section })
  label = newId()
  await ana.post('/labels', { name: 'phone', color: '', id: label })
})

/** Everything there is, as the tables have it. */
const all = async () => {
  const tables = ['lists', 'sections', 'labels', 'tasks', 'changes'] as const
  return JSON.stringify(await Promise.all(tables.map((table) => site.db.selectFrom(table).selectAll().execute())))
}

const names: [what: string, name: string, sentence: RegExp][] = [
  ['nothing', '', /Give it a name/],
  ['spaces', ' \t\n\u2028 ', /Give it a name/],
  ['what nobody can see', '\u200b\u200d\u202e', /Give it a name/],
  ['101 characters', 'x'.repeat(101), /at most 100/],
  ['100,000 blanks and a letter at each end', `a${' '.repeat(100_000)}b`, /at most 100/],
  ['half a megabyte', 'x'.repeat(500_000), /at most 100/],
  ['a NUL', 'Wo\0rk', /cannot be shown/],
  ['an escape', 'Wo\u001brk', /cannot be shown/],
]

const forms: [what: string, path: () => string, rest: Record<string, string>][] = [
  ['a new list', () => '/lists', { color: '' }],
  ['a list', () => `/lists/${list}/edit`, { color: '' }],
  ['a new section', () => `/lists/${list}/sections`, {}],
  ['a section', () => `/sections/${section}/edit`, {}],
  ['a new label', () => '/labels', { color: '' }],
  ['a label', () => `/labels/${label}/edit`, { color: '' }],
]

describe('a name', () => {
  for (const [form, path, rest] of forms) {
    for (const [what, name, sentence] of names) {
      test(`of ${form}: ${what} is refused beside the field`, async () => {
        const before = await all()
        const answer = await ana.post(path(), { name, ...rest })
        const page = await answer.text()
        expect(answer.status).toBe(422)
        expect(problems(page)[0]).toMatch(sentence)
        expect(page).toContain('aria-describedby="name_problem" aria-invalid="true"')
        expect(await all()).toBe(before)
      })
    }

    test(`of ${form}: what looks like markup comes back as it was`, async () => {
      const name = `<b>"&'</b> ${what(form)} \u202eاتصل 🧺`
      const answer = await ana.post(path(), { name, ...rest }, { from: '/lists' })
      expect(answer.status).toBe(303)
      const page = await ana.page(answer.headers.get('Location') ?? '')
      expect(page).toContain('&lt;b&gt;&quot;&amp;&#39;&lt;/b&gt;')
      expect(page).not.toContain('<b>"')
      expect(await validateHtml(page)).toEqual([])
    })
  }
})

const what = (form: string): string => form.replaceAll(' ', '-')

describe('fields', () => {
  const wrong: [what: string, path: () => string, fields: [string, string][], sentence: RegExp][] = [
    [
      'a colour that is none',
      () => '/lists',
      [
        ['name', 'A'],
        ['color', 'ultraviolet'],
      ],
      /one of the colours/,
    ],
    [
      'a colour with a sting',
      () => `/lists/${list}/edit`,
      [
        ['name', 'A'],
        ['color', '"><script>'],
      ],
      /one of the colours/,
    ],
    ['a colour of a label', () => `/labels/${label}/edit`, [['color', '#fff']], /one of the colours/],
    [
      'an id that is none',
      () => '/lists',
      [
        ['name', 'A'],
        ['id', '1'],
      ],
      /UUID/,
    ],
    [
      'an id in capitals',
      () => '/labels',
      [
        ['name', 'A'],
        ['id', newId().toUpperCase()],
      ],
      /UUID/,
    ],
    [
      'an id of a section',
      () => `/lists/${list}/sections`,
      [
        ['name', 'A'],
        ['id', "'"],
      ],
      /UUID/,
    ],
    ['no name', () => '/lists', [], /Fill this in/],
    ['no name of a section', () => `/lists/${list}/sections`, [], /Fill this in/],
    [
      'two names',
      () => '/lists',
      [
        ['name', 'A'],
        ['name', 'B'],
      ],
      /came more than once/,
    ],
    [
      'two names of a section',
      () => `/sections/${section}/edit`,
      [
        ['name', 'A'],
        ['name', 'B'],
      ],
      /came more than once/,
    ],
    ['no place', () => `/lists/${list}/move`, [], /before or after which/],
    [
      'two places',
      () => `/sections/${section}/move`,
      [
        ['before', 'x'],
        ['after', 'y'],
      ],
      /before or after which/,
    ],
    [
      'a section of another list',
      () => '/tasks',
      [
        ['task', 'A'],
        ['list', 'LIST'],
        ['section', 'OTHER'],
      ],
      /not in that list/,
    ],
    ['a section beside one of another list', () => `/sections/${section}/move`, [['before', 'OTHER']], /same list/],
    [
      'a list of another kind of key',
      () => '/lists',
      [
        ['name', 'A'],
        ['op', 'x'],
      ],
      /UUID/,
    ],
  ]
  for (const [name, path, fields, sentence] of wrong) {
    test(`${name} is refused with a sentence, and nothing changes`, async () => {
      const before = await all()
      const filled = fields.map(([key, value]) => [key, value === 'LIST' ? list : value === 'OTHER' ? other : value])
      const answer = await ana.post(path(), filled as [string, string][])
      expect(answer.status).toBe(422)
      expect(await answer.text()).toMatch(sentence)
      expect(await all()).toBe(before)
    })
  }

  const nowhere: [what: string, path: () => string, fields: Record<string, string>][] = [
    ['a list beside one that is not there', () => `/lists/${list}/move`, { before: newId() }],
    ['a list beside nonsense', () => `/lists/${list}/move`, { after: '\0' }],
    ['a section beside one that is not there', () => `/sections/${section}/move`, { before: newId() }],
    ['a task in no list', () => '/tasks', { task: 'A', list: 'x'.repeat(5000) }],
    ['a task in no section', () => '/tasks', { task: 'A', section: '../..' }],
    ['a task below none', () => '/tasks', { task: 'A', parent: newId() }],
  ]
  for (const [name, path, fields] of nowhere) {
    test(`${name} is not found`, async () => {
      const before = await all()
      expect((await ana.post(path(), fields)).status).toBe(404)
      expect(await all()).toBe(before)
    })
  }

  test('a body that is no form is refused', async () => {
    for (const body of ['name=%FF', 'name=%', 'name=%ED%A0%80']) {
      for (const path of ['/lists', '/labels', `/sections/${section}/edit`, `/tasks/${task}/move`]) {
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' }
        expect((await ana.request(path, { method: 'POST', body, headers })).status).toBe(422)
      }
    }
  })
})
