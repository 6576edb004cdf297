import { built } from '#db/built.ts'
import type { Db } from '#db/db.ts'
import type { SavedFilter, User } from '#db/schema.ts'

/** A saved filter as the navigation shows it. */
export type FilterAround = Pick<SavedFilter, 'id' | 'name'>

/** The filters that `user` has saved, in their order. */
export const filtersAround = (db: Db, user: Pick<User, 'id'>): Promise<FilterAround[]> => around(db, { user: user.id })

const around = built((db, { user }: { user: string }) =>
  db
    .selectFrom('filters')
    .select(['id', 'name'])
    .where('owner_id', '=', user)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id'),
)
