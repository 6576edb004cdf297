import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import type { Browser, Fields } from '#test/browser.ts'
import { listBy, sectionBy, taskBy } from '#test/lists/asking.ts'
import { outboxOf, streams, toasts } from '#test/tasks/asking.ts'
import { type World, world } from '#test/world.ts'

// The outbox shows a sentence. A page would tell it nothing: it would try the same change again.

let site: World
let ana: Browser
let send: Awaited<ReturnType<typeof outboxOf>>
const place = { list: '', section: '', task: '', label: '', filter: '' }

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  send = await outboxOf(site, 'ana', ana)
  place.list = await listBy(ana, 'Work')
  place.section = await sectionBy(ana, place.list, 'Later')
  place.task = await taskBy(ana, 'Water the plants')
  place.label = newId()
  await ana.post('/labels', { name: 'phone', color: '', id: place.label })
  await ana.post('/labels', { name: 'home', color: '', id: newId() })
  place.filter = newId()
  await ana.post('/filters', { name: 'Soon', query: 'today', id: place.filter })
})

const long = 'x'.repeat(101)

describe('a form that is refused answers the outbox with the sentence alone', () => {
  const forms: [what: string, path: () => string, fields: Fields, sentence: string][] = [
    ['a list without a name', () => '/lists', { name: ' ' }, 'Give it a name.'],
    ['a list of another colour', () => `/lists/${place.list}/edit`, { color: 'pink!' }, 'Choose one of the colours.'],
    ['a section', () => `/lists/${place.list}/sections`, { name: long }, 'Use at most 100 characters.'],
    ['another name for it', () => `/sections/${place.section}/edit`, { name: '' }, 'Give it a name.'],
    ['a label of a taken name', () => '/labels', { name: 'Phone' }, 'There is already a label called “phone”.'],
    [
      'the same by renaming',
      () => `/labels/${place.label}/edit`,
      { name: 'home' },
      'There is already a label called “home”.',
    ],
    ['a filter without a name', () => '/filters', { name: '', query: 'today' }, 'Give the filter a name.'],
    [
      'another name for one',
      () => `/filters/${place.filter}/edit`,
      { name: '', query: 'today' },
      'Give the filter a name.',
    ],
    [
      'how often a task repeats',
      () => `/tasks/${place.task}/recurrence`,
      { recurrence: 'every day', count: 'often' },
      'Write how many times as a number.',
    ],
    ['a task without a title', () => '/tasks', { task: ' ' }, 'Say what you want to get done.'],
    ['another title for one', () => `/tasks/${place.task}/edit`, { title: '' }, 'Say what you want to get done.'],
  ]
  for (const [what, path, fields, sentence] of forms) {
    test(what, async () => {
      const answer = await send(path(), fields)
      expect([answer.status, answer.headers.get('Content-Type')]).toEqual([
        422,
        'text/vnd.turbo-stream.html; charset=utf-8',
      ])
      expect(answer.text).toMatch(/data-field="(name|color|query|count|task|title)"/)
      expect([streams(answer.text), toasts(answer.text)]).toEqual([['update flashes'], [sentence]])
    })
  }
})
