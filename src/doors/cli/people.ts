import type { Config } from '#config.ts'
import { type Hashing, openHashing } from '#crypto/passwords.ts'
import type { Database } from '#db/db.ts'
import { type From, fromCommandLine } from '#features/accounts/events.ts'
import { createUser, setPassword } from '#features/accounts/people.ts'
import { invite } from '#features/entry/invitations.ts'
import { makeResetLink } from '#features/recovery/resetting.ts'
import { keysOf, openStore } from '#opening.ts'
import { type Log, silentLog } from '#web/log.ts'
import type { Call } from './commands.ts'
import { newPassword } from './passwords.ts'

/** `create-user` and `create-admin`: adds a person, whatever REGISTRATION says. */
export async function createPerson(call: Call, admin: boolean): Promise<number> {
  return withPassword(call, async (parts, password) => {
    await createUser(parts, { email: call.argument, password, admin }, fromHere())
    return `${call.argument} can log in now${admin ? ', and administers this site' : ''}.`
  })
}

/** `reset-password`: gives a person a new password and ends their sessions. */
export async function resetPassword(call: Call): Promise<number> {
  return withPassword(call, async (parts, password) => {
    await setPassword(parts, { email: call.argument, password }, fromHere())
    return `${call.argument} has a new password. All their sessions have ended.`
  })
}

/** `reset-link`: prints a link by which a person chooses a new password. */
export async function printResetLink(call: Call): Promise<number> {
  const config = call.config()
  const { db, secrets } = await openStore(config, new Date())
  try {
    const parts = { db, config, keys: keysOf(secrets, config.baseUrl), log: silentLog }
    const link = await makeResetLink(parts, call.argument, fromHere())
    console.log(
      `Give this link to ${call.argument}. It works once, for a day, and ends all their sessions when it is used.`,
    )
    console.log(link)
    return 0
  } finally {
    await db.close()
  }
}

/** `invite`: prints a link by which somebody makes an account. */
export async function printInvitation(call: Call): Promise<number> {
  const config = call.config()
  const { db, secrets } = await openStore(config, new Date())
  try {
    const parts = { db, config, keys: keysOf(secrets, config.baseUrl), log: silentLog }
    const { link } = await invite(parts, call.argument, undefined, fromHere())
    const whom = call.argument === '' ? 'Give this link to one person' : `Give this link to ${call.argument}`
    const mailed = call.argument !== '' && config.mail ? ' The server mails one there too.' : ''
    console.log(`${whom}. It makes an account once, within a week.${mailed}`)
    console.log(link)
    return 0
  } finally {
    await db.close()
  }
}

/** Where something was done that is done here. */
export const fromHere = (): From => fromCommandLine(new Date())

type Parts = { db: Database; hashing: Hashing; config: Config; log: Log }

async function withPassword(call: Call, work: (parts: Parts, password: string) => Promise<string>): Promise<number> {
  const config = call.config()
  const { db } = await openStore(config, new Date())
  try {
    const { password, made } = await newPassword(call.options.has('--generate'))
    // The event stands in the database; here a sentence tells of it.
    const parts = { db, hashing: await openHashing(config.password), config, log: silentLog }
    const sentence = await work(parts, password)
    console.log(sentence)
    if (made) console.log(`The password is: ${password}`)
    return 0
  } finally {
    await db.close()
  }
}
