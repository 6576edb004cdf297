import { describe, expect, test } from 'bun:test'
import { readCourse } from '#db/course-file.ts'
import { bringCourse } from '#features/course/bringing.ts'
import { alertsIn, flashesIn } from '#test/browser.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { type World, world } from '#test/world.ts'
import { classOf, courseFile, LESSON, lessonHash, sha256 } from './file.ts'

const OLD = 'sunflower'

const bring = (w: World, path: string) => bringCourse(w, readCourse(path), { ip: '', agent: '', now: w.now() })

const storedOf = async (w: World, email: string): Promise<string | null> =>
  (await w.db.selectFrom('users').select('password_phc').where('email', '=', email).executeTakeFirstOrThrow())
    .password_phc

/** The titles on a page, in its order; what a template holds is not on it yet. */
const titlesIn = (page: string): string[] =>
  [...page.replace(/<template[\s\S]*?<\/template>/g, '').matchAll(/<a class="title"[^>]*>(.*?)<\/a>/gs)].map(
    ([, title = '']) => title.replace(/<[^>]*>/g, ''),
  )

async function enter(w: World, email: string, password: string) {
  const tab = w.browser()
  const answer = await tab.post('/login', { email, password })
  return { tab, status: answer.status, alerts: alertsIn(await answer.text()) }
}

describe('a class of the course', () => {
  const path = classOf([
    ['ana@example.com', OLD, ['Buy milk', '✓ Read chapter 4', 'Call Ben']],
    ['ben@example.com', 'blue bicycle', []],
  ])

  test('has accounts with its tasks in the Inbox, and what was completed in the logbook', async () => {
    const w = await world()
    expect(await bring(w, path)).toEqual([
      { email: 'ana@example.com', as: 'account', open: 2, completed: 1, nameless: 0, hasPassword: true },
      { email: 'ben@example.com', as: 'account', open: 0, completed: 0, nameless: 0, hasPassword: true },
    ])
    const { tab, status } = await enter(w, 'ana@example.com', OLD)
    expect(status).toBe(303)
    expect(titlesIn(await tab.page('/'))).toEqual(['Buy milk', 'Call Ben'])
    expect(await tab.page('/completed')).toContain('Read chapter 4')
    expect(titlesIn(await tab.page('/search?q=milk'))).toEqual(['Buy milk'])
    const ben = await enter(w, 'ben@example.com', 'blue bicycle')
    expect(titlesIn(await ben.tab.page('/'))).toEqual([])
  })

  test('goes on as everybody: what Ana adds stands first, and what she completes can be undone', async () => {
    const w = await world()
    await bring(w, path)
    const { tab } = await enter(w, 'ana@example.com', OLD)
    await tab.post('/tasks', { task: 'Tea' })
    expect(titlesIn(await tab.page('/'))).toEqual(['Tea', 'Buy milk', 'Call Ben'])
    await tab.post('/undo')
    expect(titlesIn(await tab.page('/'))).toEqual(['Buy milk', 'Call Ben'])
  })

  test('her first Undo does not take away what was brought in', async () => {
    const w = await world()
    await bring(w, path)
    const { tab } = await enter(w, 'ana@example.com', OLD)
    await tab.page('/')
    await tab.post('/undo')
    expect(flashesIn(await tab.page('/'))).toEqual(['There is nothing to undo.'])
    expect(titlesIn(await tab.page('/'))).toEqual(['Buy milk', 'Call Ben'])
  })

  test('nobody of it becomes the administrator', async () => {
    const w = await world()
    await bring(w, path)
    const roles = await w.db.selectFrom('users').select('role').distinct().execute()
    expect(roles).toEqual([{ role: 'user' }])
  })

  test('brought in twice is there once', async () => {
    const w = await world()
    await bring(w, path)
    const before = await everythingIn(w.db)
    expect(await bring(w, path)).toEqual([
      { email: 'ana@example.com', as: 'taken' },
      { email: 'ben@example.com', as: 'taken' },
    ])
    expect(await everythingIn(w.db)).toBe(before)
  })

  test('brought in by two at the same moment is there once', async () => {
    const w = await world()
    const other = w.another()
    const ends = await Promise.allSettled([bring(w, path), bring(other, path)])
    expect(ends.map(({ status }) => status)).toContain('fulfilled')
    expect(await countIn(w.db, 'users')).toBe(2)
    expect(await countIn(w.db, 'tasks')).toBe(3)
  })
})

describe('addresses', () => {
  test('that are taken or are none are listed, and nothing of theirs is guessed', async () => {
    const w = await world()
    await w.person('ana')
    const before = await countIn(w.db, 'tasks')
    const path = classOf([
      ['ANA@example.com', OLD, ['Not hers']],
      ['ben', OLD, ['Whose?']],
      ['cora@example.com', OLD, []],
      ['Cora@Example.com', OLD, ['A second Cora']],
      ['', OLD, []],
    ])
    expect(await bring(w, path)).toEqual([
      { email: 'cora@example.com', as: 'account', open: 0, completed: 0, nameless: 0, hasPassword: true },
      { email: 'ANA@example.com', as: 'taken' },
      { email: 'ben', as: 'no-address' },
      { email: 'Cora@Example.com', as: 'taken' },
      { email: '', as: 'no-address' },
    ])
    expect(await countIn(w.db, 'tasks')).toBe(before)
    expect((await enter(w, 'ana@example.com', OLD)).status).toBe(422)
  })
})

