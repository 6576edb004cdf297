import { describe, expect, test } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import type { PageOptions } from './chromium.ts'
import { journeysOnALine } from './journeys.ts'
import {
  add,
  fillLogin,
  login,
  nothingWaits,
  onServer,
  register,
  row,
  scriptRuns,
  titles,
  until,
  waiting,
  waits,
} from './people.ts'

const { site, network, visit } = await journeysOnALine()
let count = 0

/** A new person in a new browser, logged in to stay, with a worker that has seen the Inbox. */
async function ana(options: PageOptions & { remember?: boolean } = {}): Promise<{ page: Page; name: string }> {
  const opened = await visit(options)
  const name = `ana${++count}-offline`
  await register(opened.page, network.url, name)
  await opened.context.clearCookies()
  await login(opened.page, network.url, name, { remember: options.remember ?? true })
  await scriptRuns(opened.page)
  if (options.serviceWorkers !== 'block') await workerHasControl(opened.page)
  network.seen.length = 0
  return { page: opened.page, name }
}

const workerHasControl = (page: Page) =>
  until(() => page.evaluate(() => !!navigator.serviceWorker.controller), 'the worker has control')

const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const all: string[] = []
    for (const name of await caches.keys()) {
      if (!name.startsWith('pages-')) continue
      for (const { url } of await (await caches.open(name)).keys()) all.push(new URL(url).pathname)
    }
    return all
  })

const keeps = (page: Page, path: string) => until(async () => (await kept(page)).includes(path), `${path} is kept`)

/** What was sent to be done. The login page asks by itself what a passkey should sign, and that changes nothing. */
const sentFrom = (seen: { method: string; path: string }[]): string[] =>
  seen.flatMap(({ method, path }) => (method === 'POST' && path !== '/login/passkey/question' ? [path] : []))

/** A line that is open and on which nobody ever says anything. */
const silence = () =>
  new Response(new ReadableStream({ start: (line) => line.enqueue(new TextEncoder().encode(':\n\n')) }), {
    headers: { 'Content-Type': 'text/event-stream' },
  })

/** The same browser gets another person, as if somebody logged in in another window. */
async function someoneElseLogsIn(context: BrowserContext, name: string): Promise<Page> {
  await context.clearCookies()
  const page = await context.newPage()
  await register(page, network.url, name)
  return page
}

