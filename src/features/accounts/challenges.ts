import { sql, type Transaction } from 'kysely'
import { instant, later, MINUTE } from '#core/time.ts'
import { isToken, type KeyRing, newToken } from '#crypto/keys.ts'
import type { Database, Db } from '#db/db.ts'
import type { Challenge, Tables, User } from '#db/schema.ts'
import { mayComeIn } from './leaving.ts'

/** How long the second step of a login may take (OWASP ASVS 5.0, 6.5.5). */
export const CHALLENGE_LIFE = 5 * MINUTE

/** How many wrong codes end it. */
export const MOST_TRIES = 5

/** What the login was asked for, to be done when the second step is. */
export type Asked = { amr: Challenge['amr']; persistent: boolean; next: string }

/** Whether a password alone does not let `user` in. */
export const hasSecondFactor = async (db: Db, user: Pick<User, 'id'>): Promise<boolean> =>
  (await db
    .selectFrom('totps')
    .select('user_id')
    .where('user_id', '=', user.id)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()) !== undefined

/**
 * Notes that `user` did the first step of a login, and returns the token by which the browser says so. It is no session: all it
 * opens is the question for the second factor, until `CHALLENGE_LIFE` is over or the credentials change.
 */
export async function openChallenge(
  trx: Transaction<Tables>,
  keys: KeyRing,
  user: User,
  { amr, persistent, next }: Asked,
  now: Date,
): Promise<string> {
  const token = newToken()
  await trx
    .insertInto('login_challenges')
    .values({
      mac: keys.mac('challenge', token).mac,
      user_id: user.id,
      cred_version: user.cred_version,
      attempts: 0,
      amr,
      persistent: persistent ? 1 : 0,
      next,
      expires_at: later(now, CHALLENGE_LIFE),
    })
    .execute()
  return token
}

/** The challenge that `token` leads to, with its person as they are now; undefined when it is over. */
export async function challengeOf(
  db: Database,
  keys: KeyRing,
  token: string | undefined,
  now: Date,
): Promise<{ challenge: Challenge; user: User } | undefined> {
  if (token === undefined || !isToken(token)) return undefined
  const macs = keys.macs('challenge', token).map(({ mac }) => mac)
  const living = db.selectFrom('login_challenges').selectAll().where('mac', 'in', macs)
  const challenge = await living
    .where('expires_at', '>', instant(now))
    .where('attempts', '<', MOST_TRIES)
    .executeTakeFirst()
  if (!challenge) return undefined
  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', challenge.user_id)
    .where('cred_version', '=', challenge.cred_version)
    .executeTakeFirst()
  return user && mayComeIn(user, now) ? { challenge, user } : undefined
}

/** Counts a try before it is known how it ends. Returns how many are left after it; undefined when there was none left. */
export async function countTry(db: Database, challenge: Challenge): Promise<number | undefined> {
  const row = await db
    .updateTable('login_challenges')
    .set({ attempts: sql`attempts + 1` })
    .where('mac', '=', challenge.mac)
    .where('attempts', '<', MOST_TRIES)
    .returning('attempts')
    .executeTakeFirst()
  return row && MOST_TRIES - row.attempts
}

/** Ends the challenge. Returns whether it was still there: of two that answer it at once, one is too late. */
export async function endChallenge(db: Db, { mac }: Pick<Challenge, 'mac'>): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('login_challenges').where('mac', '=', mac).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Removes challenges that are over. */
export async function pruneChallenges(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('login_challenges').where('expires_at', '<', instant(now)).execute()
}
