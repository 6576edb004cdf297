import { addDays, type Day } from '#core/days.ts'
import type { Filter } from '#core/filter.ts'

/** Days from one on up to another, which is not among them any more. Either may be missing. */
export type Span = { from?: Day | undefined; until?: Day | undefined }

/** The days in which a task has to be due for a filter that asks for just that; undefined for any other filter. */
export function dueSpan(filter: Filter, today: Day): Span | undefined {
  if (filter.is === 'next') return { from: today, until: dayAfter(today, filter.days) }
  if (filter.is === 'day') return filter.field === 'due' ? spanOf(filter) : undefined
  if (filter.is !== 'word') return undefined
  switch (filter.word) {
    case 'today':
      return dayOnly(today)
    case 'tomorrow':
      return dayOnly(dayAfter(today))
    case 'yesterday':
      return dayOnly(dayAfter(today, -1))
    case 'overdue':
      return { until: today }
    default:
      return undefined
  }
}

/** The days that a comparison with a day asks for. */
export const spanOf = ({ side, day }: Extract<Filter, { is: 'day' }>): Span =>
  side === 'before' ? { until: day } : side === 'after' ? { from: dayAfter(day) } : dayOnly(day)

/** The last day that there is, and the last one to which others can be added. */
export const LAST = '9999-12-31'
export const LAST_SAFE = '9998-12-30'

const dayOnly = (day: Day): Span => ({ from: day, until: dayAfter(day) })

/** The day `count` days after another; the last day that there is when there are no more. */
const dayAfter = (day: Day, count = 1): Day => (day > LAST_SAFE ? LAST : addDays(day, count))
