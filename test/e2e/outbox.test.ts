import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { PageOptions } from './chromium.ts'
import { journeysOnALine } from './journeys.ts'
import { add, nothingWaits, onServer, register, row, scriptRuns, titles, until, waiting, waits } from './people.ts'

const { network, visit } = await journeysOnALine()
let count = 0

/** A new person in a new browser, with the cursor in the Inbox. */
async function ana(options: PageOptions = {}): Promise<Page> {
  const opened = await visit(options)
  await register(opened.page, network.url, `ana${++count}-outbox`)
  if (options.javaScript !== false) await scriptRuns(opened.page)
  network.seen.length = 0
  return opened.page
}

describe('what is done is seen at once', () => {
  test('completing strikes the row and turns its button before the click is over', async () => {
    const page = await ana()
    await add(page, 'Milk')
    const seen = await page.evaluate(() => {
      const button = document.querySelector<HTMLElement>('.task .check')
      button?.click()
      const row = document.querySelector('.task')
      return {
        done: row?.classList.contains('done'),
        action: row?.querySelector('form')?.getAttribute('action'),
        label: button?.getAttribute('aria-label'),
        count: document.getElementById('inbox_count')?.textContent,
      }
    })
    expect(seen.done).toBe(true)
    expect(seen.action).toEndWith('/reopen')
    expect(seen.label).toBe('Reopen Milk')
    expect(seen.count).toBe('')
    await nothingWaits(page)
    await until(async () => (await titles(page)).length === 0, 'the row leaves')
    expect(await onServer(page, '/completed')).toEqual(['Milk'])
  })

  test('a completed row can be taken back before it leaves, and then stays', async () => {
    const page = await ana()
    await add(page, 'Milk')
    await page.click('.check')
    await page.waitForTimeout(300)
    await page.click('.check')
    await page.waitForTimeout(1500)
    await nothingWaits(page)
    expect(await titles(page)).toEqual(['Milk'])
    expect(await onServer(page, '/')).toEqual(['Milk'])
    expect(await page.textContent('#inbox_count')).toBe('1')
  })

  test('a double click is one wish', async () => {
    const page = await ana()
    await add(page, 'Milk')
    await page.dblclick('.check')
    await nothingWaits(page)
    expect(await onServer(page, '/completed')).toEqual(['Milk'])
  })

  test('a new task stands first, the field is empty and keeps the cursor', async () => {
    const page = await ana()
    await add(page, 'Milk', 'Bread', 'Tea')
    expect(await titles(page)).toEqual(['Tea', 'Bread', 'Milk'])
    expect(await page.inputValue('#task')).toBe('')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('task')
    expect(await onServer(page, '/')).toEqual(['Tea', 'Bread', 'Milk'])
    expect(await page.textContent('#inbox_count')).toBe('3')
  })

  test('a title is text, whatever is in it', async () => {
    const page = await ana()
    const title = '<img src=x onerror=alert(1)> & "quotes"'
    await page.fill('#task', title)
    await page.press('#task', 'Enter')
    expect(await titles(page)).toEqual([title])
    await nothingWaits(page)
    expect(await titles(page)).toEqual([title])
    expect(await page.locator('.task img').count()).toBe(0)
  })

  test('what is typed quickly, or only spaces, makes neither too many nor too few tasks', async () => {
    const page = await ana()
    await add(page, 'One', '   ', 'Two')
    expect(await onServer(page, '/')).toEqual(['Two', 'One'])
  })
})

