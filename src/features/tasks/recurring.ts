import { addDays, type Day, daysBetween } from '#core/days.ts'
import { nextDue, parseRecurrence, recurrenceText } from '#core/recurrence.ts'
import { Refusal } from '#core/refusal.ts'
import type { Write } from '#db/journal.ts'
import type { Completion, Task, User } from '#db/schema.ts'
import { todayOf } from '#web/dates.ts'
import { below } from './branches.ts'
import { isInLogbook, logCompletion } from './completions.ts'
import { datesAfter } from './due.ts'
import { refuseDeleted } from './tasks.ts'

/** Whose day decides when something was done. */
export type Keeper = Pick<User, 'id' | 'zone' | 'day_starts'>

/**
 * The occurrence that a button was pressed for: the day on which its page said that the task is due, null when on none.
 * Undefined is the task as it is now.
 */
export type Clicked = { due_day?: Day | null | undefined }

/**
 * Lets a repeating task come again: writes this occurrence into the logbook, moves the task to its next day (`nextDue`)
 * and opens its subtasks, unless it keeps them done. Its start and its deadline stay as far from the due day as they
 * were; time and zone stay. An occurrence that is in the logbook already is not passed a second time. Undefined when the
 * task does not repeat, or not any more. The list has to be locked.
 */
export async function comeAgain(
  write: Write,
  user: Keeper,
  task: Task,
  kind: Completion['kind'],
  clicked: Clicked,
): Promise<Task | undefined> {
  refuseDeleted(task)
  const recurrence = parseRecurrence(task.recurrence ?? '')
  if (!recurrence || task.completed_at !== null) return undefined
  if (await wasPassed(write, task, clicked)) return task
  const today = todayOf(user, write.now)
  const due = task.due_day ?? today
  const next = nextDue(recurrence, { due, done: kind === 'skipped' && due > today ? due : today })
  if (!next) return undefined
  await logCompletion(write, user, task, kind)
  if (!recurrence.keepsSubtasks) await reopenBelow(write, task.id)
  return write.update('tasks', task.id, { ...datesOn(task, next.day), recurrence: recurrenceText(next.recurrence) })
}

/** Refuses a task that does not repeat. */
export function refuseOnce(task: Task): void {
  refuseDeleted(task)
  if (task.recurrence === null) {
    throw new Refusal('invalid', 'This task does not repeat, so there is nothing to skip.', { field: 'recurrence' })
  }
}

// Two devices, a double click, a page that was kept: all mean the occurrence that they showed. When that one is open
// still and was only put off by somebody, the click is meant for it as it is now.
const wasPassed = async (write: Write, task: Task, { due_day }: Clicked): Promise<boolean> =>
  due_day !== undefined && due_day !== task.due_day && (await isInLogbook(write.trx, task.id, due_day))

async function reopenBelow(write: Write, id: string): Promise<void> {
  for (const step of (await below(write.trx, id)).flat()) {
    if (step.completed_at === null || step.deleted_at !== null) continue
    await write.update('tasks', step.id, { completed_at: null, cancelled: 0 })
  }
}

function datesOn(task: Task, due_day: Day): Partial<Task> {
  const ahead = task.due_day === null ? 0 : daysBetween(task.due_day, due_day)
  const start = moved(task.start_day, ahead)
  return datesAfter(task, {
    due_day,
    // Without a day it was due on none that the start could stay before.
    start_day: start !== null && start > due_day ? due_day : start,
    deadline_day: moved(task.deadline_day, ahead),
  })
}

// The calendar ends with the year 9999.
const moved = (day: Day | null, ahead: number): Day | null =>
  day === null || daysBetween(day, LAST) < ahead ? day : addDays(day, ahead)

const LAST = '9999-12-31'
