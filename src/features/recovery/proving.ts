import type { User } from '#db/schema.ts'
import { recordEvent } from '#features/accounts/events.ts'
import { proofOfAddress, VERIFY } from '#features/accounts/letters.ts'
import { mailBuckets } from '#features/accounts/limits.ts'
import { spend } from '#features/accounts/one-time.ts'
import { addressProved } from '#features/accounts/people.ts'
import { chargeOrSay, fromOf } from '#features/accounts/tries.ts'
import { queueMail } from '#features/mail/outbox.ts'
import type { Any } from '#web/env.ts'

/** Sends the mail with the link once more. Refuses too many. */
export async function askForProof(c: Any, user: User): Promise<void> {
  const { db, parts, config, ip, now } = c.var
  const { network, address } = mailBuckets({ ...parts, ip, canon: user.email_canon })
  await chargeOrSay(c, [...network, ...address], user)
  await db.transact((trx, announce) => queueMail(trx, { config, announce, now }, proofOfAddress(user)))
}

/** Uses a link up: `user`, whose it is, has proved the address. Returns false when somebody was quicker. */
export async function proveByLink(c: Any, token: string, user: User): Promise<boolean> {
  const { db, parts, now } = c.var
  return db.transact(async (trx) => {
    const spent = await spend(trx, parts.keys, VERIFY, token, now)
    if (spent?.user !== user.id || spent.address === undefined) return false
    await addressProved(trx, user, spent.address, now)
    await recordEvent(trx, parts.log, 'email_verified', fromOf(c), { user: user.id })
    return true
  })
}