describe('nothing is lost', () => {
  test('fifty clicks in one moment arrive, each once, in order', async () => {
    const page = await ana()
    const all = Array.from({ length: 50 }, (_, i) => `Task ${i + 1}`)
    await add(page, ...all)
    network.seen.length = 0
    const order = await page.evaluate(() => {
      const buttons = [...document.querySelectorAll<HTMLElement>('.task .check')]
      for (const button of buttons) button.click()
      return buttons.map((button) => button.closest('.task')?.id.slice('task_'.length))
    })
    await nothingWaits(page)
    expect(network.sent().map((one) => one.path.split('/')[2])).toEqual(order)
    expect(new Set(network.sent().map((one) => one.key)).size).toBe(50)
    expect(await onServer(page, '/')).toEqual([])
    expect((await onServer(page, '/completed')).toSorted()).toEqual(all.toSorted())
  }, 60_000)

  test('an answer that comes while a row is pressed does not lose the click', async () => {
    const page = await ana()
    await add(page, 'Milk')
    await nothingWaits(page)
    const answer = Promise.withResolvers<undefined>()
    network.seen.length = 0
    network.play((_, path) => (path.endsWith('/edit') ? answer.promise : undefined))
    for (const title of ['Tea', 'Cocoa']) {
      await page.hover('.task')
      await page.click('.more')
      await page.getByRole('link', { name: 'Rename' }).click()
      await page.fill('.rename [name=title]', title)
      await page.press('.rename [name=title]', 'Enter')
    }
    await page.hover('.more')
    await page.mouse.down()
    answer.resolve(undefined)
    await until(() => network.sent().length === 2, 'the first answer, which says Tea, has come')
    await nothingWaits(page)
    await page.mouse.up()
    await page.getByRole('link', { name: 'Rename' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await titles(page)).toEqual(['Cocoa'])
  })

  test('a tab that is closed between a click and its storing is warned', async () => {
    const page = await ana()
    await add(page, 'Milk')
    const closing = (click: boolean) =>
      page.evaluate((click) => {
        if (click) document.querySelector<HTMLElement>('.task .check')?.click()
        const event = new Event('beforeunload', { cancelable: true })
        dispatchEvent(event)
        return event.defaultPrevented
      }, click)
    expect(await closing(false)).toBe(false)
    expect(await closing(true)).toBe(true)
    await nothingWaits(page)
    expect(await closing(false)).toBe(false)
  })

  test('one is sent after the other, never two at a time', async () => {
    const page = await ana()
    await add(page, 'One', 'Two', 'Three')
    let now = 0
    let most = 0
    network.play(async (request) => {
      if (!request.headers.has('X-Outbox')) return undefined
      most = Math.max(most, ++now)
      await Bun.sleep(40)
      now--
      return undefined
    })
    await page.evaluate(() => {
      for (const button of document.querySelectorAll<HTMLElement>('.task .check')) button.click()
    })
    await nothingWaits(page)
    expect(most).toBe(1)
  })

  test('an answer that was lost is asked for again, and nothing happens twice', async () => {
    const page = await ana()
    let lost = 0
    network.play((request) => (request.headers.has('X-Outbox') && lost++ === 0 ? 'lose' : undefined))
    await add(page, 'Milk')
    expect(network.sent()).toHaveLength(2)
    expect(network.sent()[0]?.key).toBe(network.sent()[1]?.key as string)
    expect(await onServer(page, '/')).toEqual(['Milk'])
    expect(await titles(page)).toEqual(['Milk'])
  })

  test('what somebody on the way answers is not taken for the server', async () => {
    const page = await ana()
    const answers = [
      new Response('<h1>Welcome to the hotel</h1>', { headers: { 'Content-Type': 'text/html' } }),
      new Response('Bad gateway', { status: 502 }),
      new Response('Slow down', { status: 429, headers: { 'Retry-After': '1' } }),
    ]
    network.play((request) => (request.headers.has('X-Outbox') ? answers.shift() : undefined))
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await page.getByText('The server is not answering. 1 change is waiting.').waitFor()
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Milk'])
    expect(await page.locator('.notice').count()).toBe(0)
  })

  test('a reload shows again what waits', async () => {
    const page = await ana()
    await add(page, 'Milk', 'Bread')
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
    await row(page, 'Milk').locator('.check').click()
    await page.fill('#task', 'Tea')
    await page.press('#task', 'Enter')
    await waits(page, 2)
    await page.waitForTimeout(1400)
    await page.reload()
    await until(async () => (await titles(page)).join() === 'Tea,Bread', 'the page shows both')
    expect(await page.textContent('#inbox_count')).toBe('2')
    network.play(undefined)
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Tea', 'Bread'])
  })

  test('another tab shows it too, and one tab sends for both, in order', async () => {
    const page = await ana()
    await add(page, 'Milk', 'Bread')
    const other = await page.context().newPage()
    await other.goto(network.url)
    network.seen.length = 0
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
    await row(page, 'Milk').locator('.check').click()
    await other.fill('#task', 'Tea')
    await other.press('#task', 'Enter')
    await waits(page, 2)
    await until(async () => (await titles(page)).includes('Tea'), 'the first tab shows the task of the other')
    await until(async () => !(await titles(other)).includes('Milk'), 'the other tab shows what the first has done')
    network.seen.length = 0
    network.play(undefined)
    await nothingWaits(page)
    expect(network.sent().map((one) => one.path.replace(/[0-9a-f-]{36}/, 'ID'))).toEqual([
      '/tasks/ID/complete',
      '/tasks',
    ])
  })

  test('the page asked for right after a change has it', async () => {
    const page = await ana()
    await add(page, 'Milk')
    network.play(async (request) => {
      if (request.headers.has('X-Outbox')) await Bun.sleep(300)
      return undefined
    })
    await page.evaluate(() => {
      document.querySelector<HTMLElement>('.task .check')?.click()
      document.querySelector<HTMLElement>('.side a[href="/completed"]')?.click()
    })
    await page.waitForURL('**/completed')
    await until(async () => (await titles(page)).join() === 'Milk', 'it stands under Completed')
  })
})

describe('whatever the line does', () => {
  for (const seed of [1, 2, 3]) {
    test(`the page, the other tab and the server end up with the same list (seed ${seed})`, async () => {
      const page = await ana()
      const other = await page.context().newPage()
      await other.goto(network.url)
      const chance = chances(seed)
      network.play(async (request) => {
        if (!request.headers.has('X-Outbox')) return undefined
        await Bun.sleep(chance() * 30)
        const luck = chance()
        if (luck < 0.08) return new Response('', { status: 503 })
        return luck < 0.16 ? 'lose' : undefined
      })
      const open: string[] = []
      for (let i = 0; i < 60; i++) {
        const tab = chance() < 0.7 ? page : other
        const luck = chance()
        const shown = (await titles(tab)).filter((title) => open.includes(title))
        const title = shown[Math.floor(chance() * shown.length)]
        if (luck < 0.5 || !title) {
          open.push(`Task ${i}`)
          await tab.fill('#task', `Task ${i}`)
          await tab.press('#task', 'Enter')
        } else if (luck < 0.7) {
          open.splice(open.indexOf(title), 1)
          await row(tab, title).locator('.check').dispatchEvent('click')
        } else if (luck < 0.85) {
          await row(tab, title).locator('.title').focus()
          await tab.keyboard.press(chance() < 0.5 ? 'Alt+ArrowDown' : 'Alt+ArrowUp')
        } else {
          open.splice(open.indexOf(title), 1, `${title}!`)
          await rename(tab, title, `${title}!`)
        }
        if (luck > 0.97) {
          await network.cut()
          await page.waitForTimeout(200)
          network.mend()
        }
      }
      network.play(undefined)
      await nothingWaits(page)
      const atServer = await onServer(page, '/')
      expect(atServer.toSorted()).toEqual(open.toSorted())
      await until(async () => (await titles(page)).join() === atServer.join(), 'the page shows what the server has')
      await other.bringToFront()
      await until(async () => (await titles(other)).join() === atServer.join(), 'the other tab does too')
      expect(await page.textContent('#inbox_count')).toBe(String(open.length))
    }, 120_000)
  }
})

async function rename(page: Page, title: string, to: string): Promise<void> {
  await row(page, title).locator('.more').dispatchEvent('click')
  await page.getByRole('link', { name: 'Rename', exact: true }).dispatchEvent('click')
  await page.fill('.rename [name=title]', to)
  await page.press('.rename [name=title]', 'Enter')
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('what the server refuses', () => {
  const refusing = (status: number, sentence: string) => (request: Request) =>
    request.headers.has('X-Outbox')
      ? new Response(
          `<turbo-stream action="update" target="flashes"><template><div class="toast error" role="alert"><span>${sentence}</span></div></template></turbo-stream>`,
          { status, headers: { 'Content-Type': 'text/vnd.turbo-stream.html' } },
        )
      : undefined

  /** Deletes the task `title` as another device would. */
  const deleteElsewhere = (page: Page, title: string) =>
    row(page, title).evaluate((row) =>
      fetch(`/tasks/${row.id.slice('task_'.length)}/delete`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      }),
    )

  const saveFile = async (page: Page): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as a file' }).click(),
    ])
    await until(async () => (await page.locator('.notice').count()) === 0, 'the offer goes')
    return Bun.file((await download.path()) ?? '').text()
  }

  test('is taken back, with the reason, and what was typed is given back', async () => {
    const page = await ana()
    await add(page, 'Milk')
    network.play(refusing(422, 'Not today.'))
    await page.click('.check')
    await page.getByRole('alert').getByText('Not today.').waitFor()
    await page.fill('#task', 'Bread')
    await page.press('#task', 'Enter')
    await until(async () => (await page.inputValue('#task')) === 'Bread', 'the words are back in the field')
    await page.waitForTimeout(1300)
    expect(await titles(page)).toEqual(['Milk'])
    expect(await page.locator('.task').getAttribute('class')).toBe('task')
    expect(await page.locator('.task form').getAttribute('action')).toEndWith('/complete')
    expect(await page.textContent('#inbox_count')).toBe('1')
    await nothingWaits(page)
    expect(await page.locator('.notice').count()).toBe(0)
  })

  test('keeps the words of a new task when its field holds others by now', async () => {
    const page = await ana()
    network.play(async (request) => {
      if (request.headers.has('X-Outbox')) await Bun.sleep(300)
      return refusing(422, 'Not today.')(request)
    })
    await page.fill('#task', 'Bread')
    await page.press('#task', 'Enter')
    await page.fill('#task', 'Half a sen')
    await page.getByText('1 change could not be saved.').waitFor()
    expect(await page.inputValue('#task')).toBe('Half a sen')
    network.play(undefined)
    expect(await saveFile(page)).toContain('Bread')
  })

  test('a refused name is given back in its row', async () => {
    const page = await ana()
    await add(page, 'Milk', 'Bread')
    await rename(page, 'Milk', 'x'.repeat(501))
    await page.getByRole('alert').getByText('Use at most 500 characters.').waitFor()
    expect(await page.inputValue('.rename [name=title]')).toBe('x'.repeat(501))
    expect(await page.locator('.title').allTextContents()).toEqual(['Bread', 'Milk'])
    await page.waitForTimeout(500)
    expect(await page.locator('.notice').count()).toBe(0)
    await page.fill('.rename [name=title]', 'Oat milk')
    await page.press('.rename [name=title]', 'Enter')
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Bread', 'Oat milk'])
  })

  test('what was refused on a task’s own page stays in its form', async () => {
    const page = await ana()
    await add(page, 'Milk')
    await page.getByRole('link', { name: 'Milk', exact: true }).click()
    await page.waitForSelector('main[data-task]')
    await page.fill('[name=title]', 'x'.repeat(501))
    await page.fill('[name=notes]', 'The grey one')
    await page.locator('.edit').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText('Use at most 500 characters.').waitFor()
    await page.waitForTimeout(500)
    expect(await page.inputValue('[name=title]')).toBe('x'.repeat(501))
    expect(await page.inputValue('[name=notes]')).toBe('The grey one')
    expect(await page.textContent('h1')).toBe('Milk')
    expect(await page.locator('.notice').count()).toBe(0)
    await page.fill('[name=title]', 'Oat milk')
    await page.locator('.edit').getByRole('button', { name: 'Save' }).click()
    await nothingWaits(page)
    await page.reload()
    expect(await page.inputValue('[name=title]')).toBe('Oat milk')
    expect(await page.inputValue('[name=notes]')).toBe('The grey one')
  })

  test('long notes for a task that was deleted elsewhere are offered, and can be saved', async () => {
    const page = await ana()
    await add(page, 'Milk', 'Bread')
    await page.getByRole('link', { name: 'Milk', exact: true }).click()
    await page.waitForSelector('main[data-task]')
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
    await page.fill('[name=notes]', 'Everything I know about milk')
    await page.locator('.edit').getByRole('button', { name: 'Save' }).click()
    await waits(page, 1)
    await page.goto(network.url)
    await deleteElsewhere(page, 'Milk')
    network.play(undefined)
    await page.getByText('1 change could not be saved.').waitFor()
    await page.reload()
    await page.getByText('1 change could not be saved.').waitFor()
    expect(await saveFile(page)).toContain('Everything I know about milk')
    await page.reload()
    await page.waitForSelector('.task')
    expect(await page.locator('.notice').count()).toBe(0)
  }, 30_000)

  test('a new name for a task that was deleted elsewhere too', async () => {
    const page = await ana()
    await add(page, 'Milk')
    network.play((_request, path) => (path === '/events' ? new Response('', { status: 503 }) : undefined))
    await row(page, 'Milk').locator('.more').dispatchEvent('click')
    await page.getByRole('link', { name: 'Rename', exact: true }).dispatchEvent('click')
    await page.fill('.rename [name=title]', 'Oat milk')
    await page.evaluate(async () => {
      const id = document.querySelector('.task')?.id.slice('task_'.length)
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
      await fetch(`/tasks/${id}/delete`, { method: 'POST', redirect: 'manual', headers })
    })
    await page.press('.rename [name=title]', 'Enter')
    await page.getByText('1 change could not be saved.').waitFor()
    await until(async () => (await titles(page)).length === 0, 'the row goes')
    expect(await saveFile(page)).toContain('Oat milk')
  })

  test('several notices leave a phone its page', async () => {
    const page = await ana({ screen: 'phone' })
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('No', { status: 403 }) : undefined))
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await page.getByText('1 change could not be saved.').waitFor()
    await page.context().setOffline(true)
    await page.getByText('You are offline.').waitFor()
    await page.click('#task', { timeout: 3000 })
    await page.context().setOffline(false)
  }, 30_000)

  test('is set aside and offered as a file when nobody says why', async () => {
    const page = await ana()
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('No', { status: 403 }) : undefined))
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await page.getByText('1 change could not be saved.').waitFor()
    await nothingWaits(page)
    expect(await saveFile(page)).toContain('Milk')
  }, 30_000)

  test('a change on which the server stumbles is set aside after a few tries, and what is behind it goes on', async () => {
    const page = await ana()
    let stumbles = 0
    network.play(async (request) => {
      if (!request.headers.has('X-Outbox') || !(await request.clone().text()).includes('Milk')) return undefined
      stumbles++
      return refusing(500, 'This is our fault.')(request)
    })
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await page.fill('#task', 'Bread')
    await page.press('#task', 'Enter')
    await page.getByText('1 change could not be saved.').waitFor()
    await nothingWaits(page)
    expect(stumbles).toBe(4)
    expect(await onServer(page, '/')).toEqual(['Bread'])
    await until(async () => (await titles(page)).join() === 'Bread', 'the page shows what the server has')
    network.play(undefined)
    await page.getByRole('button', { name: 'Try again' }).click()
    await until(async () => (await onServer(page, '/')).join() === 'Milk,Bread', 'both are there')
    expect(await titles(page)).toEqual(['Milk', 'Bread'])
    await until(async () => (await page.locator('.notice').count()) === 0, 'the offer goes')
  }, 30_000)
})

