import { sql, type Transaction } from 'kysely'
import { wordsOf } from '#core/words.ts'
import { type Db, kindOf } from './db.ts'
import type { Tables, Task } from './schema.ts'

/** What of a task decides by which words it is found, and among which tasks. */
export type Worded = Pick<Task, 'id' | 'list_id' | 'title' | 'notes' | 'completed_at' | 'deleted_at'>

/** What of a task decides among which tasks it is found. */
export type Scoped = Omit<Worded, 'title' | 'notes'>

/**
 * Writes down by which words these tasks are found: at once for all, in the transaction of the change. Those that are
 * deleted are found no more; they keep their words and their number, so that they come back to their place.
 */
export async function keepWords(trx: Transaction<Tables>, tasks: Worded[]): Promise<void> {
  const keep = kindOf(trx) === 'sqlite' ? keepInSqlite : keepInPostgres
  for (let i = 0; i < tasks.length; i += AT_ONCE) await keep(trx, tasks.slice(i, i + AT_ONCE))
}

/**
 * Writes down among which tasks these are found from now on. Their words are as they were: those of long notes are
 * neither read nor written for it.
 */
export async function keepScopes(trx: Transaction<Tables>, tasks: Scoped[]): Promise<void> {
  const keep = kindOf(trx) === 'sqlite' ? rescopeInSqlite : rescopeInPostgres
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
export const WORD_TABLES = {
  sqlite: ['task_words', 'task_words_long', 'task_numbers'],
  postgres: ['task_words', 'task_words_long'],
}

/** Whether a table follows from others, or is one of those that SQLite makes for such a table. */
export const isWordTable = (name: string): boolean => /^task_(words(_\w+)?|numbers)$/.test(name)

/** By what the tasks of a list in this state are found on SQLite, in a column of its own. */
export const scopeOf = (list: string, state: State): string => state.slice(0, 1) + list.replaceAll('-', '')

/**
 * By what the tasks in this state in the lists of a person are found on PostgreSQL: every word of them begins with it, so
 * that the index leads past all others. Two people may share it; the lists have to be asked for in any case.
 */
export const scopeOfOwner = (owner: string, state: State): string => state.slice(0, 1) + owner.slice(-6)

/** Whether a task is open, completed or deleted. */
type State = 'open' | 'done' | 'gone'

const stateOf = ({ completed_at, deleted_at }: Scoped): State =>
  deleted_at !== null ? 'gone' : completed_at !== null ? 'done' : 'open'

/**
 * Notes of more characters than this have their words apart from the scope, so that completing or moving a task does not
 * write all of them anew. Fewer are found sooner together with it.
 */
const LONG = 500

const isLong = ({ notes }: Worded): boolean => notes.length > LONG

/** What of a task is kept together with its scope. */
const shortly = (task: Worded): Worded => (isLong(task) ? { ...task, notes: '' } : task)

const AT_ONCE = 200

async function keepInSqlite(trx: Transaction<Tables>, tasks: Worded[]): Promise<void> {
  const rows = tasks.map((task) => sql`(${task.id}, ${scopeOf(task.list_id, stateOf(task))})`)
  await sql`insert into task_numbers (task_id, scope) values ${sql.join(rows)}
    on conflict (task_id) do update set scope = excluded.scope`.execute(trx)
  for (const task of tasks) {
    const { title, notes } = shortly(task)
    await sql`insert or replace into task_words (rowid, title, notes, scope)
      select number, ${joined(title)}, ${joined(notes)}, scope from task_numbers where task_id = ${task.id}`.execute(
      trx,
    )
  }
  await sql`delete from task_words_long where rowid in (${numbersOf(tasks)})`.execute(trx)
  for (const { id, title, notes } of tasks.filter(isLong)) {
    await sql`insert into task_words_long (rowid, title, notes)
      select number, ${joined(title)}, ${joined(notes)} from task_numbers where task_id = ${id}`.execute(trx)
  }
}

const joined = (text: string): string => wordsOf(text).join(' ')

async function rescopeInSqlite(trx: Transaction<Tables>, tasks: Scoped[]): Promise<void> {
  for (const [scope, some] of Map.groupBy(tasks, (task) => scopeOf(task.list_id, stateOf(task)))) {
    const numbers = numbersOf(some)
    await sql`update task_words set scope = ${scope} where rowid in (${numbers})`.execute(trx)
    await sql`update task_numbers set scope = ${scope} where number in (${numbers})`.execute(trx)
  }
}

const numbersOf = (tasks: Scoped[]) =>
  sql`select number from task_numbers where task_id in (${sql.join(tasks.map(({ id }) => id))})`

async function keepInPostgres(trx: Transaction<Tables>, tasks: Worded[]): Promise<void> {
  const owners = await ownersOf(trx, tasks)
  const rows = tasks.map((task) => {
    const scope = scopeOfOwner(owners.get(task.list_id) ?? '', stateOf(task))
    return sql`(${task.id}, ${task.list_id}, ${scope}, ${vectorOf(shortly(task), scope)}::tsvector)`
  })
  await sql`insert into task_words (task_id, list_id, scope, words) values ${sql.join(rows)}
    on conflict (task_id) do update set list_id = excluded.list_id, scope = excluded.scope, words = excluded.words`.execute(
    trx,
  )
  await sql`delete from task_words_long where task_id in (${sql.join(tasks.map(({ id }) => id))})`.execute(trx)
  const long = tasks.filter(isLong).map((task) => sql`(${task.id}, ${vectorOf(task, '')}::tsvector)`)
  if (long.length > 0) await sql`insert into task_words_long (task_id, words) values ${sql.join(long)}`.execute(trx)
}

// In a vector written as text each word stands behind a quotation mark, with the scope in front of it.
async function rescopeInPostgres(trx: Transaction<Tables>, tasks: Scoped[]): Promise<void> {
  const owners = await ownersOf(trx, tasks)
  const rows = tasks.map(
    (task) => sql`(${task.id}, ${task.list_id}, ${scopeOfOwner(owners.get(task.list_id) ?? '', stateOf(task))})`,
  )
  await sql`update task_words set list_id = now.list_id, scope = now.scope,
    words = replace(words::text, '''' || task_words.scope, '''' || now.scope)::tsvector
    from (values ${sql.join(rows)}) as now (task_id, list_id, scope) where task_words.task_id = now.task_id`.execute(
    trx,
  )
}

async function ownersOf(trx: Transaction<Tables>, tasks: Scoped[]): Promise<Map<string, string>> {
  const lists = [...new Set(tasks.map(({ list_id }) => list_id))]
  const rows = await trx.selectFrom('lists').select(['id', 'owner_id']).where('id', 'in', lists).execute()
  return new Map(rows.map(({ id, owner_id }) => [id, owner_id]))
}

/**
 * The words as PostgreSQL keeps them, with their places, behind their scope, if they have one: those of the title a second
 * time behind a `^`. It is not left to PostgreSQL to find the words, so that both databases find the same.
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