describe('without a network', () => {
  test('a form of the usual kind waits too, where that means the same later', async () => {
    const { page } = await ana()
    await page.goto(`${network.url}/labels`)
    await scriptRuns(page)
    await network.cut()
    await page.fill('main [name=name]', 'phone')
    await page.press('main [name=name]', 'Enter')
    await page.getByText('This is sent when the network is back.').waitFor()
    await waits(page, 1)
    network.mend()
    await nothingWaits(page)
    await page.getByRole('link', { name: 'phone' }).first().waitFor()
  })

  test('what was never used yet works too, once somebody has worked here', async () => {
    const { page } = await ana()
    const loaded = () => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    expect((await loaded()).filter((name) => name.includes('/part-'))).toEqual([])
    await add(page, 'Milk')
    await until(
      () =>
        page.evaluate(async () => {
          const worker = await (await fetch('/service-worker.js')).text()
          const parts = new Set(worker.match(/\/assets\/part-\w+\.js/g))
          for (const part of parts) if (!(await caches.match(part))) return false
          return parts.size > 1
        }),
      'the worker has all parts',
    )
    await page.reload()
    await scriptRuns(page)
    await network.cut()
    await page.reload()
    await row(page, 'Milk').locator('.more').click()
    await page.getByRole('link', { name: 'Rename' }).click()
    await page.fill('.rename [name=title]', 'Tea')
    await page.press('.rename [name=title]', 'Enter')
    expect(await titles(page)).toEqual(['Tea'])
  })

  test('pages that were seen open, with what waits laid over them', async () => {
    const { page } = await ana()
    await add(page, 'Milk', 'Bread')
    await page.click('.side a[href="/completed"]')
    await page.waitForURL('**/completed')
    await page.click('.side a[href="/"]')
    await page.waitForSelector('#task')
    await keeps(page, '/completed')
    await network.cut()
    await row(page, 'Milk').locator('.check').click()
    await page.fill('#task', 'Tea')
    await page.press('#task', 'Enter')
    await page.getByText('You are offline. 2 changes are waiting.').waitFor()
    await page.waitForTimeout(1300)
    await page.reload()
    await until(async () => (await titles(page)).join() === 'Tea,Bread', 'the kept Inbox shows both changes')
    await page.getByText(/^You are offline\. This page is from .*\. 2 changes are waiting\.$/).waitFor()
    await page.click('.side a[href="/completed"]')
    await page.getByRole('heading', { name: 'Completed' }).waitFor()
    network.mend()
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Tea', 'Bread'])
    await until(async () => (await page.locator('.notice').count()) === 0, 'the notice goes')
    expect(await titles(page)).toEqual(['Milk'])
  }, 60_000)

  test('what waits can be undone at once, and the server ends up with what the page shows', async () => {
    const { page } = await ana()
    await add(page, 'Milk', 'Bread', 'Tea')
    await page.reload()
    await until(async () => (await titles(page)).length === 3, 'the worker has seen them')
    await page.waitForTimeout(300)
    await network.cut()
    network.seen.length = 0
    const undo = (title: string) =>
      page.locator('.toast', { hasText: title }).getByRole('button', { name: 'Undo' }).click()
    await row(page, 'Milk').locator('.check').click()
    await undo('Completed “Milk”')
    await until(async () => (await titles(page)).join() === 'Tea,Bread,Milk', 'Milk is back')
    await page.waitForTimeout(1300)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Complete Milk')
    await row(page, 'Bread').locator('.more').dispatchEvent('click')
    await page.getByRole('button', { name: 'Delete' }).click()
    expect(await titles(page)).toEqual(['Tea', 'Milk'])
    await undo('Deleted “Bread”')
    await until(async () => (await titles(page)).join() === 'Tea,Bread,Milk', 'Bread is back')
    await row(page, 'Tea').locator('.check').click()
    await page.locator('.toast', { hasText: 'Completed “Tea”' }).waitFor()
    await waits(page, 5)
    await page.waitForTimeout(1300)
    await page.reload()
    await until(async () => (await titles(page)).join() === 'Bread,Milk', 'a reload shows the same')
    expect(await page.textContent('#inbox_count')).toBe('2')
    network.mend()
    await nothingWaits(page)
    expect(network.sent().map((one) => one.path.replaceAll(/[0-9a-f-]{36}/g, 'ID'))).toEqual([
      '/tasks/ID/complete',
      '/undo/ID',
      '/tasks/ID/delete',
      '/undo/ID',
      '/tasks/ID/complete',
    ])
    expect(await onServer(page, '/')).toEqual(['Bread', 'Milk'])
    await until(async () => (await titles(page)).join() === 'Bread,Milk', 'the page shows what the server has')
    expect(await page.textContent('#inbox_count')).toBe('2')
  }, 60_000)

  test('the older rows of a long list are there too', async () => {
    const { page } = await ana()
    await add(page, ...Array.from({ length: 120 }, (_, i) => `Task ${120 - i}`))
    const loadAll = () =>
      until(async () => {
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
        return (await titles(page)).length === 120
      }, 'all pages are loaded')
    await page.reload()
    await loadAll()
    await page.waitForTimeout(300)
    await network.cut()
    await page.reload()
    await loadAll()
  }, 60_000)

  test('a page that was never seen says so, and loads by itself later', async () => {
    const { page } = await ana()
    await add(page, 'Milk')
    await network.cut()
    await page.goto(`${network.url}/completed`)
    await page.getByRole('heading', { name: 'You are offline' }).waitFor()
    network.mend()
    await page.getByRole('heading', { name: 'Completed' }).waitFor({ timeout: 15_000 })
  }, 60_000)

  test('the page that was on the screen stays when there is no worker', async () => {
    const { page } = await ana({ serviceWorkers: 'block' })
    await add(page, 'Milk')
    await network.cut()
    await page.fill('#task', 'Half a sen')
    await page.click('.side a[href="/completed"]')
    await page.getByText('You are offline. This page is not kept on this device.').waitFor()
    expect(await page.inputValue('#task')).toBe('Half a sen')
    await page.press('#task', 'Enter')
    await page.getByText('You are offline. 1 change is waiting.').waitFor()
    network.mend()
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Half a sen', 'Milk'])
  }, 60_000)

  test('a form that is no change of a task says that it was not sent', async () => {
    const { page } = await ana()
    await page.goto(`${network.url}/account`)
    await network.cut()
    await page.locator('main form button.primary').first().click()
    await page.getByText('You are offline. This was not sent').waitFor()
  }, 30_000)
})

