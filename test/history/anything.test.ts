import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import { journal } from '#db/journal.ts'
import { purgeTasks } from '#db/purge.ts'
import type { User } from '#db/schema.ts'
import { historyOf } from '#features/history/telling.ts'
import { redo, undo } from '#features/history/undo.ts'
import { addList } from '#features/lists/adding.ts'
import { archiveList, deleteList, editList, unarchiveList } from '#features/lists/editing.ts'
import { inboxOf, listsOf } from '#features/lists/lists.ts'
import { addSection, deleteSection, renameSection } from '#features/lists/sectioning.ts'
import { sectionsOf } from '#features/lists/sections.ts'
import { addTask } from '#features/tasks/adding.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { deleteTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { moveInto } from '#features/tasks/moving.ts'
import { asked, completionsOf, emptyHouse, NOON, person, share, stored } from '#test/tasks/household.ts'
import { expectInOrder } from './order.ts'

let db: Database
let ana: User
let ben: User
let inbox = ''
let work = ''

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  ben = await person(db, 'ben')
  inbox = (await inboxOf(db, ana)).id
  work = (await addList(db, ana, { name: 'Work', color: 'blue' }, asked)).id
  for (const list of [inbox, work]) await share(db, list, ben)
})

const add = async (title: string, wish: { parent?: string; list?: string; section?: string } = {}) =>
  (await addTask(db, ana, { title, ...wish }, asked)).task?.id ?? ''
const into = (id: string, place: Parameters<typeof moveInto>[3], user = ana) => moveInto(db, user, id, place, asked)
const outcome = async (op: string, user = ana) => {
  const undone = await undo(db, user, op, asked)
  await expectInOrder(db)
  return undone
}

describe('lists', () => {
  const names = async () => (await listsOf(db, ana).orderBy('lists.position').execute()).map(({ name }) => name)

  test('one that was made goes, one that was deleted comes back with its tasks, a new name goes', async () => {
    const made = await addList(db, ana, { name: 'Garden', color: '' }, asked)
    const seeds = await add('Seeds', { list: made.id })
    const gone = await outcome(made.op)
    expect([gone.outcome, await names()]).toEqual(['gone', ['Inbox', 'Work']])
    await outcome(gone.op)
    const named = await editList(db, ana, made.id, { name: 'Yard', color: 'green' }, asked)
    expect((await outcome(named.op)).outcome).toBe('done')
    const deleted = await deleteList(db, ana, made.id, asked)
    expect((await outcome(deleted.op)).outcome).toBe('done')
    expect(await names()).toEqual(['Inbox', 'Work', 'Garden'])
    expect(await stored(db, seeds)).toMatchObject({ list_id: made.id, deleted_at: null })
  })

  test('in a list that is deleted nothing is taken back, until the list is there again', async () => {
    const seeds = await add('Seeds', { list: work })
    const { op } = await editTask(db, ana, seeds, { title: 'Bulbs' }, {}, asked)
    const moved = await into(await add('Milk'), { list: work })
    const deleted = await deleteList(db, ana, work, asked)
    expect(await outcome(op)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'list-gone' }] })
    expect((await outcome(moved.op)).outcome).toBe('nothing')
    await outcome(deleted.op)
    expect((await outcome(op)).outcome).toBe('done')
  })

  test('nobody takes a list back that they may not change', async () => {
    const { op } = await editList(db, ana, work, { name: 'Office', color: 'blue' }, asked)
    await db.updateTable('list_members').set({ role: 'viewer' }).where('list_id', '=', work).execute()
    expect(await outcome(op)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'forbidden' }] })
  })

  test('who owned a list and now only works in it takes back what was done in it, not to it', async () => {
    const deeds = [
      () => editList(db, ana, work, { name: 'Office' }, asked),
      () => archiveList(db, ana, work, asked),
      () => unarchiveList(db, ana, work, asked),
      () => deleteList(db, ana, work, asked),
    ]
    const seeds = await add('Seeds', { list: work })
    const edited = await editTask(db, ana, seeds, { title: 'Bulbs' }, {}, asked)
    for (const deed of deeds) {
      await db.updateTable('list_members').set({ role: 'owner' }).where('list_id', '=', work).execute()
      const { op } = await deed()
      await db.updateTable('list_members').set({ role: 'editor' }).where('list_id', '=', work).execute()
      const row = () => db.selectFrom('lists').selectAll().where('id', '=', work).executeTakeFirstOrThrow()
      const before = await row()
      expect(await outcome(op)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'forbidden' }] })
      expect(await row()).toEqual(before)
      if (before.deleted_at === null) expect((await outcome(edited.op)).outcome).toMatch(/done|already/)
    }
  })
})

