import { setImmediate } from 'node:timers/promises'
import { addDays, type Day, daysBetween } from '#core/days.ts'
import { nextDue, parseRecurrence, recurrenceText } from '#core/recurrence.ts'
import { Refusal } from '#core/refusal.ts'
import { later, SECOND } from '#core/time.ts'
import type { Write } from '#db/journal.ts'
import type { Completion, Task, User } from '#db/schema.ts'
import { todayOf } from '#web/dates.ts'
import { below } from './branches.ts'
import { logCompletions } from './completions.ts'
import { datesAfter } from './due.ts'
import { passedOf } from './passed.ts'
import { lastOpOn, refuseDeleted } from './tasks.ts'

/** Whose day decides when something was done. */
export type Keeper = Pick<User, 'id' | 'zone' | 'day_starts'>

/**
 * The occurrence that a button was pressed for: the day on which its page said that the task is due, null when on none.
 * Undefined is the task as it is now; with `isBare` nothing else tells a repeat from another request either, so what comes
 * within `MOMENT` is taken for one.
 */
export type Clicked = { due_day?: Day | null | undefined; isBare?: boolean }

// Long enough for a double click, and for a script that asks again because the answer was slow; shorter than it takes
// anybody to do the next occurrence too.
const MOMENT = 5 * SECOND

/** For each task by its id the occurrence that was meant. */
export type Shown = Map<string, Clicked['due_day']>

/** When tasks come again, as far as it was found before: to find it may take milliseconds for a rule made to be hard. */
export type Ahead = Map<string, Next | undefined>

/**
 * Finds when each of these tasks comes again once it is done, before their lists are locked: others have their turn after
 * each that had to be looked for.
 */
export async function lookAhead(tasks: Task[], user: Keeper, now: Date): Promise<Ahead> {
  const ahead: Ahead = new Map()
  for (const task of tasks) {
    const known = ahead.size
    nextOf(task, 'done', todayOf(user, now), ahead)
    if (ahead.size > known) await setImmediate()
  }
  return ahead
}

/** What became of tasks: those that come again, as they are then, those that had already, and those that do not. */
export type Turned = { again: Task[]; passed: Task[]; over: Task[] }

/**
 * Lets a repeating task come again, as `comeAgainAll` says. Undefined when it does not repeat, or not any more.
 */
export async function comeAgain(
  write: Write,
  user: Keeper,
  task: Task,
  kind: Completion['kind'],
  { due_day, isBare = false }: Clicked,
): Promise<Task | undefined> {
  if (isBare && task.recurrence !== null && (await cameJustNow(write, task))) return task
  const { again, passed } = await comeAgainAll(write, user, [task], kind, new Map([[task.id, due_day]]))
  return again[0] ?? passed[0]
}

/**
 * Lets repeating tasks come again: writes this occurrence of each into the logbook, moves the task to its next day
 * (`nextDue`) and opens its subtasks, unless it keeps them done. Its start and its deadline stay as far from the due day
 * as they were; time and zone stay. An occurrence that is in the logbook already is not passed a second time. `ahead` has
 * what was found before. The lists have to be locked.
 */
export async function comeAgainAll(
  write: Write,
  user: Keeper,
  tasks: Task[],
  kind: Completion['kind'],
  shown: Shown,
  ahead: Ahead = new Map(),
): Promise<Turned> {
  for (const task of tasks) refuseDeleted(task)
  const before = await passedOf(write.trx, putOff(tasks, shown))
  const passed = tasks.filter(({ id }) => before.has(id))
  const today = todayOf(user, write.now)
  const turns = tasks
    .filter(({ id }) => !before.has(id))
    .map((task) => ({ task, next: nextOf(task, kind, today, ahead) }))
  const coming = turns.filter((turn): turn is Turn => turn.next !== undefined)
  await logCompletions(
    write,
    user,
    coming.map(({ task }) => task),
    kind,
  )
  await openBelow(
    write,
    coming.filter(({ next }) => !next.recurrence.keepsSubtasks).map(({ task }) => task.id),
  )
  const fields = coming.map(({ task, next }): [string, Partial<Task>] => [task.id, fieldsOf(task, next)])
  const over = turns.filter(({ next }) => next === undefined).map(({ task }) => task)
  return { again: await write.updateAll('tasks', new Map(fields)), passed, over }
}

/** Whether the last that happened to a task, a moment ago, is that somebody completed or skipped an occurrence of it. */
async function cameJustNow(write: Write, task: Task): Promise<boolean> {
  const last = await lastOpOn(write.trx, task.id)
  return last !== undefined && COMING.includes(last.what) && last.at > later(write.now, -MOMENT)
}

const COMING = ['task.completed', 'task.skipped', 'tasks.completed']

/** Refuses a task that does not repeat. */
export function refuseOnce(task: Task): void {
  refuseDeleted(task)
  if (task.recurrence === null) {
    throw new Refusal('invalid', 'This task does not repeat, so there is nothing to skip.', { field: 'recurrence' })
  }
}

type Next = NonNullable<ReturnType<typeof nextDue>>
type Turn = { task: Task; next: Next }

// Two devices, a double click, a page that was kept: all mean the occurrence that they showed. When that one is open
// still and was only put off by somebody, the click is meant for it as it is now.
const putOff = (tasks: Task[], shown: Shown): Map<string, Day | null> =>
  new Map(
    tasks.flatMap(({ id, due_day, recurrence, completed_at }) => {
      const day = shown.get(id)
      const isOther = day !== undefined && day !== due_day && recurrence !== null && completed_at === null
      return isOther ? [[id, day] as const] : []
    }),
  )

/** When a task comes again; undefined when it does not repeat, or not any more. */
function nextOf(task: Task, kind: Completion['kind'], today: Day, ahead: Ahead): Next | undefined {
  if (task.recurrence === null || task.completed_at !== null) return undefined
  const due = task.due_day ?? today
  const done = kind === 'skipped' && due > today ? due : today
  const key = `${due} ${done} ${task.recurrence}`
  if (!ahead.has(key)) {
    const recurrence = parseRecurrence(task.recurrence)
    ahead.set(key, recurrence && nextDue(recurrence, { due, done }))
  }
  return ahead.get(key)
}

const fieldsOf = (task: Task, { day, recurrence }: Next): Partial<Task> => ({
  ...datesOn(task, day),
  recurrence: recurrenceText(recurrence),
})

async function openBelow(write: Write, ids: string[]): Promise<void> {
  const done = (await below(write.trx, ids))
    .flat()
    .filter((step) => step.completed_at !== null && step.deleted_at === null)
  await write.updateAll('tasks', new Map(done.map(({ id }) => [id, { completed_at: null, cancelled: 0 }])))
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
