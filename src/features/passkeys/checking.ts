import type { Transaction } from 'kysely'
import type { Passkey, Tables, User } from '#db/schema.ts'
import type { Any } from '#web/env.ts'
import { type Made, readMade, readSigned, type Signed } from './answers.ts'
import { passkeyLibrary } from './library.ts'
import { ALGORITHMS, handleOf, type Purpose, siteHere, useQuestion } from './questions.ts'
import { refusedPasskey, unknownPasskey } from './refusals.ts'
import { countUse, type NewPasskey, passkeyAndOwner } from './rows.ts'

/** A passkey that has signed, whose it is, and what it says of itself. */
export type Shown = { passkey: Passkey; user: User; said: Pick<Passkey, 'counter' | 'backed_up'> }

/**
 * Who has signed `typed`, as an answer to a question for `purpose`: `owner`, where only one person may. The question is
 * used up. Refuses a passkey that is unknown or somebody else’s, and whatever was signed for another site, from another
 * page, without a look at the person, or wrongly (WebAuthn Level 3, section 7.2).
 */
export async function whoSigned(c: Any, purpose: Purpose, typed: string, owner?: User): Promise<Shown> {
  const answer = readSigned(typed)
  await useQuestion(c, purpose, answer.challenge, owner)
  const found = await passkeyAndOwner(c.var.db, answer.id)
  if (!found || (owner && owner.id !== found.user.id)) throw unknownPasskey()
  if (!isHandleOf(found.user, answer, owner)) throw refusedPasskey()
  return { ...found, said: await verified(c, answer, found.passkey) }
}

/** Notes the use of a passkey in the transaction in which it lets somebody do something. Refuses one that was copied. */
export const useShown = (trx: Transaction<Tables>, { passkey, said }: Shown, now: Date): Promise<void> =>
  countUse(trx, passkey, said, now)

/** The passkey that a browser made for `user` in `typed`. Its question is used up. Refuses what `whoSigned` refuses. */
export async function whatWasMade(c: Any, user: User, typed: string): Promise<Omit<NewPasskey, 'name'>> {
  const answer = readMade(typed)
  await useQuestion(c, 'passkey-add', answer.challenge, user)
  const { credential, credentialDeviceType, credentialBackedUp } = await verifiedNew(c, answer)
  return {
    credential_id: credential.id,
    public_key: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    backup_eligible: credentialDeviceType === 'multiDevice' ? 1 : 0,
    backed_up: credentialBackedUp ? 1 : 0,
    transports: (answer.response.transports ?? []).join(' '),
  }
}

// A passkey that anybody may show has to say whose it is; another may.
function isHandleOf(user: User, { response: { userHandle } }: Signed, owner: User | undefined): boolean {
  if (!userHandle) return owner !== undefined
  return Buffer.from(userHandle, 'base64url').equals(handleOf(user))
}

async function verified(c: Any, answer: Signed, passkey: Passkey): Promise<Shown['said']> {
  const { verifyAuthenticationResponse } = await passkeyLibrary()
  const { userHandle, ...response } = answer.response
  const { verified, authenticationInfo } = await orRefuse(answer, () =>
    verifyAuthenticationResponse({
      ...expected(c, answer),
      response: { ...answer, response: { ...response, ...(userHandle && { userHandle }) }, clientExtensionResults: {} },
      // Whether it counts upwards is for the database to say, in the statement that notes it.
      credential: { id: passkey.credential_id, publicKey: bytesOf(passkey.public_key), counter: 0 },
    }),
  )
  if (!verified) throw refusedPasskey()
  return { counter: authenticationInfo.newCounter, backed_up: authenticationInfo.credentialBackedUp ? 1 : 0 }
}

async function verifiedNew(c: Any, answer: Made) {
  const { verifyRegistrationResponse } = await passkeyLibrary()
  const { clientDataJSON, attestationObject } = answer.response
  const { verified, registrationInfo } = await orRefuse(answer, () =>
    verifyRegistrationResponse({
      ...expected(c, answer),
      response: { ...answer, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  )
  if (!verified) throw refusedPasskey()
  return registrationInfo
}

function expected(c: Any, { challenge }: Signed | Made) {
  const { rpId, origin } = siteHere(c)
  return { expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId, requireUserVerification: true }
}

/** The library throws what it does not like, in words for programmers. */
async function orRefuse<T>({ isEmbedded }: Signed | Made, work: () => Promise<T>): Promise<T> {
  if (isEmbedded) throw refusedPasskey()
  return work().catch(() => {
    throw refusedPasskey()
  })
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromBase64(text, { alphabet: 'base64url' })
