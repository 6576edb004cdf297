import { Refusal } from '#core/refusal.ts'
import { DAY, instant, later } from '#core/time.ts'
import { type Database, type Db, isDuplicate, newId } from '#db/db.ts'
import { refuseBreached } from '#features/accounts/breaches.ts'
import { type Email, readEmail } from '#features/accounts/emails.ts'
import { mailBuckets } from '#features/accounts/limits.ts'
import { refuseUnlessMayRegister } from '#features/accounts/may-register.ts'
import { lookAt, spend } from '#features/accounts/one-time.ts'
import { bringIn, isTaken, newUser } from '#features/accounts/people.ts'
import { localeFrom, zoneFrom } from '#features/accounts/preferences.ts'
import { type Bucket, charge, settle } from '#features/accounts/throttles.ts'
import { fromOf, note } from '#features/accounts/tries.ts'
import { queueMail } from '#features/mail/outbox.ts'
import type { Any } from '#web/env.ts'
import { takeInvitation } from './invitations.ts'

/** What the secret of the link is made for by which an account is confirmed, and its letter. */
export const REGISTER = 'register'

/** How long what was asked for waits. */
const PENDING_LIFE = DAY

/** An account as somebody asked for it, whose password is what it should be. */
type Asked = { email: string; password: string; zone?: string | undefined; invitation?: string | undefined }

/**
 * Keeps an account that was asked for until the mail to its address is answered. Nobody is looked up: who the address
 * belongs to is found out when the mail is written, so for whoever asks everything is the same, whether somebody has an
 * account with it or not, and when it was sent enough mails. `network` is given back: it was no failure.
 */
export async function askByMail(c: Any, asked: Asked, network: Bucket[]): Promise<void> {
  const { db, parts, config, now } = c.var
  const address = readEmail(asked.email)
  if (!address) throw new Refusal('invalid', 'This is not an e-mail address.', { field: 'email' })
  await refuseBreached(asked.password, parts)
  const phc = await parts.hashing.hash(asked.password)
  const isEnough = await charge(db, mailBuckets({ ...parts, ip: '', canon: address.canon }).address, now).then(
    () => false,
    orTooMany,
  )
  await db.transact(async (trx, announce) => {
    await settle(trx, { giveBack: network })
    await note(c, trx, 'registration_asked', {})
    if (isEnough) return
    const row = rowOf(c, address, phc, asked)
    await trx.insertInto('registrations').values(row).execute()
    const post = { letter: REGISTER, address: address.email, args: { registration: row.id } }
    await queueMail(trx, { config, announce, now }, post)
  })
}

function orTooMany(error: unknown): true {
  if (error instanceof Refusal && error.reason === 'too-many') return true
  throw error
}

const rowOf = (c: Any, { email, canon }: Email, phc: string, { zone, invitation }: Asked) => ({
  id: newId(),
  email,
  email_canon: canon,
  password_phc: phc,
  locale: localeFrom(c.req.header('Accept-Language')),
  zone: zoneFrom(zone),
  invitation_id: invitation ?? null,
  created_at: instant(c.var.now),
  expires_at: later(c.var.now, PENDING_LIFE),
})

/** The address of the account that `token` confirms, as long as that can be done. It changes nothing. */
export async function addressToConfirm(c: Any, token: string): Promise<string | undefined> {
  const { db, parts, now } = c.var
  const found = await lookAt(db, parts.keys, REGISTER, token, now)
  const row = found && (await waiting(db, idIn(found.payload), now).executeTakeFirst())
  return row?.email
}

/**
 * Makes the account that `token` confirms: its address is proved. Nobody is logged in by it. Returns `over` when it was
 * made, taken, or its time is over; of many at once one makes it. Refuses while such people may not register.
 */
export async function confirmRegistration(c: Any, token: string): Promise<'made' | 'over'> {
  const { db, parts, now } = c.var
  const found = await lookAt(db, parts.keys, REGISTER, token, now)
  const row = found && (await waiting(db, idIn(found.payload), now).executeTakeFirst())
  if (!row) return 'over'
  await refuseUnlessMayRegister(c, { invited: row.invitation_id !== null })
  try {
    await db.transact(async (trx, announce) => {
      if (!(await spend(trx, parts.keys, REGISTER, token, now))) throw new RegistrationOver()
      const { numDeletedRows } = await trx.deleteFrom('registrations').where('id', '=', row.id).executeTakeFirst()
      if (numDeletedRows === 0n) throw new RegistrationOver()
      if (row.invitation_id !== null && !(await takeInvitation(trx, row.invitation_id, now)))
        throw new RegistrationOver()
      if (await isTaken(trx, row.email_canon)) throw new RegistrationOver()
      // Others who asked for the same address, or the same person twice.
      await trx.deleteFrom('registrations').where('email_canon', '=', row.email_canon).execute()
      await bringIn(trx, { ...parts, announce }, personOf(row, now), {}, fromOf(c))
    })
    return 'made'
  } catch (error) {
    if (error instanceof RegistrationOver || isDuplicate(error)) return 'over'
    throw error
  }
}

/** Thrown inside the transaction, so that nothing of it remains. */
class RegistrationOver extends Error {}

type Pending = Awaited<ReturnType<ReturnType<typeof waiting>['executeTakeFirstOrThrow']>>

const personOf = (row: Pending, now: Date) => ({
  ...newUser({ ...row, canon: row.email_canon, phc: row.password_phc, now }),
  email_verified_at: instant(now),
})

const idIn = (payload: unknown): string => (payload as { registration: string }).registration

/** The account that was asked for under this id, as long as it can be confirmed. */
export const waiting = (db: Db, id: string, now: Date) =>
  db.selectFrom('registrations').selectAll().where('id', '=', id).where('expires_at', '>', instant(now))

/** Removes what nobody confirmed. */
export async function pruneRegistrations(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('registrations').where('expires_at', '<=', instant(now)).execute()
}
