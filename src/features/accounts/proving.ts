import type { Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import type { News } from '#db/live.ts'
import type { Tables, User } from '#db/schema.ts'
import { queueMail } from '#features/mail/outbox.ts'
import { type Any, SessionEnded } from '#web/env.ts'
import { refuseBreached } from './breaches.ts'
import { knownDevice } from './devices.ts'
import type { EventType } from './events.ts'
import { passwordChanged } from './letters.ts'
import { confirmBuckets } from './limits.ts'
import { refuseWeakPassword } from './password-rules.ts'
import { bumpCredentials } from './people.ts'
import type { OpenSession } from './session.ts'
import { type Factor, rotateToken, sessionCookie, withFactor } from './session-rows.ts'
import { settle } from './throttles.ts'
import { chargeOrSay, deviceToken, fromOf, note, orGiveBack } from './tries.ts'
import { warnWhenFull } from './warnings.ts'

/** What is done in the transaction in which somebody comes in or proves themselves; it throws what refuses them. */
export type Spend = (trx: Transaction<Tables>, announce: (news: News) => void) => Promise<void>

/**
 * Takes the password once more, as a proof for changes to the account. The session gets a new token. Refuses a wrong
 * password, and after a few of them any.
 */
export async function confirmPassword(c: Any, user: User, session: OpenSession, password: string): Promise<void> {
  await checkOwnPassword(c, user, session, password, 'authn_confirm_fail')
  await grantSudo(c, user, session)
}

/**
 * The end of every proof, whatever was proved: for a while the session may change the account. It gets a new token.
 * `spend` uses up what proves only once, in the same transaction; it was a `factor` beside the password, if it is named.
 */
export async function grantSudo(
  c: Any,
  user: User,
  session: OpenSession,
  spend?: Spend,
  factor?: Factor,
): Promise<void> {
  const { db, parts, config, now, cookies } = c.var
  const fields = {
    sudo_until: new Date(now.getTime() + config.session.sudoMs).toISOString(),
    auth_at: now.toISOString(),
    amr: withFactor(session.row.amr, factor),
  }
  const token = await db.transact(async (trx, announce) => {
    await spend?.(trx, announce)
    await note(c, trx, 'authn_confirm', { user: user.id, session: session.publicId })
    return orEnded(await rotateToken(trx, parts.keys, session.row, fields))
  })
  cookies.push(sessionCookie(config, token, session.row, now))
}

/**
 * Changes the password. All other sessions end; this one goes on with a new token. Refuses a wrong `current`, a weak or
 * breached new one, and the same one again.
 */
export async function changePassword(
  c: Any,
  user: User,
  session: OpenSession,
  given: { current: string; password: string },
): Promise<void> {
  const { parts, config } = c.var
  refuseWeakPassword(given.password, { config, email: user.email, name: user.name, title: c.var.site.title })
  await checkOwnPassword(c, user, session, given.current, 'authn_password_change_fail')
  if (given.password.normalize('NFC') === given.current.normalize('NFC')) {
    throw new Refusal('invalid', 'This is the password you have already.', { field: 'password' })
  }
  await refuseBreached(given.password, parts)
  const phc = await parts.hashing.hash(given.password)
  await changeCredentials(c, user, session, { password_phc: phc }, async (trx, announce) => {
    await note(c, trx, 'authn_password_change', { user: user.id, session: session.publicId })
    await queueMail(trx, { config, announce, now: c.var.now }, passwordChanged(user, fromOf(c)))
  })
}

/**
 * Does `work`, a change of how `user` proves who they are, and all that comes with it (`bumpCredentials`, with the same
 * `fields`), in one transaction. All other sessions end; this one goes on with a new token, and from now on as one that
 * showed `factor` too.
 */
export async function changeCredentials(
  c: Any,
  user: User,
  session: OpenSession,
  fields: Parameters<typeof bumpCredentials>[2],
  work: Spend,
  factor?: Factor,
): Promise<void> {
  const { db, parts, config, now, cookies } = c.var
  const device = await knownDevice(db, parts.keys, user, deviceToken(c), now)
  const token = await db.transact(async (trx, announce) => {
    await work(trx, announce)
    const ended = await bumpCredentials(trx, user, fields, { session: session.id, device })
    if (ended.length > 0) announce({ kind: 'ended', sessions: ended })
    return orEnded(
      await rotateToken(trx, parts.keys, session.row, {
        cred_version: user.cred_version + 1,
        amr: withFactor(session.row.amr, factor),
      }),
    )
  })
  cookies.push(sessionCookie(config, token, session.row, now))
}

// Inside the transaction: when the session is over, nothing of the change remains.
function orEnded(token: string | undefined): string {
  if (token === undefined) throw new SessionEnded()
  return token
}

async function checkOwnPassword(
  c: Any,
  user: User,
  session: OpenSession,
  password: string,
  failure: EventType,
): Promise<void> {
  const { db, parts } = c.var
  const buckets = confirmBuckets({ ...parts, session: session.id, proof: 'password' })
  await chargeOrSay(c, buckets, user)
  if (!(await orGiveBack(c, buckets, () => parts.hashing.verify(password, user.password_phc)))) {
    await note(c, db, failure, { user: user.id, session: session.publicId })
    await warnWhenFull(c, user, buckets)
    throw new Refusal('invalid', 'This is not your password.', { field: 'current' })
  }
  await db.transact((trx) => settle(trx, { forget: buckets }))
}
