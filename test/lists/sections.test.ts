import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { addSection, deleteSection, MOST_SECTIONS, moveSection, renameSection } from '#features/lists/sectioning.ts'
import { sectionsOf } from '#features/lists/sections.ts'
import { addTask } from '#features/tasks/adding.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { deleteTask } from '#features/tasks/deleting.ts'
import { asked, emptyHouse, NOON, person, reasonOf, share, stored } from '#test/tasks/household.ts'
import { listNamed, write } from './household.ts'

let db: Database
let ana: User
let ben: User
let eve: User
let work: string

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  ben = await person(db, 'ben')
  eve = await person(db, 'eve')
  work = await listNamed(db, ana, 'Work')
})

const section = async (name: string, list = work) => (await addSection(db, ana, list, { name }, asked)).id
const names = async () => (await sectionsOf(db, work)).map(({ name }) => name)
const add = async (title: string, where: object) => (await addTask(db, ana, { title, ...where }, asked)).task?.id ?? ''

describe('sections', () => {
  test('stand below each other as they were added, and move', async () => {
    const [a = '', b = '', c = ''] = [await section('A'), await section('B'), await section('C')]
    expect(await names()).toEqual(['A', 'B', 'C'])
    await moveSection(db, ana, c, { side: 'before', other: a }, asked)
    expect(await names()).toEqual(['C', 'A', 'B'])
    await moveSection(db, ana, c, { side: 'after', other: b }, asked)
    expect(await names()).toEqual(['A', 'B', 'C'])
    await renameSection(db, ana, b, 'Beta', asked)
    expect(await names()).toEqual(['A', 'Beta', 'C'])
  })

  test('the same id with the same name is one section', async () => {
    const id = newId()
    const first = await addSection(db, ana, work, { name: 'A', id }, asked)
    expect(await addSection(db, ana, work, { name: 'A', id }, asked)).toEqual(first)
    expect((await addSection(db, ana, work, { name: 'B', id }, asked)).id).not.toBe(id)
    const home = await listNamed(db, ana, 'Home')
    expect(await reasonOf(addSection(db, ana, home, { name: 'A', id }, asked))).toBe('conflict')
    const key = { now: NOON, op: newId(), request: 'one' }
    const keyed = await addSection(db, ana, work, { name: 'C' }, key)
    expect(await addSection(db, ana, work, { name: 'C' }, key)).toEqual(keyed)
    expect(await names()).toEqual(['A', 'B', 'C'])
  })

  test('one that goes leaves its tasks above the first, in the same op', async () => {
    const [a = ''] = [await section('A'), await section('B')]
    const parent = await add('Invoice', { section: a })
    const step = await add('Print it', { parent })
    const done = await add('Done', { section: a })
    await completeTask(db, ana, done, asked)
    const gone = await add('Gone', { section: a })
    await deleteTask(db, ana, gone, asked)
    const { op } = await deleteSection(db, ana, a, asked)
    for (const id of [parent, step, done, gone]) expect((await stored(db, id)).section_id).toBeNull()
    expect(await names()).toEqual(['B'])
    const changes = await db.selectFrom('changes').select('table_name').where('op_id', '=', op).execute()
    expect(changes.map(({ table_name }) => table_name).toSorted()).toEqual([
      'sections',
      'tasks',
      'tasks',
      'tasks',
      'tasks',
    ])
    // Again it changes nothing.
    const again = await deleteSection(db, ana, a, asked)
    expect(await db.selectFrom('changes').select('id').where('op_id', '=', again.op).execute()).toEqual([])
    expect(await reasonOf(renameSection(db, ana, a, 'Back', asked))).toBe('not-found')
    expect(await reasonOf(moveSection(db, ana, a, { side: 'before', other: a }, asked))).toBe('not-found')
  })

  test('belong to a list: another’s do not mix, an archived one takes none, and there is a limit', async () => {
    const a = await section('A')
    const home = await listNamed(db, ana, 'Home')
    const other = await section('Garden', home)
    expect(await reasonOf(moveSection(db, ana, a, { side: 'before', other }, asked))).toBe('invalid')
    await write(db, ana, home, 'lists', home, { archived_at: NOON.toISOString() })
    expect(await reasonOf(section('Cellar', home))).toBe('invalid')
    const at = NOON.toISOString()
    const rows = Array.from({ length: MOST_SECTIONS - 1 }, (_, i) => ({
      id: newId(),
      list_id: work,
      name: `Section ${i}`,
      position: `b${i}`,
      created_at: at,
      deleted_at: null,
    }))
    await db.insertInto('sections').values(rows).execute()
    expect(await reasonOf(section('One too many'))).toBe('invalid')
  })

  test('Ben may only look, Eve sees nothing', async () => {
    const a = await section('A')
    await share(db, work, ben, 'viewer')
    for (const [user, reason] of [
      [ben, 'forbidden'],
      [eve, 'not-found'],
    ] as const) {
      expect(await reasonOf(addSection(db, user, work, { name: 'Mine' }, asked))).toBe(reason)
      expect(await reasonOf(renameSection(db, user, a, 'Mine', asked))).toBe(reason)
      expect(await reasonOf(moveSection(db, user, a, { side: 'before', other: a }, asked))).toBe(reason)
      expect(await reasonOf(deleteSection(db, user, a, asked))).toBe(reason)
    }
    expect(await names()).toEqual(['A'])
    await db
      .updateTable('list_members')
      .set({ role: 'editor' })
      .where('user_id', '=', ben.id)
      .where('list_id', '=', work)
      .execute()
    await renameSection(db, ben, a, 'Ours', asked)
    expect(await names()).toEqual(['Ours'])
  })
})
