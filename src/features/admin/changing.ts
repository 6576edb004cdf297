import { sql, type Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { lockInstance } from '#db/instance.ts'
import type { Tables, User } from '#db/schema.ts'
import { type EventType, type From, recordEvent } from '#features/accounts/events.ts'
import { becomesFirst } from '#features/accounts/people.ts'
import { endSessions } from '#features/accounts/session-rows.ts'
import { queueMail } from '#features/mail/outbox.ts'
import type { Parts } from '#web/env.ts'
import { standingChanged } from './letters.ts'

/** What may be done to a person by whoever looks after the site. */
export type Change = 'disable' | 'enable' | 'make-admin' | 'take-admin'

/** Who does it: an administrator (the id), or nobody by name: whoever may use the command line. */
export type By = { id: string; publicId: string } | undefined

type Needed = Pick<Parts, 'db' | 'log'>
type Person = Pick<User, 'id'>
type Addressed = Pick<User, 'id' | 'email'>

/**
 * Changes what a person may do here, from their next request on, and tells them by mail. Who is disabled is logged out
 * everywhere at once. Returns whether it was not so already. Refuses to leave the site without an administrator, also when two of them remove each
 * other at the same moment, and refuses somebody who is no administrator any more themselves.
 */
export async function changePerson(
  parts: Needed & Pick<Parts, 'config'>,
  who: Addressed,
  change: Change,
  by: By,
  from: From,
): Promise<boolean> {
  const { db, log, config } = parts
  return db.transact(async (trx, announce) => {
    // One after another, so that each sees what the one before has left.
    await lockInstance(trx)
    if (!(await changeRow(trx, who, change, by))) {
      await refuseUnlessSo(trx, who, change, by)
      return false
    }
    if (change === 'make-admin') await becomesFirst(trx, who)
    if (change === 'disable') announce({ kind: 'ended', sessions: await endSessions(trx, who) })
    const detail = { change, by: by?.publicId ?? 'command line' }
    await recordEvent(trx, log, EVENTS[change], from, { user: who.id, detail })
    await queueMail(trx, { config, announce, now: from.now }, standingChanged(who, change))
    return true
  })
}

/** Logs somebody out everywhere, and tells the pages that are open. Returns in how many places they were logged in. */
export async function endAllSessions(parts: Needed, who: Person, by: By, from: From): Promise<number> {
  return parts.db.transact(async (trx, announce) => {
    const ended = await endSessions(trx, who)
    if (ended.length === 0) return 0
    announce({ kind: 'ended', sessions: ended })
    const detail = { count: ended.length, by: by?.publicId ?? 'command line' }
    await recordEvent(trx, parts.log, 'session_ended', from, { user: who.id, detail })
    return ended.length
  })
}

const FIELDS = {
  disable: { status: 'disabled' },
  enable: { status: 'active', deletes_at: null },
  'make-admin': { role: 'admin' },
  'take-admin': { role: 'user' },
} as const satisfies Record<Change, Partial<Pick<User, 'status' | 'role' | 'deletes_at'>>>

const EVENTS: Record<Change, EventType> = {
  disable: 'user_disabled',
  enable: 'user_enabled',
  'make-admin': 'authz_change',
  'take-admin': 'authz_change',
}

/** The statement that decides: it changes the row only where somebody is left to administer the site. */
async function changeRow(trx: Transaction<Tables>, { id }: Person, change: Change, by: By): Promise<boolean> {
  const [[name, value]] = Object.entries(FIELDS[change]) as [['role' | 'status', string]]
  let query = trx
    .updateTable('users')
    .set(FIELDS[change])
    .where('id', '=', id)
    .where(name, '!=', value as never)
  if (change === 'disable' || change === 'take-admin')
    query = query.where(sql<boolean>`(${isNoAdmin} or ${another(id)})`)
  if (by) query = query.where(stillAdmin(by.id))
  const { numUpdatedRows } = await query.executeTakeFirst()
  return numUpdatedRows > 0n
}

// Who is disabled administers nothing, so they are no reason to keep anybody.
const isNoAdmin = sql<boolean>`(users.role = 'user' or users.status = 'disabled')`

const another = (id: string) =>
  sql<boolean>`exists (select 1 from users as others
    where others.role = 'admin' and others.status = 'active' and others.id <> ${id})`

const stillAdmin = (id: string) =>
  sql<boolean>`exists (select 1 from users as me where me.id = ${id} and me.role = 'admin' and me.status = 'active')`

/** Nothing was changed: that is fine when it is so already. */
async function refuseUnlessSo(trx: Transaction<Tables>, { id }: Person, change: Change, by: By): Promise<void> {
  const user = await trx.selectFrom('users').select(['role', 'status']).where('id', '=', id).executeTakeFirst()
  if (!user) throw new Refusal('not-found', 'There is nobody like that any more.')
  if (by) await refuseUnlessAdmin(trx, by)
  const wanted: Partial<typeof user> = FIELDS[change]
  const isSo = (wanted.role ?? user.role) === user.role && (wanted.status ?? user.status) === user.status
  if (!isSo) throw new Refusal('conflict', 'This is the only administrator. Make somebody else one first.')
}

/** Refuses somebody who administers the site no more. */
export async function refuseUnlessAdmin(trx: Transaction<Tables>, by: NonNullable<By>): Promise<void> {
  const me = await trx
    .selectFrom('users')
    .select('id')
    .where('id', '=', by.id)
    .where(stillAdmin(by.id))
    .executeTakeFirst()
  if (!me) throw new Refusal('forbidden', 'You do not administer this site any more.')
}
