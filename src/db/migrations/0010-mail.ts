import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Secrets that work once, mails that wait to be sent, and when somebody proved that an address is theirs. */
export const mail: Step = {
  name: '0010-mail',
  up: async (run, { key, text }) => {
    await run(sql`alter table users add column email_verified_at ${key}`)

    await run(sql`create table one_time_tokens (
      mac ${key} primary key,
      purpose ${key} not null,
      user_id ${key} references users (id) on delete cascade,
      address ${text},
      cred_version integer,
      payload ${text} not null,
      created_at ${key} not null,
      expires_at ${key} not null
    )`)
    // A person has one of each kind. Those that belong to nobody yet are as many as there are.
    await run(sql`create unique index one_time_token_of_user on one_time_tokens (user_id, purpose)`)
    await run(sql`create index one_time_tokens_by_end on one_time_tokens (expires_at)`)

    await run(sql`create table mail_outbox (
      id ${key} primary key,
      user_id ${key} references users (id) on delete cascade,
      address ${text} not null,
      letter ${key} not null,
      args ${text} not null,
      not_before ${key} not null,
      tries integer not null,
      last_problem ${text},
      given_up_at ${key},
      created_at ${key} not null
    )`)
    await run(sql`create index mails_due on mail_outbox (not_before) where given_up_at is null`)
    await run(sql`create index mails_of_user on mail_outbox (user_id)`)
  },
}
