import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openIdp } from '#test/sso/idp.ts'
import { axe } from './checks.ts'
import type { PageOptions } from './chromium.ts'
import { journeys } from './journeys.ts'
import { login, register } from './people.ts'

const idp = await openIdp()
const { site, visit } = await journeys(idp.env())
await idp.serve(site.url)

const ways: [name: string, options: PageOptions][] = [
  ['on a desktop', { screen: 'desktop' }],
  ['on a phone, dark', { screen: 'phone', colorScheme: 'dark' }],
  ['without JavaScript on a desktop', { screen: 'desktop', javaScript: false }],
]

/** Says at the provider who one is. */
async function elsewhere(page: Page, name: string): Promise<void> {
  await page.waitForURL(`${idp.issuer}/interaction/**`)
  await page.fill('[name=login]', name)
  await page.getByRole('button', { name: 'Log in' }).click()
}

async function logOut(page: Page): Promise<void> {
  await page.goto('/logout')
  await page.click('main button.primary')
  await page.waitForURL('**/login')
}

/** Comes in through the provider, where somebody is logged in by now. */
async function comeIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go on with Work' }).click()
  await page.waitForSelector('#task')
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

for (const [n, [name, options]] of ways.entries()) {
  test(`Ben makes an account through the provider, comes back, and stays logged in, ${name}`, async () => {
    const { page, context } = await visit(options)
    await page.goto('/login?next=/completed')
    await look(page, options)
    await page.check('[name=remember]')
    await page.getByRole('button', { name: 'Go on with Work' }).click()
    await elsewhere(page, `ben-sso-${n}`)
    await page.waitForURL(`${site.url}/completed`)
    await page.getByText('Your account is ready.').waitFor()
    const session = (await context.cookies(site.url)).find((cookie) => cookie.name === 'sid')
    expect(session?.expires).toBeGreaterThan(Date.now() / 1000 + 24 * 60 * 60)
    // The way back is no place to return to: nothing of it is in the history.
    expect(await page.evaluate(() => location.href + document.referrer)).not.toContain('code=')

    await logOut(page)
    await comeIn(page)
    await page.goto('/account/sign-in')
    await page.getByRole('button', { name: 'Unlink Work' }).click()
    await page.getByRole('alert').getByText('Choose a password first').waitFor()
    await look(page, options)
  }, 60_000)

  test(`Ana links her account, comes in through it, confirms by it, and unlinks it, ${name}`, async () => {
    const { page } = await visit(options)
    const ana = `ana-sso-${n}`
    await register(page, site.url, ana)
    // By links, as people go there: the page has to be loaded whole, or the browser would stop its form.
    await page.goto('/account')
    await page.getByRole('link', { name: 'Password', exact: true }).click()
    await page.getByRole('link', { name: 'Log in through another site' }).click()
    await page.waitForURL('**/account/sign-in')
    await look(page, options)
    await page.getByRole('button', { name: 'Link with Work' }).click()
    await elsewhere(page, `${ana}-there`)
    await page.waitForURL(`${site.url}/account/sign-in`)
    await page.getByText('From now on it logs you in too.').waitFor()
    await look(page, options)

    await logOut(page)
    await comeIn(page)
    await page.goto('/account/confirm?next=/account/sign-in')
    await look(page, options)
    await page.getByRole('button', { name: 'Confirm through Work' }).click()
    await elsewhere(page, `${ana}-there`)
    await page.waitForURL(`${site.url}/account/sign-in`)

    await page.getByRole('button', { name: 'Unlink Work' }).click()
    await page.getByText('it does not log you in any more').waitFor()
    await page.getByRole('button', { name: 'Link with Work' }).waitFor()
    await logOut(page)
    await login(page, site.url, ana)
  }, 60_000)
}

test('whoever cancels there is told so, and can go back to the login', async () => {
  const { page } = await visit()
  await page.goto('/login')
  await page.getByRole('button', { name: 'Go on with Work' }).click()
  await page.waitForURL(`${idp.issuer}/interaction/**`)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('heading', { name: 'Nobody was logged in' }).waitFor()
  await look(page, {})
  await page.getByRole('link', { name: 'Back to the login' }).click()
  await page.waitForURL('**/login')
})
