import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** The second factor: authenticator apps, recovery codes, and logins that wait for it. */
export const factors: Step = {
  name: '0011-factors',
  up: async (run, { key }) => {
    await run(sql`create table totps (
      user_id ${key} primary key references users (id) on delete cascade,
      secret_sealed ${key} not null,
      key_id ${key} not null,
      last_step integer not null,
      confirmed_at ${key},
      created_at ${key} not null
    )`)

    await run(sql`create table recovery_codes (
      mac ${key} primary key,
      key_id ${key} not null,
      user_id ${key} not null references users (id) on delete cascade
    )`)
    await run(sql`create index recovery_codes_of_user on recovery_codes (user_id)`)

    await run(sql`create table login_challenges (
      mac ${key} primary key,
      user_id ${key} not null references users (id) on delete cascade,
      cred_version integer not null,
      attempts integer not null,
      persistent integer not null,
      next ${key} not null,
      expires_at ${key} not null
    )`)
    await run(sql`create index login_challenges_of_user on login_challenges (user_id)`)
    await run(sql`create index login_challenges_by_end on login_challenges (expires_at)`)
  },
}
