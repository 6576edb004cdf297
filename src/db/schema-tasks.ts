import type { Generated } from 'kysely'
import type { Day, Time } from '#core/days.ts'
import type { Flag, Instant } from './schema.ts'

/** The tables of what people have to do. */
export type TaskTables = {
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

/** 1 is the highest; 4 is none. */
export type Priority = 1 | 2 | 3 | 4
