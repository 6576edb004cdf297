import { lateness } from '#core/late.ts'
import { contextHere, type Here } from '../habits.ts'
import { pageDay } from '../page.ts'
import { refreshSoon } from '../refresh.ts'
import { sayDue } from './chips.ts'

// The clock of a device may be wrong by days.
const ASKS_AGAIN_MS = 300_000

/** Asks for the page of a new day once it has begun, and says of what is due at a time of today that it has passed. */
export function showPassing(): void {
  const here = contextHere()
  if (here.today !== pageDay()) refreshForDay()
  for (const chip of document.querySelectorAll<HTMLElement>(TIMED)) showLate(chip, here)
}

let asked = 0

function refreshForDay(): void {
  if (Date.now() - asked < ASKS_AGAIN_MS) return
  asked = Date.now()
  refreshSoon()
}

/** What is due at a time, is not late yet and not done. */
const TIMED = '.task:not(.done) > div > .meta > .due:not(.late)[data-due*=":"]'

function showLate(chip: HTMLElement, here: Here): void {
  // By the clocks of whoever reads it, where the task has a zone of its own.
  const [day = '', time = ''] = (chip.dataset.at ?? chip.dataset.due)?.split(' ') ?? []
  const said = lateness({ day, time }, here) === 'late' ? sayDue(day, here, time) : undefined
  if (!said) return
  chip.className = said.look
  chip.lastChild?.replaceWith(said.words)
}
