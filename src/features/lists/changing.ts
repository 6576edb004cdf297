import { Refusal } from '#core/refusal.ts'
import type { Database } from '#db/db.ts'
import { type Act, journal, type Write } from '#db/journal.ts'
import type { List, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { evenDeletedListOf, refuseUnknownList, type VisibleList } from './lists.ts'

type Person = Pick<User, 'id'>

/** What a change of a list leaves behind: the op it is known by, and the list as it is now. */
export type ChangedList = { op: string; list: List }

/**
 * Changes the list `id` itself (its name, its place, whether it is there) by `work`, in the journal under the name `what`.
 * Refuses a list that does not exist for `user`, one of which they are not the owner, and the Inbox, which stays as it is. A repeat
 * does nothing and answers with what is there now.
 */
export async function changeList(
  db: Database,
  user: Person,
  id: string,
  asked: Asked & Pick<Act, 'what'>,
  work: (write: Write, list: VisibleList) => Promise<List>,
): Promise<ChangedList> {
  const { owner_id } = await evenDeletedListOf(db, user, id)
  const done = await journal(db, user, { ...asked, lists: [], owner: owner_id }, async (write) => {
    // Read again now that its owner is locked: until then somebody may have changed it.
    const list = await evenDeletedListOf(write.trx, user, id)
    refuseOthers(list)
    refuseInbox(list)
    return work(write, list)
  })
  return { op: done.op, list: done.repeated ? await evenDeletedListOf(db, user, id) : done.value }
}

/** Refuses who may work in a list but does not own it. */
export function refuseOthers({ role }: Pick<VisibleList, 'role'>): void {
  if (role !== 'owner')
    throw new Refusal('forbidden', 'Only the owner of this list may change its name, place or colour.')
}

/** Refuses to change the one list that everybody has. */
export function refuseInbox({ kind }: Pick<List, 'kind'>): void {
  if (kind === 'inbox')
    throw new Refusal('invalid', 'The Inbox stays as it is: whatever is added without a list lands there.')
}

/** Refuses a list that was deleted, in the same words as one that never was. */
export function refuseDeletedList(list: Pick<List, 'deleted_at'>): void {
  if (list.deleted_at !== null) refuseUnknownList()
}
