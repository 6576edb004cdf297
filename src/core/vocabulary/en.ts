import type { Kind, Vocabulary } from './vocabulary.ts'

/** English. */
export const en: Vocabulary = {
  words: {
    ...all('weekday', {
      mo: 'monday mon',
      tu: 'tuesday tue tues',
      we: 'wednesday wed',
      th: 'thursday thu thur thurs',
      fr: 'friday fri',
      sa: 'saturday sat',
      su: 'sunday sun',
    }),
    ...all('month', {
      1: 'january jan',
      2: 'february feb',
      3: 'march mar',
      4: 'april apr',
      5: 'may',
      6: 'june jun',
      7: 'july jul',
      8: 'august aug',
      9: 'september sep sept',
      10: 'october oct',
      11: 'november nov',
      12: 'december dec',
    }),
    ...all('day', { '-1': 'yesterday', 0: 'today tod', 1: 'tomorrow tom tmr tmrw' }),
    ...all('tonight', { '20:00': 'tonight' }),
    ...all('number', {
      1: 'a an one',
      2: 'two',
      3: 'three',
      4: 'four',
      5: 'five',
      6: 'six',
      7: 'seven',
      8: 'eight',
      9: 'nine',
      10: 'ten',
      11: 'eleven',
      12: 'twelve',
    }),
    ...all('ordinal', { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth', '-1': 'last' }),
    ...all('unit', {
      minute: 'minute minutes min mins',
      hour: 'hour hours hr hrs',
      day: 'day days',
      week: 'week weeks wk wks',
      month: 'month months',
      quarter: 'quarter quarters',
      year: 'year years',
    }),
    ...all('part', { '09:00': 'morning', '14:00': 'afternoon', '18:00': 'evening', '20:00': 'night' }),
    ...all('clock', { '12:00': 'noon' }),
    ...all('often', {
      daily: 'daily',
      weekly: 'weekly',
      monthly: 'monthly',
      yearly: 'yearly annually',
    }),
    ...all('meridiem', { 0: 'am a.m', 12: 'pm p.m' }),
    ...little({
      workdays: 'weekday weekdays workday workdays',
      weekend: 'weekend weekends',
      on: 'on',
      by: 'by',
      due: 'due',
      at: 'at @',
      from: 'from',
      starting: 'starting beginning',
      until: 'until till ending',
      for: 'for',
      in: 'in',
      next: 'next',
      this: 'this',
      after: 'after',
      before: 'before',
      end: 'end',
      of: 'of',
      the: 'the',
      to: 'to',
      and: 'and &',
      every: 'every',
      other: 'other',
      times: 'times',
      ago: 'ago',
      'o’clock': "o’clock o'clock",
    }),
  },
  doubtful: set('tom tod mon wed sat sun'),
  lead: set(
    `the a an of for from with about and or & + than vs versus to through until till before after since between last next
    this every each not no never always only any some my your our his her their whose what which is was are as like
    almost nearly into over i’m i'm`,
  ),
  some: set('one'),
  follow: set(
    `to and or & + until till through thru is isn’t isn't was will won’t won't are were never always belongs counts has
    had can at o’clock o'clock school roast times paper blues carry i we you they people girl girls show`,
  ),
  named: set(
    'black good ash super cyber easter palm freaky holy shrove maundy whit fat casual giving boxing ruby bloody',
  ),
  counted: set(
    `chapter chapters ch part parts step steps page pages p pp episode ep level lvl season volume vol no number room
    unit apt flat size rate rating score section lesson exercise ex task week day version verse ratio scale item track
    phase round figure table fahrenheit gate platform genesis exodus psalm psalms isaiah matthew mark luke john acts
    romans corinthians hebrews james peter`,
  ),
  greeted: set(
    `with to and & for from ask asks call calls tell tells email e-mail mail text meet see visit ping remind thank invite
    help pay the a an my our your his her their in of no dear uncle mr cousin brother by about like`,
  ),
  said: {
    on: 'on',
    at: 'at',
    starting: 'starting',
    for: 'for',
    from: 'from',
    before: 'before',
    minutes: 'min',
  },
}

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/))
}

/** The words of one kind, by their value. */
function all(kind: Kind, words: Record<string | number, string>): Vocabulary['words'] {
  const isNumber = ['month', 'day', 'number', 'ordinal', 'meridiem'].includes(kind)
  return Object.fromEntries(
    Object.entries(words).flatMap(([value, spellings]) =>
      spellings.split(' ').map((word) => [word, [kind, isNumber ? Number(value) : value] as const]),
    ),
  )
}

/** The words of kinds that have no values. */
function little(words: Partial<Record<Kind, string>>): Vocabulary['words'] {
  return Object.fromEntries(
    Object.entries(words).flatMap(([kind, spellings]) => spellings.split(' ').map((word) => [word, [kind as Kind]])),
  )
}
