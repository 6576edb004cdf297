import { addDays } from '#core/days.ts'
import { ARABIC, LONG, type Person } from './people.ts'

const SOON = Bun.randomUUIDv7()

/** Pages over all lists, each with who looks at it. */
export const views: Record<string, { who: string; path: string }> = {
  'today-five': { who: 'vera', path: '/today' },
  'today-empty': { who: 'nina', path: '/today' },
  'today-many': { who: 'olga', path: '/today' },
  'today-long': { who: 'lara', path: '/today' },
  'upcoming-five': { who: 'vera', path: '/upcoming' },
  'upcoming-empty': { who: 'nina', path: '/upcoming' },
  'upcoming-many': { who: 'olga', path: '/upcoming' },
  'upcoming-long': { who: 'lara', path: '/upcoming' },
  'trash-five': { who: 'vera', path: '/trash' },
  'trash-empty': { who: 'nina', path: '/trash' },
  'trash-long': { who: 'lara', path: '/trash' },
  'label-five': { who: 'vera', path: '@phone' },
  'label-long': { who: 'lara', path: '@phone' },
  search: { who: 'vera', path: '/search' },
  'search-found': { who: 'vera', path: '/search?q=wa&completed=on' },
  'search-filter': { who: 'vera', path: '/search?q=%28today+%7C+overdue%29+%26+%21%40phone' },
  'search-problem': { who: 'vera', path: '/search?q=%28today+%7C+overdue' },
  'search-nothing': { who: 'vera', path: '/search?q=zebra' },
  'search-long': { who: 'lara', path: '/search?q=write' },
  filters: { who: 'vera', path: '/filters' },
  filter: { who: 'vera', path: `/filters/${SOON}` },
}

/** Has Vera with a few tasks on many days, Olga with hundreds and Lara with long ones register. */
export async function planners(register: (name: string) => Promise<Person>): Promise<void> {
  const today = new Date().toISOString().slice(0, 10)
  const vera = await register('vera')
  const [work, move] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()]
  await vera.post('/lists', { name: 'Work', color: 'blue', id: work })
  await vera.post('/lists', { name: 'Move to Lyon', color: 'plum', id: move })
  const plan = async (person: Person, title: string, fields: Record<string, string>) => {
    await person.add(title)
    await person.post(`/tasks/${person.idOf(title)}/edit`, fields)
  }
  const on = (days: number) => addDays(today, days)
  await plan(vera, 'Renew the passport', { due_day: on(-3), priority: '1', list: move })
  await plan(vera, 'Send the invoice to Nadia before she leaves', {
    due_day: on(0),
    due_time: '14:00',
    priority: '2',
    list: work,
    label: 'phone',
  })
  await plan(vera, 'Water the plants', { due_day: on(0), recurrence: 'every 3 days' })
  await plan(vera, 'Pack the kitchen', { due_day: on(0), priority: '3', list: move })
  const kitchen = vera.idOf('Pack the kitchen')
  for (const step of ['Wrap the glasses', 'Label the boxes']) {
    await vera.add(step)
    await vera.post(`/tasks/${vera.idOf(step)}/move`, { parent: kitchen })
  }
  await vera.post(`/tasks/${vera.idOf('Label the boxes')}/edit`, { due_day: on(0) })
  await plan(vera, ARABIC, { due_day: on(0), label: 'phone' })
  await plan(vera, 'Hand in the tax return', { deadline_day: on(0), list: work })
  await plan(vera, 'Call the plumber', { due_day: on(1), due_time: '09:00', label: 'phone' })
  await plan(vera, 'Water the tomatoes', { due_day: on(1) })
  await plan(vera, 'Dinner with Ben', { due_day: on(4), due_time: '19:30' })
  await plan(vera, 'Plan the summer', { start_day: on(30) })
  await vera.post('/filters', { name: 'Soon, but not by phone', query: '(today | overdue) & !@phone', id: SOON })
  await vera.post('/filters', { name: 'Move, without a day', query: '#"Move to Lyon" & no date' })
  await plan(vera, 'Renew the insurance', { due_day: on(500), list: move })
  for (const title of ['Old idea', 'Buy a lamp']) {
    await vera.add(title)
    await vera.post(`/tasks/${vera.idOf(title)}/delete`)
  }
  const olga = await register('olga')
  for (let i = 0; i < 200; i++) {
    await olga.add(`Read chapter ${i}`)
    await olga.post(`/tasks/${olga.idOf(`Read chapter ${i}`)}/edit`, { due_day: on(i % 2 === 0 ? -(i % 7) : i) })
  }
  const lara = await register('lara')
  for (const [i, title] of [LONG, 'Donaudampfschifffahrtsgesellschaft'.repeat(4), ARABIC].entries()) {
    await plan(lara, title, { due_day: on(i - 1), label: 'phone', priority: String(i + 1) })
    await plan(lara, `${title.slice(0, 480)} 2`, { due_day: on(i + 1) })
    await lara.add(`${title.slice(0, 480)} 3`)
    await lara.post(`/tasks/${lara.idOf(`${title.slice(0, 480)} 3`)}/delete`)
  }
}
