import { describe, expect, test } from 'bun:test'
import type { Day } from '#core/days.ts'
import { occurrences } from '#core/recurrence.ts'
import { fromRRule } from '#core/rrule.ts'

// The examples of RFC 5545, section 3.8.5.3. All of them are at nine in the morning in New York.

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/** “1997 September 2, 4-6; October 7” as days. */
function daysOf(years: string[]): Day[] {
  return years.flatMap((line) => {
    const [year = '', ...months] = line.split(/ (?=[A-Z])|; /)
    return months.flatMap((text) => {
      const [name = '', dates = ''] = text.split(/ (.*)/)
      const month = String(MONTHS.indexOf(name) + 1).padStart(2, '0')
      return dates.split(', ').flatMap((range) => {
        const [from, to = from] = range.split('-').map(Number)
        return Array.from(
          { length: to! - from! + 1 },
          (_, i) => `${year}-${month}-${String(from! + i).padStart(2, '0')}`,
        )
      })
    })
  })
}

type Example = [name: string, from: Day, rules: string[], days: string[], goesOn?: 'and so on']

const DAILY: Example[] = [
  ['daily for 10 occurrences', '1997-09-02', ['FREQ=DAILY;COUNT=10'], ['1997 September 2-11']],
  [
    'daily until December 24, 1997',
    '1997-09-02',
    ['FREQ=DAILY;UNTIL=19971224T000000Z'],
    ['1997 September 2-30; October 1-31; November 1-30; December 1-23'],
  ],
  [
    'every other day',
    '1997-09-02',
    ['FREQ=DAILY;INTERVAL=2'],
    ['1997 September 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30; October 2, 4, 6'],
    'and so on',
  ],
  [
    'every 10 days, 5 occurrences',
    '1997-09-02',
    ['FREQ=DAILY;INTERVAL=10;COUNT=5'],
    ['1997 September 2, 12, 22; October 2, 12'],
  ],
  [
    'every day in January, for 3 years',
    '1998-01-01',
    [
      'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
      'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1',
    ],
    ['1998 January 1-31', '1999 January 1-31', '2000 January 1-31'],
  ],
]

const WEEKLY: Example[] = [
  [
    'weekly for 10 occurrences',
    '1997-09-02',
    ['FREQ=WEEKLY;COUNT=10'],
    ['1997 September 2, 9, 16, 23, 30; October 7, 14, 21, 28; November 4'],
  ],
  [
    'weekly until December 24, 1997',
    '1997-09-02',
    ['FREQ=WEEKLY;UNTIL=19971224T000000Z'],
    ['1997 September 2, 9, 16, 23, 30; October 7, 14, 21, 28; November 4, 11, 18, 25; December 2, 9, 16, 23'],
  ],
  [
    'every other week',
    '1997-09-02',
    ['FREQ=WEEKLY;INTERVAL=2;WKST=SU'],
    ['1997 September 2, 16, 30; October 14, 28; November 11, 25; December 9, 23', '1998 January 6, 20; February 3, 17'],
    'and so on',
  ],
  [
    'weekly on Tuesday and Thursday for five weeks',
    '1997-09-02',
    ['FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH', 'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH'],
    ['1997 September 2, 4, 9, 11, 16, 18, 23, 25, 30; October 2'],
  ],
  [
    'every other week on Monday, Wednesday, and Friday until December 24, 1997',
    '1997-09-01',
    ['FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR'],
    [
      '1997 September 1, 3, 5, 15, 17, 19, 29; October 1, 3, 13, 15, 17, 27, 29, 31; November 10, 12, 14, 24, 26, 28; December 8, 10, 12, 22',
    ],
  ],
  [
    'every other week on Tuesday and Thursday, for 8 occurrences',
    '1997-09-02',
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH'],
    ['1997 September 2, 4, 16, 18, 30; October 2, 14, 16'],
  ],
  [
    'where the week begins on Monday',
    '1997-08-05',
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO'],
    ['1997 August 5, 10, 19, 24'],
  ],
  [
    'and the same where it begins on Sunday',
    '1997-08-05',
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU'],
    ['1997 August 5, 17, 19, 31'],
  ],
]

