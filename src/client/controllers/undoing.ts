import { inOneLine } from '#core/line.ts'
import { type Change, field, fieldsOf } from '../change.ts'
import { taskPage } from '../page.ts'
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
  cancel: 'Won’t do',
  skip: 'Skipped',
}

/**
 * Offers to undo a change whose answer, with the Undo of the server, is long in coming. Undoing is a change like any
 * other: it is sent behind the one that it undoes.
 */
export function offerUndo(entry: Entry, name: string): void {
  const kind = entry.kind === 'bulk' ? (field(entry, 'do') ?? '') : entry.kind
  const to = wentTo(entry)
  const word = to ? 'Moved' : (WORDS[kind] ?? (entry.kind === 'bulk' ? 'Changed' : undefined))
  if (!isForm(entry) && (!word || !name)) return
  latest = entry.id
  const offer = () => {
    if (latest !== entry.id || !isWaiting(entry.id)) return
    if (word && name) addUndoToast(word, name, entry, to)
    else addUndoToast(isOffline() ? 'You are offline. This is sent when the network is back.' : SLOW, '', entry)
  }
  setTimeout(offer, trouble() || isOffline() ? 0 : ANSWERS_MS)
}

/** What is said where nothing may be seen of a change that waits. */
const SLOW = 'This waits for the server, which has not answered yet.'

/** The list to which a task went that has left this page, as the end of a sentence; elsewhere one sees where it is. */
function wentTo({ kind, action, fields }: Entry): string {
  const list = kind === 'move' && fields.find(([name]) => name === 'list')?.[1]
  if (!list || rowOf(action.split('/')[2] ?? '')) return ''
  const link = document.querySelector(`.side [data-list="${CSS.escape(list)}"] span:not(.dot, .count)`)
  return link ? ` to “${link.textContent}”` : ''
}

const isForm = ({ kind }: Entry): boolean => kind === 'form'

const isOffline = (): boolean => trouble() === 'offline' || !navigator.onLine

/** How the task of a change is called once the change is made, or how many they are. To be asked before it is shown. */
export function nameFor(change: Change): string {
  const count = fieldsOf(change, 'id').length
  if (change.kind === 'bulk') return count === 1 ? '1 task' : `${count} tasks`
  const row = rowOf(change.action.split('/')[2] ?? '')
  const now = row ? titleOf(row) : (taskPage()?.querySelector('h1')?.textContent ?? '')
  const title = inOneLine(field(change, 'title') ?? now)
  return title && `“${title}”`
}

let latest = ''
