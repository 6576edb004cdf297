import { WEEKDAYS } from './days.ts'
import type { ByDay, Recurrence, Rule } from './recurrence.ts'

/** The same recurrence with its parts in one order, sorted, without repetitions and without what goes without saying. */
export function tidy({ rule, anchor, mode, missed, keepsSubtasks }: Recurrence): Recurrence {
  return { rule: tidyRule(rule), anchor, mode, missed, ...(keepsSubtasks && { keepsSubtasks }) }
}

function tidyRule({ freq, interval, byday, bymonthday, bymonth, count, until, exdates, weekStart }: Rule): Rule {
  return {
    freq,
    interval,
    ...(byday?.length && { byday: tidyDays(byday) }),
    ...(bymonthday?.length && { bymonthday: tidyNumbers(bymonthday) }),
    ...(bymonth?.length && { bymonth: tidyNumbers(bymonth) }),
    ...(count !== undefined && { count }),
    ...(until !== undefined && { until }),
    ...(exdates?.length && { exdates: [...new Set(exdates)].sort() }),
    ...(weekStart !== undefined && weekStart !== 'mo' && { weekStart }),
  }
}

const tidyNumbers = (numbers: number[]): number[] => [...new Set(numbers)].sort((a, b) => placeOf(a) - placeOf(b))

const tidyDays = (days: ByDay[]): ByDay[] =>
  [...new Map(days.map((by) => [`${by.nth ?? ''}${by.day}`, by])).values()]
    .map(({ day, nth }) => (nth === undefined ? { day } : { day, nth }))
    .sort((a, b) => placeOf(a.nth ?? 0) - placeOf(b.nth ?? 0) || WEEKDAYS.indexOf(a.day) - WEEKDAYS.indexOf(b.day))

// From the first to the last: 1, 2, 3 … and then those counted from the end, -2, -1.
const placeOf = (number: number): number => (number < 0 ? 1000 + number : number)
