import type { Db } from './db.ts'
import type { User } from './schema.ts'

/** The ids of the lists in which `user` may look, as a query to ask within. Those that are deleted are among them. */
export const listsInSight = (db: Db, user: Pick<User, 'id'>) =>
  db.selectFrom('list_members').select('list_id').where('user_id', '=', user.id)
