import type { Locator, Page } from 'playwright-core'
import { type Inbox, linkIn } from '#test/mail/inbox.ts'

const PASSWORD = 'a kettle, two cups and rain'

/** Registers `name`, without a look at the form, and ends on the Inbox. */
export async function register(page: Page, url: string, name: string): Promise<void> {
  const form = { email: `${name}@example.com`, password: PASSWORD, verify: PASSWORD }
  const answer = await page.request.post(`${url}/register`, { form, headers: { Origin: url }, maxRedirects: 0 })
  if (answer.status() !== 303) throw new Error(`${name} could not register: ${answer.status()}`)
  await page.goto(url)
  await page.waitForSelector('#task')
}

/** Registers `name` by the form, and ends on the Inbox. */
export async function registerByHand(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/register`)
  await page.fill('[name=email]', `${name}@example.com`)
  await page.fill('[name=password]', PASSWORD)
  await page.fill('[name=verify]', PASSWORD)
  await page.click('main button:not([type=button])')
  await page.waitForSelector('#task')
}

/** Registers `name` at a site that sends its mails to `inbox`: whoever is not the first there confirms it by the mail. */
export async function registerByMail(page: Page, url: string, name: string, inbox: Inbox): Promise<void> {
  const form = { email: `${name}@example.com`, password: PASSWORD, verify: PASSWORD }
  const answer = await page.request.post(`${url}/register`, { form, headers: { Origin: url }, maxRedirects: 0 })
  if (answer.headers().location === '/register/sent') {
    await page.goto(url + linkIn(await inbox.untilTo(form.email)))
    await page.click('main button.primary')
    await page.waitForURL('**/login')
    await fillLogin(page, name)
  } else await page.goto(url)
  await page.waitForSelector('#task')
}

/** Fills in the login form that `page` shows. */
export async function fillLogin(page: Page, name: string, { remember = true } = {}): Promise<void> {
  await page.fill('[name=email]', `${name}@example.com`)
  await page.fill('[name=password]', PASSWORD)
  await page.setChecked('[name=remember]', remember)
  await page.click('main button:not([type=button])')
}

/** Logs `name`, who has registered, in and ends on the Inbox. */
export async function login(page: Page, url: string, name: string, options?: { remember: boolean }): Promise<void> {
  await page.goto(`${url}/login`)
  await fillLogin(page, name, options)
  await page.waitForSelector('#task')
}

/** Waits until the script of the page has taken over: before that, its forms are forms and its links are links. */
export const scriptRuns = (page: Page): Promise<unknown> => page.waitForFunction(() => 'Turbo' in globalThis)

/** Adds tasks the way a person does; the last one stands first. Waits until the server has them. */
export async function add(page: Page, ...titles: string[]): Promise<void> {
  await scriptRuns(page)
  for (const title of titles) {
    await page.fill('#task', title)
    await page.press('#task', 'Enter')
  }
  await nothingWaits(page)
}

/** Leaves the field, so that single keys are no words. */
export async function leaveField(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => !document.activeElement?.matches('input'))
}

/** Sends a form from the page without showing what comes back. */
export async function post(page: Page, path: string, fields: Record<string, string>): Promise<void> {
  await page.evaluate(
    async ([path, fields]) => {
      await fetch(path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
    },
    [path, fields] as const,
  )
}

/** Has the server write these fields of a task on the page, as the form on its own page would. */
export async function edit(page: Page, title: string, fields: Record<string, string>): Promise<void> {
  await post(page, `${await row(page, title).locator('.title').getAttribute('href')}/edit`, fields)
}

/** Brings the mouse to an element, and waits for what drags: it is loaded when a hand comes near. */
export async function comeNear(page: Page, element: Locator): Promise<{ x: number; y: number }> {
  const box = await element.boundingBox()
  if (!box) throw new Error('It is not to be seen.')
  const [x, y] = [box.x + 60, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.waitForFunction(() =>
    [...document.body.querySelectorAll('*')].some((one) => Object.keys(one).some((key) => key.startsWith('Sortable'))),
  )
  return { x, y }
}

/** Drags as a hand does: pressed, moved in steps, let go. */
export async function dragTo(page: Page, from: Locator, to: Locator): Promise<void> {
  const { x, y } = await comeNear(page, from)
  await page.mouse.down()
  await page.mouse.move(x + 10, y + 8, { steps: 4 })
  // What it is dragged over makes room for it, so that the end may have moved by then.
  for (const steps of [12, 4]) {
    const end = await to.boundingBox()
    if (!end) throw new Error('It is not to be seen.')
    await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps })
    await page.waitForTimeout(200)
  }
  await page.mouse.up()
}

/** The titles on the page, in its order. */
export const titles = (page: Page): Promise<string[]> => page.locator('.tasks > .task .title').allTextContents()

/** The row whose title is `title`. */
export const row = (page: Page, title: string): Locator =>
  page.locator('.tasks > .task', { has: page.getByRole('link', { name: title, exact: true }) })

/** How many changes wait on this device. */
export const waiting = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const request = indexedDB.open('get-it-done')
        request.onupgradeneeded = () => request.transaction?.abort()
        request.onerror = () => resolve(0)
        request.onsuccess = () => {
          const count = request.result.transaction('entries').objectStore('entries').count()
          count.onsuccess = () => {
            request.result.close()
            resolve(count.result)
          }
        }
      }),
  )

/** Waits until `number` changes wait on this device. */
export async function waits(page: Page, number: number): Promise<void> {
  await until(async () => (await waiting(page)) === number, `${number} changes wait`)
}

/** Waits until the server has heard of everything. */
export async function nothingWaits(page: Page): Promise<void> {
  // Long enough for what was just done to be stored.
  await page.waitForTimeout(30)
  await waits(page, 0)
}

/** Waits until `isSo`, at most ten seconds. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`In ten seconds it never came so far: ${what}`)
    await Bun.sleep(20)
  }
}

/** What the server itself shows at `path`, asked past the page's script. */
export async function onServer(page: Page, path: string): Promise<string[]> {
  const html = await page.evaluate(
    async (path) => (await fetch(path, { headers: { 'X-Background': '1' } })).text(),
    path,
  )
  return [...html.replace(/<template[\s\S]*?<\/template>/g, '').matchAll(/class="title"[^>]*>([^<]*)</g)].map(
    (match) => match[1] ?? '',
  )
}
