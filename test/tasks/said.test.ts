import { beforeEach, expect, test } from 'bun:test'
import type { Browser } from '#test/browser.ts'
import { type World, world } from '#test/world.ts'
import { add, toasts } from './asking.ts'

let site: World
let ana: Browser
let milk: string

beforeEach(async () => {
  site = await world()
  ana = await site.loggedIn('ana')
  ;[milk = ''] = await add(ana, 'Milk')
})

/** What is said after a form about Milk was sent. */
async function said(verb: string, fields: Record<string, string>): Promise<string | undefined> {
  expect((await ana.post(`/tasks/${milk}/${verb}`, fields, { from: '/' })).status).toBe(303)
  return toasts(await ana.page('/today')).at(-1)
}

test('where one thing was changed, the message says what it is now', async () => {
  expect(await said('edit', { priority: '1' })).toBe('“Milk” has priority 1')
  expect(await said('edit', { priority: '4' })).toBe('“Milk” has no priority')
  expect(await said('edit', { due_day: '2026-05-02', due_time: '15:00' })).toBe('“Milk” is due tomorrow 15:00')
  expect(await said('edit', { due_day: '2026-05-04', due_time: '' })).toBe('“Milk” is due Monday')
  expect(await said('edit', { due_day: '' })).toBe('“Milk” has no date')
  expect(await said('edit', { label: 'phone', 'was-label': '' })).toBe('Labelled “Milk” @phone')
  expect(await said('edit', { title: 'Oat milk', priority: '2' })).toBe('Saved “Oat milk”')
})

test('a task that went to another list is said where it is', async () => {
  const home = await ana.post('/lists', { name: 'Home' })
  const id = home.headers.get('Location')?.split('/lists/')[1] ?? ''
  expect(await said('move', { list: id })).toBe('Moved “Milk” to “Home”')
})

test('Eve hears nothing of it', async () => {
  const eve = await site.loggedIn('eve')
  expect((await eve.post(`/tasks/${milk}/edit`, { priority: '1' }, { from: '/' })).status).toBe(404)
  expect(toasts(await eve.page('/today')).join()).not.toContain('Milk')
})
