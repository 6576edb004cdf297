import type SortableType from 'sortablejs'
import { aimButtons, idIn, keepFocusIn, kindOf, neighbourOf } from '../effects/places.ts'
import { put } from '../outbox.ts'
import { announce } from './saying.ts'

/**
 * Orders lists, sections, labels and filters, dragged by mouse or by a long touch: in the sidebar, on the page of all of
 * them, and sections by their headings. What drags is loaded when a hand first comes near. Keys do it too.
 */
export function startArranging(): void {
  for (const near of ['pointerover', 'touchstart'])
    document.addEventListener(near, ({ target }) => void prepare(target as Element), { passive: true })
  // The hand for which this was loaded may be there already.
  for (const one of document.querySelectorAll('[data-place]:hover')) void prepare(one)
}

/**
 * Moves what has the focus before (-1) or behind (1) the next one of its kind. False when it is nothing that can be
 * ordered; at an end it stays there.
 */
export function movePlace(step: 1 | -1): boolean {
  const active = document.activeElement
  const one = active?.closest<HTMLElement>('[data-place]')
  if (!one || (isSection(one) && !active?.closest('.section-head'))) return false
  const other = neighbourOf(one, step)
  if (other) {
    keepFocusIn(one, () => (step < 0 ? other.before(one) : other.after(one)))
    send(one)
  } else announce(step < 0 ? 'This is the first one.' : 'This is the last one.')
  one.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  return true
}

const isSection = (one: Element): boolean => kindOf(one) === '/sections/'

const prepared = new WeakSet<Element>()

async function prepare(near: Element): Promise<void> {
  const one = near.closest?.<HTMLElement>('[data-place]')
  const group = one?.parentElement
  if (!one || !group || prepared.has(group)) return
  prepared.add(group)
  try {
    const { default: Sortable } = await import('sortablejs')
    makeSortable(Sortable, group, isSection(one))
  } catch {
    prepared.delete(group)
  }
}

function makeSortable(Sortable: typeof SortableType, group: HTMLElement, bySections: boolean): void {
  Sortable.create(group, {
    draggable: '[data-place]',
    // The rows of a section are dragged by themselves.
    ...(bySections && { handle: '.section-head' }),
    filter: '.change, form',
    preventOnFilter: false,
    delay: 250,
    delayOnTouchOnly: true,
    touchStartThreshold: 5,
    animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120,
    ghostClass: 'ghost',
    // Lists and filters stand one below the other in the sidebar.
    onMove: ({ dragged, related }) => kindOf(dragged) === kindOf(related),
    onEnd: ({ item, oldIndex, newIndex }) => {
      if (oldIndex !== newIndex) send(item)
    },
  })
}

/** It stands where it should: only the server must be told. */
function send(one: HTMLElement): void {
  const [above, below] = [neighbourOf(one, -1), neighbourOf(one, 1)]
  aimButtons(one)
  if (above) put({ kind: 'form', action: `${one.dataset.place}/move`, fields: [['after', idIn(above)]] })
  else if (below) put({ kind: 'form', action: `${one.dataset.place}/move`, fields: [['before', idIn(below)]] })
}
