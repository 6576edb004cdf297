import type { User } from '#db/schema.ts'
import { momentTag, type Reader } from '#web/dates.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { Page } from '#web/layout.ts'
import { quoted } from '#web/things.ts'
import type { TaskHistory, Told } from './telling.ts'
import { deedsInWords } from './words.ts'

/** For whom a history is told. */
export type Hearer = { reader: Reader & Pick<User, 'id'>; now: Date }

/**
 * What was done to a task, the latest first. With `isShort` it is the few lines that the page of the task shows, in the
 * frame that asks for them there.
 */
export const historyPage = (history: TaskHistory, hearer: Hearer, { isShort = false, isOlder = false } = {}): Page => {
  const { task } = history
  return {
    title: `History of ${task.title}`,
    lists: [task.list_id],
    main: html`<h1>History</h1>
      <p class="lead"><a href="/tasks/${task.id}">${quoted(task.title)}</a>${isOlder ? html` · <a href="/tasks/${task.id}/history">Back to the latest</a>` : nothing}</p>
      <turbo-frame id="history" target="_top">${list(history, hearer)}${isShort ? all(history) : older(history)}</turbo-frame>`,
  }
}

const list = ({ told, names }: TaskHistory, { reader, now }: Hearer): Html =>
  told.length === 0
    ? html`<p class="hint">Nothing is known of it any more.</p>`
    : html`<ol class="history">${told.map((one) => {
        const who = one.by === reader.id ? 'You' : html`<bdi>${names.people.get(one.by) ?? 'Somebody'}</bdi>`
        const [first = nothing, ...more] = deedsInWords(one, names, reader).filter((deed) => deed !== nothing)
        return html`<li><div>${who} ${first}${more.map((deed) => html`; ${deed}`)}${how(one)}</div><div class="meta">${momentTag(reader, one.at, now)}${one.canUndo ? undoForm(one.op) : nothing}</div></li>`
      })}</ol>`

const how = ({ what }: Told): Html =>
  what === 'undo'
    ? html` <span class="how">by undoing</span>`
    : what === 'redo'
      ? html` <span class="how">by redoing</span>`
      : nothing

const undoForm = (op: string): Html =>
  html`<form method="post" action="/undo/${op}" data-outbox="undo"><button>Undo</button></form>`

const all = ({ task, next }: TaskHistory): Html =>
  next === undefined ? nothing : html`<p><a href="/tasks/${task.id}/history">The whole history</a></p>`

const older = ({ task, next }: TaskHistory): Html =>
  next === undefined ? nothing : html`<p><a href="/tasks/${task.id}/history?before=${next}">Earlier</a></p>`
