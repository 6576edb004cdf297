import { describe, expect, test } from 'bun:test'
import { parseRecurrence, recurrenceText } from '#core/recurrence.ts'
import { fromRRule, toRRule } from '#core/rrule.ts'
import { type Dated, recurrenceInText, repeatAfter, type Wish } from '#features/tasks/repeating.ts'

// The first of May 2026 is a Friday.
const NOON = new Date('2026-05-01T12:00:00Z')
const ana = { zone: 'Europe/Berlin', day_starts: '00:00', date_order: 'dmy', week_start: 'monday' } as const
const fresh: Dated = { due_day: null, due_time: null, due_zone: null, recurrence: null }

/** What is written, with the rule as an RRULE. */
function written(text: string, task: Partial<Dated> = {}, wish: Partial<Wish> = {}) {
  const { recurrence, ...dates } = repeatAfter({ ...fresh, ...task }, { text, ...wish }, ana, NOON)
  const stored = parseRecurrence(recurrence ?? '')
  return { ...dates, anchor: stored?.anchor, rule: stored && toRRule(stored).slice('RRULE:'.length) }
}

const stored = (rrule: string, anchor: string, rest: object = {}) =>
  recurrenceText({ ...fromRRule(rrule, anchor), ...rest })

describe('a task begins to repeat', () => {
  test.each([
    ['every day', '2026-05-01', 'FREQ=DAILY'],
    ['every 3rd friday', '2026-05-15', 'FREQ=MONTHLY;BYDAY=3FR'],
    ['every mon, fri', '2026-05-01', 'FREQ=WEEKLY;BYDAY=MO,FR'],
    ['every last day', '2026-05-31', 'FREQ=MONTHLY;BYMONTHDAY=-1'],
    ['FREQ=WEEKLY;BYDAY=TU', '2026-05-05', 'FREQ=WEEKLY;BYDAY=TU'],
    ['RRULE:FREQ=WEEKLY;BYDAY=TU', '2026-05-05', 'FREQ=WEEKLY;BYDAY=TU'],
    ['every week until 1 june', '2026-05-01', 'FREQ=WEEKLY;UNTIL=20260601'],
  ])('%s: from %s on', (text, day, rule) => expect(written(text)).toEqual({ due_day: day, anchor: day, rule }))

  test('on the day when it is due, if the rule comes on it, else on the next one', () => {
    expect(written('every month', { due_day: '2026-05-31' })).toMatchObject({
      due_day: '2026-05-31',
      anchor: '2026-05-31',
    })
    expect(written('every fri', { due_day: '2026-06-01' })).toMatchObject({
      due_day: '2026-06-05',
      anchor: '2026-06-05',
    })
  })

  test('at the time that the words say: one that has passed is tomorrow’s, in the zone of the person', () => {
    expect(written('every day at 18:00')).toMatchObject({ due_day: '2026-05-01', due_time: '18:00' })
    expect(written('every day at 13:00')).toMatchObject({ due_day: '2026-05-02', due_time: '13:00' })
    expect(written('every day at 13:00', { due_day: '2026-05-01' })).toMatchObject({ due_day: '2026-05-01' })
  })

  test('ends by its own clock', () => {
    const task = { due_day: '2026-05-01', due_time: '18:00', due_zone: 'America/New_York' }
    expect(written('FREQ=DAILY;UNTIL=20260601T000000Z', task).rule).toBe('FREQ=DAILY;UNTIL=20260531')
  })

  test.each(['sometimes', 'every', 'every 30 february', `every day ${'and '.repeat(500)}`])('not with %p', (text) => {
    expect(() => written(text)).toThrow('do not say how often')
  })

  test('not with a rule that cannot be', () => {
    expect(() => written('FREQ=DAILY;COUNT=1000000000')).toThrow('from 1 to 1,000 times')
    expect(() => written('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30')).toThrow('None of these months has a day 30')
    expect(() => written('every day', {}, { end: { until: '2026-04-30' } })).toThrow('ends before it begins')
  })

  test('and with nothing it does not repeat', () => {
    expect(repeatAfter({ ...fresh, recurrence: 'x' }, { text: ' ' }, ana, NOON)).toEqual({ recurrence: null })
  })
})

describe('a rule that is changed', () => {
  const monthly = { due_day: '2026-06-30', recurrence: stored('FREQ=MONTHLY', '2026-01-31') }

  test('keeps its anchor while its days stay the same: the 31st stays the 31st', () => {
    expect(written('every month', monthly)).toMatchObject({ anchor: '2026-01-31', due_day: '2026-06-30' })
    expect(written('every month until 1 may 2027', monthly)).toMatchObject({ anchor: '2026-01-31' })
    expect(written('every 2 months', monthly)).toMatchObject({ anchor: '2026-06-30' })
  })

  test('and the day to which it was put off', () => {
    const off = { due_day: '2026-05-04', recurrence: stored('FREQ=WEEKLY;INTERVAL=2', '2026-05-01') }
    expect(written('every 2 weeks', off)).toMatchObject({ anchor: '2026-05-01', due_day: '2026-05-04' })
  })

  test('counts anew when its count is changed', () => {
    const counted = { due_day: '2026-05-04', recurrence: stored('FREQ=DAILY;COUNT=9', '2026-05-01') }
    expect(written('every day 9 times', counted)).toMatchObject({ anchor: '2026-05-01' })
    expect(written('every day 5 times', counted)).toMatchObject({ anchor: '2026-05-04', rule: 'FREQ=DAILY;COUNT=5' })
  })

  test('keeps what words do not say', () => {
    const was = stored('FREQ=DAILY\nEXDATE:20260506', '2026-05-01', { missed: 'each', keepsSubtasks: true })
    const { recurrence } = repeatAfter({ ...fresh, recurrence: was }, { text: 'every day' }, ana, NOON)
    expect(recurrence).toBe(was)
    const other = repeatAfter({ ...fresh, recurrence: was }, { text: 'every 2 days' }, ana, NOON)
    expect(parseRecurrence(other.recurrence ?? '')).toMatchObject({ missed: 'each', keepsSubtasks: true })
    expect(parseRecurrence(other.recurrence ?? '')?.rule.exdates).toBeUndefined()
  })

  test('becomes what the person chose', () => {
    const chosen = { mode: 'completion', missed: 'each', keepsSubtasks: true, end: { count: 3 } } as const
    const { recurrence } = repeatAfter(fresh, { text: 'every day', ...chosen }, ana, NOON)
    expect(parseRecurrence(recurrence ?? '')).toEqual({
      rule: { freq: 'daily', interval: 1, count: 3 },
      anchor: '2026-05-01',
      mode: 'completion',
      missed: 'each',
      keepsSubtasks: true,
    })
  })
})

describe('in one line', () => {
  test.each([
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'every 2 weeks on mon'],
    ['FREQ=DAILY;UNTIL=20270501', 'every day until 1 may 2027'],
    ['FREQ=DAILY\nEXDATE:20260506', 'every day'],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR'],
    ['FREQ=MONTHLY;BYMONTHDAY=-3', 'every 3rd to last day'],
    ['FREQ=WEEKLY;INTERVAL=2;WKST=SU', 'RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU'],
  ])('%p is %p', (rrule, text) => {
    const recurrence = fromRRule(rrule, '2026-05-01')
    expect(recurrenceInText(recurrence, ana)).toBe(text)
    const task = { ...fresh, due_day: '2026-05-01', recurrence: recurrenceText(recurrence) }
    expect(repeatAfter(task, { text }, ana, NOON).recurrence).toBe(recurrenceText(recurrence))
  })
})
