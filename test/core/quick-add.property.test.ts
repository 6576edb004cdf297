import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { WordContext } from '#core/date-words.ts'
import { readDay } from '#core/date-words.ts'
import { addDays, isDay, isTime, WEEKDAYS } from '#core/days.ts'
import { parseQuickAdd, type QuickAdd } from '#core/quick-add.ts'
import { renderQuickAdd } from '#core/quick-add-text.ts'
import { type Recurrence, recurrenceText } from '#core/recurrence.ts'
import { readRule } from '#core/rule-reader.ts'
import { ruleInWords } from '#core/rule-words.ts'
import { en } from '#core/vocabulary/en.ts'

const context: fc.Arbitrary<WordContext> = fc.record({
  today: fc.integer({ min: 0, max: 36_000 }).map((days) => addDays('2000-01-01', days)),
  now: fc.integer({ min: 0, max: 1439 }).map((minute) => clock(minute)),
  order: fc.constantFrom('dmy', 'mdy', 'ymd'),
  weekStart: fc.constantFrom('monday', 'saturday', 'sunday'),
})

const clock = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')

/** Lines made of what the reader knows, of what looks like it, and of anything at all. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(en.words)) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...'#Home #"Big one" @phone +ana /Later p1 p3 !2 !30min {friday} {27 jan} 27.1. 5/1 2027-05-01 2019-01-01 9 15:00 3pm'.split(
        ' ',
      ),
      ...'// "a b" " \\ \\tomorrow \\\\at mon,fri every! 3rd 27th for 2h 45min 1st, - – : , ; . 9/11 The Buy milk Tomorrow I’m'.split(
        ' ',
      ),
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom('\ud83d', '\udca9', '\u200f', '\u200b', '\u2066', '\ufeff', '🛒', '\u0000') },
)
const blank = fc.constantFrom(' ', ' ', ' ', ' ', '  ', '\t', '\n', '\u00a0', '\u2028', ', ')
const line = fc
  .array(fc.tuple(word, blank), { maxLength: 14 })
  .map((pieces) => pieces.map(([text, between]) => text + between).join(''))
const anything = fc.oneof(line, line, fc.string({ maxLength: 60, unit: 'binary' }), fc.string({ maxLength: 60 }))

const RUNS = { numRuns: 1000 }

/** As the server keeps a title. */
const inOneLine = (text: string): string =>
  text
    .split(/[\n\r\t\u2028\u2029]+/)
    .map((part) => part.trim())
    .join(' ')
    .trim()

const withoutBlanks = (text: string): string => text.replaceAll(/\s/g, '')

test('what is outside the spans is the title, to the last character', () => {
  fc.assert(
    fc.property(anything, context, (text, context) => {
      const { spans, title } = parseQuickAdd(text, context)
      let outside = ''
      let done = 0
      for (const { start, end } of spans) {
        outside += text.slice(done, start)
        done = end
      }
      outside += text.slice(done)
      expect(withoutBlanks(title)).toBe(withoutBlanks(outside))
      expect(title).toBe(inOneLine(title))
      if (spans.length === 0) expect(title).toBe(inOneLine(text))
    }),
    RUNS,
  )
})

test('spans stand in order, one after another, within the text, at the edges of words', () => {
  fc.assert(
    fc.property(anything, context, (text, context) => {
      const { spans } = parseQuickAdd(text, context)
      let done = 0
      for (const { start, end, kind } of spans) {
        expect(start).toBeGreaterThanOrEqual(done)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(text.length)
        if (kind !== 'literal') expect(end === text.length || /\s/.test(text[end]!)).toBe(true)
        done = end
      }
    }),
    RUNS,
  )
})

test('a title is never empty where the text is not', () => {
  fc.assert(
    fc.property(anything, context, (text, context) => {
      const { title, spans } = parseQuickAdd(text, context)
      expect(title === '').toBe(text.trim() === '')
      if (spans.length > 0) expect(title).toMatch(/[\p{L}\p{N}\p{So}\p{Sc}]/u)
    }),
    RUNS,
  )
})

test('who rejects everything has the text as the title', () => {
  fc.assert(
    fc.property(anything, context, (text, context) => {
      const all = parseQuickAdd(text, context).spans.map(({ start, end }) => `${start}-${end}`)
      expect(parseQuickAdd(text, context, all)).toEqual({ title: inOneLine(text), spans: [], labels: [] })
    }),
    RUNS,
  )
})

test('who rejects one thing keeps the others', () => {
  fc.assert(
    fc.property(anything, context, fc.nat(20), (text, context, which) => {
      const { spans } = parseQuickAdd(text, context)
      const rejected = spans[which % Math.max(1, spans.length)]
      fc.pre(rejected !== undefined)
      const rest = parseQuickAdd(text, context, [`${rejected!.start}-${rejected!.end}`]).spans
      expect(rest).toEqual(spans.filter((span) => span !== rejected))
    }),
    RUNS,
  )
})

