import { DAY, instant, later } from '#core/time.ts'
import { type Db, newId } from '#db/db.ts'
import type { Fields, Log } from '#web/log.ts'

/** What happened at the door, in the words of the OWASP Logging Vocabulary, and a few of ours. */
export type EventType =
  | 'authn_login_success'
  | 'authn_login_successafterfail'
  | 'authn_login_fail'
  | 'authn_login_lock'
  | 'authn_password_change'
  | 'authn_password_change_fail'
  | 'authn_confirm'
  | 'authn_confirm_fail'
  | 'malicious_csrf'
  | 'session_ended'
  | 'session_evicted'
  | 'user_created'
  | 'user_updated'
  | 'excess_rate_limit_exceeded'

/** From where something was done. */
export type From = { ip: string; agent: string; now: Date }

/** Of whom an event tells, and what else is worth knowing. Never a secret, never an address. */
export type About = { user?: string; session?: string; detail?: Fields }

/** Keeps an event for the person's own list of activity, and writes it to the log. */
export async function recordEvent(db: Db, log: Log, type: EventType, from: From, about: About = {}): Promise<void> {
  logEvent(log, type, from, about)
  await db
    .insertInto('auth_events')
    .values({
      id: newId(),
      at: instant(from.now),
      type,
      user_id: about.user ?? null,
      session_public_id: about.session ?? null,
      ip: from.ip,
      user_agent: from.agent,
      detail: JSON.stringify(about.detail ?? {}),
    })
    .execute()
}

/** Writes an event to the log only: for what happens in masses, and to nobody in particular. */
export function logEvent(log: Log, type: EventType, from: From, about: About = {}): void {
  // Enough of the session's name to tell it from others, and too little to end it.
  log.info(type, { ...about.detail, user: about.user, session: about.session?.slice(-8), ip: from.ip })
}

/** Removes events after 90 days. */
export async function pruneEvents(db: Db, now: Date): Promise<void> {
  await db
    .deleteFrom('auth_events')
    .where('at', '<', later(now, -90 * DAY))
    .execute()
}
