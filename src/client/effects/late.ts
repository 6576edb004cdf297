import { lateness } from '#core/late.ts'
import { contextHere } from '../habits.ts'
import { sayDue } from './chips.ts'

/** Says on those of `chips` whose time has passed meanwhile that it has, as the server would by now. */
export function showLate(chips: Iterable<HTMLElement>): void {
  const here = contextHere()
  for (const chip of chips) {
    // By the clocks of whoever reads it, where the task has a zone of its own.
    const [day = '', time = ''] = (chip.dataset.at ?? chip.dataset.due)?.split(' ') ?? []
    const said = lateness({ day, time }, here) === 'late' ? sayDue(day, here, time) : undefined
    if (!said) continue
    chip.className = said.look
    chip.lastChild?.replaceWith(said.words)
  }
}
