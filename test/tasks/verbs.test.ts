import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { cancelTask, completeTask, reopenTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { moveInto, moveTask } from '#features/tasks/moving.ts'
import {
  addAll,
  asked,
  completionsOf,
  emptyHouse,
  inboxTitles,
  NOON,
  person,
  reasonOf,
  share,
  stored,
} from './household.ts'

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

describe('adding', () => {
  test('a new task stands first', async () => {
    await addAll(db, ana, 'Milk', 'Bread')
    await addTask(db, ana, { title: 'Tea' }, asked)
    expect(await inboxTitles(db, ana)).toEqual(['Tea', 'Milk', 'Bread'])
    expect(await inboxTitles(db, ben)).toEqual([])
  })

  test('the same id with the same title is one task, with another title it is another', async () => {
    const id = newId()
    const first = await addTask(db, ana, { title: 'Milk', id }, asked)
    const again = await addTask(db, ana, { title: 'Milk', id }, asked)
    expect([again.task?.id, again.op]).toEqual([id, first.op])
    await editTask(db, ana, id, { title: 'Oat milk' }, {}, asked)
    expect((await addTask(db, ana, { title: 'Milk', id }, asked)).task?.title).toBe('Oat milk')
    const other = await addTask(db, ana, { title: 'Bread', id }, asked)
    expect(other.task?.id).not.toBe(id)
    expect(await inboxTitles(db, ana)).toEqual(['Bread', 'Oat milk'])
  })

  test('somebody else’s id is refused, also while they are at it', async () => {
    const id = newId()
    const both = await Promise.allSettled([
      addTask(db, ana, { title: 'Milk', id }, asked),
      addTask(db, eve, { title: 'Milk', id }, asked),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const [owner, other] = (await stored(db, id)).created_by === ana.id ? [ana, eve] : [eve, ana]
    expect(await reasonOf(addTask(db, other, { title: 'Bread', id }, asked))).toBe('conflict')
    expect(await inboxTitles(db, other)).toEqual([])
    expect(await inboxTitles(db, owner)).toEqual(['Milk'])
  })

  test('a repeat under the same key answers with what is there now', async () => {
    const key = withKey()
    const first = await addTask(db, ana, { title: 'Milk' }, key)
    await completeTask(db, ana, first.task?.id ?? '', asked)
    const again = await addTask(db, ana, { title: 'Milk' }, key)
    expect([again.op, again.task?.id]).toEqual([first.op, first.task?.id])
    expect(again.task?.completed_at).not.toBeNull()
    expect(await reasonOf(addTask(db, ana, { title: 'Bread' }, { ...key, request: 'two' }))).toBe('invalid')
    // Keys are everybody's own.
    expect((await addTask(db, ben, { title: 'Tea' }, { ...key, request: 'three' })).task?.title).toBe('Tea')
  })

  test('fifty at once are fifty', async () => {
    const titles = Array.from({ length: 50 }, (_, i) => `Task ${i}`)
    await Promise.all(titles.map((title) => addTask(db, ana, { title }, asked)))
    expect((await inboxTitles(db, ana)).toSorted()).toEqual(titles.toSorted())
    const positions = await db.selectFrom('tasks').select('position').where('created_by', '=', ana.id).execute()
    expect(new Set(positions.map(({ position }) => position)).size).toBe(50)
  })
})

describe('completing', () => {
  test('twenty completions in one moment are one', async () => {
    const [milk = ''] = await addAll(db, ana, 'Milk')
    const all = await Promise.all(Array.from({ length: 20 }, () => completeTask(db, ana, milk, asked)))
    expect(new Set(all.map(({ op }) => op)).size).toBe(1)
    expect(await completionsOf(db, milk)).toHaveLength(1)
    expect(await inboxTitles(db, ana)).toEqual([])
  })

  test('reopened it stands where it stood, and the logbook forgets it', async () => {
    const [, bread = ''] = await addAll(db, ana, 'Milk', 'Bread', 'Tea')
    await completeTask(db, ana, bread, asked)
    expect(await inboxTitles(db, ana)).toEqual(['Milk', 'Tea'])
    await reopenTask(db, ana, bread, asked)
    await reopenTask(db, ana, bread, asked)
    expect(await inboxTitles(db, ana)).toEqual(['Milk', 'Bread', 'Tea'])
    expect(await completionsOf(db, bread)).toEqual([])
    await completeTask(db, ana, bread, asked)
    expect(await completionsOf(db, bread)).toHaveLength(1)
  })

  test('the logbook says who completed what, and when', async () => {
    const [milk = ''] = await addAll(db, ana, 'Milk')
    await share(db, (await inboxOf(db, ana)).id, ben)
    await completeTask(db, ben, milk, asked)
    expect((await completionsOf(db, milk))[0]).toMatchObject({
      user_id: ben.id,
      title: 'Milk',
      completed_at: NOON.toISOString(),
      kind: 'done',
    })
  })
})

describe('editing', () => {
  test('only what somebody changed is written', async () => {
    const [milk = ''] = await addAll(db, ana, 'Milk')
    await editTask(db, ana, milk, { title: 'Milk', notes: 'The grey one' }, { title: 'Milk', notes: '' }, asked)
    // Ben had the page before him since before Ana wrote her notes.
    await editTask(db, ana, milk, { title: 'Oat milk', notes: '' }, { title: 'Milk', notes: '' }, asked)
    expect(await stored(db, milk)).toMatchObject({ title: 'Oat milk', notes: 'The grey one' })
  })

  test('for one field the last writer wins', async () => {
    const [milk = ''] = await addAll(db, ana, 'Milk')
    await editTask(db, ana, milk, { title: 'Oat milk' }, { title: 'Milk' }, asked)
    await editTask(db, ana, milk, { title: 'Soy milk' }, { title: 'Milk' }, asked)
    expect((await stored(db, milk)).title).toBe('Soy milk')
  })

  test('what changes nothing leaves nothing in the journal', async () => {
    const [milk = ''] = await addAll(db, ana, 'Milk')
    const { op } = await editTask(db, ana, milk, { title: 'Milk' }, {}, asked)
    expect(await db.selectFrom('changes').selectAll().where('op_id', '=', op).execute()).toEqual([])
  })
})

describe('deleting', () => {
  test('the task is gone for every verb, and a repeat of the deletion is none', async () => {
    const [milk = ''] = await addAll(db, ana, 'Milk')
    const key = withKey()
    const { op } = await deleteTask(db, ana, milk, key)
    expect(await deleteTask(db, ana, milk, key)).toEqual({ op, task: undefined })
    expect(await deleteTask(db, ana, milk, asked)).toEqual({ op, task: undefined })
    for (const verb of [completeTask, reopenTask]) {
      expect(await reasonOf(verb(db, ana, milk, asked))).toBe('not-found')
    }
    expect(await reasonOf(editTask(db, ana, milk, { title: 'Tea' }, {}, asked))).toBe('not-found')
    // A refused change leaves no trace, so the same key may be used for it later.
    const refused = withKey()
    expect(await reasonOf(completeTask(db, ana, milk, refused))).toBe('not-found')
    expect(await db.selectFrom('ops').selectAll().where('op_id', '=', refused.op).execute()).toEqual([])
  })
})

describe('moving', () => {
  test('before and after, to both ends and in between', async () => {
    const [a = '', b = '', c = '', d = ''] = await addAll(db, ana, 'A', 'B', 'C', 'D')
    await moveTask(db, ana, d, { side: 'before', other: a }, asked)
    expect(await inboxTitles(db, ana)).toEqual(['D', 'A', 'B', 'C'])
    await moveTask(db, ana, d, { side: 'after', other: c }, asked)
    expect(await inboxTitles(db, ana)).toEqual(['A', 'B', 'C', 'D'])
    await moveTask(db, ana, a, { side: 'after', other: b }, asked)
    expect(await inboxTitles(db, ana)).toEqual(['B', 'A', 'C', 'D'])
    await moveTask(db, ana, b, { side: 'before', other: b }, asked)
    await moveTask(db, ana, b, { side: 'before', other: a }, asked)
    expect(await inboxTitles(db, ana)).toEqual(['B', 'A', 'C', 'D'])
  })

  test('tasks that share a position can be told apart', async () => {
    const [a = '', b = '', c = '', d = '', e = ''] = await addAll(db, ana, 'A', 'B', 'C', 'D', 'E')
    const { position } = await stored(db, b)
    await db.updateTable('tasks').set({ position }).where('id', 'in', [b, c, d]).execute()
    const order = await inboxTitles(db, ana)
    await moveTask(db, ana, e, { side: 'after', other: b }, asked)
    const next = order.filter((title) => title !== 'E')
    next.splice(next.indexOf('B') + 1, 0, 'E')
    expect(await inboxTitles(db, ana)).toEqual(next)
    await moveTask(db, ana, a, { side: 'before', other: d }, asked)
    const then = next.filter((title) => title !== 'A')
    then.splice(then.indexOf('D'), 0, 'A')
    expect(await inboxTitles(db, ana)).toEqual(then)
  })

  test('beside a task of another list it goes to that list, if it may be changed', async () => {
    const [milk = ''] = await addAll(db, ana, 'Milk')
    const [bread = ''] = await addAll(db, ben, 'Bread')
    const { id } = await inboxOf(db, ben)
    await share(db, id, ana, 'viewer')
    expect(await reasonOf(moveTask(db, ana, milk, { side: 'before', other: bread }, asked))).toBe('forbidden')
    await db.updateTable('list_members').set({ role: 'editor' }).where('user_id', '=', ana.id).execute()
    await moveTask(db, ana, milk, { side: 'before', other: bread }, asked)
    expect(await inboxTitles(db, ben)).toEqual(['Milk', 'Bread'])
    expect(await inboxTitles(db, ana)).toEqual([])
  })
})

describe('who may do what', () => {
  const verbs = {
    complete: (user: User, id: string, _other: string) => completeTask(db, user, id, asked),
    cancel: (user: User, id: string, _other: string) => cancelTask(db, user, id, asked),
    reopen: (user: User, id: string, _other: string) => reopenTask(db, user, id, asked),
    restore: (user: User, id: string, _other: string) => restoreTask(db, user, id, asked),
    delete: (user: User, id: string, _other: string) => deleteTask(db, user, id, asked),
    edit: (user: User, id: string, _other: string) => editTask(db, user, id, { title: 'Mine' }, {}, asked),
    under: (user: User, id: string, _other: string) => moveInto(db, user, id, { parent: null }, asked),
    move: (user: User, id: string, other: string) => moveTask(db, user, id, { side: 'before', other }, asked),
  }

  for (const [name, verb] of Object.entries(verbs)) {
    test(`${name}: for a stranger the task does not exist, a viewer is told, an editor may`, async () => {
      const [other = '', milk = ''] = await addAll(db, ana, 'Bread', 'Milk')
      const [evesOwn = ''] = await addAll(db, eve, 'Tea')
      const before = await stored(db, milk)
      expect(await reasonOf(verb(eve, milk, other))).toBe('not-found')
      expect(await reasonOf(verb(eve, milk, evesOwn))).toBe('not-found')
      const { id } = await inboxOf(db, ana)
      await share(db, id, ben, 'viewer')
      expect(await reasonOf(verb(ben, milk, other))).toBe('forbidden')
      expect(await stored(db, milk)).toEqual(before)
      await db.updateTable('list_members').set({ role: 'editor' }).where('user_id', '=', ben.id).execute()
      expect(await reasonOf(verb(ben, milk, other))).toBe('it was done')
      await db.updateTable('lists').set({ deleted_at: NOON.toISOString() }).where('id', '=', id).execute()
      expect(await reasonOf(verb(ben, milk, other))).toBe('not-found')
    })
  }

  test('a stranger cannot stand their task beside one that they may not see', async () => {
    const [milk = ''] = await addAll(db, ana, 'Milk')
    const [tea = ''] = await addAll(db, eve, 'Tea')
    expect(await reasonOf(moveTask(db, eve, tea, { side: 'after', other: milk }, asked))).toBe('not-found')
    expect(await reasonOf(moveTask(db, eve, tea, { side: 'after', other: newId() }, asked))).toBe('not-found')
    expect(await reasonOf(moveTask(db, eve, tea, { side: 'after', other: 'x\0' }, asked))).toBe('not-found')
  })
})