describe('sections', () => {
  test('one that was made goes, and what stands in it stays; with it the tasks come back', async () => {
    const made = await addSection(db, ana, work, { name: 'Later' }, asked)
    const [section = { id: '' }] = await sectionsOf(db, work)
    const call = await add('Call', { section: section.id })
    const step = await add('Find number', { parent: call })
    const gone = await outcome(made.op)
    expect(await sectionsOf(db, work)).toEqual([])
    expect([await stored(db, call), await stored(db, step)]).toMatchObject([{ section_id: null }, { section_id: null }])
    await outcome(gone.op)
    expect([await stored(db, call), await stored(db, step)]).toMatchObject([
      { section_id: section.id },
      { section_id: section.id },
    ])
    const deleted = await deleteSection(db, ana, section.id, asked)
    await outcome(deleted.op)
    expect(await stored(db, call)).toMatchObject({ section_id: section.id })
  })

  test('a task does not go back into a section that is gone', async () => {
    await addSection(db, ana, work, { name: 'Later' }, asked)
    const [section = { id: '' }] = await sectionsOf(db, work)
    const call = await add('Call', { section: section.id })
    const moved = await into(call, { list: inbox })
    await deleteSection(db, ana, section.id, asked)
    expect(await outcome(moved.op)).toMatchObject({ outcome: 'partly', kept: [{ why: 'section-gone' }] })
    expect(await stored(db, call)).toMatchObject({ list_id: work, section_id: null })
  })
})

describe('a task that went to another list', () => {
  test('goes back with all that belongs to it, also what came to it since', async () => {
    const trip = await add('Trip')
    const old = await add('Passport', { parent: trip })
    await completeTask(db, ana, old, asked)
    const { op } = await into(trip, { list: work })
    const fresh = await add('Tickets', { parent: trip })
    expect((await stored(db, fresh)).list_id).toBe(work)
    expect((await outcome(op)).outcome).toBe('done')
    for (const id of [trip, old, fresh]) expect((await stored(db, id)).list_id).toBe(inbox)
    expect((await completionsOf(db, old))[0]?.list_id).toBe(inbox)
  })

  test('is renamed back where it is now', async () => {
    const trip = await add('Trip')
    const { op } = await editTask(db, ana, trip, { title: 'Journey' }, {}, asked)
    await into(trip, { list: work }, ben)
    expect((await outcome(op)).outcome).toBe('done')
    expect(await stored(db, trip)).toMatchObject({ title: 'Trip', list_id: work })
  })

  test('stays when its person lost the list from which it came', async () => {
    const trip = (await addTask(db, ben, { title: 'Trip' }, asked)).task?.id ?? ''
    const { op } = await into(trip, { list: work }, ben)
    const bens = (await inboxOf(db, ben)).id
    await db.updateTable('list_members').set({ role: 'viewer' }).where('list_id', '=', bens).execute()
    expect(await outcome(op, ben)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'forbidden' }] })
    expect((await stored(db, trip)).list_id).toBe(work)
  })
})

