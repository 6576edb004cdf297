import { addDays, daysBetween, isDay } from '#core/days.ts'
import { branchOf, depthOf, setDepth } from '../branches.ts'
import type { Effect } from '../change.ts'
import { keepFocus } from '../rows.ts'
import { dueHere, dueOf } from './chips.ts'
import { placesOf } from './page.ts'

/**
 * The day that a task itself has to say so that its row stands on `day` of the page. They differ where the task has a
 * zone in which it is another day at that time.
 */
export const dayFor = (row: Element, day: string): string => shifted(day, dueHere(row)?.day, dueOf(row)?.day)

/** The day of the page on which a row stands whose task says `day`. */
export const dayShown = (row: Element, day: string): string => shifted(day, dueOf(row)?.day, dueHere(row)?.day)

const shifted = (day: string, from = '', to = ''): string =>
  [day, from, to].every(isDay) ? addDays(day, daysBetween(from, to)) : day

/**
 * A row goes to the list of the day on which it says that it is due, by its time; without one, to the end. Its parts stay
 * on their days. Undefined where days have no lists, and for a day that has none.
 */
export function moveToDay(row: HTMLElement): Effect | undefined {
  const { day = '', time } = dueHere(row) ?? {}
  const from = row.parentElement?.dataset.day
  const lists = [...document.querySelectorAll<HTMLElement>(`.tasks[data-day="${CSS.escape(day)}"]`)]
  if (from === undefined || from === day || lists.length === 0) return undefined
  const back = placesOf([row])
  const deepen = deepening(row)
  keepFocus(() => place(row, lists, day, time || UNTIMED))
  deepen(-1)
  return {
    delta: 0,
    takeBack: () =>
      keepFocus(() => {
        back()
        deepen(1)
      }),
  }
}

// What has no time stands below what has one.
const UNTIMED = '24:00'

function place(row: HTMLElement, lists: HTMLElement[], day: string, time: string): void {
  const later = lists
    .flatMap((list) => [...list.querySelectorAll<HTMLElement>(':scope > .task')])
    .find((other) => depthOf(other) === 0 && timeOn(other, day) > time)
  if (later) later.before(row)
  else lists.at(-1)?.append(row)
}

function timeOn(row: Element, day: string): string {
  const due = dueHere(row)
  return due?.day === day && due.time ? due.time : UNTIMED
}

/** Lets a row stand alone, and its parts without it (-1), or as they stood (1). */
function deepening(row: HTMLElement): (way: 1 | -1) => void {
  const by = depthOf(row)
  const parts = branchOf(row).slice(1)
  return (way) => {
    setDepth(row, way > 0 ? by : 0)
    for (const part of parts) setDepth(part, depthOf(part) + way * (by + 1))
  }
}
