import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Invitations that nobody has used yet. Their secrets are among the one-time tokens, whose payload names the row. */
export const invitations: Step = {
  name: '0018-invitations',
  up: async (run, { key, text }) => {
    await run(sql`create table invitations (
      id ${key} primary key,
      address ${text},
      by_id ${key} references users (id) on delete set null,
      created_at ${key} not null,
      expires_at ${key} not null
    )`)
    await run(sql`create index invitations_by_end on invitations (expires_at)`)
    await run(sql`create index invitations_of_user on invitations (by_id)`)
  },
}
