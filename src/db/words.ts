import { sql, type Transaction } from 'kysely'
import { wordsOf } from '#core/words.ts'
import { type Db, kindOf } from './db.ts'
import type { Tables, Task } from './schema.ts'

/** What of a task decides by which words it is found, and among which tasks. */
export type Worded = Pick<Task, 'id' | 'list_id' | 'title' | 'notes' | 'completed_at' | 'deleted_at'>

/**
 * Writes down by which words these tasks are found: at once for all, in the transaction of the change. Those that are
 * deleted are found no more; they keep their number, so that they come back to their place.
 */
export async function keepWords(trx: Transaction<Tables>, tasks: Worded[]): Promise<void> {
  const keep = kindOf(trx) === 'sqlite' ? keepInSqlite : keepInPostgres
  for (let i = 0; i < tasks.length; i += AT_ONCE) await keep(trx, tasks.slice(i, i + AT_ONCE))
}

/** Writes the words of all tasks anew: after tasks came in by another way than the journal. */
export async function keepAllWords(trx: Transaction<Tables>): Promise<void> {
  for (const table of WORD_TABLES[kindOf(trx)]) await sql`delete from ${sql.table(table)}`.execute(trx)
  for (let after: Pick<Task, 'created_at' | 'id'> | undefined = { created_at: '', id: '' }; after; ) {
    const tasks = await tasksAfter(trx, after)
    await keepWords(trx, tasks)
    after = tasks.at(-1)
  }
}

/** The tables that hold the words. They follow from the tasks, so nobody needs a copy of them. */
export const WORD_TABLES = { sqlite: ['task_words', 'task_numbers'], postgres: ['task_words'] }

/** Whether a table follows from others, or is one of those that SQLite makes for such a table. */
export const isWordTable = (name: string): boolean => /^task_(words(_\w+)?|numbers)$/.test(name)

/** By what the open or the completed tasks of a list are found on SQLite, in a column of its own. */
export const scopeOf = (list: string, isOpen: boolean): string => (isOpen ? 'o' : 'd') + list.replaceAll('-', '')

/**
 * By what the open or the completed tasks in the lists of a person are found on PostgreSQL: every word of them begins with
 * it, so that the index leads past all others. Two people may share it; the lists have to be asked for in any case.
 */
export const scopeOfOwner = (owner: string, isOpen: boolean): string => (isOpen ? 'o' : 'd') + owner.slice(-6)

const AT_ONCE = 200

async function keepInSqlite(trx: Transaction<Tables>, tasks: Worded[]): Promise<void> {
  const ids = sql.join(tasks.map(({ id }) => sql`(${id})`))
  await sql`insert into task_numbers (task_id) values ${ids} on conflict (task_id) do nothing`.execute(trx)
  for (const task of tasks) {
    const number = sql`(select number from task_numbers where task_id = ${task.id})`
    if (task.deleted_at !== null) await sql`delete from task_words where rowid = ${number}`.execute(trx)
    else
      await sql`insert or replace into task_words (rowid, title, notes, scope) values
        (${number}, ${wordsOf(task.title).join(' ')}, ${wordsOf(task.notes).join(' ')}, ${scopeOf(task.list_id, task.completed_at === null)})`.execute(
        trx,
      )
  }
}

async function keepInPostgres(trx: Transaction<Tables>, tasks: Worded[]): Promise<void> {
  const owners = await ownersOf(trx, [...new Set(tasks.map((task) => task.list_id))])
  const rows = tasks.map((task) => {
    const isGone = task.deleted_at !== null
    const scope = scopeOfOwner(owners.get(task.list_id) ?? '', task.completed_at === null)
    return sql`(${task.id}, ${task.list_id}, ${isGone ? 'gone' : scope}, ${isGone ? '' : vectorOf(task, scope)}::tsvector)`
  })
  await sql`insert into task_words (task_id, list_id, scope, words) values ${sql.join(rows)}
    on conflict (task_id) do update set list_id = excluded.list_id, scope = excluded.scope, words = excluded.words`.execute(
    trx,
  )
}

async function ownersOf(trx: Transaction<Tables>, lists: string[]): Promise<Map<string, string>> {
  const rows = await trx.selectFrom('lists').select(['id', 'owner_id']).where('id', 'in', lists).execute()
  return new Map(rows.map(({ id, owner_id }) => [id, owner_id]))
}

/**
 * The words as PostgreSQL keeps them, with their places, behind their scope: those of the title a second time behind a
 * `^`. It is not left to PostgreSQL to find the words, so that both databases find the same.
 */
function vectorOf(task: Worded, scope: string): string {
  const places = new Map<string, number[]>()
  const note = (word: string, place: number) => places.set(word, [...(places.get(word) ?? []).slice(0, 20), place])
  const title = wordsOf(task.title)
  title.forEach((word, i) => {
    note(word, i + 1)
    note(`^${word}`, i + 1)
  })
  // A gap, so that no phrase reaches from the title into the notes.
  wordsOf(task.notes).forEach((word, i) => {
    note(word, title.length + i + 10)
  })
  return [...places].map(([word, at]) => `'${scope}${word}':${at.join(',')}`).join(' ')
}

const tasksAfter = (db: Db, after: Pick<Task, 'created_at' | 'id'>) =>
  db
    .selectFrom('tasks')
    .select(['id', 'list_id', 'title', 'notes', 'completed_at', 'deleted_at', 'created_at'])
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '>', tuple(after.created_at, after.id)))
    .orderBy('created_at')
    .orderBy('id')
    .limit(2000)
    .execute()
