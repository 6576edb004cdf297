import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Day } from '#core/days.ts'
import { isId } from '#core/ids.ts'
import { instant } from '#core/time.ts'
import type { Db } from '#db/db.ts'
import { newestWith } from '#db/finding.ts'
import type { Completion, Tables, User } from '#db/schema.ts'
import { listsOf } from '#features/lists/lists.ts'
import { latestIn } from './latest.ts'
import { PAGE } from './listing.ts'
import { type BareRow, type Row, rowColumns, withDetails } from './seen.ts'

type Person = Pick<User, 'id'>

/**
 * A completed task, with when it was completed and the id of that completion. Of an occurrence of a task that has come
 * again since, also for which day it was, whether it was passed over, and the op that takes it back.
 */
export type DoneRow = Row & Done & { occurrence: Occurrence | undefined }

export type Occurrence = { day: Day | null; isSkipped: boolean; op: string | undefined }

type Done = { doneAt: string; completion: string }
type Found = BareRow & Done & { day: Day | null; kind: Completion['kind'] }

/** Where a page of the logbook begins: before this completion. */
export type LogCursor = { id: string; task: string; doneAt: string }

/**
 * One page of what was completed in `lists`, the latest first, and whether more follow. Deleted tasks are not in it. With
 * `words` it is only what was done of tasks in which they stand; `isCut` when they stand in more than are looked at. `user`
 * is who may take back what they did.
 */
export async function completedRows(
  db: Db,
  user: Person,
  lists: string[],
  { before, since, words }: { before?: LogCursor | undefined; since?: Date; words?: string } = {},
): Promise<{ rows: DoneRow[]; more: boolean; isCut: boolean }> {
  const among = words === undefined ? undefined : await tasksWith(db, lists, words)
  const rows = among ? await doneOf(db, lists, among.ids, before) : await latestDone(db, lists, before, since)
  const found = await withDetails(db, rows.slice(0, PAGE))
  return { rows: await withOccurrences(db, user, found), more: rows.length > PAGE, isCut: among?.isCut ?? false }
}

/** What closed a task is its own row; what is in the logbook besides was an occurrence of one that repeats. */
async function withOccurrences(db: Db, user: Person, rows: (Found & Row)[]): Promise<DoneRow[]> {
  const passed = rows.filter((row) => row.doneAt !== row.completed_at).map(({ completion }) => completion)
  const ops = await opsThatLogged(db, user, passed)
  return rows.map(({ day, kind, ...row }) => ({
    ...row,
    occurrence: passed.includes(row.completion)
      ? { day, isSkipped: kind === 'skipped', op: ops.get(row.completion) }
      : undefined,
  }))
}

/**
 * The ops of `user` that logged these completions, each nothing but one of them: to undo it takes back what its row says.
 * One that completed several tasks is undone by the Undo that was offered then, or from the history of one of them.
 */
async function opsThatLogged(db: Db, user: Person, completions: string[]): Promise<Map<string, string>> {
  if (completions.length === 0) return new Map()
  const logged = await db
    .selectFrom('changes')
    .select(['row_id', 'op_id'])
    .where('row_id', 'in', completions)
    .where('user_id', '=', user.id)
    .where('table_name', '=', 'completions')
    .where('before', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('changes as other')
            .select('other.id')
            .where('other.user_id', '=', user.id)
            .where('other.table_name', '=', 'completions')
            .whereRef('other.op_id', '=', 'changes.op_id')
            .whereRef('other.row_id', '!=', 'changes.row_id'),
        ),
      ),
    )
    .execute()
  return new Map(logged.map(({ row_id, op_id }) => [row_id, op_id]))
}

