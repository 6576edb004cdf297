import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '#core/time.ts'
import { newId } from '#db/db.ts'
import { changePerson } from '#features/admin/changing.ts'
import { cell } from '#features/leaving/table.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { halfway, setUp } from '#test/factors/app.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const HERE = { ip: '', agent: 'command line' }
const isIn = async (tab: Browser) => (await tab.get('/')).status === 200
const typed = { email: 'ana@example.com' }

/** Ana with a list, a task in it with a label and notes, one that is done, a filter, and Eve with things of her own. */
async function household(): Promise<{ w: World; ana: Browser; eve: Browser }> {
  const w = await world({}, quickHashing())
  const [ana, eve] = [await w.loggedIn('ana'), await w.loggedIn('eve')]
  const [list, milk, bread] = [newId(), newId(), newId()]
  await ana.post('/lists', { id: list, name: 'Shopping', color: 'blue' })
  await ana.post('/tasks', { id: milk, list, task: '=Milk, oat tomorrow every week p1' })
  await ana.post(`/tasks/${milk}/edit`, { 'new-label': 'shop' })
  await ana.post(`/tasks/${milk}/edit`, { notes: 'The "grey" one\nfrom the corner' })
  await ana.post('/tasks', { id: bread, task: 'Bread' })
  await ana.post(`/tasks/${bread}/complete`)
  await ana.post('/filters', { id: newId(), name: 'Urgent', query: 'p1' })
  await eve.post('/tasks', { task: 'Eve’s secret' })
  return { w, ana, eve }
}

describe('Ana takes her data along', () => {
  test('as JSON: all that is hers, and nothing of anybody else', async () => {
    const { w, ana } = await household()
    const answer = await ana.post('/account/export', { format: 'json' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toBe('application/json')
    expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="get-it-done-2026-05-01.json"')
    expect(answer.headers.get('Content-Security-Policy')).toBe("sandbox; default-src 'none'")
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const text = await answer.text()
    const all = JSON.parse(text)
    expect(all.profile.email).toBe('ana@example.com')
    expect(all.lists.map(({ name }: { name: string }) => name).sort()).toEqual(['Inbox', 'Shopping'])
    const milk = all.tasks.find(({ title }: { title: string }) => title.includes('Milk'))
    expect(milk).toMatchObject({ notes: 'The "grey" one\nfrom the corner', priority: 1, due_day: '2026-05-02' })
    expect(milk.labels).toEqual([all.labels[0].id])
    expect(milk.recurrence).toMatchObject({ rule: { freq: 'weekly' } })
    expect(all.completions.map(({ title }: { title: string }) => title)).toEqual(['Bread'])
    expect(all.filters[0]).toMatchObject({ name: 'Urgent', query: 'p1' })
    expect(all.sessions.length).toBe(1)
    expect(all.events.map(({ type }: { type: string }) => type)).toContain('export_requested')
    expect(text).not.toContain('Eve')
    const user = await w.db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', 'ana@example.com')
      .executeTakeFirstOrThrow()
    const session = await w.db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', user.id)
      .executeTakeFirstOrThrow()
    for (const secret of [
      user.password_phc ?? '?',
      session.token_mac,
      ana.jar.get('sid') ?? '?',
      session.id,
      user.id,
    ]) {
      expect(text).not.toContain(secret)
    }
  })

  test('no secret of a second step, a token or a passkey is in it', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const phone = await setUp(w, ana)
    const token = /gid_[\w-]{43}/.exec(
      await (await ana.post('/account/tokens', { name: 'Script', scope: 'read', days: '30' })).text(),
    )?.[0]
    const text = await (await ana.post('/account/export', { format: 'json' })).text()
    expect(JSON.parse(text).tokens).toMatchObject([{ name: 'Script', scope: 'read' }])
    const stored = [
      ...(await w.db.selectFrom('totps').select('secret_sealed as secret').execute()),
      ...(await w.db.selectFrom('recovery_codes').select('mac as secret').execute()),
      ...(await w.db.selectFrom('api_tokens').select('mac as secret').execute()),
    ].map(({ secret }) => secret)
    for (const secret of [...stored, ...phone.recovery, token?.slice(4) ?? '?']) expect(text).not.toContain(secret)
  })

  test('as a table for a spreadsheet, in which nothing is a formula', async () => {
    const { ana } = await household()
    const answer = await ana.post('/account/export', { format: 'csv' })
    expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="get-it-done-2026-05-01.csv"')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = new TextDecoder().decode(bytes).split('\r\n')
    expect(lines[0]).toStartWith('Title,Notes,List,Section,Labels,Priority,Due,')
    const milk = lines.find((line) => line.includes('Milk')) ?? ''
    expect(milk).toStartWith(`"'=Milk, oat","The ""grey"" one\nfrom the corner",Shopping,,shop,1,2026-05-02,`)
    expect(milk).toContain('RRULE:FREQ=WEEKLY')
    expect(lines.some((line) => line.startsWith('Bread,,Inbox'))).toBe(true)
    expect(lines.at(-1)).toBe('')
  })

  test.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\tx', `"'\tx"`],
    ['a=b', 'a=b'],
    ['a "b"', '"a ""b"""'],
    ['a\nb', '"a\nb"'],
    [' a', '" a"'],
    [null, ''],
    [-5, '-5'],
  ])('a cell with %p is written as %p', (value, written) => expect(cell(value)).toBe(written))

  test('ten thousand tasks, each once', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    const inbox = await w.db.selectFrom('lists').selectAll().executeTakeFirstOrThrow()
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      ...{ id: newId(), list_id: inbox.id, title: `Task ${i}`, notes: '', position: 'a0', created_by: inbox.owner_id },
      ...{ created_at: w.now().toISOString(), completed_at: null, deleted_at: null },
    }))
    for (let i = 0; i < rows.length; i += 500)
      await w.db
        .insertInto('tasks')
        .values(rows.slice(i, i + 500))
        .execute()
    const all = JSON.parse(await (await ana.post('/account/export', { format: 'json' })).text())
    expect(new Set(all.tasks.map(({ title }: { title: string }) => title)).size).toBe(10_000)
    expect(all.tasks.length).toBe(10_000)
  })

  test('after a proof, ten times an hour, and by nobody else', async () => {
    const { w, ana } = await household()
    for (let i = 0; i < 10; i++) expect((await ana.post('/account/export', { format: 'csv' })).status).toBe(200)
    expect((await ana.post('/account/export', { format: 'csv' })).status).toBe(429)
    expect((await ana.post('/account/export', { format: 'zip' })).status).toBe(422)
    w.pass(16 * MINUTE)
    expect((await ana.post('/account/export', { format: 'csv' })).headers.get('Location')).toStartWith(
      '/account/confirm',
    )
    expect((await w.browser().post('/account/export', { format: 'csv' })).headers.get('Location')).toStartWith('/login')
    // No address hands it out to whoever opens it.
    expect((await ana.get('/account/export?format=json')).headers.get('Content-Type')).toStartWith('text/html')
  })
})

