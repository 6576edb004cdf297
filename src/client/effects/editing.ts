import { inOneLine } from '#core/line.ts'
import { type Change, type Effect, field, fieldsOf } from '../change.ts'
import { contextHere } from '../habits.ts'
import { priorityOf, rowOf, setTitle, titleOf } from '../rows.ts'
import { dueHere, dueOf, labelsOf, sayDue, setDue, setLabels, setPriority, wordsOfDue } from './chips.ts'
import { dayShown, moveToDay } from './days.ts'
import { move } from './moving.ts'
import { editOnItsPage } from './on-page.ts'

/** What a row shows of an edited task: its title, priority, due day and labels, and in which list it stands. */
export function edit(id: string, change: Change): Effect | undefined {
  const row = rowOf(id)
  if (!row) return editOnItsPage(id, change)
  const backs = [editTitle, editPriority, editDue, editLabels]
    .map((show) => show(row, change))
    .filter((back) => back !== undefined)
  const moved = ['list', 'section', 'parent'].some((name) => isOther(change, name))
    ? move(id, change)
    : isOther(change, 'due_day')
      ? moveToDay(row)
      : undefined
  if (backs.length === 0 && !moved) return undefined
  return {
    delta: moved?.delta ?? 0,
    takeBack: () => {
      moved?.takeBack()
      for (const back of backs) back(rowOf(id))
    },
  }
}

type Back = (now: HTMLElement | null) => void

function editTitle(row: HTMLElement, change: Change): Back | undefined {
  const title = field(change, 'title')
  const before = titleOf(row)
  if (title === undefined || before === inOneLine(title)) return undefined
  setTitle(row, inOneLine(title))
  return (now) => now && setTitle(now, before)
}

function editPriority(row: HTMLElement, change: Change): Back | undefined {
  const priority = field(change, 'priority')
  const before = priorityOf(row)
  if (priority === undefined || before === priority) return undefined
  setPriority(row, priority)
  return (now) => now && setPriority(now, before)
}

function editDue(row: HTMLElement, change: Change): Back | undefined {
  const day = field(change, 'due_day')
  if (day === undefined || !['due_day', 'due_time'].some((name) => isOther(change, name))) return undefined
  const time = field(change, 'due_time') ?? dueOf(row)?.time
  const here = field(change, 'due_time') ?? dueHere(row)?.time
  const on = dayShown(row, day)
  const said = sayDue(on, contextHere(), here)
  if (wordsOfDue(row) === said?.words) return undefined
  const [due, at] = [
    [day, time],
    [on, here],
  ].map((parts) => parts.filter(Boolean).join(' '))
  return setDue(row, said?.words, said?.look ?? '', due, at)
}

function editLabels(row: HTMLElement, change: Change): Back | undefined {
  const wanted = fieldsOf(change, 'label')
  if (wanted.length === 0 && field(change, 'was-label') === undefined) return undefined
  const here = labelsOf(row)
  const isSame =
    wanted.length === here.length && here.every(({ id, name }) => wanted.includes(id) || wanted.includes(name))
  return isSame ? undefined : setLabels(row, wanted)
}

/** True when the field `name` of the change is there, and is another than it was. */
function isOther(change: Change, name: string): boolean {
  const now = field(change, name)
  return now !== undefined && now !== field(change, `was-${name}`)
}
