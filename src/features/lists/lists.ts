import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { List, Tables, User } from '#db/schema.ts'

/** A list as somebody sees it: with what they may do in it. */
export type VisibleList = List & { role: Tables['list_members']['role'] }

/** The lists that `user` may see, as a query to narrow down. Deleted lists are not among them. */
export const listsOf = (db: Db, user: Pick<User, 'id'>) =>
  db
    .selectFrom('list_members as member')
    .innerJoin('lists', 'lists.id', 'member.list_id')
    .selectAll('lists')
    .select('member.role')
    .where('member.user_id', '=', user.id)
    .where('lists.deleted_at', 'is', null)

/** The Inbox of `user`. Everybody has one; without it something is broken, and this throws. */
export const inboxOf = (db: Db, user: Pick<User, 'id'>): Promise<VisibleList> =>
  listsOf(db, user).where('lists.owner_id', '=', user.id).where('lists.kind', '=', 'inbox').executeTakeFirstOrThrow()

/** Refuses who may read a list but not change it. */
export function refuseViewer({ role }: Pick<VisibleList, 'role'>): void {
  if (role === 'viewer') throw new Refusal('forbidden', 'You may read this list, but not change it.')
}
