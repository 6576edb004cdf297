import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { journeysOnALine } from './journeys.ts'
import { add, login, nothingWaits, register, row, titles, until } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

/** Ana at her desk and Ana on her phone: two browsers, one person. */
async function anaTwice(): Promise<[Page, Page]> {
  const name = `ana${++count}-live`
  const [desk, phone] = [await visit(), await visit({ screen: 'phone' })]
  await register(desk.page, network.url, name)
  await login(phone.page, network.url, name)
  await until(() => network.seen.filter((one) => one.path === '/events').length >= 2, 'both listen')
  await desk.page.waitForTimeout(200)
  network.seen.length = 0
  return [desk.page, phone.page]
}

test('what is done on the phone appears at the desk', async () => {
  const [desk, phone] = await anaTwice()
  await add(phone, 'Milk', 'Bread')
  await until(async () => (await titles(desk)).join() === 'Bread,Milk', 'both are at the desk')
  await row(phone, 'Milk').locator('.check').click()
  await until(async () => (await titles(desk)).join() === 'Bread', 'one has gone')
  expect(await desk.textContent('#inbox_count')).toBe('1')
}, 30_000)

test('half-typed text stays, in the add field and in a row that is being renamed', async () => {
  const [desk, phone] = await anaTwice()
  await add(desk, 'Milk')
  await until(async () => (await titles(phone)).join() === 'Milk', 'the phone has it')
  await row(desk, 'Milk').hover()
  await row(desk, 'Milk').locator('.more').click()
  await desk.getByRole('link', { name: 'Rename' }).click()
  await desk.fill('.rename [name=title]', 'Oat mi')
  await desk.fill('#task', 'Half a sen')
  await add(phone, 'Bread')
  await until(async () => (await titles(desk)).includes('Bread'), 'the change is at the desk')
  expect(await desk.inputValue('#task')).toBe('Half a sen')
  expect(await desk.inputValue('.rename [name=title]')).toBe('Oat mi')
  expect(await desk.evaluate(() => document.activeElement?.id)).toBe('task')
}, 30_000)

test('a tab does not fetch the page for its own change, and a refresh uses up no flash', async () => {
  const [desk, phone] = await anaTwice()
  await add(desk, 'Milk')
  await until(async () => (await titles(phone)).join() === 'Milk', 'the phone has it')
  await desk.waitForTimeout(600)
  const pages = network.seen.filter((one) => one.path === '/' && one.method === 'GET')
  expect(pages).toHaveLength(1)
  expect(pages[0]?.background).toBe(true)
}, 30_000)

test('many changes in a moment are fetched in one go or two', async () => {
  const [desk, phone] = await anaTwice()
  await add(desk, ...Array.from({ length: 20 }, (_, i) => `Task ${i}`))
  await until(async () => (await titles(phone)).length === 20, 'the phone has all')
  await desk.evaluate(() => {
    for (const button of document.querySelectorAll<HTMLElement>('.task .check')) button.click()
  })
  await nothingWaits(desk)
  await until(async () => (await titles(phone)).length === 0, 'the phone has none')
  expect(network.seen.filter((one) => one.path === '/' && one.background).length).toBeLessThan(20)
}, 30_000)

test('one browser holds one stream, however many tabs it has, and every tab hears', async () => {
  const [desk, phone] = await anaTwice()
  const second = await desk.context().newPage()
  await second.goto(network.url)
  await second.waitForTimeout(500)
  expect(network.seen.filter((one) => one.path === '/events')).toHaveLength(0)
  await add(phone, 'Milk')
  await until(async () => (await titles(second)).join() === 'Milk', 'the second tab shows it')
  await desk.close()
  await until(() => network.seen.some((one) => one.path === '/events'), 'the other tab listens now')
  await second.waitForTimeout(300)
  await add(phone, 'Bread')
  await until(async () => (await titles(second)).join() === 'Bread,Milk', 'it goes on hearing')
}, 30_000)

test('after the line was cut, what was missed appears', async () => {
  const [desk, phone] = await anaTwice()
  await add(phone, 'Milk')
  await until(async () => (await titles(desk)).length === 1, 'the desk has it')
  await network.cut()
  await phone.fill('#task', 'Bread')
  await phone.press('#task', 'Enter')
  await phone.getByText('You are offline. 1 change is waiting.').waitFor()
  network.mend()
  await nothingWaits(phone)
  await until(async () => (await titles(desk)).join() === 'Bread,Milk', 'the desk has both')
}, 40_000)

