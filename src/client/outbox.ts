import * as Turbo from '@hotwired/turbo'
import { alone } from './alone.ts'
import { type Answer, backOffMs, type Meaning, meaningOf, retryAfterMs } from './answers.ts'
import { hear, type Trouble, tell } from './channel.ts'
import { offerUnsendable } from './controllers/offer.ts'
import { addToast } from './controllers/toast.ts'
import { tellWaiting } from './controllers/waiting.ts'
import type { Change } from './effects.ts'
import { isEnding, signedOut, someoneElse } from './endings.ts'
import { newId } from './ids.ts'
import { onEveryPage, person, sleep } from './page.ts'
import { addEntry, type Entry, entriesOf, firstEntry, heldInMemory, removeEntry, setAside } from './queue.ts'
import { refreshSoon } from './refresh.ts'
import { layOverNewPage, layOverRows, settle, show, takeBack } from './shown.ts'
import { applyStreams } from './streams.ts'

const TIMEOUT_MS = 30_000
const FOREIGN_TRIES = 3
// After this long without news from the tab that sends, another one tries.
const TAKE_OVER_MS = 15_000
// What a page asked for by the person waits for, so that it shows what was done a moment before.
const HOLD_MS = 1000
// Browsers refuse more than 64 kB in requests that may outlive their page.
const KEEPALIVE_BYTES = 30_000

/**
 * Takes over every form marked `data-outbox`: shows its effect at once, stores it, and sends what is stored strictly in
 * order, one at a time, one tab for all. What cannot be sent now waits, over reloads and across tabs.
 */
export async function startOutbox(): Promise<void> {
  document.addEventListener('submit', takeOver, true)
  document.addEventListener('click', dropDoubleClick, true)
  document.addEventListener('turbo:before-fetch-request', holdVisit)
  addEventListener('online', () => void drain())
  addEventListener('beforeunload', warnOfLoss)
  document.addEventListener('visibilitychange', () => void (document.visibilityState === 'visible' && drain()))
  hear((message) => {
    if (message.type === 'entry') receive(message.entry)
    else if (message.type === 'answer') finish(message.id, message.answer)
    else if (message.type === 'trouble') setTrouble(message.trouble)
  })
  const me = person()
  if (!me) return
  for (const entry of await entriesOf(me)) show(entry, true)
  document.addEventListener('turbo:render', layOverNewPage)
  document.addEventListener('turbo:frame-load', layOverRows)
  onEveryPage(() => void offerUnsendable())
  await countWaiting()
  void drain()
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
  show(entry, true)
  waiting++
  // What Turbo remembers of other pages does not know of this change.
  Turbo.cache.clear()
  void store(entry)
  return true
}

/** True when the op was made in this tab, which therefore shows it already. */
export const isMine = (op: string): boolean => mine.has(op)

/** Resolves when nothing waits (true), or when one more try failed or `ms` milliseconds have passed (false). */
export async function drained(ms: number): Promise<boolean> {
  const until = Date.now() + ms
  const triesBefore = tries
  void drain()
  for (;;) {
    await Promise.allSettled(storing)
    const me = person()
    if (!me || !(await firstEntry(me))) return true
    if (Date.now() >= until || tries > triesBefore) return false
    await sleep(50)
  }
}

const mine = new Set<string>()
const storing = new Set<Promise<void>>()
let waiting = 0
let trouble: Trouble
let tries = 0
let foreignAnswers = 0
let notBefore = 0
let draining = false
let again = false

function takeOver(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement
  const kind = form.dataset.outbox
  if (!kind || event.defaultPrevented || !person()) return
  const fields: [string, string][] = []
  for (const [name, value] of new FormData(form, event.submitter)) {
    // Files go to the network as they are.
    if (typeof value !== 'string') return
    fields.push([name, value])
  }
  event.preventDefault()
  if (kind === 'add') addFromForm(form, fields)
  else put({ kind, action: form.getAttribute('action') ?? '', fields })
}

/** The field is empty and ready for the next task while this one is still on its way. */
function addFromForm(form: HTMLFormElement, fields: [string, string][]): void {
  const text = fields.find(([name]) => name === 'task')?.[1] ?? ''
  if (!text.trim()) return
  // Not the id in the page: a kept page may be shown twice, and two tasks would share it.
  const fresh: [string, string][] = [...fields.filter(([name]) => name !== 'id'), ['id', newId()]]
  put({ kind: 'add', action: form.getAttribute('action') ?? '/tasks', fields: fresh })
  const field = form.querySelector<HTMLInputElement>('input[name="task"]')
  if (!field) return
  field.defaultValue = ''
  field.value = ''
  field.focus()
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
  const work = addEntry(entry).then(() => tell({ type: 'entry', entry }))
  storing.add(work)
  await work
  storing.delete(work)
  await countWaiting()
  void drain()
}

/** Another tab made a change: this one shows it too. */
function receive(entry: Entry): void {
  if (entry.person !== person()) return
  show(entry, false)
  void countWaiting()
}

