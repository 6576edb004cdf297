import { join } from 'node:path'
import type { Bench, Figure } from './bench.ts'
import { median, percentile, spelled } from './numbers.ts'
import { ask } from './processes.ts'
import type { Question, ViewTimes } from './view-times.ts'

const LARGE = { tasks: 100_000, open: 10_000 }
const SMALL = { tasks: 1_000, open: 900 }
const MOST_MS = 30
const MOST_SEARCH_MS = 20
const MOST_TIMES = 1.3

/**
 * How long the server takes for each view of an account with 100,000 tasks, of which 90,000 are completed, and how that
 * compares with one of 1,000. Both fill a page; what is compared are the middles, asked in turn.
 */
export const measureViewsOn =
  (kind: Question['kind']) =>
  async ({ folder, secret }: Pick<Bench, 'folder' | 'secret'>): Promise<Figure[]> => {
    const question: Question = { kind, dir: join(folder, 'views'), secret, large: LARGE, small: SMALL }
    const times = await ask<ViewTimes>('view-times.ts', question)
    const on = kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'
    return Object.entries(times).map(([view, time]) => figureOf(`${view} on ${on}`, time))
  }

function figureOf(name: string, { large, small, rows }: ViewTimes[string]): Figure {
  const most = name.startsWith('Search ') ? MOST_SEARCH_MS : MOST_MS
  const slow = percentile(large, 95)
  const times = median(large) / median(small)
  const ms = (number: number) => spelled(number, 1)
  return {
    mark: '',
    name,
    figure: `p95 ${ms(slow)} ms (of 1,000 tasks ${ms(percentile(small, 95))}), ${spelled(times, 2)} × (${spelled(median(large), 2)} to ${spelled(median(small), 2)} ms; ${rows.join(' and ')} rows)`,
    target: `≤ ${most} ms, ${MOST_TIMES} ×`,
    ok: slow <= most && times <= MOST_TIMES,
  }
}
