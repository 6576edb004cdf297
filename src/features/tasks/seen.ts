import { sql } from 'kysely'
import type { WordContext } from '#core/date-words.ts'
import type { Db } from '#db/db.ts'
import type { Label, List, Task, User } from '#db/schema.ts'
import { clockFor, type Days, type Reader } from '#web/dates.ts'
import { tasksOf } from './tasks.ts'

/** For whom rows are written, and which day and time it is for them. */
export type Seen = Pick<WordContext, 'today' | 'now'> & { reader: Reader }

/** How `reader` sees rows at the instant `now`. */
export const seenBy = (reader: Reader & Days, now: Date): Seen => ({ reader, ...clockFor(reader, now) })

/** What a row of a list shows of its task. */
export type Row = Pick<
  Task,
  | 'id'
  | 'title'
  | 'completed_at'
  | 'cancelled'
  | 'priority'
  | 'due_day'
  | 'due_time'
  | 'due_zone'
  | 'due_at'
  | 'start_day'
  | 'deadline_day'
  | 'minutes'
  | 'recurrence'
  | 'list_id'
  | 'section_id'
  | 'parent_id'
  | 'assignee_id'
> & {
  hasNotes: unknown
  listName: List['name']
  listColor: List['color']
  listKind: List['kind']
  labels: LabelOnTask[]
  /** How many subtasks it has, and how many of them are done. Nothing when it has none. */
  steps: Steps | undefined
  /** The title of the task that it is a part of. */
  parent: string | undefined
}

export type LabelOnTask = Pick<Label, 'id' | 'name' | 'color'>
export type Steps = { all: number; done: number }

/** The columns that a row is made of. Notes may be long, so a list only asks whether there are any. */
export const rowColumns = [
  'tasks.id',
  'tasks.title',
  'tasks.completed_at',
  'tasks.cancelled',
  'tasks.priority',
  'tasks.due_day',
  'tasks.due_time',
  'tasks.due_zone',
  'tasks.due_at',
  'tasks.start_day',
  'tasks.deadline_day',
  'tasks.minutes',
  'tasks.recurrence',
  'tasks.list_id',
  'tasks.section_id',
  'tasks.parent_id',
  'tasks.assignee_id',
  'lists.name as listName',
  'lists.color as listColor',
  'lists.kind as listKind',
  sql`tasks.notes <> ''`.as('hasNotes'),
  // Looking into an index is quick; what is there is fetched for those tasks only that have it.
  // An `exists` PostgreSQL may answer by reading everybody's tasks, a single row it looks up.
  sql`(select 1 from task_labels as link where link.task_id = tasks.id and link.deleted_at is null limit 1)`.as(
    'hasLabels',
  ),
  sql`(select 1 from tasks as step where step.parent_id = tasks.id and step.deleted_at is null limit 1)`.as('hasSteps'),
] as const

/** What a query for `rowColumns` gives for each task. */
export type BareRow = Omit<Row, 'labels' | 'steps' | 'parent'> & { hasLabels: unknown; hasSteps: unknown }

/** The rows with their labels, their subtasks counted, and the titles of their parents. They keep their order. */
export async function withDetails<R extends BareRow>(db: Db, rows: R[]): Promise<(R & Row)[]> {
  const [labels, steps, parents] = await Promise.all([
    labelsOn(db, idsOf(rows.filter((row) => row.hasLabels))),
    stepsOf(db, idsOf(rows.filter((row) => row.hasSteps))),
    titlesOf(db, [...new Set(rows.map((row) => row.parent_id).filter((id) => id !== null))]),
  ])
  return rows.map((row) => ({
    ...row,
    labels: labels.get(row.id) ?? [],
    steps: steps.get(row.id),
    parent: parents.get(row.parent_id ?? ''),
  }))
}

/** What the row of one task shows; undefined when it does not exist for `user`. */
export async function rowFor(db: Db, user: Pick<User, 'id'>, id: string): Promise<Row | undefined> {
  const rows = await tasksOf(db, user).select(rowColumns).where('tasks.id', '=', id).execute()
  return (await withDetails(db, rows))[0]
}

/**
 * The rows of these tasks, in this order. What was deleted meanwhile is left out. By their ids alone, for SQLite would
 * rather look through all tasks of a list: whose they are has to be asked when they are found.
 */
export async function rowsById(db: Db, ids: string[]): Promise<Row[]> {
  if (ids.length === 0) return []
  const found = await db
    .selectFrom('tasks')
    .innerJoin('lists', 'lists.id', 'tasks.list_id')
    .select(rowColumns)
    .where('tasks.id', 'in', ids)
    .where('tasks.deleted_at', 'is', null)
    .execute()
  const rows = new Map((await withDetails(db, found)).map((row) => [row.id, row]))
  return ids.map((id) => rows.get(id)).filter((row) => row !== undefined)
}

/** The labels on each of these tasks, in the order in which their owner keeps them. */
export async function labelsOn(db: Db, tasks: string[]): Promise<Map<string, LabelOnTask[]>> {
  if (tasks.length === 0) return new Map()
  const links = await db
    .selectFrom('task_labels')
    .innerJoin('labels', 'labels.id', 'task_labels.label_id')
    .select(['task_labels.task_id', 'labels.id', 'labels.name', 'labels.color'])
    .where('task_labels.task_id', 'in', tasks)
    .where('task_labels.deleted_at', 'is', null)
    .where('labels.deleted_at', 'is', null)
    .orderBy('labels.position')
    .orderBy('labels.id')
    .execute()
  return Map.groupBy(links, (link) => link.task_id)
}

async function stepsOf(db: Db, tasks: string[]): Promise<Map<string, Steps>> {
  if (tasks.length === 0) return new Map()
  const counts = await db
    .selectFrom('tasks')
    .select([
      'parent_id',
      (eb) => eb.fn.countAll<number>().as('all'),
      (eb) => eb.fn.count<number>('completed_at').as('done'),
    ])
    .where('parent_id', 'in', tasks)
    .where('deleted_at', 'is', null)
    .groupBy('parent_id')
    .execute()
  return new Map(counts.map(({ parent_id, all, done }) => [parent_id ?? '', { all: Number(all), done: Number(done) }]))
}

async function titlesOf(db: Db, tasks: string[]): Promise<Map<string, string>> {
  if (tasks.length === 0) return new Map()
  const found = await db.selectFrom('tasks').select(['id', 'title']).where('id', 'in', tasks).execute()
  return new Map(found.map(({ id, title }) => [id, title]))
}

const idsOf = (rows: { id: string }[]): string[] => rows.map(({ id }) => id)
