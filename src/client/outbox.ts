import * as Turbo from '@hotwired/turbo'
import { settleAnswer } from './answered.ts'
import { type Change, field } from './change.ts'
import { hear, tell } from './channel.ts'
import { keepFilledIn } from './controllers/draft.ts'
import { offerAside, startOffers } from './controllers/offer.ts'
import { nameFor, offerUndo } from './controllers/undoing.ts'
import { countWaiting, oneMoreWaits, trouble, waiting } from './controllers/waiting.ts'
import { newId } from './ids.ts'
import { here, person } from './page.ts'
import { addEntry, type Entry, entriesOf, takeUp, unsafe, whenStored } from './queue.ts'
import { drain, drained, startSending } from './sending.ts'
import { layOverNewPage, layOverRows, show } from './shown.ts'

// What a page asked for by the person waits for, so that it shows what was done a moment before.
const HOLD_MS = 1000

/**
 * Takes over every form marked `data-outbox`: shows its effect at once, stores it, and has it sent. What cannot be sent
 * now waits, over reloads and across tabs.
 */
export async function startOutbox(): Promise<void> {
  document.addEventListener('submit', takeOver, true)
  document.addEventListener('click', dropDoubleClick, true)
  document.addEventListener('turbo:before-fetch-request', holdVisit)
  addEventListener('beforeunload', warnOfLoss)
  if (!person()) return
  hear((message) => {
    if (message.type === 'entry') receive(message.entry)
    else if (message.type === 'answer') settleAnswer(message.id, message.answer)
    else if (message.type === 'aside') void offerAside()
  })
  startSending()
  startOffers(sendAgain)
  await takeUpStored()
  document.addEventListener('turbo:render', layOverNewPage)
  document.addEventListener('turbo:frame-load', layOverRows)
  // In a slow browser the store may open later than anybody waits for it.
  void whenStored().then(takeUpStored)
}

/**
 * Puts one change into the outbox: shown now, stored, sent when its turn comes. Refused (false) on a page that belongs
 * to nobody.
 */
export function put(change: Change): boolean {
  const me = person()
  if (!me) return false
  const entry: Entry = { ...change, id: newId(), person: me, at: Date.now() }
  mine.add(entry.id)
  const name = nameFor(change)
  show(entry, true)
  offerUndo(entry, name)
  oneMoreWaits()
  // What Turbo remembers of other pages does not know of this change.
  Turbo.cache.clear()
  void store(entry)
  return true
}

/** True when the op was made in this tab, which therefore shows it already. */
export const isMine = (op: string): boolean => mine.has(op)

const mine = new Set<string>()

/** Shows and sends what was done before this page stood. */
async function takeUpStored(): Promise<void> {
  for (const entry of await entriesOf(person() ?? '')) show(entry, true)
  await countWaiting()
  void offerAside()
  void drain()
}

function takeOver(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement
  const kind = form.dataset.outbox
  // A button may ask for a page instead: that changes nothing.
  const isReading = event.submitter?.getAttribute('formmethod') === 'get'
  if (!kind || isReading || event.defaultPrevented || !person()) return
  const fields: [string, string][] = []
  for (const [name, value] of new FormData(form, event.submitter)) {
    // Files go to the network as they are.
    if (typeof value !== 'string') return
    fields.push([name, value])
  }
  event.preventDefault()
  const change: Change = { kind, action: form.getAttribute('action') ?? '', fields }
  if (kind === 'add') addFromForm(form, change)
  else if (kind === 'form') putForm(form, change)
  else put(change)
}

/** What was filled in is no draft any more; a form for something new is ready for the next. */
function putForm(form: HTMLFormElement, change: Change): void {
  put({ ...change, from: here() })
  const id = form.elements.namedItem('id')
  if (id instanceof HTMLInputElement) {
    form.reset()
    id.value = newId()
  } else keepFilledIn(form)
}

/** The field is empty and ready for the next task while this one is still on its way. */
function addFromForm(form: HTMLFormElement, change: Change): void {
  if (!field(change, 'task')?.trim()) return
  // Not the id in the page: a kept page may be shown twice, and two tasks would share it.
  put({ ...change, fields: [...change.fields.filter(([name]) => name !== 'id'), ['id', newId()]] })
  const input = form.querySelector<HTMLInputElement>('input[name="task"]')
  if (!input) return
  input.defaultValue = ''
  input.value = ''
  input.focus()
}

// A double click on a checkbox is one wish. Quick clicks on other rows, even where they slid under the pointer, count.
function dropDoubleClick(event: MouseEvent): void {
  const check = (event.target as Element).closest?.('.check') ?? undefined
  if (check && event.detail > 1 && check === lastCheck && event.timeStamp - lastClick < 500) event.preventDefault()
  else lastClick = event.timeStamp
  lastCheck = check
}

let lastCheck: Element | undefined
let lastClick = 0

async function store(entry: Entry): Promise<void> {
  await addEntry(entry)
  tell({ type: 'entry', entry })
  await countWaiting()
  void drain()
}

/** Another tab made a change: this one shows it too. */
function receive(entry: Entry): void {
  if (entry.person !== person()) return
  show(entry, false)
  void countWaiting()
}

/** What was set aside goes into the queue once more. */
async function sendAgain(entries: Entry[]): Promise<void> {
  await takeUp(entries)
  for (const entry of entries) {
    mine.add(entry.id)
    show(entry, true)
    tell({ type: 'entry', entry })
  }
  await countWaiting()
  void drain()
}

/** Holds a page the person asked for until what they did before has arrived, so that it is in the page. */
async function holdVisit(event: Event): Promise<void> {
  const { fetchOptions, resume } = (event as CustomEvent<{ fetchOptions: RequestInit; resume: () => void }>).detail
  if (event.target !== document.documentElement || trouble() || waiting() === 0) return
  if ((fetchOptions.method ?? 'get').toLowerCase() !== 'get') return
  event.preventDefault()
  await drained(HOLD_MS)
  resume()
}

function warnOfLoss(event: BeforeUnloadEvent): void {
  if (unsafe() > 0) event.preventDefault()
}
