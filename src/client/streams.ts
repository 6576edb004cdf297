import { isDirty } from './controllers/draft.ts'
import { addToasts } from './controllers/toast.ts'
import { refreshSoon } from './refresh.ts'
import { keepFocus, settleRow } from './rows.ts'
import { layOverRows, setCount } from './shown.ts'

/**
 * Applies the Turbo Streams of an answer, all in one go. Turbo's own renderer waits a frame for each, loses the focus
 * of a replaced row, and moves a row that is already there; ours also lays what still waits over the result.
 * Toasts are left out where `withToasts` is false: they belong into one tab.
 */
export function applyStreams(html: string, withToasts: boolean): void {
  const holder = document.createElement('template')
  holder.innerHTML = html
  keepFocus(() => {
    for (const stream of holder.content.querySelectorAll('turbo-stream')) apply(stream, withToasts)
    layOverRows()
  })
}

function apply(stream: Element, withToasts: boolean): void {
  const action = stream.getAttribute('action')
  const target = stream.getAttribute('target') ?? ''
  const content = stream.querySelector('template')?.content ?? document.createDocumentFragment()
  if (action === 'refresh') refreshSoon()
  else if (target === 'flashes') withToasts && addToasts(content)
  else if (target === 'inbox_count') setCount(Number(content.textContent))
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
    // The effect has put it there, and what was added later stands above it.
    if (here?.parentElement === target) replace(here, first)
    else target[action](content)
  } else if (action === 'before' || action === 'after') {
    here?.remove()
    target[action](content)
  }
  if (first?.isConnected && first.matches('.task')) settleRow(first)
}

function replace(old: HTMLElement, fresh: Element | null): void {
  const rename = old.querySelector<HTMLFormElement>('form.rename')
  if (!fresh || (rename && isDirty(rename)) || old.isEqualNode(fresh)) return
  old.replaceWith(fresh)
}
