import { expect, test } from 'bun:test'
import { DAY, HOUR } from '#core/time.ts'
import { flashesIn } from '#test/browser.ts'
import { PASSWORD, world } from '#test/world.ts'

const form = (name: string, more: Record<string, string> = {}) => ({
  email: `${name}@example.com`,
  password: PASSWORD,
  verify: PASSWORD,
  ...more,
})

test('to a new site the first visitor is told to make the first account, and nobody afterwards', async () => {
  const w = await world()
  expect(await w.browser().page('/login')).toContain('Nobody has an account here yet.')
  await w.person('ana')
  expect(await w.browser().page('/login')).not.toContain('Nobody has an account here yet.')
  const elsewhere = await world({ HOST: '0.0.0.0', BASE_URL: 'https://todo.example.org', REGISTRATION: 'open' })
  expect(await elsewhere.browser().page('/login')).not.toContain('Nobody has an account here yet.')
})

test('who registers has the time zone of their browser, under the name by which we list it', async () => {
  const w = await world()
  const zoneOf = async (name: string, zone: string) => {
    expect((await w.browser().post('/register', form(name, { zone }))).status).toBe(303)
    const user = await w.db
      .selectFrom('users')
      .select('zone')
      .where('email', '=', `${name}@example.com`)
      .executeTakeFirstOrThrow()
    return user.zone
  }
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  expect(await zoneOf('ana', 'Europe/Berlin')).toBe('Europe/Berlin')
  expect(['Asia/Kolkata', 'Asia/Calcutta']).toContain(await zoneOf('ben', 'Asia/Calcutta'))
  expect(await zoneOf('cara', '')).toBe(here)
  expect(await zoneOf('dan', 'Nowhere/At all')).toBe(here)
  expect(await zoneOf('eve', '<script>')).toBe(here)
  expect(await zoneOf('fay', 'x'.repeat(5000))).toBe(here)
})

test('who registers chooses whether to be remembered; the box is ticked to begin with', async () => {
  const w = await world()
  expect(await w.browser().page('/register')).toMatch(/name="remember" value="on" checked/)
  const cookieOf = async (name: string, more: Record<string, string>) =>
    (await w.browser().post('/register', form(name, more))).headers
      .getSetCookie()
      .find((line) => line.startsWith('sid='))
  expect(await cookieOf('ana', { remember: 'on' })).toContain('Max-Age=1209600')
  expect(await cookieOf('ben', {})).not.toContain('Max-Age')
  const again = await (await w.browser().post('/register', { ...form('cara'), verify: 'other' })).text()
  expect(again).not.toMatch(/name="remember" value="on" checked/)
})

test('who is the first reads that the account administers the site, and who comes after does not', async () => {
  const w = await world()
  const says = 'The first one: it administers this site.'
  expect(await w.browser().page('/register')).toContain(says)
  await w.browser().post('/register', form('ana'))
  expect(await w.browser().page('/register')).not.toContain(says)
  const isPublic = await world({ BASE_URL: 'https://todo.example.org', REGISTRATION: 'open' })
  expect(await isPublic.browser().page('/register')).not.toContain(says)
})

test('the login page says that a session has ended, and nothing of the kind after a logout', async () => {
  const w = await world()
  const [desk, phone] = [await w.loggedIn('ana'), await w.loggedIn('ana')]
  await desk.post('/account/sessions/end-others')
  const says = 'Your session on this device has ended.'
  expect(await phone.page('/')).toContain(says)
  expect(await w.browser().page('/')).not.toContain(says)
  await desk.post('/logout')
  expect(await desk.page('/login')).not.toContain(says)
})

test('Undo, Redo and Undo again say what they did, and a late Undo that there is nothing to do', async () => {
  const w = await world()
  const ana = await w.loggedIn('ana')
  await ana.page('/')
  await ana.post('/tasks', { task: 'Milk' })
  const id = /id="task_([\w-]{36})"/.exec(await ana.page('/'))![1]!
  await ana.post(`/tasks/${id}/complete`)
  const press = async (page: string) => ana.post(/action="(\/undo\/[\w-]+)"/.exec(page)![1]!)
  const completed = await ana.page('/')
  await press(completed)
  const undone = await ana.page('/')
  expect(flashesIn(undone).at(-1)).toContain('Undone: “Milk” is as it was')
  expect(undone).toContain('<button>Redo</button>')
  await press(undone)
  const redone = await ana.page('/')
  expect(flashesIn(redone).at(-1)).toContain('Done again: “Milk”')
  expect(redone).toContain('<button>Undo</button>')
  await press(redone)
  expect(flashesIn(await ana.page('/')).at(-1)).toContain('Undone: “Milk”')
  await press(completed)
  const late = await ana.page('/')
  expect(flashesIn(late).at(-1)).toContain('Nothing to undo: “Milk” is as it was already')
  expect(late).not.toContain('/undo/')
})

test('Completed counts the week of its reader, from the day on which their weeks begin', async () => {
  // 1 May 2026 is a Friday.
  const w = await world()
  const ana = await w.loggedIn('ana', { remember: true })
  const profile = { name: '', zone: 'Pacific/Auckland', locale: 'en-GB', theme: 'system' }
  await ana.post('/account', { ...profile, week_start: 'monday' })
  for (const title of ['One', 'Two', 'Three']) {
    await ana.post('/tasks', { task: title })
    const id = /id="task_([\w-]{36})"/.exec(await ana.page('/'))![1]!
    await ana.post(`/tasks/${id}/complete`)
    w.pass(DAY)
  }
  // Done on Saturday, Sunday and Monday, each time at midnight in Auckland; now it is Monday evening there.
  const thisWeek = async () => Number(/id="done_this_week">(\d+)</.exec(await ana.page('/completed'))?.[1])
  w.pass(-6 * HOUR)
  const expected: [string, number][] = [
    ['monday', 1],
    ['saturday', 3],
    ['sunday', 2],
  ]
  for (const [week_start, count] of expected) {
    await ana.post('/account', { ...profile, week_start })
    expect([week_start, await thisWeek()]).toEqual([week_start, count])
  }
})
