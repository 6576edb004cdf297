import { addDays, type Day, isDay } from '#core/days.ts'
import { parseQuickAdd, type Span } from '#core/quick-add.ts'
import { parseRecurrence } from '#core/recurrence.ts'
import { ruleInWords } from '#core/rule-words.ts'
import type { Db } from '#db/db.ts'
import type { Task, User } from '#db/schema.ts'
import { listsInSight } from '#db/sight.ts'
import { type Reader, shortDay, timeOfDay, todayOf, weekdayName, wordContext } from './dates.ts'
import { type Html, html, nothing } from './html.ts'

type Person = Pick<User, 'id' | 'locale' | 'zone' | 'day_starts' | 'date_order' | 'week_start'>

/**
 * What was understood of a new task besides its title, for the message after the op that added it: “ · tomorrow 09:00 ·
 * p1 · #Home”. When the line named a list or a label that is not there (`unknown`), also the form that makes it.
 */
export async function addedWords(
  db: Db,
  user: Person,
  op: string,
  unknown: 'list' | 'label' | undefined,
  now: Date,
): Promise<{ words: Html; offer: Html }> {
  const task = await taskAddedBy(db, user, op)
  if (!task) return { words: nothing, offer: nothing }
  const labels = await labelsOn(db, task.id)
  const parts = [...saidOf(task, user, now), ...labels.map(({ name }) => html`<bdi>@${name}</bdi>`)]
  return {
    words: html`${parts.map((part) => html` · ${part}`)}`,
    offer: unknown ? offerFor(task, user, unknown, now) : nothing,
  }
}

/** When a repeating task comes again that was completed or skipped, for the message about it: “ · again tomorrow”. */
export const againWords = (day: string | undefined, user: Person, now: Date): { words: Html; offer: Html } => ({
  words: day !== undefined && isDay(day) ? html` · again ${dayInWords(day, todayOf(user, now), user)}` : nothing,
  offer: nothing,
})

/** The name in a title that quick add would take for that of a list or a label. */
export const nameIn = (title: string, kind: 'list' | 'label', user: Person, now: Date): Named | undefined =>
  parseQuickAdd(title, wordContext(user, now)).spans.find((span): span is Named => span.kind === kind)

type Named = Span & { kind: 'list' | 'label' }

type Added = Awaited<ReturnType<typeof taskAddedBy>> & object

const taskAddedBy = (db: Db, user: Person, op: string) =>
  db
    .selectFrom('changes')
    .innerJoin('tasks', 'tasks.id', 'changes.row_id')
    .innerJoin('lists', 'lists.id', 'tasks.list_id')
    .selectAll('tasks')
    .select(['lists.name as list', 'lists.kind'])
    .where('changes.user_id', '=', user.id)
    .where('changes.op_id', '=', op)
    .where('changes.table_name', '=', 'tasks')
    .where('changes.before', 'is', null)
    .where('tasks.list_id', 'in', listsInSight(db, user))
    .executeTakeFirst()

const labelsOn = (db: Db, task: string) =>
  db
    .selectFrom('task_labels')
    .innerJoin('labels', 'labels.id', 'task_labels.label_id')
    .select('labels.name')
    .where('task_labels.task_id', '=', task)
    .where('task_labels.deleted_at', 'is', null)
    .where('labels.deleted_at', 'is', null)
    .orderBy('labels.position')
    .execute()

function saidOf(task: Added, user: Person, now: Date): (Html | string)[] {
  const today = todayOf(user, now)
  const rule = task.recurrence === null ? undefined : parseRecurrence(task.recurrence)
  return [
    ...(task.due_day === null ? [] : [dueInWords({ ...task, due_day: task.due_day }, today, user)]),
    ...(rule ? [ruleInWords(rule)] : []),
    ...(task.start_day === null ? [] : [`starts ${dayInWords(task.start_day, today, user)}`]),
    ...(task.deadline_day === null ? [] : [`deadline ${dayInWords(task.deadline_day, today, user)}`]),
    ...(task.minutes === null ? [] : [`${task.minutes} min`]),
    ...(task.priority === 4 ? [] : [`p${task.priority}`]),
    ...(task.kind === 'inbox' ? [] : [html`<bdi>#${task.list}</bdi>`]),
  ]
}

const dueInWords = (task: Pick<Task, 'due_time'> & { due_day: Day }, today: Day, reader: Reader): string =>
  [dayInWords(task.due_day, today, reader), ...(task.due_time === null ? [] : [timeOfDay(task.due_time, reader)])].join(
    ' ',
  )

function dayInWords(day: Day, today: Day, reader: Reader): string {
  if (day === today) return 'today'
  if (day === addDays(today, 1)) return 'tomorrow'
  return day > today && day < addDays(today, 7) ? weekdayName(day) : shortDay(day, today, reader)
}

function offerFor(task: Added, user: Person, kind: 'list' | 'label', now: Date): Html {
  const span = nameIn(task.title, kind, user, now)
  if (!span) return nothing
  const words =
    kind === 'list'
      ? html`Create list <bdi>“${span.value}”</bdi> and move it there`
      : html`Create label <bdi>“${span.value}”</bdi> and put it on`
  return html`<form method="post" action="/tasks/${task.id}/file"><input type="hidden" name="${kind}" value="${span.value}"><button>${words}</button></form>`
}
