import type { Context } from 'hono'
import type { Day } from '#core/days.ts'
import type { Db } from '#db/db.ts'
import type { Task, User } from '#db/schema.ts'
import { listsOf, refuseViewer } from '#features/lists/lists.ts'
import { refererPath } from '#web/back.ts'
import { todayOf } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { hasStarted } from './branch-rows.ts'
import { above, fitsUnder } from './branches.ts'
import { type Destination, type Levels, movePage } from './move-page.ts'
import { taskOf } from './tasks.ts'

/** The page that asks where a task should go: what dragging does, for those who do not drag. */
export const movePages = new Routes()

movePages.get('/tasks/:id/move', 'user', async (c) => {
  const { db, user } = c.var
  const task = await taskOf(db, user, c.req.param('id'))
  refuseViewer(task)
  const from = refererPath(c)
  const next = from === undefined || from.startsWith(`/tasks/${task.id}/`) ? `/lists/${task.list_id}` : from
  const [destinations, levels] = await Promise.all([destinationsOf(db, user), levelsFor(c, task)])
  return showPage(c, movePage(task, { destinations, levels, next }))
})

/** The task of which it can become a part, and the one out of which it can go. */
async function levelsFor(c: Context<UserEnv>, task: Task): Promise<Levels> {
  const { db, user, now } = c.var
  const [before, path] = await Promise.all([taskAbove(db, task, todayOf(user, now)), above(db, task.id)])
  const parent = path.at(-1)
  return {
    into: before && (await fitsUnder(db, task.id, before.id)) ? before : undefined,
    outOf: parent && { title: parent.title, into: parent.parent_id },
  }
}

/** The open task that stands directly above `task` as its list shows it. */
const taskAbove = (
  db: Db,
  { list_id, section_id, parent_id, position, id }: Task,
  today: Day,
): Promise<Pick<Task, 'id' | 'title'> | undefined> =>
  db
    .selectFrom('tasks')
    .select(['tasks.id', 'tasks.title'])
    .where('tasks.list_id', '=', list_id)
    .where('tasks.section_id', section_id === null ? 'is' : '=', section_id)
    .where('tasks.parent_id', parent_id === null ? 'is' : '=', parent_id)
    .where('tasks.completed_at', 'is', null)
    .where('tasks.deleted_at', 'is', null)
    .where((eb) => hasStarted(eb, today))
    .where(({ eb, refTuple, tuple }) => eb(refTuple('tasks.position', 'tasks.id'), '<', tuple(position, id)))
    .orderBy('tasks.position', 'desc')
    .orderBy('tasks.id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** The lists that `user` may change, in their order, the Inbox first, each with its sections. */
export async function destinationsOf(db: Db, user: Pick<User, 'id'>): Promise<Destination[]> {
  const lists = await listsOf(db, user)
    .where('lists.archived_at', 'is', null)
    .where('member.role', '<>', 'viewer')
    .orderBy('lists.kind')
    .orderBy('lists.position')
    .orderBy('lists.id')
    .execute()
  const ids = lists.map(({ id }) => id)
  const sections = await db
    .selectFrom('sections')
    .select(['id', 'name', 'list_id'])
    .where('list_id', 'in', ids)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()
  const byList = Map.groupBy(sections, (section) => section.list_id)
  return lists.map((list) => ({ ...list, sections: byList.get(list.id) ?? [] }))
}
