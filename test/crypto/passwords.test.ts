import { describe, expect, test } from 'bun:test'
import { readCourseHash } from '#crypto/course-hashes.ts'
import { isTooLong, openHashing } from '#crypto/passwords.ts'

const options = { memoryKiB: 19_456, passes: 2, permits: 1, queue: 8, waitMs: 5000 }
const hashing = await openHashing(options)
const phc = await hashing.hash('kettle')

describe('a hash', () => {
  test('is argon2id with 19 MiB, two passes, a salt of 16 and an output of 32 bytes', () => {
    const [, id, version, costs, salt, output] = phc.split('$')
    expect([id, version, costs]).toEqual(['argon2id', 'v=19', 'm=19456,t=2,p=1'])
    expect([Buffer.from(salt!, 'base64').length, Buffer.from(output!, 'base64').length]).toEqual([16, 32])
  })

  test('is another each time', async () => expect(await hashing.hash('kettle')).not.toBe(phc))

  test('knows its password, and no other', async () => {
    expect(await hashing.verify('kettle', phc)).toBe(true)
    for (const other of ['', 'Kettle', 'kettle ', 'kettl', 'kettle\u0000', 'x'.repeat(2000)]) {
      expect([other.slice(0, 10), await hashing.verify(other, phc)]).toEqual([other.slice(0, 10), false])
    }
  })

  test('of nobody is verified with the same work, and never matches', async () => {
    for (const nobody of [null, undefined, '', 'nonsense', '$argon2id$v=19$m=999999999,t=2,p=1$c2FsdHNhbHQ$aGFzaA']) {
      expect(await hashing.verify('kettle', nobody)).toBe(false)
    }
  })

  test('made by Bun is read by the other engine, and the other way round', async () => {
    const bun = await Bun.password.hash('kettle', { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 })
    expect(await hashing.verify('kettle', bun)).toBe(true)
    expect(await Bun.password.verify('kettle', phc)).toBe(true)
  })

  test('is outdated when ours has become stronger', async () => {
    expect(hashing.outdated(phc)).toBe(false)
    const stronger = await openHashing({ ...options, passes: 3 })
    expect(stronger.outdated(phc)).toBe(true)
    expect(hashing.outdated(await stronger.hash('kettle'))).toBe(false)
    expect(hashing.outdated('nonsense')).toBe(true)
  })
})

describe('a hash of the Flask course', () => {
  // sha256('kettle' + 'QxYzA') is what the lesson stores, and the salt behind a comma.
  const hex = new Bun.CryptoHasher('sha256').update('kettleQxYzA').digest('hex')

  test('is read with the salt behind it or before it, and nothing else is', () => {
    expect(readCourseHash(`${hex},QxYzA`)).toEqual({ salt: 'QxYzA', hex })
    expect(readCourseHash(`${hex.toUpperCase()},a,b`)).toEqual({ salt: 'a,b', hex })
    expect(readCourseHash(`QxYzA,${hex}`)).toEqual({ salt: 'QxYzA', hex })
    for (const other of ['', hex, `${hex},`, `,${hex}`, `${hex.slice(1)},QxYzA`, 'kettle', phc]) {
      expect([other, readCourseHash(other)]).toEqual([other, undefined])
    }
  })

  test('is kept inside one of ours: it knows its password, and no other', async () => {
    const stored = await hashing.wrap({ salt: 'QxYzA', hex })
    expect(stored).toMatch(/^course-sha256\$UXhZekE\$\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(stored).not.toContain(hex)
    expect(await hashing.verify('kettle', stored)).toBe(true)
    for (const other of ['', 'Kettle', hex, 'kettleQxYzA', `${hex},QxYzA`, 'x'.repeat(2000)]) {
      expect([other.slice(0, 10), await hashing.verify(other, stored)]).toEqual([other.slice(0, 10), false])
    }
  })

  test('is outdated from the beginning, so that the first login makes it ours', async () => {
    expect(hashing.outdated(await hashing.wrap({ salt: 'QxYzA', hex }))).toBe(true)
  })

  test('that somebody made costly is not tried', async () => {
    const costly = 'course-sha256$UXhZekE$$argon2id$v=19$m=999999999,t=2,p=1$c2FsdHNhbHQ$aGFzaA'
    expect(await hashing.verify('kettle', costly)).toBe(false)
  })
})

test('what is too long is no password, however it is counted', () => {
  const cases: [password: string, tooLong: boolean][] = [
    ['x'.repeat(256), false],
    ['x'.repeat(257), true],
    ['🎉'.repeat(256), false],
    ['🎉'.repeat(257), true],
    ['字'.repeat(341), true],
    [`${'字'.repeat(100)}`, false],
    ['x'.repeat(1_000_000), true],
  ]
  for (const [password, tooLong] of cases) expect(isTooLong(password)).toBe(tooLong)
})
