import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Who people are at other sites through which they log in, and by what a login that waits for its second step began. */
export const identities: Step = {
  name: '0013-identities',
  up: async (run, { key, text }) => {
    await run(sql`create table identities (
      issuer ${key} not null,
      sub ${key} not null,
      user_id ${key} not null references users (id) on delete cascade,
      email_at_link ${text},
      linked_at ${key} not null,
      primary key (issuer, sub)
    )`)
    // One at each site: two would look the same to whoever wants to unlink one of them.
    await run(sql`create unique index identities_of_user on identities (user_id, issuer)`)

    await run(sql`alter table login_challenges add column amr ${key} not null default 'pwd'`)
  },
}
