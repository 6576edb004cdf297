import { describe, expect, test } from 'bun:test'
import { Refusal } from '#core/refusal.ts'
import { fromRRule, toRRule } from '#core/rrule.ts'

const anchor = '2026-11-23'

describe('an RRULE', () => {
  test.each([
    ['FREQ=DAILY', 'RRULE:FREQ=DAILY'],
    ['rrule:freq=weekly;interval=2;byday=fr,mo', 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR'],
    ['RRULE:INTERVAL=1;WKST=MO;FREQ=DAILY', 'RRULE:FREQ=DAILY'],
    ['FREQ=MONTHLY;BYDAY=+3FR,-1FR', 'RRULE:FREQ=MONTHLY;BYDAY=3FR,-1FR'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1,15,15', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=15,-1'],
    ['FREQ=MONTHLY;BYMONTHDAY=31', 'RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD'],
    ['RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=BACKWARD', undefined],
    ['FREQ=DAILY;UNTIL=20270101', 'RRULE:FREQ=DAILY;UNTIL=20270101'],
    ['FREQ=DAILY;UNTIL=20270101T120000Z', 'RRULE:FREQ=DAILY;UNTIL=20270101'],
    ['FREQ=DAILY;UNTIL=20270101T120000', 'RRULE:FREQ=DAILY;UNTIL=20270101'],
    ['RRULE:FREQ=DAILY;COUNT=5\r\nEXDATE;TZID=Europe/Berlin:20261201T090000,20261130T090000\r\n', undefined],
    ['RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20261130\nEXDATE:20261201', undefined],
    ['RRULE:FREQ=WEEKLY;BY\r\n DAY=MO', 'RRULE:FREQ=WEEKLY;BYDAY=MO'],
  ])('%p', (text, expected) => {
    const written = toRRule(fromRRule(text, anchor))
    expect(toRRule(fromRRule(written, anchor))).toBe(written)
    if (expected) expect(written).toBe(expected)
  })

  test('says SKIP only where a month may not have the date', () => {
    expect(toRRule(fromRRule('FREQ=MONTHLY', '2026-01-28'))).toBe('RRULE:FREQ=MONTHLY')
    expect(toRRule(fromRRule('FREQ=MONTHLY', '2026-01-31'))).toBe('RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD')
    expect(toRRule(fromRRule('FREQ=MONTHLY;BYDAY=1FR', '2026-01-31'))).toBe('RRULE:FREQ=MONTHLY;BYDAY=1FR')
  })

  test('days left out are a line of their own', () => {
    expect(toRRule(fromRRule('FREQ=DAILY\nEXDATE:20261130,20261125', anchor))).toBe(
      'RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20261125,20261130',
    )
  })

  test.each([
    ['the end of a day in Los Angeles', '20261231T075959Z', 'America/Los_Angeles', '18:00', '2026-12-30'],
    ['the end of a day in Auckland', '20261231T105959Z', 'Pacific/Auckland', '18:00', '2026-12-31'],
    ['a moment before it is due', '20261231T165959Z', 'Europe/Berlin', '18:00', '2026-12-30'],
    ['the moment at which it is due', '20261231T170000Z', 'Europe/Berlin', '18:00', '2026-12-31'],
    ['a time without a zone', '20261231T170000', 'Europe/Berlin', '18:00', '2026-12-30'],
    ['a day', '20261231', 'Europe/Berlin', '18:00', '2026-12-31'],
  ])('ends by the clock of the task: %s', (_, until, zone, time, day) => {
    expect(fromRRule(`FREQ=DAILY;UNTIL=${until}`, anchor, { zone, time }).rule.until).toBe(day)
  })
})

describe('what is refused', () => {
  test.each([
    ['', /^This is not a rule/],
    ['every day', /^This is not a rule/],
    ['FREQ', /^This is not a rule/],
    ['EXDATE:20261123', /^This is not a rule/],
    ['RRULE:', /^This is not a rule/],
    ['INTERVAL=2', /does not say how often/],
    ['FREQ=FORTNIGHTLY', /does not say how often/],
    ['FREQ=SECONDLY', /once a day at the most/],
    ['FREQ=DAILY;FREQ=DAILY', /says FREQ twice/],
    ['RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY', /one rule only/],
    ['FREQ=DAILY;BYSETPOS=1', /BYSETPOS, which cannot be kept/],
    ['FREQ=DAILY;BYHOUR=9', /BYHOUR, which cannot be kept/],
    ['FREQ=YEARLY;BYWEEKNO=1', /BYWEEKNO, which cannot be kept/],
    ['FREQ=DAILY;X-NAME=1', /X-NAME, which cannot be kept/],
    ['RSCALE=CHINESE;FREQ=YEARLY', /other calendars/],
    ['RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD', /moved to its last day/],
    ['FREQ=DAILY;INTERVAL=0', /from 1 to 1,000/],
    ['FREQ=DAILY;INTERVAL=1000000000', /from 1 to 1,000/],
    ['FREQ=DAILY;INTERVAL=99999999999999999999', /not a whole number/],
    ['FREQ=DAILY;INTERVAL=1e3', /not a whole number/],
    ['FREQ=DAILY;COUNT=1000000000', /from 1 to 1,000 times/],
    ['FREQ=DAILY;COUNT=-1', /from 1 to 1,000 times/],
    ['FREQ=DAILY;COUNT=2;UNTIL=20270101', /not both/],
    ['FREQ=DAILY;UNTIL=20270230', /is not a day/],
    ['FREQ=DAILY;UNTIL=tomorrow', /is not a day/],
    ['FREQ=DAILY;UNTIL=20200101', /ends before it begins/],
    ['FREQ=WEEKLY;BYDAY=XX', /not a day of the week/],
    ['FREQ=WEEKLY;BYDAY=3FR', /by month or by year/],
    ['FREQ=MONTHLY;BYDAY=0FR', /at most/],
    ['FREQ=MONTHLY;BYMONTHDAY=32', /days of a month/],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', /None of these months has a day 30/],
    [`FREQ=DAILY\nEXDATE:${Array(501).fill('20270101').join()}`, /At most 500/],
    [`FREQ=DAILY\nEXDATE:${Array(10_000).fill('20270101').join()}`, /too long/],
    [`FREQ=DAILY;${'X'.repeat(100_000)}`, /too long/],
  ])('%#', (text, sentence) => {
    const said = () => fromRRule(text, anchor)
    expect(said).toThrow(Refusal)
    expect(said).toThrow(sentence)
  })

  test('an anchor that is no day', () => {
    expect(() => fromRRule('FREQ=DAILY', '2026-02-30')).toThrow('not in the calendar')
    expect(() => fromRRule('FREQ=DAILY;BYMONTH=1', '9999-12-31')).toThrow('There is no day on which this rule comes.')
  })
})
