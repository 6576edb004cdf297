import { expect, test } from 'bun:test'
import { PASSWORD, world } from '#test/world.ts'

// Many people at once from one place: what counts are failures, not that they come together.

const statuses = async (answers: Promise<Response>[]) => (await Promise.all(answers)).map(({ status }) => status)
const count = (all: number[], status: number) => all.filter((one) => one === status).length

test('a class of 25 logs in at the stroke of nine from one network, all with the right password', async () => {
  const w = await world()
  const names = Array.from({ length: 25 }, (_, i) => `pupil${i}`)
  for (const name of names) await w.person(name)
  const all = await statuses(
    names.map((name) => w.browser().post('/login', { email: `${name}@example.com`, password: PASSWORD })),
  )
  expect(count(all, 303)).toBe(25)
})

test('fifteen register at once from one network', async () => {
  const w = await world()
  const all = await statuses(
    Array.from({ length: 15 }, (_, i) =>
      w.browser().post('/register', { email: `new${i}@example.com`, password: PASSWORD, verify: PASSWORD }),
    ),
  )
  expect(count(all, 303)).toBe(15)
})

test('Ana’s fifteen devices log in at once', async () => {
  const w = await world()
  await w.person('ana')
  const all = await statuses(
    Array.from({ length: 15 }, (_, i) =>
      w.browser({ ip: `10.0.0.${i}` }).post('/login', { email: 'ana@example.com', password: PASSWORD }),
    ),
  )
  expect(count(all, 303)).toBe(15)
})

test('thirty wrong passwords at once are thirty tries', async () => {
  const w = await world()
  await w.person('ana')
  const all = await statuses(
    Array.from({ length: 30 }, (_, i) =>
      w.browser({ ip: `10.0.0.${i}` }).post('/login', { email: 'ana@example.com', password: 'wrong' }),
    ),
  )
  expect(count(all, 303)).toBe(0)
  // Five are free; the sixth begins a wait.
  expect(count(all, 422)).toBe(6)
  expect(count(all, 429)).toBe(24)
})
