import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Inbox, linkIn, openInbox } from '#test/mail/inbox.ts'
import { type Running, startServer } from '#test/running.ts'
import { axe } from './checks.ts'
import { closeBrowser, withPage } from './chromium.ts'
import { registerByMail } from './people.ts'

let inbox: Inbox
let site: Running
let dir: string

beforeAll(async () => {
  inbox = await openInbox()
  dir = await mkdtemp(join(tmpdir(), 'gid-forgotten-'))
  site = await startServer(dir, { env: inbox.env })
})
afterAll(async () => {
  await closeBrowser()
  await site.stop()
  await rm(dir, { recursive: true, force: true })
})

const NEW = 'another kettle, one cup'

for (const javaScript of [true, false]) {
  const name = javaScript ? 'ana-with' : 'ana-without'

  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    test('Ana forgot her password, follows the link of the mail, and comes in with another', () =>
      withPage({ baseURL: site.url, javaScript }, async (page) => {
        await withPage({ baseURL: site.url }, (elsewhere) => registerByMail(elsewhere, site.url, name, inbox))
        await page.goto('/login')
        await page.getByRole('link', { name: 'Forgot your password?' }).click()
        await heading(page, 'Forgot your password?', javaScript)
        await page.fill('[name=email]', `${name}@example.com`)
        await page.click('main button.primary')
        await heading(page, 'Look into your mail', javaScript)

        const link = linkIn(await inbox.untilTo(`${name}@example.com`, 2))
        await page.goto(link)
        await heading(page, 'Choose a new password', javaScript)
        expect(new URL(page.url()).pathname).toBe('/reset')
        await page.fill('[name=password]', NEW)
        await page.fill('[name=verify]', 'something else')
        await page.click('main button.primary')
        await page.getByText('The two are not the same.').waitFor()
        await page.fill('[name=password]', NEW)
        await page.fill('[name=verify]', NEW)
        await page.click('main button.primary')
        await heading(page, 'Log in', javaScript)
        await page.getByText('Your password is changed').waitFor()
        await page.fill('[name=email]', `${name}@example.com`)
        await page.fill('[name=password]', NEW)
        await page.click('main button.primary')
        await page.waitForSelector('#task')

        await page.context().clearCookies()
        await page.goto(link)
        await heading(page, 'This link does not work any more', javaScript)
      }))
  })
}

async function heading(page: Page, name: string, javaScript: boolean): Promise<void> {
  await page.getByRole('heading', { name }).waitFor()
  if (!javaScript) return
  await page.waitForSelector('html:not([aria-busy])')
  expect([name, await axe(page)]).toEqual([name, []])
}
