import { sql } from 'kysely'
import { isId } from '#core/ids.ts'
import { DAY, instant } from '#core/time.ts'
import type { Db } from '#db/db.ts'
import type { List, Task, User } from '#db/schema.ts'
import { evenDeletedLists } from '#features/lists/lists.ts'
import { type Key, latestIn } from './latest.ts'
import { PAGE } from './listing.ts'

type Person = Pick<User, 'id'>

/** How long what was deleted can be brought back. */
export const KEPT_MS = 30 * DAY

/** A deleted task as the Trash shows it. What was deleted together with it, below it, comes back with it. */
export type TrashedTask = Pick<Task, 'id' | 'title'> & {
  deleted_at: string
  listName: List['name']
  listColor: List['color']
  listKind: List['kind']
}

/** A deleted list as the Trash shows it. Its tasks come back with it. */
export type TrashedList = Pick<List, 'id' | 'name' | 'color' | 'open_tasks'> & { deleted_at: string }

/** Where a page of the Trash begins: before this task. */
export type TrashCursor = { id: string; deletedAt: string }

/**
 * A page of the tasks that were deleted in `lists`, the latest first, and the place of the last one when more follow.
 * A task that was deleted along with the one it is a part of is not shown by itself.
 */
export async function deletedTasks(
  db: Db,
  lists: string[],
  before?: TrashCursor,
): Promise<{ rows: TrashedTask[]; next: TrashCursor | undefined }> {
  const keys = await latestIn(db, lists, PAGE + 1, (list, limit) => deletedIn(list, before, limit))
  const last = keys[PAGE - 1]
  const next = last && keys.length > PAGE ? { id: last.id, deletedAt: last.at } : undefined
  return { rows: await rowsAt(db, keys.slice(0, PAGE)), next }
}

/** The lists of `user` that they deleted and that can still be brought back, the latest first. */
export const deletedLists = (db: Db, user: Person): Promise<TrashedList[]> =>
  evenDeletedLists(db, user)
    .clearSelect()
    .select(['lists.id', 'lists.name', 'lists.color', 'lists.open_tasks', 'lists.deleted_at'])
    .$narrowType<{ deleted_at: string }>()
    .where('lists.owner_id', '=', user.id)
    .where('lists.deleted_at', 'is not', null)
    .orderBy('lists.deleted_at', 'desc')
    .orderBy('lists.id', 'desc')
    .execute()

/** The place that a link names: `?after=ID&at=INSTANT`. Undefined is the top. */
export function trashCursor(id = '', at = ''): TrashCursor | undefined {
  const time = Date.parse(at)
  return isId(id) && !Number.isNaN(time) ? { id, deletedAt: instant(new Date(time)) } : undefined
}

const deletedIn = (list: string, before: TrashCursor | undefined, limit: number) =>
  sql`select id, deleted_at as at, list_id as list from tasks
    where list_id = ${list} and deleted_at is not null
    ${before ? sql`and (deleted_at, id) < (${before.deletedAt}, ${before.id})` : sql``}
    and (select parent.id from tasks as parent
      where parent.id = tasks.parent_id and parent.deleted_at = tasks.deleted_at) is null
    order by deleted_at desc, id desc limit ${limit}`

async function rowsAt(db: Db, keys: Key[]): Promise<TrashedTask[]> {
  if (keys.length === 0) return []
  const ids = keys.map(({ id }) => id)
  const rows = await db
    .selectFrom('tasks')
    .innerJoin('lists', 'lists.id', 'tasks.list_id')
    .select(['tasks.id', 'tasks.title', 'tasks.deleted_at'])
    .select(['lists.name as listName', 'lists.color as listColor', 'lists.kind as listKind'])
    .$narrowType<{ deleted_at: string }>()
    .where('tasks.id', 'in', ids)
    .where('tasks.deleted_at', 'is not', null)
    .execute()
  return rows.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
}
