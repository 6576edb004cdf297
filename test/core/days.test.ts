import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { addDays, dayFrom, daysBetween, daysInMonth, isDay, isTime, partsOf, WEEKDAYS, weekdayOf } from '#core/days.ts'

const anyDay = fc.integer({ min: 0, max: 3_652_058 }).map((count) => addDays('0001-01-01', count))

describe('a day', () => {
  test.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2024-02-29', true],
    ['1900-02-29', false],
    ['2000-02-29', true],
    ['2026-04-31', false],
    ['2026-13-01', false],
    ['2026-00-10', false],
    ['2026-10-00', false],
    ['0000-01-01', false],
    ['0001-01-01', true],
    ['9999-12-31', true],
    ['10000-01-01', false],
    ['2026-1-1', false],
    [' 2026-01-01', false],
    ['2026-01-01T00:00', false],
    ['', false],
  ])('%p is one: %p', (text, is) => expect(isDay(text)).toBe(is))

  test('has a day of the week: 23 November 2026 is a Monday, 31 December 1969 a Wednesday', () => {
    expect([weekdayOf('2026-11-23'), weekdayOf('1969-12-31'), weekdayOf('2000-02-29')]).toEqual(['mo', 'we', 'tu'])
  })

  test('and those follow each other for all time', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -5000, max: 5000 }), (day, count) => {
        fc.pre(isWithin(day, count))
        const other = addDays(day, count)
        expect(daysBetween(day, other)).toBe(count)
        expect(WEEKDAYS.indexOf(weekdayOf(other))).toBe((((WEEKDAYS.indexOf(weekdayOf(day)) + count) % 7) + 7) % 7)
      }),
    )
  })

  test('is what its parts make of it', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const { year, month, date } = partsOf(day)
        expect(dayFrom(year, month, date)).toBe(day)
        expect(date <= daysInMonth(year, month)).toBe(true)
        expect(isDay(day)).toBe(true)
      }),
    )
  })

  test('parts beyond their month and year are carried over', () => {
    expect(dayFrom(2026, 14, 1)).toBe('2027-02-01')
    expect(dayFrom(2026, 3, 0)).toBe('2026-02-28')
    expect(dayFrom(99, 1, 1)).toBe('0099-01-01')
  })

  test('ends with the year 9999 and begins with the year 1', () => {
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError)
    expect(() => addDays('0001-01-01', -1)).toThrow(RangeError)
  })
})

test.each([
  ['00:00', true],
  ['23:59', true],
  ['24:00', false],
  ['9:00', false],
  ['09:60', false],
  ['09:00:00', false],
])('%p is a time of day: %p', (text, is) => expect(isTime(text)).toBe(is))

const isWithin = (day: string, count: number): boolean => {
  const from = daysBetween('0001-01-01', day) + count
  return from >= 0 && from <= 3_652_058
}
