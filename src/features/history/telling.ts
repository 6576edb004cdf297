import { sql } from 'kysely'
import type { Db } from '#db/db.ts'
import type { Fields } from '#db/journal.ts'
import type { User } from '#db/schema.ts'
import { listsOf } from '#features/lists/lists.ts'
import { taskOf, type VisibleTask } from '#features/tasks/tasks.ts'

type Person = Pick<User, 'id'>

/** One change of a task: what somebody did in one op to its fields, its labels and its subtasks. */
export type Told = {
  /** The id of the last entry, from which the next page goes on. */
  id: string
  op: string
  at: string
  /** Who did it. */
  by: string
  /** What the op is called, and what the act at the bottom of an undo is called. */
  what: string
  /** It is the reader's own, and what it did stands: it can be undone. */
  canUndo: boolean
  /** The fields before and after; without `before` the task was new. */
  changes: { before: Fields | undefined; after: Fields }[]
  labels: { name: string; isOn: boolean }[]
  steps: string[]
}

/** What the ids in the changes of a task are called: lists, sections, tasks and people that the reader may know of. */
export type Names = { lists: Map<string, string>; others: Map<string, string>; people: Map<string, string> }

/** The history of a task. */
export type TaskHistory = { task: VisibleTask; told: Told[]; names: Names; next: string | undefined }

/** How many entries of the journal a page of history is made of. */
const PAGE = 50

/**
 * What was done to the task `id`, the latest first, as far as it happened in lists that `user` may see. `before` is where
 * the page before it ended. Refuses a task that does not exist for `user`.
 */
export async function historyOf(
  db: Db,
  user: Person,
  id: string,
  { before, most = PAGE }: { before?: string | undefined; most?: number } = {},
): Promise<TaskHistory> {
  const task = await taskOf(db, user, id)
  const lists = await listsOf(db, user).clearSelect().select(['lists.id', 'lists.name']).execute()
  const inSight = lists.map((list) => list.id)
  const found = (await Promise.all(SOURCES.map((read) => read(db, task.id, inSight, before, most + 1)))).flat()
  const entries = found.sort((a, b) => (a.id < b.id ? 1 : -1))
  const shown = wholeOps(entries, most)
  const told = byOp(user, shown)
  const last = shown.at(-1)
  const next = entries.length > shown.length ? last?.id : undefined
  return { task, told, names: await namesIn(db, told, new Map(lists.map((list) => [list.id, list.name]))), next }
}

/** The first entries, at most `most` of them, without those of an op of which more follow. */
function wholeOps(entries: Found[], most: number): Found[] {
  const shown = entries.slice(0, most)
  const cut = entries[most]?.op_id
  const whole = shown.filter(({ op_id }) => op_id !== cut)
  // One op may fill a page: then it is told in parts.
  return whole.length > 0 ? whole : shown
}

type Found = {
  id: string
  op_id: string
  user_id: string
  at: string
  before: string | null
  after: string | null
  what: string
  act: string | null
  stands: number | null
  label?: string | null
  step?: string | null
}

type Read = (db: Db, task: string, lists: string[], before: string | undefined, most: number) => Promise<Found[]>

/** Of itself, of its labels, and of the tasks that were put below it. */
const SOURCES: Read[] = [
  (db, task, lists, before, most) =>
    entries(db, lists, before, most)
      .where('changes.row_id', '=', task)
      .where('changes.table_name', '=', 'tasks')
      .execute(),
  (db, task, lists, before, most) =>
    entries(db, lists, before, most)
      .innerJoin('task_labels', 'task_labels.id', 'changes.row_id')
      .innerJoin('labels', 'labels.id', 'task_labels.label_id')
      .select('labels.name as label')
      .where('changes.row_id', 'in', db.selectFrom('task_labels').select('id').where('task_id', '=', task))
      .execute(),
  (db, task, lists, before, most) =>
    entries(db, lists, before, most)
      .innerJoin('tasks as step', 'step.id', 'changes.row_id')
      .select('step.title as step')
      .where('changes.row_id', 'in', db.selectFrom('tasks').select('id').where('parent_id', '=', task))
      .where('changes.table_name', '=', 'tasks')
      .where('changes.before', 'is', null)
      .where('changes.after', 'is not', null)
      .execute(),
]

