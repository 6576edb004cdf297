import type { Config } from '#config.ts'
import type { Database } from '#db/db.ts'
import { deviceName } from '#features/accounts/device-name.ts'
import { sessionsOf } from '#features/accounts/session-rows.ts'
import { type Change, changePerson, endAllSessions } from '#features/admin/changing.ts'
import { type PersonRow, peopleAfter, personWith } from '#features/admin/people.ts'
import { setAddress } from '#features/email/changing.ts'
import { resetFactors } from '#features/factors/factors.ts'
import { openStore } from '#opening.ts'
import { silentLog } from '#web/log.ts'
import type { Call } from './commands.ts'
import { fromHere } from './people.ts'

const AT_ONCE = 500

/** `users`: everybody, a line each. */
export const listUsers = (call: Call): Promise<number> =>
  withDatabase(call, async (db) => {
    let after: string | undefined = ''
    while (after !== undefined) {
      const { people, next } = await peopleAfter(db, after, AT_ONCE, new Date())
      for (const one of people) console.log(userLine(one))
      after = next
    }
  })

const userLine = ({ email, role, status, created_at, seen }: PersonRow): string =>
  [email, role, status, `since ${minute(created_at)}`, seen === null ? 'not seen' : `seen ${minute(seen)}`].join('  ')

/** `sessions`: where somebody is logged in, a line each. */
export const listSessions = (call: Call): Promise<number> =>
  withDatabase(call, async (db) => {
    const user = await personWith(db, call.argument)
    const sessions = await sessionsOf(db, user, new Date())
    if (sessions.length === 0) console.log(`${user.email} is logged in nowhere.`)
    for (const { user_agent, ip_last, last_seen_at, created_at } of sessions) {
      const place = ip_last || 'this machine'
      console.log(
        [deviceName(user_agent), place, `since ${minute(created_at)}`, `seen ${minute(last_seen_at)}`].join('  '),
      )
    }
  })

/** `end-sessions`: logs somebody out everywhere. */
export const endSessions = (call: Call): Promise<number> =>
  withDatabase(call, async (db) => {
    const user = await personWith(db, call.argument)
    const count = await endAllSessions({ db, log: silentLog }, user, undefined, fromHere())
    const places = count === 1 ? '1 place' : `${count} places`
    console.log(count === 0 ? `${user.email} was logged in nowhere.` : `${user.email} is logged out, in ${places}.`)
  })

/** `reset-factors`: takes away somebody's authenticator app and recovery codes. */
export const forgetFactors = (call: Call): Promise<number> =>
  withDatabase(call, async (db) => {
    await resetFactors({ db, log: silentLog, config: call.config() }, call.argument, fromHere())
    console.log(`The password alone logs ${call.argument} in now. All their sessions have ended.`)
  })

/** `set-email`: puts another address in the place of the one that an account has. */
export const setEmail = (call: Call): Promise<number> =>
  withDatabase(call, async (db, config) => {
    await setAddress({ db, config, log: silentLog }, { email: call.argument, to: call.second }, fromHere())
    console.log(`${call.second} logs in to this account now, with the same password. All its sessions have ended.`)
  })

/** `disable-user`, `enable-user`, `make-admin`, `take-admin`: what somebody may do, from their next request on. */
export const change = (call: Call, what: Change): Promise<number> =>
  withDatabase(call, async (db, config) => {
    const user = await personWith(db, call.argument)
    const isNew = await changePerson({ db, config, log: silentLog }, user, what, undefined, fromHere())
    console.log(`${user.email} ${isNew ? DONE[what] : ALREADY[what]}`)
  })

const DONE: Record<Change, string> = {
  disable: 'is disabled, and logged out everywhere.',
  enable: 'may log in again.',
  'make-admin': 'administers this site.',
  'take-admin': 'does not administer this site any more.',
}

const ALREADY: Record<Change, string> = {
  disable: 'is disabled already.',
  enable: 'may log in already.',
  'make-admin': 'administers this site already.',
  'take-admin': 'does not administer this site.',
}

const minute = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`

/** Does `work` with the database of the settings, and returns the exit code for when it went well. */
export async function withDatabase(call: Call, work: (db: Database, config: Config) => Promise<void>): Promise<number> {
  const config = call.config()
  const { db } = await openStore(config, new Date())
  try {
    await work(db, config)
    return 0
  } finally {
    await db.close()
  }
}
