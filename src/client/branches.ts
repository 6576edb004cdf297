import { LEVELS } from '#core/levels.ts'

// What stands alone has no depth.
const DEEPEST = LEVELS - 1

/** How far below the task that it is a part of a row stands: 0 stands alone. */
export const depthOf = (row: Element): number => Number(/\bdepth-([1-3])\b/.exec(row.className)?.[1] ?? 0)

/** Draws a row so deep below the one that it is a part of. */
export function setDepth(row: Element, depth: number): void {
  for (let other = 1; other <= DEEPEST; other++) row.classList.toggle(`depth-${other}`, other === depth)
}

/** The row and all that stand below it as parts of it, in the order of the page. */
export function branchOf(row: HTMLElement): HTMLElement[] {
  const branch = [row]
  const depth = depthOf(row)
  for (let next = after(row); next && depthOf(next) > depth; next = after(next)) branch.push(next)
  return branch
}

/** The row that `row` is a part of, if that stands above it. */
export function parentRowOf(row: HTMLElement): HTMLElement | undefined {
  const depth = depthOf(row)
  for (let above = before(row); depth > 0 && above; above = before(above)) if (depthOf(above) < depth) return above
  return undefined
}

/** The row directly above (-1) or below (1) that is a part of the same task; undefined at an end of its list. */
export function siblingOf(row: HTMLElement, step: 1 | -1): HTMLElement | undefined {
  const depth = depthOf(row)
  const go = step > 0 ? after : before
  for (let other = go(row); other && depthOf(other) >= depth; other = go(other)) {
    if (depthOf(other) === depth) return other
  }
  return undefined
}

/** True when a branch whose first row stood at `depth` would have no row deeper than there can be. */
export const fits = (branch: HTMLElement[], depth: number): boolean => {
  const [first] = branch
  return !!first && branch.every((row) => depthOf(row) - depthOf(first) + depth <= DEEPEST)
}

const after = (row: Element): HTMLElement | undefined => nearest(row, 'nextElementSibling')
const before = (row: Element): HTMLElement | undefined => nearest(row, 'previousElementSibling')

function nearest(row: Element, side: 'nextElementSibling' | 'previousElementSibling'): HTMLElement | undefined {
  let other = row[side]
  while (other && !other.matches('.task')) other = other[side]
  return (other as HTMLElement | null) ?? undefined
}
