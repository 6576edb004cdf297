import type { Transaction } from 'kysely'
import type { Tables } from '#db/schema.ts'
import { registerBuckets } from '#features/accounts/limits.ts'
import { completeLogin, inTurn } from '#features/accounts/login.ts'
import { refuseUnlessMayRegister } from '#features/accounts/may-register.ts'
import { refuseWeakPassword } from '#features/accounts/password-rules.ts'
import { createUser } from '#features/accounts/people.ts'
import { localeFrom } from '#features/accounts/preferences.ts'
import { chargeOrSay, fromOf, orGiveBack } from '#features/accounts/tries.ts'
import type { Any } from '#web/env.ts'
import { type Held, useInvitation } from './invitations.ts'

/** What somebody wrote who wants an account. */
export type Wanted = { email: string; password: string; remember: boolean; zone?: string | undefined }

/** An invitation that somebody brings, and its secret. */
export type Brought = { held: Held; token: string }

/**
 * Makes an account and logs the person in. Refuses what `createUser` refuses, and too many registrations. Returns `over`,
 * and nobody has an account by it, when somebody else used the invitation meanwhile.
 */
export async function registerPerson(c: Any, wanted: Wanted, brought?: Brought): Promise<'in' | 'over'> {
  const { parts, config, ip, site } = c.var
  const { email, password, remember, zone } = wanted
  await refuseUnlessMayRegister(c, { invited: brought !== undefined })
  refuseWeakPassword(password, { config, email, title: site.title })
  await parts.hashing.refuseWhenFull()
  const { network, registrations } = registerBuckets({ ...parts, ip })
  const locale = localeFrom(c.req.header('Accept-Language'))
  const spend = brought && ((trx: Transaction<Tables>) => useOrLeave(c, trx, brought))
  const person = { email, password, locale, zone, first: config.loopbackOnly, prove: true, ...(spend && { spend }) }
  return inTurn(c, undefined, async () => {
    const counted = await chargeOrSay(c, [...network, ...registrations])
    const made = orGiveBack(c, counted, () => createUser(parts, person, fromOf(c)))
    const user = await made.catch(unlessOver)
    if (!user) return 'over'
    await completeLogin(c, user, { amr: 'pwd', persistent: remember, network, account: [] })
    return 'in'
  })
}

/** Thrown inside the transaction that would have made the account, so that nothing of it remains. */
class InvitationOver extends Error {}

async function useOrLeave(c: Any, trx: Transaction<Tables>, { token, held }: Brought): Promise<{ proves: boolean }> {
  if (!(await useInvitation(trx, c.var.parts.keys, token, c.var.now))) throw new InvitationOver()
  return held
}

function unlessOver(error: unknown): undefined {
  if (!(error instanceof InvitationOver)) throw error
}
