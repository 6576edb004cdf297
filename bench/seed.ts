import { Database as File, type SQLQueryBindings } from 'bun:sqlite'
import { join } from 'node:path'
import type { Insertable } from 'kysely'
import { positionBetween } from '#core/order.ts'
import { DAY, instant, later } from '#core/time.ts'
import { KeyRing, newToken } from '#crypto/keys.ts'
import { connect, newId } from '#db/db.ts'
import { migrate } from '#db/migrate.ts'
import type { Tables } from '#db/schema.ts'

/** What a full database is made from. */
export type Filling = {
  /** The DATA_DIR. */
  dir: string
  secret: string
  /** The hash that everybody's password has. */
  phc: string
  people: number
  /** The titles of each person's tasks. */
  titles: string[]
  /** How many of the people, spread evenly, are logged in. */
  loggedIn: number
}

/** Where the sessions of those who are logged in are needed: their Cookie headers. */
export type Filled = { cookies: string[] }

/** The address of the person with this number, from 0. */
export const emailOf = (person: number): string => `person${person}@example.com`

/**
 * Makes a database in `dir` with people who have tasks, and sessions of some. It goes around the app and its journal,
 * and does not wait for the disk: a hundred thousand people take seconds.
 */
export async function fill({ dir, secret, phc, people, titles, loggedIn }: Filling): Promise<Filled> {
  const path = join(dir, 'get-it-done.db')
  const db = connect({ file: path })
  await migrate(db)
  await db.close()
  const file = new File(path)
  file.run('pragma synchronous = off')
  file.run('pragma cache_size = -200000')
  const keys = new KeyRing({ current: secret, previous: [], audience: '' })
  const rows = new Rows(file)
  const positions = positionsFor(titles.length)
  const every = Math.floor(people / loggedIn)
  const cookies: string[] = []
  file.transaction(() => {
    for (let person = 0; person < people; person++) {
      const id = addPerson(rows, person, phc)
      addTasks(rows, id, titles, positions)
      if (person % every === 0 && cookies.length < loggedIn) cookies.push(`sid=${addSession(rows, keys, id)}`)
    }
  })()
  file.run('pragma wal_checkpoint(truncate)')
  file.close()
  return { cookies }
}

function positionsFor(count: number): string[] {
  const positions: string[] = []
  for (let i = 0; i < count; i++) positions.push(positionBetween(positions.at(-1), undefined))
  return positions
}

const now = new Date()
const at = instant(now)

function addPerson(rows: Rows, person: number, phc: string): string {
  const user = userRow(emailOf(person), phc)
  rows.add('users', user)
  return user.id
}

/** Somebody in Berlin with that address and that hash of their password. */
export const userRow = (email: string, phc: string | null) =>
  ({
    id: newId(),
    public_id: newId(),
    email,
    email_canon: email,
    name: '',
    role: 'user',
    status: 'active',
    password_phc: phc,
    cred_version: 1,
    zone: 'Europe/Berlin',
    locale: 'en-GB',
    week_start: 'monday',
    theme: 'system',
    seq: 0,
    created_at: at,
  }) satisfies Insertable<Tables['users']>

function addTasks(rows: Rows, owner: string, titles: string[], positions: string[]): void {
  const list_id = newId()
  const inbox = { id: list_id, owner_id: owner, kind: 'inbox', name: 'Inbox', position: 'a0', seq: 0 } as const
  rows.add('lists', { ...inbox, created_at: at, deleted_at: null })
  rows.add('list_members', { list_id, user_id: owner, role: 'owner' })
  for (const [i, title] of titles.entries()) {
    const task = { id: newId(), list_id, title, notes: '', position: positions[i]! }
    rows.add('tasks', { ...task, created_by: owner, created_at: at, completed_at: null, deleted_at: null })
  }
}

function addSession(rows: Rows, keys: KeyRing, user_id: string): string {
  const { token, row } = sessionRow(keys, user_id)
  rows.add('sessions', row)
  return token
}

/** A session that lasts, and the token by which the browser is known. */
export function sessionRow(keys: KeyRing, user_id: string): { token: string; row: Insertable<Tables['sessions']> } {
  const token = newToken()
  const { mac, keyId } = keys.mac('session', token)
  const row: Insertable<Tables['sessions']> = {
    id: newId(),
    token_mac: mac,
    key_id: keyId,
    public_id: newId(),
    user_id,
    cred_version: 1,
    amr: 'pwd',
    auth_at: at,
    sudo_until: at,
    persistent: 1,
    created_at: at,
    last_seen_at: at,
    idle_expires_at: later(now, 14 * DAY),
    absolute_expires_at: later(now, 30 * DAY),
    cookie_sent_at: at,
    ip_first: '127.0.0.1',
    ip_last: '127.0.0.1',
    user_agent: 'bench',
  }
  return { token, row }
}

/** Adds rows by one prepared statement for each table. */
class Rows {
  readonly #file: File
  readonly #statements = new Map<string, (values: SQLQueryBindings[]) => void>()

  constructor(file: File) {
    this.#file = file
  }

  add<T extends keyof Tables>(table: T, row: Insertable<Tables[T]>): void {
    let add = this.#statements.get(table)
    if (!add) {
      const columns = Object.keys(row)
      const places = columns.map(() => '?').join(', ')
      const statement = this.#file.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`)
      add = (values) => statement.run(...values)
      this.#statements.set(table, add)
    }
    add(Object.values(row) as SQLQueryBindings[])
  }
}
