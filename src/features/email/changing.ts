import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { isDuplicate } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { type Email, readEmail } from '#features/accounts/emails.ts'
import { type From, recordEvent } from '#features/accounts/events.ts'
import { proofOfAddress } from '#features/accounts/letters.ts'
import { addressBuckets, mailBuckets } from '#features/accounts/limits.ts'
import { addressTaken, bumpCredentials, isTaken, userByCanon } from '#features/accounts/people.ts'
import { changeCredentials } from '#features/accounts/proving.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { chargeOrSay, fromOf, note } from '#features/accounts/tries.ts'
import { queueMail } from '#features/mail/outbox.ts'
import type { Any, Parts } from '#web/env.ts'
import { closeChanges, openChange } from './changes.ts'
import { addressSet, askNewAddress, tellOldAddress } from './letters.ts'

/**
 * Asks the new address by mail whether it is theirs, and tells the old one. Whether another account has the new one is
 * seen by whoever reads its mail only. Where no mails are sent the address is changed at once, and all other sessions
 * end. Returns which of the two. Refuses the address that `user` has, too many changes and too many mails; and without
 * mails one that is taken.
 */
export async function askForAddress(c: Any, user: User, session: OpenSession, to: Email): Promise<'asked' | 'changed'> {
  const { parts, config, ip } = c.var
  if (to.canon === user.email_canon) {
    throw new Refusal('invalid', 'This is the address that you have already.', { field: 'email' })
  }
  const { network, address } = mailBuckets({ ...parts, ip, canon: to.canon })
  const own = addressBuckets({ ...parts, user: user.id })
  await chargeOrSay(c, config.mail ? [...network, ...address, ...own] : own, user)
  if (!config.mail) {
    await changeAtOnce(c, user, session, to)
    return 'changed'
  }
  await ask(c, user, session, to)
  return 'asked'
}

function ask(c: Any, user: User, session: OpenSession, to: Email): Promise<void> {
  const { db, config, now } = c.var
  return db.transact(async (trx, announce) => {
    const change = await openChange(trx, user, to.email, now)
    await note(c, trx, 'email_change_requested', { user: user.id, session: session.publicId })
    await queueMail(trx, { config, announce, now }, askNewAddress(user, change))
    await queueMail(trx, { config, announce, now }, tellOldAddress('asked', user, change, fromOf(c)))
  })
}

async function changeAtOnce(c: Any, user: User, session: OpenSession, to: Email): Promise<void> {
  if (await isTaken(c.var.db, to.canon, user)) throw addressTaken()
  await orTaken(
    changeCredentials(c, user, session, newAddress(to), (trx) =>
      note(c, trx, 'email_change_confirmed', { user: user.id, session: session.publicId }),
    ),
  )
}

/** Drops the change that waits to be confirmed. Returns whether there was one. */
export const keepAddress = (c: Any, user: User, session: OpenSession): Promise<boolean> =>
  c.var.db.transact(async (trx) => {
    const wasOpen = await closeChanges(trx, user)
    if (wasOpen) await note(c, trx, 'email_change_cancelled', { user: user.id, session: session.publicId })
    return wasOpen
  })

/**
 * Gives the account with the address `email` another one, for whoever runs the site. All its sessions end. The old
 * address is told; the new one is asked to confirm itself. Refuses an unknown address, one that is none, and one that is
 * taken.
 */
export async function setAddress(
  { db, config, log }: Pick<Parts, 'db' | 'config' | 'log'>,
  { email, to }: { email: string; to: string },
  from: From,
): Promise<void> {
  const user = await userByCanon(db, readEmail(email)?.canon ?? '')
  if (!user) throw new Refusal('not-found', `There is no account with the e-mail ${email}.`)
  const address = readEmail(to)
  if (!address) throw new Refusal('invalid', `“${to}” is not an e-mail address.`)
  if (await isTaken(db, address.canon, user)) throw addressTaken()
  await orTaken(
    db.transact(async (trx, announce) => {
      const around = { config, announce, now: from.now }
      announce({ kind: 'ended', sessions: await bumpCredentials(trx, user, newAddress(address)) })
      await recordEvent(trx, log, 'email_change_confirmed', from, { user: user.id })
      await queueMail(trx, around, addressSet(user, address.email, from))
      await queueMail(trx, around, proofOfAddress({ ...user, email: address.email }))
    }),
  )
}

/** An address as the row of a person has it. `provedAt` is when mail to it was seen to reach them. */
export const newAddress = ({ email, canon }: Email, provedAt?: Date) => ({
  email,
  email_canon: canon,
  email_verified_at: provedAt ? instant(provedAt) : null,
})

/** Two people with one address at the same moment: the database took one of them. */
export async function orTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isDuplicate(error) ? addressTaken() : error
  }
}
