import { isId } from '#core/ids.ts'
import { DAY, instant, later } from '#core/time.ts'
import { type Db, newId } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'
import type { Fields, Log } from '#web/log.ts'

/**
 * What happened at the door, in the words of the OWASP Logging Vocabulary, and a few of ours. What a person reads of each
 * stands in activity-words.ts.
 */
export type EventType =
  | 'authn_login_success'
  | 'authn_login_successafterfail'
  | 'authn_login_fail'
  | 'authn_login_lock'
  | 'authn_password_change'
  | 'authn_password_change_fail'
  | 'password_reset_asked'
  | 'email_verified'
  | 'email_change_requested'
  | 'email_change_confirmed'
  | 'email_change_cancelled'
  | 'authn_confirm'
  | 'authn_confirm_fail'
  | 'mfa_enabled'
  | 'mfa_disabled'
  | 'recovery_codes_created'
  | 'recovery_code_used'
  | 'passkey_added'
  | 'passkey_removed'
  | 'identity_linked'
  | 'identity_unlinked'
  | 'malicious_csrf'
  | 'session_ended'
  | 'session_evicted'
  | 'user_created'
  | 'user_updated'
  | 'user_deleted'
  | 'user_kept'
  | 'export_requested'
  | 'user_disabled'
  | 'user_enabled'
  | 'authz_change'
  | 'settings_changed'
  | 'user_invited'
  | 'registration_asked'
  | 'invitation_revoked'
  | 'excess_rate_limit_exceeded'
  | 'authn_token_created'
  | 'authn_token_revoked'
  | 'sys_backup'
  | 'sys_key_renewed'

/** From where something was done. */
export type From = { ip: string; agent: string; now: Date }

const COMMAND_LINE = { ip: '', agent: 'command line' }

/** On the machine itself, by whoever runs the site. */
export const fromCommandLine = (now: Date): From => ({ ...COMMAND_LINE, now })

/** An administrator who did something on the pages: how events call them, and how people do. */
export type Administrator = { publicId: string; name: string }

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

/** An event as it is kept. */
export type AuthEvent = Tables['auth_events']

/** Whether it was done on the machine itself. A browser that calls itself so has an address, or a session. */
export const isFromCommandLine = ({ ip, user_agent, session_public_id }: AuthEvent): boolean =>
  ip === COMMAND_LINE.ip && user_agent === COMMAND_LINE.agent && session_public_id === null

/** Whether an administrator did it, on the pages. Where they were is not told to the person it was done to. */
export const isFromAdministration = (event: AuthEvent): boolean =>
  !isFromCommandLine(event) && (JSON.parse(event.detail) as Fields).by !== undefined

/** How long events are kept. */
const EVENT_LIFE = 90 * DAY

/** When the last backup was made that is known of; undefined when there was none as long as events are kept. */
export async function lastBackup(db: Db): Promise<string | undefined> {
  const { at } = await db
    .selectFrom('auth_events')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('type', '=', 'sys_backup' satisfies EventType)
    .executeTakeFirstOrThrow()
  return at ?? undefined
}

/** When the latest event was that is known of; undefined when there was none. */
export async function newestEvent(db: Db): Promise<string | undefined> {
  const { at } = await db
    .selectFrom('auth_events')
    .select((eb) => eb.fn.max('at').as('at'))
    .executeTakeFirstOrThrow()
  return at ?? undefined
}

/** How many events are shown at once. */
const PART = 50

/**
 * What happened with the account of `user` in the last 90 days, the latest first, a part at a time: what came before the
 * event with the id `before`, which counts only when it is one of theirs. `next` is where the following part begins.
 */
export async function eventsOf(
  db: Db,
  user: Pick<User, 'id'>,
  now: Date,
  before?: string,
): Promise<{ events: AuthEvent[]; next: string | undefined }> {
  const own = db.selectFrom('auth_events').selectAll().where('user_id', '=', user.id)
  const from = before !== undefined && isId(before) ? await own.where('id', '=', before).executeTakeFirst() : undefined
  const events = await own
    .where('at', '>=', later(now, -EVENT_LIFE))
    .$if(from !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), '<', tuple(from!.at, from!.id))),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(PART + 1)
    .execute()
  return { events: events.slice(0, PART), next: events.length > PART ? events[PART - 1]!.id : undefined }
}

/** Removes events after 90 days. */
export async function pruneEvents(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('auth_events').where('at', '<', later(now, -EVENT_LIFE)).execute()
}
