import type { Transaction } from 'kysely'
import { DAY, later } from '#core/time.ts'
import type { Tables, User } from '#db/schema.ts'
import { readEmail } from '#features/accounts/emails.ts'
import { lookAt, spend } from '#features/accounts/one-time.ts'
import { addressTaken, bumpCredentials, isTaken } from '#features/accounts/people.ts'
import { changeCredentials, type Spend } from '#features/accounts/proving.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { fromOf, note } from '#features/accounts/tries.ts'
import { removeCodes } from '#features/factors/recovery-codes.ts'
import { removeApp } from '#features/factors/totps.ts'
import { queueMail } from '#features/mail/outbox.ts'
import { dropPasskeys } from '#features/passkeys/rows.ts'
import { RESET } from '#features/recovery/resetting.ts'
import { removeIdentitiesSince } from '#features/sso/identities.ts'
import { type Any, visitorOf } from '#web/env.ts'
import { changeCalled, closeChange, type EmailChange, forgetChange } from './changes.ts'
import { newAddress, orTaken } from './changing.ts'
import { CANCEL, CONFIRM, tellOldAddress } from './letters.ts'

/** A change that a link leads to, and whose it is. */
export type Linked = { change: EmailChange; user: User }

/** What the link for `purpose` leads to, as long as it works. It changes nothing. */
export async function changeOfLink(c: Any, purpose: string, token: string): Promise<Linked | undefined> {
  const { db, parts, now } = c.var
  const found = await lookAt(db, parts.keys, purpose, token, now)
  const change = found && (await changeCalled(db, String(found.payload)))
  if (!change || (purpose === CONFIRM && change.is_open === 0)) return undefined
  const theirs = db.selectFrom('users').selectAll().where('id', '=', change.user_id)
  const user = await theirs.where('status', '=', 'active').executeTakeFirst()
  return user && { change, user }
}

/**
 * Uses a link up: the account has its new address, and all sessions end but that of the browser that says so, if it is
 * theirs. Returns false when somebody was quicker. Refuses when another account has the address by now, which leaves
 * the link as it is.
 */
export async function confirmByLink(c: Any, token: string, { change, user }: Linked): Promise<boolean> {
  const { parts, now } = c.var
  const address = readEmail(change.new_email)!
  if (await isTaken(c.var.db, address.canon, user)) throw addressTaken()
  const fields = newAddress(address, now)
  const work: Spend = async (trx, announce) => {
    const spent = await spend(trx, parts.keys, CONFIRM, token, now)
    if (spent?.payload !== change.id || !(await closeChange(trx, change))) throw new LinkOver()
    await note(c, trx, 'email_change_confirmed', { user: user.id })
    await queueMail(trx, { ...c.var, announce }, tellOldAddress('made', user, change, fromOf(c)))
  }
  const visitor = visitorOf(c)
  const done =
    visitor?.user.id === user.id
      ? changeCredentials(c, user, visitor.session as OpenSession, fields, work)
      : c.var.db.transact(async (trx, announce) => {
          await work(trx, announce)
          announce({ kind: 'ended', sessions: await bumpCredentials(trx, user, fields) })
        })
  return orTaken(done).then(() => true, orOver)
}

class LinkOver extends Error {}

function orOver(error: unknown): false {
  if (error instanceof LinkOver) return false
  throw error
}

/**
 * Uses a link up: the account has the address again that it had before the change, and nothing that was asked for since
 * counts. What was added to its ways in since, and on the
 * day before, goes too. All its sessions end, and nobody comes in by the password: a link for a new one goes to that address. Returns
 * false when somebody was quicker.
 */
export async function cancelByLink(c: Any, token: string, { change }: Linked): Promise<boolean> {
  const { db, parts, config, now } = c.var
  const before = readEmail(change.old_email)!
  return db.transact(async (trx, announce) => {
    const spent = await spend(trx, parts.keys, CANCEL, token, now)
    if (spent?.payload !== change.id || !(await forgetChange(trx, change))) return false
    const user = await trx.selectFrom('users').selectAll().where('id', '=', change.user_id).executeTakeFirstOrThrow()
    // Kept for them as long as the link works; whoever runs the site may have given it away all the same.
    const isFree = !(await isTaken(trx, before.canon, user))
    const address = isFree ? newAddress(before, now) : {}
    await takeAwayWhatIsNew(c, trx, user, change)
    announce({ kind: 'ended', sessions: await bumpCredentials(trx, user, { ...address, password_phc: null }) })
    await note(c, trx, 'email_change_cancelled', { user: user.id, detail: { way: 'link' } })
    await queueMail(trx, { config, announce, now }, { letter: RESET, user, address: before.email })
    return true
  })
}

/** Whoever asked for another address may have made more ways in for themselves, a while before it too. */
const SUSPECT = DAY

async function takeAwayWhatIsNew(c: Any, trx: Transaction<Tables>, user: User, change: EmailChange): Promise<void> {
  const since = later(new Date(change.created_at), -SUSPECT)
  const passkeys = await dropPasskeys(trx, user, since)
  if (passkeys > 0) await note(c, trx, 'passkey_removed', { user: user.id, detail: { way: 'link' } })
  await removeIdentitiesSince(trx, user, since)
  if (!(await removeApp(trx, user, since))) return
  await removeCodes(trx, user)
  await note(c, trx, 'mfa_disabled', { user: user.id, detail: { way: 'link' } })
}