async function drain(): Promise<void> {
  if (draining) {
    again = true
    return
  }
  draining = true
  do {
    again = false
    if (Date.now() >= notBefore) await alone('outbox', sendAll).catch(() => later(undefined))
  } while (again)
  draining = false
}

async function sendAll(lost: AbortSignal): Promise<void> {
  const me = person()
  while (me && !lost.aborted && !isEnding()) {
    const entry = await firstEntry(me)
    if (!entry) return
    const answer = await send(entry)
    if (!answer) return later(undefined, 'offline')
    const meaning = meaningOf(answer)
    if (meaning === 'signed-out') return signedOut()
    if (meaning === 'someone-else') return someoneElse()
    if (meaning === 'later') return later(answer.retryAfter, 'server')
    if (meaning === 'foreign' && ++foreignAnswers < FOREIGN_TRIES) return later(undefined, 'server')
    await conclude(entry, answer, meaning)
  }
}

async function conclude(entry: Entry, answer: Answer, meaning: Meaning): Promise<void> {
  await (meaning === 'foreign' ? setAside(entry) : removeEntry(entry))
  tries = 0
  foreignAnswers = 0
  setTrouble(undefined)
  tell({ type: 'trouble', trouble: undefined })
  tell({ type: 'answer', id: entry.id, answer })
  finish(entry.id, answer)
}

/** The answer to an entry, in every tab that shows it. */
function finish(id: string, answer: Answer): void {
  const one = settle(id)
  void countWaiting()
  if (!one) return
  Turbo.cache.clear()
  const meaning = meaningOf(answer)
  if (meaning !== 'done') {
    takeBack(one)
    if (one.isMine) giveTextBack(one.entry)
    refreshSoon()
  }
  if (meaning === 'foreign') void offerUnsendable()
  else applyStreams(answer.body, one.isMine)
  // A task's own page shows more than the streams carry.
  if (meaning === 'done' && document.querySelector('main[data-task]')) refreshSoon()
}

/** The words of a refused task go back into the field, or, when something new stands there, beside the reason. */
function giveTextBack(entry: Entry): void {
  if (entry.kind !== 'add') return
  const text = entry.fields.find(([name]) => name === 'task')?.[1] ?? ''
  const field = document.querySelector<HTMLInputElement>('#task')
  if (field && !field.value) field.value = text
  else addToast(`“${text}”`, 'error')
}

async function send(entry: Entry): Promise<Answer | undefined> {
  const body = new URLSearchParams(entry.fields).toString()
  const ask = () =>
    fetch(entry.action, {
      method: 'POST',
      body,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
        'X-Outbox': entry.person,
        'Idempotency-Key': entry.id,
        Accept: 'text/vnd.turbo-stream.html',
      },
      redirect: 'manual',
      keepalive: body.length < KEEPALIVE_BYTES,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  try {
    let response = await ask()
    if (response.status === 401) {
      // Crossing a rotation of the session's cookie gives one 401: the second try carries the new one.
      await sleep(300)
      response = await ask()
    }
    return await answerOf(response)
  } catch {
    return undefined
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const retryAfter = retryAfterMs(response.headers.get('Retry-After'), Date.now())
  return {
    status: response.status,
    type: response.headers.get('Content-Type') ?? '',
    body: await response.text(),
    ofOther: response.headers.get('X-Outbox-Owner') === 'other',
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}

/** Nothing can be sent now: try again when the server said, or after a growing while. */
function later(retryAfter: number | undefined, why: Trouble = 'server'): void {
  tries++
  const wait = retryAfter ?? backOffMs(tries, Math.random())
  // Only a wish of the server is a wall; a new change, or the network coming back, tries at once.
  notBefore = retryAfter === undefined ? 0 : Date.now() + retryAfter
  again = false
  retryAfterWait(wait)
  setTrouble(why)
  tell({ type: 'trouble', trouble: why })
}

let retryTimer: ReturnType<typeof setTimeout> | undefined

function retryAfterWait(ms: number): void {
  clearTimeout(retryTimer)
  retryTimer = setTimeout(() => {
    retryTimer = undefined
    void drain()
  }, ms)
}

function setTrouble(now: Trouble): void {
  if (trouble && !now) refreshSoon()
  trouble = now
  tellWaiting(waiting, trouble)
}

async function countWaiting(): Promise<void> {
  const me = person()
  await Promise.allSettled(storing)
  waiting = me ? (await entriesOf(me)).length : 0
  tellWaiting(waiting, trouble)
  // The tab that sends may be closed before it is done.
  if (waiting > 0 && !retryTimer) retryAfterWait(TAKE_OVER_MS)
}

/** Holds a page the person asked for until what they did before has arrived, so that it is in the page. */
async function holdVisit(event: Event): Promise<void> {
  const { fetchOptions, resume } = (event as CustomEvent<{ fetchOptions: RequestInit; resume: () => void }>).detail
  if (event.target !== document.documentElement || trouble || waiting === 0) return
  if ((fetchOptions.method ?? 'get').toLowerCase() !== 'get') return
  event.preventDefault()
  await drained(HOLD_MS)
  resume()
}

function warnOfLoss(event: BeforeUnloadEvent): void {
  if (heldInMemory() > 0) event.preventDefault()
}
