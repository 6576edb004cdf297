import { instant, later } from '#core/time.ts'
import type { Database, Db } from '#db/db.ts'
import { purgeLists, purgeNamed, purgeTasks } from '#db/purge.ts'
import type { User } from '#db/schema.ts'
import { listsOf } from '#features/lists/lists.ts'
import { KEPT_MS } from './trash.ts'

type Person = Pick<User, 'id'>

/** Removes for good what was deleted 30 days ago: what is in the Trash, and sections, labels and filters. */
export async function pruneTrash(db: Database, now: Date): Promise<void> {
  const until = later(now, -KEPT_MS)
  await purgeTasks(db, { until })
  await purgeLists(db, { until })
  await purgeNamed(db, { until })
}

/** Removes for good all that is in the Trash of the lists that belong to `user`, and their deleted lists. */
export async function emptyTrash(db: Database, user: Person, now: Date): Promise<void> {
  const until = instant(now)
  const lists = await ownLists(db, user)
  await purgeTasks(db, { until, lists }, Number.POSITIVE_INFINITY)
  await purgeLists(db, { until, lists }, Number.POSITIVE_INFINITY)
}

/** How many tasks `emptyTrash` would remove that were deleted themselves. */
export async function countTrash(db: Db, user: Person): Promise<number> {
  const { count } = await listsOf(db, user)
    .clearSelect()
    .innerJoin('tasks', 'tasks.list_id', 'lists.id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('lists.owner_id', '=', user.id)
    .where('tasks.deleted_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

async function ownLists(db: Db, user: Person): Promise<string[]> {
  const lists = await db.selectFrom('lists').select('id').where('owner_id', '=', user.id).execute()
  return lists.map(({ id }) => id)
}