describe('the rest of what a row can do', () => {
  test('that a task will not be done is said in the same words before the server has heard of it and after', async () => {
    const page = await ana()
    await add(page, 'Milk', 'Bread')
    const give = async (title: string) => {
      await row(page, title).hover()
      await row(page, title).locator('.more').click()
      await page.getByRole('button', { name: 'Won’t do' }).click()
    }
    await network.cut()
    await give('Milk')
    await page.locator('.toast', { hasText: 'Won’t do “Milk”' }).getByRole('button', { name: 'Undo' }).waitFor()
    network.mend()
    await nothingWaits(page)
    await give('Bread')
    await page.locator('.toast', { hasText: 'Won’t do “Bread”' }).waitFor()
  })

  test('delete, and undo from the toast', async () => {
    const page = await ana()
    await add(page, 'Milk', 'Bread')
    await row(page, 'Milk').hover()
    await row(page, 'Milk').locator('.more').click()
    await page.getByRole('button', { name: 'Delete' }).click()
    expect(await titles(page)).toEqual(['Bread'])
    await page.locator('.toast', { hasText: 'Deleted' }).getByRole('button', { name: 'Undo' }).click()
    await until(async () => (await titles(page)).join() === 'Bread,Milk', 'it is back')
  })

  test('rename in place', async () => {
    const page = await ana()
    await add(page, 'Milk')
    await row(page, 'Milk').hover()
    await page.click('.more')
    await page.getByRole('link', { name: 'Rename' }).click()
    expect(await page.inputValue('.rename [name=title]')).toBe('Milk')
    await page.fill('.rename [name=title]', 'Oat <milk>')
    await page.press('.rename [name=title]', 'Enter')
    expect(await titles(page)).toEqual(['Oat <milk>'])
    expect(await page.locator('.check').getAttribute('aria-label')).toBe('Complete Oat <milk>')
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Oat &lt;milk&gt;'])
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('title')
  })

  test('move by the menu and by the hand', async () => {
    const page = await ana()
    await add(page, 'Three', 'Two', 'One')
    await row(page, 'Three').hover()
    await row(page, 'Three').locator('.more').click()
    await page.getByRole('button', { name: 'Move up' }).click()
    expect(await titles(page)).toEqual(['One', 'Three', 'Two'])
    await nothingWaits(page)
    // The first touch of the list loads what drags.
    await row(page, 'One').hover()
    await page.waitForLoadState('networkidle').catch(() => undefined)
    await row(page, 'One')
      .locator('.title')
      .dragTo(row(page, 'Two'), { targetPosition: { x: 60, y: 40 } })
    expect(await titles(page)).toEqual(['Three', 'Two', 'One'])
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['Three', 'Two', 'One'])
  })

  test('title and notes on the task’s own page', async () => {
    const page = await ana()
    await add(page, 'Milk')
    await page.getByRole('link', { name: 'Milk', exact: true }).click()
    await page.waitForSelector('main[data-task]')
    await page.fill('[name=title]', 'Oat milk')
    await page.fill('[name=notes]', 'The grey one')
    await page.locator('.edit').getByRole('button', { name: 'Save' }).click()
    expect(await page.textContent('h1')).toBe('Oat milk')
    await nothingWaits(page)
    await page.getByRole('button', { name: 'Complete Oat milk' }).click()
    await page.getByRole('button', { name: 'Reopen Oat milk' }).waitFor()
    await nothingWaits(page)
    await page.reload()
    expect(await page.inputValue('[name=notes]')).toBe('The grey one')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.waitForSelector('main:not([data-task])')
    await nothingWaits(page)
    expect(await titles(page)).toEqual([])
  })

  test('a task that is deleted elsewhere while its own page stands leads to the Inbox, which says so', async () => {
    const page = await ana()
    await add(page, 'Milk')
    await page.getByRole('link', { name: 'Milk', exact: true }).click()
    await page.waitForSelector('main[data-task]')
    await page.evaluate(() => {
      const id = document.querySelector<HTMLElement>('main[data-task]')?.dataset.task
      const me = document.querySelector<HTMLMetaElement>('meta[name="person"]')?.content ?? ''
      const headers = {
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Outbox': me,
        'Idempotency-Key': '01900000-0000-7000-8000-0000000000aa',
      }
      return fetch(`/tasks/${id}/delete`, { method: 'POST', headers })
    })
    await page.waitForSelector('main:not([data-task])')
    expect(new URL(page.url()).pathname).toBe('/')
    await until(async () => (await titles(page)).length === 0, 'it is gone')
    await page.locator('.toast', { hasText: 'What stood on this page' }).waitFor()
  })

  test('undo can be redone', async () => {
    const page = await ana()
    await add(page, 'Milk')
    await page.click('.check')
    await page.locator('.toast', { hasText: 'Completed' }).getByRole('button', { name: 'Undo' }).click()
    await page.locator('.toast').getByRole('button', { name: 'Redo' }).click()
    await page.locator('.toast', { hasText: 'Done again' }).waitFor()
    await until(async () => (await titles(page)).length === 0, 'it is done again')
  })

  test('a title has room for as many signs as the server takes, of whatever script', async () => {
    const page = await ana()
    await page.focus('#task')
    await page.keyboard.insertText('🥛'.repeat(500))
    await page.keyboard.press('Enter')
    await nothingWaits(page)
    expect(await onServer(page, '/')).toEqual(['🥛'.repeat(500)])
    await page.keyboard.insertText('🥛'.repeat(501))
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Use at most 500 characters.').waitFor()
    expect(await page.inputValue('#task')).toBe('🥛'.repeat(501))
  })
})

