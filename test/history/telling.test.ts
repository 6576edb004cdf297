import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { KyselyPlugin, RootOperationNode } from 'kysely'
import { type Database, newId } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { historyOf } from '#features/history/telling.ts'
import { undo } from '#features/history/undo.ts'
import { deedsInWords } from '#features/history/words.ts'
import { addList } from '#features/lists/adding.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { changeMany } from '#features/tasks/bulk.ts'
import { cancelTask, completeTask, reopenTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { type Edit, editTask } from '#features/tasks/editing.ts'
import { moveInto } from '#features/tasks/moving.ts'
import { testKind } from '#test/databases.ts'
import { add as addByForm, undos } from '#test/tasks/asking.ts'
import { addAll, asked, emptyHouse, person, reasonOf, share } from '#test/tasks/household.ts'
import { world } from '#test/world.ts'

describe('the history of a task', () => {
  let db: Database
  let ana: User
  let ben: User
  let [milk, inbox, work] = ['', '', '']

  beforeAll(async () => {
    db = await emptyHouse()
  })

  beforeEach(async () => {
    ana = await person(db, 'ana')
    ben = await person(db, 'ben')
    milk = (await addAll(db, ana, 'Milk'))[0] ?? ''
    inbox = (await inboxOf(db, ana)).id
    work = (await addList(db, ana, { name: 'Work', color: '' }, asked)).id
    await share(db, inbox, ben)
  })

  const edit = (fields: Edit, user = ana) => editTask(db, user, milk, fields, {}, asked)

  /** What is told to `user`, the first thing first, as plain text. */
  async function told(user = ana, page: { before?: string; most?: number } = {}): Promise<string[]> {
    const { told, names } = await historyOf(db, user, milk, page)
    return told.toReversed().map((one) => {
      const deeds = deedsInWords(one, names, user).map((deed) =>
        String(deed)
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
      )
      return `${one.by === ana.id ? 'ana' : 'ben'} ${deeds.join(', ')}`
    })
  }

  test('says who did what, in words', async () => {
    await edit({ title: 'Oat milk', priority: 1 })
    await edit({ title: 'Soy milk', notes: 'Two' }, ben)
    await edit({ notes: 'Three' })
    await edit({ due_day: '2026-11-27', due_time: '09:30' })
    await edit({ due_day: null, due_time: null })
    await edit({ label: ['shop'] })
    await edit({ label: [] })
    await edit({ minutes: 90, deadline_day: '2026-12-01' })
    await addTask(db, ben, { title: 'Find the shop', parent: milk }, asked)
    await completeTask(db, ben, milk, asked)
    await reopenTask(db, ana, milk, asked)
    await cancelTask(db, ana, milk, asked)
    await reopenTask(db, ana, milk, asked)
    await deleteTask(db, ana, milk, asked)
    await restoreTask(db, ana, milk, asked)
    await moveInto(db, ana, milk, { list: work }, asked)
    expect(await told()).toEqual([
      'ana added it as “Milk”',
      'ana renamed it from “Milk” to “Oat milk”, set the priority to 1',
      'ben renamed it from “Oat milk” to “Soy milk”, wrote notes',
      'ana changed the notes What they said before Two',
      'ana set the date to Friday, 27 November 2026 at 09:30',
      'ana took the date away',
      'ana added the label @shop',
      'ana took off the label @shop',
      'ana set the deadline to Tuesday, 1 December 2026, estimated it at 1 h 30 min',
      'ben added the subtask “Find the shop”',
      'ben completed it',
      'ana reopened it',
      'ana decided not to do it',
      'ana reopened it',
      'ana deleted it',
      'ana brought it back',
      'ana moved it from “Inbox” to “Work”',
    ])
  })

  test('what two people wrote into one field stands there both times', async () => {
    await edit({ title: 'Oat milk' })
    await editTask(db, ben, milk, { title: 'Soy milk' }, { title: 'Milk' }, asked)
    expect((await told()).slice(1)).toEqual([
      'ana renamed it from “Milk” to “Oat milk”',
      'ben renamed it from “Oat milk” to “Soy milk”',
    ])
  })

  test('an occurrence that was completed is told as that', async () => {
    await edit({ due_day: '2026-05-01', recurrence: 'every day' })
    await completeTask(db, ana, milk, asked)
    await changeMany(db, ana, [milk], { do: 'complete' }, asked)
    expect((await told()).slice(1)).toEqual([
      'ana set the date to Friday, 1 May 2026, made it repeat every day',
      'ana completed it, and it is due again on Saturday, 2 May 2026',
      'ana completed it, and it is due again on Sunday, 3 May 2026',
    ])
  })

  test('only what is one’s own and stands can be undone there', async () => {
    const { op } = await edit({ title: 'Oat milk' })
    await edit({ notes: 'Two' }, ben)
    await undo(db, ana, op, asked)
    const { told } = await historyOf(db, ana, milk)
    expect(told.map(({ what, canUndo }) => [what, canUndo])).toEqual([
      ['undo', false],
      ['task.edited', false],
      ['task.edited', false],
      ['task.added', true],
    ])
  })

  test('comes in pages, each thing once', async () => {
    for (let i = 0; i < 12; i++) await edit({ title: `Milk ${i}` })
    const ops: string[] = []
    let before: string | undefined
    do {
      const page = await historyOf(db, ana, milk, { before, most: 5 })
      expect(page.told.length).toBeLessThanOrEqual(5)
      ops.push(...page.told.map(({ op }) => op))
      before = page.next
    } while (before !== undefined)
    expect([ops.length, new Set(ops).size]).toEqual([13, 13])
  })

  test('a page ends between two changes, not in the middle of one', async () => {
    await edit({ title: 'Oat milk', list: work })
    await edit({ notes: 'Two' })
    expect(await told(ana, { most: 2 })).toEqual(['ana wrote notes'])
    const { next } = await historyOf(db, ana, milk, { most: 2 })
    const [moved = ''] = await told(ana, { most: 2, before: next ?? '' })
    expect(moved).toContain('renamed it from “Milk” to “Oat milk”')
    expect(moved).toContain('moved it from “Inbox” to “Work”')
  })

  test('of a list that somebody cannot see, nothing is told to them', async () => {
    await moveInto(db, ana, milk, { list: work }, asked)
    await edit({ title: 'A surprise for Ben' })
    await edit({ title: 'Milk' })
    await moveInto(db, ana, milk, { list: inbox }, asked)
    const heard = (await told(ben)).join('\n')
    expect(heard).toContain('moved it from another list to “Inbox”')
    expect(heard).not.toContain('surprise')
    expect(heard).not.toContain('Work')
    const eve = await person(db, 'eve')
    for (const id of [milk, newId(), 'x']) expect(await reasonOf(historyOf(db, eve, id))).toBe('not-found')
  })
})

test('it has a page, with an Undo that works without script, and a short part for the page of the task', async () => {
  const site = await world()
  const [ana, eve] = [await site.loggedIn('ana'), await site.loggedIn('eve')]
  const [milk] = await addByForm(ana, 'Milk')
  for (let i = 0; i < 60; i++) await ana.post(`/tasks/${milk}/edit`, { title: `Milk ${i}` })
  const page = await ana.page(`/tasks/${milk}/history`)
  expect(page).toContain('You renamed it from <bdi>“Milk 58”</bdi> to <bdi>“Milk 59”</bdi>')
  const older = /\/tasks\/[^"]*\/history\?before=[^"]*/.exec(page)?.[0] ?? ''
  expect(await ana.page(older)).toContain('added it as <bdi>“Milk”</bdi>')
  const short = await ana.page(`/tasks/${milk}/history?latest`)
  expect(undos(short)).toHaveLength(5)
  const undone = await ana.post(undos(short)[0] ?? '', {}, { from: `/tasks/${milk}/history` })
  expect(undone.headers.get('Location')).toBe(`/tasks/${milk}/history`)
  expect(await ana.page(`/tasks/${milk}`)).toContain('Milk 58')
  expect((await eve.get(`/tasks/${milk}/history`)).status).toBe(404)
})

test.if(testKind === 'sqlite')('it is read from the entries of the task, however much was done around it', async () => {
  const db = await emptyHouse()
  const ana = await person(db, 'ana')
  const [milk = ''] = await addAll(db, ana, 'Milk')
  const nodes: RootOperationNode[] = []
  const noting: KyselyPlugin = {
    transformQuery({ node }) {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await historyOf(db.withPlugin(noting), ana, milk)
  for (const node of nodes) {
    const { sql, parameters } = db.getExecutor().compileQuery(node, { queryId: newId() } as never)
    const queryId = { queryId: newId() }
    const { rows } = await db.executeQuery<{ detail: string }>({
      query: node,
      queryId,
      sql: `explain query plan ${sql}`,
      parameters,
    })
    const plan = rows.map(({ detail }) => detail).join('\n')
    expect(plan).not.toMatch(/SCAN|changes_of_list/)
    if (sql.includes('from "changes"')) expect(plan).toContain('changes_of_row')
  }
})
