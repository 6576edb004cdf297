import type { Selectable, Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { DAY, instant, later, MINUTE } from '#core/time.ts'
import { isToken, type KeyRing, newToken } from '#crypto/keys.ts'
import { type Database, newId } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'
import { recordEvent } from '#features/accounts/events.ts'
import { lockUnchanged } from '#features/accounts/session-rows.ts'
import { fromOf } from '#features/accounts/tries.ts'
import { queueMail } from '#features/mail/outbox.ts'
import type { Any, Parts, TokenHolder } from '#web/env.ts'
import { endsSoon, tokenMade, tokenRevoked } from './letters.ts'

/** A token as it is kept; the token itself is not. */
export type ApiToken = Selectable<Tables['api_tokens']>

/** What a token is made with. `days` is how long it works; undefined means until it is taken back. */
export type Wanted = { name: string; scope: ApiToken['scope']; days: number | undefined }

/** How many tokens a person may have. */
export const MOST_TOKENS = 50

/** By this, programs that look for secrets in what people publish know one of ours. */
const PREFIX = 'gid_'

/** So often at most it is written down that a token was used. */
const NOTED_EVERY = 5 * MINUTE

/** So long before its end a person is told of it (OWASP ASVS 5.0, 6.4.5). */
const WARNED_BEFORE = 7 * DAY

/** Makes a token for `user`, tells them by mail, and returns it: nobody can read it afterwards. Refuses too many. */
export async function makeToken(c: Any, user: User, { name, scope, days }: Wanted): Promise<string> {
  const { db, parts, config, now } = c.var
  const secret = newToken()
  const { mac, keyId } = parts.keys.mac('token', secret)
  await db.transact(async (trx, announce) => {
    await refuseTooMany(trx, user)
    const ends = days === undefined ? null : later(now, days * DAY)
    const fresh = { created_at: instant(now), expires_at: ends, last_used_at: null, warned_at: null }
    const row = { mac, key_id: keyId, public_id: newId(), user_id: user.id, name, scope, ...fresh }
    await trx.insertInto('api_tokens').values(row).execute()
    await recordEvent(trx, parts.log, 'authn_token_created', fromOf(c), { user: user.id, detail: { scope } })
    await queueMail(trx, { config, announce, now }, tokenMade(user, row, fromOf(c)))
  })
  return PREFIX + secret
}

async function refuseTooMany(trx: Transaction<Tables>, user: User): Promise<void> {
  // Whoever makes two at once is counted one after the other.
  if (!(await lockUnchanged(trx, user))) {
    throw new Refusal('conflict', 'The account was changed from another device a moment ago. Please start again.')
  }
  if ((await tokensOf(trx, user)).length < MOST_TOKENS) return
  throw new Refusal('conflict', `You have ${MOST_TOKENS} tokens. Take one back that you do not need.`)
}

/** The tokens of `user`, also those that are over, the newest first. */
export const tokensOf = (db: Pick<Database, 'selectFrom'>, user: Pick<User, 'id'>): Promise<ApiToken[]> =>
  db
    .selectFrom('api_tokens')
    .selectAll()
    .where('user_id', '=', user.id)
    .orderBy('created_at', 'desc')
    .orderBy('public_id', 'desc')
    .execute()

/** Takes a token back: it opens nothing from now on, and a mail says so. Refuses one that is not theirs, or not there any more. */
export async function revokeToken(c: Any, user: User, publicId: string): Promise<void> {
  const { db, parts, config, now } = c.var
  await db.transact(async (trx, announce) => {
    const own = trx.deleteFrom('api_tokens').where('user_id', '=', user.id).where('public_id', '=', publicId)
    const gone = await own.returning('name').executeTakeFirst()
    if (!gone) throw new Refusal('not-found', 'There is no such token any more.')
    await recordEvent(trx, parts.log, 'authn_token_revoked', fromOf(c), { user: user.id })
    await queueMail(trx, { config, announce, now }, tokenRevoked(user, gone.name, fromOf(c)))
  })
}

/**
 * Who sends a request with this header `Authorization`, and what they may do. Undefined when it holds no token of ours,
 * or one that is over, was taken back, or belongs to somebody who may not come in.
 */
export async function holderOf(
  { db, keys }: Pick<Parts, 'db' | 'keys'>,
  header: string | undefined,
  now: Date,
): Promise<TokenHolder | undefined> {
  const secret = /^Bearer gid_([\w-]+)$/i.exec(header ?? '')?.[1] ?? ''
  if (!isToken(secret)) return undefined
  const macs = keys.macs('token', secret).map(({ mac }) => mac)
  const token = await db.selectFrom('api_tokens').selectAll().where('mac', 'in', macs).executeTakeFirst()
  if (!token || isOver(token, now)) return undefined
  const theirs = db.selectFrom('users').selectAll().where('id', '=', token.user_id)
  const user = await theirs.where('status', '=', 'active').executeTakeFirst()
  if (!user) return undefined
  await noteUse(db, keys, token, secret, now)
  return { user, token: { name: token.name, scope: token.scope, expiresAt: token.expires_at } }
}

/** Whether a token opens nothing any more. */
export const isOver = ({ expires_at }: ApiToken, now: Date): boolean =>
  expires_at !== null && expires_at <= instant(now)

// Found by a key of before it goes over to that of now, so that the old one can be dropped some day.
async function noteUse(db: Database, keys: KeyRing, token: ApiToken, secret: string, now: Date): Promise<void> {
  const { mac, keyId } = keys.mac('token', secret)
  const isNoted = token.last_used_at !== null && token.last_used_at > later(now, -NOTED_EVERY)
  if (isNoted && token.mac === mac) return
  const fields = { mac, key_id: keyId, last_used_at: instant(now) }
  await db.updateTable('api_tokens').set(fields).where('mac', '=', token.mac).execute()
}

/** Tells people of tokens that end within a week, once each. */
export async function warnOfEnds({ db, config }: Pick<Parts, 'db' | 'config'>, now: Date): Promise<void> {
  await db.transact(async (trx, announce) => {
    const ending = await trx
      .updateTable('api_tokens')
      .set({ warned_at: instant(now) })
      .where('warned_at', 'is', null)
      .where('expires_at', '>', instant(now))
      .where('expires_at', '<=', later(now, WARNED_BEFORE))
      .returningAll()
      .execute()
    for (const token of ending) {
      const owner = trx.selectFrom('users').select(['id', 'email']).where('id', '=', token.user_id)
      await queueMail(trx, { config, announce, now }, endsSoon(await owner.executeTakeFirstOrThrow(), token))
    }
  })
}

/** Removes tokens that were over a month ago. Until then they are listed as such. */
export async function pruneTokens(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom('api_tokens')
    .where('expires_at', '<', later(now, -30 * DAY))
    .execute()
}
