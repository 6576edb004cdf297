import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeys } from './journeys.ts'
import { add, fillLogin, nothingWaits, onServer, register, row, titles, until } from './people.ts'

const { site, visit } = await journeys()
let count = 0

async function ana(...tasks: string[]): Promise<{ page: Page; name: string }> {
  const opened = await visit()
  const name = `ana${++count}-drafts`
  await register(opened.page, site.url, name)
  await add(opened.page, ...tasks.toReversed())
  return { page: opened.page, name }
}

async function open(page: Page, title: string): Promise<void> {
  await row(page, title).locator('.title').click()
  await page.waitForSelector('main[data-task]')
}

async function toInbox(page: Page): Promise<void> {
  await page.click('.side a[href="/"]')
  await page.waitForSelector('#task')
  // Not the copy that Turbo shows first: what is opened on that goes with it.
  await page.waitForSelector('html:not([data-turbo-preview]):not([aria-busy])')
}

async function toCompleted(page: Page): Promise<void> {
  await page.click('.side a[href="/completed"]')
  await page.getByRole('heading', { name: 'Completed', exact: true }).waitFor()
}

async function beginRename(page: Page, title: string, text: string): Promise<void> {
  await row(page, title).locator('.more').dispatchEvent('click')
  await page.locator('.menu').getByRole('link', { name: 'Rename' }).click()
  if (text) await page.fill('.rename [name=title]', text)
}

test('a half-typed note is there again when its page is, marked as not saved, until it is sent', async () => {
  const { page } = await ana('Milk', 'Bread')
  await open(page, 'Milk')
  await page.fill('[name=notes]', 'The grey o')
  await toInbox(page)
  await open(page, 'Bread')
  expect(await page.inputValue('[name=notes]')).toBe('')
  await toInbox(page)
  await open(page, 'Milk')
  const notes = page.locator('[name=notes]')
  expect(await notes.inputValue()).toBe('The grey o')
  expect(await notes.getAttribute('aria-description')).toBe('Not saved yet')
  expect(await page.inputValue('[name=title]')).toBe('Milk')
  await page.getByText('What you had typed here is back.').waitFor({ state: 'attached' })
  await notes.fill('The grey one')
  await page.reload()
  expect(await notes.inputValue()).toBe('The grey one')
  await page.locator('.edit').getByRole('button', { name: 'Save' }).click()
  await nothingWaits(page)
  await until(async () => (await notes.getAttribute('aria-description')) === null, 'it is no draft any more')
  await page.reload()
  expect(await notes.inputValue()).toBe('The grey one')
  expect(await notes.getAttribute('aria-description')).toBe(null)
})

test('a half-typed task survives another page, Back, and a reload, and is gone when it is added', async () => {
  const { page } = await ana('Milk')
  await page.fill('#task', 'Half a sen')
  await toCompleted(page)
  await toInbox(page)
  expect(await page.inputValue('#task')).toBe('Half a sen')
  await page.reload()
  expect(await page.inputValue('#task')).toBe('Half a sen')
  await toCompleted(page)
  await page.goBack()
  await page.waitForSelector('#task')
  expect(await page.inputValue('#task')).toBe('Half a sen')
  await page.press('#task', 'Enter')
  await nothingWaits(page)
  await toCompleted(page)
  await toInbox(page)
  expect(await page.inputValue('#task')).toBe('')
  expect(await titles(page)).toEqual(['Half a sen', 'Milk'])
})

test('a half-typed name is back in its row; one row is renamed at a time, and each keeps its words', async () => {
  const { page } = await ana('Milk', 'Bread')
  await beginRename(page, 'Milk', 'Oat mi')
  await toCompleted(page)
  await toInbox(page)
  expect(await page.inputValue('.rename [name=title]')).toBe('Oat mi')
  await beginRename(page, 'Bread', 'Rye br')
  expect(await page.locator('form.rename').count()).toBe(1)
  await page.reload()
  await page.waitForSelector('form.rename')
  expect(await page.locator('form.rename').count()).toBe(1)
  await page.keyboard.press('Escape')
  for (const [title, text] of [
    ['Bread', 'Rye br'],
    ['Milk', 'Oat mi'],
  ] as const) {
    if (await row(page, title).locator('.title').isVisible()) await beginRename(page, title, '')
    expect(await page.inputValue('.rename [name=title]')).toBe(text)
  }
  await page.press('.rename [name=title]', 'Escape')
  await beginRename(page, 'Milk', '')
  expect(await page.inputValue('.rename [name=title]')).toBe('Milk')
  await page.press('.rename [name=title]', 'Escape')
  expect(await onServer(page, '/')).toEqual(['Milk', 'Bread'])
})

test('logging out forgets what was half-typed, in every tab; no password is ever kept', async () => {
  const { page, name } = await ana('Milk')
  const other = await page.context().newPage()
  await other.goto(site.url)
  await other.fill('#task', 'A secret wi')
  await page.fill('#task', 'Half a sen')
  await page.goto(`${site.url}/account/password`)
  for (const field of await page.locator('main input[type=password]').all()) await field.fill('a kettle and rain')
  await page.goto(site.url)
  expect(await page.inputValue('#task')).toBe('Half a sen')
  const kept = () => page.evaluate(() => JSON.stringify({ ...sessionStorage }))
  expect(await kept()).toContain('Half a sen')
  expect(await kept()).not.toContain('kettle')
  await page.click('.side .logout button')
  await page.waitForURL('**/login')
  await other.waitForURL('**/login')
  expect(await kept()).toBe('{}')
  await fillLogin(page, name)
  await page.waitForSelector('#task')
  expect(await page.inputValue('#task')).toBe('')
  await other.goto(site.url)
  expect(await other.inputValue('#task')).toBe('')
})

test('a browser that keeps nothing asks before it loses what was typed', async () => {
  const { page } = await ana('Milk')
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('Full', 'QuotaExceededError')
    }
  })
  await page.fill('#task', 'Half a sen')
  const questions: string[] = []
  page.once('dialog', (dialog) => {
    questions.push(dialog.message())
    void dialog.dismiss()
  })
  await page.click('.side a[href="/completed"]')
  await until(() => questions.length === 1, 'it asks')
  expect(questions[0]).toContain('does not keep it')
  await page.waitForTimeout(300)
  expect(await page.inputValue('#task')).toBe('Half a sen')
  page.once('dialog', (dialog) => void dialog.accept())
  await toCompleted(page)
})
