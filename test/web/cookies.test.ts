import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readConfig } from '#config.ts'
import { dropCookie, readCookie, writeCookie } from '#web/cookies.ts'

const http = readConfig({})
const https = readConfig({ BASE_URL: 'https://todo.example.org' })

describe('a Cookie header', () => {
  const cases: [header: string | null | undefined, value: string | undefined][] = [
    [null, undefined],
    [undefined, undefined],
    ['', undefined],
    ['sid=abc', 'abc'],
    ['a=b; sid=abc; c=d', 'abc'],
    ['a=b;sid=abc', 'abc'],
    ['sid=', ''],
    ['sid', undefined],
    ['sid=abc; sid=abc', undefined],
    ['sid=abc; sid=def', undefined],
    ['sid=abc; sid', 'abc'],
    ['SID=abc', undefined],
    ['xsid=abc', undefined],
    ['sid =abc', undefined],
    ['a="x; sid=abc"', 'abc"'],
    ['$Version=1; sid=abc', 'abc'],
    ['__Host-sid=abc', undefined],
    ['sid=a=b', 'a=b'],
    [`a=${'x'.repeat(9000)}; sid=abc`, 'abc'],
    [`a=${'x'.repeat(16_500)}; sid=abc`, undefined],
  ]
  for (const [header, value] of cases) {
    test(`${String(header).slice(0, 40)} gives ${value}`, () => expect(readCookie(header, 'sid', http)).toBe(value))
  }

  test('what was written is read, among whatever else is there', () => {
    const value = fc.stringMatching(/^[\w.-]{1,100}$/)
    const other = fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), value: fc.stringMatching(/^[^;,\s]{0,20}$/) })
    const strangers = fc.array(
      other.filter(({ name }) => name !== 'sid'),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(value, strangers, fc.nat(5), fc.constantFrom(http, https), (mine, others, at, config) => {
        const pairs = others.map((one) => `${one.name}=${one.value}`)
        pairs.splice(at, 0, writeCookie('sid', mine, config).split(';')[0]!)
        expect(readCookie(pairs.join('; '), 'sid', config)).toBe(mine)
        expect(readCookie(pairs.join('; '), 'sid', config === http ? https : http)).toBeUndefined()
      }),
    )
  })

  test('no header is too strange to be read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (header) => void readCookie(header, 'sid', http)),
    )
  })
})

describe('a Set-Cookie header', () => {
  test('says everything that protects it', () => {
    expect(writeCookie('sid', 'abc', https)).toBe('__Host-sid=abc; Path=/; HttpOnly; SameSite=Lax; Secure')
    expect(writeCookie('pre', 'abc', http, 90_500)).toBe('pre=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=90')
    expect(dropCookie('sid', https)).toBe('__Host-sid=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0')
  })

  test('cannot be broken out of, nor made so long that browsers drop it', () => {
    for (const value of ['a;b', 'a b', 'a\r\nb', 'a,b', 'a"b', 'é', '\u0000', 'a=b', 'x'.repeat(3801)]) {
      expect(() => writeCookie('sid', value, http)).toThrow()
    }
  })
})
