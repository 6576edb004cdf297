import { beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import type { PageOptions } from './chromium.ts'
import { journeys } from './journeys.ts'
import { fillLogin, register } from './people.ts'

const { site, visit } = await journeys()

// Who is first looks after the site.
beforeAll(async () => {
  const { page } = await visit()
  await register(page, site.url, 'ana')
})

const ways: [name: string, options: PageOptions][] = [
  ['on a desktop', { screen: 'desktop' }],
  ['on a phone, dark', { screen: 'phone', colorScheme: 'dark' }],
  ['without JavaScript', { screen: 'desktop', javaScript: false }],
]

for (const [n, [name, options]] of ways.entries()) {
  test(`Ana lets in who was invited, hands a link to Ben, who makes an account by it, ${name}`, async () => {
    const { page: ana } = await visit(options)
    await ana.goto('/login')
    await fillLogin(ana, 'ana')
    await ana.waitForSelector('#task')
    await ana.goto('/admin/settings')
    await ana.fill('[name=title]', `Chores ${n}`)
    await ana.selectOption('[name=registration]', 'invite')
    await ana.click('main button.primary')
    await ana.getByText('The settings of the site are saved.').waitFor()
    expect(await ana.title()).toBe(`Settings · Chores ${n}`)

    await ana.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'People' }).click()
    await ana.fill('[name=email]', `ben${n}@example.com`)
    await ana.getByRole('button', { name: 'Invite somebody' }).click()
    await ana.getByRole('heading', { name: 'Hand over this link' }).waitFor()
    await isSound(ana, options)
    // All of it is there to be seen, also on a phone.
    expect(await ana.locator('pre.secrets').evaluate((pre) => pre.scrollWidth - pre.clientWidth)).toBe(0)
    const link = (await ana.locator('pre.secrets').textContent()) ?? ''
    await ana.getByRole('link', { name: 'Back to the people' }).click()
    await ana.getByText(`ben${n}@example.com`).waitFor()
    await isSound(ana, options)

    const { page: ben } = await visit(options)
    await ben.goto('/register')
    await ben.getByRole('heading', { name: 'You need an invitation' }).waitFor()
    await ben.goto(link)
    await ben.getByRole('heading', { name: 'Make an account' }).waitFor()
    expect(new URL(ben.url()).pathname).toBe('/invite')
    await isSound(ben, options)
    await ben.fill('[name=password]', 'a kettle, two cups and rain')
    await ben.fill('[name=verify]', 'a kettle, two cups and rain')
    await ben.click('main button.primary')
    await ben.waitForSelector('#task')

    const { page: eve } = await visit(options)
    await eve.goto(link)
    await eve.getByRole('heading', { name: 'This invitation does not work any more' }).waitFor()
    await isSound(eve, options)
  })
}

async function isSound(page: Page, { javaScript = true }: PageOptions): Promise<void> {
  if (!javaScript) return
  await page.waitForSelector('html:not([aria-busy])')
  expect(await axe(page)).toEqual([])
}

for (const screen of ['desktop', 'phone'] as const) {
  test(`the longest title, in one word, fits on a ${screen}`, async () => {
    const { page } = await visit({ screen })
    await page.goto('/login')
    await fillLogin(page, 'ana')
    await page.waitForSelector('#task')
    await page.goto('/admin/settings')
    await page.fill('[name=title]', 'W'.repeat(60))
    await page.click('main button.primary')
    await page.getByText('The settings of the site are saved.').waitFor()
    for (const path of ['/admin/people', '/today', '/logout']) {
      await page.goto(path)
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([path, wide]).toEqual([path, 0])
    }
  })
}