const MONTHLY: Example[] = [
  [
    'monthly on the first Friday for 10 occurrences',
    '1997-09-05',
    ['FREQ=MONTHLY;COUNT=10;BYDAY=1FR'],
    [
      '1997 September 5; October 3; November 7; December 5',
      '1998 January 2; February 6; March 6; April 3; May 1; June 5',
    ],
  ],
  [
    'monthly on the first Friday until December 24, 1997',
    '1997-09-05',
    ['FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR'],
    ['1997 September 5; October 3; November 7; December 5'],
  ],
  [
    'every other month on the first and last Sunday for 10 occurrences',
    '1997-09-07',
    ['FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU'],
    ['1997 September 7, 28; November 2, 30', '1998 January 4, 25; March 1, 29; May 3, 31'],
  ],
  [
    'monthly on the second-to-last Monday for 6 months',
    '1997-09-22',
    ['FREQ=MONTHLY;COUNT=6;BYDAY=-2MO'],
    ['1997 September 22; October 20; November 17; December 22', '1998 January 19; February 16'],
  ],
  [
    'monthly on the third-to-the-last day',
    '1997-09-28',
    ['FREQ=MONTHLY;BYMONTHDAY=-3'],
    ['1997 September 28; October 29; November 28; December 29', '1998 January 29; February 26'],
    'and so on',
  ],
  [
    'monthly on the 2nd and 15th for 10 occurrences',
    '1997-09-02',
    ['FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15'],
    ['1997 September 2, 15; October 2, 15; November 2, 15; December 2, 15', '1998 January 2, 15'],
  ],
  [
    'monthly on the first and last day for 10 occurrences',
    '1997-09-30',
    ['FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1'],
    ['1997 September 30; October 1, 31; November 1, 30; December 1, 31', '1998 January 1, 31; February 1'],
  ],
  [
    'every 18 months on the 10th thru 15th for 10 occurrences',
    '1997-09-10',
    ['FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15'],
    ['1997 September 10, 11, 12, 13, 14, 15', '1999 March 10, 11, 12, 13'],
  ],
  [
    'every Tuesday, every other month',
    '1997-09-02',
    ['FREQ=MONTHLY;INTERVAL=2;BYDAY=TU'],
    ['1997 September 2, 9, 16, 23, 30; November 4, 11, 18, 25', '1998 January 6, 13, 20, 27; March 3, 10, 17, 24, 31'],
    'and so on',
  ],
  [
    'every Friday the 13th',
    '1997-09-02',
    ['EXDATE;TZID=America/New_York:19970902T090000\r\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13'],
    ['1998 February 13; March 13; November 13', '1999 August 13', '2000 October 13'],
    'and so on',
  ],
  [
    'the first Saturday that follows the first Sunday of the month',
    '1997-09-13',
    ['FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13'],
    [
      '1997 September 13; October 11; November 8; December 13',
      '1998 January 10; February 7; March 7; April 11; May 9; June 13',
    ],
    'and so on',
  ],
]

const YEARLY: Example[] = [
  [
    'yearly in June and July for 10 occurrences',
    '1997-06-10',
    ['FREQ=YEARLY;COUNT=10;BYMONTH=6,7'],
    ['1997', '1998', '1999', '2000', '2001'].map((year) => `${year} June 10; July 10`),
  ],
  [
    'every other year on January, February, and March for 10 occurrences',
    '1997-03-10',
    ['FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3'],
    ['1997 March 10', ...['1999', '2001', '2003'].map((year) => `${year} January 10; February 10; March 10`)],
  ],
  [
    'every 20th Monday of the year',
    '1997-05-19',
    ['FREQ=YEARLY;BYDAY=20MO'],
    ['1997 May 19', '1998 May 18', '1999 May 17'],
    'and so on',
  ],
  [
    'every Thursday in March',
    '1997-03-13',
    ['FREQ=YEARLY;BYMONTH=3;BYDAY=TH'],
    ['1997 March 13, 20, 27', '1998 March 5, 12, 19, 26', '1999 March 4, 11, 18, 25'],
    'and so on',
  ],
  [
    'every Thursday, but only during June, July, and August',
    '1997-06-05',
    ['FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8'],
    [
      '1997 June 5, 12, 19, 26; July 3, 10, 17, 24, 31; August 7, 14, 21, 28',
      '1998 June 4, 11, 18, 25; July 2, 9, 16, 23, 30; August 6, 13, 20, 27',
      '1999 June 3, 10, 17, 24; July 1, 8, 15, 22, 29; August 5, 12, 19, 26',
    ],
    'and so on',
  ],
  [
    'every 4 years, the first Tuesday after a Monday in November',
    '1996-11-05',
    ['FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8'],
    ['1996 November 5', '2000 November 7', '2004 November 2'],
    'and so on',
  ],
]

const CLOCK = { time: '09:00', zone: 'America/New_York' }

describe.each([
  ['daily', DAILY],
  ['weekly', WEEKLY],
  ['monthly', MONTHLY],
  ['yearly', YEARLY],
])('RFC 5545, 3.8.5.3, %s', (_, examples) => {
  for (const [name, from, rules, years, goesOn] of examples) {
    for (const rule of rules) {
      test(`${name}: ${rule}`, () => {
        const expected = daysOf(years)
        const found = occurrences(fromRRule(rule, from, CLOCK), from, expected.length + 1)
        expect(found.slice(0, expected.length)).toEqual(expected)
        expect(found.length > expected.length).toBe(goesOn !== undefined)
      })
    }
  }
})

describe('RFC 5545, 3.8.5.3, what we do not have', () => {
  test.each([
    ['FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200', 'This rule says BYYEARDAY, which cannot be kept.'],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', 'This rule says BYWEEKNO, which cannot be kept.'],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', 'This rule says BYSETPOS, which cannot be kept.'],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2', 'This rule says BYSETPOS, which cannot be kept.'],
    ['FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z', 'A task repeats once a day at the most.'],
    ['FREQ=MINUTELY;INTERVAL=15;COUNT=6', 'A task repeats once a day at the most.'],
    ['FREQ=MINUTELY;INTERVAL=90;COUNT=4', 'A task repeats once a day at the most.'],
    ['FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40', 'This rule says BYHOUR, which cannot be kept.'],
    ['FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16', 'This rule says BYHOUR, which cannot be kept.'],
  ])('%s: %s', (rule, sentence) => expect(() => fromRRule(rule, '1997-09-02')).toThrow(sentence))

  test('and where we differ: 30 February is not left out, but moved to the end of the month (RFC 7529)', () => {
    const found = occurrences(fromRRule('FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', '2007-01-15'), '2007-01-15', 9)
    expect(found).toEqual(daysOf(['2007 January 15, 30; February 15, 28; March 15']))
  })
})
