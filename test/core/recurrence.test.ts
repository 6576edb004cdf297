import { describe, expect, test } from 'bun:test'
import { addDays, type Day } from '#core/days.ts'
import {
  checkRule,
  comingDue,
  nextDue,
  occurrences,
  parseRecurrence,
  type Recurrence,
  type Rule,
} from '#core/recurrence.ts'
import { fromRRule } from '#core/rrule.ts'

const every = (rrule: string, anchor: Day, rest: Partial<Recurrence> = {}): Recurrence => ({
  ...fromRRule(rrule, anchor),
  ...rest,
})
const next = (recurrence: Recurrence, due: Day, done = due) => nextDue(recurrence, { due, done })?.day
const days = (rrule: string, anchor: Day, limit: number) => occurrences(every(rrule, anchor), anchor, limit).join(' ')

describe('the ends of months', () => {
  test.each([
    ['FREQ=MONTHLY', '2026-01-31', '2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31'],
    ['FREQ=MONTHLY', '2027-12-30', '2027-12-30 2028-01-30 2028-02-29 2028-03-30'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', '2026-01-01', '2026-01-31 2026-02-28 2026-03-31 2026-04-30'],
    ['FREQ=MONTHLY;BYMONTHDAY=30,31', '2026-01-01', '2026-01-30 2026-01-31 2026-02-28 2026-03-30 2026-03-31'],
    ['FREQ=MONTHLY;BYMONTHDAY=-31', '2026-01-01', '2026-01-01 2026-03-01 2026-05-01'],
    ['FREQ=MONTHLY;BYDAY=5FR', '2026-01-01', '2026-01-30 2026-05-29 2026-07-31'],
    ['FREQ=YEARLY', '2024-02-29', '2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29'],
    ['FREQ=YEARLY', '2096-02-29', '2096-02-29 2097-02-28 2098-02-28 2099-02-28 2100-02-28'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2026-03-01', '2027-02-28 2028-02-29'],
    ['FREQ=YEARLY;INTERVAL=4', '1896-02-29', '1896-02-29 1900-02-28 1904-02-29'],
    ['FREQ=DAILY;BYMONTHDAY=31', '2026-01-31', '2026-01-31 2026-03-31 2026-05-31'],
  ])('%s from %s: %s', (rule, anchor, expected) => {
    expect(days(rule, anchor, expected.split(' ').length)).toBe(expected)
  })

  test('a task of the 31st is done in February and comes back to the 31st', () => {
    const monthly = every('FREQ=MONTHLY', '2026-01-31')
    expect(next(monthly, '2026-01-31')).toBe('2026-02-28')
    expect(next(monthly, '2026-02-28')).toBe('2026-03-31')
  })
})

describe('the next day, on schedule', () => {
  const daily = every('FREQ=DAILY', '2026-11-02')

  test('skips what has passed: due on Monday, done on Wednesday, it comes on Thursday', () => {
    expect(next(daily, '2026-11-23', '2026-11-25')).toBe('2026-11-26')
  })

  test('or comes one by one, though in the past', () => {
    expect(next({ ...daily, missed: 'each' }, '2026-11-23', '2026-11-25')).toBe('2026-11-24')
  })

  test('done early, it still goes on after the day it was due', () => {
    const fridays = every('FREQ=WEEKLY;BYDAY=FR', '2026-11-06')
    expect(next(fridays, '2026-11-27', '2026-11-24')).toBe('2026-12-04')
    expect(next({ ...fridays, missed: 'each' }, '2026-11-27', '2026-11-24')).toBe('2026-12-04')
  })

  test('put off, it keeps its rhythm', () => {
    const mondays = every('FREQ=WEEKLY;INTERVAL=2', '2026-11-02')
    expect(next(mondays, '2026-11-19')).toBe('2026-11-30')
    expect(next(mondays, '2026-11-19', '2026-12-01')).toBe('2026-12-14')
  })

  test('ends with its last time, however many were missed', () => {
    const thrice = every('FREQ=DAILY;COUNT=3', '2026-11-23')
    expect(next(thrice, '2026-11-24')).toBe('2026-11-25')
    expect(next(thrice, '2026-11-25')).toBeUndefined()
    expect(next(thrice, '2026-11-23', '2026-11-25')).toBeUndefined()
    expect(next({ ...thrice, missed: 'each' }, '2026-11-23', '2026-11-25')).toBe('2026-11-24')
  })

  test('ends on its last day, that day included', () => {
    const mondays = every('FREQ=WEEKLY;UNTIL=20261207', '2026-11-23')
    expect(next(mondays, '2026-11-30')).toBe('2026-12-07')
    expect(next(mondays, '2026-12-07')).toBeUndefined()
  })

  test('leaves out the days that were taken out, and counts them', () => {
    const rule = every('FREQ=DAILY;COUNT=4\nEXDATE;VALUE=DATE:20261124', '2026-11-23')
    expect(occurrences(rule, '2026-11-23', 9)).toEqual(['2026-11-23', '2026-11-25', '2026-11-26'])
    expect(next(rule, '2026-11-23')).toBe('2026-11-25')
  })

  test('leaves the recurrence as it was', () => {
    expect(nextDue(daily, { due: '2026-11-23', done: '2026-11-23' })?.recurrence).toEqual(daily)
  })
})

describe('the next day, from the day it was done', () => {
  const from = (rrule: string) => every(rrule, '2026-11-02', { mode: 'completion' })

  test.each([
    ['every! 2 weeks, done on Wednesday', 'FREQ=WEEKLY;INTERVAL=2', '2026-11-23', '2026-11-25', '2026-12-09'],
    ['every! 3 days, done late', 'FREQ=DAILY;INTERVAL=3', '2026-11-23', '2026-11-28', '2026-12-01'],
    ['every! 3 days, done early', 'FREQ=DAILY;INTERVAL=3', '2026-11-28', '2026-11-23', '2026-11-26'],
    ['every! month, done on the 31st', 'FREQ=MONTHLY', '2026-01-30', '2026-01-31', '2026-02-28'],
    ['every! year, done on 29 February', 'FREQ=YEARLY', '2028-02-01', '2028-02-29', '2029-02-28'],
    ['every! mon, fri, done late', 'FREQ=WEEKLY;BYDAY=MO,FR', '2026-11-23', '2026-11-25', '2026-11-27'],
    ['every! mon, fri, done early', 'FREQ=WEEKLY;BYDAY=MO,FR', '2026-11-27', '2026-11-25', '2026-11-30'],
    ['every! 15th, done early', 'FREQ=MONTHLY;BYMONTHDAY=15', '2026-12-15', '2026-12-10', '2027-01-15'],
    ['every! 3 months on the 15th', 'FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15', '2026-01-15', '2026-02-20', '2026-05-15'],
  ])('%s', (_, rrule, due, done, expected) => expect(next(from(rrule), due, done)).toBe(expected))

  test('a number of times becomes one less each time, and then it ends', () => {
    const first = nextDue(from('FREQ=DAILY;INTERVAL=2;COUNT=3'), { due: '2026-11-02', done: '2026-11-05' })!
    expect([first.day, first.recurrence.anchor, first.recurrence.rule.count]).toEqual(['2026-11-07', '2026-11-07', 2])
    const second = nextDue(first.recurrence, { due: first.day, done: '2026-11-07' })!
    expect([second.day, second.recurrence.rule.count]).toEqual(['2026-11-09', 1])
    expect(nextDue(second.recurrence, { due: second.day, done: second.day })).toBeUndefined()
  })

  test('ends on its last day, and leaves out the days that were taken out', () => {
    const until = from('FREQ=DAILY;INTERVAL=2;UNTIL=20261110')
    expect(next(until, '2026-11-06', '2026-11-08')).toBe('2026-11-10')
    expect(next(until, '2026-11-06', '2026-11-09')).toBeUndefined()
    expect(next(from('FREQ=DAILY;INTERVAL=2\nEXDATE:20261106T090000Z'), '2026-11-04')).toBe('2026-11-08')
  })
})

describe('the days to come', () => {
  test.each([
    ['from the one it is due on', 'schedule', 'FREQ=WEEKLY;BYDAY=FR', '2026-11-27', '2026-11-27 2026-12-04 2026-12-11'],
    ['put off, from that day on', 'schedule', 'FREQ=WEEKLY;BYDAY=FR', '2026-11-30', '2026-11-30 2026-12-04 2026-12-11'],
    ['no more than there are', 'schedule', 'FREQ=WEEKLY;COUNT=5', '2026-11-30', '2026-11-30'],
    [
      'if each is done on its day',
      'completion',
      'FREQ=DAILY;INTERVAL=2;COUNT=2',
      '2026-11-30',
      '2026-11-30 2026-12-02',
    ],
  ] as const)('%s', (_, mode, rrule, due, expected) => {
    expect(comingDue(every(rrule, '2026-11-02', { mode }), due, 3)).toEqual(expected.split(' '))
  })
})

describe('what cannot be', () => {
  const rule = (more: Partial<Rule>): Rule => ({ freq: 'daily', interval: 1, ...more })

  test.each<[name: string, rule: Rule, sentence: RegExp]>([
    ['every 0 days', rule({ interval: 0 }), /from 1 to 1,000/],
    ['every billion days', rule({ interval: 1e9 }), /from 1 to 1,000/],
    ['half a day', rule({ interval: 0.5 }), /from 1 to 1,000/],
    ['not a number', rule({ interval: Number.NaN }), /from 1 to 1,000/],
    ['no times', rule({ count: 0 }), /from 1 to 1,000 times/],
    ['a billion times', rule({ count: 1e9 }), /from 1 to 1,000 times/],
    ['two ends', rule({ count: 2, until: '2027-01-01' }), /not both/],
    ['an end that is no day', rule({ until: '2027-02-30' }), /not in the calendar/],
    ['10,000 days left out', rule({ exdates: Array(10_000).fill('2027-01-01') }), /At most 500/],
    ['a day left out that is none', rule({ exdates: ['2027-02-30'] }), /not in the calendar/],
    ['a thousand dates', rule({ bymonthday: Array(1000).fill(1) }), /too many/],
    ['the 13th month', rule({ bymonth: [13] }), /months of a year/],
    ['the 32nd', rule({ bymonthday: [32] }), /days of a month/],
    ['the day 0', rule({ bymonthday: [0] }), /days of a month/],
    ['the 54th friday', rule({ freq: 'yearly', byday: [{ day: 'fr', nth: 54 }] }), /at most 53/],
    ['a 3rd friday of the week', rule({ freq: 'weekly', byday: [{ day: 'fr', nth: 3 }] }), /by month or by year/],
    ['a date of the week', rule({ freq: 'weekly', bymonthday: [3] }), /by day, by month or by year/],
    ['a 6th friday of a month', rule({ freq: 'monthly', byday: [{ day: 'fr', nth: 6 }] }), /at most 5/],
    ['30 February', rule({ freq: 'yearly', bymonth: [2], bymonthday: [30] }), /None of these months has a day 30/],
    ['31 April and June', rule({ freq: 'monthly', bymonth: [4, 6], bymonthday: [31] }), /has a day 31/],
  ])('%s', (_, rule, sentence) => expect(checkRule(rule)).toMatch(sentence))

  test('what never comes is refused when it is known where it begins, and quickly', () => {
    const never = 'There is no day on which this rule comes.'
    const [mondays, marches] = [
      rule({ interval: 7, byday: [{ day: 'mo' }] }),
      rule({ freq: 'monthly', interval: 12, bymonth: [3] }),
    ]
    expect(checkRule(mondays, '2026-11-24')).toBe(never)
    expect(checkRule(mondays, '2026-11-23')).toBeUndefined()
    expect(checkRule(marches, '0001-11-24')).toBe(never)
    expect(checkRule(rule({ exdates: ['2026-11-24'], until: '2026-11-24' }), '2026-11-24')).toBe(never)
    expect(checkRule(rule({ until: '2026-11-23' }), '2026-11-24')).toBe('This rule ends before it begins.')
    expect(checkRule(rule({ freq: 'weekly', byday: [{ day: 'mo' }] }), '9999-12-31')).toBe(never)
  })

  test('the calendar ends with the year 9999', () => {
    expect(next(every('FREQ=WEEKLY', '9999-12-31'), '9999-12-31')).toBeUndefined()
    expect(next(every('FREQ=YEARLY;INTERVAL=1000', '9000-01-01', { mode: 'completion' }), '9000-01-01')).toBeUndefined()
    expect(days('FREQ=DAILY', '9999-12-30', 5)).toBe('9999-12-30 9999-12-31')
    expect(days('FREQ=WEEKLY;BYMONTH=12;WKST=SU', '9999-12-31', 5)).toBe('9999-12-31')
    expect(days('FREQ=WEEKLY;BYMONTH=1;WKST=SU', '0001-01-01', 1)).toBe('0001-01-01')
  })

  test('no rule looks for ever, and none gives more than a thousand days', () => {
    expect(occurrences(every('FREQ=DAILY', '0001-01-01'), '2026-11-23', 1e9)).toHaveLength(1000)
    expect(occurrences(every('FREQ=DAILY', '0001-01-01'), '2026-11-23', 1)).toEqual(['2026-11-23'])
    expect(occurrences(every('FREQ=YEARLY;COUNT=1000;BYDAY=53MO', '0001-01-01'), '5700-01-01', 1)).toEqual([])
  })
})

describe('what is stored', () => {
  const stored = { rule: { freq: 'daily', interval: 1 }, anchor: '2026-11-23', mode: 'schedule', missed: 'skip' }
  const read = (change: object) => parseRecurrence(JSON.stringify({ ...stored, ...change }))

  test('is read', () => expect(read({})).toEqual(stored as Recurrence))

  test.each([
    ['no rule', { rule: undefined }],
    ['another frequency', { rule: { freq: 'hourly', interval: 1 } }],
    ['an interval in words', { rule: { freq: 'daily', interval: '1' } }],
    ['an interval too large', { rule: { freq: 'daily', interval: 1001 } }],
    ['days that are none', { rule: { freq: 'weekly', interval: 1, byday: [{ day: 'xx' }] } }],
    ['days that are no list', { rule: { freq: 'weekly', interval: 1, byday: 'mo' } }],
    ['an anchor that is no day', { anchor: '2026-02-30' }],
    ['another mode', { mode: 'never' }],
    ['another way with missed days', { missed: '' }],
    ['subtasks that are kept and not kept', { keepsSubtasks: false }],
  ])('but not with %s', (_, change) => expect(read(change)).toBeUndefined())

  test.each(['', '{', 'null', '[]', '1', '"every day"', '{"rule":null}', `{"rule":${'['.repeat(40_000)}`])(
    'nor %p',
    (text) => {
      expect(parseRecurrence(text)).toBeUndefined()
    },
  )

  test('what nobody knows is left behind', () => {
    expect(read({ more: 1, rule: { ...stored.rule, more: 2, byday: [] } })).toEqual(stored as Recurrence)
  })
})

test('a day later, once more: no day is left out and none comes twice', () => {
  const rule = every('FREQ=MONTHLY;BYMONTHDAY=-1,31,15;BYDAY=MO,WE,FR', '2026-01-01')
  const all = occurrences(rule, '2026-01-01', 50)
  for (const [i, day] of all.slice(0, -1).entries()) {
    expect(next(rule, day)).toBe(all[i + 1]!)
    expect(next(rule, addDays(all[i + 1]!, -1))).toBe(all[i + 1]!)
  }
})
