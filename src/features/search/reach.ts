import { addDays, type Day } from '#core/days.ts'
import type { Filter } from '#core/filter.ts'
import type { Named } from './names.ts'
import { dueSpan, LAST_SAFE, type Span } from './spans.ts'

/**
 * Where the tasks can be that a filter lets through: in which lists, in which span of their due days, and with which
 * labels (one of each of these sets). What is missing has no bounds. There may be others there too, but none elsewhere: so
 * nobody has to look elsewhere.
 */
export type Reach = Span & { lists?: string[] | undefined; labels?: string[][] | undefined }

/** Stands in the order of due days for tasks that have none. */
export const NO_DAY = '9999-99-99'

/** How far a filter reaches, said on `today` with these names. */
export function reachOf(filter: Filter, today: Day, named: Named): Reach {
  const span = dueSpan(filter, today)
  if (span) return widened(span)
  switch (filter.is) {
    case 'and':
      return filter.of.map((part) => reachOf(part, today, named)).reduce(both)
    case 'or':
      return filter.of.map((part) => reachOf(part, today, named)).reduce(either)
    case 'list':
      return { lists: named('list', filter.name) }
    case 'label':
      return { labels: [named('label', filter.name)] }
    case 'word':
      return filter.word === 'no date' ? { from: NO_DAY } : {}
    default:
      return {}
  }
}

const both = (a: Reach, b: Reach): Reach => ({
  from: pick(a.from, b.from, (one, other) => (one > other ? one : other)),
  until: pick(a.until, b.until, (one, other) => (one < other ? one : other)),
  lists: pick(a.lists, b.lists, (some, others) => some.filter((list) => others.includes(list))),
  labels: pick(a.labels, b.labels, (some, others) => [...some, ...others]),
})

const either = (a: Reach, b: Reach): Reach => ({
  from: a.from && b.from && (a.from < b.from ? a.from : b.from),
  until: a.until && b.until && (a.until > b.until ? a.until : b.until),
  lists: a.lists && b.lists && [...new Set([...a.lists, ...b.lists])],
  // One set of each says enough, and all pairs of them could be too many.
  labels: a.labels && b.labels && [[...new Set([...a.labels[0]!, ...b.labels[0]!])]],
})

const pick = <T>(a: T | undefined, b: T | undefined, choose: (a: T, b: T) => T): T | undefined =>
  a === undefined ? b : b === undefined ? a : choose(a, b)

/** A task with a zone of its own is written down with the day of its own clocks, at most two away from that of a reader. */
const widened = ({ from, until }: Span): Span => ({
  from: from !== undefined && from > FIRST_SAFE ? addDays(from, -2) : undefined,
  until: until !== undefined && until < LAST_SAFE ? addDays(until, 2) : undefined,
})

const FIRST_SAFE = '0001-01-03'
