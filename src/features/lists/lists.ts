import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { List, Tables, User } from '#db/schema.ts'
import type { ListAround } from '#web/lists-around.ts'

type Person = Pick<User, 'id'>

/** A list as somebody sees it: with what they may do in it. */
export type VisibleList = List & { role: Tables['list_members']['role'] }

/** The lists that `user` may see, as a query to narrow down. Deleted lists are not among them, archived ones are. */
export const listsOf = (db: Db, user: Person) => evenDeletedLists(db, user).where('lists.deleted_at', 'is', null)

/** The same with the deleted ones: those that their owner can bring back are among them. */
export const evenDeletedLists = (db: Db, user: Person) =>
  db
    .selectFrom('list_members as member')
    .innerJoin('lists', 'lists.id', 'member.list_id')
    .selectAll('lists')
    .select('member.role')
    .where('member.user_id', '=', user.id)

/** The list `id`. Refuses one that does not exist for `user`: unknown, deleted, or somebody else's. */
export async function listOf(db: Db, user: Person, id: string): Promise<VisibleList> {
  const list = isId(id) ? await listsOf(db, user).where('lists.id', '=', id).executeTakeFirst() : undefined
  return list ?? refuseUnknownList()
}

/** The same, with the deleted ones: a repeat of a deletion, and what restores it, must find their list. */
export async function evenDeletedListOf(db: Db, user: Person, id: string): Promise<VisibleList> {
  const list = isId(id) ? await evenDeletedLists(db, user).where('lists.id', '=', id).executeTakeFirst() : undefined
  return list ?? refuseUnknownList()
}

/** The lists that `user` has laid aside, in their order, with how many tasks are open in each. */
export async function archivedListsOf(db: Db, user: Person): Promise<ListAround[]> {
  const lists = await listsOf(db, user)
    .where('lists.archived_at', 'is not', null)
    .orderBy('lists.position')
    .orderBy('lists.id')
    .execute()
  return lists.map(({ open_tasks, ...list }) => ({ ...list, open: open_tasks }))
}

/** The Inbox of `user`. Everybody has one; without it something is broken, and this throws. */
export const inboxOf = (db: Db, user: Person): Promise<VisibleList> =>
  listsOf(db, user).where('lists.owner_id', '=', user.id).where('lists.kind', '=', 'inbox').executeTakeFirstOrThrow()

/** Refuses who may read a list but not change it. */
export function refuseViewer({ role }: Pick<VisibleList, 'role'>): void {
  if (role === 'viewer') throw new Refusal('forbidden', 'You may read this list, but not change it.')
}

/** Refuses to put something into a list that was laid aside. */
export function refuseArchived({ name, archived_at }: Pick<List, 'name' | 'archived_at'>, field = 'list'): void {
  if (archived_at !== null)
    throw new Refusal('invalid', `The list “${name}” is archived. Bring it back before you put a task into it.`, {
      field,
    })
}

/** Says that there is no such list, in the same words for all who may not see it. */
export function refuseUnknownList(): never {
  throw new Refusal('not-found', 'There is no such list. It may have been deleted.')
}
