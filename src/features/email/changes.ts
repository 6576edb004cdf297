import type { Selectable, Transaction } from 'kysely'
import { DAY, instant, later } from '#core/time.ts'
import { type Database, type Db, newId } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'

/** A change of somebody’s address: asked for and open, made, or dropped. */
export type EmailChange = Selectable<Tables['email_changes']>

/** How long the new address has to be confirmed, and how long the old one can take the change back. */
export const CONFIRM_LIFE = DAY
export const CANCEL_LIFE = 7 * DAY

// The mail of the old address may be written a day after the change was made, and that a day after it was asked for.
const KEPT = CANCEL_LIFE + CONFIRM_LIFE + DAY

/** Opens a change of the address of `user` to `email`. Another one that was open is open no more. */
export async function openChange(trx: Transaction<Tables>, user: User, email: string, now: Date): Promise<EmailChange> {
  await closeChanges(trx, user)
  const change: EmailChange = {
    id: newId(),
    user_id: user.id,
    old_email: user.email,
    old_canon: user.email_canon,
    new_email: email,
    cred_version: user.cred_version,
    is_open: 1,
    created_at: instant(now),
  }
  await trx.insertInto('email_changes').values(change).execute()
  return change
}

/** Makes the open change of `user` one that cannot be confirmed any more. Returns whether there was one. */
export async function closeChanges(trx: Transaction<Tables>, user: Pick<User, 'id'>): Promise<boolean> {
  const open = trx.updateTable('email_changes').set({ is_open: 0 }).where('user_id', '=', user.id)
  const { numUpdatedRows } = await open.where('is_open', '=', 1).executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The same for this change: of those who confirm it at once, one is told that it was open. */
export async function closeChange(trx: Transaction<Tables>, { id }: Pick<EmailChange, 'id'>): Promise<boolean> {
  const open = trx.updateTable('email_changes').set({ is_open: 0 }).where('id', '=', id)
  const { numUpdatedRows } = await open.where('is_open', '=', 1).executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The change of `user` that waits for its new address to be confirmed. */
export const openChangeOf = (db: Db, user: User, now: Date): Promise<EmailChange | undefined> =>
  db
    .selectFrom('email_changes')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('is_open', '=', 1)
    .where('cred_version', '=', user.cred_version)
    .where('created_at', '>', later(now, -CONFIRM_LIFE))
    .executeTakeFirst()

/** The change with this id. */
export const changeCalled = (db: Db, id: string): Promise<EmailChange | undefined> =>
  db.selectFrom('email_changes').selectAll().where('id', '=', id).executeTakeFirst()

/**
 * Forgets a change and all that the person made or asked for after it, and with them the ways to take those back: an
 * older address outranks a newer one. Returns whether it was still there.
 */
export async function forgetChange(trx: Transaction<Tables>, change: EmailChange): Promise<boolean> {
  const { numDeletedRows } = await trx.deleteFrom('email_changes').where('id', '=', change.id).executeTakeFirst()
  if (numDeletedRows === 0n) return false
  // Each change that is made raises the number of the credentials: it tells the order better than any clock.
  await trx
    .deleteFrom('email_changes')
    .where('user_id', '=', change.user_id)
    .where('cred_version', '>=', change.cred_version)
    .execute()
  return true
}

/** Removes changes that nobody can take back any more. */
export async function pruneEmailChanges(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('email_changes').where('created_at', '<', later(now, -KEPT)).execute()
}
