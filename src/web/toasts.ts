import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import type { Flash } from './flash.ts'
import { type Html, html, nothing } from './html.ts'

/** What is said after something was done. `title` is that of the task it was done to. */
const sentences: Record<string, (title: string) => string> = {
  'task.added': (title) => `Added ${title}`,
  'task.completed': (title) => `Completed ${title}`,
  'task.reopened': (title) => `Reopened ${title}`,
  'task.edited': (title) => `Saved ${title}`,
  'task.deleted': (title) => `Deleted ${title}`,
  'task.moved': (title) => `Moved ${title}`,
  'undo.done': (title) => `Undone: ${title} is as it was`,
  'undo.gone': (title) => `Undone: ${title} is gone again`,
  'undo.partly': (title) => `Undone as far as possible: ${title} was changed again meanwhile`,
  'undo.nothing': (title) => `Nothing was undone: ${title} was changed again meanwhile`,
  'account.welcome': () => 'Your account is ready. What is the first thing you want to get done?',
  'account.in': () => 'You are logged in.',
  'account.out': () => 'You are logged out.',
  'account.out-failed': () =>
    'This browser has forgotten you, but the server could not end the session. Please log in and out again.',
  'account.password': () => 'Your password is changed. All other devices are logged out.',
  'account.profile': () => 'Your profile is saved.',
  'account.session-ended': () => 'That device is logged out.',
  'account.others-ended': () => 'All other devices are logged out.',
  'account.confirmed': () => 'Thank you. Now you can go on.',
}

/** After these there is nothing that could be undone. */
const FINAL = new Set(['undo.nothing'])

/** The messages of `flashes` as markup. Titles are read through the journal, from ops of this person only. */
export async function toasts(db: Db, user: Pick<User, 'id'> | undefined, flashes: Flash[]): Promise<Html> {
  if (flashes.length === 0) return nothing
  const shown = await Promise.all(flashes.map(async (flash) => toast(flash, await titleOf(db, user, flash))))
  return html`${shown}`
}

/** A message that says why something was not done. */
export const errorToast = (sentence: string): Html =>
  html`<div class="toast error" role="alert" data-turbo-temporary><span>${sentence}</span></div>`

function toast({ code, op }: Flash, title: string | undefined): Html {
  const sentence = sentences[code]?.(title === undefined ? 'the task' : `“${title}”`)
  if (sentence === undefined) return nothing
  // An op without a title has changed nothing.
  const undo =
    op === undefined || title === undefined || FINAL.has(code)
      ? nothing
      : undoForm(op, code.startsWith('undo.') ? 'Redo' : 'Undo')
  return html`<div class="toast" role="status" data-turbo-temporary><span>${sentence}</span>${undo}</div>`
}

// Redoing is undoing the undo: it is an op like any other.
const undoForm = (op: string, word: string): Html =>
  html`<form method="post" action="/undo/${op}" data-outbox="undo"><button>${word}</button></form>`

async function titleOf(db: Db, user: Pick<User, 'id'> | undefined, { op }: Flash): Promise<string | undefined> {
  if (op === undefined || !user) return undefined
  const row = await db
    .selectFrom('changes')
    .innerJoin('tasks', 'tasks.id', 'changes.row_id')
    .select('tasks.title')
    .where('changes.user_id', '=', user.id)
    .where('changes.op_id', '=', op)
    .where('changes.table_name', '=', 'tasks')
    // What it was about comes last: before it, others may have made room.
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.title
}
