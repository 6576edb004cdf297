import type { Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { DAY, instant, later } from '#core/time.ts'
import type { Tables, User } from '#db/schema.ts'

/** How long somebody who deleted their account can still come back. */
export const GRACE = 7 * DAY

type Standing = Pick<User, 'status' | 'deletes_at'>

/** Whether the account is one that its person deleted, and can still come back to by logging in. */
export const isLeaving = ({ status, deletes_at }: Standing, now: Date): boolean =>
  status === 'disabled' && deletes_at !== null && instant(now) < deletes_at

/** Whether somebody with good credentials may come in. */
export const mayComeIn = (user: Standing, now: Date): boolean => user.status === 'active' || isLeaving(user, now)

/**
 * Closes the account of `user` until it is removed, and returns when that is. It is disabled from now on. Refuses the
 * last administrator; the caller makes those who decide something about the whole site do so one after another.
 */
export async function leave(trx: Transaction<Tables>, user: User, now: Date): Promise<string> {
  const deletesAt = later(now, GRACE)
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ status: 'disabled', deletes_at: deletesAt })
    .where('id', '=', user.id)
    .where('status', '=', 'active')
    .where((eb) =>
      eb.or([
        eb('role', '=', 'user'),
        eb.exists(
          eb
            .selectFrom('users as others')
            .select('others.id')
            .where('others.role', '=', 'admin')
            .where('others.status', '=', 'active')
            .where('others.id', '!=', user.id),
        ),
      ]),
    )
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return deletesAt
  throw new Refusal('conflict', 'You are the only administrator. Make somebody else one first, under People.')
}

/** Opens the account again of somebody who came back in time. Refuses when it is too late. */
export async function stay(trx: Transaction<Tables>, user: User, now: Date): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ status: 'active', deletes_at: null })
    .where('id', '=', user.id)
    .where('status', '=', 'disabled')
    .where('deletes_at', '>', instant(now))
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Refusal('conflict', 'This account was deleted.')
}
