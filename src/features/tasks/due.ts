import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { instantOf } from '#core/wall-clock.ts'
import type { Task } from '#db/schema.ts'

/** The days and times of a task. */
export type Dates = Pick<Task, 'due_day' | 'due_time' | 'due_zone' | 'due_at' | 'start_day' | 'deadline_day'>

/**
 * What has to be written when somebody changes some of the dates of `task`: these, and what follows from them. A time
 * goes with its day and a zone with its time; `due_at` is reckoned anew. Refuses a time that was chosen without a day,
 * a zone without a time, and a start after the day on which the task is due.
 */
export function datesAfter(task: Dates, changed: Partial<Dates>): Partial<Dates> {
  const dates = { ...task, ...changed }
  if (changed.due_time && dates.due_day === null) refuse('due_time', 'Choose a day for this time.')
  const due_time = dates.due_day === null ? null : dates.due_time
  if (changed.due_zone && due_time === null) refuse('due_zone', 'Choose a time for this zone.')
  const due_zone = due_time === null ? null : dates.due_zone
  refuseLateStart(dates, changed)
  const { due_day } = dates
  const due_at =
    due_day === null || due_time === null || due_zone === null ? null : instant(instantOf(due_day, due_time, due_zone))
  return { ...changed, due_time, due_zone, due_at }
}

// A task that starts after it is due would be out of sight on the day when it has to be done.
function refuseLateStart({ due_day, start_day }: Dates, changed: Partial<Dates>): void {
  if (due_day === null || start_day === null || start_day <= due_day) return
  if (changed.start_day) refuse('start_day', 'This is after the day on which it is due. Choose an earlier day.')
  if (changed.due_day) refuse('due_day', 'This is before the day on which it starts. Choose a later day.')
}

function refuse(field: string, sentence: string): never {
  throw new Refusal('invalid', sentence, { field })
}
