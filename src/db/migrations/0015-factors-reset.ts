import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** When whoever runs the site took away somebody’s second step: their pages say so for a day. */
export const factorsReset: Step = {
  name: '0015-factors-reset',
  up: async (run, { key }) => {
    await run(sql`alter table users add column factors_reset_at ${key}`)
  },
}
