import { focusSomewhere } from '../rows.ts'

const STAYS_MS = 12_000
const AT_MOST = 3

/**
 * Looks after the toasts in `#flashes`: each stays at least ten seconds on the screen, over page changes too, waits
 * while somebody points at it or stands in it, and can be closed. A problem stays until it is closed.
 */
export function startToasts(): void {
  tendAll()
  // Before Turbo's own listener, which takes what is temporary out of the page.
  document.addEventListener('turbo:before-cache', carryOver, true)
  document.addEventListener('turbo:before-render', beforeRender)
  document.addEventListener('turbo:before-morph-element', leaveInPlace)
  document.addEventListener('turbo:render', putBack)
  document.addEventListener('click', (event) => {
    const close = (event.target as Element).closest?.('.toast .close')
    if (close) dismiss(close.closest('.toast'))
  })
  document.addEventListener('submit', (event) => {
    // Pressed once is enough; the answer brings its own toast.
    const toast = (event.target as Element).closest('.toast')
    if (toast) dismiss(toast)
  })
}

/** Shows toasts that came in a stream. */
export function addToasts(content: DocumentFragment): void {
  place()?.append(content)
  tendAll()
}

/** Shows a toast of our own making; `text` is text, not markup. */
export function addToast(text: string, kind: 'plain' | 'error' = 'plain'): void {
  const toast = document.createElement('div')
  toast.className = kind === 'error' ? 'toast error' : 'toast'
  toast.setAttribute('role', kind === 'error' ? 'alert' : 'status')
  toast.dataset.turboTemporary = ''
  const words = document.createElement('span')
  words.textContent = text
  toast.append(words)
  place()?.append(toast)
  tendAll()
}

let carried: Element[] = []
let arriving: Element[] = []
const tended = new WeakSet<Element>()

function place(): HTMLElement | null {
  return document.getElementById('flashes')
}

function tendAll(): void {
  const all = [...document.querySelectorAll<HTMLElement>('#flashes .toast')]
  for (const toast of all.slice(0, -AT_MOST)) toast.remove()
  for (const toast of all) if (!tended.has(toast)) tend(toast)
}

function tend(toast: HTMLElement): void {
  tended.add(toast)
  const close = document.createElement('button')
  close.type = 'button'
  close.className = 'close'
  close.setAttribute('aria-label', 'Close')
  toast.append(close)
  if (toast.classList.contains('error')) return
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
  toast.remove()
  if (hadFocus) focusSomewhere()
}

/** Another page takes the toasts with it; a page that is morphed keeps them where they are and gets the new ones. */
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
    if (!carried.includes(toast)) carried.push(toast)
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
