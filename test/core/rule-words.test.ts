import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { addDays, WEEKDAYS } from '#core/days.ts'
import { checkRule, occurrences, type Recurrence, type Rule, recurrenceText } from '#core/recurrence.ts'
import { fromRRule } from '#core/rrule.ts'
import { readRule } from '#core/rule-reader.ts'
import { ruleInWords } from '#core/rule-words.ts'

describe('a rule in words', () => {
  test.each([
    ['FREQ=DAILY', 'every day'],
    ['FREQ=DAILY;INTERVAL=3', 'every 3 days'],
    ['FREQ=WEEKLY', 'every week'],
    ['FREQ=WEEKLY;INTERVAL=2', 'every 2 weeks'],
    ['FREQ=WEEKLY;BYDAY=FR,MO', 'every mon, fri'],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every weekday'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU', 'every 2 weeks on tue'],
    ['FREQ=MONTHLY', 'every month'],
    ['FREQ=MONTHLY;BYMONTHDAY=27', 'every 27th'],
    ['FREQ=MONTHLY;BYMONTHDAY=1,22,-1', 'every 1st, 22nd, last day'],
    ['FREQ=MONTHLY;BYMONTHDAY=11,12,13', 'every 11th, 12th, 13th'],
    ['FREQ=MONTHLY;BYMONTHDAY=-3', 'every 3rd to last day'],
    ['FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15', 'every 3 months on the 15th'],
    ['FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1', 'every 2 months on the last day'],
    ['FREQ=MONTHLY;BYDAY=3FR', 'every 3rd friday'],
    ['FREQ=MONTHLY;BYDAY=-1FR', 'every last friday'],
    ['FREQ=MONTHLY;BYDAY=1MO,3MO', 'every 1st monday, 3rd monday'],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'every 13th if it is a friday'],
    ['FREQ=YEARLY', 'every year'],
    ['FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27', 'every jan 27'],
    ['FREQ=YEARLY;INTERVAL=4;BYMONTH=1;BYMONTHDAY=27', 'every 4 years on jan 27'],
    ['FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1', 'every jan 1, jul 1'],
    ['FREQ=YEARLY;BYMONTH=6,7', 'every jun 23, jul 23'],
    ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', 'every 4th thursday of november'],
    ['FREQ=YEARLY;BYMONTH=3;BYDAY=TH', 'every thursday in march'],
    ['FREQ=YEARLY;BYDAY=20MO', 'every 20th monday of the year'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1', 'every last day of feb'],
    ['FREQ=DAILY;BYMONTH=1', 'every day in jan'],
    ['FREQ=DAILY;UNTIL=20270501', 'every day until 1 may 2027'],
    ['FREQ=WEEKLY;BYDAY=MO;COUNT=5', 'every mon 5 times'],
    ['FREQ=WEEKLY;UNTIL=99991231', 'every week until 9999-12-31'],
  ])('%s: %s', (rule, words) => expect(ruleInWords(fromRRule(rule, '2026-11-23'))).toBe(words))

  test('says when it is counted from the day it was done', () => {
    const recurrence = fromRRule('FREQ=WEEKLY;INTERVAL=2', '2026-11-23')
    expect(ruleInWords({ ...recurrence, mode: 'completion' })).toBe('every! 2 weeks')
  })
})

describe('what is said can be read', () => {
  const some = <T>(one: fc.Arbitrary<T>, most: number) => fc.uniqueArray(one, { minLength: 1, maxLength: most })
  const weekday = fc.constantFrom(...WEEKDAYS)
  const nth = fc.constantFrom(1, 2, 3, 4, 5, -1)
  const date = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant(-1))
  const numbered = fc.record({ day: weekday, nth })
  const days: fc.Arbitrary<Omit<Rule, 'interval'>> = fc.oneof(
    fc.constantFrom('daily', 'weekly', 'monthly', 'yearly').map((freq) => ({ freq })),
    some(weekday, 7).map((names) => ({ freq: 'weekly' as const, byday: names.map((day) => ({ day })) })),
    some(date, 4).map((bymonthday) => ({ freq: 'monthly' as const, bymonthday })),
    some(numbered, 3).map((byday) => ({ freq: 'monthly' as const, byday })),
    fc.tuple(numbered, fc.integer({ min: 1, max: 12 })).map(([by, month]) => ({
      freq: 'yearly' as const,
      byday: [by],
      bymonth: [month],
    })),
    fc.tuple(fc.integer({ min: 1, max: 28 }), some(fc.integer({ min: 1, max: 12 }), 3)).map(([one, bymonth]) => ({
      freq: 'yearly' as const,
      bymonthday: [one],
      bymonth,
    })),
  )
  const day = fc.integer({ min: 0, max: 20_000 }).map((count) => addDays('2000-01-01', count))
  const end = fc.oneof(
    fc.constant({}),
    fc.record({ count: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ until: day }),
  )
  const interval = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1000 }))

  test('as the same rule, from the same day on', () => {
    fc.assert(
      fc.property(days, interval, end, day, fc.boolean(), (parts, interval, end, anchor, isAfter) => {
        const rule: Rule = { ...parts, interval, ...end }
        fc.pre(checkRule(rule, anchor) === undefined)
        const mode = isAfter ? 'completion' : 'schedule'
        const recurrence: Recurrence = { rule, anchor, mode, missed: 'skip' }
        const [first = anchor] = occurrences(recurrence, anchor, 1)
        const read = readRule(ruleInWords(recurrence), {
          today: anchor,
          now: '00:00',
          order: 'dmy',
          weekStart: 'monday',
        })
        expect(read && recurrenceText({ ...read, anchor })).toBe(recurrenceText(recurrence))
        if (interval === 1) expect(read?.anchor).toBe(first)
      }),
      { numRuns: 3000 },
    )
  })
})
