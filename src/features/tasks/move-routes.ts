import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { listsOf, refuseViewer } from '#features/lists/lists.ts'
import { refererPath } from '#web/back.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { type Destination, movePage } from './move-page.ts'
import { taskOf } from './tasks.ts'

/** The page that asks where a task should go: what dragging does, for those who do not drag. */
export const movePages = new Routes()

movePages.get('/tasks/:id/move', 'user', async (c) => {
  const { db, user } = c.var
  const task = await taskOf(db, user, c.req.param('id'))
  refuseViewer(task)
  const from = refererPath(c)
  const next = from === undefined || from.startsWith(`/tasks/${task.id}/`) ? `/lists/${task.list_id}` : from
  return showPage(c, movePage(task, await destinationsOf(db, user), next))
})

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
