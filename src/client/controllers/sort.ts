import type SortableType from 'sortablejs'
import { put } from '../outbox.ts'
import { idOf, keepFocus, openRows } from '../rows.ts'

/**
 * Orders rows, dragged by mouse or by a long touch. What drags is loaded when a hand first comes near a list.
 */
export function startSort(): void {
  for (const near of ['pointerover', 'touchstart']) document.addEventListener(near, prepare, { passive: true })
}

/** Moves a row up (-1) or down (1) by one. False when it cannot be ordered; at an end it stays where it is. */
export function moveRow(row: HTMLElement, step: 1 | -1): boolean {
  const rows = openRows()
  if (!rows.includes(row)) return false
  const other = rows[rows.indexOf(row) + step]
  if (!other) return true
  keepFocus(() => (step < 0 ? other.before(row) : other.after(row)))
  row.scrollIntoView({ block: 'nearest' })
  sendPlace(row)
  return true
}

const prepared = new WeakSet<Element>()

async function prepare(event: Event): Promise<void> {
  const list = (event.target as Element).closest?.<HTMLElement>('.tasks[data-keeps="open"]')
  if (!list || prepared.has(list)) return
  prepared.add(list)
  try {
    const { default: Sortable } = await import('sortablejs')
    makeSortable(Sortable, list)
  } catch {
    prepared.delete(list)
  }
}

function makeSortable(Sortable: typeof SortableType, list: HTMLElement): void {
  Sortable.create(list, {
    group: 'tasks',
    draggable: '.task',
    filter: 'form, .menu, .more',
    preventOnFilter: false,
    delay: 250,
    delayOnTouchOnly: true,
    touchStartThreshold: 5,
    animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120,
    ghostClass: 'ghost',
    onEnd: ({ item, oldIndex, newIndex, from, to }) => {
      if (from !== to || oldIndex !== newIndex) sendPlace(item)
    },
  })
}

/** The row stands where it should: only the server must be told. */
function sendPlace(row: HTMLElement): void {
  const rows = openRows()
  const at = rows.indexOf(row)
  const above = rows[at - 1]
  const below = rows[at + 1]
  const action = `/tasks/${idOf(row)}/move`
  if (above) put({ kind: 'move', action, fields: [['after', idOf(above)]] })
  else if (below) put({ kind: 'move', action, fields: [['before', idOf(below)]] })
}
