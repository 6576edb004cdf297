import { belongs, focusPage, rowOf } from '../rows.ts'
import { announce } from './saying.ts'

const STAYS_MS = 12_000
// A problem that has stood this long was read before the next page was asked for.
const READ_MS = 5000
const AWAITS_MS = 10_000
const BACK_MS = 50

/**
 * Looks after the toasts in `#flashes`. One at a time: a newer one takes the place of an older. It stays at least ten
 * seconds, waits while somebody points at it or stands in it, and can be closed. One that offers something stays. A
 * problem stays beside it until it is closed, or another comes. Another page takes only those along that came after it was asked for, and fresh problems.
 */
export function startToasts(): void {
  tendAll()
  // Before Turbo's own listener, which takes what is temporary out of the page.
  document.addEventListener('turbo:before-cache', carryOver, true)
  document.addEventListener('turbo:visit', noteStale)
  document.addEventListener('turbo:before-render', beforeRender)
  document.addEventListener('turbo:before-morph-element', leaveInPlace)
  document.addEventListener('turbo:render', putBack)
  document.addEventListener('click', (event) => {
    const close = (event.target as Element).closest?.('.toast .close')
    if (close) dismiss(close.closest('.toast'))
  })
  document.addEventListener('submit', (event) => {
    // Pressed once is enough; the answer brings its own toast.
    const toast = (event.target as Element).closest<HTMLElement>('.toast')
    if (!toast) return
    awaited = { id: toast.dataset.about ?? '', until: Date.now() + AWAITS_MS }
    dismiss(toast)
    // What still waited is taken back at once; else the row comes with the answer.
    setTimeout(focusReturned, BACK_MS)
  })
  document.addEventListener('turbo:render', focusReturned)
}

/** Shows toasts that came in a stream, about the task `about`. */
export function addToasts(content: DocumentFragment, about?: string): void {
  for (const toast of content.querySelectorAll<HTMLElement>('.toast')) if (about) toast.dataset.about = about
  // Without the spaces between them: the styles ask whether there is one.
  place()?.append(...content.children)
  tendAll()
}

/** Says what toasts would show: for those who do not see that it is so already. */
export function sayToasts(content: DocumentFragment): void {
  for (const words of content.querySelectorAll('.toast > span')) announce(words.textContent ?? '')
}

/** Shows a toast of our own making; `text` is text, not markup. */
export function addToast(text: string, kind: 'plain' | 'error' = 'plain'): void {
  const toast = newToast(kind)
  const words = document.createElement('span')
  words.textContent = text
  toast.append(words)
  place()?.append(toast)
  tendAll()
}

/** Shows that `name` was, say, "Deleted" by `entry`, which still waits, with a button that undoes it. */
export function addUndoToast(
  word: string,
  name: string,
  { id, action }: { id: string; action: string },
  to = '',
): void {
  const toast = newToast('plain')
  toast.dataset.about = action.split('/')[2] ?? ''
  const words = document.createElement('span')
  const bdi = document.createElement('bdi')
  bdi.textContent = name
  words.append(`${word} `, bdi, to)
  const form = document.createElement('form')
  form.method = 'post'
  form.action = `/undo/${id}`
  form.dataset.outbox = 'undo'
  const button = document.createElement('button')
  button.textContent = 'Undo'
  form.append(button)
  toast.append(words, form)
  place()?.append(toast)
  tendAll()
}

function newToast(kind: 'plain' | 'error'): HTMLElement {
  const toast = document.createElement('div')
  toast.className = kind === 'error' ? 'toast error' : 'toast'
  toast.setAttribute('role', kind === 'error' ? 'alert' : 'status')
  toast.dataset.turboTemporary = ''
  return toast
}

let carried: Element[] = []
let arriving: Element[] = []
// When each came, in milliseconds since 1970.
const tended = new WeakMap<Element, number>()
const stale = new WeakSet<Element>()
// Whose row is to come back.
let awaited = { id: '', until: 0 }

function place(): HTMLElement | null {
  return document.getElementById('flashes')
}

function tendAll(): void {
  for (const kind of ['.toast:not(.error)', '.toast.error']) {
    const all = [...document.querySelectorAll<HTMLElement>(`#flashes ${kind}`)]
    for (const toast of all.slice(0, -1)) dismiss(toast)
    for (const toast of all.slice(-1)) if (!tended.has(toast)) tend(toast)
  }
}

function tend(toast: HTMLElement): void {
  tended.set(toast, Date.now())
  const close = document.createElement('button')
  close.type = 'button'
  close.className = 'close'
  close.setAttribute('aria-label', 'Close')
  toast.append(close)
  // An offer stays until it is taken up, closed, or another page is asked for.
  if (toast.classList.contains('error') || toast.querySelector('.offer')) return
  let timer: ReturnType<typeof setTimeout>
  const wait = () => clearTimeout(timer)
  const go = () => {
    clearTimeout(timer)
    timer = setTimeout(() => dismiss(toast), STAYS_MS)
  }
  toast.addEventListener('pointerenter', wait)
  toast.addEventListener('focusin', wait)
  toast.addEventListener('pointerleave', go)
  toast.addEventListener('focusout', go)
  go()
}

function dismiss(toast: Element | null): void {
  if (!toast) return
  const hadFocus = toast.contains(document.activeElement)
  carried = carried.filter((other) => other !== toast)
  keepRoom(toast)
  toast.remove()
  if (hadFocus) focusPage()
}

/** Above a card the room stays, so that nothing moves under the hand. */
function keepRoom(toast: Element): void {
  const here = toast.closest<HTMLElement>('.door > .toasts')
  if (here) here.style.minHeight = `${here.getBoundingClientRect().height}px`
}

/** The row that was undone something to has the focus when it is back, unless somebody went elsewhere meanwhile. */
function focusReturned(): void {
  const row = Date.now() < awaited.until ? rowOf(awaited.id) : null
  const active = document.activeElement
  if (!row || !belongs(row) || (active !== document.body && active?.id !== 'main')) return
  awaited.until = 0
  row.querySelector<HTMLElement>('.check')?.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
}

/** Another page was asked for: what stands now was seen. */
function noteStale(): void {
  for (const toast of document.querySelectorAll('#flashes .toast')) {
    const since = Date.now() - (tended.get(toast) ?? 0)
    if (!toast.classList.contains('error') || since > READ_MS) stale.add(toast)
  }
}

/** Another page takes fresh toasts with it; a page that is morphed keeps them where they are and gets the new ones. */
function beforeRender(event: Event): void {
  const { newBody, renderMethod } = (event as CustomEvent<{ newBody: HTMLElement; renderMethod: string }>).detail
  if (renderMethod === 'morph') arriving = [...newBody.querySelectorAll('#flashes .toast')]
  else carryOver()
}

function leaveInPlace(event: Event): void {
  if ((event.target as Element).id === 'flashes') event.preventDefault()
}

function carryOver(): void {
  for (const toast of document.querySelectorAll('#flashes .toast')) {
    if (!carried.includes(toast) && !stale.has(toast)) carried.push(toast)
    toast.remove()
  }
}

function putBack(): void {
  place()?.prepend(...carried)
  place()?.append(...arriving)
  carried = []
  arriving = []
  tendAll()
}
