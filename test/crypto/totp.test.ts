import { describe, expect, test } from 'bun:test'
import { fromBase32, inGroups, toBase32 } from '#crypto/base32.ts'
import { newRecoveryCode, readRecoveryCode } from '#crypto/recovery-codes.ts'
import { codeOf, matchingStep, newTotpSecret, otpauthAddress, readCode, STEP, stepOf } from '#crypto/totp.ts'

const secret = Buffer.from('12345678901234567890')
const at = (seconds: number) => new Date(seconds * 1000)

describe('a code', () => {
  // RFC 6238, appendix B, the column for SHA-1.
  const vectors: [seconds: number, code: string][] = [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ]
  for (const [seconds, code] of vectors) {
    test(`${seconds} seconds after 1970 is ${code}, of which apps show the last six digits`, () => {
      expect(codeOf(secret, stepOf(at(seconds)), 8)).toBe(code)
      expect(codeOf(secret, stepOf(at(seconds)))).toBe(code.slice(2))
    })
  }

  test('counts as RFC 4226 does (appendix D)', () => {
    const codes = Array.from({ length: 10 }, (_, step) => codeOf(secret, step))
    expect(codes.join(' ')).toBe('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489')
  })

  test('counts in its own step and in those beside it, and in no other', () => {
    const step = 1000
    const now = new Date(step * STEP + 29_999)
    const found = [-2, -1, 0, 1, 2].map((away) => matchingStep(secret, codeOf(secret, step + away), now))
    expect(found).toEqual([undefined, 999, 1000, 1001, undefined])
  })

  test('is read as people type it', () => {
    expect(['123456', ' 123 456 ', '123-456'].map(readCode)).toEqual(['123456', '123456', '123456'])
    const none = [
      '',
      '12345',
      '1234567',
      '12345a',
      '１２３４５６',
      '12345６',
      '1'.repeat(50),
      `123456${' '.repeat(100_000)}`,
    ]
    for (const typed of none) expect([typed.slice(0, 20), readCode(typed)]).toEqual([typed.slice(0, 20), undefined])
  })

  test('comes of 160 random bits', () => {
    expect(newTotpSecret()).toHaveLength(20)
    expect(new Set(Array.from({ length: 50 }, () => newTotpSecret().toString('hex'))).size).toBe(50)
  })
})

test('the address for apps names the site, the person and the secret', () => {
  const url = new URL(otpauthAddress(secret, 'ana+x@example.com'))
  expect(decodeURIComponent(url.pathname)).toEndWith('Get It Done:ana+x@example.com')
  expect([url.protocol, url.host || url.pathname.split('/')[2]]).toEqual(['otpauth:', 'totp'])
  expect(Object.fromEntries(url.searchParams)).toEqual({
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: 'Get It Done',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
})

describe('base32', () => {
  // RFC 4648, section 10.
  const vectors = {
    '': '',
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  }
  for (const [plain, letters] of Object.entries(vectors)) {
    test(`of “${plain}” is “${letters}”`, () => {
      expect(toBase32(Buffer.from(plain))).toBe(letters)
      expect(fromBase32(`${letters}====`)?.toString()).toBe(plain)
    })
  }

  test('has no 0, 1 or 8 and no small letters', () => {
    for (const text of ['0', '1', '8', 'a', 'MZ XW', 'É']) expect(fromBase32(text)).toBeUndefined()
  })

  test('in groups of four', () => expect(inGroups('ABCDEFGHIJ', ' ')).toBe('ABCD EFGH IJ'))
})

describe('a recovery code', () => {
  test('has 120 random bits in six groups', () => {
    const codes = Array.from({ length: 100 }, newRecoveryCode)
    for (const code of codes) expect(code).toMatch(/^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$/)
    expect(fromBase32(codes[0]!.replaceAll('-', ''))).toHaveLength(15)
    expect(new Set(codes).size).toBe(100)
  })

  test('is read however it is copied', () => {
    const code = 'ABCD-EFGH-IJKL-MNOP-QRST-2345'
    const read = 'ABCDEFGHIJKLMNOPQRST2345'
    const typed = [
      code,
      code.toLowerCase(),
      read,
      ' abcd efgh ijkl mnop qrst 2345\n',
      code.replace('O', '0').replace('I', '1'),
    ]
    expect(typed.map(readRecoveryCode)).toEqual(typed.map(() => read))
    expect(readRecoveryCode('8'.repeat(24))).toBe('B'.repeat(24))
    for (const none of [
      '',
      read.slice(1),
      `${read}A`,
      read.replace('A', '9'),
      read.replace('A', 'é'),
      'A'.repeat(1000),
    ])
      expect(readRecoveryCode(none)).toBeUndefined()
  })
})
