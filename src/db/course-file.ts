import { Database as File } from 'bun:sqlite'
import { existsSync, readFileSync, type Stats, statSync } from 'node:fs'
import { z } from 'zod'
import { Refusal } from '#core/refusal.ts'
import { diskWords } from '#disk.ts'

/** A person of the course, with what it kept of their password, and their tasks in its order. */
export type CoursePerson = { email: string; secret: string; isHash: boolean; tasks: CourseTask[] }

/** A task of the course. `completedAt` is known only where the class kept it. */
export type CourseTask = { name: string; completed: boolean; completedAt: Date | undefined }

/** Everybody in a database of the course, and how many of its tasks belong to nobody. */
export type Course = { people: CoursePerson[]; nobodys: number }

const MEGABYTE = 1024 * 1024
const MOST_BYTES = 64 * MEGABYTE
/** Every SQLite file begins with so many (https://sqlite.org/fileformat.html#the_database_header). */
const HEADER_BYTES = 100
const MOST_PEOPLE = 1000
const MOST_TASKS = 100_000
const MOST_IN_NAME = 64 * 1024

/**
 * Reads the `get-it-done.db` of the Flask course (SQLite, with the tables `user` and `task`). It is read as a whole into
 * memory: SQLite never opens the file itself, so nothing is written to it or beside it. Refuses what is no such database,
 * is damaged, larger than a class could fill, or still open in another program.
 */
export function readCourse(path: string): Course {
  const bytes = bytesOf(path)
  let file: File | undefined
  try {
    file = File.deserialize(bytes, { readonly: true })
    // Nothing that the file says of itself is run: no checks of its own, and only plain columns of plain tables are read.
    file.run('pragma trusted_schema = off')
    file.run('pragma ignore_check_constraints = on')
    return courseIn(file, path)
  } catch (error) {
    throw isSqlite(error) ? notTheCourses(path, 'SQLite cannot read it.') : error
  } finally {
    file?.close()
  }
}

function bytesOf(path: string): Uint8Array {
  const { size } = fileAt(path)
  if (size > MOST_BYTES) {
    throw new Refusal('too-large', `The file ${path} has more than ${MOST_BYTES / MEGABYTE} MB. No course fills that.`)
  }
  if (['-wal', '-journal'].some((end) => existsSync(path + end) && statSync(path + end).size > 0)) {
    throw new Refusal('conflict', `Another program has ${path} open. Stop the app of the course first.`)
  }
  const bytes = readBytes(path)
  if (bytes.length < HEADER_BYTES || bytes.subarray(0, 16).toString('latin1') !== 'SQLite format 3\0') {
    throw notTheCourses(path, 'It is not an SQLite database.')
  }
  // How it is written to (2: with a log beside it). In memory there is no beside.
  bytes.fill(1, 18, 20)
  return bytes
}

function fileAt(path: string): Stats {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new Refusal('not-found', `There is no file ${path}.`)
  // A pipe or a device might never end.
  if (!found.isFile()) throw notTheCourses(path, 'It is not a file.')
  return found
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Refusal('forbidden', `The file ${path} cannot be read: ${diskWords(error)}`)
  }
}

function courseIn(file: File, path: string): Course {
  const [users, tasks] = [columnsOf(file, 'user'), columnsOf(file, 'task')]
  const secret = SECRETS.find((name) => users.includes(name))
  const owner = OWNERS.find((name) => tasks.includes(name))
  const missing = [
    ...['id', 'email'].filter((name) => !users.includes(name)).map((name) => `user.${name}`),
    ...(secret ? [] : ['user.pw_hash']),
    ...['id', 'name', 'completed'].filter((name) => !tasks.includes(name)).map((name) => `task.${name}`),
    ...(owner ? [] : ['task.owner_id']),
  ]
  if (missing.length > 0) throw notTheCourses(path, `It has no ${missing.join(', ')}.`)
  refuseDamaged(file, path)
  const at = tasks.includes('completed_at') ? 'completed_at' : 'null'
  const people = rows(file, path, 'user', `select id, email, "${secret}" as secret from user order by id`, MOST_PEOPLE)
  const all = rows(
    file,
    path,
    'task',
    `select id, name, completed, ${at} as at, "${owner}" as owner from task order by id`,
    MOST_TASKS,
  )
  return together(people, all, secret === 'pw_hash')
}

