import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { addDays, type Day, WEEKDAYS } from '#core/days.ts'
import {
  checkRule,
  occurrences,
  parseRecurrence,
  type Recurrence,
  type Rule,
  recurrenceText,
} from '#core/recurrence.ts'
import { fromRRule, toRRule } from '#core/rrule.ts'
import { MINUTE } from '#core/time.ts'
import { instantOf, wallClockIn } from '#core/wall-clock.ts'
import { tryInstants, walk } from './enumerator.ts'

// A new seed each time; SEED=… repeats one.
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const run = (numRuns: number) => ({ numRuns, seed })

const aDay = (from: Day, days: number) => fc.nat(days).map((count) => addDays(from, count))
const someOf = <T>(one: fc.Arbitrary<T>, most: number) => fc.array(one, { minLength: 1, maxLength: most })
const upTo = (most: number) => fc.integer({ min: 1, max: most })
const plusMinus = (most: number) => fc.tuple(upTo(most), fc.boolean()).map(([n, back]) => (back ? -n : n))
const sometimes = <T>(one: fc.Arbitrary<T>, freq = 2) => fc.option(one, { nil: undefined, freq })

const weekday = fc.constantFrom(...WEEKDAYS)
const interval = fc.oneof({ weight: 3, arbitrary: upTo(4) }, { weight: 1, arbitrary: upTo(40) })
const plainDays = someOf(
  weekday.map((day) => ({ day })),
  4,
)
const countedDays = (most: number) =>
  someOf(
    fc.oneof(
      weekday.map((day) => ({ day })),
      fc.record({ day: weekday, nth: plusMinus(most) }),
    ),
    4,
  )

/** What ends a rule, in days after its anchor. */
const end = fc.oneof(fc.constant({}), fc.record({ count: upTo(40) }), fc.record({ lasts: fc.nat(1200) }))

const parts = fc.oneof(
  fc.record({
    freq: fc.constant('daily' as const),
    byday: sometimes(plainDays),
    bymonthday: sometimes(someOf(plusMinus(31), 5), 3),
    bymonth: sometimes(someOf(upTo(12), 4), 3),
  }),
  fc.record({
    freq: fc.constant('weekly' as const),
    byday: sometimes(plainDays),
    bymonth: sometimes(someOf(upTo(12), 4), 4),
  }),
  fc.record({
    freq: fc.constant('monthly' as const),
    byday: sometimes(countedDays(5)),
    bymonthday: sometimes(someOf(plusMinus(31), 5)),
    bymonth: sometimes(someOf(upTo(12), 4), 4),
  }),
  fc.record({
    freq: fc.constant('yearly' as const),
    byday: sometimes(fc.oneof(countedDays(5), countedDays(53)), 3),
    bymonthday: sometimes(someOf(plusMinus(31), 5), 3),
    bymonth: sometimes(someOf(upTo(12), 4)),
  }),
)

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T

/** Any rule that can be, with an anchor from 1996 to 2036. */
const aRecurrence: fc.Arbitrary<Recurrence> = fc
  .record({
    parts,
    interval,
    end,
    anchor: aDay('1996-01-01', 40 * 365),
    left: fc.array(fc.nat(400), { maxLength: 4 }),
    weekStart: sometimes(weekday),
    mode: fc.constantFrom('schedule' as const, 'completion' as const),
    missed: fc.constantFrom('skip' as const, 'each' as const),
    keeps: fc.boolean(),
  })
  .map(({ anchor, keeps, left, mode, missed, ...said }) => ({
    rule: ruleOf(said, anchor, left),
    anchor,
    mode,
    missed,
    ...(keeps && { keepsSubtasks: true as const }),
  }))
  .filter(({ rule }) => checkRule(rule) === undefined)

type Said = {
  parts: object & Pick<Rule, 'freq'>
  interval: number
  end: { count?: number; lasts?: number }
  weekStart?: Rule['weekStart']
}

function ruleOf({ parts, interval, end: { count, lasts }, weekStart }: Said, anchor: Day, left: number[]): Rule {
  const until = lasts === undefined ? undefined : addDays(anchor, lasts)
  const exdates = left.length > 0 ? left.map((days) => addDays(anchor, days)) : undefined
  return defined({ ...parts, interval, count, until, exdates, weekStart }) as Rule
}

/** What the engine finds up to a day. It is asked for one more than there should be. */
const calculated = (recurrence: Recurrence, from: Day, to: Day, expected: number): Day[] =>
  occurrences(recurrence, from, expected + 1).filter((day) => day <= to)

