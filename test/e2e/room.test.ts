import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeys } from './journeys.ts'
import { register } from './people.ts'

const { site, visit } = await journeys()

/** What stands closer than 16 pixels to a form, before it or behind it, with its distance. A heading may be nearer. */
const crowded = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    const nameOf = (part: Element) => part.textContent?.trim().slice(0, 30)
    const measure = (above: Element | null, below: Element | null) => {
      if (!above?.checkVisibility() || !below?.checkVisibility()) return
      const distance = below.getBoundingClientRect().top - above.getBoundingClientRect().bottom
      if (distance < 16) found.push(`${Math.round(distance)}: ${nameOf(above)} | ${nameOf(below)}`)
    }
    for (const form of document.querySelectorAll('main > form')) {
      if (!form.previousElementSibling?.matches('h1, h2')) measure(form.previousElementSibling, form)
      measure(form, form.nextElementSibling)
    }
    return found
  })

test('forms about the account have room around them, and no button is as wide as the screen', async () => {
  const { page } = await visit({ screen: 'phone' })
  await register(page, site.url, 'ana-room')
  for (const path of [
    '/account',
    '/account/tokens/new',
    '/account/delete',
    '/account/password',
    '/account/two-factor',
  ]) {
    await page.goto(path)
    expect([path, await crowded(page)]).toEqual([path, []])
    const widest = await page
      .locator('main .primary, main .danger')
      .evaluateAll((buttons) => Math.max(0, ...buttons.map((button) => button.getBoundingClientRect().width)))
    expect(widest).toBeLessThan(300)
  }
})
