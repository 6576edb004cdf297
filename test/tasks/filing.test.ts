import { expect, test } from 'bun:test'
import { newId } from '#db/db.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { expectInOrder } from '#test/history/order.ts'
import { listBy, taskBy } from '#test/lists/asking.ts'
import { world } from '#test/world.ts'
import { toasts, undos } from './asking.ts'
import { share, stored } from './household.ts'

const site = await world()
const { db } = site
const ana = await site.loggedIn('ana')
const ben = await site.loggedIn('ben')

const listsOf = async (name: string) =>
  (
    await db
      .selectFrom('lists')
      .select('name')
      .where('owner_id', '=', (await site.person(name)).id)
      .where('kind', '=', 'list')
      .where('deleted_at', 'is', null)
      .execute()
  ).map((list) => list.name)

test('whoever may only read a task makes no list for it', async () => {
  const shared = await listBy(ana, 'Shared')
  await share(db, shared, await site.person('ben'), 'viewer')
  const milk = await taskBy(ana, 'Milk #Bakery', { list: shared })
  expect((await ben.post(`/tasks/${milk}/file`, { list: 'Bakery' }, { from: '/' })).status).toBe(403)
  expect(await listsOf('ben')).toEqual([])
  const many = await ana.post(`/tasks/${newId()}/file`, { list: 'Bakery' }, { from: '/' })
  expect([many.status, await listsOf('ana')]).toEqual([404, ['Shared']])
})

test('the same click sent again makes no second list, whatever the first is called by now', async () => {
  const milk = await taskBy(ana, 'Milk #Bakery')
  const op = newId()
  for (let i = 0; i < 2; i++) {
    expect((await ana.post(`/tasks/${milk}/file`, { list: 'Bakery', op }, { from: '/' })).status).toBe(303)
    const { list_id } = await stored(db, milk)
    await ana.post(`/lists/${list_id}/edit`, { name: 'Baker' }, { from: '/lists' })
  }
  expect(await listsOf('ana')).toEqual(['Shared', 'Baker'])
  expect((await stored(db, milk)).title).toBe('Milk')
})

test('one Undo takes back the list, the move and the title, and Redo does them again', async () => {
  const tea = await taskBy(ana, 'Tea #Pantry')
  const step = await taskBy(ana, 'Green', { parent: tea })
  await ana.page('/')
  await ana.post(`/tasks/${tea}/file`, { list: 'Pantry' }, { from: '/' })
  const { list_id } = await stored(db, tea)
  const page = await ana.page('/')
  expect(toasts(page)).toEqual(['“Tea” is in the new list “Pantry”'])
  const inbox = (await inboxOf(db, await site.person('ana'))).id
  await ana.post(undos(page)[0] ?? '', {}, { from: `/lists/${list_id}` })
  const back = await ana.page('/')
  expect(toasts(back)).toEqual(['Undone: “Tea #Pantry” is as it was'])
  for (const id of [tea, step]) expect((await stored(db, id)).list_id).toBe(inbox)
  expect(await listsOf('ana')).not.toContain('Pantry')
  await expectInOrder(db)
  await ana.post(undos(back)[0] ?? '', {}, { from: '/' })
  expect(toasts(await ana.page('/'))[0]).toContain('Done again')
  expect(await stored(db, tea)).toMatchObject({ title: 'Tea', list_id })
  expect(await listsOf('ana')).toContain('Pantry')
  await expectInOrder(db)
})

test('what stands in the new list already is taken, and nothing that nobody can have', async () => {
  const rye = await taskBy(ana, 'Rye #Baker')
  const bread = await taskBy(ana, 'Bread')
  await ana.post(`/tasks/${bread}/file`, { list: 'baker' }, { from: '/' })
  expect((await stored(db, bread)).list_id).toBe((await stored(db, rye)).list_id)
  expect((await ana.post(`/tasks/${bread}/file`, { list: ' ' }, { from: '/' })).status).toBe(422)
})

test('a list that was filled meanwhile stays', async () => {
  const jam = await taskBy(ana, 'Jam #Cellar')
  await ana.page('/')
  await ana.post(`/tasks/${jam}/file`, { list: 'Cellar' }, { from: '/' })
  const { list_id } = await stored(db, jam)
  const [undo = ''] = undos(await ana.page('/'))
  const wine = await taskBy(ana, 'Wine', { list: list_id })
  await ana.page('/')
  await ana.post(undo, {}, { from: '/' })
  expect(toasts(await ana.page('/'))).toEqual(['Undone as far as possible: other tasks are in the new list'])
  expect(await stored(db, jam)).toMatchObject({ title: 'Jam #Cellar' })
  expect((await stored(db, jam)).list_id).not.toBe(list_id)
  expect((await stored(db, wine)).list_id).toBe(list_id)
  expect(await listsOf('ana')).toContain('Cellar')
})
