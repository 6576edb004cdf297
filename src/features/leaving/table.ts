import { parseRecurrence } from '#core/recurrence.ts'
import { toRRule } from '#core/rrule.ts'
import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { type OwnTask, ownLabels, ownLists, ownSections, ownTasks } from './rows.ts'

type Names = { lists: Map<string, string>; sections: Map<string, string>; labels: Map<string, string> }

/** The columns, with what stands in them for a task. */
const COLUMNS: [heading: string, of: (task: OwnTask, names: Names) => string | number | null | undefined][] = [
  ['Title', ({ title }) => title],
  ['Notes', ({ notes }) => notes],
  ['List', ({ list_id }, { lists }) => lists.get(list_id)],
  ['Section', ({ section_id }, { sections }) => sections.get(section_id ?? '')],
  ['Labels', (task, { labels }) => task.labels.map((id) => labels.get(id) ?? '').join(', ')],
  ['Priority', ({ priority }) => priority],
  ['Due', ({ due_day }) => due_day],
  ['Time', ({ due_time }) => due_time],
  ['Time zone', ({ due_zone }) => due_zone],
  ['Start', ({ start_day }) => start_day],
  ['Deadline', ({ deadline_day }) => deadline_day],
  ['Minutes', ({ minutes }) => minutes],
  ['Repeats', ({ recurrence }) => inRRule(recurrence)],
  ['Added', ({ created_at }) => created_at],
  ['Completed', ({ completed_at }) => completed_at],
  ['Will not be done', ({ cancelled }) => (cancelled === 1 ? 'yes' : '')],
  ['Id', ({ id }) => id],
  ['Part of', ({ parent_id }) => parent_id],
]

/** The tasks of `user`, done ones too, as lines of CSV (RFC 4180) for a spreadsheet. What is in the Trash is left out. */
export async function* tasksAsTable(db: Db, user: User): AsyncGenerator<string> {
  const [lists, sections, labels] = await Promise.all([ownLists(db, user), ownSections(db, user), ownLabels(db, user)])
  const names = { lists: namesOf(lists), sections: namesOf(sections), labels: namesOf(labels) }
  const gone = new Set(lists.filter(({ deleted_at }) => deleted_at !== null).map(({ id }) => id))
  // Without the mark at the beginning, spreadsheets take the letters for those of another alphabet.
  yield `\ufeff${line(COLUMNS.map(([heading]) => heading))}`
  for await (const tasks of ownTasks(db, user)) {
    const there = tasks.filter((task) => task.deleted_at === null && !gone.has(task.list_id))
    if (there.length > 0) yield there.map((task) => line(COLUMNS.map(([, of]) => of(task, names)))).join('')
  }
}

const namesOf = (rows: { id: string; name: string }[]): Map<string, string> =>
  new Map(rows.map(({ id, name }) => [id, name]))

function inRRule(recurrence: string | null): string {
  const read = recurrence === null ? undefined : parseRecurrence(recurrence)
  return read ? toRRule(read) : ''
}

const line = (cells: (string | number | null | undefined)[]): string => `${cells.map(cell).join(',')}\r\n`

/** A cell. A text that a spreadsheet would take for a formula is marked as text (OWASP, “CSV Injection”). */
export function cell(value: string | number | null | undefined): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r\0]/.test(value ?? '') ? `'${value}` : (value ?? '')
  return /[",\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