const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/Havana',
  'America/Caracas',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Tehran',
  'Asia/Kathmandu',
  'Asia/Gaza',
  'Asia/Tokyo',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
)
/** The days of a year within which clocks in `zone` are changed. */
function changesOf(zone: string, year: number): Day[] {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const ahead = (day: Day) => Date.parse(`${shown.format(Date.parse(day)).replace(' ', 'T')}:00Z`) - Date.parse(day)
  const days = Array.from({ length: 365 }, (_, i) => addDays(`${year}-01-01`, i))
  return days.filter((day) => ahead(day) !== ahead(addDays(day, 1)))
}

const time = fc.nat(24 * 60 - 1).map((minutes) => new Date(minutes * 60_000).toISOString().slice(11, 16))

describe(`a recurrence (SEED=${seed})`, () => {
  test('comes on the days that a walk from day to day finds, at the instants that trying finds', () => {
    fc.assert(
      fc.property(aRecurrence, fc.nat(900), zone, time, (recurrence, later, zone, time) => {
        const from = addDays(recurrence.anchor, later - 50)
        const found = walk(recurrence, from, addDays(from, 500))
        expect(calculated(recurrence, from, addDays(from, 500), found.length)).toEqual(found)
        for (const day of found.slice(0, 1)) expect(instantOf(day, time, zone)).toEqual(tryInstants(day, time, zone))
      }),
      run(20_000),
    )
  }, 120_000)

  test('however far from its anchor it is asked', () => {
    fc.assert(
      fc.property(aRecurrence, aDay('0001-01-01', 1900 * 365), (recurrence, anchor) => {
        const { count: _, until: __, exdates: ___, ...rule } = recurrence.rule
        const old = { ...recurrence, rule, anchor }
        const found = walk(old, '2026-11-23', '2029-01-01')
        expect(calculated(old, '2026-11-23', '2029-01-01', found.length)).toEqual(found)
      }),
      run(2000),
    )
  }, 60_000)

  test('and stops where the walk stops', () => {
    fc.assert(
      fc.property(aRecurrence, fc.nat(2000), (recurrence, days) => {
        const { anchor } = recurrence
        const last = addDays(anchor, days)
        const found = occurrences(recurrence, anchor, 1000).filter((day) => day <= last)
        expect(found).toEqual(walk(recurrence, anchor, last).slice(0, 1000))
      }),
      run(1000),
    )
  }, 60_000)

  test('is read as it was stored, and stored in one way only', () => {
    fc.assert(
      fc.property(aRecurrence, (recurrence) => {
        const text = recurrenceText(recurrence)
        const read = parseRecurrence(text)
        expect(read && recurrenceText(read)).toBe(text)
        expect(occurrences(read!, recurrence.anchor, 20)).toEqual(occurrences(recurrence, recurrence.anchor, 20))
      }),
      run(2000),
    )
  })

  test('is read as it was written for other calendars', () => {
    fc.assert(
      fc.property(aRecurrence, ({ rule, anchor }) => {
        fc.pre(checkRule(rule, anchor) === undefined)
        const plain: Recurrence = { rule, anchor, mode: 'schedule', missed: 'skip' }
        const text = toRRule(plain)
        expect(recurrenceText(fromRRule(text, anchor))).toBe(recurrenceText(plain))
        expect(toRRule(fromRRule(text, anchor))).toBe(text)
      }),
      run(2000),
    )
  })

  test('no text makes the readers stumble', () => {
    const piece = fc.constantFrom(
      'FREQ=',
      'DAILY',
      'BYDAY=',
      '-1SU',
      ';',
      ',',
      '=',
      'COUNT=',
      '9',
      '\n',
      'EXDATE:',
      'RRULE:',
      '20260101',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (text) => {
        parseRecurrence(text)
        try {
          fromRRule(text, '2026-11-23')
        } catch (error) {
          expect((error as Error).name).toBe('Refusal')
        }
      }),
      run(3000),
    )
  })

  test('on the days when clocks are changed an instant is the one that trying finds', () => {
    const year = fc.integer({ min: 1972, max: 2036 })
    fc.assert(
      fc.property(zone, year, fc.nat(9), fc.nat(47), (zone, year, which, quarters) => {
        const changes = changesOf(zone, year)
        fc.pre(changes.length > 0)
        // From two hours before midnight on: some change at midnight.
        const at = new Date(Date.parse(changes[which % changes.length]!) + (quarters - 8) * 15 * MINUTE).toISOString()
        const [day, time] = [at.slice(0, 10), at.slice(11, 16)]
        expect(instantOf(day, time, zone)).toEqual(tryInstants(day, time, zone))
      }),
      run(600),
    )
  }, 60_000)

  test('a clock shows at the instant what was asked for, or a little more', () => {
    fc.assert(
      fc.property(aDay('1970-01-02', 100 * 365), time, zone, (day, time, zone) => {
        const shown = wallClockIn(zone, instantOf(day, time, zone))
        expect(`${shown.day} ${shown.time}` >= `${day} ${time}`).toBe(true)
      }),
      run(3000),
    )
  })
})