const SECRETS = ['pw_hash', 'password']
const OWNERS = ['owner_id', 'user_id', 'owner']

/** The plain columns of a plain table: what is computed, or a view, could take forever. */
function columnsOf(file: File, table: string): string[] {
  const made = file
    .query<{ sql: string }, [string]>("select sql from sqlite_schema where type = 'table' and name = ?")
    .get(table)
  if (!made || /^\s*create\s+virtual/i.test(made.sql)) return []
  const columns = file.query<{ name: string; hidden: number }, [string]>(
    'select name, hidden from pragma_table_xinfo(?)',
  )
  return columns.all(table).flatMap(({ name, hidden }) => (hidden === 0 ? [name] : []))
}

function refuseDamaged(file: File, path: string): void {
  const [first] = file.query<{ quick_check: string }, []>('pragma quick_check(1)').all()
  if (first?.quick_check !== 'ok')
    throw new Refusal('invalid', `The file ${path} is damaged, so nothing was brought in.`)
}

/** What was made by the course has these types; SQLite itself would let anything stand in any column. */
const shapes = {
  user: z.object({ id: z.int(), email: z.string(), secret: z.string().nullable() }),
  task: z.object({
    id: z.int(),
    name: z.string().max(MOST_IN_NAME),
    completed: z.union([z.literal(0), z.literal(1), z.null()]),
    at: z.string().nullable(),
    owner: z.int().nullable(),
  }),
}

type Row<T extends keyof typeof shapes> = z.output<(typeof shapes)[T]>

function rows<T extends keyof typeof shapes>(file: File, path: string, table: T, sql: string, most: number): Row<T>[] {
  const found: Row<T>[] = []
  for (const row of file.query<Record<string, unknown>, []>(sql).iterate()) {
    const read = shapes[table].safeParse(row)
    if (!read.success) {
      const { path: [column = ''] = [] } = read.error.issues[0] ?? {}
      throw notTheCourses(
        path,
        `In row ${found.length + 1} of ${table} the ${String(column)} is not what it should be.`,
      )
    }
    if (found.length === most)
      throw notTheCourses(path, `It has more than ${most.toLocaleString('en')} rows of ${table}.`)
    found.push(read.data as Row<T>)
  }
  return found
}

function together(people: Row<'user'>[], tasks: Row<'task'>[], isHash: boolean): Course {
  const known = new Set(people.map(({ id }) => id))
  const byOwner = Map.groupBy(tasks, ({ owner }) => owner)
  return {
    people: people.map(({ id, email, secret }) => ({
      email,
      secret: secret ?? '',
      isHash,
      tasks: (byOwner.get(id) ?? []).map(taskOf),
    })),
    nobodys: tasks.filter(({ owner }) => owner === null || !known.has(owner)).length,
  }
}

function taskOf({ name, completed, at }: Row<'task'>): CourseTask {
  // SQLAlchemy writes a time without a zone: that of the machine it ran on, which is mostly this one.
  const completedAt = new Date((at ?? '').replace(' ', 'T'))
  const isKnown = at !== null && !Number.isNaN(completedAt.getTime())
  return { name, completed: completed === 1, completedAt: isKnown ? completedAt : undefined }
}

const notTheCourses = (path: string, why: string) =>
  new Refusal('invalid', `The file ${path} is not the database of the course. ${why}`)

const isSqlite = (error: unknown): boolean => /^SQLITE_/.test(String((error as { code?: unknown } | null)?.code ?? ''))
