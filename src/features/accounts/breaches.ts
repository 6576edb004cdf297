import type { Config } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { SECOND } from '#core/time.ts'
import { breachKey } from '#crypto/breach-key.ts'
import type { Log } from '#web/log.ts'

/**
 * Refuses a password that the service of BREACHES knows from a breach; without such a service none. It is told five
 * characters of a hash and answers with all that begin so, padded, so that neither it nor whoever counts the bytes learns
 * which was meant (haveibeenpwned.com, "Pwned Passwords"). When it does not answer within a second, people are not held up.
 */
export async function refuseBreached(
  password: string,
  { config, log }: { config: Pick<Config, 'breaches'>; log: Log },
): Promise<void> {
  if (config.breaches === undefined) return
  const isKnown = await isBreached(password, config.breaches).catch((error: unknown) => {
    log.warn('breaches_unknown', { reason: reasonOf(error) })
    return false
  })
  if (!isKnown) return
  throw new Refusal('invalid', 'This password was stolen somewhere, and is tried by thieves. Choose something else.', {
    field: 'password',
  })
}

async function isBreached(password: string, service: string): Promise<boolean> {
  const { asked, kept } = breachKey(password)
  const answer = await fetch(`${service}/range/${asked}`, {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'get-it-done' },
    redirect: 'error',
    signal: AbortSignal.timeout(SECOND),
  })
  if (!answer.ok) throw Object.assign(new Error('The service is out of order.'), { code: `status ${answer.status}` })
  const lines = (await answer.text()).split('\n').map((line) => line.trim().toUpperCase())
  // What only pads the answer was found in no breach: its count is 0.
  return lines.some((line) => line.startsWith(`${kept}:`) && line !== `${kept}:0`)
}

// Never the message: the address stands in it, and so do the five characters.
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : String(name)
}
