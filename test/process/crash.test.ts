import { Database as File } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { sql } from 'kysely'
import { connect } from '#db/db.ts'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { type Running, startServer } from '#test/running.ts'
import { settingsFor } from './command-line.ts'
import { newTaskId, Visitor } from './visitor.ts'

// The server is killed outright while people write. More rounds: CRASH_ROUNDS=300.
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? (testKind === 'sqlite' ? 10 : 3))
const PEOPLE = 4

// Every round registers people anew, and an attempt that was cut off counts as a failed one.
const UNLIMITED = Object.fromEntries(
  ['LOGIN_PER_MINUTE', 'LOGIN_PER_HOUR', 'REGISTER_PER_HOUR', 'REGISTER_ALL_PER_HOUR'].map((name) => [
    `LIMIT_${name}`,
    '1000000',
  ]),
)

test(
  `whatever was acknowledged is there after the server was killed, ${ROUNDS} times`,
  async () => {
    const database = await freshDatabase()
    const env = { ...settingsFor(database), ...UNLIMITED }
    let server = await startServer(database.dir, { env })
    const everybody: Writer[] = []
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const writers = Array.from({ length: PEOPLE }, (_, n) => new Writer(`p${round}-${n}@example.org`))
        await killWhileWriting(server, [...writers, ...registered(everybody).slice(-PEOPLE)])
        everybody.push(...writers)
        server = await startServer(database.dir, { env })
        await checkAll(database, server, everybody)
      }
      expect(total(everybody)).toBeGreaterThanOrEqual(ROUNDS * 5)
    } finally {
      await server.stop()
      await database.drop()
    }
  },
  30_000 + ROUNDS * 3000,
)

const registered = (writers: Writer[]): Writer[] => writers.filter((writer) => writer.registered)

async function killWhileWriting(server: Running, writers: Writer[]): Promise<void> {
  const writing = writers.map((writer) => writer.writeUntilItFails(server.url))
  await someWrites(writers)
  await server.stop('SIGKILL')
  await Promise.all(writing)
}

/** Waits for a number of answers, not for a time: slow machines write too. Then for a moment between two of them. */
async function someWrites(writers: Writer[]): Promise<void> {
  const wanted = total(writers) + 5 + Math.random() * 60
  for (const giveUp = Date.now() + 10_000; total(writers) < wanted && Date.now() < giveUp; ) await Bun.sleep(5)
  await Bun.sleep(Math.random() * 20)
}

const total = (writers: Writer[]): number => writers.reduce((sum, writer) => sum + writer.acknowledged, 0)

type State = 'open' | 'done' | 'deleted'
type Known = { title: string; state: State }

/** A person who adds, renames, completes, reopens and deletes, and notes what was acknowledged. */
class Writer {
  readonly email: string
  acknowledged = 0
  readonly tasks = new Map<string, Known>()
  /** What was under way when the server went: it may have been done or not. */
  uncertain: { id: string; wanted: Known } | undefined
  #visitor: Visitor | undefined
  registered = false

  constructor(email: string) {
    this.email = email
  }

  async writeUntilItFails(url: string): Promise<void> {
    // The check has found out what became of it.
    this.uncertain = undefined
    this.#visitor ??= new Visitor(url, { email: this.email })
    this.#visitor.url = this.#visitor.base = url
    try {
      if (!this.registered) await this.#register()
      while (true) await this.#writeOne()
    } catch (error) {
      // The connection broke: that is what these tests are about. Anything else is a failure.
      if (!/connect|socket|closed|reset|unable/i.test(String(error))) throw error
    }
  }

  async page(url: string): Promise<Response> {
    const visitor = this.#visitor!
    visitor.url = visitor.base = url
    return visitor.get('/')
  }

