import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Changes of addresses that were asked for or made, for as long as they can be taken back. */
export const emailChanges: Step = {
  name: '0015-email-changes',
  up: async (run, { key, text }) => {
    await run(sql`create table email_changes (
      id ${key} primary key,
      user_id ${key} not null references users (id) on delete cascade,
      old_email ${text} not null,
      old_canon ${key} not null,
      new_email ${text} not null,
      cred_version integer not null,
      is_open integer not null,
      created_at ${key} not null
    )`)
    await run(sql`create index email_changes_of_user on email_changes (user_id)`)
    await run(sql`create index email_changes_from on email_changes (old_canon)`)
    await run(sql`create index email_changes_by_age on email_changes (created_at)`)
  },
}
