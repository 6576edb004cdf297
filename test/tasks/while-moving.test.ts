import { expect, test } from 'bun:test'
import { connect } from '#db/db.ts'
import { addList } from '#features/lists/adding.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask, addTasks } from '#features/tasks/adding.ts'
import { moveInto } from '#features/tasks/moving.ts'
import { atTheEnd } from '#test/closing.ts'
import { freshDatabase } from '#test/databases.ts'
import { expectInOrder } from '#test/history/order.ts'
import { addAll, asked, person, reasonOf } from './household.ts'

test('a subtask that is added while its task goes to another list goes with it', async () => {
  const { place } = await freshDatabase()
  const [here, there] = [connect(place), connect(place)]
  atTheEnd(() => here.close())
  atTheEnd(() => there.close())
  const ana = await person(here, 'ana')
  const inbox = (await inboxOf(here, ana)).id
  const work = (await addList(here, ana, { name: 'Work', color: '' }, asked)).id
  const [trip = ''] = await addAll(here, ana, 'Trip')
  const said = new Set<string>()
  for (let i = 0; i < 30; i++) {
    const list = i % 2 ? inbox : work
    const steps = [{ title: `Step ${i}`, parent: trip }]
    const acts = [
      moveInto(here, ana, trip, { list }, asked),
      i % 3 ? addTask(there, ana, { title: `Step ${i}`, parent: trip }, asked) : addTasks(there, ana, steps, asked),
    ]
    for (const one of await Promise.all(acts.map(reasonOf))) said.add(one)
  }
  expect([...said]).toEqual(['it was done'])
  const { parts } = await here
    .selectFrom('tasks')
    .select((eb) => eb.fn.countAll<number>().as('parts'))
    .where('parent_id', '=', trip)
    .executeTakeFirstOrThrow()
  expect(Number(parts)).toBe(30)
  await expectInOrder(here)
})