describe('what is kept', () => {
  test('carries no flash and no secret page', async () => {
    const { page } = await ana()
    await add(page, 'Milk')
    await page.goto(`${network.url}/account`)
    await page.goto(`${network.url}/completed`)
    await keeps(page, '/completed')
    expect((await kept(page)).toSorted()).toEqual(['/', '/completed'])
    const texts = await page.evaluate(async () => {
      const all: string[] = []
      for (const name of await caches.keys()) {
        if (!name.startsWith('pages-')) continue
        const cache = await caches.open(name)
        for (const request of await cache.keys()) all.push((await (await cache.match(request))?.text()) ?? '')
      }
      return all
    })
    for (const text of texts) expect(text).not.toMatch(/class="toast[ "]/)
  })

  test('is nothing in a session that ends with the browser', async () => {
    const { page } = await ana({ remember: false })
    await page.goto(`${network.url}/completed`)
    await page.goto(network.url)
    await page.waitForTimeout(300)
    expect(await kept(page)).toEqual([])
    await network.cut()
    await page.goto(network.url)
    await page.getByRole('heading', { name: 'You are offline' }).waitFor()
  }, 30_000)

  test('goes after two weeks', async () => {
    const { page } = await ana()
    await keeps(page, '/')
    await page.evaluate(async () => {
      for (const name of await caches.keys()) {
        if (!name.startsWith('pages-')) continue
        const cache = await caches.open(name)
        for (const request of await cache.keys()) {
          const page = await cache.match(request)
          const headers = new Headers(page?.headers)
          headers.set('X-Kept-At', new Date(Date.now() - 15 * 24 * 3600_000).toISOString())
          await cache.put(request, new Response(await page?.text(), { headers }))
        }
      }
    })
    await network.cut()
    await page.goto(network.url)
    await page.getByRole('heading', { name: 'You are offline' }).waitFor()
  }, 30_000)

  test('goes when a password form is sent', async () => {
    const { page } = await ana()
    await keeps(page, '/')
    await page.evaluate(() =>
      fetch('/account/password', { method: 'POST', redirect: 'manual', body: new URLSearchParams({ current: '' }) }),
    )
    await until(async () => (await kept(page)).length === 0, 'nothing is kept')
  })
})

describe('logging out', () => {
  test('sends what waits, then forgets everything', async () => {
    const { page, name } = await ana()
    await keeps(page, '/')
    const other = await page.context().newPage()
    await other.goto(`${network.url}/completed`)
    network.play(async (request) => {
      if (request.headers.has('X-Outbox')) await Bun.sleep(500)
      return undefined
    })
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await page.click('.side .logout button')
    await page.waitForURL('**/login')
    await other.waitForURL('**/login')
    expect(await kept(page)).toEqual([])
    expect(await waiting(page)).toBe(0)
    await page.goBack()
    await page.waitForURL('**/login**')
    await fillLogin(page, name)
    await until(async () => (await titles(page)).join() === 'Milk', 'the change had arrived')
  }, 30_000)

  test('without a network happens here at once and there first of all', async () => {
    const { page, name } = await ana()
    await keeps(page, '/')
    await network.cut()
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await waits(page, 1)
    await page.click('.side .logout button')
    await page.getByRole('heading', { name: 'You are logged out on this device' }).waitFor({ timeout: 20_000 })
    expect(await kept(page)).toEqual([])
    await page.goto(network.url).catch(() => undefined)
    expect(await page.locator('.task').count()).toBe(0)
    network.seen.length = 0
    network.mend()
    await page.waitForURL('**/login', { timeout: 20_000 })
    expect(sentFrom(network.seen)).toEqual(['/logout'])
    await fillLogin(page, name)
    await until(async () => (await titles(page)).join() === 'Milk', 'what waited is sent after the next login')
    await nothingWaits(page)
  }, 60_000)

  test('without a network holds in every tab: nothing is sent when the network is back, until the next login', async () => {
    const { page, name } = await ana()
    const other = await page.context().newPage()
    await other.goto(network.url)
    await network.cut()
    await other.fill('#task', 'Milk')
    await other.press('#task', 'Enter')
    await waits(page, 1)
    await page.click('.side .logout button')
    for (const tab of [page, other])
      await tab.getByRole('heading', { name: 'You are logged out on this device' }).waitFor({ timeout: 20_000 })
    await page.getByText('are sent when you log in here again').waitFor()
    network.seen.length = 0
    network.mend()
    for (const tab of [page, other]) await tab.waitForURL('**/login', { timeout: 20_000 })
    await page.waitForTimeout(500)
    expect(sentFrom(network.seen)).toEqual(['/logout'])
    expect(await waiting(page)).toBe(1)
    await fillLogin(page, name)
    await until(async () => (await titles(page)).join() === 'Milk', 'what waited is shown after the next login')
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Milk'])
  }, 60_000)

  test('counts as done there only when the server shows the login page', async () => {
    const { page } = await ana()
    await network.cut()
    await page.click('.side .logout button')
    await page.getByRole('heading', { name: 'You are logged out on this device' }).waitFor({ timeout: 20_000 })
    const answers = [new Response('No', { status: 403 }), new Response('Not here', { status: 421 })]
    network.play((request) => (request.method === 'POST' ? answers.shift() : undefined))
    network.seen.length = 0
    network.mend()
    await page.waitForURL('**/login', { timeout: 30_000 })
    expect(sentFrom(network.seen)).toEqual(Array(3).fill('/logout'))
    expect(network.seen.filter((one) => one.path === '/')).toEqual([])
    expect((await page.context().cookies()).filter((cookie) => cookie.name === 'sid')).toEqual([])
  }, 60_000)
})

