import { instant } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type ChangedList, changeList, refuseDeletedList } from './changing.ts'

type Person = Pick<User, 'id'>

/** Writes another name or colour. Refuses what `changeList` refuses. */
export const editList = (
  db: Database,
  user: Person,
  id: string,
  { name, color }: { name?: string | undefined; color?: string | undefined },
  asked: Asked,
): Promise<ChangedList> =>
  changeList(db, user, id, { ...asked, what: 'list.edited' }, (write, list) => {
    refuseDeletedList(list)
    return write.update('lists', id, { name: name ?? list.name, color: color ?? list.color })
  })

/**
 * Lays a list aside: it stands in no navigation and takes no new tasks; all that is in it stays, and what was in it comes
 * back to it by Undo. Refuses what `changeList` refuses.
 */
export const archiveList = (db: Database, user: Person, id: string, asked: Asked): Promise<ChangedList> =>
  changeList(db, user, id, { ...asked, what: 'list.archived' }, (write, list) => {
    refuseDeletedList(list)
    return write.update('lists', id, { archived_at: list.archived_at ?? instant(write.now) })
  })

/** Brings an archived list back. Refuses what `changeList` refuses. */
export const unarchiveList = (db: Database, user: Person, id: string, asked: Asked): Promise<ChangedList> =>
  changeList(db, user, id, { ...asked, what: 'list.unarchived' }, (write, list) => {
    refuseDeletedList(list)
    return write.update('lists', id, { archived_at: null })
  })

/**
 * Takes a list out of sight, and all that is in it. Deleting it twice changes nothing. Refuses what `changeList` refuses.
 */
export const deleteList = (db: Database, user: Person, id: string, asked: Asked): Promise<ChangedList> =>
  changeList(db, user, id, { ...asked, what: 'list.deleted' }, (write, list) =>
    write.update('lists', id, { deleted_at: list.deleted_at ?? instant(write.now) }),
  )

/** Brings a deleted list back with all that was in it. Refuses what `changeList` refuses. */
export const restoreList = (db: Database, user: Person, id: string, asked: Asked): Promise<ChangedList> =>
  changeList(db, user, id, { ...asked, what: 'list.restored' }, (write) =>
    write.update('lists', id, { deleted_at: null }),
  )