describe('in a poorer browser', () => {
  test('without IndexedDB the outbox works as long as the tab lives', async () => {
    const page = await ana()
    await page.addInitScript(() => Object.defineProperty(globalThis, 'indexedDB', { get: () => undefined }))
    await page.reload()
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await page.click('.check')
    await page.locator('.toast', { hasText: 'Completed' }).waitFor()
    expect(await onServer(page, '/completed')).toEqual(['Milk'])
  })

  test('a store that opens late is used from then on, and what it held is sent', async () => {
    const page = await ana()
    network.play((request) => (request.headers.has('X-Outbox') ? new Response('', { status: 503 }) : undefined))
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await waits(page, 1)
    await page.addInitScript(() => {
      const open = IDBFactory.prototype.open
      IDBFactory.prototype.open = function (name, version) {
        const request = open.call(this, name, version)
        if (version === undefined) return request
        Object.defineProperty(request, 'onsuccess', {
          set(then: () => void) {
            request.addEventListener('success', () => setTimeout(then, 6000))
          },
        })
        return request
      }
    })
    await page.reload()
    await page.fill('#task', 'Bread')
    await page.press('#task', 'Enter')
    expect(await titles(page)).toEqual(['Bread'])
    const closing = () =>
      page.evaluate(() => {
        const event = new Event('beforeunload', { cancelable: true })
        dispatchEvent(event)
        return event.defaultPrevented
      })
    expect(await closing()).toBe(true)
    await waits(page, 2)
    await until(async () => (await titles(page)).length === 2, 'what was done before is shown')
    expect(await closing()).toBe(false)
    network.play(undefined)
    await until(async () => (await waiting(page)) === 0, 'both are sent')
    expect((await onServer(page, '/')).toSorted()).toEqual(['Bread', 'Milk'])
  }, 60_000)

  test('on plain http, without locks, randomUUID and worker, fifty clicks in two tabs arrive once', async () => {
    const page = await ana({ serviceWorkers: 'block' })
    await page.context().addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })
      Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })
      Object.defineProperty(Crypto.prototype, 'randomUUID', { value: undefined })
      Object.defineProperty(globalThis, 'caches', { get: () => undefined })
    })
    await page.reload()
    const other = await page.context().newPage()
    await other.goto(network.url)
    const names = Array.from({ length: 25 }, (_, i) => i)
    await Promise.all(
      [page, other].map((tab, which) =>
        tab.evaluate(
          ([names, which]) => {
            for (const name of names as number[]) {
              const field = document.querySelector<HTMLInputElement>('#task')
              if (field) field.value = `${which}-${name}`
              field?.form?.requestSubmit()
            }
          },
          [names, which],
        ),
      ),
    )
    await nothingWaits(page)
    await until(async () => (await onServer(page, '/')).length === 50, 'all are there')
  }, 60_000)

  test('without script the same forms work', async () => {
    const page = await ana({ javaScript: false })
    await page.fill('#task', 'Milk')
    await page.press('#task', 'Enter')
    await page.locator('.task .title', { hasText: 'Milk' }).waitFor()
    await page.click('.check')
    await page.goto(`${network.url}/completed`)
    expect(await titles(page)).toEqual(['Milk'])
  })
})
