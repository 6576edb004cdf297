import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** By which words each task is found. Words are told apart by core/words.ts, so that both databases find the same. */
export const search: Step = {
  name: '0004-search',
  up: async (run, { key, kind }) => {
    if (kind === 'sqlite') {
      await run(sql`create table task_numbers (
        number integer primary key,
        task_id ${key} not null unique references tasks (id) on delete cascade
      )`)
      // What comes in is folded and parted already; this reads it as it is. Marks that are vowels belong to words.
      await run(sql`create virtual table task_words using fts5 (
        title, notes, scope,
        tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'", prefix = '1 2 3'
      )`)
      await run(sql`create trigger forget_words after delete on task_numbers
        begin delete from task_words where rowid = old.number; end`)
    } else {
      await run(sql`create table task_words (
        task_id ${key} primary key references tasks (id) on delete cascade,
        number bigint generated always as identity,
        list_id ${key} not null,
        state ${key} not null,
        words tsvector not null
      )`)
      // Without a list of what is still to be indexed: that would be looked through by every search.
      await run(sql`create index words_of_tasks on task_words using gin (words) with (fastupdate = off)`)
      // The only index in the order of the numbers: another one would tempt PostgreSQL to look at everybody's tasks.
      await run(sql`create index newest_words on task_words (list_id, state, number)`)
    }
    // Filters look at all of a list, subtasks too, in these orders (features/search/matching.ts).
    await run(sql`create index open_everywhere on tasks
      (list_id, coalesce(due_day, '9999-99-99'), coalesce(due_time, '99:99'), priority, id)
      where completed_at is null and deleted_at is null`)
    await run(sql`create index done_everywhere on tasks (list_id, completed_at, id)
      where completed_at is not null and deleted_at is null`)
    // A later step writes the words, as they are kept since.
  },
}
