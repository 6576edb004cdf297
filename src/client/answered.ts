import * as Turbo from '@hotwired/turbo'
import { type Answer, type Meaning, meaningOf } from './answers.ts'
import { field } from './change.ts'
import { tell } from './channel.ts'
import { isAnyDirty } from './controllers/draft.ts'
import { offerAside } from './controllers/offer.ts'
import { addToasts, sayToasts } from './controllers/toast.ts'
import { countWaiting } from './controllers/waiting.ts'
import { pageOf } from './effects/page.ts'
import { here, taskPage } from './page.ts'
import { type Entry, forget } from './queue.ts'
import { refreshSoon } from './refresh.ts'
import { rowOf } from './rows.ts'
import { type Shown, settle, takeBack } from './shown.ts'
import { applyStreams } from './streams.ts'

/** The fields of an entry that somebody typed. */
const WORDS = ['task', 'title', 'notes', 'name', 'query', 'recurrence', 'until', 'count']

/** Whoever has waited longer for an answer is at something else by now. */
const FOLLOWS_MS = 5000

/** The fields by which views choose, group and order. */
const PLACING = ['due_day', 'due_time', 'start_day', 'deadline_day', 'priority', 'label', 'list', 'section', 'parent']

/** True for a change that shows itself. What went to another list is seen no more, or looks as it did. */
const isShown = ({ kind, fields }: Entry): boolean =>
  kind === 'add' || (kind === 'move' && !fields.some(([name]) => name === 'list'))

/** True when an entry that was not done must not be forgotten: nobody said why not, or there are words in it. */
export function isWorthKeeping(entry: Entry, answer: Answer): boolean {
  const meaning = meaningOf(answer)
  return meaning === 'stuck' || (meaning === 'refused' && wordsOf(entry).length > 0)
}

/** Does with the answer to entry `id` what this tab has to: each that shows the entry settles it for itself. */
export function settleAnswer(id: string, answer: Answer): void {
  const one = settle(id)
  void countWaiting()
  if (!one) return
  Turbo.cache.clear()
  const meaning = meaningOf(answer)
  if (meaning !== 'done') void undo(one, answer)
  // Undone meanwhile: the answer to that will say how it stands.
  if (meaning === 'done' && one.isUndone) return
  // Before the toast: what comes after a visit has begun goes along.
  const isLeaving = meaning === 'done' && follow(one, answer)
  if (meaning !== 'stuck') applyStreams(answer.body, toastsFor(one, meaning))
  if (isLeaving) return
  // A task's own page shows more than the streams carry, and only the server knows what stands where after some changes.
  if (meaning !== 'done' || taskPage() || mayReorder(one.entry)) refreshSoon()
}

/** Goes where the form leads, if its person still looks at it. */
function follow({ entry, isMine }: Shown, { next }: Answer): boolean {
  if (!isMine || !next || entry.from !== here() || next === here()) return false
  if (Date.now() - entry.at > FOLLOWS_MS || Turbo.navigator.currentVisit || isAnyDirty()) return false
  Turbo.visit(next)
  return true
}

/** True for a change after which a row may belong elsewhere on this page, or not on it at all. */
const mayReorder = ({ kind, fields }: Entry): boolean =>
  ['bulk', 'skip', 'restore', 'reschedule', 'form'].includes(kind) ||
  (kind === 'edit' && fields.some(([name]) => PLACING.includes(name)))

/** What is done with the toasts of an answer. That a row was added or moved is seen where it stands, if it still does. */
function toastsFor(one: Shown, meaning: Meaning): (content: DocumentFragment) => void {
  if (!one.isMine) return () => {}
  const { entry } = one
  const id = entry.kind === 'add' ? field(entry, 'id') : entry.action.split('/')[2]
  const isSeen = (!!one.effect && entry.kind !== 'move') || !!rowOf(id ?? '')
  if (entry.kind === 'form' && meaning === 'refused')
    return (content) => void import('./controllers/beside.ts').then(({ sayBeside }) => sayBeside(entry.action, content))
  return (content) => {
    // What stands where it was put need not be shown once more, unless there is something else to be done about it.
    const isOffer = content.querySelector('.toast form:not([data-outbox="undo"])')
    if (meaning === 'done' && isSeen && isShown(entry) && !isOffer) sayToasts(content)
    else addToasts(content, entry.kind === 'undo' ? undefined : id)
  }
}

async function undo(one: Shown, answer: Answer): Promise<void> {
  takeBack(one)
  // Back in its field, it is a draft again, and need not be offered.
  if (one.isMine && meaningOf(answer) === 'refused' && (await giveBack(one.entry, answer))) {
    await forget(one.entry)
    tell({ type: 'aside' })
  }
  await offerAside()
}

/** Puts the words of a refused entry where they were typed. False when that place is gone, or holds newer words. */
async function giveBack(entry: Entry, answer: Answer): Promise<boolean> {
  if (entry.kind === 'add') return fill(document.querySelector<HTMLInputElement>('#task'), field(entry, 'task'))
  if (entry.kind === 'form') return answer.status !== 404 && fillAgain(entry)
  const id = entry.action.split('/')[2] ?? ''
  // What is gone can be edited no more.
  if (entry.kind !== 'edit' || answer.status === 404) return false
  const form = pageOf(id)?.querySelector<HTMLFormElement>('form[data-outbox="edit"]')
  if (form) return wordsOf(entry).every(([name, text]) => fill(form.elements.namedItem(name), text))
  const row = rowOf(id)
  const title = field(entry, 'title')
  if (!row || title === undefined || field(entry, 'notes') !== undefined) return false
  const { reopenRename } = await import('./controllers/rename.ts')
  return reopenRename(row, title)
}

/** Puts the words into their form again, as a draft. */
function fillAgain(entry: Entry): boolean {
  const form = document.querySelector<HTMLFormElement>(`form[action="${entry.action}"]`)
  return wordsOf(entry).every(([name, text]) => {
    const input = form?.elements.namedItem(name)
    if (!(input instanceof HTMLInputElement) || input.value !== input.defaultValue) return false
    input.defaultValue = ''
    return fill(input, text)
  })
}

const wordsOf = (entry: Entry): [string, string][] =>
  entry.fields.filter(([name, text]) => WORDS.includes(name) && text)

function fill(place: unknown, text = ''): boolean {
  if (!(place instanceof HTMLInputElement || place instanceof HTMLTextAreaElement)) return false
  if (place.value === place.defaultValue) place.value = text
  return place.value === text
}
