import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Lists, tasks, the logbook of completions, and the journal that every change to them goes through. */
export const tasks: Step = {
  name: '0002-tasks',
  up: async (run, { key, text }) => {
    await run(sql`create table lists (
      id ${key} primary key,
      owner_id ${key} not null references users (id) on delete cascade,
      kind ${key} not null check (kind in ('inbox', 'list')),
      name ${text} not null,
      position ${key} not null,
      seq integer not null,
      created_at ${key} not null,
      deleted_at ${key}
    )`)
    await run(sql`create index lists_of_owner on lists (owner_id)`)
    await run(sql`create unique index one_inbox_each on lists (owner_id) where kind = 'inbox'`)

    await run(sql`create table list_members (
      list_id ${key} not null references lists (id) on delete cascade,
      user_id ${key} not null references users (id) on delete cascade,
      role ${key} not null check (role in ('viewer', 'editor', 'owner')),
      primary key (user_id, list_id)
    )`)
    await run(sql`create index members_of_list on list_members (list_id)`)

    await run(sql`create table tasks (
      id ${key} primary key,
      list_id ${key} not null references lists (id) on delete cascade,
      title ${text} not null,
      notes ${text} not null,
      position ${key} not null,
      created_by ${key} not null,
      created_at ${key} not null,
      completed_at ${key},
      deleted_at ${key}
    )`)
    await run(sql`create index tasks_of_list on tasks (list_id, position, id)`)
    // The open tasks of a list in their order: what every page shows, however many are completed. Of two indexes
    // that serve alike SQLite takes the one that was made last, so this one is.
    await run(sql`create index open_tasks on tasks (list_id, position, id)
      where completed_at is null and deleted_at is null`)

    await run(sql`create table completions (
      id ${key} primary key,
      task_id ${key} not null references tasks (id) on delete cascade,
      list_id ${key} not null references lists (id) on delete cascade,
      user_id ${key} not null,
      title ${text} not null,
      due_day ${key},
      due_time ${key},
      completed_at ${key} not null,
      kind ${key} not null check (kind in ('done', 'skipped')),
      deleted_at ${key}
    )`)
    await run(sql`create index logbook on completions (list_id, completed_at, id) where deleted_at is null`)
    await run(sql`create index completions_of_task on completions (task_id)`)

    await run(sql`create table ops (
      user_id ${key} not null references users (id) on delete cascade,
      op_id ${key} not null,
      what ${key} not null,
      request ${key},
      at ${key} not null,
      undoes ${key},
      primary key (user_id, op_id)
    )`)

    await run(sql`create table changes (
      id ${key} primary key,
      op_id ${key} not null,
      user_id ${key} not null references users (id) on delete cascade,
      list_id ${key} references lists (id) on delete cascade,
      seq integer not null,
      at ${key} not null,
      table_name ${key} not null,
      row_id ${key} not null,
      before ${text},
      after ${text}
    )`)
    await run(sql`create index changes_of_op on changes (user_id, op_id)`)
    await run(sql`create index changes_of_list on changes (list_id, seq)`)
    await run(sql`create index changes_of_row on changes (row_id)`)
  },
}
