import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** When an account that its person deleted is removed. Until then it is disabled, and they can come back. */
export const leaving: Step = {
  name: '0017-leaving',
  up: async (run, { key }) => {
    await run(sql`alter table users add column deletes_at ${key}`)
    await run(sql`create index users_to_delete on users (deletes_at) where deletes_at is not null`)
  },
}
