import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { Registration } from '#db/schema.ts'
import type { Any } from '#web/env.ts'
import { siteSettings } from '#web/site.ts'

/**
 * Whether somebody may make an account of their own at this moment; `invited`, when they bring an invitation. The one
 * place that decides it, whatever proves who they are; it asks the database, so a change counts from the next try on.
 */
export async function mayRegister(c: Any, { invited = false, db = c.var.db as Db } = {}): Promise<boolean> {
  const { registration } = await siteSettings(db, c.var.config)
  return allows(registration, { invited })
}

const allows = (registration: Registration, { invited = false }): boolean =>
  registration === 'open' || (registration === 'invite' && invited)

/** Refuses who may not. */
export async function refuseUnlessMayRegister(c: Any, how: { invited?: boolean; db?: Db } = {}): Promise<void> {
  const { registration } = await siteSettings(how.db ?? c.var.db, c.var.config)
  if (!allows(registration, how)) throw new Refusal('forbidden', WHY_NOT[registration])
}

const WHY_NOT: Record<Registration, string> = {
  open: '',
  invite: 'An invitation is needed to register here. Ask whoever runs this site for one.',
  closed: 'Registration is closed here. Ask whoever runs this site for an account.',
}

/** Whether anybody has an account, as far as the database says: the login page is shown without it too. */
export async function isAnybodyHere(db: Db): Promise<boolean> {
  try {
    return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
  } catch {
    return true
  }
}
