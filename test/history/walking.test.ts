import { beforeAll, beforeEach, expect, test } from 'bun:test'
import { type RawBuilder, sql } from 'kysely'
import { type Database, newId } from '#db/db.ts'
import { walking } from '#db/migrations/0005-walking.ts'
import { lastStanding, lastUndone } from '#db/ops.ts'
import { purgeTasks } from '#db/purge.ts'
import type { User } from '#db/schema.ts'
import { redo, redoLast, undo, undoLast } from '#features/history/undo.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { completeTask } from '#features/tasks/completing.ts'
import { deleteTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { testKind } from '#test/databases.ts'
import { addAll, asked, emptyHouse, inboxTitles, person, reasonOf, share, stored } from '#test/tasks/household.ts'

let db: Database
let ana: User
let eve: User
let milk = ''

beforeAll(async () => {
  db = await emptyHouse()
})

beforeEach(async () => {
  ana = await person(db, 'ana')
  eve = await person(db, 'eve')
  milk = (await addAll(db, ana, 'Milk'))[0] ?? ''
})

const rename = (title: string, user = ana) => editTask(db, user, milk, { title }, {}, asked)
const title = async () => (await stored(db, milk)).title
const back = async (user = ana) => (await undoLast(db, user, asked))?.outcome
const forth = async (user = ana) => (await redoLast(db, user, asked))?.outcome

test('undo goes back step by step, redo forth again, in the order in which things were done', async () => {
  for (const name of ['One', 'Two', 'Three']) await rename(name)
  const seen: string[] = []
  for (const step of [back, back, forth, back, back, forth, forth, forth]) {
    await step()
    seen.push(await title())
  }
  expect(seen).toEqual(['Two', 'One', 'Two', 'One', 'Milk', 'One', 'Two', 'Three'])
  expect(await forth()).toBeUndefined()
})

test('at the beginning there is nothing to undo', async () => {
  expect(await back()).toBe('gone')
  expect(await inboxTitles(db, ana)).toEqual([])
  expect(await back()).toBeUndefined()
  expect(await back(eve)).toBeUndefined()
  expect(await forth()).toBe('done')
  expect(await inboxTitles(db, ana)).toEqual(['Milk'])
})

test('something new ends what could be redone, for good', async () => {
  await rename('One')
  await rename('Two')
  await back()
  await rename('Three')
  expect(await forth()).toBeUndefined()
  await back()
  expect(await title()).toBe('One')
  await forth()
  expect(await title()).toBe('Three')
  expect(await forth()).toBeUndefined()
})

test('what changed nothing is no step', async () => {
  await completeTask(db, ana, milk, asked)
  await completeTask(db, ana, milk, asked)
  await rename('Milk')
  expect(await back()).toBe('done')
  expect(await inboxTitles(db, ana)).toEqual(['Milk'])
  // It does not end what could be redone either.
  await rename('Milk')
  expect(await forth()).toBe('done')
  expect(await inboxTitles(db, ana)).toEqual([])
})

test('under one key one step is taken, however often it is asked for', async () => {
  await rename('One')
  await rename('Two')
  const key = { ...asked, op: newId(), request: 'undo' }
  const first = await undoLast(db, ana, key)
  expect(await undoLast(db, ana, key)).toEqual(first)
  expect(await title()).toBe('One')
  const again = { ...asked, op: newId(), request: 'redo' }
  const redone = await redoLast(db, ana, again)
  expect(redone?.outcome).toBe('done')
  expect(await redoLast(db, ana, again)).toEqual(redone)
  expect(await title()).toBe('Two')
})

test('a redo by its op may be asked for twice under one key', async () => {
  const { op } = await rename('One')
  await undo(db, ana, op, asked)
  const key = { ...asked, op: newId(), request: 'redo' }
  const first = await redo(db, ana, op, key)
  expect(first.outcome).toBe('done')
  expect(await redo(db, ana, op, key)).toEqual(first)
})

test('what is deleted for good is said to be', async () => {
  const { op } = await deleteTask(db, ana, milk, asked)
  await purgeTasks(db, { until: '2027-01-01', lists: [(await inboxOf(db, ana)).id] })
  expect(await undo(db, ana, op, asked)).toMatchObject({ outcome: 'nothing', kept: [{ why: 'purged' }] })
})

test('acts from before there were turns are steps too, but for those that were undone', async () => {
  await rename('One')
  const two = await rename('Two')
  await undo(db, ana, two.op, asked)
  await rename('One')
  const columns = { turn: null, stands: null, act_id: null, undone_by: null, undone_turn: null }
  await db.updateTable('ops').set(columns).where('user_id', '=', ana.id).execute()
  // Of the migration only what it does to the rows that are there.
  const isUpdate = (statement: { compile(db: Database): { sql: string } }) =>
    statement.compile(db).sql.startsWith('update')
  const run = async (statement: RawBuilder<unknown>) => (isUpdate(statement) ? statement.execute(db) : undefined)
  await walking.up(run, { key: sql`text`, text: sql`text`, kind: testKind }, db as never)
  expect(await back()).toBe('done')
  expect(await title()).toBe('Milk')
  expect(await back()).toBe('gone')
})

test('many who press it in one moment take as many steps, each once', async () => {
  for (let i = 1; i <= 20; i++) await rename(`T${i}`)
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => back()))
  expect(outcomes).toEqual(Array(12).fill('done'))
  expect(await title()).toBe('T8')
  await Promise.all(Array.from({ length: 7 }, () => forth()))
  expect(await title()).toBe('T15')
})

