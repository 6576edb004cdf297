import { resolve } from 'node:path'
import type { Config } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { copyDatabase } from '#db/backup.ts'
import { connect, type Database } from '#db/db.ts'
import { takeLock } from '#db/lock.ts'
import { pendingSteps } from '#db/migrate.ts'
import { type Restoring, replacePostgres, replaceSqlite, type Staged, stage } from '#db/restore.ts'
import { prepareFolder } from '#disk.ts'
import { fromCommandLine, recordEvent } from '#features/accounts/events.ts'
import { backupsOf, hasDatabase, inWords, keysOf, knownSecrets, placeOf, secretsOf } from '#opening.ts'
import { silentLog } from '#web/log.ts'
import type { Call } from './commands.ts'

/**
 * `backup FILE`: copies the database into a new file, whoever uses it meanwhile. Nothing changes in it but that it is
 * noted, so that whoever looks after the site sees when there was a backup last.
 */
export async function backup(call: Call): Promise<number> {
  const config = call.config()
  if (!hasDatabase(config)) throw new Refusal('not-found', `There is no database in ${config.dataDir} yet.`)
  const db = connect(placeOf(config))
  const path = resolve(call.argument)
  try {
    await copyDatabase(db, path)
    await noteBackup(db)
  } catch (error) {
    throw inWords(error, config)
  } finally {
    await db.close()
  }
  console.log(`The database is copied to ${path}. Keep a copy of the secret key too: it is not in there.`)
  return 0
}

async function noteBackup(db: Database): Promise<void> {
  // That of an older version is left as it is. And what is copied is copied: a note that fails takes nothing back.
  if ((await pendingSteps(db)).length > 0) return
  await recordEvent(db, silentLog, 'sys_backup', fromCommandLine(new Date())).catch(() => {})
}

/** `restore FILE`: puts a backup in the place of the database, and keeps the old one. */
export async function restore(call: Call): Promise<number> {
  const config = call.config()
  prepareFolder(config.dataDir)
  try {
    return await (config.databaseUrl ? restoreIntoPostgres(call, config) : restoreIntoFile(call, config))
  } catch (error) {
    throw inWords(error, config)
  }
}

async function restoreIntoFile(call: Call, config: Config): Promise<number> {
  const lock = takeLock(config.dataDir)
  if (!lock) throw new Refusal('conflict', `A Get It Done! is running on the folder ${config.dataDir}. Stop it first.`)
  try {
    const { file } = placeOf(config) as { file: string }
    const now = new Date()
    return await staging(call, config, now, (staged) => replaceSqlite(staged, file, backupsOf(config), now))
  } finally {
    lock.release()
  }
}

async function restoreIntoPostgres(call: Call, config: Config): Promise<number> {
  const db = connect(placeOf(config))
  try {
    const now = new Date()
    return await staging(call, config, now, (staged) => replacePostgres(staged, db, backupsOf(config), now))
  } finally {
    await db.close()
  }
}

async function staging(
  call: Call,
  config: Config,
  now: Date,
  replace: (staged: Staged) => Promise<string | undefined>,
): Promise<number> {
  const source = resolve(call.argument)
  const staged = await stage(source, `${config.dataDir}/restored.db`, restoring(call, config, now))
  try {
    const aside = await replace(staged)
    if (aside) console.log(`What was there before is kept in ${aside}.`)
    console.log(`The database is now as it was in ${source}.`)
    return 0
  } finally {
    staged.discard()
  }
}

function restoring(call: Call, config: Config, now: Date): Restoring {
  const newKey = call.options.has('--new-key')
  const secrets = newKey ? secretsOf(config) : knownSecrets(config)
  return { keys: secrets && keysOf(secrets, config.baseUrl), newKey, now }
}
