import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/**
 * What is due, for the count in the navigation and for Today and Upcoming, which look over all lists. The last columns are
 * there so that nobody has to look at the tasks themselves; SQLite wants to see even those that are always null in them.
 */
export const due: Step = {
  name: '0006-due',
  up: async (run) => {
    await run(sql`drop index open_by_due`)
    await run(sql`drop index open_by_start`)
    await run(sql`drop index open_by_deadline`)
    // PostgreSQL does not see that tasks of no section are in the order of their positions in an index by sections.
    await run(sql`create index open_above on tasks (list_id, position, id)
      where section_id is null and parent_id is null and completed_at is null and deleted_at is null`)
    await run(sql`create index open_by_start on tasks
      (list_id, start_day, position, id, due_day, deadline_day, completed_at, deleted_at)
      where start_day is not null and completed_at is null and deleted_at is null`)
    await run(sql`create index open_by_deadline on tasks
      (list_id, deadline_day, position, id, due_day, due_at, start_day, completed_at, deleted_at)
      where deadline_day is not null and completed_at is null and deleted_at is null`)
    await run(sql`create index open_by_instant on tasks
      (list_id, due_at, position, id, due_day, start_day, completed_at, deleted_at)
      where due_at is not null and completed_at is null and deleted_at is null`)
    await run(sql`create index open_by_due on tasks
      (list_id, due_day, due_time, position, id, due_at, start_day, completed_at, deleted_at)
      where due_day is not null and completed_at is null and deleted_at is null`)
  },
}
