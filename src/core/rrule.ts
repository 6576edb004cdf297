import { addDays, type Day, isDay, partsOf, type Time, WEEKDAYS, type Weekday } from './days.ts'
import type { ByDay, Frequency, Recurrence, Rule } from './recurrence.ts'
import { Refusal } from './refusal.ts'
import { checkRule, MOST_EXDATES } from './rule-check.ts'
import { tidy } from './tidy-rule.ts'
import { wallClockIn } from './wall-clock.ts'

/**
 * The rule as RFC 5545 writes it: a line RRULE:…, and a line EXDATE;VALUE=DATE:… when days are left out. Where a date
 * is one that not all months have, the line says how we understand it: RSCALE=GREGORIAN;SKIP=BACKWARD (RFC 7529).
 * The mode, what is done about missed days, and subtasks are ours alone and are not in it; nor is the anchor (DTSTART).
 */
export function toRRule(recurrence: Recurrence): string {
  const { rule } = tidy(recurrence)
  const parts: [name: string, value: string | number | undefined][] = [
    ['RSCALE', maySkip(recurrence) ? 'GREGORIAN' : undefined],
    ['FREQ', rule.freq.toUpperCase()],
    ['INTERVAL', rule.interval === 1 ? undefined : rule.interval],
    ['BYMONTH', rule.bymonth?.join()],
    ['BYMONTHDAY', rule.bymonthday?.join()],
    ['BYDAY', rule.byday?.map(({ day, nth = '' }) => `${nth}${day.toUpperCase()}`).join()],
    ['WKST', rule.weekStart?.toUpperCase()],
    ['COUNT', rule.count],
    ['UNTIL', rule.until && compact(rule.until)],
    ['SKIP', maySkip(recurrence) ? 'BACKWARD' : undefined],
  ]
  const line = parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join(';')
  return rule.exdates ? `RRULE:${line}\nEXDATE;VALUE=DATE:${rule.exdates.map(compact).join()}` : `RRULE:${line}`
}

/** When on its days a task is due, and on whose clock. */
export type Clock = { time?: Time | undefined; zone?: string | undefined }

/**
 * Reads what RFC 5545 and RFC 7529 write: an RRULE with or without its name, and any lines EXDATE. The anchor is the
 * day on which it begins (DTSTART). A date that a month does not have is always its last day. UNTIL and EXDATE may have
 * a time: given the clock of the task, its last day is the last on which it is due by then; else their day is taken as
 * it is written. Refuses, in a sentence, what is not a rule, what we do not have (hours, BYSETPOS, weeks by number …),
 * what is more than we count, and what never comes.
 */
export function fromRRule(text: string, anchor: Day, clock: Clock = {}): Recurrence {
  if (text.length > MOST_TEXT) refuse('This rule is too long.')
  if (!isDay(anchor)) refuse('The day on which this rule begins is not in the calendar.')
  const lines = linesOf(text)
  const [first, ...others] = lines.filter(({ name }) => name === 'RRULE')
  if (!first) refuse(NOT_A_RULE)
  if (others.length > 0) refuse('A task can have one rule only.')
  const exdates = lines.filter(({ name }) => name === 'EXDATE').flatMap(({ value }) => value.split(','))
  if (exdates.length > MOST_EXDATES) refuse('At most 500 days can be left out of a repeating task.')
  const left = exdates.map((day) => readMoment(day, clock).day)
  const rule: Rule = { ...readRule(partsIn(first.value), clock), ...(left.length > 0 && { exdates: left }) }
  const problem = checkRule(rule, anchor)
  if (problem !== undefined) refuse(problem)
  return tidy({ rule, anchor, mode: 'schedule', missed: 'skip' })
}

/** True when a date of the rule may be missing from one of its months. */
function maySkip({ rule, anchor }: Recurrence): boolean {
  if (rule.freq !== 'monthly' && rule.freq !== 'yearly') return false
  if (rule.byday && !rule.bymonthday) return false
  const dates = rule.bymonthday ?? [partsOf(anchor).date]
  return dates.some((date) => date > 28)
}

type Line = { name: string; value: string }