test('a line that is written again reads the same, to whoever reads it', () => {
  const same = { today: '2000-01-01', now: '00:00', order: 'dmy', weekStart: 'monday' } as const
  // A backslash at the end of a name must not fall upon the quotation mark.
  const line = parseQuickAdd('monday #"Big \\ " @"so \\ "', same)
  expect([line.list, ...line.labels]).toEqual(['Big \\', 'so \\'])
  expect(meaning(parseQuickAdd(renderQuickAdd(line), same))).toEqual(meaning(line))
  fc.assert(
    fc.property(anything, context, fc.constantFrom('dmy', 'mdy', 'ymd'), (text, context, order) => {
      const line = parseQuickAdd(text, context)
      expect(meaning(parseQuickAdd(renderQuickAdd(line), { ...context, order }))).toEqual(meaning(line))
    }),
    RUNS,
  )
})

test('days and times are those of the calendar, and none that nobody named is in the past', () => {
  fc.assert(
    fc.property(line, context, (text, context) => {
      const { dueDay, dueTime, startDay, deadlineDay, recurrence } = parseQuickAdd(text, context)
      for (const day of [dueDay, startDay, deadlineDay, recurrence?.anchor])
        expect(day === undefined || isDay(day)).toBe(true)
      expect(dueTime === undefined || isTime(dueTime)).toBe(true)
      if (!/\d{4}/.test(text)) for (const day of [dueDay, startDay]) expect((day ?? '9') >= context.today).toBe(true)
    }),
    RUNS,
  )
})

test('anything at all can be read as a day or a rule, or is none', () => {
  fc.assert(
    fc.property(anything, context, (text, context) => {
      const day = readDay(text, context)
      const rule = readRule(text, context)
      expect(day === undefined || isDay(day.day)).toBe(true)
      expect(rule === undefined || isDay(rule.anchor)).toBe(true)
    }),
    RUNS,
  )
})

test('very long and hostile lines are read, or left alone', () => {
  const hostile = [
    'every '.repeat(11_000),
    '#"'.repeat(32_000),
    '"'.repeat(64_000),
    '"a '.repeat(21_000),
    '{'.repeat(64_000),
    '{friday '.repeat(8000),
    ','.repeat(64_000),
    'mon,'.repeat(16_000),
    '// '.repeat(21_000),
    '\\'.repeat(64_000),
    '!!!!!!!!!x '.repeat(5000),
    `${'!'.repeat(1999)}x`,
    'at 9 on in the end of '.repeat(3000),
    'every 1st and 2nd, last '.repeat(80),
    `${'tomorrow at 9 p1 '.repeat(110)}`,
    `${' '.repeat(64_000)}tomorrow`,
    `Buy milk // ${'x'.repeat(64_000)}`,
  ]
  for (const text of hostile) {
    const { title, notes = '' } = parseQuickAdd(text, {
      today: '2026-11-23',
      now: '10:00',
      order: 'dmy',
      weekStart: 'monday',
    })
    expect(title.length + notes.length).toBeGreaterThan(0)
  }
  expect(parseQuickAdd(hostile.at(-1)!, CONTEXT).notes?.length).toBe(64_000)
})

const CONTEXT: WordContext = { today: '2026-11-23', now: '10:00', order: 'dmy', weekStart: 'monday' }

/** Rules of every kind that there are words for. */
const weekday = fc.constantFrom(...WEEKDAYS)
const nth = fc.constantFrom(1, 2, 3, 4, 5, -1, -2, -3)
const date = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -5, max: -1 }))
const interval = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1000 }))
const some = <T>(one: fc.Arbitrary<T>) => fc.uniqueArray(one, { minLength: 1, maxLength: 4 })
const rule = fc.oneof(
  fc.record({ freq: fc.constantFrom('daily', 'weekly', 'monthly', 'yearly'), interval }),
  fc.record({
    freq: fc.constant('weekly'),
    interval,
    byday: some(weekday).map((days) => days.map((day) => ({ day }))),
  }),
  fc.record({ freq: fc.constant('monthly'), interval, bymonthday: some(date) }),
  fc.record({
    freq: fc.constant('monthly'),
    interval,
    byday: fc.uniqueArray(fc.record({ day: weekday, nth }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ day, nth }) => day + nth,
    }),
  }),
  fc.record({
    freq: fc.constant('yearly'),
    interval,
    bymonth: some(fc.integer({ min: 1, max: 12 })),
    bymonthday: fc.integer({ min: 1, max: 28 }).map((date) => [date]),
  }),
  fc.record({
    freq: fc.constant('yearly'),
    interval,
    bymonth: fc.integer({ min: 1, max: 12 }).map((month) => [month]),
    byday: fc.record({ day: weekday, nth: fc.constantFrom(1, 2, 3, 4, -1) }).map((day) => [day]),
  }),
)
const end = fc.oneof(
  fc.constant({}),
  fc.integer({ min: 1, max: 1000 }).map((count) => ({ count })),
  fc.integer({ min: 40_000, max: 60_000 }).map((days) => ({ until: addDays('2026-11-23', days) })),
)

test('a rule in words is read as the rule that it was', () => {
  fc.assert(
    fc.property(rule, end, fc.constantFrom('schedule', 'completion'), (rule, end, mode) => {
      const first = { rule: { ...rule, ...end }, anchor: '2026-11-23', mode, missed: 'skip' } as Recurrence
      const read = readRule(ruleInWords(first), CONTEXT)
      expect(read && recurrenceText({ ...read, anchor: first.anchor })).toBe(recurrenceText(first))
    }),
    RUNS,
  )
})

const meaning = ({ spans: _, ...line }: QuickAdd) => line
