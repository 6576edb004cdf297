import { beforeAll, beforeEach, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { undo } from '#features/history/undo.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { completeTask, reopenTask } from '#features/tasks/completing.ts'
import { deleteTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { addAll, asked, completionsOf, emptyHouse, inboxTitles, person, reasonOf, share, stored } from './household.ts'

let db: Database
let ana: User
let ben: User

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  ben = await person(db, 'ben')
  await share(db, (await inboxOf(db, ana)).id, ben)
})

test('undo takes a task back to what it was, undoing that takes it forth again', async () => {
  const [milk = ''] = await addAll(db, ana, 'Milk', 'Bread')
  const edited = await editTask(db, ana, milk, { title: 'Tea', notes: 'Green' }, {}, asked)
  const undone = await undo(db, ana, edited.op, asked)
  expect(undone.outcome).toBe('done')
  expect(await stored(db, milk)).toMatchObject({ title: 'Milk', notes: '' })
  await undo(db, ana, undone.op, asked)
  expect(await stored(db, milk)).toMatchObject({ title: 'Tea', notes: 'Green' })
  const op = await db.selectFrom('ops').selectAll().where('op_id', '=', undone.op).executeTakeFirstOrThrow()
  expect(op).toMatchObject({ what: 'undo', undoes: edited.op })
})

test('what somebody else changed meanwhile stays', async () => {
  const [milk = ''] = await addAll(db, ana, 'Milk')
  const edited = await editTask(db, ana, milk, { title: 'Tea', notes: 'Green' }, {}, asked)
  await editTask(db, ben, milk, { title: 'Coffee' }, {}, asked)
  expect((await undo(db, ana, edited.op, asked)).outcome).toBe('partly')
  expect(await stored(db, milk)).toMatchObject({ title: 'Coffee', notes: '' })
  await editTask(db, ben, milk, { notes: 'Black' }, {}, asked)
  expect((await undo(db, ana, edited.op, asked)).outcome).toBe('nothing')
  expect(await stored(db, milk)).toMatchObject({ title: 'Coffee', notes: 'Black' })
})

test('a task that was added goes, with what was written into it since, and comes back with it', async () => {
  const { op, task } = await addTask(db, ana, { title: 'Milk' }, asked)
  const id = task?.id ?? ''
  await editTask(db, ben, id, { notes: 'Two bottles' }, {}, asked)
  const undone = await undo(db, ana, op, asked)
  expect(undone.outcome).toBe('gone')
  expect(await inboxTitles(db, ana)).toEqual([])
  await undo(db, ana, undone.op, asked)
  expect(await inboxTitles(db, ana)).toEqual(['Milk'])
  expect((await stored(db, id)).notes).toBe('Two bottles')
})

test('a completion is taken back whole or not at all', async () => {
  const [milk = ''] = await addAll(db, ana, 'Milk')
  const first = await completeTask(db, ana, milk, asked)
  const reopened = await reopenTask(db, ben, milk, asked)
  const second = await completeTask(db, ana, milk, asked)
  // All in one millisecond, so the fields look alike; the logbook knows which completion it is.
  expect((await undo(db, ana, first.op, asked)).outcome).toBe('partly')
  expect((await undo(db, ben, reopened.op, asked)).outcome).toBe('partly')
  expect(await completionsOf(db, milk)).toHaveLength(1)
  expect((await stored(db, milk)).completed_at).not.toBeNull()
  expect((await undo(db, ana, second.op, asked)).outcome).toBe('done')
  expect(await completionsOf(db, milk)).toEqual([])
  expect(await inboxTitles(db, ana)).toEqual(['Milk'])
})

test('an undo may be asked for twice: under one key it is one, under two the second finds nothing to do', async () => {
  const [milk = ''] = await addAll(db, ana, 'Milk')
  const { op } = await deleteTask(db, ana, milk, asked)
  const key = { ...asked, op: newId(), request: 'undo' }
  const first = await undo(db, ana, op, key)
  expect(await undo(db, ana, op, key)).toEqual(first)
  expect((await undo(db, ana, op, asked)).outcome).toBe('already')
  expect(await inboxTitles(db, ana)).toEqual(['Milk'])
  const other = await deleteTask(db, ana, milk, asked)
  expect(
    await reasonOf(undo(db, ana, other.op, key).then(() => undo(db, ana, other.op, { ...key, request: 'x' }))),
  ).toBe('invalid')
})

test('a viewer undoes nothing any more', async () => {
  const [milk = ''] = await addAll(db, ana, 'Milk')
  const { op } = await editTask(db, ben, milk, { title: 'Tea' }, {}, asked)
  await db
    .updateTable('list_members')
    .set({ role: 'viewer' })
    .where('user_id', '=', ben.id)
    .where('role', '=', 'editor')
    .execute()
  expect((await undo(db, ben, op, asked)).outcome).toBe('nothing')
  expect((await stored(db, milk)).title).toBe('Tea')
})

test('what is not theirs, or nothing, cannot be undone', async () => {
  const [milk = ''] = await addAll(db, ana, 'Milk')
  const { op } = await editTask(db, ana, milk, { title: 'Tea' }, {}, asked)
  for (const odd of [op, newId(), '', 'x\0']) expect(await reasonOf(undo(db, ben, odd, asked))).toBe('not-found')
})