describe('the old password', () => {
  test('opens the account, and the first login stores it as ours', async () => {
    const w = await world()
    await bring(w, classOf([['ana@example.com', OLD, []]]))
    expect(await storedOf(w, 'ana@example.com')).toStartWith('course-sha256$')
    for (const wrong of ['sunflowers', '', sha256(`${OLD}QxYzA`), lessonHash(OLD), `${OLD}QxYzA`]) {
      expect([wrong, (await enter(w, 'ana@example.com', wrong)).status]).toEqual([wrong, 422])
    }
    expect(await storedOf(w, 'ana@example.com')).toStartWith('course-sha256$')
    expect((await enter(w, 'ana@example.com', OLD)).status).toBe(303)
    expect(await storedOf(w, 'ana@example.com')).toStartWith('$argon2id$')
    expect((await enter(w, 'ana@example.com', OLD)).status).toBe(303)
  })

  test('neither its SHA-256 nor the password itself stands anywhere in the database', async () => {
    const w = await world()
    await bring(w, classOf([['ana@example.com', OLD, []]]))
    const all = await everythingIn(w.db)
    expect(all).not.toContain(sha256(`${OLD}QxYzA`))
    expect(all).not.toContain(OLD)
  })

  test('may be stored with the salt in front', async () => {
    const w = await world()
    const stored = `a1b2,${sha256(`${OLD}a1b2`)}`
    await bring(w, courseFile(LESSON, [['insert into user values (1, ?, ?)', 'ana@example.com', stored]]))
    expect((await enter(w, 'ana@example.com', OLD)).status).toBe(303)
  })

  test('in plain text is hashed when it is brought in, and never kept', async () => {
    const w = await world()
    const path = courseFile(
      ['create table user (id integer primary key, email text, password text)', LESSON[1]!],
      [['insert into user values (1, ?, ?)', 'ana@example.com', OLD]],
    )
    await bring(w, path)
    expect(await storedOf(w, 'ana@example.com')).toStartWith('$argon2id$')
    expect(await everythingIn(w.db)).not.toContain(OLD)
    expect((await enter(w, 'ana@example.com', OLD)).status).toBe(303)
  })

  test.each([[''], [null], ['nonsense'], [`${'z'.repeat(64)},salt`]])(
    'stored as %p opens nothing, until a new one is given',
    async (stored) => {
      const w = await world()
      const path = courseFile(LESSON, [['insert into user values (1, ?, ?)', 'ana@example.com', stored]])
      expect(await bring(w, path)).toMatchObject([{ as: 'account', hasPassword: false }])
      for (const typed of ['', 'nonsense', stored ?? 'null']) {
        expect((await enter(w, 'ana@example.com', typed)).status).toBe(422)
      }
    },
  )
})

describe('tasks', () => {
  const withTasks = (rows: [name: string, completed: number | null, owner: number | null][]) =>
    courseFile(LESSON, [
      ['insert into user values (1, ?, ?)', 'ana@example.com', lessonHash(OLD)],
      ...rows.map((row): [string, ...(string | number | null)[]] => [
        'insert into task (name, completed, owner_id) values (?, ?, ?)',
        ...row,
      ]),
    ])

  test('with names that ours cannot have are brought in as well as they can be', async () => {
    const w = await world()
    const long = 'every word counts '.repeat(40).trim()
    const path = withTasks([
      ['two\nlines\u0007', null, 1],
      ['', 0, 1],
      [' \t ', 1, 1],
      [long, 0, 1],
      ['<b>bold</b>', 0, 1],
    ])
    expect(await bring(w, path)).toMatchObject([{ open: 3, completed: 0, nameless: 2 }])
    const rows = await w.db.selectFrom('tasks').select(['title', 'notes']).orderBy('position').execute()
    expect(rows.map(({ notes }) => notes)).toEqual(['', long, ''])
    expect(rows.map(({ title }) => title.slice(0, 12))).toEqual(['two lines', 'every word c', '<b>bold</b>'])
    const { tab } = await enter(w, 'ana@example.com', OLD)
    expect(await tab.page('/')).not.toContain('<b>bold')
  })

  test('that belong to nobody are counted and left out', async () => {
    const path = withTasks([
      ['mine', 0, 1],
      ['whose?', 0, 7],
      ['nobody’s', 1, null],
    ])
    expect(readCourse(path)).toMatchObject({ nobodys: 2, people: [{ tasks: [{ name: 'mine' }] }] })
  })

  test('say when they were completed, where the class kept it', async () => {
    const w = await world()
    const path = courseFile(
      [
        LESSON[0]!,
        'create table task (id integer primary key, name, completed, completed_at datetime, user_id integer)',
      ],
      [
        ['insert into user values (1, ?, ?)', 'ana@example.com', lessonHash(OLD)],
        ['insert into task values (1, ?, 1, ?, 1)', 'known', '2026-01-31 12:00:00.000000'],
        ['insert into task values (2, ?, 1, ?, 1)', 'to come', '2999-01-31 12:00:00.000000'],
        ['insert into task values (3, ?, 1, null, 1)', 'unknown'],
      ],
    )
    await bring(w, path)
    const rows = await w.db.selectFrom('completions').select(['title', 'completed_at']).orderBy('title').execute()
    const now = w.now().toISOString()
    expect(rows).toEqual([
      { title: 'known', completed_at: new Date('2026-01-31T12:00:00').toISOString() },
      { title: 'to come', completed_at: now },
      { title: 'unknown', completed_at: now },
    ])
  })
})
