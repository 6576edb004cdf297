import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { closeAll } from '../test/closing.ts'
import { openPage } from '../test/e2e/chromium.ts'
import { type Bench, type Figure, startApp } from './bench.ts'
import { median, spelled } from './numbers.ts'
import { fill } from './seed.ts'
import { TITLES } from './titles.ts'

const SIZES = [25, 500, 2000]
const TIMES = 15
const CLICKS = 50
const TARGET_MS = 16
const HAND_MS = 60
// What Chromium's developer tools call a telephone of the middle kind on "Slow 4G".
const SLOWER = 4
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 188_743, uploadThroughput: 86_400 }

/**
 * How long after a key or a click the page shows what it did, on a slow telephone with a slow line. And whether quick
 * clicks are lost.
 *
 * Measured is from the `timeStamp` of the event, when the browser received the release of the button or the Enter, to
 * the moment at which the page stands with the change, its style and layout computed. What the page does in between
 * counts, and so do all who listen before it. Painting it and the wait for the screen's next frame come on top.
 */
export async function measureBrowser(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const size of SIZES) figures.push(...(await measureOn(bench, size)))
  await closeAll()
  return figures
}

async function measureOn(bench: Bench, size: number): Promise<Figure[]> {
  const dir = join(bench.folder, `browser-${size}`)
  mkdirSync(dir)
  const titles = Array.from({ length: size }, (_, i) => `${TITLES[i % TITLES.length]} (${i + 1})`)
  const { cookies } = await fill({ dir, secret: bench.secret, phc: bench.phc, people: 1, titles, loggedIn: 1 })
  const server = await startApp(bench, { dir, cookies })
  const { page, context } = await openPage({ baseURL: server.url })
  const [name = '', value = ''] = cookies[0]?.split('=') ?? []
  await context.addCookies([{ name, value, url: server.url }])
  await page.goto('/')
  await loadRows(page, size)
  const line = await context.newCDPSession(page)
  await slowDown(line)
  const figures = [
    await timed(page, 'Completing', size, complete),
    await timed(page, 'Adding', size, add),
    await timed(page, 'Editing', size, edit),
    await counted(page, line, size),
  ]
  await context.close()
  await server.stop()
  return figures
}

/** Scrolls until all rows stand on the page, as far as it has them. */
async function loadRows(page: Page, size: number): Promise<void> {
  await page.waitForFunction(() => 'Turbo' in globalThis)
  for (const end = Date.now() + 60_000; (await rowsOn(page)) < size; ) {
    if (Date.now() > end) throw new Error('The rows did not all load.')
    await page.evaluate(() => document.querySelector('turbo-frame.older')?.scrollIntoView())
    await page.waitForTimeout(20)
  }
  await page.evaluate(() => scrollTo(0, 0))
}

const rowsOn = (page: Page): Promise<number> => page.evaluate(() => document.querySelectorAll('.tasks > .task').length)

async function slowDown(line: CDPSession): Promise<void> {
  await line.send('Network.enable')
  await line.send('Network.emulateNetworkConditions', SLOW_4G)
  await line.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
}

type Deed = (page: Page, i: number) => Promise<void>

async function timed(page: Page, name: string, size: number, deed: Deed): Promise<Figure> {
  const times: number[] = []
  // The first one of each kind also waits for what is loaded when it is needed.
  for (let i = 0; i <= TIMES; i++) {
    await deed(page, i)
    const ms = await page.evaluate(() => (globalThis as unknown as { shownMs: Promise<number> }).shownMs)
    if (i > 0) times.push(ms)
  }
  const ms = median(times)
  const most = Math.max(...times)
  return {
    mark: '',
    name: `${name} at ${spelled(size)} tasks is seen`,
    figure: `${spelled(ms, 1)} ms (the slowest of ${TIMES}: ${spelled(most, 1)})`,
    target: `≤ ${TARGET_MS} ms`,
    ok: ms <= TARGET_MS,
  }
}

async function complete(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.task.done'))
  const id = await idOfRow(page, 3)
  await watch(page, 'click', { row: `#${id}.done` })
  await click(page, `#${id} .check`)
}

async function add(page: Page, i: number): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.task.done'))
  const title = `Something new ${i}`
  await page.evaluate(() => document.getElementById('task')?.focus())
  await type(page, title)
  await watch(page, 'keydown', { row: '.tasks > .task', title })
  await page.keyboard.press('Enter')
}

