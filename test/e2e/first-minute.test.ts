import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { withPage } from './chromium.ts'
import { journeys } from './journeys.ts'
import { fillLogin, nothingWaits, registerByHand, row, titles, until } from './people.ts'

const { site } = await journeys()

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    const name = javaScript ? 'ana-with' : 'ana-without'

    test('Ana registers, adds, completes, undoes, logs out, comes back and is remembered', () =>
      withPage({ baseURL: site.url, javaScript }, async (page) => {
        await page.goto('/completed')
        expect(new URL(page.url()).pathname).toBe('/login')
        await registerByHand(page, site.url, name)
        expect(await page.locator('.empty').isVisible()).toBe(true)
        expect(await focusedId(page, javaScript)).toBe('task')

        for (const title of ['Book the train', 'Milk & <b>eggs</b>', 'اتصل بالبنك']) {
          await add(page, title, javaScript)
          expect(await focusedId(page, javaScript)).toBe('task')
        }
        expect(await titles(page)).toEqual(['اتصل بالبنك', 'Milk & <b>eggs</b>', 'Book the train'])

        await row(page, 'Book the train').locator('.check').click()
        await until(async () => (await titles(page)).length === 2, 'the row leaves')
        if (javaScript) await nothingWaits(page)
        await page
          .locator('.toast', { hasText: 'Completed “Book the train”' })
          .getByRole('button', { name: 'Undo' })
          .click()
        await row(page, 'Book the train').waitFor()
        await row(page, 'Book the train').locator('.check').click()
        await until(async () => (await titles(page)).length === 2, 'the row leaves again')
        if (javaScript) await nothingWaits(page)

        await page.click('.side a[href="/completed"]')
        await page.getByRole('heading', { name: 'Completed', exact: true }).waitFor()
        expect(await titles(page)).toEqual(['Book the train'])

        await page.click('.side .logout button')
        await page.getByRole('heading', { name: 'Log in' }).waitFor()
        await page.goto('/completed')
        await fillLogin(page, name, { remember: true })
        await page.getByRole('heading', { name: 'Completed', exact: true }).waitFor()
        expect(await titles(page)).toEqual(['Book the train'])
        const [session] = (await page.context().cookies()).filter((cookie) => cookie.name === 'sid')
        expect(session?.expires).toBeGreaterThan(Date.now() / 1000 + 13 * 24 * 3600)
      }))

    test('Ana renames, describes, moves and deletes', () =>
      withPage({ baseURL: site.url, javaScript }, async (page) => {
        await registerByHand(page, site.url, `${name}-menu`)
        for (const title of ['One', 'Two', 'Three']) await add(page, title, javaScript)

        await openMenu(page, 'Three')
        await page.getByRole('link', { name: 'Rename' }).click()
        await page.fill('.rename [name=title]', 'Four')
        await page.click('.rename button')
        await row(page, 'Four').waitFor()
        if (javaScript) await nothingWaits(page)

        await openMenu(page, 'One')
        await page.getByRole('button', { name: 'Move up' }).click()
        await until(async () => (await titles(page)).join() === 'Four,One,Two', 'One moves up')
        if (javaScript) await nothingWaits(page)

        await row(page, 'Two').getByRole('link', { name: 'Two', exact: true }).click()
        await page.getByRole('heading', { name: 'Two' }).waitFor()
        await page.fill('[name=notes]', 'Both of them,\nthe green one too')
        await page.click('main .stack button.primary')
        if (javaScript) await nothingWaits(page)
        else await page.locator('.toast', { hasText: 'Saved “Two”' }).waitFor()
        await page.reload()
        expect(await page.inputValue('[name=notes]')).toBe('Both of them,\nthe green one too')
        await page.getByRole('button', { name: 'Delete' }).click()
        await until(async () => (await titles(page)).join() === 'Four,One', 'Two is gone')
      }))
  })
}

async function add(page: Page, title: string, javaScript: boolean): Promise<void> {
  await page.fill('#task', title)
  await page.press('#task', 'Enter')
  await row(page, title).waitFor()
  if (javaScript) await nothingWaits(page)
}

async function openMenu(page: Page, title: string): Promise<void> {
  await row(page, title).hover()
  await row(page, title).locator('.more').click()
  await page.locator('.menu').waitFor()
}

// Without script the page cannot be asked; the attribute that puts the cursor there can.
const focusedId = async (page: Page, javaScript: boolean): Promise<string | null> =>
  javaScript ? page.evaluate(() => document.activeElement?.id ?? null) : page.locator('[autofocus]').getAttribute('id')
