import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { dayIn } from '#core/days.ts'
import { DAY } from '#core/time.ts'
import { dayTag, howLongAgo, momentTag, startOfDay, timeTag } from '#web/dates.ts'

const london = { locale: 'en-GB', zone: 'Europe/London' }
const now = new Date('2026-05-01T12:00:00.000Z')
const wordsOf = (tag: unknown): string => String(tag).replace(/<[^>]*>/g, '')

test('a day is called as people call it, and whole on hovering', () => {
  expect(wordsOf(dayTag(london, '2026-05-01', now))).toBe('Today')
  expect(wordsOf(dayTag(london, '2026-04-30', now))).toBe('Yesterday')
  // Some versions of the Unicode data write a comma after the day of the week.
  expect(String(dayTag(london, '2026-04-29', now)).replaceAll(',', '')).toBe(
    '<time datetime="2026-04-29" title="Wednesday 29 April 2026">Wednesday 29 April 2026</time>',
  )
  expect(wordsOf(dayTag({ locale: 'de-DE', zone: 'Europe/Berlin' }, '2026-04-29', now))).toBe(
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

test('a day begins when the clocks first show it, also where that is not midnight', () => {
  expect(startOfDay('Europe/Berlin', new Date('2026-03-29T20:00:00Z')).toISOString()).toBe('2026-03-28T23:00:00.000Z')
  // Cairo's clocks leap from 0:00 to 1:00.
  expect(startOfDay('Africa/Cairo', new Date('2026-04-24T12:00:00Z')).toISOString()).toBe('2026-04-23T22:00:00.000Z')
  const zones = [
    'UTC',
    'Pacific/Kiritimati',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Cairo',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 20 * 365 }),
      fc.integer({ min: 0, max: DAY - 1 }),
      (zone, days, ms) => {
        const at = new Date(Date.UTC(2015, 0, 1) + days * DAY + ms)
        const start = startOfDay(zone, at)
        expect(dayIn(zone, start)).toBe(dayIn(zone, at))
        expect(dayIn(zone, new Date(start.getTime() - 1)) < dayIn(zone, at)).toBe(true)
      },
    ),
  )
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
