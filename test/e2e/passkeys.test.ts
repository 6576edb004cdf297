import { expect, test } from 'bun:test'
import type { CDPSession, Page } from 'playwright-core'
import { codeOf, stepOf } from '#crypto/totp.ts'
import { secretIn } from '#test/factors/app.ts'
import { axe } from './checks.ts'
import type { PageOptions } from './chromium.ts'
import { journeys } from './journeys.ts'
import { fillLogin, login, register } from './people.ts'

const { site, visit } = await journeys()

/** A device that makes passkeys and looks at its person by itself. */
type Device = {
  /** Whether somebody touches it when it asks. */
  touched(isTouched: boolean): Promise<void>
  passkeys(): Promise<string[]>
}

async function deviceIn(page: Page): Promise<Device> {
  const cdp: CDPSession = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    touched: async (enabled) => {
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    passkeys: async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.map((one) => one.credentialId),
  }
}

/** Adds a passkey on the pages of the account, as its person does. */
async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto('/account/passkeys')
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await page.waitForURL('**/account/passkeys/new')
  await page.fill('[name=name]', name)
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await page.waitForURL('**/account/passkeys')
  await page.getByText(name, { exact: true }).waitFor()
}

async function logOut(page: Page): Promise<void> {
  await page.goto('/logout')
  await page.click('main button.primary')
  await page.waitForURL('**/login')
}

/** Nothing stands in anybody's way, and nothing is cut off sideways. */
async function look(page: Page): Promise<void> {
  await page.waitForLoadState()
  expect([page.url(), await axe(page)]).toEqual([page.url(), []])
  const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  expect(wide).toBe(seen!)
}

const screens: PageOptions[] = [{ screen: 'desktop' }, { screen: 'phone', colorScheme: 'dark' }]

for (const options of screens) {
  test(`Ana adds a passkey, logs in by the button, gives it a name and removes it, on a ${options.screen}`, async () => {
    const { page } = await visit(options)
    const device = await deviceIn(page)
    await register(page, site.url, `ana-key-${options.screen}`)
    await page.goto('/account/passkeys/new')
    await page.getByRole('button', { name: 'Make the passkey' }).waitFor()
    await look(page)
    await addPasskey(page, 'My laptop')
    expect(await device.passkeys()).toHaveLength(1)
    await look(page)

    await device.touched(false)
    await logOut(page)
    await page.goto('/login?next=/completed')
    await page.getByRole('button', { name: 'Log in with a passkey' }).waitFor()
    await look(page)
    await page.setChecked('[type=checkbox][name=remember]', true)
    await device.touched(true)
    await page.getByRole('button', { name: 'Log in with a passkey' }).click()
    await page.waitForURL(({ pathname }) => pathname === '/completed')
    await page.getByText('You are logged in.').waitFor()
    const cookies = await page.context().cookies()
    expect(cookies.find(({ name }) => name === 'sid')?.expires).toBeGreaterThan(0)

    await page.goto('/account/passkeys')
    await page.getByRole('link', { name: 'Change My laptop' }).click()
    await page.fill('[name=name]', 'My telephone')
    await look(page)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Change My telephone' }).click()
    await page.getByRole('button', { name: 'Remove the passkey' }).click()
    await page.getByText('The passkey is removed.').waitFor()
    expect(await page.getByText('My telephone').count()).toBe(0)
  }, 60_000)
}

test('Ana is in with one tap: her browser offers the passkey in the field for the address', async () => {
  const { page } = await visit()
  const device = await deviceIn(page)
  await register(page, site.url, 'ana-tap')
  await addPasskey(page, 'My laptop')
  await device.touched(false)
  await logOut(page)
  await device.touched(true)
  await page.goto('/login?next=/today')
  await page.waitForURL(({ pathname }) => pathname === '/today')
  await page.getByText('You are logged in.').waitFor()
})

test('Ana does the second step by her passkey, and proves herself by it', async () => {
  const { page } = await visit({ screen: 'phone' })
  const device = await deviceIn(page)
  await register(page, site.url, 'ana-both')
  await addPasskey(page, 'My laptop')
  await page.goto('/account/two-factor')
  await page.click('main button.primary')
  await page.fill('[name=code]', codeOf(secretIn(await page.content()), stepOf(new Date())))
  await page.click('main button.primary')
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()

  await device.touched(false)
  await logOut(page)
  await fillLogin(page, 'ana-both')
  await page.waitForURL('**/login/second')
  const button = page.getByRole('button', { name: 'Use a passkey' })
  await button.waitFor()
  await look(page)
  await device.touched(true)
  await button.click()
  await page.getByText('You are logged in.').waitFor()

  await page.goto('/account/confirm?next=/account/passkeys')
  await page.getByRole('button', { name: 'Confirm by a passkey' }).waitFor()
  await look(page)
  await page.getByRole('button', { name: 'Confirm by a passkey' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/account/passkeys')
  await page.getByText('Thank you.').waitFor()
})

test('whoever shows no passkey is told so, and logs in another way', async () => {
  const { page } = await visit()
  await register(page, site.url, 'ana-none')
  await logOut(page)
  await deviceIn(page)
  await page.goto('/login')
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('alert').innerText()).toBe('No passkey was shown. Try again, or choose another way.')
  await look(page)
  await login(page, site.url, 'ana-none')
})

test('a device that has a passkey for the account already is not asked for another', async () => {
  const { page } = await visit()
  await deviceIn(page)
  await register(page, site.url, 'ana-twice')
  await addPasskey(page, 'My laptop')
  await page.goto('/account/passkeys/new')
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('alert').innerText()).toBe('This device has a passkey for your account already.')
})

test('without JavaScript the pages say what passkeys need, and the other ways are there', async () => {
  const { page } = await visit({ javaScript: false })
  await register(page, site.url, 'ana-plain')
  await page.goto('/account/passkeys')
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await page.getByText('Passkeys need JavaScript, and a browser that knows them.').waitFor()
  expect(await page.getByRole('button', { name: 'Make the passkey' }).isVisible()).toBe(false)
  await logOut(page)
  expect(await page.getByRole('button', { name: 'Log in with a passkey' }).isVisible()).toBe(false)
  await login(page, site.url, 'ana-plain')
})
