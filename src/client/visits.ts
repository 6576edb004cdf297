import * as Turbo from '@hotwired/turbo'
import { addToast } from './controllers/toast.ts'
import { put } from './outbox.ts'
import { BACKGROUND } from './refresh.ts'
import { rememberFocus } from './rows.ts'

type Morphing = { currentElement: Element; newElement?: Element }
type Rendering = { newBody: HTMLElement; renderMethod: string }
type Asking = { fetchOptions: { headers: Record<string, string> } }

/** What Turbo's own visits need to know of us. */
export function startVisits(): void {
  document.addEventListener('turbo:before-fetch-request', (event) => {
    // Loaded because it came into view, not because somebody asked.
    if (!(event.target as Element).matches('turbo-frame[loading="lazy"]')) return
    Object.assign((event as CustomEvent<Asking>).detail.fetchOptions.headers, BACKGROUND)
  })
  document.addEventListener('turbo:fetch-request-error', onNoNetwork)
  addEventListener('unhandledrejection', keepQuiet)
  document.addEventListener('turbo:before-morph-element', skipEqualRow)
  document.addEventListener('turbo:before-morph-attribute', keepFrame)
  document.addEventListener('turbo:before-render', (event) => {
    const { newBody, renderMethod } = (event as CustomEvent<Rendering>).detail
    giveFocusBack = renderMethod === 'morph' ? rememberFocus() : undefined
    // Turbo leaves <html> as it was; the theme stands there.
    const { theme } = newBody.ownerDocument.documentElement.dataset
    if (theme) document.documentElement.dataset.theme = theme
  })
  document.addEventListener('turbo:render', () => giveFocusBack?.())
}

let giveFocusBack: (() => void) | undefined

// Comparing a row costs a fraction of morphing it, and most rows of a page are as they were.
function skipEqualRow(event: Event): void {
  const { currentElement, newElement } = (event as CustomEvent<Morphing>).detail
  if (newElement && currentElement.matches('.task') && currentElement.isEqualNode(newElement)) event.preventDefault()
}

// A row, a heading or the page that has the focus is one that can have it, and what was unfolded stays so; the server
// knows nothing of that.
function keepFrame(event: Event): void {
  const { attributeName } = (event as CustomEvent<{ attributeName: string }>).detail
  const kept = attributeName === 'tabindex' ? '.task, main, h1' : attributeName === 'open' ? 'details' : ''
  if (kept !== '' && (event.target as Element).matches(kept)) event.preventDefault()
}

/** Without a network Turbo would leave for the browser's error page, with everything half-typed: we stay and say so. */
function onNoNetwork(event: Event): void {
  told = (event as CustomEvent<{ error: unknown }>).detail.error
  // Going back has changed the address already: only a whole load can show what belongs there.
  if (Turbo.navigator.currentVisit?.action === 'restore') return
  event.preventDefault()
  Turbo.navigator.stop()
  Turbo.session.adapter.hideVisitProgressBar()
  const form = event.target instanceof HTMLFormElement ? event.target : undefined
  if (event.target === document.documentElement)
    addToast('You are offline. This page is not kept on this device.', 'error')
  else if (form && waits(form, event)) addToast('You are offline. This is sent when the network is back.')
  else if (form) addToast('You are offline. This was not sent: try again when you are online.', 'error')
}

// Where a task is: what is sent later means the same.
const LATER = /^\/tasks\/[^/]+\/(move|file)$/

/** Puts a form that could not be sent into the outbox. False for one that must be sent now or not at all. */
function waits(form: HTMLFormElement, event: Event): boolean {
  const { body } = (event as CustomEvent<{ request: { body?: unknown } }>).detail.request
  const action = form.getAttribute('action') ?? ''
  if (!LATER.test(action) || !(body instanceof FormData || body instanceof URLSearchParams)) return false
  const fields = [...body].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  if (!put({ kind: 'form', action, fields })) return false
  form.reset()
  return true
}

let told: unknown

// Turbo throws on what we have dealt with, and when it drops a frame that was still on its way.
function keepQuiet(event: PromiseRejectionEvent): void {
  if (event.reason === told || event.reason?.name === 'AbortError') event.preventDefault()
}
