import { expect, test } from 'bun:test'
import { wallClockIn } from '#core/wall-clock.ts'
import { journeys } from './journeys.ts'
import { add, registerByHand, row, scriptRuns, until } from './people.ts'

const { site, visit } = await journeys()

/** Somewhere it is between six in the morning and six in the evening: two hours on it is the same day there. */
const timezoneId = ['Europe/London', 'Asia/Tokyo', 'Pacific/Honolulu'].find((zone) => {
  const { time } = wallClockIn(zone, new Date())
  return time > '06:00' && time < '18:00'
})!

test('a task becomes late while Ana looks at it, in words and in the colour of what is overdue', async () => {
  const { page } = await visit({ timezoneId })
  await page.clock.install()
  await registerByHand(page, site.url, 'ana-late')
  const { time } = wallClockIn(timezoneId, new Date(Date.now() + 3_600_000))
  await add(page, `Ring Ben today ${time}`, 'Read today')
  const due = row(page, 'Ring Ben').locator('.due')
  expect(await due.textContent()).toBe(`Today ${time}`)
  await page.clock.fastForward('02:00:00')
  await until(async () => (await due.textContent()) === `Late since ${time}`, 'it is late')
  expect(await due.getAttribute('class')).toBe('due late')
  expect(await due.locator('svg').count()).toBe(1)
  expect(await row(page, 'Read').locator('.due').textContent()).toBe('Today')
})

test('a page that stands open over midnight becomes that of the new day', async () => {
  const { page } = await visit({ timezoneId, serviceWorkers: 'block' })
  await page.clock.install()
  await registerByHand(page, site.url, 'ana-midnight')
  await add(page, 'Milk today')
  await page.goto(`${site.url}/today`)
  await scriptRuns(page)
  // The server knows of no midnight here, so its page of the next day is made of that of today.
  await page.route('**/today', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('Milk', 'Milk since yesterday') })
  })
  await page.fill('#task', 'Half a sen')
  await page.clock.fastForward('24:00:00')
  await row(page, 'Milk since yesterday').waitFor({ timeout: 10_000 })
  expect(await page.inputValue('#task')).toBe('Half a sen')
})
