import { ARABIC, LONG, type Person } from './people.ts'

const PACK = 'Pack the kitchen before the movers come'
const EMPTY = 'Water the plants'
const DEEP = 'Newspaper'

/** The pages of tasks that are looked at, by their titles: Tess, whose tasks they are, finds them in her Inbox. */
export const taskPages = (): Record<string, { title: string; edit?: boolean }> => ({
  'task-full': { title: PACK },
  'task-full-edit': { title: PACK, edit: true },
  'task-empty': { title: EMPTY },
  'task-deep': { title: DEEP },
  'task-long': { title: LONG },
  'task-arabic': { title: ARABIC },
})

const NOTES = `## What goes where

The **heavy** things at the bottom, see https://example.com/packing (a good list).

- [ ] glasses in paper
- [x] spices in the *small* box

> Ask Nadia for her trolley.

| Box | Room |
|---|--:|
| 1 | Kitchen |
| 2 | Cellar |

\`\`\`
boxes = 12
\`\`\``

/** Has Tess register, with a task that has all a task can have and some that have little. Returns where they are. */
export async function tess(register: (name: string) => Promise<Person>): Promise<(title: string) => string> {
  const tess = await register('tess')
  await tess.add(ARABIC, LONG, EMPTY, DEEP, 'Buy boxes', 'Wrap the glasses', 'Defrost the freezer', PACK)
  const edit = (title: string, fields: Record<string, string>) => tess.post(`/tasks/${tess.idOf(title)}/edit`, fields)
  for (const step of ['Defrost the freezer', 'Wrap the glasses', 'Buy boxes'])
    await edit(step, { parent: tess.idOf(PACK) })
  await edit(DEEP, { parent: tess.idOf('Wrap the glasses') })
  await edit('Defrost the freezer', { label: 'errand' })
  await tess.post(`/tasks/${tess.idOf('Buy boxes')}/complete`)
  const dates = { due_day: '2027-05-28', due_time: '09:30', deadline_day: '2027-06-01' }
  await edit(PACK, { notes: NOTES, ...dates, priority: '2', minutes: '90', label: 'home' })
  await edit(LONG, { notes: LONG })
  return (title) => `/tasks/${tess.idOf(title)}`
}
