import type { Transaction } from 'kysely'
import { instant } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'

/**
 * Has `user` look at what else logs them in at the next login by the password, when there is something: a password is
 * also lost to whoever used it to add a way in for themselves.
 */
export async function askForReview(trx: Transaction<Tables>, user: Pick<User, 'id'>, now: Date): Promise<void> {
  const tables = ['passkeys', 'identities', 'totps'] as const
  for (const table of tables) {
    const own = trx.selectFrom(table).select('user_id').where('user_id', '=', user.id).limit(1)
    if (!(await own.executeTakeFirst())) continue
    await trx
      .updateTable('users')
      .set({ review_since: instant(now) })
      .where('id', '=', user.id)
      .execute()
    return
  }
}

/** Notes that `user` has looked. */
export async function endReview(db: Database, user: Pick<User, 'id'>): Promise<void> {
  await db.updateTable('users').set({ review_since: null }).where('id', '=', user.id).execute()
}
