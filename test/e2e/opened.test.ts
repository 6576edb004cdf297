import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axe } from './checks.ts'
import type { PageOptions } from './chromium.ts'
import { journeys } from './journeys.ts'
import { add, leaveField, post, register, row, until } from './people.ts'

const { site, visit } = await journeys()
let count = 0

/** A new person with a list that has a section, a label, and three tasks in the Inbox, the first with the frame. */
async function ana(options: PageOptions): Promise<Page> {
  const { page } = await visit({ reducedMotion: 'reduce', ...options })
  await register(page, site.url, `ana${++count}-opened`)
  await post(page, '/lists', { name: 'Work', color: 'blue' })
  await post(page, '/labels', { name: 'phone', color: 'red' })
  await page.goto(`${site.url}/lists`)
  const list = await page.locator('main .lists a.list-name').nth(1).getAttribute('href')
  await post(page, `${list}/sections`, { name: 'Later' })
  await page.goto(site.url)
  await add(page, 'Call the dentist', 'Book the train', 'Milk')
  await leaveField(page)
  await page.keyboard.press('j')
  await until(() => page.evaluate(() => !!document.activeElement?.matches('.task')), 'a row has the frame')
  return page
}

const asked = async (page: Page, label: string | RegExp): Promise<void> => {
  await page.getByRole('combobox', { name: label }).waitFor()
  await page.getByRole('option').first().waitFor()
}

/** What opens over a page, by the hand or the key that opens it. */
const opened: [name: string, open: (page: Page) => Promise<unknown>][] = [
  ['when it is due', (page) => page.keyboard.press('t').then(() => asked(page, 'When is it due?'))],
  [
    'where it goes, lists and sections',
    async (page) => {
      await page.keyboard.press('v')
      await page.getByRole('option', { name: 'Work / Later' }).waitFor()
    },
  ],
  ['which label', (page) => page.keyboard.press('@').then(() => asked(page, 'Which label for it?'))],
  [
    'one task or several',
    async (page) => {
      await page.focus('#task')
      await page.locator('#task').evaluate((field) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', 'Tea\nSugar')
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      })
      await asked(page, 'One task or 2?')
    },
  ],
  [
    'the menu of a row',
    async (page) => {
      await row(page, 'Milk').locator('.more').click()
      await page.locator('.task > .menu').waitFor()
    },
  ],
  [
    'a title that is renamed, and what was read in the field',
    async (page) => {
      await page.fill('#task', 'Buy bread tomorrow p1 @phone')
      await page.locator('.chips button').first().waitFor()
      await row(page, 'Milk').locator('.more').click()
      await page.getByRole('link', { name: 'Rename' }).click()
      await page.locator('form.rename').waitFor()
    },
  ],
  ['the palette', (page) => page.keyboard.press('Control+k').then(() => asked(page, 'Go to, find or do'))],
  [
    'the bar of what is selected, and its question of a priority',
    async (page) => {
      await page.keyboard.press('x')
      await page.getByRole('region', { name: 'Selected tasks' }).waitFor()
      expect(await axe(page)).toEqual([])
      await page.getByRole('button', { name: 'Priority' }).click()
      await asked(page, /Which priority/)
    },
  ],
]

for (const screen of ['desktop', 'phone'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    describe(`on a ${screen}, ${colorScheme}, nothing that opens stands in anybody’s way`, () => {
      for (const [name, open] of opened) {
        test(name, async () => {
          const page = await ana({ screen, colorScheme })
          await open(page)
          await page.waitForSelector('html:not([aria-busy])')
          expect(await axe(page)).toEqual([])
        })
      }
    })
  }
}
