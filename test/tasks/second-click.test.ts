import { expect, test } from 'bun:test'
import { listBy } from '#test/lists/asking.ts'
import { world } from '#test/world.ts'
import { add, toasts, undos } from './asking.ts'
import { stored } from './household.ts'

const site = await world()
const { db } = site
const ana = await site.loggedIn('ana')

test('a second click offers Undo of what was done last, in whatever list that was', async () => {
  const work = await listBy(ana, 'Work')
  // The Inbox has seen more than Work.
  await add(ana, ...Array.from({ length: 8 }, (_, i) => `Errand ${i}`))
  const [milk = ''] = await add(ana, 'Milk')
  for (const [verb, fields] of [['complete'], ['move', { list: work }], ['reopen'], ['complete']] as const)
    await ana.post(`/tasks/${milk}/${verb}`, fields ?? {}, { from: '/' })
  const [first = ''] = undos(await ana.page('/')).slice(-1)
  await ana.post(`/tasks/${milk}/complete`, {}, { from: '/' })
  const again = await ana.page('/')
  expect([toasts(again), undos(again)]).toEqual([['Completed “Milk”'], [first]])
  await ana.post(first, {}, { from: '/' })
  expect(toasts(await ana.page('/'))).toEqual(['Undone: “Milk” is as it was'])
  expect(await stored(db, milk)).toMatchObject({ completed_at: null, list_id: work })
})
