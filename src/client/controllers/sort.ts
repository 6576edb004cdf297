import type SortableType from 'sortablejs'
import { put } from '../outbox.ts'
import { idOf, keepFocus, openRows } from '../rows.ts'

/**
 * Orders rows: dragged by mouse or by a long touch, or with Alt and the arrow keys. What drags is loaded when a hand
 * first comes near a list.
 */
export function startSort(): void {
  for (const near of ['pointerover', 'touchstart']) document.addEventListener(near, prepare, { passive: true })
  document.addEventListener('keydown', onKey)
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

function onKey(event: KeyboardEvent): void {
  if (!event.altKey || event.ctrlKey || event.metaKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
  const row = (event.target as Element).closest?.<HTMLElement>('.task')
  const rows = openRows()
  if (!row || !rows.includes(row)) return
  event.preventDefault()
  const up = event.key === 'ArrowUp'
  const other = rows[rows.indexOf(row) + (up ? -1 : 1)]
  if (!other) return
  keepFocus(() => (up ? other.before(row) : other.after(row)))
  row.scrollIntoView({ block: 'nearest' })
  sendPlace(row)
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
