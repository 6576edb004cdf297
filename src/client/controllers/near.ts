import { person } from '../page.ts'
import { openRowsWith } from './draft.ts'

/**
 * Loads what answers to hands (hands.ts) when the first of them comes near: whoever only looks at a page loads none of
 * it. What was pressed meanwhile is held, and pressed again once it is there.
 */
export function startNear(): void {
  if (!person()) return
  for (const near of ['pointerdown', 'touchstart', 'keydown']) addEventListener(near, () => void loadHands(), LISTEN)
  for (const near of ['pointerover', 'focusin']) addEventListener(near, onlyAtRows, LISTEN)
  addEventListener('click', hold, true)
  addEventListener('keydown', holdKey, true)
  addEventListener('paste', holdLines, true)
  // Half-typed titles wait for it too.
  openRowsWith(() => {
    void loadHands()
    return false
  })
}

/** Loads it now. True when it is there; what could not be loaded is tried again with the next hand. */
export function loadHands(): Promise<boolean> {
  loading ??= import('../hands.ts').then(
    ({ startHands }) => {
      if (!isLoaded) startHands()
      isLoaded = true
      void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage('equip'))
      return true
    },
    () => {
      loading = undefined
      return false
    },
  )
  return loading
}

const LISTEN = { capture: true, passive: true }
/** What hands do something to. */
const NEAR = '.task, [data-outbox="form"], [data-place]'
/** What would load a page if nothing answered to it. */
const HELD = '.task .more, .task .menu a[href^="?rename="]'

let loading: Promise<boolean> | undefined
let isLoaded = false

function onlyAtRows(event: Event): void {
  if ((event.target as Element).closest?.(NEAR)) void loadHands()
}

function hold(event: Event): void {
  const pressed = (event.target as Element).closest?.<HTMLAnchorElement>(HELD)
  if (isLoaded || !pressed || isWithKey(event as MouseEvent)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  void loadHands().then((isThere) => (isThere ? pressed.click() : location.assign(pressed.href)))
}

/** The first key that is pressed on a page is answered when what answers is there. */
function holdKey(event: KeyboardEvent): void {
  const target = event.target as Element
  const isPalette = (event.ctrlKey || event.metaKey) && event.key === 'k'
  if (isLoaded || !(isPalette || isForKeys(event))) return
  // The browser would search in the page, or in its own bar.
  if (event.key === '/' || isPalette) event.preventDefault()
  void loadHands().then(() => target.dispatchEvent(new KeyboardEvent('keydown', event)))
}

/** True for a key that may mean something, and is no letter of somebody's words. */
function isForKeys({ key, isComposing, target }: KeyboardEvent): boolean {
  if (key === 'Escape') return !isComposing
  return key.length === 1 && !(target as Element).closest?.('input, textarea, select, [contenteditable]')
}

/** Several lines are asked about: the browser itself would make one of them. */
function holdLines(event: ClipboardEvent): void {
  const text = event.clipboardData?.getData('text/plain') ?? ''
  const target = event.target as Element
  if (isLoaded || !text.trim().includes('\n') || !target.matches('form.add input')) return
  event.preventDefault()
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', text)
  const again = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
  void loadHands().then(() => target.dispatchEvent(again))
}

const isWithKey = (event: MouseEvent): boolean => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
