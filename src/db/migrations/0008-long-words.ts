import { sql } from 'kysely'
import type { Step } from '../migrate.ts'
import { keepAllWords } from '../words.ts'

/**
 * The words of long notes stand apart from whose task it is in and whether that is open. So completing and moving a task
 * changes a row or two, and not every word of it.
 */
export const longWords: Step = {
  name: '0008-long-words',
  up: async (run, { kind, key }, trx) => {
    if (kind === 'sqlite') {
      await run(sql`alter table task_numbers add column scope ${key} not null default ''`)
      // As task_words has it: words come in folded and parted already.
      await run(sql`create virtual table task_words_long using fts5 (
        title, notes,
        tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'", prefix = '1 2 3'
      )`)
      await run(sql`create trigger forget_long_words after delete on task_numbers
        begin delete from task_words_long where rowid = old.number; end`)
      await keepAllWords(trx)
    } else {
      await run(sql`create table task_words_long (
        task_id ${key} primary key references tasks (id) on delete cascade,
        words tsvector not null
      )`)
      await run(sql`drop index if exists words_of_tasks`)
      await keepAllWords(trx)
      // Made once at the end they are there sooner than kept along the way.
      for (const table of ['task_words', 'task_words_long']) {
        const name = table.replace('task_words', 'words_of_tasks')
        await run(sql`create index ${sql.ref(name)} on ${sql.table(table)} using gin (words) with (fastupdate = off)`)
      }
    }
  },
}
