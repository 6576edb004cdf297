// `npm run screens -- FOLDER`: takes a picture of every page in every state, on two screens, light and dark, to be looked
// at. Without a folder they go into `screens/`. `npm run screens -- --readme` takes the README's picture instead.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { closeBrowser, type PageOptions, withPage } from '../test/e2e/chromium.ts'
import { type Network, startNetwork } from '../test/e2e/network.ts'
import { login, row, until } from '../test/e2e/people.ts'
import { startSite } from '../test/e2e/site.ts'
import { root } from './install.mjs'
import { hands } from './screens/hands.ts'
import { lists } from './screens/lists.ts'
import { people, ROWS } from './screens/people.ts'
import { settle } from './screens/settle.ts'
import { taskPages } from './screens/tasks.ts'
import { views } from './screens/views.ts'

/** Shows a page in the state that is to be looked at. */
type Show = (page: Page) => Promise<unknown>

const strangers: Record<string, Show> = {
  login: (page) => page.goto('/login'),
  'login-problem': async (page) => {
    await page.goto('/login')
    await page.fill('[name=email]', 'ana@example.com')
    await page.fill('[name=password]', 'not the password')
    await page.click('button.primary')
    await page.locator('.problem').first().waitFor()
  },
  register: (page) => page.goto('/register'),
  'register-problem': async (page) => {
    await page.goto('/register')
    await page.fill('[name=email]', 'ana@example.com')
    await page.fill('[name=password]', 'kettle')
    await page.fill('[name=verify]', 'kettle')
    await page.click('button.primary')
    await page.locator('.problem').first().waitFor()
  },
}

const ana: Record<string, Show> = {
  'inbox-five': (page) => page.goto('/'),
  'inbox-menu': async (page) => {
    await page.goto('/')
    await row(page, ROWS[1]!).locator('.more').click()
  },
  'inbox-rename': async (page) => {
    await page.goto('/')
    await row(page, ROWS[1]!).locator('.more').click()
    await page.getByRole('link', { name: 'Rename' }).click()
  },
  'inbox-toast': async (page) => {
    await page.goto('/')
    await row(page, ROWS[2]!).locator('.check').click()
    await page.locator('.toast').waitFor()
    await until(async () => (await row(page, ROWS[2]!).count()) === 0, 'the row has left')
  },
  'inbox-done-today': async (page) => {
    await page.goto('/completed')
    await row(page, ROWS[2]!).locator('.check').click()
    await page.locator('.toast').waitFor()
    await unfold(page)
  },
  completed: async (page) => {
    await page.locator('.fold button').click()
    await page.locator('.task.done').first().waitFor({ state: 'detached' })
    await page.goto('/completed')
  },
  task: (page) => page.goto('/').then(() => row(page, ROWS[0]!).locator('.title').click()),
  'inbox-select': (page) => page.goto('/?select'),
  history: async (page) => {
    await page.goto('/')
    await row(page, ROWS[0]!).locator('.title').click()
    await page.locator('main[data-task]').waitFor()
    await page.goto(`${page.url().replace(/[?#].*/, '')}/history`)
  },
  account: (page) => page.goto('/account'),
  password: (page) => page.goto('/account/password'),
  devices: (page) => page.goto('/account/sessions'),
  email: (page) => page.goto('/account/email'),
  'new-passkey': (page) => page.goto('/account/passkeys/new'),
  'two-factor': (page) => page.goto('/account/two-factor'),
  passkeys: (page) => page.goto('/account/passkeys'),
  tokens: (page) => page.goto('/account/tokens'),
  'token-new': (page) => page.goto('/account/tokens/new'),
  'token-made': async (page) => {
    await page.goto('/account/tokens/new')
    await page.fill('#name', 'Backup of the notes')
    await page.click('main .primary')
    await page.getByRole('heading', { name: 'Your token' }).waitFor()
  },
  export: (page) => page.goto('/account/export'),
  delete: (page) => page.goto('/account/delete'),
  admin: (page) => page.goto('/admin'),
  'admin-people': (page) => page.goto('/admin/people'),
  'admin-settings': (page) => page.goto('/admin/settings'),
  activity: (page) => page.goto('/account/activity'),
  confirm: (page) => page.goto('/account/confirm'),
  logout: (page) => page.goto('/logout'),
  'not-found': (page) => page.goto('/tasks/01900000-0000-7000-8000-000000000000'),
}