describe('when somebody else is there', () => {
  test('a session that ended meanwhile shows the login page once, and the same person goes on', async () => {
    const { page, name } = await ana()
    await network.cut()
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await waits(page, 1)
    await page.fill('#task', 'Half a sen')
    await page.context().clearCookies()
    network.seen.length = 0
    network.mend()
    await page.waitForURL('**/login?next=%2F', { timeout: 20_000 })
    await page.waitForTimeout(1000)
    expect(network.seen.filter((one) => /^\/login(\?|$)/.test(one.path))).toHaveLength(1)
    expect(await kept(page)).toEqual([])
    await fillLogin(page, name)
    await until(async () => (await titles(page)).join() === 'Milk', 'what waited is there')
    await nothingWaits(page)
    expect(await page.inputValue('#task')).toBe('Half a sen')
    expect(await onServer(page, '/')).toEqual(['Milk'])
  }, 60_000)

  test('another person sees of the first only that something waits, and it is sent when its person is back', async () => {
    const { page, name } = await ana()
    await add(page, 'Bread')
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await waits(page, 1)
    const ben = await someoneElseLogsIn(page.context(), `ben-after-${name}`)
    await until(async () => (await titles(page).catch(() => ['?'])).length === 0, 'the first tab shows nothing of Ana')
    network.play(undefined)
    expect(await titles(ben)).toEqual([])
    await ben.getByText('1 change of another person waits on this device.').waitFor()
    expect(await ben.getByRole('button', { name: /Save as a file|Try again/ }).count()).toBe(0)
    expect(await ben.content()).not.toContain('Milk')
    await ben.fill('#task', 'Tea')
    await ben.press('#task', 'Enter')
    await until(async () => (await onServer(ben, '/')).join() === 'Tea', 'only what Ben did is sent')
    await ben.getByRole('button', { name: 'OK', exact: true }).click()
    await until(async () => (await ben.locator('.notice').count()) === 0, 'the notice goes')
    expect(await waiting(ben)).toBe(1)
    await ben.click('.side .logout button')
    await ben.getByRole('heading', { name: 'Log in' }).waitFor()
    expect(await waiting(ben)).toBe(1)
    await fillLogin(ben, name)
    await until(async () => (await titles(ben)).join() === 'Milk,Bread', 'Ana sees what she did')
    await nothingWaits(ben)
    expect(await onServer(ben, '/')).toEqual(['Milk', 'Bread'])
  }, 60_000)

  test('what the server did not take of one person is offered to nobody else', async () => {
    const { page, name } = await ana()
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('No', { status: 403 }) : undefined))
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await page.getByText('1 change could not be saved.').waitFor()
    network.play(undefined)
    const ben = await someoneElseLogsIn(page.context(), `ben-unlike-${name}`)
    await add(ben, 'Tea')
    await ben.waitForTimeout(300)
    expect(await ben.locator('.notice').count()).toBe(0)
    await ben.context().clearCookies()
    await login(ben, network.url, name)
    await ben.getByText('1 change could not be saved.').waitFor()
    await ben.getByRole('button', { name: 'Try again' }).click()
    await until(async () => (await onServer(ben, '/')).join() === 'Milk', 'it is sent now')
    await until(async () => (await ben.locator('.notice').count()) === 0, 'the offer goes')
    expect(await titles(ben)).toEqual(['Milk'])
  }, 60_000)

  test('a page that has not noticed sends nothing in the other’s name, and keeps what was done for its person', async () => {
    const { page, name } = await ana()
    // The tab hears of nothing: no channel to the others, no news from the server.
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'BroadcastChannel'))
    network.play((_request, path) => (path === '/events' ? silence() : undefined))
    await page.reload()
    const ben = await someoneElseLogsIn(page.context(), `ben-beside-${name}`)
    await page.evaluate(() => {
      const field = document.querySelector<HTMLInputElement>('#task')
      if (!field) return
      field.value = 'Milk'
      field.form?.requestSubmit()
      field.value = 'Half a sen'
    })
    await page.getByText('1 change of another person waits on this device.').waitFor()
    expect(new URL(page.url()).pathname).toBe('/')
    expect(await page.locator('.me span').textContent()).toBe(`ben-beside-${name}@example.com`)
    expect(await page.content()).not.toContain('Milk')
    expect(await page.inputValue('#task')).toBe('')
    expect(await onServer(ben, '/')).toEqual([])
    expect(await waiting(page)).toBe(1)
    await page.context().clearCookies()
    await login(page, network.url, name)
    await until(async () => (await titles(page)).join() === 'Milk', 'Ana sees what she did')
    await nothingWaits(page)
    expect(await page.inputValue('#task')).toBe('Half a sen')
    expect(await onServer(page, '/')).toEqual(['Milk'])
  }, 60_000)

  test('a page the browser brings back after a logout is not shown', async () => {
    const { page } = await ana()
    await page.evaluate(() => {
      localStorage.removeItem('person')
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    })
    network.seen.length = 0
    await until(() => network.seen.some((one) => one.path === '/'), 'the page is loaded anew')
  })
})

