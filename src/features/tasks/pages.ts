import type { User } from '#db/schema.ts'
import { dayOf, dayTag, type Reader, timeTag } from '#web/dates.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'
import { searchField } from '#web/search-field.ts'
import { type DoneRow, type LogCursor, MOST_FOUND } from './logbook.ts'
import { occurrenceRow } from './occurrence-row.ts'
import { type RowOptions, rowTemplates, taskRow } from './rows.ts'
import { type Seen, seenBy } from './seen.ts'
import { type Selecting, selectBar, selectTool } from './select.ts'

/**
 * Which row is open, for those without script: `?more=ID` shows its menu, `?rename=ID` a field for its title, `?select`
 * boxes in all. `isAdding`: a task was just added there, and the next may follow.
 */
export type Opened = {
  more?: string | undefined
  rename?: string | undefined
  select?: Selecting | undefined
  isAdding?: boolean | undefined
}

/** Everything completed, by day, the latest first. */
export const completedPage = (log: Logbook): Page => ({
  title: log.of ? `Completed in ${log.of.name}` : 'Completed',
  lists: log.lists,
  ...(log.of ? { place: log.of.address } : {}),
  main: html`<div class="list-head"><h1>Completed${log.of ? html` in <bdi>${log.of.name}</bdi>` : nothing}</h1><div class="tools">${log.rows.length > 0 ? selectTool(log.opened, hereIn(log)) : nothing}</div></div>${selectBar(log.opened)}
    ${log.of ? html`<p class="lead"><a href="${log.of.address}">Back to the list</a></p>` : nothing}
    ${log.after ? olderCompleted(log, log.after) : latestCompleted(log)} ${rowTemplates({ isLogbook: true })}`,
})

/** All that the Completed page shows. */
export type Logbook = {
  lists: string[]
  /** The list it is the logbook of; else it is that of all. */
  of?: { name: string; address: string }
  rows: DoneRow[]
  more: boolean
  thisWeek: number
  /** What is looked for in it; empty when it is shown whole. */
  words: string
  /** They stand in more tasks than were looked at. */
  isCut: boolean
  after: LogCursor | undefined
  opened: Opened
  reader: Reader & Pick<User, 'day_starts'>
  now: Date
}

/** How many tasks were completed today, as the Inbox says it; nothing when there are none. */
export const doneTodayCount = (count: number): Html => html`${count || ''}`

/** Whether the cursor begins in the field for a new task: there is nothing else to do yet, or one was just added. */
export const beginsInField = ({ isAdding = false }: Opened, rows: unknown[]): boolean => isAdding || rows.length === 0

/**
 * The field for a new task. `hidden` are more fields that go with it. Without `hasCursor` the page begins with none, so
 * that the first key is heard as a key; what was filled in wrongly has it.
 */
export function addForm(freshId: string, form: Form, problems: Problems, hasCursor: boolean, hidden = nothing): Html {
  const problem = problems.task ?? problems.id ?? problems['']
  return html`<form class="add" method="post" action="/tasks" data-outbox="add" autocomplete="off">${icons.plus}<label class="unseen" for="task">New task</label><input id="task" name="task" required placeholder="Add a task" enterkeyhint="done" dir="auto" value="${form.text('task')}"${problem ? hasProblem : nothing}${problem || hasCursor ? html` autofocus` : nothing}><input type="hidden" name="id" value="${freshId}">${hidden}<button>Add</button></form>
    ${problem ? html`<p class="problem" id="task_problem" role="alert">${problem}</p>` : nothing}`
}

const hasProblem = html` aria-describedby="task_problem" aria-invalid="true"`

/** What is open in the row `id`. */
export const openedIn = (id: string, { more, rename, select }: Opened): Pick<RowOptions, 'opened'> => ({
  opened: select ? 'select' : rename === id ? 'rename' : more === id ? 'menu' : undefined,
})

/** The place where the rows below `id` come in, when it comes into sight, and without script a link to them. */
export const older = (id: string, address: string, words: string): Html =>
  html`<turbo-frame id="after_${id}" class="older" loading="lazy" src="${address}" target="_top"><a class="older-link" href="${address}">${words}</a></turbo-frame>`

/** What a page shows of what was completed today: how much, the rows if they are to be shown, and the open rows above. */
export type Finished = {
  doneToday: number
  done: DoneRow[] | undefined
  rows: { id: string }[]
  /** True when all are of the list whose page this is. */
  ofOneList?: boolean
  /** The address of the page as its own links see it. */
  at: string
  seen: Seen
  opened: Opened
}