/** How many completions there were in `lists` since an instant. */
export async function countCompleted(db: Db, lists: string[], since: Date): Promise<number> {
  if (lists.length === 0) return 0
  const { count } = await db
    .selectFrom('completions')
    .innerJoin('tasks', 'tasks.id', 'completions.task_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('completions.list_id', 'in', lists)
    .where('completions.completed_at', '>=', instant(since))
    .where('completions.deleted_at', 'is', null)
    .where('tasks.deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** The words that somebody looks for in the logbook: the field `q` of its page. */
export const wordsIn = (c: { req: { query(name: string): string | undefined } }): string =>
  (c.req.query('q') ?? '').trim().slice(0, 2000)

/** The ids of the lists whose completed tasks `user` may see. */
export async function listIdsOf(db: Db, user: Person): Promise<string[]> {
  const lists = await listsOf(db, user).clearSelect().select('lists.id').execute()
  return lists.map(({ id }) => id)
}

/**
 * The place that a link to older rows names: `?after=TASK&at=COMPLETION`. A link without a completion goes on from
 * the latest one of the task. It may be reopened or deleted by now. Undefined is the top.
 */
export async function logCursor(db: Db, lists: string[], task?: string, at?: string): Promise<LogCursor | undefined> {
  if (task === undefined || !isId(task) || lists.length === 0) return undefined
  const found = await db
    .selectFrom('completions')
    .select(['id', 'completed_at'])
    .where('task_id', '=', task)
    .where('list_id', 'in', lists)
    .$if(at !== undefined && isId(at), (query) => query.where('id', '=', at as string))
    .orderBy('completed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found && { id: found.id, task, doneAt: found.completed_at }
}

/** The tasks of these lists, open and completed, in which `words` stand. A repeating one is open, and in the logbook. */
async function tasksWith(db: Db, ids: string[], words: string): Promise<{ ids: string[]; isCut: boolean }> {
  const lists = await db.selectFrom('lists').select(['id', 'owner_id', 'open_tasks']).where('id', 'in', ids).execute()
  const asked = [true, false].map((isOpen) => newestWith(db, { words }, { lists, isOpen }, MOST_FOUND + 1))
  const found = await Promise.all(asked)
  return {
    ids: found.flatMap((some) => some.slice(0, MOST_FOUND)),
    isCut: found.some((some) => some.length > MOST_FOUND),
  }
}

/** Of words that stand in more tasks than these, those are looked at that were added last: as many open as completed ones. */
export const MOST_FOUND = 1000

/** What was done of these tasks. */
const doneOf = async (db: Db, lists: string[], tasks: string[], before: LogCursor | undefined): Promise<Found[]> =>
  tasks.length === 0
    ? []
    : logbook(db, before)
        .where('completions.task_id', 'in', tasks)
        // Put together with nothing: else SQLite would look through all that was done in these lists.
        .where(sql<SqlBool>`completions.list_id || '' in (${sql.join(lists)})`)
        .execute()

/** A page of what was done in these lists, each read along its index. */
async function latestDone(db: Db, lists: string[], before: LogCursor | undefined, since?: Date): Promise<Found[]> {
  const keys = await latestIn(
    db,
    lists,
    PAGE + 1,
    (list, limit) => sql`select id, completed_at as at, list_id as list from completions
      where list_id = ${list} and deleted_at is null
      ${since ? sql`and completed_at >= ${instant(since)}` : sql``}
      ${before ? sql`and (completed_at, id) < (${before.doneAt}, ${before.id})` : sql``}
      and (select tasks.deleted_at from tasks where tasks.id = completions.task_id) is null
      order by completed_at desc, id desc limit ${limit}`,
  )
  if (keys.length === 0) return []
  const ids = keys.map(({ id }) => id)
  const rows = await completed(db).where('completions.id', 'in', ids).execute()
  return rows.sort(latestFirst)
}

/** A page of what was ever completed, the latest first. */
const logbook = (db: Db, before: LogCursor | undefined) =>
  completed(db)
    .$if(before !== undefined, (query) => query.where((eb) => isBefore(eb, before as LogCursor)))
    .orderBy('completions.completed_at', 'desc')
    .orderBy('completions.id', 'desc')
    .limit(PAGE + 1)

const completed = (db: Db) =>
  db
    .selectFrom('completions')
    .innerJoin('tasks', 'tasks.id', 'completions.task_id')
    .innerJoin('lists', 'lists.id', 'tasks.list_id')
    .select([...rowColumns, 'completions.completed_at as doneAt', 'completions.id as completion'])
    .select(['completions.due_day as day', 'completions.kind'])
    .where('completions.deleted_at', 'is', null)
    .where('tasks.deleted_at', 'is', null)

const isBefore = (
  { eb, refTuple, tuple }: ExpressionBuilder<Tables, 'completions' | 'tasks' | 'lists'>,
  { doneAt, id }: LogCursor,
) => eb(refTuple('completions.completed_at', 'completions.id'), '<', tuple(doneAt, id))

const latestFirst = (a: Found, b: Found): number => compare(b.doneAt, a.doneAt) || compare(b.completion, a.completion)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
