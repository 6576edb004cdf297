import type { Day } from '#core/days.ts'
import { built } from '#db/built.ts'
import type { Db } from '#db/db.ts'
import { startingLater } from '#db/due.ts'
import type { List, User } from '#db/schema.ts'
import { todayOf } from './dates.ts'

/** A list as the navigation shows it: `open` is how many of its tasks are open and have started. */
export type ListAround = Pick<List, 'id' | 'kind' | 'owner_id' | 'name' | 'color'> & { open: number }

type Reader = Pick<User, 'id' | 'zone' | 'day_starts'>

/** The lists of `user` in their order, the archived ones left out. One query, whatever is in them. */
export async function listsAround(db: Db, user: Reader, now: Date): Promise<ListAround[]> {
  const rows = await around(db, { user: user.id, today: todayOf(user, now) })
  return rows.map(({ later, open_tasks, ...list }) => ({ ...list, open: open_tasks - Number(later) }))
}

/** Whether a list is the Inbox of `user`, not one that somebody else shares. */
export const isOwnInbox = ({ kind, owner_id }: Pick<List, 'kind' | 'owner_id'>, user: Pick<User, 'id'>): boolean =>
  kind === 'inbox' && owner_id === user.id

/** The id of the element that shows how many tasks are open in a list. */
export const countPlace = (list: Pick<List, 'id' | 'kind' | 'owner_id'>, user: Pick<User, 'id'>): string =>
  isOwnInbox(list, user) ? 'inbox_count' : `count_${list.id}`

/** What these elements show after an op of `user`: those of the lists in which it changed something, and of the Inbox. */
export async function countsAfter(
  db: Db,
  user: Reader,
  now: Date,
  op: string,
): Promise<{ place: string; count: number }[]> {
  const [lists, touched] = await Promise.all([listsAround(db, user, now), listsTouched(db, user, op)])
  const inbox = lists.filter((list) => isOwnInbox(list, user))
  const others = lists.filter((list) => touched.has(list.id) && !inbox.includes(list))
  return [...others, ...inbox].map((list) => ({ place: countPlace(list, user), count: list.open }))
}

/** Where an op changed something: also the lists that something has left. */
async function listsTouched(db: Db, user: Pick<User, 'id'>, op: string): Promise<Set<string | null>> {
  const changes = db.selectFrom('changes').where('user_id', '=', user.id).where('op_id', '=', op)
  const [now, left] = await Promise.all([
    changes.select('list_id').distinct().execute(),
    changes.select('before').distinct().where('before', 'like', '%"list_id":"%').execute(),
  ])
  const before = left.map(({ before }) => (JSON.parse(before ?? '{}') as { list_id: string }).list_id)
  return new Set([...now.map(({ list_id }) => list_id), ...before])
}

const around = built((db, { user, today }: { user: string; today: Day }) =>
  db
    .selectFrom('list_members as member')
    .innerJoin('lists', 'lists.id', 'member.list_id')
    .select(['lists.id', 'lists.kind', 'lists.owner_id', 'lists.name', 'lists.color', 'lists.open_tasks'])
    .select((eb) => startingLater(eb, today).as('later'))
    .where('member.user_id', '=', user)
    .where('lists.deleted_at', 'is', null)
    .where('lists.archived_at', 'is', null)
    .orderBy('lists.position')
    .orderBy('lists.id'),
)