  async #register() {
    const answer = await this.#visitor!.register()
    if (answer.status !== 303) throw new Error(`Registering was answered with ${answer.status}.`)
    this.registered = true
  }

  async #writeOne() {
    const there = [...this.tasks].filter(([, { state }]) => state !== 'deleted')
    const chosen = there[Math.floor(Math.random() * there.length)]
    if (chosen === undefined || Math.random() < 0.4) return this.#add()
    const [known, task] = chosen
    const dice = Math.random()
    if (dice < 0.1) return this.#change(known, 'delete', { ...task, state: 'deleted' })
    if (dice < 0.4) {
      const title = `${task.title}!`.slice(-60)
      return this.#change(known, 'edit', { ...task, title }, { title, 'was-title': task.title })
    }
    if (task.state === 'open') return this.#change(known, 'complete', { ...task, state: 'done' })
    return this.#change(known, 'reopen', { ...task, state: 'open' })
  }

  async #add() {
    const id = newTaskId()
    const title = `Task ${id.slice(-6)}`
    await this.#post('/tasks', { task: title, id }, id, { title, state: 'open' })
  }

  #change(id: string, verb: string, wanted: Known, fields: Record<string, string> = {}) {
    return this.#post(`/tasks/${id}/${verb}`, fields, id, wanted)
  }

  async #post(path: string, fields: Record<string, string>, id: string, wanted: Known) {
    this.uncertain = { id, wanted }
    const answer = await this.#visitor!.post(path, fields)
    if (answer.status !== 303) throw new Error(`${path} was answered with ${answer.status}.`)
    this.uncertain = undefined
    this.acknowledged++
    this.tasks.set(id, wanted)
  }
}

async function checkAll(database: TestDatabase, server: Running, writers: Writer[]): Promise<void> {
  if ('file' in database.place) checkFile(join(database.dir, 'get-it-done.db'))
  const db = connect(database.place)
  try {
    const tasks = new Map((await db.selectFrom('tasks').selectAll().execute()).map((task) => [task.id, task]))
    for (const writer of writers) checkTasks(writer, tasks)
    await checkJournal(db)
  } finally {
    await db.close()
  }
  for (const writer of registered(writers).slice(-2 * PEOPLE)) {
    expect([writer.email, (await writer.page(server.url)).status]).toEqual([writer.email, 200])
  }
}

function checkFile(path: string) {
  const file = new File(path, { readonly: true })
  expect(file.query('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  expect(file.query('pragma foreign_key_check').all()).toEqual([])
  file.close()
}

type Row = { title: string; completed_at: string | null; deleted_at: string | null }

function checkTasks(writer: Writer, rows: Map<string, Row>) {
  const { uncertain } = writer
  if (uncertain && matches(rows.get(uncertain.id), uncertain.wanted)) writer.tasks.set(uncertain.id, uncertain.wanted)
  for (const [id, known] of writer.tasks) {
    const row = rows.get(id)
    if (!matches(row, known))
      throw new Error(`${id} should be ${JSON.stringify(known)}, but is ${JSON.stringify(row)}.`)
  }
}

const matches = (row: Row | undefined, { title, state }: Known): boolean =>
  row !== undefined && row.title === title && stateOf(row) === state

const stateOf = ({ completed_at, deleted_at }: Row): State => {
  if (deleted_at !== null) return 'deleted'
  return completed_at === null ? 'open' : 'done'
}

/** What the database itself puts into a new row, when nobody says otherwise. */
const unsaid: Record<string, Record<string, unknown>> = {
  tasks: { cancelled: 0, due_at: null, due_zone: null },
  completions: {},
}

/** Told again from its beginning, the journal gives the rows as they are: no op was written by half. */
async function checkJournal(db: ReturnType<typeof connect>): Promise<void> {
  const changes = await db.selectFrom('changes').selectAll().orderBy('seq').orderBy('id').execute()
  const told = new Map<string, Record<string, unknown>>()
  for (const { table_name, row_id, after } of changes) {
    const key = `${table_name} ${row_id}`
    told.set(key, { ...told.get(key), ...JSON.parse(after ?? '{}') })
  }
  for (const table of ['tasks', 'completions'] as const) {
    for (const row of await db.selectFrom(table).selectAll().execute()) {
      const { id, ...fields } = row
      expect({ ...unsaid[table], ...told.get(`${table} ${id}`) }).toEqual(fields)
    }
  }
  const { rows } = await sql<{ n: number }>`select count(*) as n from changes
    where not exists (select 1 from ops where ops.user_id = changes.user_id and ops.op_id = changes.op_id)`.execute(db)
  expect(rows[0]?.n).toBe(0)
  const undone = await sql<{
    n: number
  }>`select count(*) as n from tasks where completed_at is not null and deleted_at is null
    and not exists (select 1 from completions where completions.task_id = tasks.id and completions.deleted_at is null)`
  expect((await undone.execute(db)).rows[0]?.n).toBe(0)
}