async function edit(page: Page, i: number): Promise<void> {
  const id = await idOfRow(page, 5)
  await click(page, `#${id} .more`)
  await page.waitForFunction(() => document.querySelector('.task > .menu'))
  await click(page, '.task > .menu a')
  await page.waitForFunction(() => document.activeElement?.matches('.rename [name=title]'))
  const title = `Another title ${i}`
  await type(page, title)
  await watch(page, 'keydown', { row: `#${id}`, title })
  await page.keyboard.press('Enter')
}

const idOfRow = (page: Page, at: number): Promise<string> =>
  page.evaluate((at) => document.querySelectorAll('.task')[at]?.id ?? '', at)

/** Types, and rests as long as a hand does before the next key: what the letters themselves cost is over then. */
async function type(page: Page, text: string): Promise<void> {
  await page.keyboard.insertText(text)
  await page.waitForTimeout(HAND_MS)
}

/**
 * Moves the mouse there, presses and releases it, as long apart as a hand does. Playwright's own locators touch each
 * element of the page from script and listen to what they press; with thousands of rows the browser's next change of
 * the page pays for that, and nobody else's does.
 */
async function click(page: Page, selector: string): Promise<void> {
  const [x, y] = await page.evaluate((selector) => {
    const { left, top, width, height } = document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect()
    return [left + width / 2, top + height / 2] as const
  }, selector)
  await page.mouse.move(x, y)
  await page.waitForTimeout(HAND_MS)
  await page.mouse.down()
  await page.waitForTimeout(HAND_MS)
  await page.mouse.up()
}

/**
 * Has the page note how long after the next event the first element that `row` fits is there, with this title, laid out.
 * Looking must cost nothing that grows with the page: it is part of what is measured.
 */
const watch = (page: Page, type: string, sought: { row: string; title?: string }): Promise<void> =>
  page.evaluate(
    ({ type, row, title }) => {
      const isThere = () => {
        const found = document.querySelector(row)
        return !!found && (title === undefined || found.querySelector('.title:not([hidden])')?.textContent === title)
      }
      const shownMs = new Promise<number>((resolve, reject) => {
        setTimeout(() => reject(new Error(`${row} never showed ${title}.`)), 20_000)
        const onEvent = (event: Event) => {
          if (event instanceof KeyboardEvent && event.key !== 'Enter') return
          removeEventListener(type, onEvent, true)
          const observer = new MutationObserver(() => {
            if (!isThere()) return
            observer.disconnect()
            document.body.getBoundingClientRect()
            resolve(performance.now() - event.timeStamp)
          })
          observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
        }
        addEventListener(type, onEvent, true)
      })
      Object.assign(globalThis, { shownMs })
    },
    { type, ...sought },
  )

/** Fifty clicks in one moment, on fifty tasks: the server has heard of each when all is sent. */
async function counted(page: Page, line: CDPSession, size: number): Promise<Figure> {
  const clicks = await page.evaluate((most) => {
    const checks = [...document.querySelectorAll<HTMLElement>('.task:not(.done) .check')].slice(0, most)
    for (const check of checks) check.click()
    return checks.map((check) => check.closest('.task')?.id ?? '')
  }, CLICKS)
  // How long it takes to send them is the line's affair.
  await line.send('Network.emulateNetworkConditions', {
    ...SLOW_4G,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  })
  const done = await arrived(page, clicks)
  return {
    mark: '',
    name: `Of ${clicks.length} quick clicks at ${spelled(size)} tasks arrive`,
    figure: spelled(done),
    target: `${clicks.length}`,
    ok: done === clicks.length,
  }
}

/** How many of these tasks the server shows as completed, once that is all of them or five minutes have passed. */
async function arrived(page: Page, ids: string[]): Promise<number> {
  for (const end = Date.now() + 300_000; ; await page.waitForTimeout(250)) {
    const done = await page.evaluate(async (ids) => {
      let all = ''
      for (let address: string | undefined = '/completed'; address; ) {
        const text: string = await (await fetch(address, { headers: { 'X-Background': '1' } })).text()
        all += text
        address = /class="older[^>]* src="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
      }
      return ids.filter((id) => all.includes(`id="${id}"`)).length
    }, ids)
    if (done === ids.length || Date.now() > end) return done
  }
}
