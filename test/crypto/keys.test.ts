import { describe, expect, test } from 'bun:test'
import { createHmac, hkdfSync } from 'node:crypto'
import { HOUR, MINUTE, SECOND } from '#core/time.ts'
import { isToken, KeyRing, newToken, type Purpose, weakSecret } from '#crypto/keys.ts'

const NOW = new Date('2026-05-01T12:00:00Z')
const ring = (current: string, previous: string[] = [], audience = 'https://todo.example.org') =>
  new KeyRing({ current, previous, audience })
const [OLD, NEW] = ['an old secret, long enough by far', 'a new secret, long enough by far']
const purposes: Purpose[] = ['session', 'device', 'throttle', 'pre', 'one-time', 'link', 'challenge', 'recovery']

describe('a MAC', () => {
  test('is HMAC-SHA-256 under a key that HKDF-SHA-256 derives for its purpose', () => {
    const key = Buffer.from(hkdfSync('sha256', OLD, 'get-it-done', 'mac/session/v1', 32))
    expect(ring(OLD).mac('session', 'x').mac).toBe(createHmac('sha256', key).update('x').digest('hex'))
  })

  test('differs by purpose, by secret and by text, and not by address', () => {
    const macs = purposes.map((purpose) => ring(OLD).mac(purpose, 'x').mac)
    macs.push(ring(NEW).mac('session', 'x').mac, ring(OLD).mac('session', 'y').mac)
    expect(new Set(macs).size).toBe(macs.length)
    expect(ring(OLD, [], 'http://other').mac('session', 'x')).toEqual(ring(OLD).mac('session', 'x'))
  })

  test('is looked up under every secret, the current one first', () => {
    const both = ring(NEW, [OLD]).macs('session', 'x')
    expect(both).toEqual([ring(NEW).mac('session', 'x'), ring(OLD).mac('session', 'x')])
    expect(new Set(both.map(({ keyId }) => keyId)).size).toBe(2)
    for (const { keyId } of both) expect(keyId).toMatch(/^[0-9a-f]{8}$/)
  })
})

describe('something signed', () => {
  const signed = ring(OLD).sign('pre', 'hello. there.', NOW)

  test('opens with the same secret, purpose and address, until it is too old', () => {
    expect(ring(OLD).open('pre', signed, NOW, MINUTE)).toBe('hello. there.')
    expect(ring(OLD).open('pre', signed, new Date(NOW.getTime() + MINUTE), MINUTE)).toBe('hello. there.')
    expect(ring(OLD).open('pre', signed, new Date(NOW.getTime() + MINUTE + SECOND), MINUTE)).toBeUndefined()
  })

  const others: [what: string, open: () => string | undefined][] = [
    ['another secret', () => ring(NEW).open('pre', signed, NOW, MINUTE)],
    ['another address', () => ring(OLD, [], 'http://todo.example.org').open('pre', signed, NOW, MINUTE)],
    ['another purpose', () => ring(OLD).open('device', signed, NOW, MINUTE)],
    ['a time before it was signed', () => ring(OLD).open('pre', signed, new Date(NOW.getTime() - 2 * SECOND), HOUR)],
  ]
  for (const [what, open] of others) test(`does not open with ${what}`, () => expect(open()).toBeUndefined())

  test('opens with a secret of before, which signs nothing new', () => {
    expect(ring(NEW, [OLD]).open('pre', signed, NOW, MINUTE)).toBe('hello. there.')
    expect(ring(OLD).open('pre', ring(NEW, [OLD]).sign('pre', 'x', NOW), NOW, MINUTE)).toBeUndefined()
  })

  test('whose time is no number is not opened', () => {
    const key = Buffer.from(hkdfSync('sha256', OLD, 'get-it-done', 'sign/pre/v1 https://todo.example.org', 32))
    for (const text of ['x.hello', '.hello', 'hello', 'NaN.hello', 'Infinity.hello', '-1e999.x']) {
      const body = Buffer.from(text).toString('base64url')
      const forged = `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
      expect([text, ring(OLD).open('pre', forged, NOW, MINUTE)]).toEqual([text, undefined])
    }
  })
})

describe('the check value', () => {
  test('tells the secret of a database from others, and is none of the keys', () => {
    expect(ring(NEW, [OLD]).knows(ring(OLD).checkValue())).toBe(true)
    expect(ring(NEW).knows(ring(OLD).checkValue())).toBe(false)
    expect(ring(OLD).checkValue()).toBe(ring(OLD, [], 'http://elsewhere').checkValue())
  })
})

describe('a token', () => {
  test('is told from everything else', () => {
    expect(isToken(newToken())).toBe(true)
    const none = [
      '',
      'a'.repeat(42),
      'a'.repeat(44),
      `${'a'.repeat(42)}=`,
      `${'a'.repeat(42)}+`,
      `${'a'.repeat(42)}\n`,
      `\n${'a'.repeat(42)}`,
      `${'a'.repeat(42)}é`,
      `${'a'.repeat(43)}\n`,
    ]
    for (const text of none) expect([text, isToken(text)]).toEqual([text, false])
  })
})

describe('a secret', () => {
  const cases: [secret: string, problem: RegExp | undefined][] = [
    ['', /too short/],
    ['short', /too short/],
    ['x'.repeat(31), /too short/],
    ['a'.repeat(64), /same few characters/],
    ['0123456701234567012345670123456701234567', /same few characters/],
    ['change-me-change-me-change-me-change-me', /example/],
    ['ChangeMe0123456789abcdefghijklmnopqrstuvwxyz', /example/],
    ['your-secret-key-0123456789abcdefghijklm', /example/],
    ['my-password-is-0123456789abcdefghijklmnop', /example/],
    ['7c1e5b1f0c1b4f6f8a3d2e9b5a7c4d6e8f0a1b2c3d4e5f60718293a4b5c6d7e8', undefined],
    ['ümläute zählen doppelt und sind auch gut', undefined],
  ]
  for (const [secret, problem] of cases) {
    test(secret.slice(0, 40) || 'nothing', () => {
      if (problem) expect(weakSecret(secret)).toMatch(problem)
      else expect(weakSecret(secret)).toBeUndefined()
    })
  }
})
