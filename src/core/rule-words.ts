import { type Day, partsOf, type Weekday } from './days.ts'
import type { ByDay, Frequency, Recurrence, Rule } from './recurrence.ts'
import { tidy } from './tidy-rule.ts'

/**
 * A recurrence in English, as quick add reads it: `every 3 days`, `every! 2 weeks`, `every mon, fri until 1 may 2027`,
 * `every 3rd friday`, `every last day`, `every jan 27 5 times`. A rule that quick add has no words for is said as well,
 * so that a person can read it. The anchor, days left out, and what is done about missed ones are not in the words.
 */
export function ruleInWords(recurrence: Recurrence): string {
  const { rule, anchor, mode } = tidy(recurrence)
  const every = mode === 'completion' ? 'every!' : 'every'
  return [every, subjectOf(rule, anchor), endOf(rule)].filter((words) => words !== '').join(' ')
}

/** `every 2 weeks on mon`: the days stand alone where they say how often as well. */
function subjectOf(rule: Rule, anchor: Day): string {
  const { days, only } = SAYERS[rule.freq](rule, anchor)
  const turn = rule.interval === 1 ? UNITS[rule.freq] : `${rule.interval} ${UNITS[rule.freq]}s`
  if (days === '') return `${turn}${only}`
  return rule.interval === 1 ? `${days}${only}` : `${turn} on ${withArticle(days)}${only}`
}

const UNITS: Record<Frequency, string> = { daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' }

/** On which days, if the rule says so; and what narrows them down, with a blank before it. */
type Said = { days: string; only: string }

const SAYERS: Record<Frequency, (rule: Rule, anchor: Day) => Said> = {
  daily: ({ byday, bymonthday, bymonth }) => ({
    days: '',
    only: `${ifOn(byday)}${bymonthday ? ` if it is the ${listed(bymonthday.map(dateOf))}` : ''}${inMonths(bymonth)}`,
  }),
  weekly: ({ interval, byday, bymonth }) => ({
    days: byday ? (interval === 1 && areWorkdays(byday) ? 'weekday' : listed(byday.map(shortOf))) : '',
    only: inMonths(bymonth),
  }),
  monthly: ({ byday, bymonthday, bymonth }) =>
    bymonthday
      ? { days: listed(bymonthday.map(dateOf)), only: `${ifOn(byday)}${inMonths(bymonth)}` }
      : { days: listed(byday?.map(numberedOf)), only: inMonths(bymonth) },
  yearly: sayYearly,
}

function sayYearly({ byday, bymonthday, bymonth }: Rule, anchor: Day): Said {
  const isNumbered = byday?.some(({ nth }) => nth !== undefined)
  if (byday && !bymonthday) {
    const months = bymonth?.map((month) => MONTHS[month - 1]!)
    const only = isNumbered ? ` of ${months ? listed(months) : 'the year'}` : months ? ` in ${listed(months)}` : ''
    return { days: listed(byday.map(numberedOf)), only }
  }
  if (!bymonth) return { days: bymonthday ? `${listed(bymonthday.map(dateOf))} of each month` : '', only: ifOn(byday) }
  const dates = bymonthday ?? [partsOf(anchor).date]
  const days = bymonth.flatMap((month) => dates.map((date) => dateInMonth(date, month)))
  return { days: listed(days), only: ifOn(byday) }
}

const dateInMonth = (date: number, month: number): string =>
  date > 0 ? `${shortMonth(month)} ${date}` : `${dateOf(date)} of ${shortMonth(month)}`

/** `27th`, `last day`, `3rd to last day` */
const dateOf = (date: number): string => (date > 0 ? ordinal(date) : `${fromEnd(date)} day`)

/** `friday`, `3rd friday`, `last friday`, `2nd to last friday` */
const numberedOf = ({ day, nth }: ByDay): string =>
  nth === undefined ? NAMES[day] : `${nth > 0 ? ordinal(nth) : fromEnd(nth)} ${NAMES[day]}`

const fromEnd = (number: number): string => (number === -1 ? 'last' : `${ordinal(-number)} to last`)

function ordinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13
  return `${number}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10]) ?? 'th'}`
}

const withArticle = (days: string): string => (/^(\d|last)/.test(days) ? `the ${days}` : days)

const ifOn = (byday: ByDay[] | undefined): string => (byday ? ` if it is a ${listed(byday.map(numberedOf))}` : '')

const inMonths = (bymonth: number[] | undefined): string => (bymonth ? ` in ${listed(bymonth.map(shortMonth))}` : '')

function endOf({ count, until }: Rule): string {
  if (count !== undefined) return `${count} times`
  return until === undefined ? '' : `until ${dayInWords(until)}`
}

// A year that is not of our days is not taken for one when it is read.
function dayInWords(day: Day): string {
  const { year, month, date } = partsOf(day)
  return year >= 1900 && year < 2200 ? `${date} ${shortMonth(month)} ${year}` : day
}

const areWorkdays = (byday: ByDay[]): boolean => byday.map(({ day }) => day).join() === 'mo,tu,we,th,fr'

const listed = (words: string[] = []): string => words.join(', ')

const shortOf = ({ day }: ByDay): string => NAMES[day].slice(0, 3)
const shortMonth = (month: number): string => MONTHS[month - 1]!.slice(0, 3)

const NAMES: Record<Weekday, string> = {
  mo: 'monday',
  tu: 'tuesday',
  we: 'wednesday',
  th: 'thursday',
  fr: 'friday',
  sa: 'saturday',
  su: 'sunday',
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
