import type { Day } from '#core/days.ts'
import { parseRecurrence } from '#core/recurrence.ts'
import { ruleInWords } from '#core/rule-words.ts'
import type { Fields } from '#db/journal.ts'
import { inHours } from '#features/tasks/chips.ts'
import { dayTitle, type Reader, timeOfDay } from '#web/dates.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { quoted } from '#web/things.ts'
import type { Names, Told } from './telling.ts'

/** What somebody did, each as the end of a sentence that begins with who: "renamed it from “Tea” to “Milk”". */
export function deedsInWords(told: Told, names: Names, reader: Reader): Html[] {
  return [
    ...told.changes.flatMap(({ before, after }) =>
      before ? changed(told, before, after, names, reader) : [added(after)],
    ),
    ...told.labels.map(({ name, isOn }) => html`${isOn ? 'added' : 'took off'} the label <bdi>@${name}</bdi>`),
    ...told.steps.map((title) => html`added the subtask ${quoted(title)}`),
  ]
}

const added = ({ title }: Fields): Html => html`added it as ${quoted(String(title))}`

function changed(told: Told, before: Fields, after: Fields, names: Names, reader: Reader): Html[] {
  const said = FIELDS.filter(([fields]) => fields.some((name) => name in before))
  const isAgain = /\.(completed|skipped)$/.test(told.what) && !('completed_at' in before) && 'due_day' in before
  if (isAgain) return [again(told, after, reader)]
  return said.map(([, say]) => say({ before, after, names, reader }))
}

/** A repeating task that was completed is due on its next day. */
const again = ({ what }: Told, { due_day }: Fields, reader: Reader): Html =>
  html`${what.endsWith('skipped') ? 'skipped it once' : 'completed it'}, and it is due again on ${dayTitle(due_day as Day, reader)}`

type Change = { before: Fields; after: Fields; names: Names; reader: Reader }

/** What is said of each field, in the order in which it is said. Fields that change together are said once. */
const FIELDS: [fields: string[], say: (change: Change) => Html][] = [
  [['completed_at', 'cancelled'], ({ after }) => closed(after)],
  [['deleted_at'], ({ after }) => html`${after.deleted_at === null ? 'brought it back' : 'deleted it'}`],
  [
    ['title'],
    ({ before, after }) => html`renamed it from ${quoted(String(before.title))} to ${quoted(String(after.title))}`,
  ],
  [['notes'], ({ before, after }) => notes(String(before.notes), String(after.notes))],
  [
    ['list_id'],
    ({ before, after, names }) =>
      html`moved it from ${nameOf(names.lists, before.list_id, 'another list')} to ${nameOf(names.lists, after.list_id, 'another list')}`,
  ],
  [['section_id'], section],
  [
    ['parent_id'],
    ({ after, names }) =>
      after.parent_id === null
        ? html`made it a task of its own`
        : html`made it a subtask of ${nameOf(names.others, after.parent_id, 'another task')}`,
  ],
  [['due_day', 'due_time', 'due_zone', 'due_at'], due],
  [['start_day'], ({ after, reader }) => day('the start', after.start_day, reader)],
  [['deadline_day'], ({ after, reader }) => day('the deadline', after.deadline_day, reader)],
  [['recurrence'], ({ after }) => repeats(after.recurrence)],
  [
    ['priority'],
    ({ after }) => html`${after.priority === 4 ? 'took the priority away' : `set the priority to ${after.priority}`}`,
  ],
  [
    ['minutes'],
    ({ after }) =>
      html`${after.minutes === null ? 'took the estimate away' : `estimated it at ${inHours(Number(after.minutes))}`}`,
  ],
  [
    ['assignee_id'],
    ({ before, after, names }) =>
      after.assignee_id === null
        ? html`took it from ${nameOf(names.people, before.assignee_id, 'somebody')}`
        : html`gave it to ${nameOf(names.people, after.assignee_id, 'somebody')}`,
  ],
]

function closed({ completed_at, cancelled }: Fields): Html {
  if (completed_at === null) return html`reopened it`
  return html`${cancelled === 1 ? 'decided not to do it' : 'completed it'}`
}

/** What was written before is kept in a fold: whoever wrote over it may want it back. */
const notes = (before: string, after: string): Html =>
  before === ''
    ? html`wrote notes`
    : html`${after === '' ? 'cleared the notes' : 'changed the notes'}<details class="old-notes"><summary>What they said before</summary><pre dir="auto">${before}</pre></details>`

// The list says it already.
function section({ before, after, names }: Change): Html {
  if ('list_id' in before) return nothing
  return after.section_id === null
    ? html`moved it out of the section ${nameOf(names.others, before.section_id, 'it was in')}`
    : html`moved it to the section ${nameOf(names.others, after.section_id, 'of another list')}`
}

function due({ before, after, reader }: Change): Html {
  const time = after.due_time ? ` at ${timeOfDay(String(after.due_time), reader)}` : ''
  if ('due_day' in before)
    return after.due_day === null
      ? html`took the date away`
      : html`set the date to ${dayTitle(after.due_day as Day, reader)}${time}`
  if ('due_time' in before)
    return time === '' ? html`took the time away` : html`set the time to${time.slice(' at'.length)}`
  return 'due_zone' in before && after.due_zone !== null
    ? html`set the time zone to ${String(after.due_zone)}`
    : html`took the time zone away`
}

const day = (what: string, value: unknown, reader: Reader): Html =>
  value === null ? html`took ${what} away` : html`set ${what} to ${dayTitle(value as Day, reader)}`

function repeats(recurrence: unknown): Html {
  const read = typeof recurrence === 'string' ? parseRecurrence(recurrence) : undefined
  return read ? html`made it repeat ${ruleInWords(read)}` : html`stopped it from repeating`
}

function nameOf(names: Map<string, string>, id: unknown, unknown: string): Html {
  const name = names.get(String(id))
  return name === undefined ? html`${unknown}` : quoted(name)
}
