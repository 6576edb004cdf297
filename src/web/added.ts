import { addDays, type Day, isDay } from '#core/days.ts'
import { parseQuickAdd, type Span } from '#core/quick-add.ts'
import { parseRecurrence } from '#core/recurrence.ts'
import { ruleInWords } from '#core/rule-words.ts'
import type { Db } from '#db/db.ts'
import type { Task, User } from '#db/schema.ts'
import { type Reader, shortDay, timeOfDay, todayOf, weekdayName, wordContext } from './dates.ts'
import { type Html, html, nothing } from './html.ts'
import { listed, quoted, taskEntriesOf } from './things.ts'

/** For whom it is said, and by which clock and habits. */
export type Person = Pick<User, 'id' | 'locale' | 'zone' | 'day_starts' | 'date_order' | 'week_start'>

/**
 * What was understood of a new task besides its title, for the message after the op that added it: “ · tomorrow 09:00 ·
 * p1 · #Home”. When the line named lists or labels that are not there (`unknown`: their places in the title, as
 * `start-end`), also the form that makes them.
 */
export async function addedWords(
  db: Db,
  user: Person,
  op: string,
  unknown: readonly string[],
  now: Date,
): Promise<{ words: Html; offer: Html }> {
  const task = await taskAddedBy(db, user, op)
  if (!task) return { words: nothing, offer: nothing }
  const labels = await labelsOn(db, task.id)
  const parts = [...saidOf(task, user, now), ...labels.map(({ name }) => html`<bdi>@${name}</bdi>`)]
  return {
    words: html`${parts.map((part) => html` · ${part}`)}`,
    offer: offerFor(
      task,
      namesIn(task.title, user, now).filter((name) => unknown.includes(placeOf(name))),
    ),
  }
}

/** When a repeating task comes again that was completed or skipped, for the message about it: “ · again tomorrow”. */
export const againWords = (day: string | undefined, user: Person, now: Date): { words: Html; offer: Html } => ({
  words: day !== undefined && isDay(day) ? html` · again ${dayInWords(day, todayOf(user, now), user)}` : nothing,
  offer: nothing,
})

/** The names in a title that quick add would take for those of a list and of labels. */
export const namesIn = (title: string, user: Omit<Person, 'id' | 'locale'>, now: Date): Named[] =>
  parseQuickAdd(title, wordContext(user, now)).spans.filter(
    (span): span is Named => span.kind === 'list' || span.kind === 'label',
  )

/** A place in a title as `start-end`. */
export const placeOf = ({ start, end }: Span): string => `${start}-${end}`

type Named = Span & { kind: 'list' | 'label' }

type Added = Awaited<ReturnType<typeof taskAddedBy>> & object

const taskAddedBy = (db: Db, user: Person, op: string) =>
  taskEntriesOf(db, user, op)
    .selectAll('tasks')
    .select(['lists.name as list', 'lists.kind'])
    .where('changes.before', 'is', null)
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

/** A due day and time in the middle of a sentence: "tomorrow 09:00". */
export const dueInWords = (task: Pick<Task, 'due_time'> & { due_day: Day }, today: Day, reader: Reader): string =>
  [dayInWords(task.due_day, today, reader), ...(task.due_time === null ? [] : [timeOfDay(task.due_time, reader)])].join(
    ' ',
  )

function dayInWords(day: Day, today: Day, reader: Reader): string {
  if (day === today) return 'today'
  if (day === addDays(today, 1)) return 'tomorrow'
  return day > today && day < addDays(today, 7) ? weekdayName(day) : shortDay(day, today, reader)
}

function offerFor({ id }: Added, names: Named[]): Html {
  if (names.length === 0) return nothing
  const fields = names.map(({ kind, value }) => html`<input type="hidden" name="${kind}" value="${value}">`)
  return html`<form class="offer" method="post" action="/tasks/${id}/file">${fields}<button>${offerWords(names)}</button></form>`
}

function offerWords(names: Named[]): Html {
  const list = names.find(({ kind }) => kind === 'list')
  const labels = names.filter(({ kind }) => kind === 'label')
  const all = listed(labels.map(({ value }) => quoted(value)))
  if (!list && labels.length === 1) return html`Create label ${all} and put it on`
  if (!list) return html`Create the labels ${all} and put them on`
  const home = quoted(list.value)
  if (labels.length === 0) return html`Create list ${home} and move it there`
  return html`Create the list ${home} and the ${labels.length === 1 ? 'label' : 'labels'} ${all}`
}
