import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Inbox, linkIn, openInbox } from '#test/mail/inbox.ts'
import { type Running, startServer } from '#test/running.ts'
import { axe } from './checks.ts'
import { closeBrowser, withPage } from './chromium.ts'
import { fillLogin, registerByHand } from './people.ts'

let inbox: Inbox
let site: Running
let dir: string

beforeAll(async () => {
  inbox = await openInbox()
  dir = await mkdtemp(join(tmpdir(), 'gid-by-mail-'))
  site = await startServer(dir, { env: inbox.env })
  // The first to come is in at once.
  await withPage({ baseURL: site.url }, (page) => registerByHand(page, site.url, 'ana'))
})
afterAll(async () => {
  await closeBrowser()
  await site.stop()
  await rm(dir, { recursive: true, force: true })
})

for (const javaScript of [true, false]) {
  const name = javaScript ? 'ben-with' : 'ben-without'

  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    test('Ben registers, follows the link of the mail on his phone, and logs in', () =>
      withPage({ baseURL: site.url, javaScript }, async (page) => {
        await page.goto('/register')
        await page.getByText('You are sent a mail to confirm the account.').waitFor()
        await page.fill('[name=email]', `${name}@example.com`)
        await page.fill('[name=password]', 'a kettle, two cups and rain')
        await page.fill('[name=verify]', 'a kettle, two cups and rain')
        await page.click('main button.primary')
        await heading(page, 'Look into your mail', javaScript)
        const link = linkIn(await inbox.untilTo(`${name}@example.com`))

        await withPage({ baseURL: site.url, javaScript, screen: 'phone' }, async (phone) => {
          await phone.goto(link)
          await heading(phone, 'Make this account?', javaScript)
          expect(new URL(phone.url()).pathname).toBe('/register/confirm')
          await phone.click('main button.primary')
          await heading(phone, 'Log in', javaScript)
          await phone.getByText('Your account is ready.').waitFor()
          await fillLogin(phone, name)
          await phone.waitForSelector('#task')
        })

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
