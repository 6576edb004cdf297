import type SortableType from 'sortablejs'
import { TOO_DEEP } from '#core/levels.ts'
import { branchOf, depthOf, fits, parentRowOf, setDepth, siblingOf } from '../branches.ts'
import { dueOf } from '../effects/chips.ts'
import { dayFor } from '../effects/days.ts'
import { put } from '../outbox.ts'
import { idOf, keepFocus, openRows } from '../rows.ts'
import { announce } from './saying.ts'
import { selectHeld } from './select.ts'

/**
 * Orders rows, dragged by mouse or by a long touch, within a list, into its sections, and onto another list in the
 * sidebar; where days stand below each other, from day to day. What drags is loaded when a hand first comes near a list. Each of it can be done with keys too.
 */
export function startSort(): void {
  for (const near of ['pointerover', 'touchstart'])
    document.addEventListener(near, ({ target }) => void prepare(target as Element), { passive: true })
  addEventListener('pointerdown', noteTouch, true)
  prepareUnasked()
  document.addEventListener('turbo:load', prepareUnasked)
}

/** Moves a row and its parts up (-1) or down (1) by one. False when it cannot be ordered; at an end it stays there. */
export function moveRow(row: HTMLElement, step: 1 | -1): boolean {
  if (!hasOrder(row)) return false
  const other = siblingOf(row, step) ?? (depthOf(row) === 0 ? rootBeyond(row, step) : undefined)
  const rows = branchOf(row)
  if (other)
    keepFocus(() =>
      step < 0
        ? other.before(...rows)
        : branchOf(other)
            .at(-1)
            ?.after(...rows),
    )
  row.scrollIntoView({ block: 'nearest' })
  if (other) sendPlace(row)
  return true
}

/** Makes a row a part of the one above it. False when there is none. */
export function indentRow(row: HTMLElement): boolean {
  const { above } = levelsAround(row)
  if (!above) return false
  if (fits(branchOf(row), depthOf(row) + 1)) sendParent(row, idOf(above))
  else announce(TOO_DEEP)
  return true
}

/** Moves a row up out of the one that it is a part of. False when it is a part of none. */
export function outdentRow(row: HTMLElement): boolean {
  const { parent } = levelsAround(row)
  if (!parent) return false
  const above = parentRowOf(parent)
  sendParent(row, above ? idOf(above) : '')
  return true
}

/** The row of which `row` can become a part, and the one that it is a part of; none where rows have no order. */
export const levelsAround = (
  row: HTMLElement,
): { above: HTMLElement | undefined; parent: HTMLElement | undefined } => ({
  above: hasOrder(row) ? siblingOf(row, -1) : undefined,
  parent: hasOrder(row) ? parentRowOf(row) : undefined,
})

/** False where rows of several lists stand mixed, in an order of their own, or stand done. */
const hasOrder = (row: HTMLElement): boolean =>
  row.matches('[data-keeps="open"]:not([data-mixed]) > .task:not(.leaving)')

const sendParent = (row: HTMLElement, parent: string): boolean =>
  put({ kind: 'move', action: `/tasks/${idOf(row)}/move`, fields: [['parent', parent]] })

let isTouched = false

function noteTouch({ pointerType }: PointerEvent): void {
  isTouched = pointerType === 'touch'
}

const prepared = new WeakSet<Element>()

/** A finger does not come near before it touches, and a mouse may be there already. */
function prepareUnasked(): void {
  const isTouched = matchMedia('(pointer: coarse)').matches
  const list = document.querySelector(isTouched ? LIST : `${LIST}:hover`)
  if (list) void prepare(list)
}

const LIST = '.tasks[data-keeps="open"]'

async function prepare(near: Element): Promise<void> {
  const list = near.closest?.<HTMLElement>(LIST)
  if (!list || prepared.has(list)) return
  try {
    const { default: Sortable } = await import('sortablejs')
    // Those it can be dragged to must be ready as well, also where they are empty.
    for (const one of document.querySelectorAll<HTMLElement>(LIST)) makeSortable(Sortable, one)
  } catch {
    prepared.delete(list)
  }
}

