import type { Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Db, newId } from '#db/db.ts'
import type { Passkey, Tables, User } from '#db/schema.ts'
import { refusedPasskey } from './refusals.ts'

/** How many passkeys a person may have. */
export const MOST_PASSKEYS = 20

type Owner = Pick<User, 'id'>

/** What is known of a passkey when it is made. */
export type NewPasskey = Omit<Passkey, 'public_id' | 'user_id' | 'created_at' | 'last_used_at'>

/** The passkeys of `user`, the oldest first. */
export const passkeysOf = (db: Db, user: Owner): Promise<Passkey[]> =>
  db.selectFrom('passkeys').selectAll().where('user_id', '=', user.id).orderBy('public_id').execute()

/** One of them. Refuses what is not theirs, or not there any more. */
export async function passkeyNamed(db: Db, user: Owner, publicId: string): Promise<Passkey> {
  const own = db.selectFrom('passkeys').selectAll().where('user_id', '=', user.id)
  const found = await own.where('public_id', '=', publicId).executeTakeFirst()
  if (!found) throw notThere()
  return found
}

/** The passkey that a browser names, and whose it is. */
export async function passkeyAndOwner(db: Db, id: string): Promise<{ passkey: Passkey; user: User } | undefined> {
  const passkey = await db.selectFrom('passkeys').selectAll().where('credential_id', '=', id).executeTakeFirst()
  if (!passkey) return undefined
  const user = await db.selectFrom('users').selectAll().where('id', '=', passkey.user_id).executeTakeFirst()
  return user && { passkey, user }
}

/** Keeps a new passkey. Refuses one that is known, whosever it is, and one too many. */
export async function keepPasskey(trx: Transaction<Tables>, user: Owner, made: NewPasskey, now: Date): Promise<void> {
  if ((await passkeysOf(trx, user)).length >= MOST_PASSKEYS)
    throw new Refusal('conflict', `You have ${MOST_PASSKEYS} passkeys already. Remove one that you do not use.`)
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('passkeys')
    .values({ ...made, public_id: newId(), user_id: user.id, created_at: instant(now), last_used_at: null })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 0n) throw new Refusal('conflict', 'This passkey is known here already.')
}

/**
 * Notes that a passkey was used, and how often it says it was. One that counts must count upwards, or there are two of it
 * (WebAuthn Level 3, section 6.1.1): the database decides, in one statement. Refuses one that does not.
 */
export async function countUse(
  trx: Transaction<Tables>,
  { credential_id, user_id }: Pick<Passkey, 'credential_id' | 'user_id'>,
  said: Pick<Passkey, 'counter' | 'backed_up'>,
  now: Date,
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('passkeys')
    .set({ ...said, last_used_at: instant(now) })
    .where('credential_id', '=', credential_id)
    .where('user_id', '=', user_id)
    .where('counter', said.counter === 0 ? '<=' : '<', said.counter)
    .executeTakeFirst()
  if (numUpdatedRows === 0n)
    throw refusedPasskey('This passkey counts as if there were a copy of it. Log in another way, and remove it.')
}

/** Gives a passkey another name. Refuses one that is not there. */
export async function namePasskey(db: Db, user: Owner, publicId: string, name: string): Promise<void> {
  const own = db.updateTable('passkeys').set({ name }).where('user_id', '=', user.id)
  const { numUpdatedRows } = await own.where('public_id', '=', publicId).executeTakeFirst()
  if (numUpdatedRows === 0n) throw notThere()
}

/** Takes a passkey away, and returns what it was called. Refuses one that is not there. */
export async function dropPasskey(trx: Transaction<Tables>, user: Owner, publicId: string): Promise<string> {
  const own = trx.deleteFrom('passkeys').where('user_id', '=', user.id)
  const row = await own.where('public_id', '=', publicId).returning('name').executeTakeFirst()
  if (!row) throw notThere()
  return row.name
}

/** Takes all passkeys of `user` away, or those that were added since. Returns how many there were. */
export async function dropPasskeys(trx: Transaction<Tables>, user: Owner, since = ''): Promise<number> {
  const own = trx.deleteFrom('passkeys').where('user_id', '=', user.id)
  const { numDeletedRows } = await own.where('created_at', '>=', since).executeTakeFirst()
  return Number(numDeletedRows)
}

const notThere = () => new Refusal('not-found', 'There is no such passkey any more.')
