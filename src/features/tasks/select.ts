import type { Context } from 'hono'
import { labelsOf } from '#features/labels/labels.ts'
import type { UserEnv } from '#web/env.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import { listsAround } from '#web/lists-around.ts'
import type { Opened } from './pages.ts'

/** What somebody who selects tasks can choose from. */
export type Selecting = { lists: { id: string; name: string }[]; labels: { id: string; name: string }[] }

/** What is open on the page that was asked for: a row, or with `?select` a box beside every row. */
export async function openedBy(c: Context<UserEnv>): Promise<Opened> {
  const isAdding = c.var.flashes.tell('task.added', 'tasks.added')
  const opened = { more: c.req.query('more'), rename: c.req.query('rename'), isAdding }
  return c.req.query('select') === undefined ? opened : { ...opened, select: await choicesFor(c) }
}

/**
 * The way to select several rows: a link to the same page with boxes, which script takes over. `here` is the address of
 * the page up to the `?` or `&`. The styles hide it where there is no row.
 */
export const selectTool = ({ select }: Opened, here = '?'): Html =>
  select === undefined
    ? html`<a class="tool for-rows" href="${here}select">${icons.select}<span>Select</span></a>`
    : html`<a class="tool" href="${here.slice(0, -1) || '?'}">${icons.select}<span>Done</span></a>`

/**
 * What can be done to all rows whose box is ticked. It is one form with many boxes that name it (`form="selection"`) and
 * stand in no form of their own. Nothing on pages where nobody selects.
 */
export function selectBar({ select }: Opened): Html {
  if (!select) return nothing
  return html`<form id="selection" class="selection" method="post" action="/tasks/bulk" aria-label="Selected tasks">${byEnter}
    <div><button class="quiet" name="do" value="complete">Complete</button><button class="quiet" name="do" value="reopen">Reopen</button><button class="quiet danger" name="do" value="delete">Delete</button></div>
    <div>${choice('list', 'List', 'Move to…', select.lists)}<button class="quiet" name="do" value="move">Move</button></div>
    <div><label class="unseen" for="selection_due_day">Day</label><input type="date" id="selection_due_day" name="due_day"><button class="quiet" name="do" value="date">Set date</button></div>
    <div>${choice('priority', 'Priority', 'Priority…', PRIORITIES)}<button class="quiet" name="do" value="priority">Set priority</button></div>
    ${
      select.labels.length === 0
        ? nothing
        : html`<div>${choice('label', 'Label', 'Label…', select.labels)}<button class="quiet" name="do" value="label">Add label</button><button class="quiet" name="do" value="unlabel">Take off</button></div>`
    }</form>`
}

// The Enter key in a field presses the first button of a form. Here that is one that cannot be pressed.
const byEnter = html`<button hidden disabled>Choose what to do</button>`

const PRIORITIES = [
  { id: '1', name: 'Priority 1' },
  { id: '2', name: 'Priority 2' },
  { id: '3', name: 'Priority 3' },
  { id: '4', name: 'No priority' },
]

const choice = (name: string, label: string, none: string, choices: { id: string; name: string }[]): Html =>
  html`<label class="unseen" for="selection_${name}">${label}</label><select id="selection_${name}" name="${name}"><option value="">${none}</option>${choices.map(
    ({ id, name: word }) => html`<option value="${id}">${word}</option>`,
  )}</select>`

async function choicesFor(c: Context<UserEnv>): Promise<Selecting> {
  const { db, user, now } = c.var
  const [lists, labels] = await Promise.all([
    listsAround(db, user, now),
    labelsOf(db, user).select(['labels.id', 'labels.name']).execute(),
  ])
  return { lists, labels }
}
