import { beforeEach, describe, expect, test } from 'bun:test'
import { DAY, HOUR } from '#core/time.ts'
import { newId } from '#db/db.ts'
import type { Browser } from '#test/browser.ts'
import { validateHtml } from '#test/e2e/checks.ts'
import { type World, world } from '#test/world.ts'
import { add, outboxOf, problems, rowIds, streams, titles, toasts, undos } from './asking.ts'

let site: World
let ana: Browser

beforeEach(async () => {
  site = await world()
  ana = await site.loggedIn('ana', { remember: true })
  // The greeting is not what is looked for here.
  await ana.page('/')
})

describe('the Inbox', () => {
  test('says what to do while it is empty', async () => {
    const page = await ana.page('/')
    expect(page).toContain('Type what you want to get done')
    expect(page).toContain('autofocus')
    expect(titles(page)).toEqual([])
    expect(await validateHtml(page)).toEqual([])
  })

  test('has the cursor in its field while it is empty and after a task was added, else keys are keys', async () => {
    const hasCursor = async (path: string) => /<input id="task"[^>]* autofocus/.test(await ana.page(path))
    expect([await hasCursor('/'), await hasCursor('/today')]).toEqual([true, true])
    const [milk = ''] = await add(ana, 'Milk today')
    expect([await hasCursor('/'), await hasCursor('/')]).toEqual([true, false])
    expect(await hasCursor('/today')).toBe(false)
    await ana.post('/tasks', { task: 'Bread' }, { from: '/today' })
    expect([await hasCursor('/today'), await hasCursor('/today')]).toEqual([true, false])
    await ana.post('/tasks', { task: 'Oats', parent: milk }, { from: `/tasks/${milk}` })
    expect([await hasCursor(`/tasks/${milk}`), await hasCursor(`/tasks/${milk}`)]).toEqual([true, false])
    const refused = await ana.post('/tasks', { task: ' ' }, { from: '/' })
    expect(await refused.text()).toMatch(/<input id="task"[^>]* autofocus/)
  })

  test('a task is added, completed, and stands under Completed', async () => {
    const answer = await ana.post('/tasks', { task: '  Milk\n& <b>bread</b> ', lines: 'one' }, { from: '/' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/'])
    const page = await ana.page('/')
    expect(titles(page)).toEqual(['Milk &amp; &lt;b&gt;bread&lt;/b&gt;'])
    expect(toasts(page)).toEqual(['Added “Milk &amp; &lt;b&gt;bread&lt;/b&gt;”'])
    expect(page).toContain('id="inbox_count">1<')
    const [id = ''] = rowIds(page)
    const done = await ana.post(`/tasks/${id}/complete`, {}, { from: '/' })
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/'])
    expect(titles(await ana.page('/'))).toEqual([])
    const completed = await ana.page('/completed')
    expect(rowIds(completed)).toEqual([id])
    expect(completed).toContain('class="task done"')
    expect(completed).toContain(`action="/tasks/${id}/reopen"`)
    await ana.post(`/tasks/${id}/reopen`, {}, { from: '/completed' })
    expect(titles(await ana.page('/completed'))).toEqual([])
    expect(rowIds(await ana.page('/'))).toEqual([id])
  })

  test('the form brings an id, and sent twice it makes one task', async () => {
    const id = /name="id" value="([^"]+)"/.exec(await ana.page('/'))?.[1] ?? ''
    const both = [await ana.post('/tasks', { task: 'Milk', id }), await ana.post('/tasks', { task: 'Milk', id })]
    expect(both.map(({ status }) => status)).toEqual([303, 303])
    expect(rowIds(await ana.page('/'))).toEqual([id])
    await ana.post('/tasks', { task: 'Bread', id })
    expect(titles(await ana.page('/'))).toEqual(['Bread', 'Milk'])
  })

  test('without script a row opens its menu and its field', async () => {
    const [one = '', two = '', three = ''] = await add(ana, 'One', 'Two', 'Three')
    const page = await ana.page(`/?more=${two}`)
    expect(page).toContain(`<input type="hidden" name="before" value="${one}"><button>Move up`)
    expect(page).toContain(`<input type="hidden" name="after" value="${three}"><button>Move down`)
    expect(await ana.page(`/?more=${one}`)).not.toContain(
      `action="/tasks/${one}/move" data-outbox="move"><input type="hidden" name="before"`,
    )
    expect(await ana.page(`/?more=${three}`)).not.toContain(
      `action="/tasks/${three}/move" data-outbox="move"><input type="hidden" name="after"`,
    )
    expect(await validateHtml(page)).toEqual([])
    const moved = await ana.post(`/tasks/${two}/move`, { before: one }, { from: `/?more=${two}` })
    expect(moved.headers.get('Location')).toBe('/')
    expect(titles(await ana.page('/'))).toEqual(['Two', 'One', 'Three'])
    const renaming = await ana.page(`/?rename=${two}`)
    expect(renaming).toContain(`<input id="title_${two}" name="title"`)
    expect(await validateHtml(renaming)).toEqual([])
    await ana.post(`/tasks/${two}/edit`, { title: 'Zwei', 'was-title': 'Two' }, { from: `/?rename=${two}` })
    expect(titles(await ana.page('/'))).toEqual(['Zwei', 'One', 'Three'])
    for (const odd of [
      '/?more=nonsense',
      '/?rename=%00',
      '/?more=',
      `/?after=${newId()}`,
      '/?after=%27',
      `/?after=${one}&at=%27`,
    ]) {
      expect((await ana.get(odd)).status).toBe(200)
    }
  })

  test('what was completed today can be unfolded, and that is remembered', async () => {
    const [milk = '', bread = '', old = ''] = await add(ana, 'Milk', 'Bread', 'Old')
    await ana.post(`/tasks/${old}/complete`)
    site.pass(DAY)
    await ana.post(`/tasks/${milk}/complete`)
    expect(await ana.page('/')).toContain('Completed today · <span id="done_today">1</span>')
    expect(titles(await ana.page('/'))).toEqual(['Bread'])
    const answer = await ana.post('/inbox/completed', { show: 'on' }, { from: '/' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/'])
    const page = await ana.page('/')
    expect(rowIds(page)).toEqual([bread, milk])
    expect(await validateHtml(page)).toEqual([])
    await ana.post('/inbox/completed', { show: 'off' }, { from: '/' })
    expect(titles(await ana.page('/'))).toEqual(['Bread'])
    expect((await ana.post('/inbox/completed', { show: 'maybe' })).status).toBe(422)
  })

  test('long lists come in pages that leave out nothing and repeat nothing', async () => {
    const ids = await add(ana, ...Array.from({ length: 120 }, (_, i) => `Task ${i}`))
    const seen: string[] = []
    let address: string | undefined = '/'
    let pages = 0
    while (address !== undefined) {
      const page: string = await ana.page(address)
      expect(await validateHtml(page)).toEqual([])
      if (pages++ > 0)
        expect(page).toContain(
          `<turbo-frame id="after_${seen.at(-1)}" target="_top"><ul class="tasks" data-keeps="open">`,
        )
      seen.push(...rowIds(page))
      address = /class="older" loading="lazy" src="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
      // The task at the edge goes elsewhere before anybody looks further.
      if (pages === 1) await ana.post(`/tasks/${seen.at(-1)}/move`, { before: ids[0] ?? '' })
      if (pages === 2) await ana.post(`/tasks/${seen.at(-1)}/delete`)
    }
    expect([pages, seen]).toEqual([3, ids])
    // A link that names only a task goes on from where it stands, also when it is deleted.
    expect(rowIds(await ana.page(`/?after=${ids[99]}`))).toEqual(ids.slice(100))
    const menu = await ana.page(`/?after=${ids[9]}&more=${ids[10]}`)
    expect(menu).toContain(`name="before" value="${ids[9]}"`)
    expect(menu).toContain(`href="?after=${ids[9]}&amp;at=`)
  })
})

describe('a title', () => {
  const refused: [what: string, title: string, sentence: RegExp][] = [
    ['nothing', '', /Say what/],
    ['spaces', ' \t\n ', /Say what/],
    ['what nobody can see', '\u200b\u200d', /Say what/],
    ['501 characters', 'x'.repeat(501), /at most 500/],
    ['100,000 characters', 'x'.repeat(100_000), /at most 500/],
    ['a NUL', 'Mi\0lk', /cannot be shown/],
    ['an escape', 'Mi\u001blk', /cannot be shown/],
  ]
  for (const [what, title, sentence] of refused) {
    test(`of ${what} is refused beside the field, and kept there`, async () => {
      const answer = await ana.post('/tasks', { task: title }, { from: '/' })
      const page = await answer.text()
      expect(answer.status).toBe(422)
      expect(problems(page)[0]).toMatch(sentence)
      expect(page).toContain('aria-describedby="task_problem" aria-invalid="true"')
      if (title.startsWith('x')) expect(page).toContain(`value="${title}"`)
      expect(titles(await ana.page('/'))).toEqual([])
      const [milk = ''] = await add(ana, 'Milk')
      const edited = await ana.post(`/tasks/${milk}/edit`, { title, notes: 'Kept', 'was-title': 'Milk' })
      const editing = await edited.text()
      expect([edited.status, problems(editing)[0]]).toEqual([422, expect.stringMatching(sentence)])
      expect(editing).toContain('Kept</textarea>')
      expect(titles(await ana.page('/'))).toEqual(['Milk'])
    })
  }

  const taken: [what: string, title: string][] = [
    ['one character', '.'],
    ['500 characters', 'x'.repeat(500)],
    ['500 emoji', '🧺'.repeat(500)],
    ['a family', '👨‍👩‍👧‍👦'],
    ['Arabic', 'اتصل بالبنك بخصوص الحساب'],
    ['two scripts', 'Ring 田中さん zurück'],
    ['a sum', '2 < 3 && "4" > \'1\' + 100%'],
    ['combining marks', 'z̸̢̛a̴l̵g̶o̷'],
  ]
  for (const [what, title] of taken) {
    test(`of ${what} comes back as it was`, async () => {
      await add(ana, title)
      const row = await site.db.selectFrom('tasks').select('title').executeTakeFirstOrThrow()
      expect(row.title).toBe(title)
      expect(await validateHtml(await ana.page('/'))).toEqual([])
    })
  }

  test('that is no text is refused', async () => {
    for (const body of ['task=%FF', 'task=%ED%A0%80', 'task=%', 'task=a&task=b', '%00=1', 'task', '']) {
      const answer = await ana.request('/tasks', {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' },
      })
      expect([body, answer.status]).toEqual([body, 422])
    }
  })

  test('with an id that is none is refused, an empty one is none', async () => {
    for (const id of ['1', 'x'.repeat(36), newId().toUpperCase(), `${newId()}\n`]) {
      expect((await ana.post('/tasks', { task: 'Milk', id })).status).toBe(422)
    }
    expect((await ana.post('/tasks', { task: 'Milk', id: '' })).status).toBe(303)
    expect(titles(await ana.page('/'))).toEqual(['Milk'])
  })
})

describe('the page of a task', () => {
  test('shows title, notes, and when; what changed is written', async () => {
    const [milk = ''] = await add(ana, 'Milk')
    const page = await ana.page(`/tasks/${milk}`)
    expect(page).toContain(`<main id="main" data-task="${milk}"`)
    expect(page).not.toContain(`id="task_${milk}"`)
    expect(page).toContain('Added <time datetime="2026-05-01T12:00:00.000Z"')
    expect(await validateHtml(page)).toEqual([])
    const notes = '\r\n  The grey one\r\n\r\n<script>alert(1)</script>'
    const fields = { title: 'Oat milk', notes, 'was-title': 'Milk', 'was-notes': '' }
    const answer = await ana.post(`/tasks/${milk}/edit`, fields, { from: `/tasks/${milk}` })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/tasks/${milk}`])
    const saved = await ana.page(`/tasks/${milk}`)
    expect(saved).toContain('>\n\n  The grey one\n\n&lt;script&gt;')
    expect(toasts(saved)).toEqual(['Saved “Oat milk”'])
    expect(await ana.page('/')).toContain('Notes</span>')
  })

  test('notes of 64 kB are kept, more is refused and not lost', async () => {
    const [milk = ''] = await add(ana, 'Milk')
    const most = 'é'.repeat(32 * 1024)
    expect((await ana.post(`/tasks/${milk}/edit`, { notes: most })).status).toBe(303)
    const answer = await ana.post(`/tasks/${milk}/edit`, { title: 'Milk', notes: `${most}!` })
    const page = await answer.text()
    expect([answer.status, page.includes(`${most}!`)]).toEqual([422, true])
    expect(problems(page)[0]).toContain('64 kB')
    expect((await ana.post(`/tasks/${milk}/edit`, { notes: 'x'.repeat(2_000_000) })).status).toBe(413)
  })

  test('deleted there, the person goes to the Inbox and can undo', async () => {
    const [milk = ''] = await add(ana, 'Milk')
    await ana.page('/')
    const answer = await ana.post(`/tasks/${milk}/delete`, {}, { from: `/tasks/${milk}` })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/'])
    const page = await ana.page('/')
    expect(toasts(page)).toEqual(['Deleted “Milk”'])
    expect((await ana.get(`/tasks/${milk}`)).status).toBe(404)
    await ana.post(undos(page)[0] ?? '', {}, { from: '/' })
    expect(titles(await ana.page('/'))).toEqual(['Milk'])
  })

  test('undoing its birth leads away from it', async () => {
    const [milk = ''] = await add(ana, 'Milk')
    const page = await ana.page(`/tasks/${milk}`)
    const answer = await ana.post(undos(page)[0] ?? '', {}, { from: `/tasks/${milk}` })
    expect(answer.headers.get('Location')).toBe('/')
    expect(titles(await ana.page('/'))).toEqual([])
  })

  test('a second click says what the first said', async () => {
    const [milk = ''] = await add(ana, 'Milk')
    await ana.page('/')
    for (const verb of ['complete', 'reopen', 'delete']) {
      await ana.post(`/tasks/${milk}/${verb}`)
      const first = undos(await ana.page('/'))
      await ana.post(`/tasks/${milk}/${verb}`)
      expect(undos(await ana.page('/'))).toEqual(first)
    }
  })
})

describe('the Completed page', () => {
  test('is empty in words', async () => {
    const page = await ana.page('/completed')
    expect(page).toContain('Nothing completed yet')
    expect(await validateHtml(page)).toEqual([])
  })

  test('is grouped by the days of the person’s own zone', async () => {
    const user = await site.person('ana')
    // It is 1 May, 12:00 in Greenwich, and 2 May, 02:00 on Kiritimati.
    const groups = async (zone: string) => {
      await site.db.updateTable('users').set({ zone }).where('id', '=', user.id).execute()
      const page = await ana.page('/completed')
      return [...page.matchAll(/<h2 class="group"><time datetime="([^"]+)" title="[^"]+">([^<]+)</g)].map(
        (match) => `${match[1]} ${match[2]}`,
      )
    }
    const [early = '', late = '', now = ''] = await add(ana, 'Early', 'Late', 'Now')
    await ana.post(`/tasks/${early}/complete`)
    site.pass(HOUR * 20)
    await ana.post(`/tasks/${late}/complete`)
    site.pass(HOUR * 3)
    await ana.post(`/tasks/${now}/complete`)
    expect(await groups('UTC')).toEqual(['2026-05-02 Today', '2026-05-01 Yesterday'])
    expect(await groups('Pacific/Kiritimati')).toEqual(['2026-05-03 Today', '2026-05-02 Yesterday'])
    expect(await groups('America/Los_Angeles')).toEqual(['2026-05-02 Today', '2026-05-01 Yesterday'])
    expect(rowIds(await ana.page('/completed'))).toEqual([now, late, early])
    site.pass(DAY * 400)
    ana = await site.loggedIn('ana')
    expect((await groups('UTC'))[0]).toBe('2026-05-02 Saturday, 2 May 2026')
  })

  test('comes in pages, each task once, also when one at the edge changes', async () => {
    const ids = await add(ana, ...Array.from({ length: 110 }, (_, i) => `Task ${i}`))
    for (const id of ids.toReversed()) {
      await ana.post(`/tasks/${id}/complete`)
      site.pass(15 * 60_000)
    }
    const seen: string[] = []
    let address: string | undefined = '/completed'
    while (address !== undefined) {
      const page: string = await ana.page(address)
      expect(await validateHtml(page)).toEqual([])
      seen.push(...rowIds(page))
      address = /class="older" loading="lazy" src="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
      const last = seen.at(-1) ?? ''
      if (address !== undefined) {
        await ana.post(`/tasks/${last}/reopen`)
        await ana.post(`/tasks/${last}/complete`)
      }
    }
    expect(seen).toEqual(ids)
    expect(await ana.page(`/completed?after=${ids[3]}`)).toContain(', continued')
    for (const odd of [
      `?after=${newId()}`,
      '?after=%00',
      `?after=${ids[3]}&at=%00`,
      `?more=${ids[3]}`,
      `?rename=${ids[3]}`,
    ]) {
      expect((await ana.get(`/completed${odd}`)).status).toBe(200)
    }
  })
})

describe('the outbox', () => {
  test('gets changes to the page, the message and the count', async () => {
    const send = await outboxOf(site, 'ana', ana)
    const id = newId()
    const added = await send('/tasks', { task: 'Milk', id })
    expect(added.status).toBe(200)
    expect(streams(added.text)).toEqual(['prepend tasks', 'update flashes', 'update inbox_count', 'update today_count'])
    expect(toasts(added.text)).toEqual(['Added “Milk”'])
    expect(undos(added.text)).toEqual([`/undo/${added.key}`])
    const [bread = ''] = await add(ana, 'Bread')
    const row = `task_${id}`
    const rest = ['update flashes', 'update inbox_count', 'update today_count']
    const moved = await send(`/tasks/${id}/move`, { before: bread })
    expect(streams(moved.text)).toEqual([`remove ${row}`, `before task_${bread}`, ...rest])
    const completed = await send(`/tasks/${id}/complete`)
    expect(streams(completed.text)).toEqual([`replace ${row}`, 'update done_today', 'update done_this_week', ...rest])
    expect(completed.text).toContain('class="task done"')
    expect(completed.text).toContain('target="inbox_count"><template>1</template>')
    expect(streams((await send(`/tasks/${id}/reopen`)).text)).toEqual([
      `replace ${row}`,
      'update done_today',
      'update done_this_week',
      ...rest,
    ])
    expect(streams((await send(`/tasks/${id}/edit`, { title: 'Tea' })).text)).toEqual([`replace ${row}`, ...rest])
    const deleted = await send(`/tasks/${id}/delete`)
    expect(streams(deleted.text)).toEqual([`remove ${row}`, 'update done_today', 'update done_this_week', ...rest])
    expect(streams((await send(undos(deleted.text)[0] ?? '')).text)).toEqual(['refresh', ...rest])
    expect(titles(await ana.page('/'))).toEqual(['Tea', 'Bread'])
  })

  test('may send everything twice, and gets the same answer', async () => {
    const send = await outboxOf(site, 'ana', ana)
    const id = newId()
    const [bread = ''] = await add(ana, 'Bread')
    const all: [string, Record<string, string>][] = [
      ['/tasks', { task: 'Milk', id }],
      [`/tasks/${id}/edit`, { title: 'Tea' }],
      [`/tasks/${id}/move`, { after: bread }],
      [`/tasks/${id}/complete`, {}],
      [`/tasks/${id}/reopen`, {}],
      [`/tasks/${id}/delete`, {}],
    ]
    for (const [path, fields] of all) {
      const first = await send(path, fields)
      const again = await send(path, fields, first.key)
      expect([path, again.status, again.text]).toEqual([path, 200, first.text])
    }
    const ops = await site.db.selectFrom('ops').selectAll().where('what', 'like', 'task.%').execute()
    expect(ops).toHaveLength(7)
    expect(titles(await ana.page('/'))).toEqual(['Bread'])
  })

  test('may send the same from two places in one moment', async () => {
    const send = await outboxOf(site, 'ana', ana)
    const key = newId()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('/tasks', { task: 'Milk' }, key)))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(titles(await ana.page('/'))).toEqual(['Milk'])
  })

  test('a key is for one request, and is a UUID', async () => {
    const send = await outboxOf(site, 'ana', ana)
    const { key } = await send('/tasks', { task: 'Milk' })
    const [milk = ''] = rowIds(await ana.page('/'))
    for (const again of [
      await send('/tasks', { task: 'Bread' }, key),
      await send(`/tasks/${milk}/complete`, {}, key),
    ]) {
      expect([again.status, streams(again.text)]).toEqual([422, ['update flashes']])
    }
    for (const odd of ['1', key.toUpperCase(), `${key}0`, 'é']) {
      const answer = await send('/tasks', { task: 'Tea' }, encodeURIComponent(odd))
      expect([odd, answer.status]).toEqual([odd, 422])
    }
    expect((await ana.post('/tasks', { task: 'Tea', op: 'nonsense' })).status).toBe(422)
    const edited = await ana.post(`/tasks/${milk}/edit`, { title: 'Tea', op: 'nonsense' })
    expect([edited.status, problems(await edited.text())[0]]).toEqual([422, expect.stringContaining('UUID')])
    const op = newId()
    for (let i = 0; i < 2; i++) expect((await ana.post('/tasks', { task: 'Tea', op })).status).toBe(303)
    expect(titles(await ana.page('/'))).toEqual(['Tea', 'Milk'])
  })

  test('is told why something was not done', async () => {
    const send = await outboxOf(site, 'ana', ana)
    const answer = await send('/tasks', { task: ' ' })
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([
      422,
      'text/vnd.turbo-stream.html; charset=utf-8',
    ])
    expect(problems(answer.text)).toEqual(['Say what you want to get done.'])
    const [milk = ''] = await add(ana, 'Milk')
    const long = await send(`/tasks/${milk}/edit`, { title: 'x'.repeat(501) })
    expect([long.status, streams(long.text)]).toEqual([422, ['update flashes']])
    const gone = await send(`/tasks/${newId()}/complete`)
    expect([gone.status, problems(gone.text)]).toEqual([404, ['There is no such task. It may have been deleted.']])
    for (const fields of [{}, { before: milk, after: milk }]) {
      expect((await send(`/tasks/${milk}/move`, fields)).status).toBe(422)
    }
  })
})
