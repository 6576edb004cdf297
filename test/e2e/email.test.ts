import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Inbox, linkIn, openInbox, type Received } from '#test/mail/inbox.ts'
import { type Running, startServer } from '#test/running.ts'
import { axe } from './checks.ts'
import { closeBrowser, type PageOptions, withPage } from './chromium.ts'
import { fillLogin, registerByMail } from './people.ts'

let inbox: Inbox
let site: Running
let dir: string

beforeAll(async () => {
  inbox = await openInbox()
  dir = await mkdtemp(join(tmpdir(), 'gid-email-'))
  site = await startServer(dir, { env: inbox.env })
})
afterAll(async () => {
  await closeBrowser()
  await site.stop()
  await rm(dir, { recursive: true, force: true })
})

const NEW = 'another kettle, one cup'

const ways: [name: string, options: PageOptions][] = [
  ['ana-desktop', { screen: 'desktop' }],
  ['ana-phone', { screen: 'phone', colorScheme: 'dark' }],
  ['ana-without', { screen: 'desktop', javaScript: false }],
]

describe('Ana', () => {
  for (const [name, options] of ways) {
    test(
      `changes her address by the link of a mail, and undoes it by that of the other (${name})`,
      () =>
        withPage({ ...options, baseURL: site.url }, async (page) => {
          const [old, fresh] = [`${name}@example.com`, `${name}@new.example`]
          await registerByMail(page, site.url, name, inbox)
          await page.goto('/account')
          await page.getByRole('link', { name: 'Change the address' }).click()
          await heading(page, 'E-mail address', options)
          await page.fill('[name=email]', fresh)
          await page.getByRole('button', { name: 'Send the link' }).click()
          await page.getByText('A mail with a link is on its way to the new address.').waitFor()
          await page.getByText('Waits to be confirmed').waitFor()
          await heading(page, 'E-mail address', options)

          await page.goto(linkIn(await mail(fresh, 'Confirm your new e-mail address')))
          expect(new URL(page.url()).pathname).toBe('/email/confirm')
          await heading(page, 'Is this your address?', options)
          await page.getByRole('button', { name: 'Confirm the address' }).click()
          await page.getByText('Your e-mail address is changed.').waitFor()
          await page.locator('main').getByText(fresh).waitFor()

          await page.goto(linkIn(await mail(old, 'Your e-mail address was changed')))
          await heading(page, 'Was it not you?', options)
          await page.getByRole('button', { name: 'It was not me: undo it' }).click()
          await heading(page, 'The change is undone', options)
          await page.goto('/login')
          await fillLogin(page, name)
          await page.getByText('The e-mail or the password is not right.').waitFor()

          await page.goto(linkIn(await mail(old, 'Choose a new password')))
          await page.fill('[name=password]', NEW)
          await page.fill('[name=verify]', NEW)
          await page.click('main button.primary')
          await page.getByText('Your password is changed').waitFor()
          await page.fill('[name=email]', old)
          await page.fill('[name=password]', NEW)
          await page.click('main button.primary')
          await page.waitForSelector('#task')
        }),
      60_000,
    )
  }
})

/** The mail that came to `address` with this subject. */
async function mail(address: string, subject: string): Promise<Received> {
  const isMeant = ({ to, headers }: Received) => to.includes(address) && headers.get('subject') === subject
  for (let i = 0; i < 2000 && !inbox.mails.some(isMeant); i++) await Bun.sleep(5)
  return inbox.mails.find(isMeant) ?? inbox.until(inbox.mails.length + 1)
}

async function heading(page: Page, name: string, { javaScript }: PageOptions): Promise<void> {
  await page.getByRole('heading', { name }).waitFor()
  if (javaScript === false) return
  await page.waitForSelector('html:not([aria-busy])')
  expect([name, await axe(page)]).toEqual([name, []])
  const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  expect(wide).toBe(seen!)
}
