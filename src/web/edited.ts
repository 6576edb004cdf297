import type { Db } from '#db/db.ts'
import { dueInWords, type Person } from './added.ts'
import { todayOf } from './dates.ts'
import { type Html, html } from './html.ts'
import { labelEntriesOf, quoted, taskEntriesOf } from './things.ts'

/**
 * What the op `op` of `user` did to one task, as a sentence, where that was one thing: its priority, when it is due, its
 * labels or its list. Undefined for anything else, and for what `user` may not see any more.
 */
export async function editedWords(db: Db, user: Person, op: string, now: Date): Promise<Html | undefined> {
  const [task, labels] = await Promise.all([taskEditedBy(db, user, op), labelsEditedBy(db, user, op)])
  if (labels.length > 0) return task === undefined ? labelWords(labels) : undefined
  if (!task) return undefined
  const fields = Object.keys(JSON.parse(task.before ?? '{}'))
  const title = quoted(task.title)
  if (fields.includes('list_id')) return html`Moved ${title} to ${quoted(task.list)}`
  if (fields.length === 0) return undefined
  if (fields.every((name) => name === 'priority'))
    return task.priority === 4 ? html`${title} has no priority` : html`${title} has priority ${task.priority}`
  if (!fields.every((name) => DUE.includes(name))) return undefined
  const { due_day } = task
  return due_day === null
    ? html`${title} has no date`
    : html`${title} is due ${dueInWords({ ...task, due_day }, todayOf(user, now), user)}`
}

const DUE = ['due_day', 'due_time', 'due_zone', 'due_at']

type LabelEdit = { name: string; title: string; deleted_at: string | null }

function labelWords(labels: LabelEdit[]): Html | undefined {
  const [first] = labels
  if (!first || labels.some(({ deleted_at }) => (deleted_at === null) !== (first.deleted_at === null))) return undefined
  const names = html`${labels.map(({ name }) => html` <bdi>@${name}</bdi>`)}`
  return first.deleted_at === null
    ? html`Labelled ${quoted(first.title)}${names}`
    : html`Took${names} off ${quoted(first.title)}`
}

const taskEditedBy = (db: Db, user: Person, op: string) =>
  taskEntriesOf(db, user, op)
    .select(['changes.before', 'lists.name as list'])
    .select(['tasks.title', 'tasks.priority', 'tasks.due_day', 'tasks.due_time'])
    .where('changes.before', 'is not', null)
    // What it was about comes last: before it, others may have made room.
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()

const labelsEditedBy = (db: Db, user: Person, op: string): Promise<LabelEdit[]> =>
  labelEntriesOf(db, user, op)
    .innerJoin('labels', 'labels.id', 'task_labels.label_id')
    .select(['labels.name', 'tasks.title', 'task_labels.deleted_at'])
    .where('labels.owner_id', '=', user.id)
    .orderBy('changes.id')
    .execute()
