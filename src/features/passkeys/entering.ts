import { Refusal } from '#core/refusal.ts'
import type { User } from '#db/schema.ts'
import { knownDevice } from '#features/accounts/devices.ts'
import { mayComeIn } from '#features/accounts/leaving.ts'
import { confirmBuckets, loginBuckets } from '#features/accounts/limits.ts'
import { completeLogin, inTurn, type Said } from '#features/accounts/login.ts'
import { grantSudo } from '#features/accounts/proving.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { type Bucket, settle } from '#features/accounts/throttles.ts'
import { chargeOrSay, deviceToken, note, orGiveBack } from '#features/accounts/tries.ts'
import type { Any } from '#web/env.ts'
import { readSigned } from './answers.ts'
import { useShown, whoSigned } from './checking.ts'
import { isRefusedPasskey, refusedPasskey } from './refusals.ts'
import { passkeyAndOwner } from './rows.ts'

/**
 * Logs in whoever’s passkey has signed `typed`: it is something that they have, and has looked at them, so nothing more is
 * asked. Every try counts for the network it came from. Refuses what `whoSigned` refuses, and who is disabled.
 */
export function logInByPasskey(c: Any, typed: string, persistent: boolean): Promise<Said> {
  const { parts, ip } = c.var
  return inTurn(c, undefined, async () => {
    const { network } = loginBuckets({ ...parts, ip, canon: undefined, device: undefined })
    const counted = await chargeOrSay(c, network)
    return orGiveBack(c, counted, () => enter(c, typed, persistent, counted)).catch(async (error) => {
      if (isRefusedPasskey(error)) await noteRefused(c, typed)
      throw error
    })
  })
}

/**
 * Takes what a passkey of `user` has signed as a proof for changes to the account. Refuses what `whoSigned` refuses, and
 * after a few of them any; wrong passwords and codes count with them.
 */
export async function confirmByPasskey(c: Any, user: User, session: OpenSession, typed: string): Promise<void> {
  const { db, parts, now } = c.var
  const confirm = confirmBuckets({ ...parts, session: session.id, proof: 'passkey' })
  const counted = await chargeOrSay(c, confirm, user)
  try {
    await orGiveBack(c, counted, async () => {
      const shown = await whoSigned(c, 'passkey-confirm', typed, user)
      const spend = async (trx: Parameters<typeof useShown>[0]) => {
        await useShown(trx, shown, now)
        await settle(trx, { forget: confirm })
      }
      await grantSudo(c, user, session, spend, 'pk')
    })
  } catch (error) {
    const about = { user: user.id, session: session.publicId, detail: { factor: 'pk' } }
    if (isRefusedPasskey(error)) await note(c, db, 'authn_confirm_fail', about)
    throw error
  }
}

async function enter(c: Any, typed: string, persistent: boolean, network: Bucket[]): Promise<Said> {
  const { db, parts, ip, now } = c.var
  const shown = await whoSigned(c, 'passkey-login', typed)
  const { user } = shown
  if (!mayComeIn(user, now)) throw refusedPasskey('This account is disabled. Ask whoever runs this site.')
  const device = await knownDevice(db, parts.keys, user, deviceToken(c), now)
  const { account } = loginBuckets({ ...parts, ip, canon: user.email_canon, device })
  const spend = (trx: Parameters<typeof useShown>[0]) => useShown(trx, shown, now)
  return completeLogin(c, user, { amr: 'pk', persistent, network, account, spend })
}

/** Of a passkey that is known, its person hears of it. */
async function noteRefused(c: Any, typed: string): Promise<void> {
  const found = await passkeyAndOwner(c.var.db, idIn(typed))
  if (found) await note(c, c.var.db, 'authn_login_fail', { user: found.user.id, detail: { factor: 'pk' } })
}

function idIn(typed: string): string {
  try {
    return readSigned(typed).id
  } catch (error) {
    if (error instanceof Refusal) return ''
    throw error
  }
}
