import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Accounts that were asked for and wait until the mail to their address is answered. */
export const registrations: Step = {
  name: '0019-registrations',
  up: async (run, { key, text }) => {
    await run(sql`create table registrations (
      id ${key} primary key,
      email ${text} not null,
      email_canon ${key} not null,
      password_phc ${key} not null,
      locale ${key} not null,
      zone ${key} not null,
      invitation_id ${key} references invitations (id) on delete cascade,
      created_at ${key} not null,
      expires_at ${key} not null
    )`)
    await run(sql`create index registrations_of_address on registrations (email_canon)`)
    await run(sql`create index registrations_by_end on registrations (expires_at)`)
    await run(sql`create index registrations_of_invitation on registrations (invitation_id)`)
  },
}
