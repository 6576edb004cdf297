import type { Day } from './days.ts'
import type { Recurrence, Rule } from './recurrence.ts'
import { daysOf } from './rule-days.ts'
import { tidy } from './tidy-rule.ts'

/**
 * The first `limit` days (at most 1,000) from the day `from` on, and not before the anchor, on which this comes.
 * `count` counts from the anchor, with the days that are left out (RFC 5545). In the mode completion these are
 * the days if each is done on its day. Bounded: no rule looks at more than the months of the calendar.
 */
export function occurrences(recurrence: Recurrence, from: Day, limit: number): Day[] {
  const found: Day[] = []
  for (const day of comingDays(tidy(recurrence), from)) {
    if (found.length >= Math.min(limit, MOST_DAYS)) break
    found.push(day)
  }
  return found
}

/**
 * The day on which a task is due next when it was due on `due` and is done on `done` (a day in the zone of the
 * person), and its recurrence from then on; undefined when it ends.
 *
 * On schedule: the first occurrence after `due`. With `missed` skip it is after `done` too, so that an overdue task
 * comes back in the future.
 *
 * From completion: the rule is counted from `done` instead of the anchor. A rule that names days (every! mon, fri)
 * comes on the first of them that is after `due` too, so that whoever is early does not get the same day once more.
 * `count` is how often it still comes, so the recurrence returned has one less, and the new day as its anchor.
 */
export function nextDue(
  recurrence: Recurrence,
  { due, done }: { due: Day; done: Day },
): { day: Day; recurrence: Recurrence } | undefined {
  if (recurrence.mode === 'completion') return nextFromDone(recurrence, due, done)
  const day = firstAfter(recurrence, recurrence.missed === 'each' ? due : laterOf(due, done))
  return day === undefined ? undefined : { day, recurrence }
}

/**
 * The days on which a task will be due, from the one that it is due on now, if each is done on its day: at most
 * `limit` (and 1,000) of them. They may begin between two occurrences, when the task was put off.
 */
export function comingDue(recurrence: Recurrence, due: Day, limit: number): Day[] {
  const days = [due]
  let now = { day: due, recurrence }
  while (days.length < Math.min(limit, MOST_DAYS)) {
    const next = nextDue(now.recurrence, { due: now.day, done: now.day })
    if (!next) break
    days.push(next.day)
    now = next
  }
  return days
}

function nextFromDone(recurrence: Recurrence, due: Day, done: Day) {
  const { count, ...endless } = recurrence.rule
  if (count === 1) return undefined
  const counted = { ...recurrence, anchor: done, rule: endless }
  const day = firstAfter(counted, namesDays(endless) ? laterOf(due, done) : done)
  if (day === undefined) return undefined
  const rule = count === undefined ? endless : { ...endless, count: count - 1 }
  return { day, recurrence: { ...recurrence, anchor: day, rule } }
}

const firstAfter = (recurrence: Recurrence, day: Day): Day | undefined =>
  occurrences(recurrence, day, 2).find((coming) => coming > day)

function* comingDays({ rule, anchor }: Recurrence, from: Day): Generator<Day> {
  const left = new Set(rule.exdates)
  let number = 0
  for (const day of daysOf(rule, anchor, rule.count === undefined ? from : anchor)) {
    number += 1
    if (number > (rule.count ?? Number.POSITIVE_INFINITY)) return
    if (day >= from && !left.has(day)) yield day
  }
}

const namesDays = ({ byday, bymonthday, bymonth }: Rule): boolean =>
  [byday, bymonthday, bymonth].some((by) => by?.length)

const laterOf = (one: Day, other: Day): Day => (one > other ? one : other)

const MOST_DAYS = 1000
