import { Refusal } from '#core/refusal.ts'
import { MINUTE } from '#core/time.ts'
import type { Passkey, User } from '#db/schema.ts'
import { questionBuckets } from '#features/accounts/limits.ts'
import { mint, spend } from '#features/accounts/one-time.ts'
import { type PasskeySite, passkeySite } from '#features/accounts/passkey-site.ts'
import { chargeOrSay } from '#features/accounts/tries.ts'
import type { Any } from '#web/env.ts'
import { passkeyLibrary } from './library.ts'
import { refusedPasskey } from './refusals.ts'
import { passkeysOf } from './rows.ts'

/** What a passkey is asked for. What it signed for one of these is nothing for another. */
export type Purpose = 'passkey-login' | 'passkey-second' | 'passkey-confirm' | 'passkey-add'

/** How long a question waits: a login page may stand open for a while before somebody answers. */
export const QUESTION_LIFE = 10 * MINUTE

/** How long the browser waits for a finger or a face. */
const PATIENCE = 5 * MINUTE

/** EdDSA, ES256 and RS256: between them every passkey there is (IANA, COSE Algorithms). */
export const ALGORITHMS = [-8, -7, -257]

/** What the browser is told when a passkey is to log somebody in: it may be anybody’s. */
export async function questionForAnybody(c: Any) {
  await chargeOrSay(c, questionBuckets({ ...c.var.parts, ip: c.var.ip }))
  return question(c, 'passkey-login', undefined, [])
}

/** The same when it must be one of `user`. */
export async function questionFor(c: Any, purpose: 'passkey-second' | 'passkey-confirm', user: User) {
  return question(c, purpose, user, (await passkeysOf(c.var.db, user)).map(credentialOf))
}

/** What the browser is told to make a passkey for `user`, on a device that has none yet. */
export async function questionForNew(c: Any, user: User) {
  const site = siteHere(c)
  const { generateRegistrationOptions } = await passkeyLibrary()
  return generateRegistrationOptions({
    rpName: c.var.site.title,
    rpID: site.rpId,
    userID: handleOf(user),
    userName: user.email,
    userDisplayName: user.name || user.email,
    challenge: await challengeFor(c, 'passkey-add', user),
    timeout: PATIENCE,
    // Who made the device is nobody's business.
    attestationType: 'none',
    excludeCredentials: (await passkeysOf(c.var.db, user)).map(credentialOf),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  })
}

/**
 * Uses a question up, whatever comes of its answer. Refuses one that was not asked for this purpose and this person, was
 * answered already, or is over: of many answers at once one is heard.
 */
export async function useQuestion(c: Any, purpose: Purpose, challenge: string, user?: User): Promise<void> {
  const { db, parts, now } = c.var
  const found = await db.transact((trx) => spend(trx, parts.keys, purpose, challenge, now))
  if (!found || found.user !== user?.id)
    // No word against the passkey: of two answers at once one is too late.
    throw new Refusal('invalid', 'That took too long, or was answered already. Try the passkey once more.')
}

/** Whether `user` has a passkey, and it can be used here. */
export const hasPasskeyHere = async (c: Any, user: User): Promise<boolean> =>
  passkeySite(c.var.config) !== undefined && (await passkeysOf(c.var.db, user)).length > 0

/** What passkeys are bound to here. Refuses where there can be none. */
export function siteHere(c: Any): PasskeySite {
  const site = passkeySite(c.var.config)
  if (!site) throw refusedPasskey('Passkeys do not work at this address.')
  return site
}

/** By which a device names the person to us: it says nothing about them. */
export const handleOf = ({ public_id }: Pick<User, 'public_id'>): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(public_id)

async function question(
  c: Any,
  purpose: Purpose,
  user: User | undefined,
  allowCredentials: ReturnType<typeof credentialOf>[],
) {
  const site = siteHere(c)
  const { generateAuthenticationOptions } = await passkeyLibrary()
  return generateAuthenticationOptions({
    rpID: site.rpId,
    allowCredentials,
    challenge: await challengeFor(c, purpose, user),
    timeout: PATIENCE,
    userVerification: 'required',
  })
}

/** 32 random bytes. A MAC of them waits in the database, so each works once. */
async function challengeFor(c: Any, purpose: Purpose, user: User | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const { db, parts, now } = c.var
  const made = { purpose, ...(user && { user }), lifeMs: QUESTION_LIFE }
  return Uint8Array.fromBase64(await db.transact((trx) => mint(trx, parts.keys, made, now)), { alphabet: 'base64url' })
}

const credentialOf = ({ credential_id, transports }: Passkey) => ({
  id: credential_id,
  transports: transports.split(' ').filter(Boolean),
})
