import { expect, test } from 'bun:test'
import { axe } from './checks.ts'
import { journeysOnALine } from './journeys.ts'
import { until } from './people.ts'

const { network, visit } = await journeysOnALine()

test('Ana sees how good her password is while she types it, and nothing moves', async () => {
  const { page } = await visit()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(`${network.url}/register`)
  await page.fill('#email', 'ana.lopez@example.com')
  expect(asked.filter((path) => path.includes('strength'))).toEqual([])
  const verify = await page.locator('#verify').boundingBox()
  const says = async (password: string, words: string) => {
    await page.fill('#password', password)
    await until(async () => (await page.locator('.strength').textContent()) === words, words)
  }
  await says('password1', 'Very weak: many have it')
  await says('asdfghjkl', 'Very weak: many have it')
  await says('ana.lopez', 'Very weak: it is about you')
  await says('violet heron keeps seven kettles', 'Strong')
  expect(await page.locator('#verify').boundingBox()).toEqual(verify)
  expect(await axe(page)).toEqual([])
  await says('', '')
  expect(asked.filter((path) => path.includes('strength')).length).toBe(1)
})

test('where the dictionary cannot be loaded, Ben registers as ever', async () => {
  const { page } = await visit()
  network.play((request) => (request.url.includes('/strength') ? new Response('', { status: 503 }) : undefined))
  await page.goto(`${network.url}/register`)
  await page.fill('#email', 'ben-strength@example.com')
  for (const name of ['password', 'verify']) await page.fill(`#${name}`, 'violet heron keeps seven kettles')
  expect(await page.locator('.strength').count()).toBe(0)
  await page.click('button.primary')
  await page.waitForSelector('#task')
  network.play(undefined)
})
