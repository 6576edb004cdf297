import { beforeAll, expect, test } from 'bun:test'
import type { Browser } from '#test/browser.ts'
import { type World, world } from '#test/world.ts'

let site: World
let ana: Browser
let task: string

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  await ana.post('/tasks', { task: 'Milk' })
  task = /id="task_([\w-]{36})"/.exec(await ana.page('/'))![1]!
})

const goesTo = async (path: string, fields: Record<string, string>, from: string) =>
  (await ana.post(path, fields, { from })).headers.get('Location')

test('after a refused form was put right, a person without script comes to a page', async () => {
  expect(await goesTo(`/tasks/${task}/edit`, { title: 'Milk' }, `/tasks/${task}/edit`)).toBe(`/tasks/${task}`)
  expect(await goesTo(`/tasks/${task}/complete`, {}, '/tasks')).toBe('/')
  expect(await goesTo(`/tasks/${task}/reopen`, {}, '/inbox/completed')).toBe('/inbox')
})

test('a form leads back to the page it was sent from, without the menu that was open', async () => {
  expect(await goesTo(`/tasks/${task}/complete`, {}, `/?after=${task}&more=${task}`)).toBe(`/?after=${task}`)
  expect(await goesTo(`/tasks/${task}/reopen`, {}, '/completed')).toBe('/completed')
})

test('nobody is led away by what the browser says about where it was', async () => {
  for (const from of ['//evil.example/', '/\\evil.example', '/login', '/nowhere', `/tasks/${task}/edit/x`]) {
    const place = (await goesTo(`/tasks/${task}/complete`, {}, from))!
    expect(['/', `/tasks/${task}`]).toContain(place)
  }
  const answer = await ana.post(
    `/tasks/${task}/complete`,
    {},
    { headers: { Referer: 'https://evil.example/completed' } },
  )
  expect(answer.headers.get('Location')).toBe('/')
})