test('a long list is loaded as one scrolls, and stays whole and in place when it changes elsewhere', async () => {
  const [desk, phone] = await anaTwice()
  await add(phone, ...Array.from({ length: 230 }, (_, i) => `Task ${230 - i}`))
  await desk.reload()
  await until(async () => {
    await desk.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    return (await titles(desk)).length === 230
  }, 'all pages are loaded')
  expect(await titles(desk)).toEqual(Array.from({ length: 230 }, (_, i) => `Task ${i + 1}`))
  const before = await desk.evaluate(() => scrollY)
  await row(phone, 'Task 2').locator('.check').click()
  await until(async () => !(await titles(desk)).includes('Task 2'), 'the change is at the desk')
  expect(await titles(desk)).toHaveLength(229)
  expect(new Set(await titles(desk)).size).toBe(229)
  expect(Math.abs((await desk.evaluate(() => scrollY)) - before)).toBeLessThan(100)
}, 60_000)

test('a change elsewhere costs a handful of requests, however long the list that is loaded', async () => {
  const [desk, phone] = await anaTwice()
  await phone.evaluate(async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    for (let i = 600; i > 0; i--) {
      await fetch('/tasks', { method: 'POST', redirect: 'manual', headers, body: `task=Task+${i}` })
    }
  })
  await desk.reload()
  await until(async () => {
    await desk.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    return (await titles(desk)).length === 600
  }, 'all pages are loaded')
  await desk.locator('.task', { hasText: 'Task 300' }).evaluate((row) => row.scrollIntoView({ block: 'center' }))
  await phone.reload()
  const placeOf = (title: string) => row(desk, title).evaluate((row) => row.getBoundingClientRect().top)
  const asked = () => network.seen.filter((one) => one.background && /^\/(\?|$)/.test(one.path)).length
  await desk.waitForTimeout(1000)
  network.seen.length = 0
  const before = await placeOf('Task 300')
  await add(phone, 'One more')
  await until(async () => (await titles(desk)).includes('One more'), 'it is at the desk')
  await elsewhere(phone, 'Task 301', 'complete')
  await until(async () => !(await titles(desk)).includes('Task 301'), 'what is looked at is right')
  await desk.waitForTimeout(500)
  // Two changes, of which the phone, too, must hear one.
  expect(asked()).toBeLessThanOrEqual(12)
  expect(Math.abs((await placeOf('Task 300')) - before)).toBeLessThan(100)
  const now = await titles(desk)
  expect(new Set(now).size).toBe(now.length)

  // What was not looked at is right as soon as it is.
  await elsewhere(phone, 'Task 590', 'complete')
  await desk.waitForTimeout(1000)
  const all = ['One more', ...Array.from({ length: 600 }, (_, i) => `Task ${i + 1}`)]
  const expected = all.filter((title) => title !== 'Task 301' && title !== 'Task 590')
  for (const title of ['Task 580', 'Task 450', 'Task 200', 'Task 60', 'Task 1']) {
    await row(desk, title).evaluate((row) => row.scrollIntoView({ block: 'center' }))
    await until(async () => {
      const shown = await titles(desk)
      const at = shown.indexOf(title)
      const should = expected.indexOf(title)
      return at >= 0 && shown.slice(at, at + 20).join() === expected.slice(should, should + 20).join()
    }, `around ${title} all is right`)
  }
}, 120_000)

/** Does something to a task that `page`, which is somebody's too, need not show. */
const elsewhere = (page: Page, title: string, what: string) =>
  page.evaluate(
    async ([title, what]) => {
      let address: string | null = '/'
      while (address) {
        const html: string = await (await fetch(address)).text()
        const part: Document = new DOMParser().parseFromString(html, 'text/html')
        const found = [...part.querySelectorAll('.task')].find(
          (row) => row.querySelector('.title')?.textContent === title,
        )
        if (found) {
          const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
          const id = found.id.slice('task_'.length)
          await fetch(`/tasks/${id}/${what}`, { method: 'POST', redirect: 'manual', headers })
          return
        }
        address = part.querySelector('turbo-frame.older')?.getAttribute('src') ?? null
      }
    },
    [title, what],
  )
