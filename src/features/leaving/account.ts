import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'

/** How a person is called and how they see things: what they chose, and nothing of their credentials. */
export const profileOf = (user: User) => {
  const { email, email_verified_at, name, zone, locale, week_start, theme, start_page, day_starts, date_order } = user
  const chosen = { zone, locale, week_start, theme, start_page, day_starts, date_order }
  return { email, email_verified_at, name, ...chosen, single_keys: user.single_keys === 1, created_at: user.created_at }
}

/** Where `user` is logged in. */
export const sessionsOf = (db: Db, user: User) =>
  db
    .selectFrom('sessions')
    .select(['created_at', 'last_seen_at', 'ip_first', 'ip_last', 'user_agent'])
    .where('user_id', '=', user.id)
    .orderBy('created_at')
    .execute()

/** The devices that `user` has logged in from. */
export const devicesOf = (db: Db, user: User) =>
  db
    .selectFrom('known_devices')
    .select(['first_seen_at', 'last_seen_at', 'user_agent'])
    .where('user_id', '=', user.id)
    .orderBy('first_seen_at')
    .execute()

/** The passkeys of `user`, without their keys. */
export const passkeysOf = (db: Db, user: User) =>
  db
    .selectFrom('passkeys')
    .select(['name', 'created_at', 'last_used_at'])
    .where('user_id', '=', user.id)
    .orderBy('created_at')
    .execute()

/** The other sites through which `user` logs in. */
export const identitiesOf = (db: Db, user: User) =>
  db
    .selectFrom('identities')
    .select(['issuer', 'sub', 'email_at_link', 'linked_at'])
    .where('user_id', '=', user.id)
    .orderBy('linked_at')
    .execute()

/** The tokens for programs of `user`, without what opens anything. */
export const tokensOf = (db: Db, user: User) =>
  db
    .selectFrom('api_tokens')
    .select(['name', 'scope', 'created_at', 'expires_at', 'last_used_at'])
    .where('user_id', '=', user.id)
    .orderBy('created_at')
    .execute()

/** What happened with the account of `user`. */
export const eventsOf = async (db: Db, user: User) => {
  const rows = await db
    .selectFrom('auth_events')
    .select(['at', 'type', 'ip', 'user_agent', 'detail'])
    .where('user_id', '=', user.id)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }))
}
