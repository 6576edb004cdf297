import type { Transaction } from 'kysely'
import { instant } from '#core/time.ts'
import { KeyRing } from '#crypto/keys.ts'
import type { Database, Db } from './db.ts'
import { hasTable } from './migrate.ts'
import type { Registration, Tables, TwoSteps } from './schema.ts'

/** Under which secret a database was made: the current one, an earlier one, one we do not have, or none yet. */
export type Belonging = 'current' | 'previous' | 'another' | 'nobody'

/** Keys that no database belongs to, to ask whether it belongs to any. */
export const nobodysKeys = (): KeyRing => new KeyRing({ current: crypto.randomUUID(), previous: [], audience: '' })

/** Tells whether the database belongs to the secret of `keys`. It must have its tables. */
export async function belonging(db: Database, keys: KeyRing): Promise<Belonging> {
  const row = await db.selectFrom('instance').select('key_check').where('id', '=', 1).executeTakeFirst()
  if (!row?.key_check) return 'nobody'
  if (row.key_check === keys.checkValue()) return 'current'
  return keys.knows(row.key_check) ? 'previous' : 'another'
}

/**
 * Notes in the database that it belongs to the current secret, unless it belongs to one we do not have.
 * Returns what it belonged to before.
 */
export async function claim(db: Database, keys: KeyRing, now: Date): Promise<Belonging> {
  await db
    .insertInto('instance')
    .values({ id: 1, admin_id: null, key_check: null, created_at: instant(now) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const before = await belonging(db, keys)
  if (before === 'current' || before === 'another') return before
  // Two processes with different secrets may meet on a new database: the first decides, the second looks again.
  const unchanged = before === 'nobody' ? 'is' : 'is not'
  await db
    .updateTable('instance')
    .set({ key_check: keys.checkValue() })
    .where('id', '=', 1)
    .where('key_check', unchanged, null)
    .execute()
  return (await belonging(db, keys)) === 'another' ? 'another' : before
}

/** Lets those who decide something about the whole installation do so one after another, until the transaction ends. */
export async function lockInstance(trx: Transaction<Tables>): Promise<void> {
  // A write that changes nothing locks the row on both databases.
  await trx.updateTable('instance').set({ id: 1 }).where('id', '=', 1).execute()
}

/** What administrators chose for the whole site; null where nobody has. */
export type SiteChoices = { registration: Registration | null; title: string | null; two_steps: TwoSteps | null }

/** What was chosen for the site. */
export async function chosenForSite(db: Db): Promise<SiteChoices> {
  const row = await db
    .selectFrom('instance')
    .select(['registration', 'title', 'two_steps'])
    .where('id', '=', 1)
    .executeTakeFirst()
  return row ?? { registration: null, title: null, two_steps: null }
}

/** Writes down what was chosen. */
export async function chooseForSite(trx: Transaction<Tables>, choices: Partial<SiteChoices>): Promise<void> {
  await trx.updateTable('instance').set(choices).where('id', '=', 1).execute()
}

/** Whether this is a new database, in which nothing of ours has been made yet. */
export const isEmpty = async (db: Database): Promise<boolean> => !(await hasTable(db, 'instance'))
