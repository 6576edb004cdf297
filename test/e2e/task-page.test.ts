import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import { type PageOptions, withPage } from './chromium.ts'
import { journeys } from './journeys.ts'
import { nothingWaits, register, row, titles, until } from './people.ts'

const { site } = await journeys()

const NOTES = '## Boxes\n\n- [ ] twelve **large** ones\n\nSee https://example.com/packing.'

for (const javaScript of [true, false]) {
  const name = javaScript ? 'ana-task' : 'ana-task-plain'
  const look: PageOptions = { javaScript, reducedMotion: 'reduce' }

  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    test('Ana plans a move on the page of its task', () =>
      withPage({ ...look, baseURL: site.url }, async (page) => {
        await register(page, site.url, name)
        await open(page, 'Pack the kitchen', javaScript)

        await page.fill('[name=notes]', NOTES)
        await page.locator('.edit').getByRole('button', { name: 'Save' }).click()
        await page.getByRole('heading', { name: 'Boxes', level: 3 }).waitFor()
        expect(await page.locator('.prose a').getAttribute('href')).toBe('https://example.com/packing')
        await settled(page, javaScript)

        await page.fill('[name=due_day]', '2026-11-30')
        await page.fill('[name=due_time]', '09:30')
        await page.selectOption('[name=priority]', '2')
        await page.fill('[name=new-label]', 'home')
        await page.locator('.details').getByRole('button', { name: 'Save' }).click()
        await page.getByRole('checkbox', { name: 'home', checked: true }).waitFor()
        await settled(page, javaScript)
        await page.reload()
        expect(await page.inputValue('[name=due_time]')).toBe('09:30')
        expect(await page.inputValue('[name=priority]')).toBe('2')

        for (const step of ['Buy boxes', 'Wrap the glasses']) await addStep(page, step, javaScript)
        expect(await titles(page)).toEqual(['Buy boxes', 'Wrap the glasses'])
        await row(page, 'Buy boxes').locator('.check').click()
        await page.getByText('1 of 2').waitFor()
        await settled(page, javaScript)

        await page.getByRole('button', { name: 'Complete Pack the kitchen' }).click()
        await page.getByRole('button', { name: 'Reopen Pack the kitchen' }).waitFor()
        await page.getByText('2 of 2').waitFor()
        await settled(page, javaScript)
        await page.locator('.toast').getByRole('button', { name: 'Undo' }).first().click()
        await page.getByText('1 of 2').waitFor()
        await settled(page, javaScript)

        await page.getByRole('button', { name: 'Won’t do' }).click()
        await page.getByText('Closed undone').waitFor()
        await settled(page, javaScript)
      }))

    test('a new title, notes and a day are saved together, by either button', () =>
      withPage({ ...look, baseURL: site.url }, async (page) => {
        await register(page, site.url, `${name}-together`)
        await open(page, 'Milk', javaScript)
        for (const [part, title] of [['.edit', 'Oat milk'] as const, ['.details', 'Soy milk'] as const]) {
          if (part === '.details') await page.locator('.edit:not([open]) > summary').click()
          await page.fill('[name=title]', title)
          await page.fill('[name=notes]', `The ${title}`)
          await page.fill('[name=due_day]', '2026-11-30')
          await page.locator(part).getByRole('button', { name: 'Save' }).click()
          await page.locator('.prose', { hasText: `The ${title}` }).waitFor()
          await settled(page, javaScript)
          await page.reload()
          expect(await page.locator('h1').textContent()).toBe(title)
          expect(await page.inputValue('[name=due_day]')).toBe('2026-11-30')
        }
      }))

    test('a wrong day is said beside its field, and what was typed stays', () =>
      withPage({ ...look, baseURL: site.url }, async (page) => {
        await register(page, site.url, `${name}-wrong`)
        await open(page, 'Milk', javaScript)
        await page.fill('[name=due_time]', '09:30')
        await page.locator('.details').getByRole('button', { name: 'Save' }).click()
        await page.getByText('Choose a day for this time.').waitFor()
        expect(await page.inputValue('[name=due_time]')).toBe('09:30')
      }))
  })
}

for (const screen of ['desktop', 'phone'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`on a ${screen}, ${colorScheme}, the page of a task stands in nobody’s way`, () =>
      withPage({ baseURL: site.url, screen, colorScheme, reducedMotion: 'reduce' }, async (page) => {
        await register(page, site.url, `ana-axe-${screen}-${colorScheme}`)
        await open(page, 'Pack the kitchen', true)
        await page.fill('[name=notes]', `${NOTES}\n\n> Quoted\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n\`code\``)
        await page.locator('.edit').getByRole('button', { name: 'Save' }).click()
        await page.getByRole('heading', { name: 'Boxes' }).waitFor()
        await addStep(page, 'Buy boxes', true)
        await page.getByText('More', { exact: true }).click()
        expect(await axe(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      }))
  }
}

async function open(page: Page, title: string, javaScript: boolean): Promise<void> {
  await page.fill('#task', title)
  await page.press('#task', 'Enter')
  await row(page, title).waitFor()
  await settled(page, javaScript)
  await row(page, title).getByRole('link', { name: title, exact: true }).click()
  await page.waitForSelector('main[data-task]')
}

async function addStep(page: Page, title: string, javaScript: boolean): Promise<void> {
  await page.fill('#task', title)
  await page.press('#task', 'Enter')
  await row(page, title).waitFor()
  await settled(page, javaScript)
  await until(async () => (await page.inputValue('#task')) === '', 'the field is free again')
}

const settled = async (page: Page, javaScript: boolean): Promise<void> => {
  if (javaScript) await nothingWaits(page)
}