describe('parts of a task', () => {
  test('an undo makes no circle', async () => {
    const [a, b] = [await add('A'), await add('B')]
    await into(a, { parent: b })
    const { op } = await into(a, { parent: null })
    await into(b, { parent: a })
    expect(await outcome(op)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'circle' }] })
  })

  test('an undo makes no fifth level', async () => {
    const top = await add('Top')
    const moved = await add('Moved', { parent: await add('Second', { parent: top }) })
    const { op } = await into(moved, { parent: null })
    await add('Deep', { parent: await add('Deeper', { parent: moved }) })
    expect(await outcome(op)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'levels' }] })
  })

  test('an undo puts nothing below a task that is deleted', async () => {
    const top = await add('Top')
    const step = await add('Step', { parent: top })
    const moved = await into(step, { parent: null })
    await deleteTask(db, ana, top, asked)
    expect(await outcome(moved.op)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'parent-gone' }] })
    const other = await add('Other')
    const below = await add('Below', { parent: other })
    const deleted = await deleteTask(db, ana, below, asked)
    await deleteTask(db, ana, other, asked)
    expect(await outcome(deleted.op)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'parent-gone' }] })
  })

  test('an undo puts nothing open below a task that is done', async () => {
    const ways: ((step: string) => Promise<{ op: string }>)[] = [
      (step) => completeTask(db, ana, step, asked),
      (step) => deleteTask(db, ana, step, asked),
      (step) => into(step, { parent: null }),
    ]
    for (const way of ways) {
      const top = await add('Top')
      const step = await add('Step', { parent: top })
      const { op } = await way(step)
      await completeTask(db, ana, top, asked)
      const { outcome: came, kept } = await outcome(op)
      expect([came, ...new Set(kept.map(({ why }) => why))]).toEqual(['nothing', 'parent-done'])
      await expectInOrder(db)
    }
  })

  test('doing again completes nothing that has an open subtask by now', async () => {
    const top = await add('Top')
    const { op } = await completeTask(db, ana, top, asked)
    await outcome(op)
    await add('Step', { parent: top })
    const { outcome: came, kept } = await redo(db, ana, op, asked)
    expect([came, ...new Set(kept.map(({ why }) => why))]).toEqual(['nothing', 'open-below'])
    await expectInOrder(db)
  })

  test('what was put below a new task goes with it, and comes back with it', async () => {
    const { op, task } = await addTask(db, ana, { title: 'Top' }, asked)
    const step = await add('Step', { parent: task?.id ?? '' })
    const gone = await outcome(op)
    expect((await stored(db, step)).deleted_at).not.toBeNull()
    await outcome(gone.op)
    expect((await stored(db, step)).deleted_at).toBeNull()
  })
})

describe('labels', () => {
  const labelsOf = async (task: string) =>
    db.selectFrom('task_labels').selectAll().where('task_id', '=', task).where('deleted_at', 'is', null).execute()

  test('a label that was put on comes off, and is not put on twice', async () => {
    const call = await add('Call')
    const put = await editTask(db, ana, call, { label: ['phone'] }, {}, asked)
    const [link = { label_id: '' }] = await labelsOf(call)
    // The label is gone, and the task, of which it is said, is not.
    expect((await outcome(put.op)).outcome).toBe('done')
    expect(await labelsOf(call)).toEqual([])
    const again = await editTask(db, ana, call, { label: ['phone'] }, {}, asked)
    const off = await editTask(db, ana, call, { label: [] }, {}, asked)
    await editTask(db, ana, call, { label: ['phone'] }, {}, asked)
    expect((await outcome(off.op)).outcome).toBe('already')
    expect(await labelsOf(call)).toHaveLength(1)
    await completeTask(db, ana, call, asked)
    await outcome(again.op)
    expect(link.label_id).not.toBe('')
  })

  test('a label does not come back under a name that another one has by now', async () => {
    const label = async (name: string) => {
      const id = newId()
      const row = { id, owner_id: ana.id, name, name_key: name, color: '', position: 'a0' }
      const at = { created_at: NOON.toISOString(), deleted_at: null }
      const act = { ...asked, lists: [], owner: ana.id }
      await journal(db, ana, { ...act, what: 'label.added' }, (write) => write.insert('labels', { ...row, ...at }))
      return { id, remove: () => journal(db, ana, { ...act, what: 'label.deleted' }, (w) => w.remove('labels', id)) }
    }
    const { op } = await (await label('phone')).remove()
    const other = await label('phone')
    expect(await outcome(op)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'name-taken' }] })
    await other.remove()
    expect((await outcome(op)).outcome).toBe('done')
  })
})

