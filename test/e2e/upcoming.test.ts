import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { addDays } from '#core/days.ts'
import { journeysOnALine } from './journeys.ts'
import { add, comeNear, dragTo, edit, nothingWaits, onServer, registerByHand, row, until, waits } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

/** Ana, on the page Upcoming with these tasks; her clocks are those of UTC. */
async function ana(...tasks: string[]): Promise<Page> {
  const { page } = await visit({ timezoneId: 'UTC' })
  await registerByHand(page, network.url, `ana${++count}-upcoming`)
  await add(page, ...tasks)
  await page.goto('/upcoming')
  return page
}

/** The titles below each heading that is to be seen. */
const days = (page: Page): Promise<string[][]> =>
  page
    .locator('main .tasks:has(> .task)')
    .evaluateAll((lists) =>
      lists.map((list) => [...list.querySelectorAll('.title')].map((title) => title.textContent ?? '')),
    )

const drag = (page: Page, title: string, to: string): Promise<void> => dragTo(page, row(page, title), row(page, to))

test('a row that is dragged to another day is due then, at its time, at once and for good', async () => {
  const page = await ana(
    'Mow in 2 days at 12:00',
    'Paint in 2 days',
    'Sweep in 3 days at 10:00',
    'Dust in 3 days at 15:00',
  )
  const [due] = (await row(page, 'Dust').locator('.due').textContent())!.split(' ')
  await drag(page, 'Mow', 'Dust')
  const after = [['Paint'], ['Sweep', 'Mow', 'Dust']]
  await until(async () => JSON.stringify(await days(page)) === JSON.stringify(after), 'it stands there by its time')
  expect(await row(page, 'Mow').locator('.due').textContent()).toBe(`${due} 12:00`)
  await nothingWaits(page)
  await page.reload()
  expect(await days(page)).toEqual(after)
  expect(await row(page, 'Mow').locator('.due').textContent()).toBe(`${due} 12:00`)
})

test('it is taken back by its Undo, the last of a day too', async () => {
  const page = await ana('Mow in 2 days', 'Dust in 3 days')
  await drag(page, 'Dust', 'Mow')
  await until(async () => (await days(page)).length === 1, 'both stand on one day')
  await page.locator('.toast', { hasText: '“Dust” is due' }).getByRole('button', { name: 'Undo' }).click()
  await until(async () => JSON.stringify(await days(page)) === '[["Mow"],["Dust"]]', 'it is back')
})

test('a day keeps its heading while its last row is dragged out, so that it can be brought back', async () => {
  const page = await ana('Mow in 2 days', 'Dust in 3 days')
  const headings = () => page.locator('main .group:visible').count()
  const [mow, dust] = [(await row(page, 'Mow').boundingBox())!, (await row(page, 'Dust').boundingBox())!]
  await comeNear(page, row(page, 'Mow'))
  await page.mouse.down()
  await page.mouse.move(dust.x + 90, dust.y + 30, { steps: 12 })
  await until(async () => (await days(page)).length === 1, 'it is over the other day')
  expect(await headings()).toBe(2)
  // A hand does not stand still while it waits.
  await until(async () => {
    await page.mouse.move(mow.x + 90, mow.y + 40, { steps: 4 })
    await page.mouse.move(mow.x + 60, mow.y + 30, { steps: 4 })
    return (await days(page)).length === 2
  }, 'it is back')
  await page.mouse.up()
  await waits(page, 0)
  expect(await days(page)).toEqual([['Mow'], ['Dust']])
})

test('without a network it is shown, waits and is sent; within its day a row has no other place', async () => {
  const page = await ana('Mow in 2 days at 12:00', 'Paint in 2 days at 13:00', 'Dust in 3 days')
  await comeNear(page, row(page, 'Mow'))
  await network.cut()
  await drag(page, 'Mow', 'Dust')
  await until(async () => JSON.stringify(await days(page)) === '[["Paint"],["Mow","Dust"]]', 'it is shown')
  await waits(page, 1)
  await drag(page, 'Mow', 'Dust')
  await waits(page, 1)
  network.mend()
  await nothingWaits(page)
  expect(await onServer(page, '/upcoming')).toEqual(['Paint', 'Mow', 'Dust'])
})

test('a task that repeats is due on that day, and repeats as before', async () => {
  const page = await ana('Water every day starting tomorrow', 'Dust in 3 days')
  const rule = await row(page, 'Water').locator('.repeats').textContent()
  await drag(page, 'Water', 'Dust')
  await until(async () => (await days(page)).length === 1, 'it stands on that day')
  await nothingWaits(page)
  await page.reload()
  expect((await days(page)).flat().toSorted()).toEqual(['Dust', 'Water'])
  expect(await row(page, 'Water').locator('.repeats').textContent()).toBe(rule)
})

test('a time in a zone of its own stays that time, on the day on which Ana reads it', async () => {
  const page = await ana('Call Kenji in 2 days at 01:00', 'Mow in 2 days', 'Dust in 4 days')
  const own = (await row(page, 'Call Kenji').locator('.due').getAttribute('data-due'))!.split(' ')[0]!
  await edit(page, 'Call Kenji', { due_day: own, due_time: '01:00', due_zone: 'Asia/Tokyo' })
  await page.reload()
  expect(await days(page)).toEqual([['Call Kenji'], ['Mow'], ['Dust']])
  await drag(page, 'Call Kenji', 'Dust')
  const after = [['Mow'], ['Call Kenji', 'Dust']]
  await until(async () => JSON.stringify(await days(page)) === JSON.stringify(after), 'it is shown')
  const words = await row(page, 'Call Kenji').locator('.due').textContent()
  expect(words).toEndWith(' 16:00')
  await nothingWaits(page)
  await page.reload()
  expect(await days(page)).toEqual(after)
  expect(await row(page, 'Call Kenji').locator('.due').textContent()).toBe(words)
  expect(await row(page, 'Call Kenji').locator('.due').getAttribute('data-due')).toBe(`${addDays(own, 3)} 01:00`)
})

test('what starts only later goes back to its day, and it is said why', async () => {
  const page = await ana('Dust in 3 days', 'Mow in 5 days starting in 4 days')
  await drag(page, 'Mow', 'Dust')
  await page.locator('.toast', { hasText: 'before the day on which it starts' }).waitFor()
  expect(await days(page)).toEqual([['Dust'], ['Mow']])
})
