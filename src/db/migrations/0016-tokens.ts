import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Tokens by which programs come in for a person. */
export const tokens: Step = {
  name: '0016-tokens',
  up: async (run, { key, text }) => {
    await run(sql`create table api_tokens (
      mac ${key} primary key,
      key_id ${key} not null,
      public_id ${key} not null unique,
      user_id ${key} not null references users (id) on delete cascade,
      name ${text} not null,
      scope ${key} not null,
      created_at ${key} not null,
      expires_at ${key},
      last_used_at ${key},
      warned_at ${key}
    )`)
    await run(sql`create index api_tokens_of_user on api_tokens (user_id, created_at)`)
    await run(sql`create index api_tokens_by_end on api_tokens (expires_at)`)
  },
}
