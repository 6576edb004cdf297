import type { Transaction } from 'kysely'
import { DAY, instant, later } from '#core/time.ts'
import { isToken, type KeyRing, newToken } from '#crypto/keys.ts'
import type { Database, Db } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'

/** How long a browser is known after its last login. */
export const DEVICE_LIFE = 180 * DAY

/**
 * Whether somebody has logged in as `user` from the browser with this device cookie before: the name under which
 * the database knows it, else undefined. A known device is not slowed down by what others try.
 */
export async function knownDevice(
  db: Db,
  keys: KeyRing,
  user: Pick<User, 'id'> | undefined,
  token: string | undefined,
  now: Date,
): Promise<string | undefined> {
  if (!user || token === undefined || !isToken(token)) return undefined
  const macs = keys.macs('device', token).map(({ mac }) => mac)
  const row = await db
    .selectFrom('known_devices')
    .select('mac')
    .where('mac', 'in', macs)
    .where('user_id', '=', user.id)
    .where('last_seen_at', '>', later(now, -DEVICE_LIFE))
    .executeTakeFirst()
  return row?.mac
}

/**
 * Whether a login of `user` comes from a browser that they should hear of. It is none at the first login of a new
 * account: there every browser is new.
 */
export async function isStrangeDevice(
  db: Db,
  keys: KeyRing,
  user: User,
  token: string | undefined,
  now: Date,
): Promise<boolean> {
  if (await knownDevice(db, keys, user, token, now)) return false
  if (user.cred_version > 1 || user.created_at < later(now, -DAY)) return true
  const others = db.selectFrom('known_devices').select('mac').where('user_id', '=', user.id)
  return (await others.limit(1).executeTakeFirst()) !== undefined
}

/**
 * Remembers the browser after a login and returns the token for its cookie. A token that we have given out stays;
 * one that somebody made up is replaced, or it would be known to whoever made it up.
 */
export async function rememberDevice(
  trx: Transaction<Tables>,
  keys: KeyRing,
  user: Pick<User, 'id'>,
  browser: { token: string | undefined; agent: string; now: Date },
): Promise<string> {
  const token = (await wasGiven(trx, keys, browser.token)) ? browser.token! : newToken()
  const at = instant(browser.now)
  await trx
    .insertInto('known_devices')
    .values({
      mac: keys.mac('device', token).mac,
      user_id: user.id,
      first_seen_at: at,
      last_seen_at: at,
      user_agent: browser.agent,
    })
    .onConflict((conflict) =>
      conflict.columns(['mac', 'user_id']).doUpdateSet({ last_seen_at: at, user_agent: browser.agent }),
    )
    .execute()
  return token
}

/** Forgets the browsers that `user` has logged in from, except the one that the database knows as `except`. */
export async function forgetDevices(
  trx: Transaction<Tables>,
  user: Pick<User, 'id'>,
  except: string | undefined,
): Promise<void> {
  let query = trx.deleteFrom('known_devices').where('user_id', '=', user.id)
  if (except !== undefined) query = query.where('mac', '!=', except)
  await query.execute()
}

/** Forgets browsers that nobody used for long. */
export async function pruneDevices(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('known_devices').where('last_seen_at', '<', later(now, -DEVICE_LIFE)).execute()
}

async function wasGiven(trx: Transaction<Tables>, keys: KeyRing, token: string | undefined): Promise<boolean> {
  if (token === undefined || !isToken(token)) return false
  const macs = keys.macs('device', token).map(({ mac }) => mac)
  return (await trx.selectFrom('known_devices').select('mac').where('mac', 'in', macs).executeTakeFirst()) !== undefined
}
