import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Passkeys: what people log in with instead of a password. */
export const passkeys: Step = {
  name: '0012-passkeys',
  up: async (run, { key, text }) => {
    await run(sql`create table passkeys (
      credential_id ${key} primary key,
      public_id ${key} not null unique,
      user_id ${key} not null references users (id) on delete cascade,
      public_key ${key} not null,
      counter bigint not null,
      backup_eligible integer not null,
      backed_up integer not null,
      transports ${key} not null,
      name ${text} not null,
      created_at ${key} not null,
      last_used_at ${key}
    )`)
    await run(sql`create index passkeys_of_user on passkeys (user_id)`)
  },
}
