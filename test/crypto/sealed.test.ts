import { describe, expect, test } from 'bun:test'
import { Refusal } from '#core/refusal.ts'
import { KeyRing } from '#crypto/keys.ts'
import { isSealedByOldKey, type Sealed, seal, unseal } from '#crypto/sealed.ts'

const [OLD, NEW] = ['an old secret, long enough by far', 'a new secret, long enough by far']
const ring = (current: string, previous: string[] = []) =>
  new KeyRing({ current, previous, audience: 'http://localhost:3000' })
const SECRET = Buffer.from('12345678901234567890')

/** What is said to somebody for whom it does not open. */
function refusal(open: () => unknown): string {
  try {
    open()
  } catch (error) {
    if (error instanceof Refusal) return error.sentence
    throw error
  }
  return 'it opened'
}

describe('something sealed', () => {
  const sealed = seal(ring(OLD), 'totp', 'ana', SECRET)

  test('opens for its person, and looks different each time', () => {
    expect(unseal(ring(OLD), 'totp', 'ana', sealed)).toEqual(SECRET)
    const many = Array.from({ length: 100 }, () => seal(ring(OLD), 'totp', 'ana', SECRET).sealed)
    expect(new Set(many).size).toBe(100)
    expect(new Set(many.map((text) => text.slice(0, 16))).size).toBe(100)
    // 12 bytes of nonce, 20 of secret, 16 of tag.
    expect(Buffer.from(sealed.sealed, 'base64url')).toHaveLength(48)
    expect(sealed.keyId).toMatch(/^[0-9a-f]{8}$/)
  })

  test('opens with a secret of before, which seals nothing new', () => {
    const both = ring(NEW, [OLD])
    expect(unseal(both, 'totp', 'ana', sealed)).toEqual(SECRET)
    expect(isSealedByOldKey(both, 'totp', sealed)).toBe(true)
    const anew = seal(both, 'totp', 'ana', SECRET)
    expect(isSealedByOldKey(both, 'totp', anew)).toBe(false)
    expect(unseal(ring(NEW), 'totp', 'ana', anew)).toEqual(SECRET)
  })

  const flipped = (at: number): Sealed => {
    const bytes = Buffer.from(sealed.sealed, 'base64url')
    bytes[at]! ^= 1
    return { ...sealed, sealed: bytes.toString('base64url') }
  }
  const others: [what: string, open: () => unknown][] = [
    ['for another person', () => unseal(ring(OLD), 'totp', 'eve', sealed)],
    ['under another secret', () => unseal(ring(NEW), 'totp', 'ana', sealed)],
    [
      'under another key with its name',
      () => {
        const named = seal(ring(NEW), 'totp', 'ana', SECRET)
        return unseal(ring(NEW), 'totp', 'ana', { ...sealed, keyId: named.keyId })
      },
    ],
    ['with another nonce', () => unseal(ring(OLD), 'totp', 'ana', flipped(0))],
    ['with another text', () => unseal(ring(OLD), 'totp', 'ana', flipped(20))],
    ['with another tag', () => unseal(ring(OLD), 'totp', 'ana', flipped(47))],
    ['when it is cut', () => unseal(ring(OLD), 'totp', 'ana', { ...sealed, sealed: sealed.sealed.slice(0, 20) })],
    ['when it is nothing', () => unseal(ring(OLD), 'totp', 'ana', { keyId: '', sealed: '' })],
  ]
  for (const [what, open] of others) {
    test(`does not open ${what}, and says no more than that`, () => {
      expect(refusal(open)).toBe('The key of your authenticator app cannot be read here. Ask whoever runs this site.')
    })
  }
})
