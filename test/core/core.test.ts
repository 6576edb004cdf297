import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { dayIn } from '#core/days.ts'
import { isId, uuidv7 } from '#core/ids.ts'
import { Recent } from '#core/recent.ts'
import { Refusal } from '#core/refusal.ts'
import { DAY, instant, later } from '#core/time.ts'

describe('an id', () => {
  const bytes = (n: number) => new Uint8Array(10).fill(n)

  test('is a UUIDv7 of its moment: the example of RFC 9562, appendix A.6', () => {
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
    expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })

  test('made later sorts later', () => {
    const moment = fc.integer({ min: 0, max: 2 ** 48 - 2 })
    fc.assert(
      fc.property(moment, fc.nat(255), fc.nat(255), (ms, a, b) => {
        expect(uuidv7(ms, bytes(a)) < uuidv7(ms + 1, bytes(b))).toBe(true)
        expect(isId(uuidv7(ms, bytes(a)))).toBe(true)
      }),
    )
  })

  test('wants its randomness', () => expect(() => uuidv7(0, new Uint8Array(9))).toThrow(RangeError))

  test('has one spelling only', () => {
    const id = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'
    expect(isId(id)).toBe(true)
    const others = [
      id.toUpperCase(),
      ` ${id}`,
      `${id}\n`,
      `{${id}}`,
      id.replaceAll('-', ''),
      `urn:uuid:${id}`,
      '',
      'x',
      id.slice(1),
      `${id}0`,
      id.replace('7cc3', '0cc3'),
      id.replace('98c4', '18c4'),
      '００00000-0000-4000-8000-000000000000',
    ]
    for (const text of others) expect([text, isId(text)]).toEqual([text, false])
  })
})

describe('a day', () => {
  const cases: [zone: string, at: string, day: string][] = [
    ['UTC', '2026-05-01T23:59:59.999Z', '2026-05-01'],
    ['Pacific/Kiritimati', '2026-05-01T10:00:00Z', '2026-05-02'],
    ['Pacific/Pago_Pago', '2026-05-01T10:59:59Z', '2026-04-30'],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29'],
    ['America/New_York', '2026-01-01T04:59:59Z', '2025-12-31'],
    ['Asia/Kathmandu', '2026-05-01T18:15:00Z', '2026-05-02'],
  ]
  for (const [zone, at, day] of cases)
    test(`in ${zone} at ${at} it is ${day}`, () => expect(dayIn(zone, new Date(at))).toBe(day))
})

test('instants as text are in the order of time', () => {
  const moment = fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
  fc.assert(fc.property(moment, moment, (a, b) => expect(instant(a) < instant(b)).toBe(a < b)))
  expect(later(new Date('2026-05-01T12:00:00Z'), -DAY)).toBe('2026-04-30T12:00:00.000Z')
})

test('a refusal says a sentence, a reason, and what goes with it', () => {
  const refusal = new Refusal('too-many', 'Slow down.', { retryAfterSeconds: 5 })
  expect(refusal).toMatchObject({
    message: 'Slow down.',
    sentence: 'Slow down.',
    reason: 'too-many',
    details: { retryAfterSeconds: 5 },
  })
  expect(new Refusal('busy', 'x').details).toEqual({})
})

describe('what is remembered of late', () => {
  test('is made once, until too many others were asked for since', () => {
    const made: string[] = []
    const recent = new Recent<string>(2)
    const ask = (key: string) =>
      recent.of(key, () => {
        made.push(key)
        return key.toUpperCase()
      })
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map(ask)).toEqual(['A', 'B', 'A', 'C', 'A', 'B'])
    expect(made).toEqual(['a', 'b', 'c', 'b'])
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual(['A', 'B', undefined])
  })

  test('can be replaced', () => {
    const recent = new Recent<number>(2)
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['c', 4],
    ] as const)
      recent.set(key, value)
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([3, undefined, 4])
  })
})
