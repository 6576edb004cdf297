import { beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import { type PageOptions, withPage } from './chromium.ts'
import { journeysOnALine } from './journeys.ts'
import { add, edit, login, post, register, row, until } from './people.ts'

const { network } = await journeysOnALine()

beforeAll(async () => {
  await withPage({ baseURL: network.url }, async (page) => {
    // Who is first looks after the site.
    await register(page, network.url, 'ana-pages')
    await add(
      page,
      'Call the dentist',
      'Water the plants every day',
      'Read chapter 4',
      'اتصل بالبنك بخصوص الحساب',
      LONG,
      'Buy <b>milk</b> & eggs',
      'Book the train',
    )
    await page.goto('/filters')
    await page.fill('[name=name]', 'Whatever has no date and is not yet done')
    await page.fill('[name=query]', '(no date | today) & !p1')
    await page.click('main button.primary')
    await page.getByRole('heading', { name: 'Whatever' }).waitFor()
    await page.goto('/')
    await edit(page, 'Call the dentist', { due_day: '2026-01-31', priority: '1', label: 'phone' })
    await row(page, 'Book the train').locator('.check').click()
    await until(async () => (await page.locator('.task').count()) === 6, 'one is completed')
    await row(page, 'Water the plants').locator('.check').click()
    await page.getByText('again tomorrow').waitFor()
    await row(page, 'Water the plants').locator('.title').click()
    repeats = (await page.locator('a[href$="/recurrence"]').getAttribute('href')) ?? ''
    await arrange(page)
    // Somebody else, so that Ana has somebody to look after.
    const form = {
      email: 'ben-pages@example.com',
      password: 'a long walk by the sea',
      verify: 'a long walk by the sea',
    }
    await fetch(`${network.url}/register`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
  })
})

let repeats = ''

/** A list with two sections, and tasks in both. */
async function arrange(page: Page): Promise<void> {
  await post(page, '/lists', { name: LIST, color: 'blue' })
  await page.goto('/lists')
  await page.getByRole('link', { name: LIST, exact: true }).first().click()
  await page.getByRole('heading', { name: LIST }).waitFor()
  const path = new URL(page.url()).pathname
  for (const name of ['Later', 'Waiting for others']) await post(page, `${path}/sections`, { name })
  await post(page, '/tasks', { task: 'Call the plumber', list: path.slice('/lists/'.length) })
  await page.reload()
  const id = (await page.locator('.part-of-list').first().getAttribute('id'))?.slice('part_'.length) ?? ''
  await post(page, '/tasks', { task: LONG, section: id })
  await post(page, '/labels', { name: 'phone', color: 'red' })
  await post(page, '/lists', { name: 'Groceries', color: '' })
}

const toList = (page: Page) => page.goto('/lists').then(() => page.click(`.lists a >> text="${LIST}"`))

const LIST = 'Work and everything that belongs to it'

const LONG = 'Write to the landlord about the heating, the window and the neighbour’s dog. '.repeat(6).slice(0, 460)

/** Every page, in the state in which it has most to show. */
const forStrangers: [name: string, show: (page: Page) => Promise<unknown>][] = [
  ['login', (page) => page.goto('/login')],
  ['login with a problem', (page) => page.goto('/login').then(() => page.click('button.primary'))],
  ['register', (page) => page.goto('/register')],
]

const forAna: typeof forStrangers = [
  ['Inbox', (page) => page.goto('/')],
  ['Inbox with a menu, a field, a toast and a notice', (page) => busy(page)],
  ['Today', (page) => page.goto('/today')],
  ['Upcoming', (page) => page.goto('/upcoming')],
  ['a label', (page) => page.goto('/labels').then(() => page.click('text=@phone'))],
  ['Trash', (page) => page.goto('/trash')],
  ['Completed', (page) => page.goto('/completed')],
  ['lists', (page) => page.goto('/lists')],
  ['a list', toList],
  ['a list with a form', (page) => toList(page).then(() => page.click('.part-of-list summary'))],
  ['a board', (page) => toList(page).then(() => page.getByRole('link', { name: 'Board', exact: true }).click())],
  ['editing a list', (page) => toList(page).then(() => page.getByRole('link', { name: 'Edit', exact: true }).click())],
  [
    'editing a section',
    (page) => toList(page).then(() => page.getByRole('link', { name: 'Edit section Later' }).click()),
  ],
  ['labels', (page) => page.goto('/labels')],
  ['where to move', (page) => toList(page).then(() => toMove(page))],
  ['a task', (page) => page.goto('/').then(() => page.click('.title >> nth=2'))],
  ['how a task repeats', (page) => page.goto(repeats)],
  ['search', (page) => page.goto('/search')],
  ['search, found', (page) => page.goto('/search?q=t&completed=on')],
  ['search with a problem', (page) => page.goto('/search?q=%28a')],
  ['filters', (page) => page.goto('/filters')],
  ['a filter', (page) => page.goto('/filters').then(() => page.click('.filter-link'))],
  ['keyboard', (page) => page.goto('/help/keys')],
  ['account', (page) => page.goto('/account')],
  ['password', (page) => page.goto('/account/password')],
  ['e-mail address', (page) => page.goto('/account/email')],
  ['passkeys', (page) => page.goto('/account/passkeys')],
  ['a new passkey', (page) => page.goto('/account/passkeys/new')],
  ['two steps', (page) => page.goto('/account/two-factor')],
  ['setting up two steps', (page) => page.goto('/account/two-factor').then(() => page.click('main .primary'))],
  ['devices', (page) => page.goto('/account/sessions')],
  ['tokens', (page) => page.goto('/account/tokens')],
  ['a new token', (page) => page.goto('/account/tokens/new')],
  ['a token that was made', (page) => page.goto('/account/tokens/new').then(() => makeToken(page))],
  ['ways in, looked at', (page) => page.goto('/account/review')],
  ['your data', (page) => page.goto('/account/export')],
  ['deleting the account', (page) => page.goto('/account/delete')],
  ['activity', (page) => page.goto('/account/activity')],
  ['confirm', (page) => page.goto('/account/confirm')],
  ['administration', (page) => page.goto('/admin')],
  ['people', (page) => page.goto('/admin/people')],
  ['settings of the site', (page) => page.goto('/admin/settings')],
  ['log out', (page) => page.goto('/logout')],
  ['nothing here', (page) => page.goto('/tasks/01900000-0000-7000-8000-000000000000')],
]

for (const screen of ['desktop', 'phone'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const look: PageOptions = { screen, colorScheme, reducedMotion: 'reduce' }
    describe(`on a ${screen}, ${colorScheme}, nothing stands in anybody’s way`, () => {
      for (const [name, show] of forStrangers) {
        test(name, () =>
          withPage({ ...look, baseURL: network.url }, async (page) => {
            await show(page)
            await inspect(page)
          }),
        )
      }
      test(
        'pages of a person',
        () =>
          withPage({ ...look, baseURL: network.url }, async (page) => {
            await login(page, network.url, 'ana-pages', { remember: true })
            for (const [name, show] of forAna) {
              await show(page)
              await inspect(page, name)
            }
            await until(() => page.evaluate(() => !!navigator.serviceWorker.controller), 'the worker has control')
            await network.cut()
            await page.goto('/never-seen')
            await page.getByRole('heading', { name: 'You are offline' }).waitFor()
            await inspect(page, 'offline')
            network.mend()
          }),
        60_000,
      )
    })
  }
}

test(
  'at 320 px, and so at 400 %, nothing is cut off sideways',
  () =>
    withPage({ baseURL: network.url }, async (page) => {
      await page.setViewportSize({ width: 320, height: 256 })
      await login(page, network.url, 'ana-pages')
      for (const [name, show] of forAna) {
        await show(page)
        expect([name, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([name, 320])
      }
    }),
  30_000,
)

async function toMove(page: Page): Promise<void> {
  await page.locator('main .title').first().waitFor()
  await page.goto(`${await page.locator('main .title').first().getAttribute('href')}/move`)
}

async function makeToken(page: Page): Promise<void> {
  await page.fill('#name', 'Backup of the notes')
  await page.click('main .primary')
  await page.getByRole('heading', { name: 'Your token' }).waitFor()
}

/** Everything at once: a menu, a rename form, a toast, a problem, a notice. */
async function busy(page: Page): Promise<void> {
  await page.goto('/')
  network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
  await page.fill('#task', 'Tea')
  await page.press('#task', 'Enter')
  await page.getByText('1 change is waiting').waitFor()
  await row(page, 'Tea').locator('.check').click()
  await until(async () => (await row(page, 'Tea').count()) === 0, 'it has left')
  await page.locator('.more').nth(1).click()
  await page.getByRole('link', { name: 'Rename' }).click()
  await page.locator('.more').nth(2).click()
  network.play(undefined)
  await page.locator('.toast').first().waitFor()
}

async function inspect(page: Page, name = ''): Promise<void> {
  await page.waitForLoadState()
  expect([name, await axe(page)]).toEqual([name, []])
}

test('a form that was refused says why beside the field, and keeps what was typed', () =>
  withPage({ baseURL: network.url }, async (page) => {
    await login(page, network.url, 'ana-pages')
    await page.goto('/account')
    await page.locator('[name=name]').evaluate((field) => field.removeAttribute('maxlength'))
    await page.fill('[name=name]', 'x'.repeat(101))
    await page.click('main button.primary')
    await page.getByRole('alert').getByText('Use at most 100 characters.').waitFor()
    expect(await page.inputValue('[name=name]')).toBe('x'.repeat(101))
  }))
