import type { Day } from '#core/days.ts'
import { dayHeading } from '#web/dates.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { Page } from '#web/layout.ts'
import { type AgendaRow, type Place, placeInLink } from './agenda.ts'
import type { DoneRow } from './logbook.ts'
import { addForm, beginsInField, doneToday, type Opened, older, openedIn } from './pages.ts'
import { rowTemplates, taskRow } from './rows.ts'
import type { Seen } from './seen.ts'
import { selectBar, selectTool } from './select.ts'

/** All that a page of Today or Upcoming shows. */
export type AgendaView = {
  /** The lists whose changes concern the page. */
  lists: string[]
  rows: AgendaRow[]
  /** Where the next page goes on, when there is one. */
  next: Place | undefined
  /** Where this page begins; undefined at the top. */
  after: Place | undefined
  /** The address of the page as its own links see it: '' on the page itself, else its path. */
  at: string
  opened: Opened
  seen: Seen
}

/** Today besides its rows: how many tasks are due, what was completed, and the id that the next task will have. */
export type TodayView = AgendaView & {
  due: number
  doneToday: number
  done: DoneRow[] | undefined
  freshId: string
}

/** What is due: overdue above, then today. */
export const todayPage = (today: TodayView, form: Form, problems: Problems): Page => ({
  title: 'Today',
  lists: today.lists,
  dueToday: today.due,
  main: html`${head('Today', today)}
    ${today.after ? laterRows(today, today.after, '/today', 'Back to the first tasks', overdueAndToday) : firstRows(today, form, problems)}
    ${rowTemplates({ isMixed: true })}`,
})

/** What is due after today, day by day. */
export const upcomingPage = (view: AgendaView): Page => ({
  title: 'Upcoming',
  lists: view.lists,
  main: html`${head('Upcoming', view)}
    ${view.after ? laterRows(view, view.after, '/upcoming', 'Back to tomorrow', byDay) : nearestRows(view)}
    ${rowTemplates({ isLogbook: true })}`,
})

const head = (name: string, { at, after, opened }: AgendaView): Html =>
  html`<div class="list-head"><h1>${name}</h1><div class="tools">${selectTool(opened, hereOf(at, after))}</div></div>${selectBar(opened)}`

/** The address of a page up to the `?` or `&`. */
const hereOf = (at: string, after: Place | undefined): string => (after ? `${at}?${placeInLink(after)}&` : `${at}?`)

const firstRows = (today: TodayView, form: Form, problems: Problems): Html => html`${addForm(
  today.freshId,
  form,
  problems,
  beginsInField(today.opened, today.rows),
  html`<input type="hidden" name="due_day" value="${today.seen.today}">`,
)}
  ${overdueAndToday(today)} ${moreRows(today, '/today')}
  <p class="empty"><b>Nothing is due.</b> What you plan for today stands here. A task that is added above is due today.</p>
  ${doneToday(today)}`

const nearestRows = (view: AgendaView): Html => html`${byDay(view)} ${moreRows(view, '/upcoming')}
  <p class="empty"><b>Nothing ahead.</b> What is due tomorrow or later stands here, day by day.</p>`

// The same frame as the one that asked for it, so that Turbo finds it in the page and takes it from there.
const laterRows = <V extends AgendaView>(
  view: V,
  after: Place,
  path: string,
  back: string,
  groups: (view: V) => Html,
): Html => html`<p class="lead"><a href="${path}">${back}</a></p>
  <turbo-frame id="after_${after.id}" target="_top">${groups(view)}${moreRows(view, path)}</turbo-frame>
  <p class="empty">Nothing more.</p>`

function overdueAndToday(view: AgendaView): Html {
  const { rows, after, seen } = view
  const overdue = rows.filter(({ place }) => place.day < seen.today)
  const due = rows.filter(({ place }) => place.day >= seen.today)
  const goesOn = after ? (after.day < seen.today ? 'overdue' : 'today') : undefined
  return html`${overdue.length > 0 ? overdueRows(view, overdue, goesOn === 'overdue') : nothing}
    ${due.length > 0 || !after ? dayRows(view, seen.today, due, goesOn === 'today', after ? nothing : tasksId) : nothing}`
}

// New tasks are put into it.
const tasksId = html` id="tasks"`

const overdueRows = (view: AgendaView, rows: AgendaRow[], goesOn: boolean): Html =>
  html`<div class="group late"><h2>Overdue${goesOn ? ', continued' : ''}</h2>${goesOn ? nothing : rescheduleAll}</div>
    ${rowList(view, rows)}`

const rescheduleAll = html`<form method="post" action="/today/reschedule" data-outbox="reschedule"><button>Reschedule all<span class="unseen"> to today</span></button></form>`

// A row is dragged from day to day.
function byDay(view: AgendaView): Html {
  const days = Map.groupBy(view.rows, ({ place }) => place.day)
  return html`${[...days].map(([day, rows]) => dayRows(view, day, rows, day === view.after?.day, html` data-day="${day}"`))}`
}

const dayRows = (view: AgendaView, day: Day, rows: AgendaRow[], goesOn: boolean, about = nothing): Html =>
  html`<h2 class="group">${dayHeading(day, view.seen.today, view.seen.reader)}${goesOn ? ', continued' : ''}</h2>
    ${rowList(view, rows, about)}`

function rowList({ at, after, opened, seen }: AgendaView, rows: AgendaRow[], about = nothing): Html {
  const here = hereOf(at, after)
  return html`<ul class="tasks"${about} data-keeps="open" data-mixed="lists">${rows.map((row) =>
    taskRow(row, seen, { here, depth: row.depth, ...openedIn(row.id, opened) }),
  )}</ul>`
}

const moreRows = ({ next }: AgendaView, path: string): Html =>
  next ? older(next.id, `${path}?${placeInLink(next)}`, 'More tasks') : nothing