describe('what belongs together', () => {
  test('an occurrence that was completed is due again, at its time, and out of the logbook', async () => {
    const pills = await add('Pills')
    await editTask(db, ana, pills, { due_day: '2026-05-01', due_time: '09:00', recurrence: 'every day' }, {}, asked)
    const before = await stored(db, pills)
    const done = await completeTask(db, ana, pills, asked)
    expect((await stored(db, pills)).due_day).toBe('2026-05-02')
    const undone = await outcome(done.op)
    expect(await stored(db, pills)).toEqual(before)
    expect(await completionsOf(db, pills)).toEqual([])
    await outcome(undone.op)
    expect((await stored(db, pills)).due_day).toBe('2026-05-02')
    expect(await completionsOf(db, pills)).toHaveLength(1)
    await completeTask(db, ben, pills, asked)
    expect((await outcome(done.op)).outcome).toBe('nothing')
    expect(await completionsOf(db, pills)).toHaveLength(2)
  })

  test('a date goes back whole or not at all', async () => {
    const call = await add('Call')
    await editTask(db, ana, call, { due_day: '2026-05-04' }, {}, asked)
    const dated = await editTask(db, ana, call, { due_day: '2026-05-05', due_time: '10:00', title: 'Ring' }, {}, asked)
    await editTask(db, ben, call, { due_time: '11:00' }, {}, asked)
    expect(await outcome(dated.op)).toMatchObject({ outcome: 'partly', kept: [{ why: 'changed' }] })
    expect(await stored(db, call)).toMatchObject({ title: 'Call', due_day: '2026-05-05', due_time: '11:00' })
    const day = await editTask(db, ana, call, { due_day: '2026-05-06' }, {}, asked)
    await editTask(db, ben, call, { due_zone: 'Europe/Berlin' }, {}, asked)
    expect((await outcome(day.op)).outcome).toBe('nothing')
  })

  test('a field that two people wrote keeps the later value, and the other stands in the journal', async () => {
    const milk = await add('Milk')
    const [mine, theirs] = [{ title: 'Oat milk' }, { title: 'Soy milk', notes: 'Two' }]
    await editTask(db, ana, milk, mine, { title: 'Milk', notes: '' }, asked)
    const bens = await editTask(db, ben, milk, theirs, { title: 'Milk', notes: '' }, asked)
    expect(await stored(db, milk)).toMatchObject(theirs)
    await outcome(bens.op, ben)
    expect(await stored(db, milk)).toMatchObject({ title: 'Oat milk', notes: '' })
  })
})

describe('a task and a section with one id, which the device that added them chose', () => {
  let twin = ''
  beforeEach(async () => {
    twin = newId()
    await addSection(db, ana, work, { name: 'Later', id: twin }, asked)
    await addTask(db, ana, { title: 'Seeds', id: twin, list: work, section: twin }, asked)
  })
  const section = () => db.selectFrom('sections').selectAll().where('id', '=', twin).executeTakeFirstOrThrow()

  test('are both brought back by the undo of what was done to both, and gone again by its redo', async () => {
    const before = [await section(), await stored(db, twin)]
    const { op } = await deleteSection(db, ana, twin, asked)
    const after = [await section(), await stored(db, twin)]
    const undone = await outcome(op)
    expect(undone.outcome).toBe('done')
    expect([await section(), await stored(db, twin)]).toEqual(before)
    expect((await outcome(undone.op)).outcome).toBe('done')
    expect([await section(), await stored(db, twin)]).toEqual(after)
  })

  test('have each a history of its own, which is not gone with the other', async () => {
    await renameSection(db, ana, twin, 'Some day', asked)
    expect((await historyOf(db, ana, twin)).told.map(({ what }) => what)).toEqual(['task.added'])
    const { op } = await renameSection(db, ana, twin, 'Never', asked)
    await deleteTask(db, ana, twin, asked)
    await purgeTasks(db, { until: NOON.toISOString(), lists: [work] })
    expect((await outcome(op)).outcome).toBe('done')
    expect((await section()).name).toBe('Some day')
  })
})
