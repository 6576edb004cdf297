import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import { mint } from '#features/accounts/one-time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { makeResetLink } from '#features/recovery/resetting.ts'
import type { Browser } from '#test/browser.ts'
import { validateHtml } from '#test/e2e/checks.ts'
import { addPasskey } from '#test/passkeys/device.ts'
import { type World, world } from '#test/world.ts'

let site: World
let ana: Browser
let stranger: Browser
let forgetful: Browser
let task: string
let label: string
let daily: string
let filter: string
let list: string
let section: string
let whole: string
let step: string

beforeAll(async () => {
  site = await world()
  ana = await site.loggedIn('ana', { remember: true })
  stranger = site.browser()
  const from = { ip: '', agent: '', now: site.now() }
  await changePerson(site, await site.person('ana'), 'make-admin', undefined, from)
  await changePerson(site, await site.person('ben'), 'disable', undefined, from)
  forgetful = site.another({ SMTP_URL: 'smtp://localhost:1', SMTP_FROM: 'todo@example.org' }).browser()
  for (const title of ['Milk', 'اتصل بالبنك', 'Buy <b>eggs</b> & "bread"', 'x'.repeat(500)])
    await ana.post('/tasks', { task: title })
  const rows = [...(await ana.page('/')).matchAll(/id="task_([\w-]{36})"/g)].map((match) => match[1]!)
  task = rows[1]!
  await ana.post(`/tasks/${rows[3]}/complete`)
  await ana.post(`/tasks/${task}/edit`, { title: 'Eggs', notes: 'Twelve,\n"free range" <i>' })
  const saved = await ana.post('/filters', { name: 'Soon & "late"', query: 'no date | (today & p1)' })
  filter = saved.headers.get('Location') ?? ''
  await ana.post('/filters', { name: 'Second', query: 'p1' })
  for (let i = 0; i < 60; i++) await ana.post('/tasks', { task: `Task ${i}` })
  await arrange()
  await plan()
  await repeat()
  await fill()
})

/** Makes a list with a section, tasks in both, one that starts later, and a list that is archived. */
async function arrange() {
  const [old, later] = [newId(), newId()]
  list = newId()
  section = newId()
  await ana.post('/lists', { name: 'Work & "play"', color: 'blue', id: list })
  await ana.post('/lists', { name: 'عمل', color: '', id: old })
  await ana.post(`/lists/${old}/archive`)
  await ana.post(`/lists/${list}/sections`, { name: '<i>Later</i>', id: section })
  await ana.post('/tasks', { task: 'Party', id: later, list })
  await ana.post(`/tasks/${later}/edit`, { start_day: '2027-01-01' })
  for (let i = 0; i < 60; i++) await ana.post('/tasks', { task: `Step ${i}`, section })
}

/** Gives tasks days and a label, and throws one away. */
async function plan() {
  const { id: user } = await site.person('ana')
  await site.db.updateTable('tasks').set({ due_day: '2026-05-01' }).where('created_by', '=', user).execute()
  const [late, ahead, gone] = [...(await ana.page('/')).matchAll(/id="task_([\w-]{36})"/g)].map((match) => match[1]!)
  await ana.post(`/tasks/${late}/edit`, { due_day: '2026-04-20', label: 'at home & "away"' })
  await ana.post(`/tasks/${ahead}/edit`, { due_day: '2027-04-20', deadline_day: '2027-05-01', priority: '1' })
  await ana.post(`/tasks/${gone}/delete`)
  label = (await site.db.selectFrom('labels').select('id').executeTakeFirstOrThrow()).id
}

/** Does a task that repeats once. */
async function repeat() {
  daily = newId()
  await ana.post('/tasks', { task: 'Water the "plants"', id: daily })
  await ana.post(`/tasks/${daily}/edit`, { recurrence: 'every day' })
  await ana.post(`/tasks/${daily}/complete`)
}

/** Gives a task all that one can have. */
async function fill() {
  whole = newId()
  await ana.post('/tasks', { task: 'Pack & "go"', id: whole, section })
  const notes =
    '# A\n\n- [ ] b\n\n1. c\n\n> d\n\n|e|f|\n|-|:-:|\n|1|2|\n\n![g](https://example.com/g.png) <b> `h`\n\n```i\nj\n```\n\n---\n\n[](https://example.com)'
  const days = {
    due_day: '2026-06-01',
    due_time: '09:30',
    due_zone: 'Europe/Berlin',
    start_day: '2026-05-01',
    deadline_day: '2026-07-01',
  }
  await ana.post(`/tasks/${whole}/edit`, {
    notes,
    ...days,
    minutes: '90',
    priority: '1',
    label: '<i>new</i>',
    recurrence: 'every week',
  })
  step = newId()
  const done = newId()
  await ana.post('/tasks', { task: 'Boxes', id: step, parent: whole })
  await ana.post('/tasks', { task: 'Tape', id: done, parent: whole })
  await ana.post(`/tasks/${done}/cancel`)
}

