import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { addTask } from '#features/tasks/adding.ts'
import { asked, emptyHouse, inboxTitles, person, reasonOf, share, stored } from '#test/tasks/household.ts'
import { listNamed, sectionNamed, write } from './household.ts'

let db: Database
let ana: User
let ben: User
let eve: User
let work: string
let later: string

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  ben = await person(db, 'ben')
  eve = await person(db, 'eve')
  work = await listNamed(db, ana, 'Work')
  later = await sectionNamed(db, ana, work, 'Later')
})

const add = async (title: string, where: { list?: string; section?: string; parent?: string }, user = ana) =>
  (await addTask(db, user, { title, ...where }, asked)).task?.id ?? ''

/** Where the table says a task is. */
const homeOf = async (id: string) => {
  const { list_id, section_id, parent_id } = await stored(db, id)
  return { list_id, section_id, parent_id }
}

describe('a new task', () => {
  test('goes to the Inbox, into a list, a section, or below a task', async () => {
    const parent = await add('Invoice', { section: later })
    expect(await homeOf(parent)).toEqual({ list_id: work, section_id: later, parent_id: null })
    expect(await homeOf(await add('Call', { list: work }))).toEqual({
      list_id: work,
      section_id: null,
      parent_id: null,
    })
    const step = await add('Print it', { parent })
    expect(await homeOf(step)).toEqual({ list_id: work, section_id: later, parent_id: parent })
    await add('Milk', {})
    expect(await inboxTitles(db, ana)).toEqual(['Milk'])
  })

  test('stands first, a subtask below its siblings', async () => {
    const parent = await add('Invoice', { list: work })
    for (const title of ['One', 'Two', 'Three']) await add(title, { parent })
    await add('Call', { list: work })
    const rows = await db
      .selectFrom('tasks')
      .select('title')
      .where('list_id', '=', work)
      .orderBy('position')
      .orderBy('id')
      .execute()
    expect(rows.map(({ title }) => title)).toEqual(['Call', 'Invoice', 'One', 'Two', 'Three'])
  })

  test('goes four levels deep and not a fifth', async () => {
    let parent = await add('1', { list: work })
    for (const title of ['2', '3', '4']) parent = await add(title, { parent })
    expect(await reasonOf(add('5', { parent }))).toBe('invalid')
  })

  test('with the same id and place is one task, in another place it is another', async () => {
    const id = newId()
    const first = await addTask(db, ana, { title: 'Call', id, list: work }, asked)
    expect((await addTask(db, ana, { title: 'Call', id, list: work }, asked)).op).toBe(first.op)
    expect((await addTask(db, ana, { title: 'Call', id }, asked)).task?.id).not.toBe(id)
  })

  test('goes where its owner may put it, and nowhere else', async () => {
    await share(db, work, ben, 'viewer')
    const groceries = await listNamed(db, eve, 'Groceries')
    const hers = await add('Hers', { list: groceries }, eve)
    const theirs = await sectionNamed(db, eve, groceries, 'Fruit')
    const ids = [newId(), 'nonsense', "'", '\0']
    for (const id of [groceries, ...ids]) expect(await reasonOf(add('Mine', { list: id }))).toBe('not-found')
    for (const id of [theirs, ...ids]) expect(await reasonOf(add('Mine', { section: id }))).toBe('not-found')
    for (const id of [hers, ...ids]) expect(await reasonOf(add('Mine', { parent: id }))).toBe('not-found')
    expect(await reasonOf(add('Ours', { list: work }, ben))).toBe('forbidden')
    expect(await reasonOf(add('Ours', { section: later }, ben))).toBe('forbidden')
    expect(await reasonOf(add('Mixed', { list: groceries, section: theirs }))).toBe('not-found')
    const other = await listNamed(db, ana, 'Home')
    expect(await reasonOf(add('Mixed', { list: other, section: later }))).toBe('invalid')
    const parent = await add('Parent', { list: work })
    expect(await reasonOf(add('Mixed', { list: other, parent }))).toBe('invalid')
    expect(await reasonOf(add('Mixed', { section: later, parent }))).toBe('invalid')
  })

  test('goes into nothing that was archived or deleted', async () => {
    const old = await listNamed(db, ana, 'Old')
    await write(db, ana, old, 'lists', old, { archived_at: asked.now.toISOString() })
    expect(await reasonOf(add('Late', { list: old }))).toBe('invalid')
    await write(db, ana, work, 'sections', later, { deleted_at: asked.now.toISOString() })
    expect(await reasonOf(add('Late', { section: later }))).toBe('not-found')
    await write(db, ana, work, 'lists', work, { deleted_at: asked.now.toISOString() })
    expect(await reasonOf(add('Late', { list: work }))).toBe('not-found')
  })
})
