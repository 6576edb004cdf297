import { DAY } from '#core/time.ts'
import { lookAt, mint, spend } from '#features/accounts/one-time.ts'
import { hasAdministrator, NotFirst } from '#features/accounts/people.ts'
import type { Any, Parts } from '#web/env.ts'
import { siteSettings } from '#web/site.ts'
import { comeIn, LinkOver, type Wanted } from './registering.ts'

/** What the secret of the link is made for by which the first administrator comes in. */
export const SETUP = 'setup'

/**
 * A link by which the first administrator makes an account, within a day; undefined where nobody needs one: there was an
 * administrator, or whoever registers first on this machine becomes one. Each works until somebody has used any of them.
 */
export async function setupLink(
  { db, keys, config }: Pick<Parts, 'db' | 'keys' | 'config'>,
  now: Date,
): Promise<string | undefined> {
  if (await hasAdministrator(db)) return undefined
  const { registration } = await siteSettings(db, config)
  if (config.loopbackOnly && registration === 'open') return undefined
  const token = await db.transact((trx) => mint(trx, keys, { purpose: SETUP, lifeMs: DAY }, now))
  return `${config.baseUrl}/setup/${token}`
}

/** Whether `token` still makes somebody the first administrator. It changes nothing. */
export async function canSetUp(c: Any, token: string): Promise<boolean> {
  const { db, parts, now } = c.var
  return (await lookAt(db, parts.keys, SETUP, token, now)) !== undefined && !(await hasAdministrator(db))
}

/**
 * Makes the account of the first administrator, whoever may register otherwise and whether mails go out or not, and logs
 * them in. Returns `over`, and nobody has an account by it, when `token` was used, is over, or there is an administrator.
 */
export async function setUp(c: Any, wanted: Wanted, token: string): Promise<'in' | 'over'> {
  const { parts, now } = c.var
  try {
    await comeIn(c, wanted, {
      first: 'only',
      spend: async (trx) => {
        if (!(await spend(trx, parts.keys, SETUP, token, now))) throw new LinkOver()
        return { proves: false }
      },
    })
    return 'in'
  } catch (error) {
    if (error instanceof LinkOver || error instanceof NotFirst) return 'over'
    throw error
  }
}
