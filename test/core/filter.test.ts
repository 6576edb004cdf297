import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  type Filter,
  filterText,
  isPlainWords,
  MOST_CHARACTERS,
  MOST_CONDITIONS,
  MOST_DEPTH,
  parseFilter,
  parseSearch,
} from '#core/filter.ts'

/** Friday, 1 May 2026. */
const context = { today: '2026-05-01', now: '12:00', order: 'dmy', weekStart: 'monday' } as const

const read = (text: string): Filter => {
  const answer = parseFilter(text, context)
  if ('problem' in answer) throw new Error(answer.problem)
  return answer.filter
}

describe('a filter is read as', () => {
  test.each<[written: string, read: string]>([
    // words that mean something when they stand alone
    ['today', 'today'],
    ['Today', 'today'],
    ['  TODAY  ', 'today'],
    ['tomorrow', 'tomorrow'],
    ['yesterday', 'yesterday'],
    ['overdue', 'overdue'],
    ['today | overdue', 'today | overdue'],
    ['today|overdue', 'today | overdue'],
    ['today || overdue', 'today | overdue'],
    ['no date', 'no date'],
    ['No   Due\tDate', 'no date'],
    ['no time', 'no time'],
    ['no start', 'no start'],
    ['no deadline', 'no deadline'],
    ['no label', 'no label'],
    ['no labels', 'no label'],
    ['no section', 'no section'],
    ['no priority', 'no priority'],
    ['no notes', 'no notes'],
    ['no assignee', 'no assignee'],
    ['unassigned', 'no assignee'],
    ['completed', 'completed'],
    ['cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['repeating', 'repeating'],
    ['recurring', 'repeating'],
    ['subtask', 'subtask'],
    ['subtasks', 'subtask'],
    ['next 7 days', 'next 7 days'],
    ['Next 1 day', 'next 1 day'],
    ['next 366 days', 'next 366 days'],
    // … and nothing when they stand in a sentence
    ['call today', 'call today'],
    ['next 0 days', 'next 0 days'],
    ['next 400 days', 'next 400 days'],
    ['no sugar', 'no sugar'],
    ['completed forms', 'completed forms'],
    ['today tomorrow', 'today tomorrow'],
    ['constructor', 'constructor'],
    ['hasOwnProperty', 'hasOwnProperty'],
    ['__proto__', 'text: __proto__'],
    // text
    ['milk', 'milk'],
    ['Oat milk', 'Oat milk'],
    ['oat\n milk', 'oat milk'],
    ['text: milk', 'milk'],
    ['text:milk', 'milk'],
    ['TEXT : milk', 'milk'],
    ['text: invoice & p1', 'invoice & p1'],
    ['text: today', 'text: today'],
    ['text: p1', 'text: p1'],
    ['text: due before: friday', 'text: due before: friday'],
    ['text: #42 @ home', 'text: #42 @ home'],
    ['text: !important', 'text: !important'],
    ['"today"', '"today"'],
    ['"oat  milk"', '"oat milk"'],
    ['"a & (b | !c)"', '"a & (b | !c)"'],
    ['text: "soy milk"', '"soy milk"'],
    ['"say \\"hi\\""', '"say \\"hi\\""'],
    ['"back\\\\slash"', '"back\\\\slash"'],
    ['“oat milk”', '"oat milk"'],
    ['„Hafermilch“', '"Hafermilch"'],
    ['milk "soy milk" bread', 'milk & "soy milk" & bread'],
    ['5" pipe', 'text: 5" pipe'],
    ['don’t', 'don’t'],
    ['100%', '100%'],
    ['%', 'text: %'],
    ['*', 'text: *'],
    ['-milk', 'text: -milk'],
    ['NEAR(a, b)', 'NEAR & a, b'],
    ['todo: milk', 'text: todo: milk'],
    ['http://example.com/a?b=c', 'text: http://example.com/a?b=c'],
    ['9/11 Report', '9/11 Report'],
    ['C++', 'C++'],
    ['R&D', 'R & D'],
    ['Done!', 'Done!'],
    ['salt + pepper', 'text: salt + pepper'],
    ['either / or', 'text: either / or'],
    ['ana@example.com', 'ana@example.com'],
    ['p5', 'p5'],
    ['p12', 'p12'],
    ['paprika', 'paprika'],
    ['اتصل بالبنك', 'اتصل بالبنك'],
    ['牛乳', '牛乳'],
    ['🛒 milk', 'text: 🛒 milk'],
    // names
    ['#Work', '#Work'],
    ['# Work', ''],
    ['#"Big project"', '#"Big project"'],
    ['#"Work"', '#Work'],
    ['##Work', '#Work'],
    ['#"#1 things"', '#"#1 things"'],
    ['#Work,', '#Work,'],
    ['#“Big project”', '#"Big project"'],
    ['#🛒', '#🛒'],
    ['#"a \\"b\\" c"', '#"a \\"b\\" c"'],
    ['@phone', '@phone'],
    ['@"at home"', '@"at home"'],
    ['@waiting-for', '@waiting-for'],
    ['/Backlog', '/Backlog'],
    ['/"In progress"', '/"In progress"'],
    ['+ana', '+ana'],
    ['+me', '+me'],
    ['+"Ana Maria"', '+"Ana Maria"'],
    // priorities
    ['p1', 'p1'],
    ['P2', 'p2'],
    ['p3 | p4', 'p3 | p4'],
    ['p1&@phone', 'p1 & @phone'],
    // together
    ['p1 & @phone', 'p1 & @phone'],
    ['p1 && @phone', 'p1 & @phone'],
    ['p1 @phone', 'p1 & @phone'],
    ['milk @shop p1', 'milk & @shop & p1'],
    ['invoice due before: friday', 'invoice & due before: friday'],
    ['#Work & !@waiting', '#Work & !@waiting'],
    ['#Work & ! @waiting', '#Work & !@waiting'],
    ['!!p1', 'p1'],
    ['!!!p1', '!p1'],
    ['!(!p1)', 'p1'],
    ['!today', '!today'],
    ['!oat milk', '!oat milk'],
    ['!(p1 | p2)', '!(p1 | p2)'],
    ['!(p1 & p2)', '!(p1 & p2)'],
    ['p1 | p2 & @phone', 'p1 | p2 & @phone'],
    ['(p1 | p2) & @phone', '(p1 | p2) & @phone'],
    ['(p1|p2)@phone', '(p1 | p2) & @phone'],
    ['((p1))', 'p1'],
    ['(p1 & (p2 & p3))', 'p1 & p2 & p3'],
    ['p1 | (p2 | p3)', 'p1 | p2 | p3'],
    ['(today | overdue) & #Work & !@waiting', '(today | overdue) & #Work & !@waiting'],
    ['(a | b) & (c | d & !(e | f))', '(a | b) & (c | d & !(e | f))'],
    // days
    ['due: today', 'due: today'],
    ['due:today', 'due: today'],
    ['due on: today', 'due: today'],
    ['DUE BEFORE: Tomorrow', 'due before: tomorrow'],
    ['due before:2026-05-04', 'due before: 2026-05-04'],
    ['due after: -7 days', 'due after: -7 days'],
    ['due after: yesterday p1', 'due after: yesterday & p1'],
    ['due before: +2 weeks | p1', 'due before: +2 weeks | p1'],
    ['due before: in 3 days', 'due before: in 3 days'],
    ['created after: -7 days', 'created after: -7 days'],
    ['created: yesterday', 'created: yesterday'],
    ['created before: 2 weeks ago', 'created before: 2 weeks ago'],
    ['deadline before: 2026-12-31', 'deadline before: 2026-12-31'],
    ['start after: today', 'start after: today'],
    ['completed: today', 'completed: today'],
    ['completed after: -30 days & #Work', 'completed after: -30 days & #Work'],
    ['milk due: today', 'milk & due: today'],
    ['!due before: today', '!due before: today'],
    ['(due: today)', 'due: today'],
    ['subdue: today', 'text: subdue: today'],
    ['due before: next week p1', 'due before: next week & p1'],
    ['due: 8 may | due: 9.5.', 'due: 8 may | due: 9.5.'],
    ['due: Saturday', 'due: saturday'],
  ])('%p: %p', (written, wanted) => {
    const answer = parseFilter(written, context)
    expect('problem' in answer ? '' : filterText(answer.filter)).toBe(wanted)
  })
})

describe('what stands in it', () => {
  test('days are read from today, and keep their words', () => {
    const day = (text: string) => read(`due: ${text}`)
    expect(day('tomorrow')).toEqual({ is: 'day', field: 'due', side: 'on', day: '2026-05-02', words: 'tomorrow' })
    const days = [
      'friday',
      'next week',
      '8/5',
      '2026-02-28',
      '-7 days',
      '+1 week',
      'in 10 days',
      '3 days ago',
      '2 weeks',
    ].map(day)
    expect(days.map((filter) => filter.is === 'day' && filter.day)).toEqual([
      '2026-05-08',
      '2026-05-04',
      '2026-05-08',
      '2026-02-28',
      '2026-04-24',
      '2026-05-08',
      '2026-05-11',
      '2026-04-28',
      '2026-05-15',
    ])
  })

  test('what stands side by side binds closer than “or”, and “not” closest', () => {
    expect(read('p1 | !p2 @a')).toEqual({
      is: 'or',
      of: [
        { is: 'priority', priority: 1 },
        {
          is: 'and',
          of: [
            { is: 'not', of: { is: 'priority', priority: 2 } },
            { is: 'label', name: 'a' },
          ],
        },
      ],
    })
  })

  test('names keep their capitals, their blanks and their signs', () => {
    expect(read('#"Big & (bad) project"')).toEqual({ is: 'list', name: 'Big & (bad) project' })
    expect([read('/Now').is, read('@x').is, read('+x').is]).toEqual(['section', 'label', 'person'])
  })

  test('only words without any sign are plain', () => {
    const texts = ['oat milk', 'today', '"milk"', 'milk p1', '!milk', '#Work']
    expect(texts.map((text) => isPlainWords(read(text)))).toEqual([true, false, false, false, false, false])
  })
})

describe('what cannot be read is said in a sentence, with the column', () => {
  test.each<[written: string, problem: string, column: number]>([
    ['', 'Write what to look for, for example “today | overdue”.', 1],
    [' \n ', 'Write what to look for, for example “today | overdue”.', 1],
    ['p1 &', 'Something at character 5 is missing: the filter ends there.', 5],
    ['p1 | ', 'Something at character 6 is missing: the filter ends there.', 6],
    ['!', 'Something at character 2 is missing: the filter ends there.', 2],
    ['& p1', 'The “&” at character 1 has nothing before it to go with.', 1],
    ['p1 & | p2', 'The “|” at character 6 has nothing before it to go with.', 6],
    ['p1 ! | p2', 'The “|” at character 6 has nothing before it to go with.', 6],
    ['()', 'The “)” at character 2 has nothing before it to go with.', 2],
    ['(p1', 'The “(” at character 1 is never closed: a “)” is missing.', 1],
    ['p1 & (p2 | (p3)', 'The “(” at character 6 is never closed: a “)” is missing.', 6],
    ['p1)', 'The “)” at character 3 has no “(” before it. In quotes it is looked for as it is: ")".', 3],
    [':-)', 'The “)” at character 3 has no “(” before it. In quotes it is looked for as it is: ")".', 3],
    ['"milk', 'The quote at character 1 is never closed.', 1],
    ['"', 'The quote at character 1 is never closed.', 1],
    ['milk & #"Big', 'The quote at character 9 is never closed.', 9],
    ['""', 'The quotes at character 1 have nothing between them.', 1],
    ['@" "', 'The quotes at character 2 have nothing between them.', 2],
    ['#', 'The “#” at character 1 lacks the name of a list behind it.', 1],
    ['p1 & @', 'The “@” at character 6 lacks the name of a label behind it.', 6],
    ['/ | p1', 'The “/” at character 1 lacks the name of a section behind it.', 1],
    ['milk & +', 'The “+” at character 8 lacks the name of a person behind it.', 8],
    ['due:', '“due:” at character 1 lacks a day behind it, for example “friday”.', 1],
    ['due before: & p1', '“due before:” at character 1 lacks a day behind it, for example “friday”.', 1],
    ['due: fridya', '“fridya” at character 6 does not begin with a day, for example “friday”.', 6],
    [
      'p1 & due before: 2026-02-30',
      '“2026-02-30” at character 18 does not begin with a day, for example “friday”.',
      18,
    ],
    ['due: +999999 weeks', '“+999999 weeks” at character 6 does not begin with a day, for example “friday”.', 6],
    ['due: friday at 9', '“friday at 9” at character 6 has a time in it, but a filter compares days.', 6],
    ['due: constructor', '“constructor” at character 6 does not begin with a day, for example “friday”.', 6],
    ['due befor: friday', '“befor” at character 5 is neither “before” nor “after”, which can follow “due”.', 5],
    ['milk created by: ana', '“by” at character 14 is neither “before” nor “after”, which can follow “created”.', 14],
    ['text:', '“text:” at character 1 lacks the words to look for behind it.', 1],
    ['text: | p1', '“text:” at character 1 lacks the words to look for behind it.', 1],
    ['😀😀 & due: x', '“x” at character 11 does not begin with a day, for example “friday”.', 11],
  ])('%p: %p', (written, problem, column) => expect(parseFilter(written, context)).toEqual({ problem, column }))

  test('a word of any length is named as far as a sentence can hold', () => {
    const { problem } = parseFilter(`due: ${'x'.repeat(1000)}`, context) as { problem: string }
    expect(problem).toBe(`“${'x'.repeat(40)}…” at character 6 does not begin with a day, for example “friday”.`)
  })
})

describe('what somebody looks for', () => {
  test.each<[written: string, words: string]>([
    ['blah(', 'blah'],
    ['blah)', 'blah'],
    ['milk :)', 'milk :'],
    ['call (home', 'call home'],
    ['f(x) g(', 'f x g'],
  ])('%p is words', (written, words) =>
    expect(parseSearch(written, context)).toEqual({ filter: { is: 'text', words } }),
  )

  test.each(['(p1', 'p1)', 'milk &', 'milk (@phone', '(due: friday', '(', '((((', '"milk', '#', '!', 'due: x)'])(
    '%p is meant as a filter, and refused as one',
    (written) => expect(parseSearch(written, context)).toEqual(parseFilter(written, context)),
  )
})

describe('its size has bounds', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}p1${')'.repeat(depth)}`

  test(`${MOST_DEPTH} levels and no more`, () => {
    expect(read(nested(MOST_DEPTH))).toEqual({ is: 'priority', priority: 1 })
    for (const depth of [MOST_DEPTH + 1, 500]) {
      expect(parseFilter(nested(depth), context)).toEqual({
        problem: 'The “(” at character 21 is nested too deep: 20 levels of ( … ) is the most.',
        column: 21,
      })
    }
  })

  test('any number of “not” is one or none', () => {
    expect(filterText(read(`${'!'.repeat(1001)}p1`))).toBe('!p1')
    expect(parseFilter('!('.repeat(500), context)).toMatchObject({ column: 42 })
  })

  test(`${MOST_CONDITIONS} conditions and no more`, () => {
    const many = (count: number) => Array.from({ length: count }, () => 'p1').join('|')
    expect(read(many(MOST_CONDITIONS))).toMatchObject({ is: 'or' })
    expect(parseFilter(many(MOST_CONDITIONS + 1), context)).toEqual({
      problem: 'The condition at character 301 is one too many: 100 is the most.',
      column: 301,
    })
  })

  test(`${MOST_CHARACTERS} characters and no more`, () => {
    expect(read('x'.repeat(MOST_CHARACTERS))).toMatchObject({ is: 'text' })
    for (const text of ['x'.repeat(MOST_CHARACTERS + 1), '('.repeat(100_000), 'due '.repeat(25_000)]) {
      expect(parseFilter(text, context)).toEqual({
        problem: 'This is too long: 2,000 characters is the most.',
        column: 1,
      })
    }
  })
})

describe('whatever somebody writes', () => {
  const sign = fc.constantFrom(...'&|!()"“”„#@/+:\\%*-^ \t', ' & ', ' | ')
  const piece = fc.constantFrom(
    ...['today', 'no', 'date', 'p1', 'due', 'before', 'text:', 'due before: ', 'created:', '-7 days', 'next 7 days'],
    ...['milk', 'Üben', '牛乳', '😀', '\ud800', '\0', '__proto__', '#Work', '@"at home"', 'completed'],
  )
  const anything = fc.oneof(
    fc.array(fc.oneof(sign, piece), { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(sign, { maxLength: 80 }).map((parts) => parts.join('')),
  )

  test('it is read, or refused at a column that is there; and what was read can be written and read again', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const answer = parseFilter(text, context)
        if ('problem' in answer) {
          expect(answer.problem).toEndWith('.')
          expect(answer.column).toBeGreaterThanOrEqual(1)
          expect(answer.column).toBeLessThanOrEqual([...text].length + 1)
        } else {
          expect(parseFilter(filterText(answer.filter), context)).toEqual(answer)
        }
      }),
      { numRuns: 5000 },
    )
  })

  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map(inOneLine).filter(Boolean)
  const leaf: fc.Arbitrary<Filter> = fc.oneof(
    fc.record({ is: fc.constantFrom('list', 'section', 'label', 'person'), name }),
    fc.record({ is: fc.constant('priority'), priority: fc.constantFrom(1, 2, 3, 4) }),
    fc.record({ is: fc.constant('next'), days: fc.integer({ min: 1, max: 366 }) }),
    fc.record({ is: fc.constant('word'), word: fc.constantFrom('today', 'no label', 'completed', 'subtask') }),
    fc.record({ is: fc.constant('text'), words: name, exact: fc.constant(true) }),
    fc.constantFrom(read('milk'), read('text: today'), read('text: !a @b'), read('due before: -7 days')),
  ) as fc.Arbitrary<Filter>
  const tree = fc.letrec<{ any: Filter }>((again) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      leaf,
      again('any').map((of): Filter => (of.is === 'not' ? of.of : { is: 'not', of })),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(again('any'), { minLength: 2, maxLength: 4 }))
        .map(([is, of]): Filter => ({ is, of: of.flatMap((part) => (part.is === is ? part.of : [part])) })),
    ),
  })).any

  test('every filter is what its text is read as', () => {
    fc.assert(
      fc.property(tree, (filter) => {
        const text = filterText(filter)
        fc.pre(text.length <= MOST_CHARACTERS)
        const answer = parseFilter(text, context)
        if ('problem' in answer) expect(answer.problem).toContain('too many')
        else expect(answer.filter).toEqual(filter)
      }),
      { numRuns: 2000 },
    )
  })
})

function inOneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ')
}
