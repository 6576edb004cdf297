import { beforeAll, describe, expect, test } from 'bun:test'
import { HOUR, instant } from '#core/time.ts'
import type { Task } from '#db/schema.ts'
import type { Browser } from '#test/browser.ts'
import { type World, world } from '#test/world.ts'
import { add, outboxOf, rowIds, streams, titles, toasts, undos } from './asking.ts'

// It is Friday, 1 May 2026, noon, UTC.
let site: World

beforeAll(async () => {
  site = await world()
})

let people = 0

/** A person of their own, in a browser, with tasks: title by title the fields of each. */
async function somebody(tasks: Record<string, Partial<Task>> = {}): Promise<{ name: string; tab: Browser }> {
  const name = `ana${people++}`
  const tab = await site.loggedIn(name)
  await site.db.updateTable('users').set({ zone: 'UTC' }).where('email', '=', `${name}@example.com`).execute()
  const ids = await add(tab, ...Object.keys(tasks))
  for (const [i, fields] of Object.values(tasks).entries()) {
    if (Object.keys(fields).length > 0)
      await site.db.updateTable('tasks').set(fields).where('id', '=', ids[i]!).execute()
  }
  return { name, tab }
}

const textOf = (html: string) => html.replace(/<template[\s\S]*?<\/template>/g, '').replace(/<[^>]*>/g, ' ')

