import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Refusal } from '#core/refusal.ts'
import type { KeyRing, Sealing } from './keys.ts'

/** Something encrypted, as it is stored, with the short name of the key that did it. */
export type Sealed = { keyId: string; sealed: string }

const ALGORITHM = 'aes-256-gcm'
// 96 bits, anew for each (NIST SP 800-38D, 8.2.2). One is made when somebody sets up an app: far below 2³².
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts `plain`, which belongs to the person with the id `owner`: in the row of another it does not open. */
export function seal(keys: KeyRing, purpose: Sealing, owner: string, plain: Uint8Array): Sealed {
  const [{ keyId, key }] = keys.sealingKeys(purpose) as [{ keyId: string; key: Buffer }]
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad(purpose, owner))
  const parts = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]
  return { keyId, sealed: Buffer.concat(parts).toString('base64url') }
}

/**
 * What was sealed for `purpose` and `owner`, under the current secret or one of before. When it does not open it refuses
 * with one sentence, whatever the reason: who sees it can do nothing with the difference.
 */
export function unseal(keys: KeyRing, purpose: Sealing, owner: string, { keyId, sealed }: Sealed): Buffer {
  const known = keys.sealingKeys(purpose).find((candidate) => candidate.keyId === keyId)
  const plain = known && opened(known.key, aad(purpose, owner), Buffer.from(sealed, 'base64url'))
  if (plain) return plain
  throw new Refusal('conflict', 'The key of your authenticator app cannot be read here. Ask whoever runs this site.')
}

/** Whether a key of before sealed it, so that it should be sealed anew before that one is dropped. */
export const isSealedByOldKey = (keys: KeyRing, purpose: Sealing, { keyId }: Pick<Sealed, 'keyId'>): boolean =>
  keys.sealingKeys(purpose)[0]?.keyId !== keyId

function opened(key: Buffer, about: Buffer, bytes: Buffer): Buffer | undefined {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const tag = bytes.subarray(-TAG_BYTES)
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(about)
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    return undefined
  }
}

const aad = (purpose: Sealing, owner: string): Buffer => Buffer.from(`${purpose} ${owner}`)
