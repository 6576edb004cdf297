import { asTitle, type Change, field } from '../effects.ts'
import type { Entry } from '../queue.ts'
import { rowOf, titleOf } from '../rows.ts'
import { isWaiting } from '../shown.ts'
import { addUndoToast } from './toast.ts'
import { trouble } from './waiting.ts'

const ANSWERS_MS = 1000

const WORDS: Record<string, string> = {
  complete: 'Completed',
  reopen: 'Reopened',
  edit: 'Saved',
  delete: 'Deleted',
}

/**
 * Offers to undo a change whose answer, with the Undo of the server, is long in coming. Undoing is a change like any
 * other: it is sent behind the one that it undoes.
 */
export function offerUndo(entry: Entry, title: string): void {
  const word = WORDS[entry.kind]
  if (!word || !title) return
  latest = entry.id
  const offer = () => {
    if (latest === entry.id && isWaiting(entry.id)) addUndoToast(word, title, entry)
  }
  setTimeout(offer, trouble() || !navigator.onLine ? 0 : ANSWERS_MS)
}

/** What the task of a change is called, once the change is made. To be asked before it is shown. */
export function titleFor(change: Change): string {
  const row = rowOf(change.action.split('/')[2] ?? '')
  const now = row ? titleOf(row) : (document.querySelector('main[data-task] h1')?.textContent ?? '')
  return asTitle(field(change, 'title') ?? now)
}

let latest = ''
