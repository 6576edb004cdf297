import { chooseForSite, chosenForSite, lockInstance, type SiteChoices } from '#db/instance.ts'
import { type From, recordEvent } from '#features/accounts/events.ts'
import type { Parts } from '#web/env.ts'
import { PRODUCT } from '#web/site.ts'
import { type By, refuseUnlessAdmin } from './changing.ts'

/** The most characters (code points) that a title may have. */
export const LONGEST_TITLE = 60

/**
 * Changes what holds for the whole site; null gives a setting back to the server, and what is not named stays. Every page
 * of every process knows it from the next request on. Returns the names of what was not so already. Refuses somebody who
 * administers the site no more.
 */
export async function changeSettings(
  { db, log }: Pick<Parts, 'db' | 'log'>,
  wanted: Partial<SiteChoices>,
  by: By,
  from: From,
): Promise<(keyof SiteChoices)[]> {
  const choices = wanted.title === PRODUCT ? { ...wanted, title: null } : wanted
  return db.transact(async (trx, announce) => {
    await lockInstance(trx)
    if (by) await refuseUnlessAdmin(trx, by)
    const before = await chosenForSite(trx)
    const names = Object.keys(choices) as (keyof SiteChoices)[]
    const changed = names.filter((name) => choices[name] !== undefined && choices[name] !== before[name])
    if (changed.length === 0) return []
    await chooseForSite(trx, choices)
    for (const name of changed) {
      const to = name === 'title' ? {} : { to: choices[name] ?? 'default' }
      const detail = { changed: name, ...to, ...(by ? {} : { by: 'command line' }) }
      await recordEvent(trx, log, 'settings_changed', from, { ...(by && { user: by.id }), detail })
    }
    announce({ kind: 'site' })
    return changed
  })
}
