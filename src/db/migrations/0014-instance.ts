import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** What an administrator chooses for the whole site. Where it is null, what holds otherwise goes on holding. */
export const instance: Step = {
  name: '0014-instance',
  up: async (run, { key, text }) => {
    await run(
      sql`alter table instance add column registration ${key} check (registration in ('open', 'invite', 'closed'))`,
    )
    await run(sql`alter table instance add column title ${text}`)
  },
}
