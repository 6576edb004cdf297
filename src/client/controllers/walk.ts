import { announce } from './saying.ts'

const LISTS = 'main .tasks'

/** The row that a key means: the one with the frame, or the one in which something has the focus. */
export const rowHere = (): HTMLElement | undefined =>
  document.activeElement?.closest<HTMLElement>('.task:not(.leaving)') ?? undefined

/** All rows of the page, whatever list they stand in. */
export const allRows = (): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('main .tasks > .task:not(.leaving)'),
]

/** The row below (1) or above (-1) the one that a key means; without one, the first that is in sight. */
export function nextRow(step: 1 | -1): HTMLElement | undefined {
  const here = rowHere()
  if (!here) return firstInSight()
  const next = rowBeside(here, step)
  if (!next) announce(step > 0 ? 'This is the last task.' : 'This is the first task.')
  return next ?? here
}

/**
 * The row right below (1) or above (-1) `row`, over all lists of the page that fit `lists`; undefined at an end of them,
 * and for a row that is in none. Only what is near is looked at, however long the page is.
 */
export function rowBeside(row: Element, step: 1 | -1, lists = LISTS): HTMLElement | undefined {
  const list = row.closest(lists)
  if (!list) return undefined
  for (let other = beside(row, step); other; other = beside(other, step)) if (isRow(other)) return other
  const all = [...document.querySelectorAll(lists)]
  for (let at = all.indexOf(list) + step; all[at]; at += step) {
    const found = rowsIn(all[at]).at(step > 0 ? 0 : -1)
    if (found) return found
  }
  return undefined
}

const beside = (row: Element, step: 1 | -1): Element | null =>
  step > 0 ? row.nextElementSibling : row.previousElementSibling

const isRow = (element: Element): element is HTMLElement => element.matches('.task:not(.leaving)')

const rowsIn = (list: Element | undefined): HTMLElement[] => [...(list?.children ?? [])].filter(isRow)

/** Where rows far above stand is not asked: the browser would have to lay them out to say it. */
function firstInSight(): HTMLElement | undefined {
  for (const list of document.querySelectorAll(LISTS)) {
    if (!isBelowTop(list.closest('.stretch') ?? list)) continue
    const row = rowsIn(list).find(isBelowTop)
    if (row) return row
  }
  return allRows()[0]
}

const isBelowTop = (element: Element): boolean => element.getBoundingClientRect().bottom > 0