describe('a new version', () => {
  /** From now on the site has a newer worker, in which `was` is `is`. */
  function release(was = '', is = ''): void {
    network.play(async (_request, path) => {
      if (path !== '/service-worker.js') return undefined
      // Called by the name that people use, else the site would send us there.
      const headers = { Host: new URL(network.url).host }
      const worker = await (await fetch(`${site.url}${path}`, { headers })).text()
      return new Response(`${worker.replaceAll(was, is)}\n// newer`, { headers: { 'Content-Type': 'text/javascript' } })
    })
  }

  /** Has the tab look for a newer version, and waits until it says so. */
  async function hear(page: Page): Promise<void> {
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
    await page.getByText('A new version is ready.').waitFor()
  }

  test('is told, and no tab is loaded anew by itself', async () => {
    const { page } = await ana()
    await page.fill('#task', 'Half a sen')
    release()
    network.seen.length = 0
    await hear(page)
    await page.waitForTimeout(500)
    expect(await page.inputValue('#task')).toBe('Half a sen')
    expect(network.seen.filter((one) => one.path === '/')).toEqual([])
    const other = await page.context().newPage()
    await other.goto(`${network.url}/completed`)
    await other.getByRole('button', { name: 'Reload' }).click()
    await until(() => network.seen.filter((one) => one.path === '/completed').length === 2, 'that tab loads')
    await page.waitForTimeout(500)
    expect(await page.inputValue('#task')).toBe('Half a sen')
  }, 30_000)

  test('is loaded by Reload, also when its worker does not take over', async () => {
    const { page } = await ana()
    release('take-over', 'is not heard')
    await hear(page)
    network.seen.length = 0
    await page.getByRole('button', { name: 'Reload' }).click()
    await until(() => network.seen.some((one) => one.path === '/'), 'the tab loads')
  }, 30_000)
})
