import type { Transaction } from 'kysely'
import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import { DAY, instant, later } from '#core/time.ts'
import type { KeyRing } from '#crypto/keys.ts'
import { type Database, type Db, newId } from '#db/db.ts'
import type { Invitation, Tables, User } from '#db/schema.ts'
import { type Email, readEmail } from '#features/accounts/emails.ts'
import { type From, recordEvent } from '#features/accounts/events.ts'
import { mailBuckets } from '#features/accounts/limits.ts'
import { lookAt, mint, spend } from '#features/accounts/one-time.ts'
import { isTaken } from '#features/accounts/people.ts'
import { charge } from '#features/accounts/throttles.ts'
import { queueMail } from '#features/mail/outbox.ts'
import type { Parts } from '#web/env.ts'
import { siteSettings } from '#web/site.ts'

/** What the secret of an invitation’s link is made for. */
export const INVITE = 'invite'

/** How long an invitation can be used. */
export const INVITATION_LIFE = 7 * DAY

type Needed = Pick<Parts, 'db' | 'keys' | 'config' | 'log'>

/** Who does it: an administrator, or nobody by name: whoever may use the command line. */
type By = Pick<User, 'id'> | undefined

/**
 * Makes an invitation, to be used once within a week, by whoever has the link that it returns. With an `email` it is for
 * that address alone, and is mailed there where mails are sent. Refuses an address that is none or has an account, too many
 * mails to one address, and any invitation while nobody may register.
 */
export async function invite(parts: Needed, email: string, by: By, from: From): Promise<{ link: string }> {
  const { db, keys, config, log } = parts
  const address = email === '' ? undefined : await addressFor(parts, email)
  if ((await siteSettings(db, config)).registration === 'closed') throw closed()
  if (address && config.mail)
    await charge(db, mailBuckets({ config, keys, ip: '', canon: address.canon }).address, from.now)
  return db.transact(async (trx, announce) => {
    const row = { id: newId(), address: address?.email ?? null, by_id: by?.id ?? null, ...lifeFrom(from.now) }
    await trx.insertInto('invitations').values(row).execute()
    const token = await mintFor(trx, keys, row, 'by hand', from.now)
    await recordEvent(trx, log, 'user_invited', from, { ...(by && { user: by.id }), detail: { invitation: row.id } })
    if (address) {
      const post = { letter: INVITE, address: address.email, args: { invitation: row.id } }
      await queueMail(trx, { config, announce, now: from.now }, post)
    }
    return { link: linkOf(config.baseUrl, token) }
  })
}

async function addressFor({ db }: Needed, email: string): Promise<Email> {
  const address = readEmail(email)
  if (!address) throw new Refusal('invalid', 'This is not an e-mail address.', { field: 'email' })
  if (await isTaken(db, address.canon)) {
    throw new Refusal('conflict', 'There is already an account with this e-mail.', { field: 'email' })
  }
  return address
}

const closed = () =>
  new Refusal('conflict', 'Nobody may register at the moment, so an invitation would lead nowhere. Change that first.')

const lifeFrom = (now: Date) => ({ created_at: instant(now), expires_at: later(now, INVITATION_LIFE) })

/** The address of a link with this secret. */
export const linkOf = (site: string, token: string): string => `${site}/invite/${token}`

/** How a secret reached somebody: what came by mail proves an address, what was handed over does not. */
type Way = 'by mail' | 'by hand'

/** Makes a secret for an invitation. Any of them uses it up. */
export const mintFor = (
  trx: Transaction<Tables>,
  keys: KeyRing,
  { id, address, expires_at }: Pick<Invitation, 'id' | 'address' | 'expires_at'>,
  way: Way,
  now: Date,
): Promise<string> => {
  const lifeMs = Date.parse(expires_at) - now.getTime()
  const payload = { invitation: id, way } satisfies Meant
  return mint(trx, keys, { purpose: INVITE, lifeMs, payload, ...(address !== null && { address }) }, now)
}

type Meant = { invitation: string; way: Way }

/** An invitation as somebody holds it: for which address, and whether its link came there by mail. */
export type Held = { id: string; address: string | undefined; proves: boolean }

/** The invitation that `token` opens, as long as it can be used. It changes nothing. */
export async function invitationOf(db: Db, keys: KeyRing, token: string, now: Date): Promise<Held | undefined> {
  const found = await lookAt(db, keys, INVITE, token, now)
  if (!found) return undefined
  const { invitation, way } = found.payload as Meant
  const row = await openOnes(db, now).where('id', '=', invitation).executeTakeFirst()
  return row && { id: row.id, address: row.address ?? undefined, proves: row.address !== null && way === 'by mail' }
}

/**
 * Uses the invitation up that `token` opens. Returns whether it could be: of many at once, with whatever secrets of it,
 * one can.
 */
export async function useInvitation(
  trx: Transaction<Tables>,
  keys: KeyRing,
  token: string,
  now: Date,
): Promise<boolean> {
  const spent = await spend(trx, keys, INVITE, token, now)
  return spent !== undefined && takeInvitation(trx, (spent.payload as Meant).invitation, now)
}

/** Takes the invitation with this id away. Returns whether there was one that could be used. */
export async function takeInvitation(trx: Transaction<Tables>, id: string, now: Date): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('invitations')
    .where('id', '=', id)
    .where('expires_at', '>', instant(now))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Takes an invitation back. Refuses one that was used, is over, or never was. */
export async function revokeInvitation(
  { db, log }: Pick<Parts, 'db' | 'log'>,
  id: string,
  by: By,
  from: From,
): Promise<void> {
  await db.transact(async (trx) => {
    if (!isId(id) || !(await takeInvitation(trx, id, from.now))) {
      throw new Refusal('not-found', 'There is no such invitation any more: it was used, or its week is over.')
    }
    const about = { ...(by && { user: by.id }), detail: { invitation: id } }
    await recordEvent(trx, log, 'invitation_revoked', from, about)
  })
}

/** An invitation that can be used, and the address of who made it. */
export type OpenInvitation = Pick<Invitation, 'id' | 'address' | 'created_at' | 'expires_at'> & { by: string | null }

/** The invitations that can be used, the newest first. */
export const openInvitations = (db: Db, now: Date): Promise<OpenInvitation[]> =>
  openOnes(db, now)
    .leftJoin('users', 'users.id', 'invitations.by_id')
    .select(['users.email as by'])
    .orderBy('invitations.created_at', 'desc')
    .orderBy('invitations.id', 'desc')
    .limit(200)
    .execute()

const openOnes = (db: Db, now: Date) =>
  db
    .selectFrom('invitations')
    .select(['invitations.id', 'invitations.address', 'invitations.created_at', 'invitations.expires_at'])
    .where('invitations.expires_at', '>', instant(now))

/** Removes invitations that are over. */
export async function pruneInvitations(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('invitations').where('expires_at', '<=', instant(now)).execute()
}
