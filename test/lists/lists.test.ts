import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { addList, MOST_LISTS } from '#features/lists/adding.ts'
import { archiveList, deleteList, editList, restoreList, unarchiveList } from '#features/lists/editing.ts'
import { inboxOf, listOf, listsOf } from '#features/lists/lists.ts'
import { moveList } from '#features/lists/ordering.ts'
import { addTask } from '#features/tasks/adding.ts'
import { asked, emptyHouse, NOON, person, reasonOf, share, stored } from '#test/tasks/household.ts'

let db: Database
let ana: User
let ben: User
let eve: User

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  ben = await person(db, 'ben')
  eve = await person(db, 'eve')
})

const withKey = (request = 'one') => ({ now: NOON, op: newId(), request })

const listed = async (name: string, color = '') => (await addList(db, ana, { name, color }, asked)).id

/** The names of the lists of `user`, in order. */
const namesOf = async (user: User) =>
  (await listsOf(db, user).where('lists.archived_at', 'is', null).orderBy('lists.position').execute()).map(
    ({ name }) => name,
  )

describe('a new list', () => {
  test('stands below the others, and belongs to who made it', async () => {
    await listed('Groceries', 'green')
    await listed('Work')
    expect(await namesOf(ana)).toEqual(['Inbox', 'Groceries', 'Work'])
    expect(await namesOf(eve)).toEqual(['Inbox'])
    const [, groceries] = await listsOf(db, ana).orderBy('lists.position').execute()
    expect(groceries).toMatchObject({ color: 'green', role: 'owner', kind: 'list', open_tasks: 0, archived_at: null })
  })

  test('with the same id and fields is one, with others another, and with somebody else’s id none', async () => {
    const id = newId()
    const first = await addList(db, ana, { name: 'Work', color: '', id }, asked)
    expect(await addList(db, ana, { name: 'Work', color: '', id }, asked)).toEqual(first)
    const other = await addList(db, ana, { name: 'Work', color: 'red', id }, asked)
    expect(other.id).not.toBe(id)
    await deleteList(db, ana, id, asked)
    expect((await addList(db, ana, { name: 'Work', color: '', id }, asked)).id).not.toBe(id)
    expect(await reasonOf(addList(db, eve, { name: 'Work', color: '', id }, asked))).toBe('conflict')
    expect(await namesOf(eve)).toEqual(['Inbox'])
  })

  test('asked for by two in one moment under one id is one', async () => {
    const id = newId()
    const both = await Promise.allSettled([
      addList(db, ana, { name: 'Work', color: '', id }, asked),
      addList(db, eve, { name: 'Work', color: '', id }, asked),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('a repeat under the same key answers as the first did', async () => {
    const key = withKey()
    const first = await addList(db, ana, { name: 'Work', color: '' }, key)
    expect(await addList(db, ana, { name: 'Work', color: '' }, key)).toEqual(first)
    expect(await reasonOf(addList(db, ana, { name: 'Home', color: '' }, { ...key, request: 'two' }))).toBe('invalid')
    expect(await namesOf(ana)).toEqual(['Inbox', 'Work'])
  })

  test('is refused when there are as many as there can be', async () => {
    const at = NOON.toISOString()
    const row = {
      owner_id: ana.id,
      kind: 'list',
      name: 'One of many',
      seq: 0,
      created_at: at,
      deleted_at: null,
    } as const
    const rows = Array.from({ length: MOST_LISTS - 1 }, (_, i) => ({ ...row, id: newId(), position: `b${i}` }))
    await db.insertInto('lists').values(rows).execute()
    expect(await reasonOf(listed('One too many'))).toBe('invalid')
    await db.deleteFrom('lists').where('owner_id', '=', ana.id).where('kind', '=', 'list').execute()
  })
})

describe('a list', () => {
  test('gets another name and colour, each by itself', async () => {
    const id = await listed('Wrok', 'red')
    await editList(db, ana, id, { name: 'Work' }, asked)
    await editList(db, ana, id, { color: 'blue' }, asked)
    expect(await listOf(db, ana, id)).toMatchObject({ name: 'Work', color: 'blue' })
  })

  test('moves before and after another one, and only it is written', async () => {
    const [a = '', b = '', c = ''] = [await listed('A'), await listed('B'), await listed('C')]
    await moveList(db, ana, c, { side: 'before', other: a }, asked)
    expect(await namesOf(ana)).toEqual(['Inbox', 'C', 'A', 'B'])
    const { op } = await moveList(db, ana, c, { side: 'after', other: b }, asked)
    expect(await namesOf(ana)).toEqual(['Inbox', 'A', 'B', 'C'])
    const written = await db.selectFrom('changes').select('row_id').where('op_id', '=', op).execute()
    expect(written.map(({ row_id }) => row_id)).toEqual([c])
    await moveList(db, ana, a, { side: 'before', other: a }, asked)
    expect(await namesOf(ana)).toEqual(['Inbox', 'A', 'B', 'C'])
  })

  test('moves away from one that stands on its very place', async () => {
    const [a = '', b = '', c = ''] = [await listed('A'), await listed('B'), await listed('C')]
    const { position } = await listOf(db, ana, a)
    for (const id of [b, c]) await db.updateTable('lists').set({ position }).where('id', '=', id).execute()
    await moveList(db, ana, c, { side: 'before', other: b }, asked)
    expect(await namesOf(ana)).toEqual(['Inbox', 'A', 'C', 'B'])
  })

  test('is laid aside and comes back, with all that is in it', async () => {
    const id = await listed('Old')
    const task = (await addTask(db, ana, { title: 'Letter', list: id }, asked)).task?.id ?? ''
    await archiveList(db, ana, id, asked)
    expect(await namesOf(ana)).toEqual(['Inbox'])
    expect(await reasonOf(addTask(db, ana, { title: 'Late', list: id }, asked))).toBe('invalid')
    expect((await stored(db, task)).deleted_at).toBeNull()
    await unarchiveList(db, ana, id, asked)
    expect(await namesOf(ana)).toEqual(['Inbox', 'Old'])
  })

  test('is deleted, deleted again, and restored', async () => {
    const id = await listed('Old')
    await deleteList(db, ana, id, asked)
    expect(await reasonOf(listOf(db, ana, id))).toBe('not-found')
    const again = await deleteList(db, ana, id, { now: new Date(NOON.getTime() + 1000) })
    expect(again.list.deleted_at).toBe(NOON.toISOString())
    for (const late of [
      () => editList(db, ana, id, { name: 'New' }, asked),
      () => archiveList(db, ana, id, asked),
      () => unarchiveList(db, ana, id, asked),
    ]) {
      // One after another: a refusal that nobody waits for yet would end the test.
      expect(await reasonOf(late())).toBe('not-found')
    }
    await restoreList(db, ana, id, asked)
    expect(await namesOf(ana)).toEqual(['Inbox', 'Old'])
  })

  test('belongs to its owner: Ben may work in it, but not change it; Eve knows nothing of it', async () => {
    const id = await listed('Ours')
    const hers = (await addList(db, eve, { name: 'Hers', color: '' }, asked)).id
    await share(db, id, ben, 'editor')
    const other = (await addList(db, ben, { name: 'Ben’s', color: '' }, asked)).id
    for (const [user, reason] of [
      [ben, 'forbidden'],
      [eve, 'not-found'],
    ] as const) {
      const beside = { side: 'before', other: user === eve ? hers : other } as const
      for (const work of [
        () => editList(db, user, id, { name: 'Mine' }, asked),
        () => archiveList(db, user, id, asked),
        () => unarchiveList(db, user, id, asked),
        () => deleteList(db, user, id, asked),
        () => restoreList(db, user, id, asked),
        () => moveList(db, user, id, beside, asked),
      ]) {
        expect(await reasonOf(work())).toBe(reason)
      }
    }
    // His own list does not go among hers.
    expect(await reasonOf(moveList(db, ben, other, { side: 'before', other: id }, asked))).toBe('invalid')
    expect(await reasonOf(moveList(db, eve, hers, { side: 'before', other: id }, asked))).toBe('not-found')
    expect(await listOf(db, ana, id)).toMatchObject({ name: 'Ours', archived_at: null, deleted_at: null })
  })

  test('that is the Inbox stays as it is', async () => {
    const { id } = await inboxOf(db, ana)
    const other = await listed('Work')
    for (const work of [
      () => editList(db, ana, id, { name: 'Outbox' }, asked),
      () => editList(db, ana, id, { color: 'red' }, asked),
      () => archiveList(db, ana, id, asked),
      () => deleteList(db, ana, id, asked),
      () => restoreList(db, ana, id, asked),
      () => moveList(db, ana, id, { side: 'after', other }, asked),
    ]) {
      expect(await reasonOf(work())).toBe('invalid')
    }
    expect(await inboxOf(db, ana)).toMatchObject({ name: 'Inbox', color: '', archived_at: null })
  })
})
