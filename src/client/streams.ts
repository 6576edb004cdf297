import { refreshSoon } from './refresh.ts'
import { keepFocus, leaveOpened, settleRow } from './rows.ts'
import { layOverRows, setCount } from './shown.ts'

/** Told to the document once streams have changed the page: rows may be new elements by now. */
export const APPLIED = 'streams:applied'

/**
 * Applies the Turbo Streams of an answer, all in one go. Turbo's own renderer waits a frame for each, loses the focus
 * of a replaced row, and moves a row that is already there; ours also lays what still waits over the result.
 * Toasts are given to `toasts`: they belong into one tab, and not all of them on the screen.
 */
export function applyStreams(html: string, toasts: (content: DocumentFragment) => void): void {
  const holder = document.createElement('template')
  holder.innerHTML = html
  const streams = [...holder.content.querySelectorAll('turbo-stream')]
  // A moved row comes as one that is removed and one that is put elsewhere: here it is one row that moves.
  const stays = (stream: Element) => streams.some((other) => contentOf(other).getElementById(targetOf(stream)))
  const needed = streams.filter((stream) => stream.getAttribute('action') !== 'remove' || !stays(stream))
  keepFocus(() => {
    for (const stream of needed) apply(stream, toasts)
    layOverRows()
  })
  document.dispatchEvent(new Event(APPLIED))
}

const targetOf = (stream: Element): string => stream.getAttribute('target') ?? ''

const contentOf = (stream: Element): DocumentFragment =>
  stream.querySelector('template')?.content ?? document.createDocumentFragment()

function apply(stream: Element, toasts: (content: DocumentFragment) => void): void {
  const action = stream.getAttribute('action')
  const target = targetOf(stream)
  const content = contentOf(stream)
  if (action === 'refresh') refreshSoon()
  else if (target === 'flashes') toasts(content)
  else if (document.getElementById(target)?.matches('.side .count')) setCount(target, Number(content.textContent))
  else place(action, document.getElementById(target), content)
}

function place(action: string | null, target: HTMLElement | null, content: DocumentFragment): void {
  const first = content.firstElementChild
  const here = first?.id ? document.getElementById(first.id) : null
  if (!target) {
    // The neighbour of a moved row is on another page of the list: only the server can say what stands here now.
    if (action === 'before' || action === 'after') refreshSoon()
  } else if (action === 'remove') target.remove()
  else if (action === 'update') target.replaceChildren(content)
  else if (action === 'replace') replace(target, first)
  else if (action === 'prepend' || action === 'append') {
    // The effect has put it there, and what was added later stands above it. Where it has not, this is another page.
    if (here?.parentElement === target) replace(here, first)
    else if (first?.matches('.task')) refreshSoon()
    else target[action](content)
  } else if (action === 'before' || action === 'after') {
    const neighbour = action === 'before' ? target.previousElementSibling : target.nextElementSibling
    if (here && here !== neighbour) target[action](here)
    if (here) replace(here, first)
    else target[action](content)
  }
  const row = first?.id && document.getElementById(first.id)
  if (row) settleRow(row)
}

function replace(old: HTMLElement, fresh: Element | null): void {
  if (!fresh || leaveOpened(old) || old.isEqualNode(fresh)) return
  // Pressed on one row and let go over another is no click. A refresh lets the elements be.
  if (old.matches(':active')) refreshSoon()
  else old.replaceWith(fresh)
}
