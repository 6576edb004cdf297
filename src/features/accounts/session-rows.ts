import type { Insertable, Transaction } from 'kysely'
import type { Config } from '#config.ts'
import { instant, later } from '#core/time.ts'
import { type KeyRing, newToken } from '#crypto/keys.ts'
import { type Database, newId } from '#db/db.ts'
import type { SessionRow, Tables, User } from '#db/schema.ts'
import { writeCookie } from '#web/cookies.ts'
import type { Parts } from '#web/env.ts'

/**
 * By what a person proved who they are: a password or another site (oidc), with a code of their app (otp), a recovery
 * code (rc) or a passkey (pk) where needed; or a passkey alone.
 */
export type Amr = First | `${First} otp` | `${First} rc` | `${First} pk` | 'pk'

type First = 'pwd' | 'oidc'

/** What a new session is made from. */
/** What is shown besides a first proof: a code of an app, a recovery code, a passkey. */
export type Factor = 'otp' | 'rc' | 'pk'

/** Whether more than a password, or the word of another site, was shown. A passkey looks at its person, so it is enough. */
export const hasTwoSteps = (amr: string): boolean => /\b(otp|rc|pk)\b/.test(amr)

/** The same session after `factor` was shown in it. */
export const withFactor = (amr: string, factor: Factor | undefined): string =>
  factor === undefined || hasTwoSteps(amr) ? amr : `${amr} ${factor}`

export type NewSession = { user: User; amr: Amr; persistent: boolean; ip: string; agent: string; now: Date }

/**
 * Makes a session and returns it with its token, which is known to nobody else afterwards. Undefined when
 * the person's credentials changed since they were checked: then there is no session.
 */
export async function insertSession(
  trx: Transaction<Tables>,
  { keys, config }: Pick<Parts, 'keys' | 'config'>,
  { user, amr, persistent, ip, agent, now }: NewSession,
): Promise<{ row: SessionRow; token: string } | undefined> {
  const token = newToken()
  const { idle, absolute } = livesOf(config, persistent)
  const { mac, keyId } = keys.mac('session', token)
  const row: Insertable<Tables['sessions']> & SessionRow = {
    id: newId(),
    token_mac: mac,
    key_id: keyId,
    public_id: newId(),
    user_id: user.id,
    cred_version: user.cred_version,
    amr,
    auth_at: instant(now),
    sudo_until: later(now, config.session.sudoMs),
    persistent: persistent ? 1 : 0,
    created_at: instant(now),
    last_seen_at: instant(now),
    idle_expires_at: later(now, Math.min(idle, absolute)),
    absolute_expires_at: later(now, absolute),
    cookie_sent_at: instant(now),
    ip_first: ip,
    ip_last: ip,
    user_agent: agent,
  }
  if (!(await lockUnchanged(trx, user))) return undefined
  await trx.insertInto('sessions').values(row).execute()
  return { row, token }
}

/**
 * Whether `user` is still active under the same credentials, and it stays so until the transaction ends: a write that
 * changes nothing locks the row on both databases. So those who log in as one person at once also count each other.
 */
export async function lockUnchanged(trx: Transaction<Tables>, user: User): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ cred_version: user.cred_version })
    .where('id', '=', user.id)
    .where('cred_version', '=', user.cred_version)
    .where('status', '=', 'active')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Gives a session a new token; the one of before is worth nothing from then on. With `fields` more may change in
 * the same statement. Undefined when the session ended meanwhile.
 */
export async function rotateToken(
  trx: Transaction<Tables>,
  keys: KeyRing,
  session: SessionRow,
  fields: Partial<Pick<SessionRow, 'sudo_until' | 'cred_version' | 'cookie_sent_at' | 'auth_at' | 'amr'>>,
): Promise<string | undefined> {
  const token = newToken()
  const { mac, keyId } = keys.mac('session', token)
  const { numUpdatedRows } = await trx
    .updateTable('sessions')
    .set({ ...fields, token_mac: mac, key_id: keyId })
    .where('id', '=', session.id)
    .where('token_mac', '=', session.token_mac)
    .executeTakeFirst()
  return numUpdatedRows === 0n ? undefined : token
}

/** The Set-Cookie header for a session's token. */
export function sessionCookie(
  config: Config,
  token: string,
  session: Pick<SessionRow, 'persistent' | 'absolute_expires_at'>,
  now: Date,
): string {
  if (session.persistent === 0) return writeCookie('sid', token, config)
  const left = Date.parse(session.absolute_expires_at) - now.getTime()
  return writeCookie('sid', token, config, Math.min(left, config.session.rememberedIdleMs))
}

/**
 * Ends sessions of `user`: all of them, or those that `which` names. Returns how to call what ended (their ids), for
 * telling the pages that are open in them.
 */
export async function endSessions(
  trx: Transaction<Tables>,
  user: Pick<User, 'id'>,
  which: { except?: string; publicId?: string; id?: string } = {},
): Promise<string[]> {
  let query = trx.deleteFrom('sessions').where('user_id', '=', user.id)
  if (which.except !== undefined) query = query.where('id', '!=', which.except)
  if (which.id !== undefined) query = query.where('id', '=', which.id)
  if (which.publicId !== undefined) query = query.where('public_id', '=', which.publicId)
  const ended = await query.returning('id').execute()
  return ended.map((row) => row.id)
}

/** Makes room when `user` has more sessions than allowed: those that were unused the longest end. */
export async function evictSessions(trx: Transaction<Tables>, user: Pick<User, 'id'>, most: number): Promise<string[]> {
  const tooMany = await trx
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', user.id)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1000)
    .offset(most)
    .execute()
  const ids = tooMany.map((row) => row.id)
  if (ids.length > 0) await trx.deleteFrom('sessions').where('id', 'in', ids).execute()
  return ids
}

/** The sessions of `user` that can still be used, the one seen last first. */
export const sessionsOf = (db: Database, user: Pick<User, 'id' | 'cred_version'>, now: Date): Promise<SessionRow[]> =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('cred_version', '=', user.cred_version)
    .where('absolute_expires_at', '>', instant(now))
    .where('idle_expires_at', '>', instant(now))
    .orderBy('last_seen_at', 'desc')
    .execute()

/** Removes sessions that are over. */
export async function pruneSessions(db: Database, now: Date): Promise<void> {
  const time = instant(now)
  await db
    .deleteFrom('sessions')
    .where((eb) => eb.or([eb('absolute_expires_at', '<', time), eb('idle_expires_at', '<', time)]))
    .execute()
}

/** How long a session lasts without a visit, and at most, in milliseconds. */
export function livesOf({ session }: Config, persistent: boolean): { idle: number; absolute: number } {
  return persistent
    ? { idle: session.rememberedIdleMs, absolute: session.rememberedAbsoluteMs }
    : { idle: session.idleMs, absolute: session.absoluteMs }
}
