import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** The open tasks of a priority in the order in which a filter shows them: it finds a page of them without the others. */
export const priorities: Step = {
  name: '0009-priorities',
  up: async (run) => {
    await run(sql`drop index open_by_priority`)
    await run(sql`create index open_by_priority on tasks
      (list_id, priority, coalesce(due_day, '9999-99-99'), coalesce(due_time, '99:99'), id)
      where completed_at is null and deleted_at is null`)
  },
}
