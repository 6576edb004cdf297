import type { ExpressionBuilder, Transaction } from 'kysely'
import { instant, later } from '#core/time.ts'
import { isToken, type KeyRing, newToken } from '#crypto/keys.ts'
import type { Database, Db } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'

/**
 * What a secret that works once is made for.
 * - `purpose` is a word of ours. What was made for one purpose is nothing for another.
 * - `user`: whose it is. With the number of their credentials it is worth nothing once those change; without, it stays.
 * - `address` and `payload` (any JSON) come back when it is spent. Neither may be a secret.
 */
export type OneTime = {
  purpose: string
  user?: Pick<User, 'id'> & Partial<Pick<User, 'cred_version'>>
  address?: string
  lifeMs: number
  payload?: unknown
}

/** What a secret was made for, when it is good. */
export type Known = { user: string | undefined; address: string | undefined; payload: unknown }

/**
 * Makes a secret that works once, for a link. Returns its token, 43 characters that nobody knows afterwards: a MAC of it
 * is stored. The one that a person had for the same purpose is worth nothing from then on.
 */
export async function mint(trx: Transaction<Tables>, keys: KeyRing, made: OneTime, now: Date): Promise<string> {
  const token = newToken()
  const row = {
    mac: keys.mac('one-time', nameOf(made.purpose, token)).mac,
    address: made.address ?? null,
    cred_version: made.user?.cred_version ?? null,
    payload: JSON.stringify(made.payload ?? null),
    created_at: instant(now),
    expires_at: later(now, made.lifeMs),
  }
  await trx
    .insertInto('one_time_tokens')
    .values({ ...row, purpose: made.purpose, user_id: made.user?.id ?? null })
    .onConflict((conflict) => conflict.columns(['user_id', 'purpose']).doUpdateSet(row))
    .execute()
  return token
}

/**
 * Uses `token` up and returns what it was made for. Undefined when there is none for this purpose, it was used, it is
 * over, or the credentials of its person changed since. One statement, so that of many at once one gets it.
 */
export async function spend(
  trx: Transaction<Tables>,
  keys: KeyRing,
  purpose: string,
  token: string,
  now: Date,
): Promise<Known | undefined> {
  if (!isToken(token)) return undefined
  const row = await trx
    .deleteFrom('one_time_tokens')
    .where('mac', 'in', macsOf(keys, purpose, token))
    .where('expires_at', '>', instant(now))
    .where(stillTheirs)
    .returning(['user_id', 'address', 'payload'])
    .executeTakeFirst()
  return row && known(row)
}

/**
 * Notes that `text`, which says itself who made it and until when it counts, is used: nothing of it was stored before.
 * False when it was used already; one statement, so that of many at once one is first. `lifeMs` is the longest it counts.
 */
export async function useUp(
  db: Db,
  keys: KeyRing,
  { purpose, text, lifeMs }: { purpose: string; text: string; lifeMs: number },
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('one_time_tokens')
    .values({
      mac: keys.mac('one-time', nameOf(`used ${purpose}`, text)).mac,
      purpose: `used ${purpose}`,
      user_id: null,
      address: null,
      cred_version: null,
      payload: 'null',
      created_at: instant(now),
      expires_at: later(now, lifeMs),
    })
    .onConflict((conflict) => conflict.column('mac').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** What `spend` would return now. It uses nothing up, so a page may ask before it shows its form. */
export async function lookAt(
  db: Db,
  keys: KeyRing,
  purpose: string,
  token: string,
  now: Date,
): Promise<Known | undefined> {
  if (!isToken(token)) return undefined
  const row = await db
    .selectFrom('one_time_tokens')
    .select(['user_id', 'address', 'payload'])
    .where('mac', 'in', macsOf(keys, purpose, token))
    .where('expires_at', '>', instant(now))
    .where(stillTheirs)
    .executeTakeFirst()
  return row && known(row)
}

/** Removes secrets that are over. */
export async function pruneOneTime(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('one_time_tokens').where('expires_at', '<=', instant(now)).execute()
}

const macsOf = (keys: KeyRing, purpose: string, token: string): string[] =>
  keys.macs('one-time', nameOf(purpose, token)).map(({ mac }) => mac)

const nameOf = (purpose: string, token: string): string => JSON.stringify([purpose, token])

/** Whether the person's credentials are those under which it was made, where that matters. */
const stillTheirs = (eb: ExpressionBuilder<Tables, 'one_time_tokens'>) => {
  const present = eb
    .selectFrom('users')
    .select('users.cred_version')
    .whereRef('users.id', '=', 'one_time_tokens.user_id')
  return eb.or([eb('cred_version', 'is', null), eb('cred_version', '=', present)])
}

const known = (row: { user_id: string | null; address: string | null; payload: string }): Known => ({
  user: row.user_id ?? undefined,
  address: row.address ?? undefined,
  payload: JSON.parse(row.payload),
})
