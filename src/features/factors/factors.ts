import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import type { User } from '#db/schema.ts'
import { readEmail } from '#features/accounts/emails.ts'
import { type Administrator, type From, recordEvent } from '#features/accounts/events.ts'
import { codeBuckets, confirmBuckets } from '#features/accounts/limits.ts'
import { bumpCredentials, userByCanon } from '#features/accounts/people.ts'
import { changeCredentials, grantSudo } from '#features/accounts/proving.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { settle } from '#features/accounts/throttles.ts'
import { chargeOrSay, fromOf, note, orGiveBack } from '#features/accounts/tries.ts'
import { warnWhenFull } from '#features/accounts/warnings.ts'
import { queueMail } from '#features/mail/outbox.ts'
import { passkeyNews } from '#features/passkeys/letters.ts'
import { dropPasskeys } from '#features/passkeys/rows.ts'
import type { Any, Parts } from '#web/env.ts'
import { toldBy } from './letters.ts'
import { removeCodes, replaceCodes } from './recovery-codes.ts'
import { appOf, confirmApp, isWrongCode, removeApp, spendCode } from './totps.ts'

/**
 * Has the login ask for codes from now on, proved by the first one. All other sessions end. Returns the recovery codes,
 * to be shown this once. Refuses a wrong code, and after too many of them any.
 */
export async function turnOn(c: Any, user: User, session: OpenSession, typed: string): Promise<string[]> {
  const { keys } = c.var.parts
  const buckets = codeBuckets({ ...c.var.parts, user: user.id })
  await chargeOrSay(c, buckets, user)
  let codes: string[] = []
  await orGiveBack(c, buckets, () =>
    changeCredentials(
      c,
      user,
      session,
      {},
      async (trx, announce) => {
        await confirmApp(trx, keys, user, typed, c.var.now)
        codes = await replaceCodes(trx, keys, user)
        await settle(trx, { giveBack: buckets })
        await note(c, trx, 'mfa_enabled', { user: user.id, session: session.publicId })
        await queueMail(trx, { ...c.var, announce }, toldBy('factor-on', user, fromOf(c)))
      },
      'otp',
    ),
  )
  return codes
}

/** Makes new recovery codes, to be shown this once; those of before are worth nothing. All other sessions end. */
export async function renewCodes(c: Any, user: User, session: OpenSession): Promise<string[]> {
  let codes: string[] = []
  await changeCredentials(c, user, session, {}, async (trx, announce) => {
    if (!(await appOf(trx, user))) throw new Refusal('conflict', 'Your login does not ask for a code.')
    codes = await replaceCodes(trx, c.var.parts.keys, user)
    await note(c, trx, 'recovery_codes_created', { user: user.id, session: session.publicId })
    await queueMail(trx, { ...c.var, announce }, toldBy('recovery-codes-new', user, fromOf(c)))
  })
  return codes
}

/** Has the login ask for the password alone. All other sessions end. */
export async function turnOff(c: Any, user: User, session: OpenSession): Promise<void> {
  await changeCredentials(c, user, session, {}, async (trx, announce) => {
    if (!(await removeApp(trx, user))) throw new Refusal('conflict', 'Your login does not ask for a code.')
    await removeCodes(trx, user)
    await note(c, trx, 'mfa_disabled', { user: user.id, session: session.publicId })
    await queueMail(trx, { ...c.var, announce }, toldBy('factor-off', user, fromOf(c)))
  })
}

/**
 * Takes a code of the app as a proof for changes to the account. Refuses a wrong one, and after a few of them any; wrong
 * passwords count with them.
 */
export async function confirmByCode(c: Any, user: User, session: OpenSession, typed: string): Promise<void> {
  const { db, parts, now } = c.var
  const confirm = confirmBuckets({ ...parts, session: session.id, proof: 'code' })
  const code = codeBuckets({ ...parts, user: user.id })
  const counted = await chargeOrSay(c, [...confirm, ...code], user)
  try {
    await orGiveBack(c, counted, () =>
      grantSudo(
        c,
        user,
        session,
        async (trx) => {
          await spendCode(trx, parts.keys, user, typed, now)
          await settle(trx, { giveBack: code, forget: confirm })
        },
        'otp',
      ),
    )
  } catch (error) {
    const about = { user: user.id, session: session.publicId, detail: { factor: 'otp' } }
    if (isWrongCode(error)) {
      await note(c, db, 'authn_confirm_fail', about)
      await warnWhenFull(c, user, confirm)
    }
    throw error
  }
}

/**
 * Has the login of the account with this address ask for the password alone, for somebody who lost their app and their
 * recovery codes, or their passkeys: all of them go. All its sessions end; they are told by mail, and for a day on their
 * pages. `by` is the administrator who does it on the pages. Refuses an unknown address, and an account that has neither.
 */
export async function resetFactors(
  { db, log, config }: Pick<Parts, 'db' | 'log' | 'config'>,
  email: string,
  from: From,
  by?: Administrator,
): Promise<void> {
  const user = await userByCanon(db, readEmail(email)?.canon ?? '')
  if (!user) throw new Refusal('not-found', `There is no account with the e-mail ${email}.`)
  await db.transact(async (trx, announce) => {
    const [hadApp, passkeys] = [await removeApp(trx, user), await dropPasskeys(trx, user)]
    if (!hadApp && passkeys === 0) {
      throw new Refusal('conflict', `The login of ${email} asks for no code. Nothing was changed.`)
    }
    await removeCodes(trx, user)
    announce({ kind: 'ended', sessions: await bumpCredentials(trx, user, { factors_reset_at: instant(from.now) }) })
    const about = { user: user.id, detail: by ? { by: by.publicId } : {} }
    const post = { config, announce, now: from.now }
    if (hadApp) {
      await recordEvent(trx, log, 'mfa_disabled', from, about)
      await queueMail(trx, post, toldBy('factor-off', user, from, { by: by?.name }))
    }
    if (passkeys > 0) {
      await recordEvent(trx, log, 'passkey_removed', from, about)
      await queueMail(trx, post, passkeyNews('passkey-removed', user, from, { by: by?.name }))
    }
  })
}
