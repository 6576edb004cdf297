import type { Generated, Selectable } from 'kysely'
import type { Day, Time } from '#core/days.ts'

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
    /** When the person proved that mail to `email` reaches them. */
    email_verified_at: Generated<Instant | null>
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
  /** Who typed the right password and has not shown the second factor yet. No session. */
  login_challenges: {
    mac: string
    user_id: string
    cred_version: number
    attempts: number
    persistent: Flag
    next: string
    expires_at: Instant
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

  lists: {
    id: string
    owner_id: string
    kind: 'inbox' | 'list'
    name: string
    /** One of the names in core/colors.ts, or '' for none. */
    color: Generated<string>
    position: string
    archived_at: Generated<Instant | null>
    /** How many tasks are open in it, subtasks too. Kept by the journal; nobody else writes it. */
    open_tasks: Generated<number>
    /** Counts the journal entries of the list and its tasks; raising it is also the lock. */
    seq: number
    created_at: Instant
    deleted_at: Instant | null
  }
  /** A part of a list with a name: a heading in the list, a column on the board. */
  sections: {
    id: string
    list_id: string
    name: string
    position: string
    created_at: Instant
    deleted_at: Instant | null
  }
  list_members: { list_id: string; user_id: string; role: 'viewer' | 'editor' | 'owner' }
  tasks: {
    id: string
    list_id: string
    /** No section is the part of the list above the first one. A child is where its parent is. */
    section_id: Generated<string | null>
    parent_id: Generated<string | null>
    title: string
    notes: string
    position: string
    priority: Generated<Priority>
    assignee_id: Generated<string | null>
    due_day: Generated<Day | null>
    due_time: Generated<Time | null>
    /** The zone whose clocks `due_time` means. None: those of whoever reads it. */
    due_zone: Generated<string | null>
    /** The instant of day, time and zone; only where there is a zone. Kept by the verb that writes them. */
    due_at: Generated<Instant | null>
    /** Until this day the task is out of sight. */
    start_day: Generated<Day | null>
    deadline_day: Generated<Day | null>
    /** The estimate. */
    minutes: Generated<number | null>
    /** A `Recurrence` (core/recurrence.ts) as JSON. */
    recurrence: Generated<string | null>
    created_by: string
    created_at: Instant
    completed_at: Instant | null
    /** Together with `completed_at`: it will not be done. */
    cancelled: Generated<Flag>
    deleted_at: Instant | null
  }
  labels: {
    id: string
    owner_id: string
    name: string
    /** The name as it is compared: core/names.ts. */
    name_key: string
    color: string
    position: string
    created_at: Instant
    deleted_at: Instant | null
  }
  /** Which task has which label. */
  task_labels: {
    id: string
    task_id: string
    label_id: string
    /** That of the task, kept by the journal. */
    list_id: string
    /** Whether the task is open and the label still on it. Kept by the journal. */
    is_open: Flag
    created_at: Instant
    deleted_at: Instant | null
  }
  /** A search that was given a name. */
  filters: {
    id: string
    owner_id: string
    name: string
    query: string
    color: string
    position: string
    created_at: Instant
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
    due_time: Time | null
    completed_at: Instant
    /** Skipped: an occurrence that was passed over, or a task that will not be done. */
    kind: 'done' | 'skipped'
    deleted_at: Instant | null
  }

  /** One thing a person did. The id is the Idempotency-Key when the request had one. */
  ops: {
    user_id: string
    op_id: string
    what: string
    request: string | null
    at: Instant
    /** The op that this one takes back: an act, or an undo or redo in turn. */
    undoes: string | null
    /** Of an undo or redo: the act at the bottom of it, which it undid or redid. */
    act_id: Generated<string | null>
    /** The order in which a person's acts came. Only acts that changed something have one. */
    turn: Generated<number | null>
    /** Of an act: whether what it did stands, or is undone. */
    stands: Generated<Flag | null>
    /** Of an act that is undone: by which op, and when in the order of turns. */
    undone_by: Generated<string | null>
    undone_turn: Generated<number | null>
  }
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
export type JournaledTable = 'lists' | 'sections' | 'labels' | 'filters' | 'tasks' | 'task_labels' | 'completions'

export type Theme = 'system' | 'light' | 'dark'
export type WeekStart = 'monday' | 'saturday' | 'sunday'
export type StartPage = 'inbox' | 'today'
export type DateOrder = 'dmy' | 'mdy' | 'ymd'
/** 1 is the highest; 4 is none. */
export type Priority = 1 | 2 | 3 | 4

export type User = Selectable<Tables['users']>
export type SessionRow = Selectable<Tables['sessions']>
export type Totp = Selectable<Tables['totps']>
export type Challenge = Selectable<Tables['login_challenges']>
export type List = Selectable<Tables['lists']>
export type Section = Selectable<Tables['sections']>
export type Label = Selectable<Tables['labels']>
export type SavedFilter = Selectable<Tables['filters']>
export type Task = Selectable<Tables['tasks']>
export type Completion = Selectable<Tables['completions']>
