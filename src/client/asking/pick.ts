import { readDay } from '#core/date-words.ts'
import { addDays, type Day, weekdayOf } from '#core/days.ts'
import { nameKey } from '#core/names.ts'
import { doToSelected, inWords, selected } from '../controllers/select.ts'
import { indentRow, levelsAround, outdentRow } from '../controllers/sort.ts'
import { rowHere } from '../controllers/walk.ts'
import { dueOf, labelsOf, sayDue, shortly, weekdayName } from '../effects/chips.ts'
import { contextHere } from '../habits.ts'
import { knownLabels, pageAt, sectionHeads, textIn } from '../names.ts'
import { put } from '../outbox.ts'
import { taskPage } from '../page.ts'
import { idOf, priorityOf, rowOf, titleOf } from '../rows.ts'
import { type Choice, choose, matching } from './choose.ts'

/** Asks when the task that is meant, or all that are selected, are due. */
export function askWhen(): void {
  const todo = target()
  if (!todo) return
  choose({
    label: `When ${todo.verb} ${todo.name} due?`,
    choices: (text) => days(text).map((choice) => ({ ...choice, pick: () => todo.edit('date', dueFields(choice)) })),
    none: 'Write a day, like friday, 27 jan or friday 15:00.',
  })
}

/** Asks where the task, or all that are selected, should go: to a list, to a section, or a level in or out. */
export function askList(): void {
  const todo = target()
  if (!todo) return
  let places = placesHere()
  const known = placesOfServer(todo.id).then((all) => {
    if (all.length > 0) places = all
  })
  choose({
    label: `Where ${todo.verb === 'is' ? 'does' : 'do'} ${todo.name} go?`,
    choices: (text) =>
      matching([...places.map((place) => ({ name: place.name, pick: () => todo.move(place) })), ...todo.levels], text),
    ready: known,
    none: 'There is no such list or section.',
  })
}

/** Asks which label the task, or all that are selected, should have. A new one is made of what is typed. */
export function askLabel(): void {
  const todo = target()
  if (!todo) return
  const names: string[] = []
  const known = knownLabels().then((all) => void names.push(...all))
  choose({
    label: `Which label for ${todo.name}?`,
    choices: (text) => {
      const all = names.map((name): Choice => ({ name, pick: () => todo.label(name) }))
      const wanted = text.replace(/^@/, '').trim()
      const isNew = wanted !== '' && !names.some((name) => nameKey(name) === nameKey(wanted))
      return [
        ...matching(all, wanted),
        ...(isNew ? [{ name: wanted, about: 'New label', pick: () => todo.label(wanted) }] : []),
      ]
    },
    ready: known,
    none: 'Write the name of a label.',
  })
}

/** Asks which priority all that are selected should have. */
export function askPriority(): void {
  const todo = target()
  if (!todo) return
  const names = ['Priority 1, the highest', 'Priority 2', 'Priority 3', 'No priority']
  choose({
    label: `Which priority for ${todo.name}?`,
    choices: (text) =>
      matching(
        names.map((name, i) => ({
          name,
          keys: `${i + 1}`,
          pick: () => todo.edit('priority', [['priority', `${i + 1}`]]),
        })),
        text,
      ),
    none: 'There are four: 1 to 4.',
  })
}

type Fields = [name: string, value: string][]

type Target = {
  /** How a question calls it. */
  name: string
  verb: 'is' | 'are'
  /** The id of the task, or of one of them. */
  id: string
  edit(what: string, fields: Fields): unknown
  move(place: Place): unknown
  label(name: string): unknown
  /** A level in or out, where that can be. */
  levels: Choice[]
}

/** What is meant now: all that are selected, the task with the focus, or the one whose page this is. */
function target(): Target | undefined {
  const many = selected()
  if (many.length > 0) return manyTasks(many)
  const row = rowHere()
  const id = row ? idOf(row) : taskPage()?.dataset.task
  return id === undefined ? undefined : oneTask(id, row)
}

const manyTasks = (ids: string[]): Target => ({
  name: inWords(ids.length),
  verb: ids.length === 1 ? 'is' : 'are',
  id: ids[0] ?? '',
  levels: [],
  edit: (what, fields) => doToSelected(what, fields.map(([, value]) => value).join(' ')),
  move: ({ list, section }) => doToSelected('move', section === undefined ? list : `section:${section}`),
  label: (name) => doToSelected('label', name),
})

