import { TAB } from './ids.ts'
import { sleep } from './page.ts'
import { takeLease } from './queue.ts'

const LEASE_MS = 8000
const RENEW_MS = 2500

/**
 * Runs `work` when this tab is the only one of this browser that does `name`, waiting until it is. `lost` fires when
 * the tab can no longer be sure to be alone; work should end soon after.
 *
 * `navigator.locks` exists only on https and localhost. On plain http a lease in IndexedDB does: a tab that sleeps too
 * long to renew it loses it, and what it had begun is sent twice at worst, which the Idempotency-Key makes harmless.
 */
export async function alone(name: string, work: (lost: AbortSignal) => Promise<void>): Promise<void> {
  if (navigator.locks) {
    await navigator.locks.request(name, () => work(new AbortController().signal))
    return
  }
  while (!(await lease(name, LEASE_MS))) await sleep(RENEW_MS / 2)
  const lost = new AbortController()
  const renewal = setInterval(async () => {
    if (!(await lease(name, LEASE_MS))) lost.abort()
  }, RENEW_MS)
  try {
    await work(lost.signal)
  } finally {
    clearInterval(renewal)
    await lease(name, -1)
  }
}

const lease = (name: string, ms: number): Promise<boolean> => takeLease(name, TAB, Date.now(), Date.now() + ms)
