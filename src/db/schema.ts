import type { Generated, Selectable } from 'kysely'
import type { Time } from '#core/days.ts'
import type { JournaledTable, Priority, TaskTables } from './schema-tasks.ts'

export type { JournaledTable, Priority }

// Only types that SQLite and PostgreSQL hold alike: text ids, ISO-8601 UTC text for instants (…_at),
// YYYY-MM-DD text for days, HH:MM text for times of day, 0/1 for flags, hex text for MACs, JSON as text.

export type Instant = string
export type Flag = 0 | 1

/** All tables: those of people and the site here, those of what they have to do in schema-tasks.ts. */
export type Tables = TaskTables & {
  /** One row. What is true for the whole installation. */
  instance: {
    id: 1
    admin_id: string | null
    key_check: string | null
    /** Who may register, when an administrator chose it; else the setting REGISTRATION holds. */
    registration: Generated<Registration | null>
    /** How the site is called, when an administrator chose it. */
    title: Generated<string | null>
    /** Who has to log in in two steps, when an administrator chose it; else the setting MFA_REQUIRED holds. */
    two_steps: Generated<TwoSteps | null>
    created_at: Instant
  }

  users: {
    id: string
    public_id: string
    email: string
    email_canon: string
    /** When the person proved that mail to `email` reaches them. */
    email_verified_at: Generated<Instant | null>
    /** When whoever runs the site took away their second step. */
    factors_reset_at: Generated<Instant | null>
    name: string
    role: 'user' | 'admin'
    status: 'active' | 'disabled'
    /** When an account is removed that its person deleted. Until then it is disabled, and they can come back. */
    deletes_at: Generated<Instant | null>
    /** Since when the person is to look at what else logs them in, after a password that was lost. */
    review_since: Generated<Instant | null>
    password_phc: string | null
    /** Raised by every change of a credential. Sessions carry the number they were made under. */
    cred_version: number
    zone: string
    locale: string
    week_start: WeekStart
    theme: Theme
    /** What the address `/` shows. */
    start_page: Generated<StartPage>
    /** When a new day begins for this person: until then "today" is the day before. */
    day_starts: Generated<Time>
    /** In which order day, month and year are typed as numbers: `5/1` is the fifth of January or the first of May. */
    date_order: Generated<DateOrder>
    /** Whether single keys do something (pages.md: one switch turns them off). */
    single_keys: Generated<Flag>
    /** Counts the journal entries of what belongs to the person and to no list: their lists, labels and filters. */
    seq: number
    created_at: Instant
  }

  sessions: {
    id: string
    token_mac: string
    key_id: string
    public_id: string
    user_id: string
    cred_version: number
    amr: string
    auth_at: Instant
    sudo_until: Instant | null
    persistent: Flag
    created_at: Instant
    last_seen_at: Instant
    idle_expires_at: Instant
    absolute_expires_at: Instant
    cookie_sent_at: Instant
    ip_first: string
    ip_last: string
    user_agent: string
  }
  session_values: { session_id: string; key: string; value: string }
  known_devices: { mac: string; user_id: string; first_seen_at: Instant; last_seen_at: Instant; user_agent: string }
  /** The secret of a person's authenticator app, sealed (crypto/sealed.ts). It asks for codes once it is confirmed. */
  totps: {
    user_id: string
    secret_sealed: string
    key_id: string
    /** The step of the code that was used last. Neither it nor one before it is taken again. */
    last_step: number
    confirmed_at: Instant | null
    created_at: Instant
  }
  /** Recovery codes that were not used yet, as MACs of person and code. */
  recovery_codes: { mac: string; key_id: string; user_id: string }
  /** What people log in with instead of a password (WebAuthn). Only what is public of a key is here, in base64url. */
  passkeys: {
    credential_id: string
    /** Its name in addresses. */
    public_id: string
    user_id: string
    public_key: string
    /** How often the device says it was used. Those that are on several devices say 0. */
    counter: number
    backup_eligible: Flag
    backed_up: Flag
    /** How browsers reach it, words between blanks. */
    transports: string
    name: string
    created_at: Instant
    last_used_at: Instant | null
  }
  /** Who typed the right password and has not shown the second factor yet. No session. */
  login_challenges: {
    mac: string
    user_id: string
    cred_version: number
    attempts: number
    persistent: Flag
    next: string
    expires_at: Instant
    /** By what the login began: a password, or another site. */
    amr: Generated<'pwd' | 'oidc'>
  }
  /** Who a person is at another site through which they log in. Nothing that would open anything there is kept. */
  identities: {
    issuer: string
    sub: string
    user_id: string
    /** The address that the other site gave when it was linked. */
    email_at_link: string | null
    linked_at: Instant
  }
  /** Tokens by which programs come in for a person. */
  api_tokens: {
    mac: string
    key_id: string
    public_id: string
    user_id: string
    name: string
    scope: 'read' | 'write'
    created_at: Instant
    expires_at: Instant | null
    last_used_at: Instant | null
    /** When the person was told that it ends soon. */
    warned_at: Instant | null
  }
  throttles: {
    key: string
    hits: number
    window_ends_at: Instant
    blocked_until: Instant | null
  }
  /** Secrets of links that work once. Nobody is `user_id` of an invitation; without a `cred_version` a new password changes nothing. */
  one_time_tokens: {
    mac: string
    purpose: string
    user_id: string | null
    address: string | null
    cred_version: number | null
    payload: string
    created_at: Instant
    expires_at: Instant
  }
  /** Changes of addresses that were asked for, open until they are confirmed, dropped, or too old; and those made lately. */
  email_changes: {
    id: string
    user_id: string
    old_email: string
    old_canon: string
    new_email: string
    /** The number of the credentials under which it was asked for. A change that is made raises it. */
    cred_version: number
    is_open: Flag
    created_at: Instant
  }
  /** Invitations that can be used: to one address, or to whoever has the link. */
  invitations: {
    id: string
    address: string | null
    /** The administrator who made it; nobody by name on the command line. */
    by_id: string | null
    created_at: Instant
    expires_at: Instant
  }
  /** Accounts that were asked for and wait until the mail to their address is answered. */
  registrations: {
    id: string
    email: string
    email_canon: string
    password_phc: string
    locale: string
    zone: string
    invitation_id: string | null
    created_at: Instant
    expires_at: Instant
  }
  /** Mails that wait to be sent, and those that could not be. What stands in `args` is no secret. */
  mail_outbox: {
    id: string
    user_id: string | null
    address: string
    /** Which letter it is. It is written when it is sent. */
    letter: string
    args: string
    /** Until then nobody takes it: it waits for its next try, or somebody is at it. */
    not_before: Instant
    tries: number
    last_problem: string | null
    given_up_at: Instant | null
    created_at: Instant
  }
  auth_events: {
    id: string
    at: Instant
    type: string
    user_id: string | null
    session_public_id: string | null
    ip: string
    user_agent: string
    detail: string
  }
}

/** Who has to log in in two steps. */
export type TwoSteps = 'nobody' | 'admins' | 'everybody'
/** Who may make an account: everybody, who was invited, nobody. */
export type Registration = 'open' | 'invite' | 'closed'
export type Theme = 'system' | 'light' | 'dark'
export type WeekStart = 'monday' | 'saturday' | 'sunday'
export type StartPage = 'inbox' | 'today'
export type DateOrder = 'dmy' | 'mdy' | 'ymd'

export type User = Selectable<Tables['users']>
export type SessionRow = Selectable<Tables['sessions']>
export type Totp = Selectable<Tables['totps']>
export type Passkey = Selectable<Tables['passkeys']>
export type Challenge = Selectable<Tables['login_challenges']>
export type Invitation = Selectable<Tables['invitations']>
export type List = Selectable<Tables['lists']>
export type Section = Selectable<Tables['sections']>
export type Label = Selectable<Tables['labels']>
export type SavedFilter = Selectable<Tables['filters']>
export type Task = Selectable<Tables['tasks']>
export type Completion = Selectable<Tables['completions']>
