import { type Change, field } from '../change.ts'
import { contextHere } from '../habits.ts'
import { readHere } from '../line.ts'
import { setTitle } from '../rows.ts'
import { belongsHere } from './belonging.ts'
import { sayDue, setDue, setLabels, setPriority } from './chips.ts'

/** Writes into a new row what its line says. False when the task does not belong on this page. */
export function dress(row: HTMLElement, change: Change): boolean {
  const rejected = field(change, 'literal')?.split(',') ?? []
  const line = readHere(field(change, 'task') ?? '', rejected, Boolean(field(change, 'parent')))
  setTitle(row, line.title)
  setPriority(row, String(line.priority ?? 4))
  if (line.labels.length > 0) setLabels(row, line.labels)
  const usual = field(change, 'due_day')
  // What starts later is not due on the day of the page.
  const day = line.dueDay ?? (line.startDay !== undefined && line.startDay > (usual ?? '9') ? undefined : usual)
  const due = day === undefined ? undefined : sayDue(day, contextHere(), line.dueTime)
  if (due) setDue(row, due.words, due.look)
  return belongsHere(change, line, day)
}
