import type { Transaction } from 'kysely'
import type { Tables } from '#db/schema.ts'
import { registerBuckets } from '#features/accounts/limits.ts'
import { completeLogin, inTurn } from '#features/accounts/login.ts'
import { refuseUnlessMayRegister } from '#features/accounts/may-register.ts'
import { refuseWeakPassword } from '#features/accounts/password-rules.ts'
import { createUser, hasAdministrator, NotFirst } from '#features/accounts/people.ts'
import { localeFrom } from '#features/accounts/preferences.ts'
import { chargeOrSay, fromOf, orGiveBack } from '#features/accounts/tries.ts'
import type { Any } from '#web/env.ts'
import { type Held, useInvitation } from './invitations.ts'
import { askByMail } from './pending.ts'

/** What somebody wrote who wants an account. */
export type Wanted = { email: string; password: string; remember: boolean; zone?: string | undefined }

/** An invitation that somebody brings, and its secret. */
export type Brought = { held: Held; token: string }

/** How registering went. */
export type Outcome = 'in' | 'sent' | 'over'

/**
 * Makes an account and logs the person in. Where a mail has to confirm it (`isConfirmedByMail`) it keeps what was asked for
 * and sends that mail. Refuses what `createUser` refuses, and too many registrations. Returns `over`, and nobody has an
 * account by it, when somebody else used the invitation meanwhile.
 */
export async function registerPerson(c: Any, wanted: Wanted, brought?: Brought): Promise<Outcome> {
  const { parts, config, site } = c.var
  await refuseUnlessMayRegister(c, { invited: brought !== undefined })
  refuseWeakPassword(wanted.password, { config, email: wanted.email, title: site.title })
  await parts.hashing.refuseWhenFull()
  const byMail = await isConfirmedByMail(c, brought)
  return inTurn(c, undefined, () => (byMail ? ask(c, wanted, brought) : makeAtOnce(c, wanted, brought)))
}

/**
 * Whether a mail has to be answered before there is an account: wherever mails are sent, but for an invitation whose link
 * came by mail itself, and for whoever is the first to come to a site on this machine. They look after it, and must get in
 * while the mail server is not set up well.
 */
export async function isConfirmedByMail(c: Any, brought?: Brought): Promise<boolean> {
  const { config, db } = c.var
  if (!config.mail || brought?.held.proves) return false
  return !config.loopbackOnly || (await hasAdministrator(db))
}

async function ask(c: Any, { email, password, zone }: Wanted, brought: Brought | undefined): Promise<Outcome> {
  const { network, registrations } = registerBuckets({ ...c.var.parts, ip: c.var.ip })
  const counted = await chargeOrSay(c, [...network, ...registrations])
  const asked = { email, password, zone, invitation: brought?.held.id }
  await orGiveBack(c, counted, () => askByMail(c, asked, network))
  return 'sent'
}

async function makeAtOnce(c: Any, wanted: Wanted, brought: Brought | undefined): Promise<Outcome> {
  const { parts, config, ip } = c.var
  const { email, password, remember, zone } = wanted
  const { network, registrations } = registerBuckets({ ...parts, ip })
  const locale = localeFrom(c.req.header('Accept-Language'))
  const spend = brought && ((trx: Transaction<Tables>) => useOrLeave(c, trx, brought))
  // Of two who are the first at once, one is; the other is asked by mail like everybody.
  const first = !config.loopbackOnly ? false : config.mail && !brought?.held.proves ? 'only' : true
  const person = { email, password, locale, zone, first, prove: true, ...(spend && { spend }) } as const
  const counted = await chargeOrSay(c, [...network, ...registrations])
  try {
    const user = await orGiveBack(c, counted, () => createUser(parts, person, fromOf(c)))
    await completeLogin(c, user, { amr: 'pwd', persistent: remember, network, account: [] })
    return 'in'
  } catch (error) {
    if (error instanceof InvitationOver) return 'over'
    if (error instanceof NotFirst) return ask(c, wanted, brought)
    throw error
  }
}

/** Thrown inside the transaction that would have made the account, so that nothing of it remains. */
class InvitationOver extends Error {}

async function useOrLeave(c: Any, trx: Transaction<Tables>, { token, held }: Brought): Promise<{ proves: boolean }> {
  if (!(await useInvitation(trx, c.var.parts.keys, token, c.var.now))) throw new InvitationOver()
  return held
}
