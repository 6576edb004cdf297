import { afterEach, beforeEach, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { newId } from '#db/db.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { LiveStreams } from '#features/live/streams.ts'
import type { Browser } from '#test/browser.ts'
import { type World, world } from '#test/world.ts'
import type { UserEnv } from '#web/env.ts'
import { add, outboxOf } from './asking.ts'
import { share } from './household.ts'

let site: World
const open: { leave(): Promise<void> }[] = []

beforeEach(async () => {
  site = await world()
  await site.db.listen()
})

afterEach(async () => {
  for (const line of open.splice(0)) await line.leave()
})

type Line = Awaited<ReturnType<typeof listen>>

/** Opens the line of events in a browser. */
async function listen(tab: Browser, headers: Record<string, string> = {}) {
  const response = await tab.get('/events', { Accept: 'text/event-stream', ...headers })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  const until = async (isEnough: () => boolean): Promise<boolean> => {
    while (!isEnough()) {
      const { done, value } = await reader.read()
      if (done) return false
      text += decoder.decode(value, { stream: true })
    }
    return true
  }
  const line = {
    response,
    /** What came so far, from the first event on. */
    get text() {
      return text.slice(text.indexOf('event:'))
    },
    /** Waits for this to come; false when the line ends before. */
    hears: (what: string) => until(() => text.includes(what)),
    /** Waits until the line ends. */
    ends: async () => !(await until(() => false)),
    leave: () => reader.cancel(),
  }
  open.push(line)
  return line
}

const listOf = async (name: string): Promise<string> => (await inboxOf(site.db, await site.person(name))).id

test('says at once that it is a line of events, which nobody keeps or gathers', async () => {
  const line = await listen(await site.loggedIn('ana'))
  expect(line.response.headers.get('Content-Type')).toStartWith('text/event-stream')
  expect(line.response.headers.get('Cache-Control')).toContain('no-cache')
  expect(line.response.headers.get('X-Accel-Buffering')).toBe('no')
  expect(await line.hears('retry: 3000\n\n')).toBe(true)
})

test('tells which list changed and by which op, to its members only', async () => {
  const [ana, ben, eve] = [await site.loggedIn('ana'), await site.loggedIn('ben'), await site.loggedIn('eve')]
  const list = await listOf('ana')
  await share(site.db, list, await site.person('ben'))
  const lines = [await listen(ana), await listen(ben)]
  const eves = await listen(eve)
  const send = await outboxOf(site, 'ana', ana)
  const { key } = await send('/tasks', { task: 'Milk' })
  for (const line of lines) {
    expect(await line.hears('event: change')).toBe(true)
    expect(line.text).toContain(`data: ["${list}"]\n\n`)
  }
  expect(await lines[0]?.hears(`id: ${key}\nevent: change\n`)).toBe(true)
  const evesList = await listOf('eve')
  await add(eve, 'Tea')
  expect(await eves.hears('event: change')).toBe(true)
  expect(eves.text).toContain(evesList)
  expect(eves.text).not.toContain(list)
  expect(eves.text).not.toContain('Milk')
})

test('who was put out of a list hears no more of it, who comes in does', async () => {
  const [ana, ben] = [await site.loggedIn('ana'), await site.loggedIn('ben')]
  const [list, bens] = [await listOf('ana'), await listOf('ben')]
  const [line, anas] = [await listen(ben), await listen(ana)]
  await add(ana, 'Before')
  expect(await anas.hears('event: change')).toBe(true)
  await share(site.db, list, await site.person('ben'))
  await add(ana, 'While')
  expect(await line.hears(list)).toBe(true)
  const { id } = await site.person('ben')
  await site.db.deleteFrom('list_members').where('user_id', '=', id).where('list_id', '=', list).execute()
  await add(ana, 'After')
  await add(ben, 'Own')
  expect(await line.hears(bens)).toBe(true)
  expect(line.text.split(list).length - 1).toBe(1)
})

test('what changes nothing is not told', async () => {
  const ana = await site.loggedIn('ana')
  const [milk = ''] = await add(ana, 'Milk')
  const line = await listen(ana)
  await ana.post(`/tasks/${milk}/reopen`)
  await ana.post(`/tasks/${milk}/edit`, { title: 'Milk' })
  await ana.post(`/tasks/${milk}/complete`)
  expect(await line.hears('event: change')).toBe(true)
  expect(line.text.split('event: change').length - 1).toBe(1)
})

test('who comes back is asked to look anew', async () => {
  const ana = await site.loggedIn('ana')
  expect(await (await listen(ana, { 'Last-Event-ID': newId() })).hears('event: refresh\ndata: []\n\n')).toBe(true)
})

test('a session that is ended ends its lines and no others', async () => {
  const [desk, phone] = [await site.loggedIn('ana'), await site.loggedIn('ana')]
  const [atDesk, onPhone] = [await listen(desk), await listen(phone)]
  await phone.post('/logout')
  expect(await onPhone.hears('event: end\ndata: []\n\n')).toBe(true)
  expect(await onPhone.ends()).toBe(true)
  await add(desk, 'Milk')
  expect(await atDesk.hears('event: change')).toBe(true)
  expect(atDesk.text).not.toContain('event: end')
})

test('a session has twenty lines at most: the oldest goes', async () => {
  const ana = await site.loggedIn('ana')
  const lines: Line[] = []
  for (let i = 0; i < 21; i++) lines.push(await listen(ana))
  expect(await lines[0]?.ends()).toBe(true)
  await add(ana, 'Milk')
  for (const line of lines.slice(1)) expect(await line.hears('event: change')).toBe(true)
})

test('when the server closes, all lines end', async () => {
  const line = await listen(await site.loggedIn('ana'))
  await site.app.close()
  expect(await line.ends()).toBe(true)
  expect(line.text).not.toContain('event: end')
})

test('two processes on one database tell each other’s people', async () => {
  if (site.db.kind === 'sqlite') return
  const other = site.another()
  await other.db.listen()
  const ana = await site.loggedIn('ana')
  const there = other.browser()
  for (const [name, value] of ana.jar) there.jar.set(name, value)
  const line = await listen(there)
  await add(ana, 'Milk')
  expect(await line.hears('event: change')).toBe(true)
})

test('a heartbeat keeps the line open, and finds out when the session is over', async () => {
  const streams = new LiveStreams(site, 20)
  let isIn = true
  const session = { id: newId(), stillIn: async () => isIn }
  const tab = new Hono<UserEnv>().get('/events', async (c) => {
    c.set('user', await site.person('ana'))
    c.set('session', session as UserEnv['Variables']['session'])
    c.set('peer', { address: '127.0.0.1', keepOpen() {} })
    return streams.open(c)
  })
  const line = await listen({ get: async (path: string) => tab.request(path) } as Browser)
  expect(await line.hears(':\n\n:\n\n')).toBe(true)
  isIn = false
  expect(await line.hears('event: end\ndata: []\n\n')).toBe(true)
  expect(await line.ends()).toBe(true)
  streams.close()
})

test('HEAD opens nothing', async () => {
  const ana = await site.loggedIn('ana')
  const response = await ana.request('/events', { method: 'HEAD' })
  expect([response.status, await response.text()]).toEqual([200, ''])
})