describe('the page Today', () => {
  test('has what is overdue above and what is due today below, each under its heading', async () => {
    const { tab } = await somebody({ Rent: { due_day: '2026-04-28' }, Milk: { due_day: '2026-05-01' } })
    const page = await tab.page('/today')
    expect(titles(page)).toEqual(['Rent', 'Milk'])
    expect(textOf(page)).toMatch(/Overdue.*Reschedule all.*Rent.*Overdue since Tuesday.*Fri 1 May.*Milk.*Today/s)
    expect(page).toContain('<span class="count" id="today_count">2</span>')
    expect(await tab.page('/')).toContain('<span class="count" id="today_count">2</span>')
  })

  test('says what it is for when nothing is due', async () => {
    const { tab } = await somebody()
    const page = await tab.page('/today')
    expect(textOf(page)).toContain('Nothing is due.')
    expect(page).not.toContain('Reschedule all')
  })

  test('makes everything overdue due today by one button, and takes it back by one', async () => {
    const { tab } = await somebody({ Rent: { due_day: '2026-04-28' }, Tax: { due_day: '2026-03-01' } })
    const answer = await tab.post('/today/reschedule', {}, { from: '/today' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/today'])
    const page = await tab.page('/today')
    expect(toasts(page).at(-1)).toBe('What was overdue is due today')
    expect(textOf(page)).not.toContain('Overdue')
    expect(titles(page)).toHaveLength(2)
    await tab.post(undos(page).at(-1)!, {}, { from: '/today' })
    expect(titles(await tab.page('/today'))).toEqual(['Tax', 'Rent'])
  })

  test('answers the outbox with the new counts', async () => {
    const { name, tab } = await somebody({ Rent: { due_day: '2026-04-28' } })
    const send = await outboxOf(site, name, tab)
    const { status, text } = await send('/today/reschedule')
    expect([status, streams(text)]).toEqual([
      200,
      ['refresh', 'update flashes', 'update inbox_count', 'update today_count'],
    ])
  })

  test('shows what was completed today in any list, counted and, when asked for, as rows', async () => {
    const { name, tab } = await somebody({ Rent: { due_day: '2026-04-28' }, Milk: { due_day: '2026-05-01' } })
    const [rent] = rowIds(await tab.page('/today'))
    const send = await outboxOf(site, name, tab)
    const { text } = await send(`/tasks/${rent}/complete`)
    expect(text).toContain('<turbo-stream action="update" target="done_today"><template>1</template>')
    expect(textOf(await tab.page('/today'))).toMatch(/Completed today ·\s+1/)
    await tab.post('/inbox/completed', { show: 'on' }, { from: '/today' })
    expect(titles(await tab.page('/today'))).toEqual(['Milk', 'Rent'])
  })

  test('goes on where a page ends', async () => {
    const { tab } = await somebody()
    const { id: list } = await site.db.selectFrom('lists').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()
    await add(tab, ...Array.from({ length: 60 }, (_, i) => `Task ${i}`))
    await site.db.updateTable('tasks').set({ due_day: '2026-05-01' }).where('list_id', '=', list).execute()
    const first = await tab.page('/today')
    const address = /\/today\?after=[^"]*/.exec(first)![0].replaceAll('&amp;', '&')
    const second = await tab.page(address)
    expect([...titles(first), ...titles(second)]).toEqual(Array.from({ length: 60 }, (_, i) => `Task ${i}`))
    expect(textOf(second)).toContain('Fri 1 May , continued')
  })
})

describe('the page Upcoming', () => {
  test('has a heading for each day on which something is due, years ahead too', async () => {
    const { tab } = await somebody({
      Milk: { due_day: '2026-05-01' },
      Rent: { due_day: '2026-05-02' },
      Call: { due_day: '2026-05-06', due_time: '09:00' },
      Passport: { due_day: '2031-01-07' },
    })
    const page = await tab.page('/upcoming')
    expect(titles(page)).toEqual(['Rent', 'Call', 'Passport'])
    expect(textOf(page)).toMatch(/Tomorrow · Sat 2 May.*Rent.*Wed 6 May.*Call.*Tue,? 7 January 2031.*Passport/s)
  })

  test('is empty for who has planned nothing', async () => {
    expect(textOf(await (await somebody()).tab.page('/upcoming'))).toContain('Nothing ahead.')
  })
})

describe('the start page', () => {
  test('is the Inbox, or Today for who wants that; the other is one link away', async () => {
    const { name, tab } = await somebody({ Milk: { due_day: '2026-05-01' }, Letter: {} })
    expect(await tab.page('/')).toContain('<h1>Inbox</h1>')
    expect(await tab.page('/inbox')).toMatch(/<a class="item" href="\/" [^>]*aria-current="page">/)
    await site.db.updateTable('users').set({ start_page: 'today' }).where('email', '=', `${name}@example.com`).execute()
    const home = await tab.page('/')
    expect(home).toContain('<h1>Today</h1>')
    expect(home).toContain('<a class="item" href="/today" aria-current="page">')
    expect(home).toMatch(/<a class="item" href="\/inbox"/)
    expect(titles(await tab.page('/inbox'))).toEqual(['Milk', 'Letter'])
  })
})

test('a stranger is sent to the login, and a late night is still the day before', async () => {
  const answer = await site.browser().get('/today')
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/login?next=%2Ftoday'])
  const { name, tab } = await somebody({ Milk: { due_day: '2026-04-30' } })
  expect(textOf(await tab.page('/today'))).toContain('Overdue since yesterday')
  await site.db
    .updateTable('users')
    .set({ day_starts: '11:00', zone: 'America/New_York' })
    .where('email', '=', `${name}@example.com`)
    .execute()
  expect(instant(site.now())).toBe('2026-05-01T12:00:00.000Z')
  expect(textOf(await tab.page('/today'))).not.toContain('Overdue since')
})

test('the logbook of a night owl ends a day when the day ends', async () => {
  const { name, tab } = await somebody({ Milk: {}, Bread: {} })
  // It is eight in the morning there: three hours before the day begins.
  await site.db
    .updateTable('users')
    .set({ day_starts: '11:00', zone: 'America/New_York' })
    .where('email', '=', `${name}@example.com`)
    .execute()
  const [milk = '', bread = ''] = rowIds(await tab.page('/'))
  await tab.post(`/tasks/${milk}/complete`, {}, { from: '/' })
  site.pass(4 * HOUR)
  await tab.post(`/tasks/${bread}/complete`, {}, { from: '/' })
  const days = [...(await tab.page('/completed')).matchAll(/<time datetime="([\d-]{10})" [^>]*>(\w+)</g)]
  expect(days.map(([, day, word]) => [day, word])).toEqual([
    ['2026-05-01', 'Today'],
    ['2026-04-30', 'Yesterday'],
  ])
})
