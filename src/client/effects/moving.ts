import { branchOf, depthOf, fits, parentRowOf, setDepth, siblingOf } from '../branches.ts'
import { type Change, type Effect, field } from '../change.ts'
import { listsHere } from '../page.ts'
import { keepFocus, rowOf } from '../rows.ts'
import { leave } from './leaving.ts'
import { placesOf } from './page.ts'

/** A row goes to another place, with all that are a part of it: beside another one, below it, or to another list. */
export function move(id: string, change: Change): Effect | undefined {
  const row = rowOf(id)
  if (!row) return undefined
  const parent = field(change, 'parent')
  if (parent !== undefined) return moveInto(row, parent)
  const beside = rowOf(field(change, 'after') ?? field(change, 'before') ?? '')
  if (beside) return moveBeside(row, beside, field(change, 'after') !== undefined)
  const list = field(change, 'list')
  const section = field(change, 'section')
  if (list && !listsHere().includes(list)) return leave(id, row)
  // Where lists stand mixed, only what is said of the row changes.
  if (row.parentElement?.dataset.mixed !== undefined) return undefined
  const place = document.getElementById(section ? `tasks_${section}` : 'tasks')
  return section && !place ? leave(id, row) : moveOnTop(row, place)
}

function moveBeside(row: HTMLElement, other: HTMLElement, isBelow: boolean): Effect | undefined {
  if (row === other || branchOf(row).includes(other) || siblingOf(other, isBelow ? 1 : -1) === row) return undefined
  return relocate(row, depthOf(other), (rows) =>
    isBelow
      ? branchOf(other)
          .at(-1)
          ?.after(...rows)
      : other.before(...rows),
  )
}

/** Below another task as its last part; without one, out of the task that it is a part of, and below that. */
function moveInto(row: HTMLElement, id: string): Effect | undefined {
  const parent = rowOf(id)
  const now = parentRowOf(row)
  if (parent === (now ?? null)) return undefined
  const above = parent ?? outermost(row)
  const depth = parent ? depthOf(parent) + 1 : 0
  if (!above || above === row || !fits(branchOf(row), depth) || branchOf(row).includes(above)) return undefined
  return relocate(row, depth, (rows) =>
    branchOf(above)
      .findLast((one) => !rows.includes(one))
      ?.after(...rows),
  )
}

function outermost(row: HTMLElement): HTMLElement {
  const parent = parentRowOf(row)
  return parent ? outermost(parent) : row
}

function moveOnTop(row: HTMLElement, list: HTMLElement | null): Effect | undefined {
  if (!list || (row.parentElement === list && depthOf(row) === 0)) return undefined
  return relocate(row, 0, (rows) => list.prepend(...rows))
}

function relocate(row: HTMLElement, depth: number, put: (rows: HTMLElement[]) => void): Effect {
  const rows = branchOf(row)
  const back = placesOf(rows)
  const was = depthOf(row)
  const deepen = (by: number) => {
    for (const one of rows) setDepth(one, depthOf(one) + by)
  }
  keepFocus(() => put(rows))
  deepen(depth - was)
  return {
    delta: 0,
    takeBack: () =>
      keepFocus(() => {
        back()
        deepen(was - depthOf(row))
      }),
  }
}
