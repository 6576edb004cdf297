import { Database as File } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atTheEnd } from '#test/closing.ts'

/** What the lesson stores of a password: `hex,salt`. */
export const lessonHash = (password: string, salt = 'QxYzA'): string => `${sha256(password + salt)},${salt}`

export const sha256 = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')

/** The tables as SQLAlchemy makes them from the models of the lesson. */
export const LESSON = [
  'create table user (id integer not null primary key, email varchar(120) unique, pw_hash varchar(120))',
  `create table task (id integer not null primary key, name varchar(120), completed boolean, owner_id integer,
    foreign key (owner_id) references user (id))`,
]

/** A path for a file in a folder of its own, which goes away after the last test. */
export function newPath(name = 'get-it-done.db'): string {
  const dir = mkdtempSync(join(tmpdir(), 'gid-course-'))
  atTheEnd(async () => rmSync(dir, { recursive: true, force: true }))
  return join(dir, name)
}

/** Makes a database of the course by these statements, and returns its path. */
export function courseFile(statements: string[], rows: [sql: string, ...values: (string | number | null)[]][] = []) {
  const path = newPath()
  const file = new File(path, { create: true })
  // In one go: each row by itself would wait for the disk.
  file.transaction(() => {
    for (const statement of statements) file.run(statement)
    for (const [sql, ...values] of rows) file.run(sql, values)
  })()
  file.close()
  return path
}

/** A class of the lesson: each person with a password and the names of their tasks; those with a ✓ are completed. */
export function classOf(people: [email: string, password: string, tasks: string[]][]): string {
  const rows: [string, ...(string | number | null)[]][] = []
  for (const [i, [email, password, tasks]] of people.entries()) {
    rows.push(['insert into user values (?, ?, ?)', i + 1, email, lessonHash(password)])
    for (const task of tasks) {
      const done = task.startsWith('✓ ')
      const name = done ? task.slice(2) : task
      rows.push(['insert into task (name, completed, owner_id) values (?, ?, ?)', name, done ? 1 : 0, i + 1])
    }
  }
  return courseFile(LESSON, rows)
}
