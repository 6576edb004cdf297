import type { Bench, Figure } from './bench.ts'
import { spelled } from './numbers.ts'
import { ask } from './processes.ts'
import type { SessionCosts } from './session-costs.ts'

/** What a session costs the pages it guards. */
export async function measureSessions({ small, secret }: Bench): Promise<Figure[]> {
  const costs = await ask<SessionCosts>('session-costs.ts', { ...small, secret })
  const share = costs.lookUpMicros / costs.pageMicros
  return [
    {
      mark: '',
      name: 'Finding the session, of the Inbox it guards',
      figure: `${spelled(share * 100, 1)} % (${spelled(costs.lookUpMicros, 1)} of ${spelled(costs.pageMicros, 1)} µs)`,
      target: '≤ 15 %',
      ok: share <= 0.15,
    },
    {
      mark: '',
      name: 'Writes by 1,000 pages of a session in five minutes',
      figure: spelled(costs.writes),
      target: '≤ 1',
      ok: costs.writes <= 1,
    },
  ]
}
