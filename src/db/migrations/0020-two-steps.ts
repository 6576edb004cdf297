import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Who has to log in in two steps, when an administrator chose it. */
export const twoSteps: Step = {
  name: '0020-two-steps',
  up: async (run, { key }) => {
    await run(
      sql`alter table instance add column two_steps ${key} check (two_steps in ('nobody', 'admins', 'everybody'))`,
    )
  },
}