// Long lines are folded: what goes on in the next begins with a blank (3.1).
const linesOf = (text: string): Line[] =>
  text
    .replaceAll(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(readLine)

function readLine(line: string): Line {
  const [, name = '', value = ''] = /^(RRULE|EXDATE)(?:;[^:]*)?:(.*)$/i.exec(line) ?? [undefined, 'RRULE', line]
  return { name: name.toUpperCase(), value }
}

function partsIn(value: string): Map<string, string> {
  const parts = new Map<string, string>()
  for (const part of value.split(';')) {
    const [, name = '', said = ''] = /^([A-Z-]+)=(.+)$/i.exec(part.trim()) ?? []
    if (name === '') refuse(NOT_A_RULE)
    if (parts.has(name.toUpperCase())) refuse(`This rule says ${name.toUpperCase()} twice.`)
    parts.set(name.toUpperCase(), said.trim().toUpperCase())
  }
  return parts
}

function readRule(parts: Map<string, string>, clock: Clock): Rule {
  for (const [name, value] of parts) if (!isKnown(name, value)) refuse(whyNot(name, value))
  const list = (name: string) => parts.get(name)?.split(',')
  const [byday, dates, months] = [list('BYDAY'), list('BYMONTHDAY'), list('BYMONTH')]
  const [count, until, weekStart] = [parts.get('COUNT'), parts.get('UNTIL'), parts.get('WKST')]
  return {
    freq: readFrequency(parts.get('FREQ')),
    interval: readNumber(parts.get('INTERVAL') ?? '1'),
    ...(byday && { byday: byday.map(readByDay) }),
    ...(dates && { bymonthday: dates.map(readNumber) }),
    ...(months && { bymonth: months.map(readNumber) }),
    ...(count !== undefined && { count: readNumber(count) }),
    ...(until !== undefined && { until: readUntil(until, clock) }),
    ...(weekStart !== undefined && { weekStart: readWeekday(weekStart) }),
  }
}

const isKnown = (name: string, value: string): boolean =>
  KNOWN.includes(name) || (name === 'RSCALE' && value === 'GREGORIAN') || (name === 'SKIP' && value === 'BACKWARD')

const KNOWN = ['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'COUNT', 'UNTIL', 'WKST']

function whyNot(name: string, value: string): string {
  if (name === 'RSCALE') return 'Rules in other calendars than the Gregorian one cannot be kept.'
  if (name === 'SKIP')
    return `A date that a month does not have is moved to its last day; SKIP=${value} cannot be kept.`
  return `This rule says ${name}, which cannot be kept.`
}

function readFrequency(text: string | undefined): Frequency {
  const found = FREQUENCIES.find((frequency) => frequency.toUpperCase() === text)
  if (found) return found
  if (text !== undefined && /^(SECOND|MINUTE|HOUR)LY$/.test(text)) refuse('A task repeats once a day at the most.')
  refuse('This rule does not say how often: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.')
}

const FREQUENCIES: Frequency[] = ['daily', 'weekly', 'monthly', 'yearly']

function readByDay(text: string): ByDay {
  const [, nth, day] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text.trim()) ?? []
  if (day === undefined) refuse(`“${text.slice(0, 30)}” is not a day of the week.`)
  return nth === undefined ? { day: readWeekday(day) } : { day: readWeekday(day), nth: Number(nth) }
}

function readWeekday(text: string): Weekday {
  return (
    WEEKDAYS.find((day) => day.toUpperCase() === text) ?? refuse(`“${text.slice(0, 30)}” is not a day of the week.`)
  )
}

function readNumber(text: string): number {
  return /^[+-]?\d{1,15}$/.test(text.trim()) ? Number(text) : refuse(`“${text.slice(0, 30)}” is not a whole number.`)
}

// The end of a rule with times is an instant, and the occurrence of its day may be due only after it.
function readUntil(text: string, clock: Clock): Day {
  const { day, time } = readMoment(text, clock)
  const isOver = time !== undefined && clock.time !== undefined && time < clock.time
  return isOver && day > '0001-01-01' ? addDays(day, -1) : day
}

function readMoment(text: string, { zone }: Clock): { day: Day; time?: Time } {
  const [, year, month, date, hour, minute, utc] = MOMENT.exec(text.trim()) ?? []
  const day = `${year}-${month}-${date}`
  if (!isDay(day)) refuse(`“${text.slice(0, 30)}” is not a day. One looks like 20261231.`)
  if (hour === undefined) return { day }
  const time = `${hour}:${minute}`
  return utc && zone !== undefined ? wallClockIn(zone, new Date(`${day}T${time}:00Z`)) : { day, time }
}

const MOMENT = /^(\d{4})(\d{2})(\d{2})(?:T([01]\d|2[0-3])([0-5]\d)[0-6]\d(Z)?)?$/i

const compact = (day: Day): string => day.replaceAll('-', '')

function refuse(sentence: string): never {
  throw new Refusal('invalid', sentence, { field: 'recurrence' })
}

const NOT_A_RULE = 'This is not a rule. One looks like “FREQ=WEEKLY;BYDAY=MO,FR”.'
const MOST_TEXT = 64 * 1024
