import { dayIn } from '#core/days.ts'
import type { Task, User } from '#db/schema.ts'
import { dayTag, momentTag, type Reader, timeTag, todayOf } from '#web/dates.ts'
import { area, field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'
import type { Cursor, PlacedRow } from './inbox.ts'
import type { DoneRow, LogCursor } from './logbook.ts'
import { deleteForm, finishForm, type RowOptions, rowTemplates, type Seen, taskRow } from './rows.ts'

/** Which row is open, for those without script: `?more=ID` shows its menu, `?rename=ID` a field for its title. */
export type Opened = { more?: string | undefined; rename?: string | undefined }

/** All that the Inbox shows. */
export type Inbox = {
  list: string
  open: number
  rows: PlacedRow[]
  /** The row that follows, when the list goes on. */
  next: { id: string } | undefined
  /** Where this page of rows begins; undefined at the top. */
  after: Cursor | undefined
  /** Where this person has their Inbox. */
  path: '/' | '/inbox'
  /** The address of the page as its own links see it: '' on the page itself, its path where it is shown elsewhere. */
  at: '' | '/' | '/inbox'
  opened: Opened
  /** What was completed today: how much, and the rows if they are to be shown. */
  doneToday: number
  done: DoneRow[] | undefined
  seen: Seen
  /** The id that the next task will have. */
  freshId: string
}

/** The Inbox: a field for a new task and the open tasks below. */
export const inboxPage = (inbox: Inbox, form: Form, problems: Problems): Page => ({
  title: 'Inbox',
  lists: [inbox.list],
  openTasks: inbox.open,
  main: html`<h1>Inbox</h1>
    ${inbox.after ? olderTasks(inbox, inbox.after) : newestTasks(inbox, form, problems)} ${rowTemplates()}`,
})

/** Everything completed, by day, the latest first. */
export const completedPage = (log: Logbook): Page => ({
  title: 'Completed',
  lists: log.lists,
  main: html`<h1>Completed</h1>
    ${log.after ? olderCompleted(log, log.after) : latestCompleted(log)} ${rowTemplates({ isLogbook: true })}`,
})

/** All that the Completed page shows. */
export type Logbook = {
  lists: string[]
  rows: DoneRow[]
  more: boolean
  thisWeek: number
  after: LogCursor | undefined
  opened: Opened
  reader: Reader & Pick<User, 'day_starts'>
  now: Date
}

/** A task on a page of its own. */
export function taskPage(
  task: Task,
  { reader, now }: { reader: Reader; now: Date },
  form: Form,
  problems: Problems,
): Page {
  return {
    title: task.title,
    lists: [task.list_id],
    task: { id: task.id, done: task.completed_at !== null },
    main: html`<h1 dir="auto">${task.title}</h1>
      <p class="lead"><a href="/">Inbox</a> · Added ${momentTag(reader, task.created_at, now)}${
        task.completed_at === null ? nothing : html` · Completed ${momentTag(reader, task.completed_at, now)}`
      }</p>
      <form class="stack" method="post" action="/tasks/${task.id}/edit" data-outbox="edit">
        ${formProblem(problems)} ${field(form, problems, 'title', 'Title', { value: task.title, autocomplete: 'off', anyScript: true })}
        ${area(form, problems, 'notes', 'Notes', { value: task.notes })}
        <input type="hidden" name="was-title" value="${task.title}">
        <input type="hidden" name="was-notes" value="${task.notes}">
        <div class="actions"><button class="primary">Save</button></div>
      </form>
      <div class="actions">${finishForm(task)}${deleteForm(task.id, 'quiet danger')}</div>`,
  }
}

/** How many tasks were completed today, as the Inbox says it; nothing when there are none. */
export const doneTodayCount = (count: number): Html => html`${count || ''}`

const newestTasks = (
  inbox: Inbox,
  form: Form,
  problems: Problems,
): Html => html`${addForm(inbox.freshId, form, problems)}
  <ul class="tasks" id="tasks" data-keeps="open">${inboxRows(inbox)}</ul>
  ${moreTasks(inbox)}
  <p class="empty"><b>Nothing to do.</b> Type what you want to get done in the field above and press Enter.</p>
  ${doneToday(inbox)}`

// The same frame as the one that asked for it, so that Turbo finds it in the page and takes it from there.
const olderTasks = (
  inbox: Inbox,
  after: Cursor,
): Html => html`<p class="lead"><a href="${inbox.path}">Back to the first tasks</a></p>
  <turbo-frame id="after_${after.id}" target="_top"><ul class="tasks" data-keeps="open">${inboxRows(inbox)}</ul>${moreTasks(inbox)}</turbo-frame>
  <p class="empty">No more tasks.</p>`

/** The field for a new task. `hidden` are more fields that go with it. */
export function addForm(freshId: string, form: Form, problems: Problems, hidden = nothing): Html {
  const problem = problems.task ?? problems.id ?? problems['']
  return html`<form class="add" method="post" action="/tasks" data-outbox="add" autocomplete="off">${icons.plus}<label class="unseen" for="task">New task</label><input id="task" name="task" required placeholder="Add a task" enterkeyhint="done" dir="auto" value="${form.text('task')}"${problem ? hasProblem : nothing} autofocus><input type="hidden" name="id" value="${freshId}">${hidden}<button>Add</button></form>
    ${problem ? html`<p class="problem" id="task_problem" role="alert">${problem}</p>` : nothing}`
}

const hasProblem = html` aria-describedby="task_problem" aria-invalid="true"`

function inboxRows({ rows, next, after, at, opened, seen }: Inbox): Html[] {
  const here = after ? `${at}?after=${after.id}&at=${after.position}&` : `${at}?`
  return rows.map((row, i) => {
    const above = rows[i - 1]?.id ?? after?.id
    const below = (rows[i + 1] ?? next)?.id
    return taskRow(row, seen, { here, above, below, ...openedIn(row.id, opened) })
  })
}

/** What is open in the row `id`. */
export const openedIn = (id: string, { more, rename }: Opened): Pick<RowOptions, 'opened'> => ({
  opened: rename === id ? 'rename' : more === id ? 'menu' : undefined,
})

function moreTasks({ path, rows, next }: Inbox): Html {
  const last = rows.at(-1)
  return next && last ? older(last.id, `${path}?after=${last.id}&at=${last.position}`, 'More tasks') : nothing
}

/** The place where the rows below `id` come in, when it comes into sight, and without script a link to them. */
export const older = (id: string, address: string, words: string): Html =>
  html`<turbo-frame id="after_${id}" class="older" loading="lazy" src="${address}" target="_top"><a class="older-link" href="${address}">${words}</a></turbo-frame>`

/** What a page shows of what was completed today: how much, the rows if they are to be shown, and the open rows above. */
export type Finished = Pick<Inbox, 'doneToday' | 'done' | 'seen' | 'opened'> & { rows: { id: string }[]; at: string }

/** What was completed today, folded. Hidden by the styles while the count is empty: a completed task brings its count. */
export function doneToday({ doneToday: count, done, rows, at, seen, opened }: Finished): Html {
  const [show, expanded] = done ? ['off', 'true'] : ['on', 'false']
  return html`<form class="fold" method="post" action="/inbox/completed"><input type="hidden" name="show" value="${show}"><button aria-expanded="${expanded}">Completed today · <span id="done_today">${doneTodayCount(count)}</span></button></form>
    ${done ? doneRows(done.filter(notAmong(rows)), seen, `${at}?`, opened) : nothing}`
}

// A task that was completed between the two queries must not stand on the page twice.
const notAmong = (rows: { id: string }[]) => (done: DoneRow) => rows.every((row) => row.id !== done.id)

const doneRows = (rows: DoneRow[], seen: Seen, here: string, opened: Opened): Html =>
  html`<ul class="tasks" data-keeps="done" data-mixed>${rows.map((row) =>
    taskRow(row, seen, { here, chip: timeTag(seen.reader, row.doneAt), ...openedIn(row.id, opened) }),
  )}</ul>`

const latestCompleted = (log: Logbook): Html => html`${log.rows.length > 0 ? thisWeek(log) : nothing}
  ${days(log, '?')} ${moreCompleted(log)}
  <p class="empty"><b>Nothing completed yet.</b> What you tick off in the <a href="/">Inbox</a> is kept here.</p>`

const thisWeek = ({ thisWeek }: Logbook): Html =>
  html`<p class="lead"><span id="done_this_week">${thisWeek}</span> this week</p>`

const olderCompleted = (
  log: Logbook,
  after: LogCursor,
): Html => html`<p class="lead"><a href="/completed">Back to the latest</a></p>
  <turbo-frame id="after_${after.task}" target="_top">${days(log, `?after=${after.task}&at=${after.id}&`)}${moreCompleted(log)}</turbo-frame>
  <p class="empty">Nothing more.</p>`

function days({ rows, reader, after, opened, now }: Logbook, here: string): Html[] {
  const begun = after && dayIn(reader.zone, new Date(after.doneAt))
  const byDay = Map.groupBy(rows, (row) => dayIn(reader.zone, new Date(row.doneAt)))
  return [...byDay].map(
    ([day, ofDay]) => html`<h2 class="group">${dayTag(reader, day, now)}${day === begun ? ', continued' : ''}</h2>
      ${doneRows(ofDay, { reader, today: todayOf(reader, now) }, here, opened)}`,
  )
}

function moreCompleted({ rows, more }: Logbook): Html {
  const last = rows.at(-1)
  return more && last ? older(last.id, `/completed?after=${last.id}&at=${last.completion}`, 'Earlier') : nothing
}
