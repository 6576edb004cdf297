import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import { chips, dueTemplate } from './chips.ts'
import type { Row, Seen } from './seen.ts'

/** What a page does with a row besides showing it. */
export type RowOptions = {
  /** The address of the page up to the `?` or `&`, so that its links lead back to it. */
  here?: string
  /** Something to say before the other quiet words below the title. */
  chip?: Html
  /** How far below the task that it is a part of: 0 stands alone. */
  depth?: number
  /** What is open in the row, for those who have no script. */
  opened?: 'menu' | 'rename' | 'select' | undefined
  /** The ids of the rows above and below, where the menu can move to. */
  above?: string | undefined
  below?: string | undefined
}

/** A task in a list. The same function draws it for pages and for streams, so that the browser sees equal rows as equal. */
export const taskRow = (task: Row, seen: Seen, options: RowOptions = {}): Html => {
  const { id, title } = task
  const { here = '?', opened } = options
  if (opened === 'select') return selectRow(task, seen, options)
  return html`<li id="task_${id}" class="${looksOf(task, options)}">${check(task)}<div>${
    opened === 'rename' ? renameForm(id, title, here) : titleLink(id, title)
  }<div class="meta">${options.chip}${chips(task, seen)}</div></div><a class="more" href="${here}more=${id}#task_${id}" aria-label="More for ${title}">${
    icons.more
  }</a>${opened === 'menu' ? menu(task, here, options) : nothing}</li>`
}

/** A row with a box, which belongs to the form of the selection. There is no form and nothing to press in it. */
const selectRow = (task: Row, seen: Seen, options: RowOptions): Html =>
  html`<li id="task_${task.id}" class="${looksOf(task, options)}"><input class="pick" type="checkbox" name="id[]" value="${task.id}" form="selection" id="pick_${task.id}">${occurrenceAmongMany(task)}<div><label class="title" for="pick_${task.id}" dir="auto">${task.title}</label><div class="meta">${options.chip}${chips(task, seen)}</div></div></li>`

const looksOf = ({ priority, completed_at }: Row, { depth = 0 }: RowOptions): string =>
  `task${priority < 4 ? ` p${priority}` : ''}${completed_at === null ? '' : ' done'}${depth > 0 ? ` depth-${depth}` : ''}`

/** What the browser clones to show a change before the server has answered. ID stands for the id of a task. */
export const rowTemplates = ({
  isLogbook = false,
  isMixed = false,
} = {}): Html => html`${isLogbook ? nothing : rowTemplate}
  <template id="row-menu">${isLogbook || isMixed ? logbookMenu : inboxMenu}</template>
  <template id="row-rename">${renameForm('ID', '', '?')}</template>
  ${dueTemplate}`

type Finishable = Pick<Row, 'id' | 'completed_at' | 'recurrence' | 'due_day'>

/** Which occurrence of a repeating task is meant, so that two clicks on the same one complete it once. Empty is no day. */
export const occurrence = ({ recurrence, due_day }: Pick<Row, 'recurrence' | 'due_day'>): Html =>
  recurrence === null ? nothing : html`<input type="hidden" name="was-due_day" value="${due_day}">`

/** The same in the form of the selection, where the id stands before the day: of what is not ticked nobody reads it. */
const occurrenceAmongMany = ({ id, recurrence, due_day }: Row): Html =>
  recurrence === null ? nothing : html`<input type="hidden" name="was" value="${id}_${due_day}" form="selection">`

/** The button that deletes a task. */
export const deleteForm = (id: string, look = 'danger'): Html =>
  html`<form method="post" action="/tasks/${id}/delete" data-outbox="delete"><button class="${look}">Delete</button></form>`

/** The round button that completes or reopens a task. */
export function check(task: Finishable & Pick<Row, 'title'>): Html {
  const { id, title, completed_at } = task
  const [verb, word] = completed_at === null ? ['complete', 'Complete'] : ['reopen', 'Reopen']
  return html`<form method="post" action="/tasks/${id}/${verb}" data-outbox="${verb}">${occurrence(task)}<button class="check" aria-label="${word} ${title}"><i></i></button></form>`
}

const titleLink = (id: string, title: string): Html =>
  html`<a class="title" href="/tasks/${id}" dir="auto">${title}</a>`

const menu = (task: Pick<Row, 'id' | 'completed_at'>, here: string, { above, below }: RowOptions): Html =>
  html`<div class="menu" role="group" aria-label="Actions"><a href="${here}rename=${task.id}#task_${task.id}">Rename</a><a href="/tasks/${task.id}">Open</a>${[
    ['due_day', 'Date…'],
    ['priority', 'Priority…'],
    ['new-label', 'Label…'],
  ].map(([field, word]) => html`<a href="/tasks/${task.id}#${field}">${word}</a>`)}${
    above === undefined ? nothing : moveForm(task.id, 'before', above, 'Move up')
  }${below === undefined ? nothing : moveForm(task.id, 'after', below, 'Move down')}<a href="/tasks/${task.id}/move">Move to…</a>${
    task.completed_at === null ? cancelForm(task.id) : nothing
  }${deleteForm(task.id)}</div>`

const cancelForm = (id: string): Html =>
  html`<form method="post" action="/tasks/${id}/cancel" data-outbox="cancel"><button>Won’t do</button></form>`

const moveForm = (id: string, side: 'before' | 'after', other: string, word: string): Html =>
  html`<form method="post" action="/tasks/${id}/move" data-outbox="move"><input type="hidden" name="${side}" value="${other}"><button>${word}</button></form>`

const renameForm = (id: string, title: string, here: string): Html =>
  html`<form class="rename" method="post" action="/tasks/${id}/edit" data-outbox="edit"><label class="unseen" for="title_${id}">Title</label><input id="title_${id}" name="title" required autocomplete="off" dir="auto" value="${title}"><input type="hidden" name="was-title" value="${title}"><button>Save</button><a class="quiet" href="${here.slice(0, -1) || '?'}">Cancel</a></form>`

const model: Row = {
  id: 'ID',
  title: 'New task',
  completed_at: null,
  cancelled: 0,
  priority: 4,
  due_day: null,
  due_time: null,
  due_zone: null,
  due_at: null,
  start_day: null,
  deadline_day: null,
  minutes: null,
  recurrence: null,
  list_id: '',
  section_id: null,
  parent_id: null,
  assignee_id: null,
  hasNotes: false,
  listName: 'Inbox',
  listColor: '',
  listKind: 'inbox',
  labels: [],
  steps: undefined,
  parent: undefined,
}
const nobody: Seen = { reader: { zone: 'UTC', locale: 'en-GB' }, today: '2026-01-01', now: '00:00' }
const rowTemplate = html`<template id="row">${taskRow(model, nobody)}</template>`
const inboxMenu = menu(model, '?', { above: '', below: '' })
const logbookMenu = menu(model, '?', {})
