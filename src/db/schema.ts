import type { Selectable } from 'kysely'
import type { Day } from '#core/days.ts'

// Only types that SQLite and PostgreSQL hold alike: text ids, ISO-8601 UTC text for instants (…_at),
// YYYY-MM-DD text for days, HH:MM text for times of day, 0/1 for flags, hex text for MACs, JSON as text.

type Instant = string
type Flag = 0 | 1

export type Tables = {
  /** One row. What is true for the whole installation. */
  instance: { id: 1; admin_id: string | null; key_check: string | null; created_at: Instant }

  users: {
    id: string
    public_id: string
    email: string
    email_canon: string
    name: string
    role: 'user' | 'admin'
    status: 'active' | 'disabled'
    password_phc: string | null
    /** Raised by every change of a credential. Sessions carry the number they were made under. */
    cred_version: number
    zone: string
    locale: string
    week_start: WeekStart
    theme: Theme
    /** Counts the journal entries of what belongs to the person and to no list: the lists themselves. */
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
  throttles: {
    key: string
    hits: number
    window_ends_at: Instant
    blocked_until: Instant | null
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

  lists: {
    id: string
    owner_id: string
    kind: 'inbox' | 'list'
    name: string
    position: string
    /** Counts the journal entries of the list and its tasks; raising it is also the lock. */
    seq: number
    created_at: Instant
    deleted_at: Instant | null
  }
  list_members: { list_id: string; user_id: string; role: 'viewer' | 'editor' | 'owner' }
  tasks: {
    id: string
    list_id: string
    title: string
    notes: string
    position: string
    created_by: string
    created_at: Instant
    completed_at: Instant | null
    deleted_at: Instant | null
  }
  /** The logbook: a row for every time a task was completed. */
  completions: {
    id: string
    task_id: string
    list_id: string
    user_id: string
    title: string
    due_day: Day | null
    due_time: string | null
    completed_at: Instant
    kind: 'done' | 'skipped'
    deleted_at: Instant | null
  }

  /** One thing a person did. The id is the Idempotency-Key when the request had one. */
  ops: { user_id: string; op_id: string; what: string; request: string | null; at: Instant; undoes: string | null }
  /** What an op did, a row per changed row: the fields that changed, before and after. */
  changes: {
    id: string
    op_id: string
    user_id: string
    list_id: string | null
    seq: number
    at: Instant
    table_name: JournaledTable
    row_id: string
    before: string | null
    after: string | null
  }
}

/** The tables that only the journal may write. */
export type JournaledTable = 'lists' | 'tasks' | 'completions'

export type Theme = 'system' | 'light' | 'dark'
export type WeekStart = 'monday' | 'saturday' | 'sunday'

export type User = Selectable<Tables['users']>
export type SessionRow = Selectable<Tables['sessions']>
export type List = Selectable<Tables['lists']>
export type Task = Selectable<Tables['tasks']>
