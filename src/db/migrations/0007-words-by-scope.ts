import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/**
 * On PostgreSQL every word is kept behind whose task it is in, and whether that is open: whoever looks for a word in open
 * tasks is not led to completed ones, nor to those of others.
 */
export const wordsByScope: Step = {
  name: '0007-words-by-scope',
  up: async (run, { kind, key }) => {
    if (kind === 'sqlite') return
    await run(sql`truncate table task_words`)
    await run(sql`drop index newest_words`)
    await run(sql`drop index words_of_tasks`)
    await run(sql`alter table task_words drop column state`)
    await run(sql`alter table task_words add column scope ${key} not null`)
    await run(sql`create index newest_words on task_words (scope, number)`)
  },
}
