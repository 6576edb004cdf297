import type { Transaction } from 'kysely'
import type { Tables } from '#db/schema.ts'
import { registerBuckets } from '#features/accounts/limits.ts'
import { completeLogin, inTurn } from '#features/accounts/login.ts'
import { refuseUnlessMayRegister } from '#features/accounts/may-register.ts'
import { refuseWeakPassword } from '#features/accounts/password-rules.ts'
import { createUser, hasAdministrator, NotFirst } from '#features/accounts/people.ts'
import { localeFrom } from '#features/accounts/preferences.ts'
import type { Bucket } from '#features/accounts/throttles.ts'
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
  await refuseUnlessMayRegister(c, { invited: brought !== undefined })
  return (await isConfirmedByMail(c, brought)) ? ask(c, wanted, brought) : makeAtOnce(c, wanted, brought)
}

/**
 * Whether a mail has to be answered before there is an account: wherever mails are sent, but for an invitation whose link
 * came by mail itself, and for whoever is the first to come to a site on this machine. They look after it, and must get in
 * while the mail server is not set up well.
 */
export async function isConfirmedByMail(c: Any, brought?: Brought): Promise<boolean> {
  if (!c.var.config.mail || brought?.held.proves) return false
  return !(await isFirstHere(c))
}

/** Whether whoever registers now becomes the administrator: the first to come to a site that only this machine reaches. */
export async function isFirstHere(c: Any): Promise<boolean> {
  const { config, db } = c.var
  return config.loopbackOnly && !(await hasAdministrator(db))
}

async function ask(c: Any, wanted: Wanted, brought: Brought | undefined): Promise<Outcome> {
  const { email, password, zone } = wanted
  const asked = { email, password, zone, invitation: brought?.held.id }
  await tryOnce(c, wanted, (network) => askByMail(c, asked, network))
  return 'sent'
}

async function makeAtOnce(c: Any, wanted: Wanted, brought: Brought | undefined): Promise<Outcome> {
  const { config } = c.var
  // Of two who are the first at once, one is; the other is asked by mail like everybody.
  const first = config.loopbackOnly && (config.mail && !brought?.held.proves ? 'only' : true)
  const spend = brought && ((trx: Transaction<Tables>) => useOrLeave(c, trx, brought))
  try {
    await comeIn(c, wanted, { first, ...(spend && { spend }) })
    return 'in'
  } catch (error) {
    if (error instanceof LinkOver) return 'over'
    if (error instanceof NotFirst) return ask(c, wanted, brought)
    throw error
  }
}

/** What comes with a new account (`createUser`). */
type How = Pick<Parameters<typeof createUser>[1], 'first' | 'spend'>

/** Makes an account and logs the person in. Refuses what `createUser` refuses, and too many registrations. */
export function comeIn(c: Any, wanted: Wanted, how: How): Promise<void> {
  const { email, password, remember, zone } = wanted
  const locale = localeFrom(c.req.header('Accept-Language'))
  const person = { email, password, locale, zone, prove: true, ...how }
  return tryOnce(c, wanted, async (network) => {
    const user = await createUser(c.var.parts, person, fromOf(c))
    await completeLogin(c, user, { amr: 'pwd', persistent: remember, network, account: [] })
  })
}

/** Does `work` as one try of the network it comes from, which `work` gives back when it succeeds. */
async function tryOnce(c: Any, wanted: Wanted, work: (network: Bucket[]) => Promise<void>): Promise<void> {
  const { parts, config, ip, site } = c.var
  refuseWeakPassword(wanted.password, { config, email: wanted.email, title: site.title })
  await parts.hashing.refuseWhenFull()
  const { network, registrations } = registerBuckets({ ...parts, ip })
  await inTurn(c, undefined, async () => {
    const counted = await chargeOrSay(c, [...network, ...registrations])
    await orGiveBack(c, counted, () => work(network))
  })
}

/** Thrown inside the transaction that would have made the account, so that nothing of it remains. */
export class LinkOver extends Error {}

async function useOrLeave(c: Any, trx: Transaction<Tables>, { token, held }: Brought): Promise<{ proves: boolean }> {
  if (!(await useInvitation(trx, c.var.parts.keys, token, c.var.now))) throw new LinkOver()
  return held
}
