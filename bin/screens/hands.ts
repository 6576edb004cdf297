import type { Page } from 'playwright-core'
import { leaveField, row } from '../../test/e2e/people.ts'

/** What Vera, who has many plans, does with her hands: what opens over a page, and the pages it leads to. */
export const hands: Record<string, (page: Page) => Promise<unknown>> = {
  keys: (page) => page.goto('/help/keys'),
  chips: async (page) => {
    await open(page, '/')
    await page.fill('#task', 'Call Nadia tomorrow at 9 p1 #Work @phone every friday')
    await page.locator('.chips button').nth(4).waitFor()
  },
  paste: async (page) => {
    await open(page, '/')
    await pasteInto(page, 'Bread\nMilk\nA very long line of things that nobody would ever want to remember by heart')
    await page.getByRole('dialog').waitFor()
  },
  palette: async (page) => {
    await open(page, '/today')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
  },
  when: async (page) => {
    await walkInToday(page)
    await page.keyboard.press('t')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.type('fri')
  },
  selected: async (page) => {
    await walkInToday(page)
    for (const key of ['x', 'j', 'x']) await page.keyboard.press(key)
  },
  repeat: async (page) => {
    await page.goto('/today')
    await row(page, 'Water the plants').locator('.title').click()
    await page.locator('main[data-task]').waitFor()
    await page.goto(`${page.url().replace(/[?#].*/, '')}/recurrence`)
  },
  'repeat-problem': async (page) => {
    await page.getByLabel('How often').fill('every blue moon')
    await page.locator('main button.primary').first().click()
    await page.locator('.problem').first().waitFor()
  },
  'label-edit': async (page) => {
    await page.goto('/labels')
    await page.getByRole('link', { name: 'Edit' }).first().click()
  },
  'trash-emptying': (page) => page.goto('/trash/empty'),
  'filter-changing': async (page) => {
    await page.goto('/filters')
    await page.getByRole('link', { name: 'Soon, but not by phone' }).last().click()
    await page.getByText('Change this filter').click()
  },
}

/** Opens a page and waits for its script. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.waitForFunction(() => customElements.get('turbo-frame'))
}

async function walkInToday(page: Page): Promise<void> {
  await open(page, '/today')
  await leaveField(page)
  for (const key of ['j', 'j']) await page.keyboard.press(key)
}

const pasteInto = (page: Page, text: string): Promise<void> =>
  page.locator('#task').evaluate((field, lines) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', lines)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
