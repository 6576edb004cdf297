import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import type { Flash } from './flash.ts'
import { type Html, html, nothing } from './html.ts'

/** What is said after something was done. `title` is that of the task it was done to. */
const sentences: Record<string, (title: Html) => Html | string> = {
  'task.added': (title) => html`Added ${title}`,
  'task.completed': (title) => html`Completed ${title}`,
  'task.cancelled': (title) => html`Won’t do ${title}`,
  'task.skipped': (title) => html`Skipped ${title} this time`,
  'task.reopened': (title) => html`Reopened ${title}`,
  'task.edited': (title) => html`Saved ${title}`,
  'task.deleted': (title) => html`Deleted ${title}`,
  'task.restored': (title) => html`Restored ${title}`,
  'task.moved': (title) => html`Moved ${title}`,
  'today.rescheduled': () => 'What was overdue is due today',
  'list.added': (title) => html`Added the list ${title}`,
  'list.edited': (title) => html`Saved the list ${title}`,
  'list.moved': (title) => html`Moved the list ${title}`,
  'list.archived': (title) => html`Archived the list ${title}`,
  'list.unarchived': (title) => html`Brought back the list ${title}`,
  'list.deleted': (title) => html`Deleted the list ${title}`,
  'list.restored': (title) => html`Brought back the list ${title}`,
  'section.added': (title) => html`Added the section ${title}`,
  'section.edited': (title) => html`Saved the section ${title}`,
  'section.moved': (title) => html`Moved the section ${title}`,
  'section.deleted': (title) => html`Deleted the section ${title}`,
  'undo.done': (title) => html`Undone: ${title} is as it was`,
  'undo.gone': (title) => html`Undone: ${title} is gone again`,
  'undo.partly': (title) => html`Undone as far as possible: ${title} was changed again meanwhile`,
  'undo.nothing': (title) => html`Nothing was undone: ${title} was changed again meanwhile`,
  'undo.already': (title) => html`Nothing to undo: ${title} is as it was already`,
  'redo.done': (title) => html`Done again: ${title}`,
  'redo.gone': (title) => html`Done again: ${title} is gone`,
  'redo.partly': (title) => html`Done again as far as possible: ${title} was changed meanwhile`,
  'redo.nothing': (title) => html`Nothing was done again: ${title} was changed meanwhile`,
  'redo.already': (title) => html`Nothing to do again: ${title} is like that already`,
  'account.welcome': () => 'Your account is ready. What is the first thing you want to get done?',
  'account.in': () => 'You are logged in.',
  'account.out': () => 'You are logged out.',
  'account.out-failed': () =>
    'This browser has forgotten you, but the server could not end the session. Please log in and out again.',
  'account.password': () => 'Your password is changed. All other devices are logged out.',
  'account.profile': () => 'Your profile is saved.',
  'account.session-ended': () => 'That device is logged out.',
  'account.others-ended': () => 'All other devices are logged out.',
  'account.confirmed': () => 'Thank you. Press the button once more to go on.',
}

/** After these there is nothing that could be undone. */
const FINAL = /^(undo|redo)\.(nothing|already)$/

/** The messages of `flashes` as markup. Titles are read through the journal, from ops of this person only. */
export async function toasts(db: Db, user: Pick<User, 'id'> | undefined, flashes: Flash[]): Promise<Html> {
  if (flashes.length === 0) return nothing
  const shown = await Promise.all(flashes.map(async (flash) => toast(flash, await titleOf(db, user, flash.op))))
  return html`${shown}`
}

/** A message that says why something was not done. */
export const errorToast = (sentence: string): Html =>
  html`<div class="toast error" role="alert" data-turbo-temporary><span>${sentence}</span></div>`

function toast({ code, op }: Flash, title: string | undefined): Html {
  // A title may be written from right to left, or want to turn round what follows it.
  const sentence = sentences[code]?.(title === undefined ? html`the task` : html`<bdi>“${title}”</bdi>`)
  if (sentence === undefined) return nothing
  // An op without a title has changed nothing.
  const undo =
    op === undefined || title === undefined || FINAL.test(code)
      ? nothing
      : undoForm(op, code.startsWith('undo.') ? 'Redo' : 'Undo')
  return html`<div class="toast" role="status" data-turbo-temporary><span>${sentence}</span>${undo}</div>`
}

// Redoing is undoing the undo: it is an op like any other.
const undoForm = (op: string, word: string): Html =>
  html`<form method="post" action="/undo/${op}" data-outbox="undo"><button>${word}</button></form>`

async function titleOf(
  db: Db,
  user: Pick<User, 'id'> | undefined,
  op: string | undefined,
): Promise<string | undefined> {
  if (op === undefined || !user) return undefined
  const row = await db
    .selectFrom('changes')
    .leftJoin('tasks', 'tasks.id', 'changes.row_id')
    .leftJoin('lists', 'lists.id', 'changes.row_id')
    .leftJoin('sections', 'sections.id', 'changes.row_id')
    .leftJoin('labels', 'labels.id', 'changes.row_id')
    .select((eb) => eb.fn.coalesce('tasks.title', 'lists.name', 'sections.name', 'labels.name').as('title'))
    .where('changes.user_id', '=', user.id)
    .where('changes.op_id', '=', op)
    .where('changes.table_name', 'in', ['tasks', 'lists', 'sections', 'labels'])
    // What it was about comes last: before it, others may have made room.
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.title ?? titleUndone(db, user, op)
}

/** The title of what an undo was about that found nothing to change. */
async function titleUndone(db: Db, user: Pick<User, 'id'>, op: string): Promise<string | undefined> {
  const undo = await db
    .selectFrom('ops')
    .select('undoes')
    .where('user_id', '=', user.id)
    .where('op_id', '=', op)
    .where('undoes', 'is not', null)
    .executeTakeFirst()
  return undo?.undoes ? titleOf(db, user, undo.undoes) : undefined
}
