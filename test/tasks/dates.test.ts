import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { addDays } from '#core/days.ts'
import { DAY } from '#core/time.ts'
import { beginOf, dayOf, dayTag, howLongAgo, momentTag, startOfWeek, timeTag, todayOf } from '#web/dates.ts'

const london = { locale: 'en-GB', zone: 'Europe/London' }
const now = new Date('2026-05-01T12:00:00.000Z')
const wordsOf = (tag: unknown): string => String(tag).replace(/<[^>]*>/g, '')

test('a day is called as people call it, and whole on hovering', () => {
  expect(wordsOf(dayTag(london, '2026-05-01', '2026-05-01'))).toBe('Today')
  expect(wordsOf(dayTag(london, '2026-04-30', '2026-05-01'))).toBe('Yesterday')
  // Some versions of the Unicode data write a comma after the day of the week.
  expect(String(dayTag(london, '2026-04-29', '2026-05-01')).replaceAll(',', '')).toBe(
    '<time datetime="2026-04-29" title="Wednesday 29 April 2026">Wednesday 29 April 2026</time>',
  )
  expect(wordsOf(dayTag({ locale: 'de-DE', zone: 'Europe/Berlin' }, '2026-04-29', '2026-05-01'))).toBe(
    'Mittwoch, 29. April 2026',
  )
})

test('times are those of the person’s clocks', () => {
  expect(wordsOf(timeTag(london, '2026-05-01T08:12:00.000Z'))).toBe('09:12')
  expect(wordsOf(timeTag({ locale: 'en-US', zone: 'America/New_York' }, '2026-05-01T20:12:00.000Z'))).toMatch(
    /^4:12\sPM$/,
  )
  expect(wordsOf(momentTag(london, '2026-05-01T08:12:00.000Z', now))).toBe('today, 09:12')
  expect(wordsOf(momentTag(london, '2026-04-29T23:30:00.000Z', now))).toBe('yesterday, 00:30')
})

test.each([
  ['2026-05-01T11:59:30.000Z', 'just now'],
  ['2026-05-01T12:00:30.000Z', 'just now'],
  ['2026-05-01T11:59:00.000Z', '1 minute ago'],
  ['2026-05-01T11:00:01.000Z', '59 minutes ago'],
  ['2026-05-01T09:00:00.000Z', '3 hours ago'],
  ['2026-04-30T22:00:00.000Z', 'yesterday'],
  ['2026-04-01T12:00:00.000Z', 'Wednesday 1 April 2026'],
])('how long ago: %s is %s', (at, words) => {
  const reader = { locale: 'en-GB', zone: 'UTC' }
  expect(wordsOf(howLongAgo(reader, at, now)).replace(',', '')).toBe(words)
})

const berlin = (day_starts: string) => ({ zone: 'Europe/Berlin', day_starts })

test('a day begins when the clocks first show its time, also where that is not midnight', () => {
  expect(beginOf(berlin('00:00'), '2026-03-29').toISOString()).toBe('2026-03-28T23:00:00.000Z')
  expect(beginOf(berlin('04:00'), '2026-03-29').toISOString()).toBe('2026-03-29T02:00:00.000Z')
  // Cairo's clocks leap from 0:00 to 1:00.
  const cairo = { zone: 'Africa/Cairo', day_starts: '00:00' }
  expect(beginOf(cairo, '2026-04-24').toISOString()).toBe('2026-04-23T22:00:00.000Z')
  const zones = [
    'UTC',
    'Pacific/Kiritimati',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Cairo',
    'Europe/Berlin',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: 20 * 365 }),
      fc.integer({ min: 0, max: DAY - 1 }),
      (zone, hour, days, ms) => {
        const user = { zone, day_starts: `${String(hour).padStart(2, '0')}:00` }
        const at = new Date(Date.UTC(2015, 0, 1) + days * DAY + ms)
        const begun = beginOf(user, dayOf(user, at))
        expect(begun <= at && at < beginOf(user, addDays(dayOf(user, at), 1))).toBe(true)
        expect(dayOf(user, begun)).toBe(dayOf(user, at))
        expect(dayOf(user, new Date(begun.getTime() - 1))).toBe(addDays(dayOf(user, at), -1))
      },
    ),
  )
})

test.each([
  // The clocks were put forward from two to three, and put back from three to two.
  ['2026-03-29T01:30:00Z', '2026-03-28'],
  ['2026-03-29T02:30:00Z', '2026-03-29'],
  ['2026-10-25T02:15:00Z', '2026-10-24'],
  ['2026-10-25T03:00:00Z', '2026-10-25'],
])('for a night owl whose day begins at four, %s is %s', (at, day) => {
  expect(todayOf(berlin('04:00'), new Date(at))).toBe(day)
})

test('a week begins with its first day, when that day begins', () => {
  const owl = (week_start: 'monday' | 'sunday') => ({ ...berlin('04:00'), week_start })
  // It is still Sunday for whoever is up at three on Monday.
  const at = new Date('2026-05-04T01:00:00Z')
  expect(startOfWeek(owl('monday'), at).toISOString()).toBe('2026-04-27T02:00:00.000Z')
  expect(startOfWeek(owl('sunday'), at).toISOString()).toBe('2026-05-03T02:00:00.000Z')
})

test('what a reader chooses is not remembered for ever', () => {
  const real = Intl.DateTimeFormat
  let made = 0
  // What it costs is to make one: about 30 kB each.
  Intl.DateTimeFormat = class extends real {
    constructor(...given: ConstructorParameters<typeof real>) {
      super(...given)
      made++
    }
  } as typeof real
  try {
    const ask = (zone: string): number => {
      const before = made
      momentTag({ locale: 'sv-SE', zone }, '2026-05-01T12:00:00.000Z', now)
      return made - before
    }
    const zones = Intl.supportedValuesOf('timeZone').slice(0, 350)
    const [first = '', last = ''] = [zones[0], zones.at(-1)]
    for (const zone of zones) ask(zone)
    expect(ask(last)).toBe(0)
    // One for its day, one for the time, one for the whole.
    expect(ask(first)).toBe(3)
    expect(ask(first)).toBe(0)
  } finally {
    Intl.DateTimeFormat = real
  }
})
