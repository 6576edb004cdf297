import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { codeOf, stepOf } from '#crypto/totp.ts'
import { recoveryIn, secretIn } from '#test/factors/app.ts'
import { axe } from './checks.ts'
import type { PageOptions } from './chromium.ts'
import { journeys } from './journeys.ts'
import { fillLogin, register } from './people.ts'

const { site, visit } = await journeys()

/** An authenticator app whose owner does not wait: of the three codes that count at a time, the first not used yet. */
function appWith(secret: Buffer): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, stepOf(new Date()) - 1)
    return codeOf(secret, last)
  }
}

/** Logs out, fills in the login, and ends on the second step. */
async function toSecondStep(page: Page, name: string, next = '/'): Promise<void> {
  await page.goto('/logout')
  await page.click('main button.primary')
  await page.waitForURL('**/login')
  await page.goto(`/login?next=${encodeURIComponent(next)}`)
  await fillLogin(page, name)
  await page.waitForURL('**/login/second')
}

const ways: [name: string, options: PageOptions][] = [
  ['on a desktop', { screen: 'desktop' }],
  ['on a phone, dark', { screen: 'phone', colorScheme: 'dark' }],
  ['without JavaScript on a desktop', { screen: 'desktop', javaScript: false }],
  ['without JavaScript on a phone', { screen: 'phone', javaScript: false }],
]

for (const [n, [name, options]] of ways.entries()) {
  test(`Ana sets up a second step, logs in with it, proves herself by it, and turns it off, ${name}`, async () => {
    const { page } = await visit(options)
    const ana = `ana-two-${n}`
    await register(page, site.url, ana)
    await page.goto('/account')
    await page.getByRole('link', { name: 'Two steps' }).click()
    await page.waitForURL('**/account/two-factor')
    await page.click('main button.primary')
    await page.waitForURL('**/account/two-factor/set-up')
    expect(await page.getByRole('img', { name: /QR code/ }).isVisible()).toBe(true)
    const secret = secretIn(await page.content())
    const code = appWith(secret)
    await look(page, options)
    await page.fill('[name=code]', code())
    await page.click('main button.primary')
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    const codes = recoveryIn(await page.locator('.secrets').innerText())
    expect(codes).toHaveLength(10)
    await look(page, options)
    await page.getByRole('link', { name: 'I have kept them' }).click()
    await page.getByText('You have 10 recovery codes left.').waitFor()
    await look(page, options)

    await toSecondStep(page, ana, '/completed')
    await look(page, options)
    await page.goto('/today')
    expect(new URL(page.url()).pathname).toBe('/login')
    await page.goto('/login/second')
    await page.fill('[name=code]', '000000')
    await page.press('[name=code]', 'Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.inputValue('[name=code]')).toBe('')
    await look(page, options)
    await page.fill('[name=code]', code())
    await page.press('[name=code]', 'Enter')
    await page.waitForURL('**/completed')
    await page.getByText('You are logged in.').waitFor()

    await page.goto('/account/confirm?next=/account/two-factor')
    await look(page, options)
    await page.fill('[name=code]', code())
    await page.getByRole('button', { name: 'Confirm by the code' }).click()
    await page.waitForURL('**/account/two-factor')

    await toSecondStep(page, ana)
    await page.getByRole('link', { name: 'Use a recovery code' }).click()
    await page.waitForURL('**/login/recovery')
    await look(page, options)
    await page.fill('[name=code]', codes[0]!.toLowerCase())
    await page.press('[name=code]', 'Enter')
    await page.getByText('9 recovery codes are left.').waitFor()

    await page.goto('/account/two-factor')
    await page.getByRole('button', { name: 'Make new recovery codes' }).click()
    await page.getByRole('heading', { name: 'Recovery codes', level: 1 }).waitFor()
    const fresh = recoveryIn(await page.locator('.secrets').innerText())
    expect(new Set([...codes, ...fresh]).size).toBe(20)
    await page.getByRole('link', { name: 'I have kept them' }).click()
    await page.getByRole('button', { name: 'Turn the second step off' }).click()
    await page.getByText('Your password alone logs you in now.').waitFor()
    await page.goto('/logout')
    await page.click('main button.primary')
    await page.waitForURL('**/login')
    await fillLogin(page, ana)
    await page.waitForSelector('#task')
  }, 60_000)
}

/** Nothing stands in anybody's way, and nothing is cut off sideways. */
async function look(page: Page, { javaScript }: PageOptions): Promise<void> {
  await page.waitForLoadState()
  if (javaScript === false) return
  await page.waitForSelector('html:not([aria-busy])')
  expect([page.url(), await axe(page)]).toEqual([page.url(), []])
  const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  expect(wide).toBe(seen!)
}

test('a code that is half-typed is not kept in the browser', async () => {
  const { page } = await visit()
  await register(page, site.url, 'ana-half')
  await page.goto('/account/two-factor')
  await page.click('main button.primary')
  await page.waitForURL('**/account/two-factor/set-up')
  await page.fill('[name=code]', '123456')
  await page.goto('/')
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('123456')
})