test('the same undo, fifty times in one moment, is one undo', async () => {
  const { op } = await rename('Tea')
  const outcomes = await Promise.all(Array.from({ length: 50 }, async () => (await undo(db, ana, op, asked)).outcome))
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'already')).toHaveLength(49)
  expect(await title()).toBe('Milk')
})

test('an undo by its button is a step like any other', async () => {
  const one = await rename('One')
  await editTask(db, ana, milk, { notes: 'Two bottles' }, {}, asked)
  await undo(db, ana, one.op, asked)
  expect(await stored(db, milk)).toMatchObject({ title: 'Milk', notes: 'Two bottles' })
  await forth()
  expect(await title()).toBe('One')
  await back()
  expect(await stored(db, milk)).toMatchObject({ title: 'One', notes: '' })
})

test('an op is redone by its own id and by that of its undo', async () => {
  const one = await rename('One')
  expect((await redo(db, ana, one.op, asked)).outcome).toBe('already')
  const undone = await undo(db, ana, one.op, asked)
  expect((await redo(db, ana, one.op, asked)).outcome).toBe('done')
  expect(await title()).toBe('One')
  expect((await redo(db, ana, undone.op, asked)).outcome).toBe('already')
  await undo(db, ana, one.op, asked)
  expect(await title()).toBe('Milk')
})

test('somebody else walks along their own steps', async () => {
  await share(db, (await inboxOf(db, ana)).id, eve)
  await rename('Tea', eve)
  const { op } = await deleteTask(db, ana, milk, asked)
  expect(await back(eve)).toBe('done')
  expect((await stored(db, milk)).deleted_at).not.toBeNull()
  await back()
  expect(await inboxTitles(db, ana)).toEqual(['Milk'])
  for (const odd of [op, newId(), '', 'x\0']) expect(await reasonOf(redo(db, eve, odd, asked))).toBe('not-found')
})

test('what can only be taken back in part is a step too, so that nobody is stuck', async () => {
  await share(db, (await inboxOf(db, ana)).id, eve)
  const { task } = await addTask(db, ana, { title: 'Bread' }, asked)
  await rename('Tea')
  await rename('Coffee', eve)
  expect(await back()).toBe('nothing')
  expect(await back()).toBe('gone')
  expect((await stored(db, task?.id ?? '')).deleted_at).not.toBeNull()
})

test.if(testKind === 'sqlite')('a step is found by an index, however many there were', async () => {
  const plans: string[] = []
  const client = db.withPlugin({
    transformQuery({ node }) {
      plans.push(db.getExecutor().compileQuery(node, { queryId: newId() } as never).sql)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await rename('One')
  await undoLast(db, ana, asked)
  await lastStanding(client, ana)
  await lastUndone(client, ana)
  for (const sql of plans) {
    const { rows } = await db.executeQuery<{ detail: string }>({
      query: { kind: 'RawNode' } as never,
      queryId: { queryId: newId() },
      sql: `explain query plan ${sql.replaceAll('?', "'x'")}`,
      parameters: [],
    })
    expect(rows.map(({ detail }) => detail).join('\n')).toMatch(
      /USING (COVERING )?INDEX (standing_turns|undone_turns|turns) /,
    )
    expect(rows.map(({ detail }) => detail).join('\n')).not.toMatch(/TEMP B-TREE|SCAN/)
  }
  expect(plans).toHaveLength(3)
})