function makeSortable(Sortable: typeof SortableType, list: HTMLElement): void {
  if (prepared.has(list)) return
  prepared.add(list)
  let branch: HTMLElement[] = []
  let isDragged = false
  Sortable.create(list, {
    group: { name: 'tasks', put: list.dataset.mixed === undefined || list.dataset.day !== undefined },
    draggable: '.task',
    filter: 'form, .menu, .more, .add',
    preventOnFilter: false,
    // What is mixed from several lists has an order of its own.
    sort: list.dataset.mixed === undefined,
    delay: 250,
    delayOnTouchOnly: true,
    touchStartThreshold: 5,
    emptyInsertThreshold: 20,
    animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120,
    ghostClass: 'ghost',
    onChoose: () => {
      isDragged = false
    },
    onStart: ({ item }) => {
      isDragged = true
      branch = branchOf(item)
      watchLists(item)
    },
    onEnd: ({ item, oldIndex, newIndex, from, to }) => {
      const list = unwatchLists()
      const isMoved = from !== to || oldIndex !== newIndex
      if (list) sendList(item, branch, list)
      else if (to.dataset.day !== undefined) dropOnDay(item, from, oldIndex ?? 0, to.dataset.day)
      else if (isMoved) drop(item, branch)
    },
    // Sortable waits only for fingers: a mouse that lets go has clicked.
    onUnchoose: ({ item }) => void (!isDragged && isTouched && selectHeld(item)),
  })
}

/** The parts come along, and the row is a part of the same task as the row that it now stands above. */
function drop(row: HTMLElement, branch: HTMLElement[]): void {
  const next = row.nextElementSibling
  const depth = next instanceof HTMLElement && !branch.includes(next) ? depthOf(next) : 0
  const by = (fits(branch, depth) ? depth : 0) - depthOf(row)
  row.after(...branch.slice(1))
  for (const one of branch) setDepth(one, depthOf(one) + by)
  sendPlace(row)
}

/** On its new day it stands by its time: it goes back, and is shown and sent as any change of its date would be. */
function dropOnDay(row: HTMLElement, from: HTMLElement, at: number, day: string): void {
  if (from.dataset.day === day) return
  from.insertBefore(row, from.children[at] ?? null)
  const due = dueOf(row)
  const was: [string, string][] = due ? [['was-due_day', due.day]] : []
  put({ kind: 'edit', action: `/tasks/${idOf(row)}/edit`, fields: [['due_day', dayFor(row, day)], ...was] })
}

/** The row stands where it should: only the server must be told. */
function sendPlace(row: HTMLElement): void {
  const above = siblingOf(row, -1)
  const below = siblingOf(row, 1)
  const section = row.parentElement?.dataset.section
  const action = `/tasks/${idOf(row)}/move`
  if (above) put({ kind: 'move', action, fields: [['after', idOf(above)]] })
  else if (below) put({ kind: 'move', action, fields: [['before', idOf(below)]] })
  else put({ kind: 'move', action, fields: [['section', section ?? '']] })
}

/** Past the end of a section comes the next one: the row that a task standing alone may go beyond. */
function rootBeyond(row: HTMLElement, step: 1 | -1): HTMLElement | undefined {
  const roots = openRows().filter((one) => depthOf(one) === 0 && hasOrder(one))
  return roots[roots.indexOf(row) + step]
}

let hovered: HTMLElement | undefined

function watchLists(item: HTMLElement): void {
  document.documentElement.classList.add('dragging')
  item.ownerDocument.addEventListener('dragover', overList)
  item.ownerDocument.addEventListener('pointermove', overList)
  item.ownerDocument.addEventListener('touchmove', overList)
}

function unwatchLists(): string | undefined {
  document.documentElement.classList.remove('dragging')
  for (const kind of ['dragover', 'pointermove', 'touchmove'] as const) document.removeEventListener(kind, overList)
  const list = hovered?.dataset.list
  hovered?.classList.remove('over')
  hovered = undefined
  return list
}

function overList(event: Event): void {
  const { clientX, clientY } =
    event instanceof MouseEvent ? event : ((event as TouchEvent).touches[0] ?? { clientX: 0, clientY: 0 })
  const list = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>('.side [data-list]') ?? undefined
  if (event.type === 'dragover' && list) event.preventDefault()
  if (list === hovered) return
  hovered?.classList.remove('over')
  list?.classList.add('over')
  hovered = list
}

/** Dropped onto a list: it goes there, to the top of what stands in no section. */
function sendList(row: HTMLElement, branch: HTMLElement[], list: string): void {
  row.after(...branch.slice(1))
  put({ kind: 'move', action: `/tasks/${idOf(row)}/move`, fields: [['list', list]] })
}
