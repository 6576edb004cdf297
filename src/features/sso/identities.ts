import type { Selectable, Transaction } from 'kysely'
import { instant } from '#core/time.ts'
import type { Database, Db } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'

/** Who somebody is at another site. */
export type Identity = Selectable<Tables['identities']>

/** What names somebody for good: the site, and its own name for them (OpenID Connect Core 1.0, section 5.7). */
export type Subject = Pick<Identity, 'issuer' | 'sub'>

/** The person here whom the other site means; undefined when nobody is linked with that. */
export const personOf = (db: Database, { issuer, sub }: Subject): Promise<User | undefined> =>
  db
    .selectFrom('identities')
    .innerJoin('users', 'users.id', 'identities.user_id')
    .selectAll('users')
    .where('identities.issuer', '=', issuer)
    .where('identities.sub', '=', sub)
    .executeTakeFirst()

/** With what `user` is linked, the oldest first. */
export const identitiesOf = (db: Db, user: Pick<User, 'id'>): Promise<Identity[]> =>
  db
    .selectFrom('identities')
    .selectAll()
    .where('user_id', '=', user.id)
    .orderBy('linked_at')
    .orderBy('issuer')
    .execute()

/** Links `user` with somebody at another site. Throws a duplicate when one of the two is linked there already. */
export async function addIdentity(
  trx: Transaction<Tables>,
  user: Pick<User, 'id'>,
  { issuer, sub, email }: Subject & { email: string | undefined },
  now: Date,
): Promise<void> {
  await trx
    .insertInto('identities')
    .values({ issuer, sub, user_id: user.id, email_at_link: email ?? null, linked_at: instant(now) })
    .execute()
}

/** Takes the link with `issuer` away. Returns whether there was one. */
export async function removeIdentity(
  trx: Transaction<Tables>,
  user: Pick<User, 'id'>,
  issuer: string,
): Promise<boolean> {
  const own = trx.deleteFrom('identities').where('user_id', '=', user.id)
  const { numDeletedRows } = await own.where('issuer', '=', issuer).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Takes away the links that were made since. Returns how many there were. */
export async function removeIdentitiesSince(
  trx: Transaction<Tables>,
  user: Pick<User, 'id'>,
  since: string,
): Promise<number> {
  const own = trx.deleteFrom('identities').where('user_id', '=', user.id)
  const { numDeletedRows } = await own.where('linked_at', '>=', since).executeTakeFirst()
  return Number(numDeletedRows)
}
