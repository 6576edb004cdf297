import * as Turbo from '@hotwired/turbo'
import { branchOf } from '../branches.ts'
import type { Effect } from '../change.ts'
import { isDone, keepFocus, rowOf } from '../rows.ts'
import { setDue, wordsOfDue } from './chips.ts'
import { pageOf, passFocus, placesOf } from './page.ts'

/** A task goes, with all its parts. */
export function remove(id: string): Effect | undefined {
  const row = rowOf(id)
  if (!row) {
    if (pageOf(id)) Turbo.visit('/')
    return undefined
  }
  return leave(id, row)
}

/** A row leaves the page, with all its parts. */
export function leave(id: string, row: HTMLElement): Effect {
  const rows = branchOf(row)
  const back = placesOf(rows)
  const open = rows.filter((one) => !isDone(one)).length
  keepFocus(() => {
    for (const one of rows) one.remove()
  })
  return { delta: -open, takeBack: () => void (rowOf(id) ?? back()) }
}

/** What was deleted comes back: it leaves the trash. */
export function restore(id: string): Effect | undefined {
  const row = rowOf(id)
  if (!row?.matches('.trashed')) return undefined
  passFocus(row, row.nextElementSibling ?? row.previousElementSibling)
  return { ...leave(id, row), delta: 0 }
}

/** All that is overdue is due today; where it stands then, only the server knows. */
export function reschedule(): Effect | undefined {
  const late = [...document.querySelectorAll<HTMLElement>('.group.late + .tasks > .task')]
  const rows = late.filter((row) => wordsOfDue(row) !== 'Today')
  if (rows.length === 0) return undefined
  const backs = rows.map((row) => ({ id: row.id, back: setDue(row, 'Today', 'due today') }))
  return {
    delta: 0,
    takeBack: () => {
      for (const { id, back } of backs) back(document.getElementById(id))
    },
  }
}

/** This time it is left out. Only the server knows when the next one is. */
export function skip(id: string): Effect | undefined {
  const row = rowOf(id)
  const before = row && wordsOfDue(row)
  if (!row || before === NEXT_TIME) return undefined
  const giveBack = setDue(row, NEXT_TIME, 'due')
  return { delta: 0, takeBack: () => giveBack(rowOf(id)) }
}

const NEXT_TIME = 'Next time'
