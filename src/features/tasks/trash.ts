import { isId } from '#core/ids.ts'
import { DAY, instant } from '#core/time.ts'
import type { Db } from '#db/db.ts'
import type { List, Task, User } from '#db/schema.ts'
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
  // Each list is read along its index and for one page only.
  const pages = await Promise.all(lists.map((list) => deletedIn(db, list, before)))
  const rows = pages.flat().sort(latestFirst)
  const last = rows[PAGE - 1]
  const next = last && rows.length > PAGE ? { id: last.id, deletedAt: last.deleted_at } : undefined
  return { rows: rows.slice(0, PAGE), next }
}

/** The lists of `user` that they deleted and that can still be brought back, the latest first. */
export const deletedLists = (db: Db, user: Person): Promise<TrashedList[]> =>
  db
    .selectFrom('lists')
    .select(['id', 'name', 'color', 'open_tasks', 'deleted_at'])
    .$narrowType<{ deleted_at: string }>()
    .where('owner_id', '=', user.id)
    .where('deleted_at', 'is not', null)
    .orderBy('deleted_at', 'desc')
    .orderBy('id', 'desc')
    .execute()

/** The place that a link names: `?after=ID&at=INSTANT`. Undefined is the top. */
export function trashCursor(id = '', at = ''): TrashCursor | undefined {
  const time = Date.parse(at)
  return isId(id) && !Number.isNaN(time) ? { id, deletedAt: instant(new Date(time)) } : undefined
}

const deletedIn = (db: Db, list: string, before: TrashCursor | undefined): Promise<TrashedTask[]> =>
  db
    .selectFrom('tasks')
    .innerJoin('lists', 'lists.id', 'tasks.list_id')
    .select(['tasks.id', 'tasks.title', 'tasks.deleted_at'])
    .select(['lists.name as listName', 'lists.color as listColor', 'lists.kind as listKind'])
    .$narrowType<{ deleted_at: string }>()
    .where('tasks.list_id', '=', list)
    .where('tasks.deleted_at', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tasks as parent')
            .select('parent.id')
            .whereRef('parent.id', '=', 'tasks.parent_id')
            .whereRef('parent.deleted_at', '=', 'tasks.deleted_at'),
        ),
      ),
    )
    .$if(before !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('tasks.deleted_at', 'tasks.id'), '<', tuple(before!.deletedAt, before!.id)),
      ),
    )
    .orderBy('tasks.deleted_at', 'desc')
    .orderBy('tasks.id', 'desc')
    .limit(PAGE + 1)
    .execute()

const latestFirst = (a: TrashedTask, b: TrashedTask): number =>
  inOrder(b.deleted_at, a.deleted_at) || inOrder(b.id, a.id)

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
