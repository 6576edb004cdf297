import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Sections, labels, saved filters, all that a task can have besides its title and notes, and preferences. */
export const tasksInFull: Step = {
  name: '0003-tasks-in-full',
  up: async (run, { key, text }) => {
    await run(sql`alter table lists add column color ${key} not null default ''`)
    await run(sql`alter table lists add column archived_at ${key}`)
    // Kept by the journal (db/derived.ts), so that no page has to count.
    await run(sql`alter table lists add column open_tasks integer not null default 0`)
    await run(sql`update lists set open_tasks = (select count(*) from tasks
      where tasks.list_id = lists.id and tasks.completed_at is null and tasks.deleted_at is null)`)

    await run(sql`create table sections (
      id ${key} primary key,
      list_id ${key} not null references lists (id) on delete cascade,
      name ${text} not null,
      position ${key} not null,
      created_at ${key} not null,
      deleted_at ${key}
    )`)
    await run(sql`create index sections_of_list on sections (list_id, position, id)`)

    await run(sql`create table labels (
      id ${key} primary key,
      owner_id ${key} not null references users (id) on delete cascade,
      name ${text} not null,
      name_key ${key} not null,
      color ${key} not null,
      position ${key} not null,
      created_at ${key} not null,
      deleted_at ${key}
    )`)
    await run(sql`create unique index one_label_of_a_name on labels (owner_id, name_key) where deleted_at is null`)
    await run(sql`create index labels_of_owner on labels (owner_id, position)`)

    await run(sql`create table filters (
      id ${key} primary key,
      owner_id ${key} not null references users (id) on delete cascade,
      name ${text} not null,
      query ${text} not null,
      color ${key} not null,
      position ${key} not null,
      created_at ${key} not null,
      deleted_at ${key}
    )`)
    await run(sql`create index filters_of_owner on filters (owner_id, position)`)

    // Deferred: a restore fills the tables one after another, and a parent may come after its child.
    await run(
      sql`alter table tasks add column section_id ${key} references sections (id) deferrable initially deferred`,
    )
    await run(sql`alter table tasks add column parent_id ${key}
      references tasks (id) on delete cascade deferrable initially deferred`)
    await run(sql`alter table tasks add column priority integer not null default 4 check (priority between 1 and 4)`)
    await run(sql`alter table tasks add column assignee_id ${key}`)
    await run(sql`alter table tasks add column due_day ${key}`)
    await run(sql`alter table tasks add column due_time ${key}`)
    await run(sql`alter table tasks add column due_zone ${key}`)
    await run(sql`alter table tasks add column due_at ${key}`)
    await run(sql`alter table tasks add column start_day ${key}`)
    await run(sql`alter table tasks add column deadline_day ${key}`)
    await run(sql`alter table tasks add column minutes integer`)
    await run(sql`alter table tasks add column recurrence ${text}`)
    await run(sql`alter table tasks add column cancelled integer not null default 0 check (cancelled in (0, 1))`)

    await run(sql`create table task_labels (
      id ${key} primary key,
      task_id ${key} not null references tasks (id) on delete cascade,
      label_id ${key} not null references labels (id) on delete cascade,
      list_id ${key} not null references lists (id) on delete cascade,
      is_open integer not null,
      created_at ${key} not null,
      deleted_at ${key}
    )`)
    await run(sql`create unique index each_label_once on task_labels (task_id, label_id) where deleted_at is null`)
    await run(sql`create index labels_of_task on task_labels (task_id)`)
    await run(sql`create index tasks_of_label on task_labels (label_id, is_open, task_id)`)

    // What every page shows are the open tasks, however many are completed: each of these holds only them. Of two
    // indexes that serve alike SQLite takes the one that was made last.
    await run(sql`drop index open_tasks`)
    await run(sql`create index children on tasks (parent_id, completed_at, position, id)`)
    await run(sql`create index tasks_of_section on tasks (section_id)`)
    await run(sql`create index deleted_tasks on tasks (list_id, deleted_at, id) where deleted_at is not null`)
    await run(sql`create index open_by_start on tasks (list_id, start_day)
      where start_day is not null and completed_at is null and deleted_at is null`)
    await run(sql`create index open_by_deadline on tasks (list_id, deadline_day, id)
      where deadline_day is not null and completed_at is null and deleted_at is null`)
    await run(sql`create index open_by_priority on tasks (list_id, priority, id)
      where priority < 4 and completed_at is null and deleted_at is null`)
    await run(sql`create index open_by_due on tasks (list_id, due_day, due_time, position, id)
      where due_day is not null and completed_at is null and deleted_at is null`)
    await run(sql`create index open_tasks on tasks (list_id, section_id, position, id)
      where parent_id is null and completed_at is null and deleted_at is null`)

    await run(sql`alter table users add column start_page ${key} not null default 'inbox'`)
    await run(sql`alter table users add column day_starts ${key} not null default '00:00'`)
    await run(sql`alter table users add column date_order ${key} not null default 'dmy'`)
    await run(sql`alter table users add column single_keys integer not null default 1`)
  },
}
