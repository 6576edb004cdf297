import { beforeAll, beforeEach, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { redo, type Undone, undo, undoLast } from '#features/history/undo.ts'
import { addList } from '#features/lists/adding.ts'
import { deleteList } from '#features/lists/editing.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { moveInto } from '#features/tasks/moving.ts'
import { listBy, taskBy } from '#test/lists/asking.ts'
import { toasts } from '#test/tasks/asking.ts'
import { asked, completionsOf, emptyHouse, person, share, stored } from '#test/tasks/household.ts'
import { world } from '#test/world.ts'
import { expectInOrder } from './order.ts'

// A subtask went from the Inbox to one list, and its task to another: undone, the subtask belongs into the other.
let db: Database
let ana: User
let ben: User
let [inbox, near, far] = ['', '', '']
let [trip, passport, photo] = ['', '', '']
let moved = ''

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  ben = await person(db, 'ben')
  inbox = (await inboxOf(db, ana)).id
  near = (await addList(db, ana, { name: 'Near', color: '' }, asked)).id
  far = (await addList(db, ben, { name: 'Far', color: '' }, asked)).id
  await share(db, far, ana)
  await share(db, inbox, ben)
  trip = await add('Trip')
  passport = await add('Passport', trip)
  photo = await add('Photo', passport)
  await completeTask(db, ana, photo, asked)
  moved = (await moveInto(db, ana, passport, { list: near }, asked)).op
})

const add = async (title: string, parent?: string) => (await addTask(db, ana, { title, parent }, asked)).task?.id ?? ''

const inOrder = async (undoing: Promise<Undone | undefined>) => {
  const undone = await undoing
  await expectInOrder(db)
  return undone
}

test('it goes where its task is now, with all that is below it and what the logbook says', async () => {
  await moveInto(db, ana, trip, { list: far }, asked)
  expect(await inOrder(undo(db, ana, moved, asked))).toMatchObject({ outcome: 'done', kept: [] })
  for (const id of [passport, photo]) expect((await stored(db, id)).list_id).toBe(far)
  expect((await stored(db, passport)).parent_id).toBe(trip)
  expect((await completionsOf(db, photo))[0]?.list_id).toBe(far)
  await inOrder(redo(db, ana, moved, asked))
  expect(await stored(db, passport)).toMatchObject({ list_id: near, parent_id: null })
})

test('going back step by step passes it too when somebody else moved the task', async () => {
  await moveInto(db, ben, trip, { list: far }, asked)
  expect((await inOrder(undoLast(db, ana, asked)))?.outcome).toBe('done')
  expect((await stored(db, passport)).list_id).toBe(far)
  expect((await inOrder(undoLast(db, ana, asked)))?.outcome).toBe('done')
  expect((await stored(db, photo)).completed_at).toBeNull()
})

test('it stays where it is when its person may not write there, does not belong there, or the list is deleted', async () => {
  const ways: [why: string, (list: string) => Promise<unknown>][] = [
    ['forbidden', (list) => share(db, list, ana, 'viewer')],
    ['forbidden', async () => undefined],
    ['list-gone', async (list) => [await share(db, list, ana), await deleteList(db, ben, list, asked)]],
  ]
  for (const [why, happens] of ways) {
    const list = (await addList(db, ben, { name: 'Private', color: '' }, asked)).id
    await moveInto(db, ben, trip, { list }, asked)
    await happens(list)
    expect(await inOrder(undo(db, ana, moved, asked))).toMatchObject({
      outcome: 'nothing',
      kept: [{ why }, { why }],
    })
    expect(await stored(db, passport)).toMatchObject({ list_id: near, parent_id: null })
    await db.updateTable('lists').set({ deleted_at: null }).where('id', '=', list).execute()
    await moveInto(db, ben, trip, { list: inbox }, asked)
  }
})

test('its message is answered, however often it is sent', async () => {
  const site = await world()
  const tab = await site.loggedIn('ana')
  const [home, work] = [await listBy(tab, 'Home'), await listBy(tab, 'Work')]
  const parent = await taskBy(tab, 'Parent')
  const child = await taskBy(tab, 'Child', { parent })
  const op = newId()
  await tab.post(`/tasks/${child}/move`, { list: home, op }, { from: '/' })
  await tab.post(`/tasks/${parent}/move`, { list: work }, { from: '/' })
  await tab.page('/')
  for (const said of ['Undone: “Child” is as it was', 'Nothing was undone: “Child” was changed again']) {
    expect((await tab.post(`/undo/${op}`, {}, { from: '/' })).status).toBe(303)
    expect(toasts(await tab.page('/'))[0]).toStartWith(said)
  }
  expect((await stored(site.db, child)).list_id).toBe(work)
})