const looks: PageOptions[] = (['desktop', 'phone'] as const).flatMap((screen) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ screen, colorScheme, reducedMotion: 'reduce' as const })),
)

const network = await startNetwork(() => site.url)
const site = await startSite(network.url)
try {
  const placeOf = await people(network.url)
  if (process.argv[2] === '--readme') await pictureForReadme()
  else for (const look of looks) await pictures(look, folder(process.argv[2]), network, placeOf)
} finally {
  await closeBrowser()
  await network.stop()
  await site.stop()
}

async function pictures(
  look: PageOptions,
  into: string,
  line: Network,
  placeOf: (title: string) => string,
): Promise<void> {
  const options: PageOptions = { ...look, baseURL: line.url, timezoneId: 'Europe/Berlin' }
  const take = async (page: Page, name: string, show: Show) => {
    await show(page)
    await settle(page)
    const width = look.screen === 'phone' ? 390 : 1280
    await page.screenshot({ path: join(into, `${name}-${width}-${look.colorScheme}.png`) })
  }
  await withPage(options, async (page) => {
    for (const [name, show] of Object.entries(strangers)) await take(page, name, show)
  })
  for (const [name, who] of Object.entries({ 'inbox-empty': 'nina', 'inbox-many': 'mara', 'inbox-long': 'lena' })) {
    await withPage(options, async (page) => {
      await login(page, line.url, who)
      await take(page, name, () => page.goto('/'))
    })
  }
  for (const [name, { who, path }] of Object.entries(views)) {
    await withPage(options, async (page) => {
      await login(page, line.url, who)
      await take(page, name, async () => {
        if (path.startsWith('/')) return page.goto(path)
        await page.goto('/labels')
        await page.getByRole('link', { name: path }).first().click()
        return page.getByRole('heading', { level: 1, name: path }).waitFor()
      })
    })
  }
  await withPage(options, async (page) => {
    await login(page, line.url, 'tess')
    for (const [name, { title, edit }] of Object.entries(taskPages()))
      await take(page, name, () => page.goto(`${placeOf(title)}${edit ? '?edit' : ''}`))
  })
  await withPage(options, async (page) => {
    await login(page, line.url, 'nora')
    for (const [name, show] of Object.entries(lists)) await take(page, name, show)
  })
  await withPage(options, async (page) => {
    await login(page, line.url, 'vera')
    for (const [name, show] of Object.entries(hands)) await take(page, name, show)
  })
  await withPage(options, async (page) => {
    await login(page, line.url, 'ana')
    for (const [name, show] of Object.entries(ana)) await take(page, name, show)
    await until(() => page.evaluate(() => !!navigator.serviceWorker.controller), 'the worker has control')
    await line.cut()
    await take(page, 'offline', async () => {
      await page.goto('/never-seen')
      await page.getByRole('heading', { name: 'You are offline' }).waitFor()
    })
    line.mend()
  })
  console.log(`${into}: ${look.screen}, ${look.colorScheme}`)
}

/** Shows the Inbox with what was completed today. */
async function unfold(page: Page): Promise<void> {
  await page.goto('/')
  const fold = page.locator('.fold button')
  if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click()
  await page.locator('.task.done').first().waitFor()
}

async function pictureForReadme(): Promise<void> {
  const path = join(root, 'docs', 'pictures', 'inbox.png')
  await withPage({ baseURL: network.url, reducedMotion: 'reduce' }, async (page) => {
    await login(page, network.url, 'ana')
    await unfold(page)
    await row(page, ROWS[4]!).locator('.check').click()
    await page.locator('.toast').waitFor()
    await until(async () => (await page.locator('.tasks[data-keeps=open] .task').count()) === 4, 'the row has left')
    await settle(page)
    mkdirSync(join(root, 'docs', 'pictures'), { recursive: true })
    await page.screenshot({ path })
  })
  console.log(path)
}

function folder(named = join(root, 'screens')): string {
  mkdirSync(resolve(named), { recursive: true })
  return resolve(named)
}
