import type { Db } from '#db/db.ts'
import type { JournaledTable, User } from '#db/schema.ts'
import { listsInSight } from '#db/sight.ts'
import { type Html, html, nothing } from './html.ts'

type Person = Pick<User, 'id'>

/**
 * What an op was about, as a sentence names it: “Milk”, or 12 tasks; and where that is now. `isAside`: that list is
 * archived, so it stands in no navigation.
 */
export type Thing = { words: Html; isMany: boolean; where: Html; isAside?: boolean }

/** Several things in a sentence: “phone”, “soon” and “home”. */
export const listed = (parts: Html[]): Html =>
  html`${parts.map((part, i) => html`${i === 0 ? nothing : i === parts.length - 1 ? ' and ' : ', '}${part}`)}`

/** Words that somebody wrote, in the middle of ours. They may be written from right to left. */
export const quoted = (title: string): Html => html`<bdi>“${title}”</bdi>`

/** So many tasks, in words. */
export const tasksInWords = (count: number): Html =>
  count === 1 ? html`1 task` : html`${count.toLocaleString('en')} tasks`

/**
 * What the op `op` of this person was about, as it is called now. Undefined for an op that changed nothing, unless it
 * undid another: then it is what that one was about. Undefined also for what this person may not see any more.
 */
export async function thingOf(db: Db, user: Person, op: string): Promise<Thing | undefined> {
  const known = await db
    .selectFrom('ops')
    .leftJoin('ops as act', (join) =>
      join.onRef('act.user_id', '=', 'ops.user_id').onRef('act.op_id', '=', 'ops.act_id'),
    )
    .select(['ops.what', 'ops.undoes', 'act.what as of'])
    .where('ops.user_id', '=', user.id)
    .where('ops.op_id', '=', op)
    .executeTakeFirst()
  if (!known) return undefined
  const what = known.of ?? known.what
  const found = (await changedBy(db, user, op, what)) ?? (await changedBy(db, user, known.undoes ?? '', what))
  return found ?? (known.undoes === null ? undefined : actBelow(db, user, op, what))
}

/** The task `id` as it is called now; undefined for one that this person may not see. */
export async function taskNamed(db: Db, user: Person, id: string): Promise<Thing | undefined> {
  const task = await db
    .selectFrom('tasks')
    .select('title')
    .where('id', '=', id)
    .where('list_id', 'in', listsInSight(db, user))
    .executeTakeFirst()
  return task && { words: quoted(task.title), isMany: false, where: nothing }
}

// An undo that found nothing to do, of an undo that found nothing to do: what the act itself was about.
async function actBelow(db: Db, user: Person, op: string, what: string): Promise<Thing | undefined> {
  const undo = await db
    .selectFrom('ops')
    .select('act_id')
    .where('user_id', '=', user.id)
    .where('op_id', '=', op)
    .executeTakeFirst()
  return undo?.act_id ? changedBy(db, user, undo.act_id, what) : undefined
}

async function changedBy(db: Db, user: Person, op: string, what: string): Promise<Thing | undefined> {
  const [table = 'tasks', isBulk = false] = SUBJECTS[what.split('.')[0] ?? ''] ?? []
  return table === 'tasks' ? tasksBy(db, user, op, isBulk) : namedBy(db, user, op, table)
}

/** By the first word of what an op is called: in which table its subject stands, and whether there may be many. */
const SUBJECTS: Record<string, [table: 'tasks' | 'lists' | 'sections' | 'labels' | 'filters', isBulk?: boolean]> = {
  task: ['tasks'],
  tasks: ['tasks', true],
  today: ['tasks', true],
  list: ['lists'],
  section: ['sections'],
  label: ['labels'],
  filter: ['filters'],
}

async function tasksBy(db: Db, user: Person, op: string, isBulk: boolean): Promise<Thing | undefined> {
  const last = (await lastTask(db, user, op)) ?? (await lastLabeled(db, user, op))
  if (!last) return undefined
  const where = html`${quoted(last.name)}`
  const isAside = last.archived_at !== null
  const count = isBulk ? await countTasks(db, user, op) : 1
  return count === 1
    ? { words: quoted(last.title), isMany: false, where, isAside }
    : { words: tasksInWords(count), isMany: true, where, isAside }
}

/** What the op `op` of this person did to tasks that they may see still, with their lists, as a query to narrow down. */
export const taskEntriesOf = (db: Db, user: Person, op: string) =>
  entriesOf(db, user, op, 'tasks')
    .innerJoin('tasks', 'tasks.id', 'changes.row_id')
    .innerJoin('lists', 'lists.id', 'tasks.list_id')
    .where('tasks.list_id', 'in', listsInSight(db, user))

/** The same of the labels that were put on tasks or taken off. */
export const labelEntriesOf = (db: Db, user: Person, op: string) =>
  entriesOf(db, user, op, 'task_labels')
    .innerJoin('task_labels', 'task_labels.id', 'changes.row_id')
    .innerJoin('tasks', 'tasks.id', 'task_labels.task_id')
    .innerJoin('lists', 'lists.id', 'tasks.list_id')
    .where('tasks.list_id', 'in', listsInSight(db, user))

const lastTask = (db: Db, user: Person, op: string) =>
  taskEntriesOf(db, user, op)
    .select(['tasks.title', 'lists.name', 'lists.archived_at'])
    // What it was about comes last: before it, others may have made room.
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()

const lastLabeled = (db: Db, user: Person, op: string) =>
  labelEntriesOf(db, user, op)
    .select(['tasks.title', 'lists.name', 'lists.archived_at'])
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()

async function countTasks(db: Db, user: Person, op: string): Promise<number> {
  const counts = await Promise.all(
    (['tasks', 'task_labels'] as const).map((table) =>
      entriesOf(db, user, op, table)
        .select((eb) => eb.fn.count<number>('changes.row_id').distinct().as('count'))
        .executeTakeFirstOrThrow(),
    ),
  )
  return Number(counts.find(({ count }) => Number(count) > 0)?.count ?? 0)
}

type Named = 'lists' | 'sections' | 'labels' | 'filters'

async function namedBy(db: Db, user: Person, op: string, table: Named): Promise<Thing | undefined> {
  const last = await entriesOf(db, user, op, table)
    .select('changes.row_id as id')
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const name = last && (await nameOf(db, user, table, last.id))
  return name === undefined ? undefined : { words: quoted(name), isMany: false, where: nothing }
}

async function nameOf(db: Db, user: Person, table: Named, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom(table)
    .select('name')
    .where('id', '=', id)
    .$if(table === 'lists', (query) => query.where('id', 'in', listsInSight(db, user)))
    .$if(table === 'sections', (query) => query.where('list_id' as 'id', 'in', listsInSight(db, user)))
    .$if(table === 'labels' || table === 'filters', (query) => query.where('owner_id' as 'id', '=', user.id))
    .executeTakeFirst()
  return row?.name
}

const entriesOf = (db: Db, user: Person, op: string, table: JournaledTable) =>
  db
    .selectFrom('changes')
    .where('changes.user_id', '=', user.id)
    .where('changes.op_id', '=', op)
    .where('changes.table_name', '=', table)
