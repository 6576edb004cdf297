import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import { changesOf } from '#db/journal.ts'
import type { User } from '#db/schema.ts'
import { undo } from '#features/history/undo.ts'
import { addLabel, deleteLabel, editLabel, moveLabel } from '#features/labels/changing.ts'
import { countsByLabel, labelsOf } from '#features/labels/labels.ts'
import { search } from '#features/search/searching.ts'
import { addTask } from '#features/tasks/adding.ts'
import { changeMany } from '#features/tasks/bulk.ts'
import { completeTask, reopenTask } from '#features/tasks/completing.ts'
import { editTask } from '#features/tasks/editing.ts'
import { labelsOn } from '#features/tasks/seen.ts'
import { asked, emptyHouse, NOON, person, reasonOf, share } from '#test/tasks/household.ts'
import { listNamed, write } from './household.ts'

let db: Database
let ana: User
let eve: User

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  eve = await person(db, 'eve')
})

const labelled = async (name: string, user = ana) => (await addLabel(db, user, { name, color: '' }, asked)).id
const names = async (user = ana) => (await labelsOf(db, user).execute()).map(({ name }) => name)

describe('labels', () => {
  test('are kept in the order in which they were made, each person’s by themselves', async () => {
    for (const name of ['phone', 'errand', 'waiting']) await labelled(name)
    await labelled('phone', eve)
    expect(await names()).toEqual(['phone', 'errand', 'waiting'])
    expect(await names(eve)).toEqual(['phone'])
  })

  for (const [first, second] of [
    ['phone', 'phone'],
    ['phone', 'Phone'],
    ['Épicerie', 'epicerie'],
    ['at  home', 'At home'],
  ] as const) {
    test(`“${second}” is “${first}”`, async () => {
      await labelled(first)
      expect(await reasonOf(labelled(second))).toBe('conflict')
      const other = await labelled('other')
      expect(await reasonOf(editLabel(db, ana, other, { name: second }, asked))).toBe('conflict')
      expect(await names()).toEqual([first, 'other'])
    })
  }

  test('of two neighbours that change places the one is written that was moved', async () => {
    const [, errand, waiting] = [await labelled('phone'), await labelled('errand'), await labelled('waiting')]
    const touched = async (op: string) => (await changesOf(db, ana, op)).map(({ id }) => id)
    const up = await moveLabel(db, ana, waiting, { side: 'before', other: errand }, asked)
    expect(await touched(up.op)).toEqual([waiting])
    const again = await moveLabel(db, ana, waiting, { side: 'before', other: errand }, asked)
    expect(await touched(again.op)).toEqual([])
    const down = await moveLabel(db, ana, waiting, { side: 'after', other: errand }, asked)
    expect(await touched(down.op)).toEqual([waiting])
  })

  test('stand where they are put, and go back by Undo', async () => {
    const [phone, errand, waiting] = [await labelled('phone'), await labelled('errand'), await labelled('waiting')]
    const { op } = await moveLabel(db, ana, waiting, { side: 'before', other: phone }, asked)
    expect(await names()).toEqual(['waiting', 'phone', 'errand'])
    await undo(db, ana, op, asked)
    expect(await names()).toEqual(['phone', 'errand', 'waiting'])
    await moveLabel(db, ana, phone, { side: 'after', other: errand }, asked)
    expect(await names()).toEqual(['errand', 'phone', 'waiting'])
    await deleteLabel(db, ana, errand, asked)
    const hers = await labelled('phone', eve)
    for (const other of [errand, hers]) {
      expect(await reasonOf(moveLabel(db, ana, phone, { side: 'before', other }, asked))).toBe('not-found')
    }
    expect(await reasonOf(moveLabel(db, ana, hers, { side: 'before', other: phone }, asked))).toBe('not-found')
  })

  test('a name is free again when its label is gone, and a label may be spelt anew', async () => {
    const phone = await labelled('phone')
    await editLabel(db, ana, phone, { name: 'Phone', color: 'red' }, asked)
    expect(await names()).toEqual(['Phone'])
    await deleteLabel(db, ana, phone, asked)
    await deleteLabel(db, ana, phone, asked)
    expect(await reasonOf(editLabel(db, ana, phone, { color: 'blue' }, asked))).toBe('not-found')
    await labelled('phone')
    expect(await names()).toEqual(['phone'])
  })

  test('of the same name, made by two at once, are one', async () => {
    const both = await Promise.allSettled([labelled('phone'), labelled('Phone')])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('the same id and fields are one label, somebody else’s id is refused', async () => {
    const id = newId()
    const first = await addLabel(db, ana, { name: 'phone', color: '', id }, asked)
    expect(await addLabel(db, ana, { name: 'phone', color: '', id }, asked)).toEqual(first)
    expect(await reasonOf(addLabel(db, eve, { name: 'phone', color: '', id }, asked))).toBe('conflict')
    for (const work of [() => editLabel(db, eve, id, { name: 'mine' }, asked), () => deleteLabel(db, eve, id, asked)]) {
      expect(await reasonOf(work())).toBe('not-found')
    }
    expect(await names()).toEqual(['phone'])
  })

  test('count the open tasks that have them, wherever their owner may look', async () => {
    const phone = await labelled('phone')
    const work = await listNamed(db, ana, 'Work')
    const theirs = await listNamed(db, eve, 'Theirs')
    await share(db, theirs, ana)
    const put = async (list: string) => {
      const { task } = await addTask(db, ana, { title: 'Call', list }, asked)
      if (!task) throw new Error('It was not added.')
      for (const label of [phone, '@phone']) await editTask(db, ana, task.id, { label: [label] }, {}, asked)
      return task
    }
    const [one, two, three] = [await put(work), await put(work), await put(theirs)]
    const count = async () => (await countsByLabel(db, ana)).get(phone) ?? 0
    expect(await count()).toBe(3)
    await completeTask(db, ana, one.id, asked)
    expect(await count()).toBe(2)
    await reopenTask(db, ana, one.id, asked)
    await editTask(db, ana, two.id, { label: [] }, {}, asked)
    expect(await count()).toBe(2)
    // What Ana may no longer see is not counted.
    await db.deleteFrom('list_members').where('list_id', '=', theirs).where('user_id', '=', ana.id).execute()
    expect(await count()).toBe(1)
    await write(db, ana, work, 'lists', work, { archived_at: asked.now.toISOString() })
    expect([await count(), three.list_id]).toEqual([0, theirs])
  })
})

describe('a label that was deleted is on no task any more', () => {
  const fifty = Array.from({ length: 50 }, (_, i) => `label ${i}`)
  const milk = async () => (await addTask(db, ana, { title: 'Milk' }, asked)).task?.id ?? ''
  const titles = async (text: string) =>
    (await search(db, ana, { text }, NOON)).open?.rows.map(({ title }) => title) ?? []
  const giveAll = (id: string) => editTask(db, ana, id, { label: fifty }, { label: [] }, asked)
  const deleteAll = async () => {
    for (const { id } of await labelsOf(db, ana).execute()) await deleteLabel(db, ana, id, asked)
  }

  test('for “no label”, until the label comes back', async () => {
    const id = await milk()
    const phone = await labelled('phone')
    await editTask(db, ana, id, { label: [phone] }, { label: [] }, asked)
    expect(await titles('no label')).toEqual([])
    const { op } = await deleteLabel(db, ana, phone, asked)
    expect([await titles('no label'), await titles('!no label')]).toEqual([['Milk'], []])
    await undo(db, ana, op, asked)
    expect([await titles('no label'), await titles('@phone')]).toEqual([[], ['Milk']])
  })

  test('for the number of labels that a task can have', async () => {
    const id = await milk()
    await giveAll(id)
    expect(await reasonOf(editTask(db, ana, id, { label: ['one more'] }, { label: [] }, asked))).toBe('invalid')
    await deleteAll()
    await editTask(db, ana, id, { label: ['one more'] }, { label: [] }, asked)
    expect(await titles('@"one more"')).toEqual(['Milk'])
  })

  test('for the number of labels that many tasks can have', async () => {
    const id = await milk()
    await giveAll(id)
    const more = () => changeMany(db, ana, [id], { do: 'label', label: 'one more' }, asked)
    expect(await reasonOf(more())).toBe('invalid')
    await deleteAll()
    expect((await more()).count).toBe(1)
  })

  test('labels that come back may be more than a task can have: they can be taken off one by one', async () => {
    const id = await milk()
    const phone = await labelled('phone')
    await editTask(db, ana, id, { label: [phone] }, { label: [] }, asked)
    const { op } = await deleteLabel(db, ana, phone, asked)
    const others = [...fifty.slice(1), 'one', 'two'].slice(0, 50)
    await editTask(db, ana, id, { label: others }, { label: [] }, asked)
    await undo(db, ana, op, asked)
    const on = async () => (await labelsOn(db, [id])).get(id)?.map((label) => label.name) ?? []
    expect((await on()).length).toBe(51)
    const [, first, second] = await labelsOf(db, ana).execute()
    for (const label of [first, second]) {
      await editTask(db, ana, id, { label: [] }, { label: [label?.id ?? ''] }, asked)
    }
    expect((await on()).length).toBe(49)
  })

  test('a form that was open meanwhile is saved with the label in it', async () => {
    const id = await milk()
    const phone = await labelled('phone')
    await editTask(db, ana, id, { label: [phone] }, { label: [] }, asked)
    await deleteLabel(db, ana, phone, asked)
    await editTask(db, ana, id, { label: [phone, 'errand'] }, { label: [phone] }, asked)
    expect((await labelsOn(db, [id])).get(id)?.map((label) => label.name)).toEqual(['errand'])
  })
})
