import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** Since when a person is to look at their ways in, after a password that was lost. */
export const review: Step = {
  name: '0021-review',
  up: async (run, { key }) => {
    await run(sql`alter table users add column review_since ${key}`)
  },
}