const entries = (db: Db, lists: string[], before: string | undefined, most: number) =>
  db
    .selectFrom('changes')
    .innerJoin('ops', (join) =>
      join.onRef('ops.user_id', '=', 'changes.user_id').onRef('ops.op_id', '=', 'changes.op_id'),
    )
    .leftJoin('ops as act', (join) =>
      join.onRef('act.user_id', '=', 'ops.user_id').onRef('act.op_id', '=', 'ops.act_id'),
    )
    .select(['changes.id', 'changes.op_id', 'changes.user_id', 'changes.at', 'changes.before', 'changes.after'])
    .select(['ops.what', 'act.what as act', 'ops.stands'])
    // An expression, so that no database looks through all that was done in those lists instead of at these rows.
    .where((eb) => eb.fn.coalesce('changes.list_id', sql<string>`''`), 'in', lists)
    .$if(before !== undefined, (query) => query.where('changes.id', '<', before as string))
    .orderBy('changes.id', 'desc')
    .limit(most)

function byOp(user: Person, found: Found[]): Told[] {
  const ops = Map.groupBy(found, ({ user_id, op_id }) => `${user_id} ${op_id}`)
  return [...ops.values()].map((of) => toldBy(user, of)).filter((told) => saysSomething(told))
}

function toldBy(user: Person, of: Found[]): Told {
  const [first, last] = [of[0] as Found, of.at(-1) as Found]
  const isAct = first.what !== 'undo' && first.what !== 'redo'
  return {
    id: last.id,
    op: first.op_id,
    at: first.at,
    by: first.user_id,
    what: first.what,
    canUndo: isAct && first.stands === 1 && first.user_id === user.id,
    changes: of.filter(({ label, step }) => !label && !step).map(fieldsOf),
    labels: of.flatMap(({ label, ...entry }) => (label ? [{ name: label, isOn: isOn(fieldsOf(entry)) }] : [])),
    steps: of.flatMap(({ step }) => (step ? [step] : [])),
  }
}

// What was purged has neither a before nor an after any more.
const fieldsOf = ({ before, after }: Pick<Found, 'before' | 'after'>): Told['changes'][number] => ({
  before: before === null ? (after === null ? {} : undefined) : (JSON.parse(before) as Fields),
  after: after === null ? {} : (JSON.parse(after) as Fields),
})

const isOn = ({ after }: Told['changes'][number]): boolean => (after.deleted_at ?? null) === null

/** Where a task stands among others is not worth a word. */
const saysSomething = ({ changes, labels, steps }: Told): boolean =>
  labels.length + steps.length > 0 ||
  changes.some(({ before }) => before === undefined || Object.keys(before).some((name) => name !== 'position'))

async function namesIn(db: Db, told: Told[], lists: Map<string, string>): Promise<Names> {
  const fields = told.flatMap(({ changes }) => changes.flatMap(({ before, after }) => [before ?? {}, after]))
  const idsIn = (name: string) => [...new Set(fields.map((some) => some[name]))].filter((id) => typeof id === 'string')
  const people = [...new Set([...told.map(({ by }) => by), ...idsIn('assignee_id')])]
  const [sections, tasks, users] = await Promise.all([
    called(idsIn('section_id'), (ids) =>
      db
        .selectFrom('sections')
        .select(['id', 'name'])
        .where('id', 'in', ids)
        .where('list_id', 'in', [...lists.keys()])
        .execute(),
    ),
    called(idsIn('parent_id'), (ids) =>
      db
        .selectFrom('tasks')
        .select(['id', 'title as name'])
        .where('id', 'in', ids)
        .where('list_id', 'in', [...lists.keys()])
        .execute(),
    ),
    called(people, (ids) => db.selectFrom('users').select(['id', 'name', 'email']).where('id', 'in', ids).execute()),
  ])
  return {
    lists,
    others: new Map([...sections, ...tasks].map(({ id, name }) => [id, name])),
    people: new Map(users.map(({ id, name, email }) => [id, name === '' ? email : name])),
  }
}

// Nobody asks a database for nothing: PostgreSQL does not know what that means.
const called = async <R>(ids: string[], find: (ids: string[]) => Promise<R[]>): Promise<R[]> =>
  ids.length === 0 ? [] : find(ids)
