import { nameKey } from '#core/names.ts'
import type { QuickAdd } from '#core/quick-add.ts'
import { type Change, field } from '../change.ts'
import { contextHere } from '../habits.ts'
import { listCalled } from '../line.ts'
import { listsHere, taskPage } from '../page.ts'
import { rowOf } from '../rows.ts'
import { placesOfField } from './adding.ts'

/** Whether a task that `change` adds stands on this page, when its line says `line` and it is due on `day`. */
export function belongsHere(change: Change, line: QuickAdd, day: string | undefined): boolean {
  const parent = field(change, 'parent')
  if (parent) return taskPage()?.dataset.task === parent || (!isMixed() && rowOf(parent) !== null)
  if (taskPage()) return false
  return isMixed() ? isSought(change, line, day) : listsHere()[0] === listFor(change, line)
}

/** True where tasks of several lists stand together: those that are due, or those with a label. */
const isMixed = (): boolean => document.getElementById('tasks')?.dataset.mixed !== undefined

// What a page gives to each task that is added there is what all have that stand on it.
function isSought(change: Change, { labels }: QuickAdd, day: string | undefined): boolean {
  const { due_day: dueDay, label } = placesOfField()
  if (dueDay !== undefined) return day === dueDay || day === contextHere().today
  if (label === undefined) return false
  const name = nameKey(document.querySelector('main h1 [data-name]')?.textContent ?? '')
  return field(change, 'label') === label || labels.some((one) => nameKey(one) === name)
}

function listFor(change: Change, { list }: QuickAdd): string | undefined {
  const named = list === undefined ? undefined : listCalled(list)?.dataset.list
  return named ?? field(change, 'list') ?? inbox()
}

const inbox = (): string | undefined =>
  document.querySelector<HTMLElement>('.side .item[data-list]:not(.list)')?.dataset.list