describe('Ana deletes her account', () => {
  test('is out everywhere at once, and all of hers is gone after a week', async () => {
    const { w, ana, eve } = await household()
    const phone = await w.loggedIn('ana')
    const answer = await ana.post('/account/delete', typed)
    expect(answer.headers.get('Location')).toBe('/login')
    expect(flashesIn(await ana.page('/login'))).toEqual([
      'Your account is closed. It is removed in a week, unless you log in before.',
    ])
    expect([await isIn(ana), await isIn(phone), await isIn(eve)]).toEqual([false, false, true])
    w.pass(7 * DAY - MINUTE)
    await w.app.tick()
    expect(await countIn(w.db, 'users')).toBe(2)
    w.pass(HOUR)
    await w.app.tick()
    expect(await countIn(w.db, 'users')).toBe(1)
    const left = await everythingIn(w.db)
    for (const hers of ['ana@example.com', 'Milk', 'Bread', 'Shopping', 'Urgent', 'grey'])
      expect(left).not.toContain(hers)
    expect(left).toContain('Eve’s secret')
    expect((await w.browser().post('/login', { ...typed, password: PASSWORD })).status).toBe(422)
    // The address is free again.
    expect((await w.browser().post('/register', { ...typed, password: PASSWORD, verify: PASSWORD })).status).toBe(303)
  })

  test('keeps it by logging in before the week is over, with all that is in it', async () => {
    const { w, ana } = await household()
    await ana.post('/account/delete', typed)
    w.pass(7 * DAY - 1)
    const again = w.browser()
    await again.post('/login', { ...typed, password: PASSWORD })
    const page = await again.page('/')
    expect(flashesIn(page)).toEqual(['Welcome back. Your account stays, with all that is in it.'])
    expect(await again.page('/lists')).toContain('Shopping')
    w.pass(30 * DAY)
    await w.app.tick()
    expect(await countIn(w.db, 'users')).toBe(2)
    expect(await (await w.loggedIn('ana')).page('/account/activity')).toContain('You came back, and your account stays')
  })

  test('whose login has a second step comes back by both steps, not by one', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    await w.person('ben')
    const phone = await setUp(w, ana)
    await ana.post('/account/delete', typed)
    const tab = await halfway(w, 'ana')
    expect((await tab.post('/login/second', { code: '000000' })).status).toBe(422)
    expect(await w.db.selectFrom('users').select('status').where('email', '=', typed.email).execute()).toEqual([
      { status: 'disabled' },
    ])
    await tab.post('/login/second', { code: phone.code() })
    expect(await isIn(tab)).toBe(true)
  })

  test('who comes back by a recovery code reads that the account stays, and how many codes are left', async () => {
    const w = await world({}, quickHashing())
    const ana = await w.loggedIn('ana')
    await w.person('ben')
    const phone = await setUp(w, ana)
    await ana.post('/account/delete', typed)
    const tab = await halfway(w, 'ana')
    await tab.post('/login/recovery', { code: phone.recovery[0]! })
    expect(flashesIn(await tab.page('/'))).toEqual([
      'Welcome back. Your account stays, with all that is in it.',
      'You are logged in. 9 recovery codes are left.',
    ])
  })

  test('to the second: when the week is over, the right password is a wrong one', async () => {
    const { w, ana } = await household()
    await ana.post('/account/delete', typed)
    w.pass(7 * DAY)
    const answer = await w.browser().post('/login', { ...typed, password: PASSWORD })
    expect([answer.status, alertsIn(await answer.text())]).toEqual([422, ['The e-mail or the password is not right.']])
  })

  test('only when she typed her address, and proved a short while ago who she is', async () => {
    const { w, ana } = await household()
    for (const email of ['', 'eve@example.com', 'ana']) {
      const answer = await ana.post('/account/delete', { email })
      expect([answer.status, alertsIn(await answer.text()).length]).toEqual([422, 1])
    }
    w.pass(16 * MINUTE)
    expect((await ana.get('/account/delete')).headers.get('Location')).toStartWith('/account/confirm')
    expect((await ana.post('/account/delete', typed)).headers.get('Location')).toStartWith('/account/confirm')
    expect(await isIn(ana)).toBe(true)
  })

  test('is told by mail, also that it stays', async () => {
    const inbox = await openInbox()
    const w = await world(inbox.env, quickHashing())
    await w.db.listen()
    await w.person('ben')
    const ana = await w.loggedIn('ana')
    const before = inbox.mails.length
    await ana.post('/account/delete', typed)
    await w.app.tick()
    const mail = await inbox.until(before + 1)
    expect([mail.to, mail.headers.get('subject')]).toEqual([[typed.email], 'Your account is going to be deleted'])
    expect(mail.text).toContain('To keep it, log in before that.')
    expect(mail.text).toContain('8 May 2026')
    await w.browser().post('/login', { ...typed, password: PASSWORD })
    await w.app.tick()
    expect((await inbox.until(before + 2)).headers.get('subject')).toBe('Your account stays')
  })

  test('not as the only administrator; of two who go at once one stays', async () => {
    const w = await world({}, quickHashing())
    const people = [await w.person('ana'), await w.person('ben')]
    const tabs = [await w.loggedIn('ana'), await w.loggedIn('ben')]
    for (const person of people) await changePerson(w, person, 'make-admin', undefined, { ...HERE, now: w.now() })
    const answers = await Promise.all(
      tabs.map((tab, i) => tab.post('/account/delete', { email: `${['ana', 'ben'][i]}@example.com` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    const refused = answers.find(({ status }) => status === 422)
    expect(alertsIn((await refused?.text()) ?? '')).toEqual([
      'You are the only administrator. Make somebody else one first, under People.',
    ])
  })

  test('an administrator can let her stay, who cannot log in', async () => {
    const { w, ana } = await household()
    const user = await w.db.selectFrom('users').selectAll().where('email', '=', typed.email).executeTakeFirstOrThrow()
    await ana.post('/account/delete', typed)
    await changePerson(w, user, 'enable', undefined, { ...HERE, now: w.now() })
    w.pass(8 * DAY)
    await w.app.tick()
    expect(await isIn(await w.loggedIn('ana'))).toBe(true)
  })

  test('is not brought back from a disabled account by anything but its own login', async () => {
    const { w } = await household()
    const user = await w.db.selectFrom('users').selectAll().where('email', '=', typed.email).executeTakeFirstOrThrow()
    await changePerson(w, user, 'disable', undefined, { ...HERE, now: w.now() })
    expect((await w.browser().post('/login', { ...typed, password: PASSWORD })).status).toBe(422)
    w.pass(30 * DAY)
    await w.app.tick()
    // Whom an administrator disabled is kept.
    expect(await countIn(w.db, 'users')).toBe(2)
  })

  test('a removal that was interrupted goes on', async () => {
    const { w, ana } = await household()
    await ana.post('/account/delete', typed)
    w.pass(8 * DAY)
    await w.db.updateTable('lists').set({ deleted_at: w.now().toISOString() }).where('name', '=', 'Shopping').execute()
    await w.app.tick()
    expect(await countIn(w.db, 'users')).toBe(1)
  })
})
