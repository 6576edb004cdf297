import { beforeEach, describe, expect, test } from 'bun:test'
import { MINUTE, SECOND } from '#core/time.ts'
import { newId } from '#db/db.ts'
import { listBy } from '#test/lists/asking.ts'
import { world } from '#test/world.ts'
import { add, outboxOf, streams, toasts, undos } from './asking.ts'
import { completionsOf, share, stored } from './household.ts'

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

test('a click on what was done before says so, with its name and nothing to undo', async () => {
  const phone = await site.loggedIn('ana', { agent: 'a phone' })
  const [water = ''] = await add(ana, 'Water every day')
  const clicked = { 'was-due_day': '2026-05-01' }
  const click = async (verb: string, fields: Record<string, string> = {}) => {
    await phone.post(`/tasks/${water}/${verb}`, fields, { from: '/' })
    const page = await phone.page('/')
    return [toasts(page), undos(page)]
  }
  await phone.page('/')
  await ana.post(`/tasks/${water}/complete`, clicked, { from: '/' })
  site.pass(2 * MINUTE)
  expect(await click('complete', clicked)).toEqual([['“Water” was completed already · again tomorrow'], []])
  expect(await click('skip', clicked)).toEqual([['“Water” was completed already · again tomorrow'], []])
  await ana.post(`/tasks/${water}/skip`, { 'was-due_day': '2026-05-02' }, { from: '/' })
  site.pass(2 * MINUTE)
  const skipped = await click('complete', { 'was-due_day': '2026-05-02' })
  expect(skipped).toEqual([['“Water” was skipped already · again Sunday'], []])
  expect(await click('reopen')).toEqual([['“Water” is open already'], []])
  await ana.post(`/tasks/${water}/cancel`, {}, { from: '/' })
  site.pass(2 * MINUTE)
  expect(await click('complete')).toEqual([['“Water” was closed already'], []])
  expect(await completionsOf(db, water)).toHaveLength(3)
})

test('the outbox hears the same, however often it sends one click', async () => {
  const send = await outboxOf(site, 'ana', ana)
  const [water = ''] = await add(ana, 'Water every day')
  await ana.post(`/tasks/${water}/complete`, { 'was-due_day': '2026-05-01' }, { from: '/' })
  site.pass(2 * MINUTE)
  const key = newId()
  for (let i = 0; i < 2; i++) {
    const { text } = await send(`/tasks/${water}/complete`, { 'was-due_day': '2026-05-01' }, key)
    expect([toasts(text), undos(text)]).toEqual([['“Water” was completed already · again tomorrow'], []])
    expect(streams(text)).toEqual(expect.arrayContaining([`replace task_${water}`, 'refresh']))
  }
  const [milk = ''] = await add(ana, 'Milk')
  await ana.post(`/tasks/${milk}/complete`, {}, { from: '/' })
  site.pass(2 * MINUTE)
  expect(toasts((await send(`/tasks/${milk}/complete`)).text)).toEqual(['“Milk” was completed already'])
})

describe('a form that does not say for which day it is', () => {
  let water = ''
  const complete = async (fields: Record<string, string> = {}, tab = ana) => {
    await tab.page('/')
    expect((await tab.post(`/tasks/${water}/complete`, fields, { from: '/' })).status).toBe(303)
    return toasts(await tab.page('/'))
  }
  const doneOn = async () => (await completionsOf(db, water)).map(({ due_day }) => due_day).sort()

  beforeEach(async () => {
    ;[water = ''] = await add(ana, 'Water every day')
    site.pass(MINUTE)
  })

  test('counts once when it is sent twice in a moment, and again after that', async () => {
    const said = await complete()
    expect(await complete()).toEqual(said)
    expect(await doneOn()).toHaveLength(1)
    site.pass(5 * SECOND)
    await complete()
    expect(await doneOn()).toHaveLength(2)
  })

  test('says what was done before when somebody else was the first', async () => {
    const { list_id } = await stored(db, water)
    await share(db, list_id, await site.person('ben'))
    const ben = await site.loggedIn('ben')
    await complete()
    expect(await complete({}, ben)).toEqual(['“Water” was completed already · again tomorrow'])
    expect(await doneOn()).toHaveLength(1)
  })

  test('counts each time when it has a key of its own, says the day, or something happened in between', async () => {
    await complete({ op: newId() })
    await complete({ op: newId() })
    expect(await doneOn()).toHaveLength(2)
    await complete({ 'was-due_day': (await stored(db, water)).due_day ?? '' })
    expect(await doneOn()).toHaveLength(3)
    await ana.post(undos(await ana.page('/completed'))[0] ?? '', {}, { from: '/completed' })
    await complete()
    expect(await doneOn()).toHaveLength(3)
    await ana.post(`/tasks/${water}/edit`, { due_day: '2026-05-20' }, { from: '/' })
    await complete()
    expect(await doneOn()).toHaveLength(4)
  })
})
