import type { Config } from '#config.ts'
import { openStore } from '#opening.ts'

/** Brings the database up to date, after a copy of an SQLite file, and says what was done. */
export async function migrateNow(config: Config): Promise<number> {
  const { db, upgraded } = await openStore(config, new Date())
  await db.close()
  if (upgraded.copy) console.log(`The database was copied to ${upgraded.copy} first.`)
  for (const step of upgraded.steps) console.log(`Done: ${step}`)
  console.log('The database is up to date.')
  return 0
}