/** Follows a link for a new password up to the page behind it. */
async function openLink(): Promise<string> {
  const link = await makeResetLink(site, 'ana@example.com', { ip: '', agent: '', now: site.now() })
  return (await forgetful.get(new URL(link).pathname)).headers.get('Location') ?? ''
}

/** The same of a link that proves an address. */
async function openProof(): Promise<string> {
  const { id, email } = await site.person('ana')
  const made = { purpose: 'verify', user: { id }, address: email, lifeMs: 1000 }
  const token = await site.db.transact((trx) => mint(trx, site.keys, made, site.now()))
  return (await forgetful.get(`/verify/${token}`)).headers.get('Location') ?? ''
}

async function loggedInWithMail(): Promise<Response> {
  for (const [name, value] of ana.jar) forgetful.jar.set(name, value)
  return forgetful.get('/account')
}

/** A page of Ana's, once she has a passkey with a name that needs care. */
async function withPasskey(path: string): Promise<Response> {
  await addPasskey(ana, { name: 'My <b>"key"</b>' })
  return ana.get(path)
}

const aPasskey = async (): Promise<string> =>
  /href="(\/account\/passkeys\/[\w-]{36})"/.exec(await ana.page('/account/passkeys'))![1]!

const pages: [name: string, show: () => Promise<Response>][] = [
  ['login', () => stranger.get('/login?next=/completed')],
  ['login, refused', () => stranger.post('/login', { email: 'ana@example.com', password: 'wrong "one"' })],
  ['login, a passkey refused', () => stranger.post('/login/passkey', { passkey: '"<', remember: 'on' })],
  ['passkeys', () => withPasskey('/account/passkeys')],
  ['a new passkey', () => ana.get('/account/passkeys/new')],
  ['a new passkey, refused', () => ana.post('/account/passkeys', { passkey: '"<', name: '"<' })],
  ['a passkey', async () => ana.get(await aPasskey())],
  ['confirming, with a passkey', () => ana.get('/account/confirm')],
  ['login, empty', () => stranger.post('/login', {})],
  ['register', () => stranger.get('/register')],
  ['register, refused', () => stranger.post('/register', { email: '"><script>', password: 'short', verify: '' })],
  ['forgotten password, without mail', () => stranger.get('/forgot')],
  ['forgotten password', () => forgetful.get('/forgot')],
  ['forgotten password, refused', () => forgetful.post('/forgot', { email: '"><script>' })],
  ['forgotten password, asked', () => forgetful.get('/forgot/sent')],
  ['new password, too late', () => forgetful.get('/reset')],
  ['new password', async () => forgetful.get(await openLink())],
  ['new password, refused', () => forgetful.post('/reset', { password: '"short', verify: '' })],
  ['a proof of an address', async () => forgetful.get(await openProof())],
  ['a proof of an address, too late', () => stranger.get('/verify')],
  ['account, where mails are sent', () => loggedInWithMail()],
  ['nothing for a stranger', () => stranger.get('/assets/none')],
  ['Inbox', () => ana.get('/')],
  ['Inbox with a menu', () => ana.get(`/?more=${task}`)],
  ['Inbox with boxes', () => ana.get('/?select')],
  ['Today with boxes', () => ana.get('/today?select')],
  ['a form for many, refused', () => ana.post('/tasks/bulk', { do: 'eat' })],
  ['Inbox with a field', () => ana.get(`/?rename=${task}`)],
  [
    'Inbox, the next page',
    async () => ana.get(/\/\?after=[^"]*/.exec(await ana.page('/'))![0].replaceAll('&amp;', '&')),
  ],
  ['Inbox, a title refused', () => ana.post('/tasks', { task: `${'y'.repeat(501)}"<` })],
  ['lists', () => ana.get('/lists')],
  ['lists, refused', () => ana.post('/lists', { name: '"<', color: 'none at all' })],
  ['a list', () => ana.get(`/lists/${list}`)],
  ['a list with what starts later', () => ana.get(`/lists/${list}?show=later`)],
  [
    'a list, the next page of a section',
    async () =>
      ana.get(/\/lists\/[^"]*after=[^"]*/.exec(await ana.page(`/lists/${list}`))![0].replaceAll('&amp;', '&')),
  ],
  ['a list, a title refused in a section', () => ana.post('/tasks', { task: '"'.repeat(501), list, section })],
  ['a board', () => ana.get(`/lists/${list}/board`)],
  ['what was completed in a list', () => ana.get(`/lists/${list}/completed`)],
  ['editing a list', () => ana.get(`/lists/${list}/edit`)],
  ['editing a list, refused', () => ana.post(`/lists/${list}/edit`, { name: '' })],
  ['a new section, refused', () => ana.post(`/lists/${list}/sections`, { name: '' })],
  ['editing a section', () => ana.get(`/sections/${section}/edit`)],
  ['where to move', () => ana.get(`/tasks/${task}/move`)],
  ['labels', () => ana.get('/labels')],
  ['labels, refused', () => ana.post('/labels', { name: '"<'.repeat(51), color: '' })],
  ['editing a label', () => ana.get(`/labels/${label}/edit`)],
  ['Today', () => ana.get('/today')],
  ['Today with a menu', () => ana.get(`/today?more=${task}`)],
  ['Today with a field', () => ana.get(`/today?rename=${task}`)],
  [
    'Today, the next page',
    async () => ana.get(/\/today\?after=[^"]*/.exec(await ana.page('/today'))![0].replaceAll('&amp;', '&')),
  ],
  ['Upcoming', () => ana.get('/upcoming')],
  ['a label', () => ana.get(`/labels/${label}`)],
  ['Trash', () => ana.get('/trash')],
  ['Completed', () => ana.get('/completed')],
  ['a task', () => ana.get(`/tasks/${task}`)],
  ['a task with everything', () => ana.get(`/tasks/${whole}?edit`)],
  ['a task with everything, and a menu', () => ana.get(`/tasks/${whole}?more=${step}`)],
  ['a subtask', () => ana.get(`/tasks/${step}`)],
  [
    'a task, its details refused',
    () =>
      ana.post(`/tasks/${whole}/edit`, [
        ['due_day', '"'],
        ['label', 'x'],
        ['label', '@'],
        ['was-label', ''],
        ['parent', 'x'],
      ]),
  ],
  ['emptying the trash', () => ana.get('/trash/empty')],
  ['the history of a task', () => ana.get(`/tasks/${task}/history`)],
  ['the latest of it', () => ana.get(`/tasks/${task}/history?latest`)],
  ['a task, refused', () => ana.post(`/tasks/${task}/edit`, { title: '', notes: '</textarea>' })],
  ['how a task repeats', () => ana.get(`/tasks/${daily}/recurrence`)],
  ['how a task may repeat', () => ana.get(`/tasks/${task}/recurrence?recurrence=every+day&keeps_subtasks=on`)],
  ['how a task repeats, refused', () => ana.post(`/tasks/${task}/recurrence`, { recurrence: '"now" & <then>' })],
  ['keyboard', () => ana.get('/help/keys')],
  ['Completed, searched', () => ana.get('/completed?q="x')],
  ['Search', () => ana.get('/search')],
  ['Search, found', () => ana.get(`/search?q=${encodeURIComponent('"bread" | task')}&more=${task}`)],
  ['Search, completed too', () => ana.get('/search?q=task&completed=on')],
  ['Search, nothing found', () => ana.get('/search?q=zzz')],
  ['Search, refused', () => ana.get(`/search?q=${encodeURIComponent('(a & "<')}`)],
  ['filters', () => ana.get('/filters?query=p1')],
  ['filters, refused', () => ana.post('/filters', { name: '"><', query: '(' })],
  ['a filter', () => ana.get(filter)],
  ['a filter, refused', () => ana.post(`${filter}/edit`, { name: '', query: '"' })],
  ['account', () => ana.get('/account')],
  ['account, refused', () => ana.post('/account', { zone: 'Nowhere', theme: '"' })],
  ['password', () => ana.get('/account/password')],
  ['password, refused', () => ana.post('/account/password', { current: 'x', password: 'y', verify: 'z' })],
  ['e-mail address', () => ana.get('/account/email')],
  ['e-mail address, refused', () => ana.post('/account/email', { email: '"><' })],
  ['devices', () => ana.get('/account/sessions')],
  ['a token, refused', () => ana.post('/account/tokens', { name: '' })],
  ['a token that was made', () => ana.post('/account/tokens', { name: '"><', scope: 'read', days: '' })],
  ['tokens', () => ana.get('/account/tokens')],
  ['ways in, looked at', () => ana.get('/account/review')],
  ['your data', () => ana.get('/account/export')],
  ['deleting the account', () => ana.get('/account/delete')],
  ['deleting the account, refused', () => ana.post('/account/delete', { email: '"><' })],
  ['activity', () => ana.get('/account/activity')],
  ['confirm', () => ana.get('/account/confirm?next=/account')],
  ['administration', () => ana.get('/admin')],
  ['people', () => ana.get('/admin/people')],
  ['a new invitation', () => ana.post('/admin/people/invite', { email: '' })],
  ['an invitation that cannot be', () => ana.post('/admin/people/invite', { email: 'ana@example.com' })],
  [
    'make somebody administrator',
    async () => ana.get(`/admin/people/${(await site.person('ben')).public_id}/make-admin`),
  ],
  [
    'take a second step away, refused',
    async () => ana.post(`/admin/people/${(await site.person('ben')).public_id}/reset-factors`, { email: '"><' }),
  ],
  [
    'a link to a new password',
    async () => ana.post(`/admin/people/${(await site.person('ben')).public_id}/reset-link`),
  ],
  ['settings of the site', () => ana.get('/admin/settings')],
  ['log out', () => ana.get('/logout')],
  ['nothing here', () => ana.get('/nothing')],
]

describe('the markup of every page is right', () => {
  for (const [name, show] of pages) {
    test(name, async () => {
      const response = await show()
      expect(response.status).toBeLessThan(500)
      if (response.headers.get('Content-Type')?.startsWith('text/html')) {
        expect(await validateHtml(await response.text())).toEqual([])
      }
    })
  }
})
