import { dayIn } from '#core/days.ts'
import type { Label } from '#db/schema.ts'
import { dayTitle } from '#web/dates.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'
import { dot, nearInSentence } from './chips.ts'
import { addForm, beginsInField, type Opened, older, openedIn } from './pages.ts'
import { rowTemplates, taskRow } from './rows.ts'
import type { Row, Seen } from './seen.ts'
import { selectBar, selectTool } from './select.ts'
import { KEPT_MS, type TrashCursor, type TrashedList, type TrashedTask } from './trash.ts'

/** All that the page of a label shows. */
export type Labelled = {
  label: Label
  lists: string[]
  rows: (Row & { depth: number })[]
  /** The last task of this page, when more follow, and the one after which it begins. */
  next: string | undefined
  after: string | undefined
  /** The address of the page as its own links see it: '' on the page itself, else its path. */
  at: string
  opened: Opened
  seen: Seen
  /** The id that the next task will have. */
  freshId: string
}

/** The open tasks with a label, and a field for another one. */
export const labelPage = (labelled: Labelled, form: Form, problems: Problems): Page => {
  const { label, lists, after } = labelled
  const here = `/labels/${label.id}`
  return {
    title: `@${label.name}`,
    lists,
    place: '/labels',
    main: html`${labelHead(labelled)}
      ${
        after === undefined
          ? html`${addForm(labelled.freshId, form, problems, beginsInField(labelled.opened, labelled.rows), html`<input type="hidden" name="label" value="${label.id}">`)}
            ${labelRows(labelled)} ${moreWithLabel(labelled, here)}`
          : html`<p class="lead"><a href="${here}">Back to the first tasks</a></p>
            <turbo-frame id="after_${after}" target="_top">${labelRows(labelled)}${moreWithLabel(labelled, here)}</turbo-frame>`
      }
      <p class="empty"><b>No open task has this label.</b> A task that is added above gets it.</p>
      ${rowTemplates({ isMixed: true })}`,
  }
}

/** All that the Trash shows. */
export type Trash = {
  lists: string[]
  tasks: TrashedTask[]
  /** Deleted lists stand above, on the first page. */
  deletedLists: TrashedList[]
  next: TrashCursor | undefined
  after: TrashCursor | undefined
  seen: Seen
}

/** What was deleted and can still be brought back. */
export const trashPage = (trash: Trash): Page => ({
  title: 'Trash',
  lists: trash.lists,
  main: html`<h1>Trash</h1>
    <p class="lead">What is deleted stays here for 30 days. Then it is gone for good.${trash.tasks.length + trash.deletedLists.length > 0 ? html` <a href="/trash/empty">Empty the trash now</a>` : nothing}</p>
    ${
      trash.after === undefined
        ? html`${trash.deletedLists.length > 0 ? html`<ul class="rows tasks">${trash.deletedLists.map((list) => listRow(list, trash))}</ul>` : nothing}${trashRows(trash)}${moreTrash(trash)}`
        : html`<p class="lead"><a href="/trash">Back to the latest</a></p>
          <turbo-frame id="after_${trash.after.id}" target="_top">${trashRows(trash)}${moreTrash(trash)}</turbo-frame>`
    }
    <p class="empty"><b>The trash is empty.</b> A task that you delete can be brought back from here.</p>`,
})

/** The question before the Trash is emptied, which cannot be undone. */
export const emptyTrashPage = (count: number): Html => html`<h1>Empty the trash?</h1>
  <p>${count === 0 ? 'No deleted tasks of your lists are' : count === 1 ? '1 task is' : `${count.toLocaleString('en')} tasks are`} in it, with what belongs to ${count === 1 ? 'it' : 'them'}. This cannot be undone.</p>
  <form class="actions" method="post" action="/trash/empty"><button class="danger">Empty the trash</button><a class="quiet" href="/trash">Keep everything</a></form>`

function labelHead({ label, after, at, opened }: Labelled): Html {
  const color = label.color === '' ? nothing : dot(label.color)
  const tools = html`${selectTool(opened, hereOf(label, at, after))}<a class="tool" href="/labels/${label.id}/edit">${icons.edit}<span>Edit</span></a>`
  return html`<div class="list-head"><h1 dir="auto">${color}@<span data-name="/labels/${label.id}">${label.name}</span></h1><div class="tools">${tools}</div></div>${selectBar(opened)}`
}

/** The address of the page up to the `?` or `&`. */
const hereOf = ({ id }: Label, at: string, after: string | undefined): string =>
  after === undefined ? `${at}?` : `/labels/${id}?after=${after}&`

function labelRows({ label, rows, after, at, opened, seen }: Labelled): Html {
  const here = hereOf(label, at, after)
  return html`<ul class="tasks"${after === undefined ? html` id="tasks"` : nothing} data-keeps="open" data-mixed="lists">${rows.map(
    (row) => taskRow(row, seen, { here, depth: row.depth, ...openedIn(row.id, opened) }),
  )}</ul>`
}

const moreWithLabel = ({ next }: Labelled, here: string): Html =>
  next === undefined ? nothing : older(next, `${here}?after=${next}`, 'More tasks')

const trashRows = (trash: Trash): Html =>
  html`<ul class="rows tasks" data-mixed="lists">${trash.tasks.map(
    ({ id, title, deleted_at, listName, listColor, listKind }) => html`<li id="task_${id}" class="trashed">
      <div><span class="title" dir="auto">${title}</span>${whenGone(deleted_at, trash, html`<span class="of-list">${listKind === 'inbox' ? icons.inbox : dot(listColor)}<bdi>${listName}</bdi></span>`)}</div>
      <form method="post" action="/tasks/${id}/restore" data-outbox="restore"><button class="quiet" aria-label="Restore ${title}">Restore</button></form>
    </li>`,
  )}</ul>`

const listRow = (
  { id, name, color, open_tasks, deleted_at }: TrashedList,
  trash: Trash,
): Html => html`<li class="trashed">
  <div><span class="title" dir="auto">${dot(color)} ${name}</span>${whenGone(deleted_at, trash, html`<span>List with ${open_tasks} open ${open_tasks === 1 ? 'task' : 'tasks'}</span>`)}</div>
  <form method="post" action="/lists/${id}/restore" data-outbox="form"><button class="quiet" aria-label="Restore the list ${name}">Restore</button></form>
</li>`

function whenGone(deletedAt: string, { seen: { reader, today } }: Trash, what: Html): Html {
  const day = dayIn(reader.zone, new Date(deletedAt))
  const gone = dayIn(reader.zone, new Date(Date.parse(deletedAt) + KEPT_MS))
  return html`<div class="meta">${what}<span title="${dayTitle(day, reader)}">Deleted ${nearInSentence(day, today, reader)}</span><span title="${dayTitle(gone, reader)}">Gone for good ${nearInSentence(gone, today, reader)}</span></div>`
}

const moreTrash = ({ next }: Trash): Html =>
  next ? older(next.id, `/trash?after=${next.id}&at=${encodeURIComponent(next.deletedAt)}`, 'Earlier') : nothing
