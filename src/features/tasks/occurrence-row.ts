import { shortDay, timeTag } from '#web/dates.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { DoneRow, Occurrence } from './logbook.ts'
import type { Seen } from './seen.ts'

/**
 * An occurrence of a repeating task in the logbook. The task itself has come again and stands elsewhere under its id, so
 * this row has that of its completion; its button takes the occurrence back, if whoever looks at it completed it.
 */
export const occurrenceRow = (row: DoneRow, { day, isSkipped, op }: Occurrence, { reader, today }: Seen): Html =>
  html`<li id="completion_${row.completion}" class="occurrence done">${takeBack(row.title, op)}<div><a class="title" href="/tasks/${row.id}" dir="auto">${row.title}</a><div class="meta">${timeTag(reader, row.doneAt)}${
    isSkipped ? html`<span>Skipped</span>` : nothing
  }${day === null ? nothing : html`<span>Was due ${shortDay(day, today, reader)}</span>`}</div></div></li>`

const takeBack = (title: string, op: string | undefined): Html =>
  op === undefined
    ? html`<span class="check"><i></i></span>`
    : html`<form method="post" action="/undo/${op}" data-outbox="undo"><button class="check" aria-label="Take back ${title}"><i></i></button></form>`
