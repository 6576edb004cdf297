import { announce } from './saying.ts'

/** The row that a key means: the one with the frame, or the one in which something has the focus. */
export const rowHere = (): HTMLElement | undefined =>
  document.activeElement?.closest<HTMLElement>('.task:not(.leaving)') ?? undefined

/** All rows of the page, whatever list they stand in. */
export const allRows = (): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('main .tasks > .task:not(.leaving)'),
]

/** The row below (1) or above (-1) the one that a key means; without one, the first that is in sight. */
export function nextRow(step: 1 | -1): HTMLElement | undefined {
  const rows = allRows()
  const here = rowHere()
  if (!here) return rows.find((row) => row.getBoundingClientRect().bottom > 0) ?? rows[0]
  const next = rows[rows.indexOf(here) + step]
  if (!next) announce(step > 0 ? 'This is the last task.' : 'This is the first task.')
  return next ?? here
}
