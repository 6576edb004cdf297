import { expect, test } from 'bun:test'
import { journeys } from './journeys.ts'
import { fillLogin, register, scriptRuns } from './people.ts'

const { site, visit } = await journeys()

test('Ana disables Ben, whose open page is gone at once, and takes it back', async () => {
  // Who is first looks after the site.
  const { page: ana } = await visit()
  await register(ana, site.url, 'ana')
  const { page: ben } = await visit()
  await register(ben, site.url, 'ben')
  await scriptRuns(ben)

  await ana.getByRole('link', { name: 'Administration' }).click()
  await ana.getByRole('heading', { name: 'How it is' }).waitFor()
  await ana.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'People' }).click()
  await ana.getByRole('button', { name: 'Disable ben@example.com' }).click()
  await ana.getByText('ben@example.com is disabled, and logged out everywhere.').waitFor()
  await ben.waitForURL('**/login**')

  await ana.getByRole('button', { name: 'Undo' }).click()
  await ana.getByText('ben@example.com may log in again.').waitFor()
  await ben.goto('/login')
  await fillLogin(ben, 'ben')
  await ben.waitForSelector('#task')
  expect(await ben.getByRole('link', { name: 'Administration' }).count()).toBe(0)
})

test('Ana makes a link to a new password for Ben, and gives him power only once she has typed his address', async () => {
  const { page: ana } = await visit()
  await ana.goto('/login')
  await fillLogin(ana, 'ana')
  await ana.waitForSelector('#task')
  await ana.goto('/admin/people')
  await scriptRuns(ana)
  await ana.getByRole('button', { name: 'Reset link for ben@example.com' }).click()
  const link = await ana.getByLabel('Link to a new password').innerText()
  const { page: ben } = await visit()
  await ben.goto(link)
  await ben.getByRole('heading', { name: 'Choose a new password' }).waitFor()

  await ana.getByRole('link', { name: 'Back to the people' }).click()
  await ana.getByRole('link', { name: 'Make administrator: ben@example.com' }).click()
  await ana.getByRole('heading', { name: 'Make administrator' }).waitFor()
  await ana.fill('[name=email]', 'eve@example.com')
  await ana.getByRole('button', { name: 'Make administrator' }).click()
  await ana.getByRole('alert').waitFor()
  await ana.fill('[name=email]', 'ben@example.com')
  await ana.getByRole('button', { name: 'Make administrator' }).click()
  await ana.getByText('ben@example.com administers this site too.').waitFor()
  await ana.getByRole('button', { name: 'Take administration from ben@example.com' }).click()
  await ana.getByRole('link', { name: 'Undo' }).click()
  await ana.getByRole('heading', { name: 'Make administrator' }).waitFor()
})

test('on a phone the way there is on the page of the lists', async () => {
  const { page } = await visit({ screen: 'phone' })
  await page.goto('/login')
  await fillLogin(page, 'ana')
  await page.waitForSelector('#task')
  await page.getByRole('link', { name: 'Lists' }).first().click()
  await page.getByRole('navigation', { name: 'More places' }).getByRole('link', { name: 'Administration' }).click()
  await page.getByRole('heading', { name: 'Administration' }).waitFor()
})