/** What was completed today, folded. Hidden by the styles while the count is empty: a completed task brings its count. */
export function doneToday({ doneToday: count, done, rows, ofOneList = false, at, seen, opened }: Finished): Html {
  const [show, expanded] = done ? ['off', 'true'] : ['on', 'false']
  return html`<form class="fold" method="post" action="/inbox/completed"><input type="hidden" name="show" value="${show}"><button aria-expanded="${expanded}"><span>Completed today · <span id="done_today">${doneTodayCount(count)}</span></span></button></form>
    ${done ? doneRows(done.filter(notAmong(rows)), seen, { here: `${at}?`, opened, ofOneList }) : nothing}`
}

// A task that was completed between the two queries must not stand on the page twice.
const notAmong = (rows: { id: string }[]) => (done: DoneRow) =>
  done.occurrence !== undefined || rows.every((row) => row.id !== done.id)

type Where = { here: string; opened: Opened; ofOneList: boolean }

const doneRows = (rows: DoneRow[], seen: Seen, { here, opened, ofOneList }: Where): Html =>
  html`<ul class="tasks" data-keeps="done" data-mixed="${ofOneList ? 'steps' : 'lists'}">${rows.map((row) =>
    row.occurrence
      ? occurrenceRow(row, row.occurrence, seen)
      : taskRow(row, seen, { here, chip: timeTag(seen.reader, row.doneAt), ...openedIn(row.id, opened) }),
  )}</ul>`

const latestCompleted = (log: Logbook): Html => html`${log.rows.length > 0 || log.words !== '' ? finder(log) : nothing}
  ${log.rows.length > 0 && log.words === '' ? thisWeek(log) : nothing}${log.isCut ? cut : nothing}
  ${days(log, hereIn(log))} ${moreCompleted(log)}
  <p class="empty">${log.words === '' ? nothingYet(log) : nothingLikeThat}</p>`

const finder = (log: Logbook): Html =>
  searchField({ text: log.words, action: logbookAt(log), label: 'Search what was completed' })

const nothingYet = ({ of }: Logbook): Html =>
  html`<b>Nothing completed yet.</b> What you tick off ${of ? 'in this list' : html`in the <a href="/">Inbox</a>`} is kept here.`

const nothingLikeThat = html`<b>Nothing found.</b> Try fewer words, or only the beginning of one.`

const cut = html`<p class="lead">So many tasks have this in them that only the ${MOST_FOUND.toLocaleString('en')} added last were looked at. Add a word, and older ones are found too.</p>`

const thisWeek = ({ thisWeek }: Logbook): Html =>
  html`<p class="lead"><span id="done_this_week">${thisWeek}</span> this week</p>`

const olderCompleted = (
  log: Logbook,
  after: LogCursor,
): Html => html`<p class="lead"><a href="${logbookAt(log)}${asked(log) && `?${asked(log).slice(0, -1)}`}">Back to the latest</a></p>
  <turbo-frame id="after_${after.id}" target="_top">${days(log, hereIn(log))}${moreCompleted(log)}</turbo-frame>
  <p class="empty">Nothing more.</p>`

function days({ of, rows, reader, after, opened, now }: Logbook, here: string): Html[] {
  const seen = seenBy(reader, now)
  const begun = after && dayOf(reader, new Date(after.doneAt))
  const byDay = Map.groupBy(rows, (row) => dayOf(reader, new Date(row.doneAt)))
  return [...byDay].map(
    ([
      day,
      ofDay,
    ]) => html`<h2 class="group">${dayTag(reader, day, seen.today)}${day === begun ? ', continued' : ''}</h2>
      ${doneRows(ofDay, seen, { here, opened, ofOneList: of !== undefined })}`,
  )
}

function moreCompleted(log: Logbook): Html {
  const { rows, more } = log
  const last = rows.at(-1)
  return more && last
    ? older(last.completion, `${logbookAt(log)}?${asked(log)}after=${last.id}&at=${last.completion}`, 'Earlier')
    : nothing
}

/** The words that are looked for, as links carry them. */
const asked = ({ words }: Logbook): string => (words === '' ? '' : `${new URLSearchParams({ q: words })}&`)

/** The address of the page up to the `?` or `&`. */
const hereIn = (log: Logbook): string =>
  `?${asked(log)}${log.after ? `after=${log.after.task}&at=${log.after.id}&` : ''}`

const logbookAt = ({ of, lists: [list] }: Logbook): string => (of ? `/lists/${list}/completed` : '/completed')
