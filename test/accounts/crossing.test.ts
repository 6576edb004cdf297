import { expect, test } from 'bun:test'
import { HOUR } from '#core/time.ts'
import { addTask } from '#features/tasks/adding.ts'
import { moveTask } from '#features/tasks/moving.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { flashesIn } from '#test/browser.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, world } from '#test/world.ts'

// What happens at the edges: an open tab that nobody looks at, two requests that cross, what is left of before.

const NEW = 'another kettle, one cup'

test('a tab that stands open keeps no session alive: what it asks for by itself is no visit', async () => {
  const w = await world({}, quickHashing())
  const ana = await w.loggedIn('ana')
  for (let hour = 0; hour < 11; hour++) {
    w.pass(HOUR)
    expect((await ana.get('/', { 'X-Background': '1' })).status).toBe(200)
  }
  w.pass(2 * HOUR)
  expect((await ana.get('/')).status).toBe(303)
})

test('a person who looks at pages stays in', async () => {
  const w = await world({}, quickHashing())
  const ana = await w.loggedIn('ana')
  for (let hour = 0; hour < 20; hour++) {
    w.pass(HOUR)
    expect((await ana.get('/')).status).toBe(200)
  }
})

test('a change of the password that crosses a new token changes nothing, so that nobody is surprised later', async () => {
  const w = await world({}, quickHashing())
  const ana = await w.loggedIn('ana')
  const form = { current: PASSWORD, password: NEW, verify: NEW }
  const [change, confirm] = await Promise.all([
    ana.post('/account/password', form),
    ana.post('/account/confirm', { password: PASSWORD }),
  ])
  // Whoever came second was refused whole.
  const isChanged = change.headers.get('Location') === '/account/password'
  if (!isChanged) expect(change.headers.get('Location')).toMatch(/^\/login/)
  else expect(confirm.headers.get('Location')).toMatch(/^\/login/)
  const enters = async (password: string) =>
    (await w.browser().post('/login', { email: 'ana@example.com', password })).status === 303
  expect([await enters(NEW), await enters(PASSWORD)]).toEqual([isChanged, !isChanged])
})

test('a browser that knew the old password is a stranger after the new one; the one that changed it is not', async () => {
  const w = await world({}, quickHashing())
  const [desk, phone] = [await w.loggedIn('ana'), await w.loggedIn('ana')]
  await w.loggedIn('ben')
  expect(await countIn(w.db, 'known_devices')).toBe(3)
  const device = desk.jar.get('device')
  await desk.post('/account/password', { current: PASSWORD, password: NEW, verify: NEW })
  expect(await countIn(w.db, 'known_devices')).toBe(2)
  expect(desk.jar.get('device')).toBe(device!)
  expect((await phone.get('/')).status).toBe(303)
})

test('what is no address belongs to no account: people who mistype do not share a wait', async () => {
  const w = await world({}, quickHashing())
  for (let i = 0; i < 8; i++)
    await w.browser({ ip: `10.0.0.${i}` }).post('/login', { email: 'anaexample', password: 'x' })
  const answer = await w.browser({ ip: '10.0.9.9' }).post('/login', { email: 'benexample', password: 'x' })
  expect(answer.status).toBe(422)
})

test('a session that ends while it is written to is told apart from a fault of ours', async () => {
  const w = await world({}, quickHashing())
  for (let round = 0; round < 20; round++) {
    const ana = await w.loggedIn('ana')
    const twin = w.browser()
    for (const [name, value] of ana.jar) twin.jar.set(name, value)
    const answers = await Promise.all([ana.post('/inbox/completed', { show: 'on' }), twin.post('/logout')])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
  }
})

test('the message after a move names the task that was moved, also when others had to make room', async () => {
  const w = await world({}, quickHashing())
  const user = await w.person('ana')
  const now = w.now()
  const [a, b, c] = [
    (await addTask(w.db, user, { title: 'A' }, { now })).task!,
    (await addTask(w.db, user, { title: 'B' }, { now })).task!,
    (await addTask(w.db, user, { title: 'C' }, { now })).task!,
  ]
  await w.db.updateTable('tasks').set({ position: b.position }).where('id', '=', c.id).execute()
  await moveTask(w.db, user, a.id, { side: 'after', other: b.id }, { now })
  const ana = await w.loggedIn('ana')
  await ana.post(`/tasks/${a.id}/move`, { after: c.id })
  const answer = await ana.post(`/tasks/${a.id}/move`, { before: b.id })
  expect(answer.status).toBe(303)
  expect(flashesIn(await ana.page('/')).some((text) => text.startsWith('Moved “A”'))).toBe(true)
})

test('a task that was deleted is added anew by a page that is sent again', async () => {
  const w = await world({}, quickHashing())
  const ana = await w.loggedIn('ana')
  const id = '01900000-0000-7000-8000-00000000abcd'
  await ana.post('/tasks', { task: 'Tea', id })
  await ana.post(`/tasks/${id}/delete`)
  await ana.post('/tasks', { task: 'Tea', id })
  expect([...(await ana.page('/')).matchAll(/class="title"[^>]*>Tea</g)]).toHaveLength(1)
})

test('gzip;q=0 says no', async () => {
  const w = await world({}, quickHashing())
  const ana = await w.loggedIn('ana')
  const encoding = async (accepted: string) =>
    (await ana.get('/', { 'Accept-Encoding': accepted })).headers.get('Content-Encoding')
  expect(
    await Promise.all(
      ['gzip', 'br, gzip;q=0.5', 'gzip;q=0', 'gzip; q=0.0, br', 'x-gzip-not', 'identity'].map(encoding),
    ),
  ).toEqual(['gzip', 'gzip', null, null, null, null])
})
