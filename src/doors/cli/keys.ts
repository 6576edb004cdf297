import type { Config } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { forgetPrevious, renewKeyFile } from '#crypto/key-file.ts'
import type { KeyRing } from '#crypto/keys.ts'
import type { Database } from '#db/db.ts'
import { claim } from '#db/instance.ts'
import { takeLock } from '#db/lock.ts'
import { fromCommandLine, recordEvent } from '#features/accounts/events.ts'
import { codesOfBefore } from '#features/factors/recovery-codes.ts'
import { sealAllAnew } from '#features/factors/totps.ts'
import { hasDatabase, inFile, keyFileOf, keysOf, openStore, type Secrets } from '#opening.ts'
import { silentLog } from '#web/log.ts'
import type { Call } from './commands.ts'

/** `rotate-key`: goes over to a new secret, which all keys come from, or leaves those of before behind. */
export async function rotateKey(call: Call): Promise<number> {
  const config = call.config()
  if (!hasDatabase(config)) throw new Refusal('not-found', `There is no database in ${config.dataDir} yet.`)
  if (config.secrets.current !== undefined) return goOverToSetting(call, config)
  const lock = takeLock(config.dataDir)
  if (!lock) throw new Refusal('conflict', `A Get It Done! is running on the folder ${config.dataDir}. Stop it first.`)
  const { db, secrets } = await openStore(config, new Date(), lock)
  try {
    await (call.options.has('--forget') ? forget(call, config, db, secrets) : renew(config, db))
    return 0
  } finally {
    await db.close()
    lock.release()
  }
}

/** The settings belong to whoever runs the site: what is stored goes over to the secret that they name now. */
async function goOverToSetting(call: Call, config: Config): Promise<number> {
  if (call.options.has('--forget')) throw inSettings('Leave the secrets of before out of PREVIOUS_SECRET_KEYS.')
  if (config.secrets.previous.length === 0) {
    throw inSettings(
      'Make a new one (openssl rand -hex 32), name the old one in PREVIOUS_SECRET_KEYS, start the server again, and then call rotate-key.',
    )
  }
  const { db, secrets } = await openStore(config, new Date())
  try {
    await goOver(db, keysOf(secrets, config.baseUrl))
    return 0
  } finally {
    await db.close()
  }
}

const inSettings = (what: string) =>
  new Refusal('conflict', `The secret key stands in the settings, so it is changed there. ${what}`)

// First the file: whatever happens after it, both secrets are known.
async function renew(config: Config, db: Database): Promise<void> {
  const path = keyFileOf(config)
  const keys = keysOf(inFile(path, renewKeyFile(path), config.secrets.previous), config.baseUrl)
  console.log(`There is a new secret key in ${path}, above the old one. Keep a copy of the file.`)
  await claim(db, keys, new Date())
  await goOver(db, keys)
}

async function goOver(db: Database, keys: KeyRing): Promise<void> {
  const count = await db.transact(async (trx) => {
    await recordEvent(trx, silentLog, 'sys_key_renewed', fromCommandLine(new Date()))
    return sealAllAnew(trx, keys)
  })
  console.log(
    `${count} ${count === 1 ? 'key of an authenticator app goes' : 'keys of authenticator apps go'} by it now.`,
  )
  const people = await codesOfBefore(db, keys)
  if (people.length > 0) {
    console.log(`Recovery codes cannot go over. These people should make new ones under Account: ${people.join(', ')}`)
  }
  console.log('Whoever comes by goes over unasked. In 30 days the secrets of before may be forgotten.')
}

async function forget(call: Call, config: Config, db: Database, secrets: Secrets): Promise<void> {
  const { path, previous = [] } = secrets.file ?? { path: keyFileOf(config) }
  if (previous.length === 0) throw new Refusal('conflict', `The key file ${path} holds no secret of before.`)
  const people = await codesOfBefore(db, keysOf(secrets, config.baseUrl))
  if (people.length > 0 && !call.options.has('--anyway')) {
    throw new Refusal(
      'conflict',
      `The recovery codes of these people end with the secrets of before: ${people.join(', ')}. Ask them to make new ones, or say --anyway.`,
    )
  }
  forgetPrevious(path)
  console.log(`The key file ${path} holds only the secret of now. Who was not here since the change logs in again.`)
}