const oneTask = (id: string, row: HTMLElement | undefined): Target => {
  const labels = row ? labelsOf(row) : []
  const edit = (fields: Fields) => put({ kind: 'edit', action: `/tasks/${id}/edit`, fields })
  return {
    name: 'it',
    verb: 'is',
    id,
    levels: row ? levelsOf(row) : [],
    edit: (_, fields) => edit([...fields, ...fields.flatMap(([name]) => seenHere(name, row))]),
    move: ({ list, section }) =>
      put({
        kind: 'move',
        action: `/tasks/${id}/move`,
        fields:
          section === undefined
            ? [['list', list]]
            : [
                ['list', list],
                ['section', section],
              ],
      }),
    label: (name) =>
      edit([
        ...[...labels.map((one) => one.id || one.name), name].map((label): [string, string] => ['label', label]),
        ['was-label', labels.map((one) => one.id).join(',')],
      ]),
  }
}

const levelsOf = (row: HTMLElement): Choice[] => {
  const { above, parent } = levelsAround(row)
  const go = (way: typeof indentRow) => () => void way(rowOf(idOf(row)) ?? row)
  return [
    ...(above ? [{ name: `Make it a part of “${titleOf(above)}”`, pick: go(indentRow) }] : []),
    ...(parent ? [{ name: `Take out of “${titleOf(parent)}”`, pick: go(outdentRow) }] : []),
  ]
}

/** What the page shows of a field before it is changed: another device may have written it meanwhile. */
function seenHere(name: string, row: HTMLElement | undefined): Fields {
  const due = row && dueOf(row)
  const inRow: Record<string, string | undefined> = {
    due_day: due?.day,
    due_time: due?.time,
    priority: row && priorityOf(row),
  }
  const onPage = document.querySelector<HTMLInputElement>(`main[data-task] [name="was-${name}"]`)?.value
  const value = row ? inRow[name] : onPage
  return value === undefined ? [] : [[`was-${name}`, value]]
}

type When = { day: Day; time?: string | undefined }

/** A time that was not said stays as it is. */
const dueFields = ({ day, time }: When): Fields =>
  time === undefined
    ? [['due_day', day]]
    : [
        ['due_day', day],
        ['due_time', time],
      ]

/** Days to choose from; what is typed as a date is offered too. */
function days(text: string): (Choice & When)[] {
  const here = contextHere()
  const { today } = here
  const offered: [string, Day][] = [
    ['Today', today],
    ['Tomorrow', addDays(today, 1)],
    ['This weekend', nextOf('sa', today)],
    ['Next week', nextOf('mo', today)],
    ['No date', ''],
  ]
  const all = offered.map(([name, day]) => ({
    name,
    day,
    about: day === '' ? undefined : `${weekdayName(day)}, ${shortly(day, here)}`,
    pick() {},
  }))
  const found = matching(all, text) as (Choice & When)[]
  const { day, time } = readDay(text, here) ?? {}
  const said = day === undefined ? undefined : sayDue(day, here, time)
  if (!said || day === undefined || found.length > 0) return found
  return [{ name: said.words, day, time, about: day, pick() {} }]
}

/** The next day, after today, that is a `weekday`. */
function nextOf(weekday: string, today: Day): Day {
  let day = addDays(today, 1)
  while (weekdayOf(day) !== weekday) day = addDays(day, 1)
  return day
}

type Place = { name: string; list: string; section?: string }

/** The lists of the navigation, with the sections that stand on this page. */
function placesHere(): Place[] {
  const links = [...document.querySelectorAll<HTMLElement>('.side [data-list]')]
  return links.flatMap((link) => {
    const place = { name: textIn(link, 'span:not(.dot, .count)'), list: link.dataset.list ?? '' }
    const isHere = link.hasAttribute('aria-current')
    const heads = isHere ? sectionHeads() : []
    return [place, ...heads.map((head) => within(place, textIn(head), head.id.slice('section_'.length)))]
  })
}

/** All lists and sections where the task `id` may go; none without a network. */
async function placesOfServer(id: string): Promise<Place[]> {
  const page = await pageAt(`/tasks/${id}/move`)
  return [...(page?.querySelectorAll('.destinations > li') ?? [])].flatMap((item) => {
    const button = item.querySelector<HTMLButtonElement>('button[name="list"]')
    const place = { name: textIn(button), list: button?.value ?? '' }
    const sections = [...item.querySelectorAll<HTMLButtonElement>('button[name="section"]')]
    return [place, ...sections.map((section) => within(place, textIn(section), section.value))]
  })
}

const within = (list: Place, name: string, section: string): Place => ({
  name: `${list.name} / ${name}`,
  list: list.list,
  section,
})
