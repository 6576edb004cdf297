import { instant } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import { lockInstance } from '#db/instance.ts'
import { purgePerson } from '#db/purge.ts'
import type { User } from '#db/schema.ts'
import { leave } from '#features/accounts/leaving.ts'
import { accountLeaves } from '#features/accounts/letters.ts'
import { endSessions } from '#features/accounts/session-rows.ts'
import { fromOf, note } from '#features/accounts/tries.ts'
import { queueMail } from '#features/mail/outbox.ts'
import { dropCookie } from '#web/cookies.ts'
import type { Any } from '#web/env.ts'

/**
 * Closes the account of whoever asks: all their sessions end, nothing of theirs opens any more, and in a week all of it is
 * removed, unless they log in before. Refuses the only administrator.
 */
export async function deleteAccount(c: Any, user: User): Promise<void> {
  const { db, config, cookies, flashes, now } = c.var
  await db.transact(async (trx, announce) => {
    // One after another: of two administrators who go at once, one stays.
    await lockInstance(trx)
    const deletesAt = await leave(trx, user, now)
    announce({ kind: 'ended', sessions: await endSessions(trx, user) })
    await note(c, trx, 'user_deleted', { user: user.id })
    await queueMail(trx, { config, announce, now }, accountLeaves(user, deletesAt, fromOf(c)))
  })
  flashes.forget()
  cookies.push(dropCookie('sid', config))
  flashes.add('account.leaves')
}

/** Removes the people whose week is over, with all that is theirs. */
export async function pruneAccounts(db: Database, now: Date): Promise<void> {
  const due = db.selectFrom('users').select('id').where('status', '=', 'disabled')
  for (const one of await due.where('deletes_at', '<=', instant(now)).execute()) {
    await purgePerson(db, one, instant(now))
  }
}
