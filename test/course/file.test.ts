import { Database as File } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Refusal } from '#core/refusal.ts'
import { readCourse } from '#db/course-file.ts'
import { classOf, courseFile, LESSON, newPath } from './file.ts'

const [USER = '', TASK = ''] = LESSON
const ANA = "insert into user values (1, 'ana@example.com', 'x')"

const good = () => classOf([['ana@example.com', 'sunflower', ['Buy milk']]])

function written(content: string | Uint8Array): string {
  const path = newPath()
  writeFileSync(path, content)
  return path
}

function refusalOf(path: string): string {
  try {
    readCourse(path)
  } catch (error) {
    if (error instanceof Refusal) return error.sentence
    throw error
  }
  return 'It was taken.'
}

const hostile: [what: string, make: () => string, sentence: string][] = [
  ['no file', () => newPath(), 'There is no file'],
  ['a folder', () => dirname(good()), 'It is not a file.'],
  ['an empty file', () => written(''), 'It is not an SQLite database.'],
  ['a text', () => written('milk, bread'.repeat(1000)), 'It is not an SQLite database.'],
  ['only the first words of a database', () => written('SQLite format 3\0'), 'It is not an SQLite database.'],
  [
    'noise behind the first words',
    () => written(Buffer.concat([readFileSync(good()).subarray(0, 100), Buffer.alloc(8000, 0x5a)])),
    'SQLite cannot read it.',
  ],
  ['a database cut off', cutOff, 'is damaged, so nothing was brought in.'],
  ['more than a class can fill', huge, 'has more than 64 MB'],
  ['another database', () => courseFile(['create table milk (id)']), 'It has no user.id, user.email, user.pw_hash,'],
  ['no tasks', () => courseFile([USER]), 'It has no task.id, task.name, task.completed, task.owner_id.'],
  ['no passwords', () => courseFile(['create table user (id, email)', TASK]), 'It has no user.pw_hash.'],
  [
    'people that are computed without end',
    () =>
      courseFile([
        `create view user as with recursive more(id) as (select 1 union all select id + 1 from more)
          select id, 'x' as email, 'x' as pw_hash from more`,
        TASK,
      ]),
    'It has no user.id',
  ],
  [
    'names that are computed',
    () => courseFile([USER, 'create table task (id, completed, owner_id, name as (hex(zeroblob(400000000))))']),
    'It has no task.name.',
  ],
  ['an address that is bytes', () => courseFile([...LESSON, "insert into user values (1, x'00ff', 'x')"]), 'the email'],
  ['no address', () => courseFile([...LESSON, "insert into user values (1, null, 'x')"]), 'row 1 of user the email'],
  [
    'a password that is a number',
    () => courseFile(['create table user (id, email, pw_hash)', TASK, "insert into user values (1, 'x', 3.5)"]),
    'row 1 of user the secret',
  ],
  ['a name that is bytes', () => courseFile([...LESSON, ANA, "insert into task values (1, x'00', 0, 1)"]), 'the name'],
  [
    'a name that never ends',
    () => courseFile([...LESSON, ANA, `insert into task values (1, '${'y'.repeat(70_000)}', 0, 1)`]),
    'row 1 of task the name',
  ],
  [
    'tasks that are done perhaps',
    () => courseFile([...LESSON, ANA, "insert into task values (1, 'x', 'perhaps', 1)"]),
    'row 1 of task the completed',
  ],
  [
    'too many people',
    () =>
      courseFile([
        ...LESSON,
        `insert into user (email) with recursive n(i) as (select 1 union all select i + 1 from n where i < 1001)
          select i || '@example.com' from n`,
      ]),
    'It has more than 1,000 rows of user.',
  ],
]

test.each(hostile)('%s is refused in a sentence', (_, make, sentence) => {
  expect(refusalOf(make())).toContain(sentence)
})

test('a file that its app still writes to is refused', () => {
  const path = good()
  writeFileSync(`${path}-journal`, 'half')
  expect(refusalOf(path)).toContain('Stop the app of the course first.')
})

test('the file is only read, and nothing is put beside it', () => {
  const path = good()
  const file = new File(path)
  file.run('pragma journal_mode = wal')
  file.close()
  const [before, { mtimeMs }] = [readFileSync(path), statSync(path)]
  expect(readCourse(path).people).toHaveLength(1)
  expect(readFileSync(path).equals(before)).toBe(true)
  expect([statSync(path).mtimeMs, readdirSync(dirname(path))]).toEqual([mtimeMs, ['get-it-done.db']])
})

function cutOff(): string {
  const path = classOf([['ana@example.com', 'sunflower', Array.from({ length: 2000 }, (_, i) => `Task ${i}`)]])
  const bytes = readFileSync(path)
  return written(Buffer.concat([bytes.subarray(0, 4096 * 3), Buffer.alloc(bytes.length - 4096 * 3)]))
}

function huge(): string {
  const path = newPath()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'SQLite format 3\0')
  truncateSync(path, 65 * 1024 * 1024)
  return path
}
