import { HOUR } from '#core/time.ts'
import { pruneChallenges } from '#features/accounts/challenges.ts'
import { pruneDevices } from '#features/accounts/devices.ts'
import { pruneEvents } from '#features/accounts/events.ts'
import { pruneOneTime } from '#features/accounts/one-time.ts'
import { pruneSessions } from '#features/accounts/session-rows.ts'
import type { Sessions } from '#features/accounts/sessions.ts'
import { pruneThrottles } from '#features/accounts/throttles.ts'
import { pruneEmailChanges } from '#features/email/changes.ts'
import { pruneInvitations } from '#features/entry/invitations.ts'
import { pruneRegistrations } from '#features/entry/pending.ts'
import { pruneTotps } from '#features/factors/totps.ts'
import { pruneAccounts } from '#features/leaving/deleting.ts'
import { pruneMails } from '#features/mail/outbox.ts'
import { pruneTrash } from '#features/tasks/purging.ts'
import { pruneTokens, warnOfEnds } from '#features/tokens/tokens.ts'
import type { Parts } from '#web/env.ts'

const PRUNES = [
  pruneSessions,
  pruneChallenges,
  pruneTotps,
  pruneThrottles,
  pruneDevices,
  pruneOneTime,
  pruneEmailChanges,
  pruneRegistrations,
  pruneInvitations,
  pruneTokens,
  pruneMails,
  pruneEvents,
  pruneTrash,
  pruneAccounts,
]

/** What has to be done now and then, whether anybody comes or not. */
export class Chores {
  readonly #parts: Pick<Parts, 'db' | 'now' | 'config'>
  readonly #sessions: Sessions
  #pruned = 0

  constructor(parts: Pick<Parts, 'db' | 'now' | 'config'>, sessions: Sessions) {
    this.#parts = parts
    this.#sessions = sessions
  }

  /** Writes down who was seen; once an hour it also removes what is over, and tells of what soon is. */
  async run(): Promise<void> {
    await this.#sessions.flush()
    const { db, now: clock } = this.#parts
    const now = clock()
    if (now.getTime() - this.#pruned < HOUR) return
    this.#pruned = now.getTime()
    for (const prune of PRUNES) await prune(db, now)
    await warnOfEnds(this.#parts, now)
  }
}
