import { sql } from 'kysely'
import { instant } from '#core/time.ts'
import { built } from '#db/built.ts'
import { type Database, pointsNowhere } from '#db/db.ts'
import type { SessionRow } from '#db/schema.ts'
import { type Remembered, type Session, SessionEnded } from '#web/env.ts'
import { MOST_BYTES, rules } from './remembered.ts'
import { hasTwoSteps } from './session-rows.ts'

/**
 * The session of one request: who it belongs to, and a small dictionary of what it remembers. Who a person is
 * never stands in the dictionary. What changed in it is written once, after the request, key by key, so that
 * two requests that change different keys both win. Values changed in place are noticed too.
 */
export class OpenSession implements Session {
  readonly row: SessionRow
  readonly #db: Database
  readonly #clock: () => Date
  #kept: Map<string, string> | undefined
  readonly #values = new Map<keyof Remembered, unknown>()
  /** What was read, as text, to see afterwards whether it was changed in place. */
  readonly #asRead = new Map<string, string | undefined>()

  constructor(db: Database, row: SessionRow, clock: () => Date) {
    this.row = row
    this.#db = db
    this.#clock = clock
  }

  get id(): string {
    return this.row.id
  }

  get publicId(): string {
    return this.row.public_id
  }

  get userId(): string {
    return this.row.user_id
  }

  get persistent(): boolean {
    return this.row.persistent === 1
  }

  get hasTwoSteps(): boolean {
    return hasTwoSteps(this.row.amr)
  }

  get byPassword(): boolean {
    return this.row.amr.startsWith('pwd')
  }

  isSudo(): boolean {
    return this.row.sudo_until !== null && Date.parse(this.row.sudo_until) > this.#clock().getTime()
  }

  async stillIn(): Promise<boolean> {
    const now = instant(this.#clock())
    const row = await this.#db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select('sessions.id')
      .where('sessions.id', '=', this.id)
      .where('sessions.absolute_expires_at', '>', now)
      .where('sessions.idle_expires_at', '>', now)
      .where('users.status', '=', 'active')
      .whereRef('users.cred_version', '=', 'sessions.cred_version')
      .executeTakeFirst()
    return row !== undefined
  }

  async get<K extends keyof Remembered>(key: K): Promise<Remembered[K]> {
    if (!this.#values.has(key)) {
      const value = read(key, (await this.#load()).get(key))
      this.#values.set(key, value)
      this.#asRead.set(key, JSON.stringify(value))
    }
    return (this.#values.get(key) ?? structuredClone(rules[key].standard)) as Remembered[K]
  }

  set<K extends keyof Remembered>(key: K, value: Remembered[K]): void {
    this.#values.set(key, value)
  }

  delete(key: keyof Remembered): void {
    this.#values.set(key, undefined)
  }

  async save(): Promise<void> {
    if (this.#values.size === 0) return
    const kept = await this.#load()
    const changes = [...this.#values]
      .map(([key, value]): [string, string | undefined] => [key, JSON.stringify(value)])
      .filter(([key, text]) => text !== (this.#asRead.has(key) ? this.#asRead.get(key) : kept.get(key)))
    if (changes.length === 0) return
    refuseTooMuch(new Map([...kept, ...changes]))
    for (const [key, text] of changes) await (text === undefined ? this.#erase(key) : this.#write(key, text))
  }

  async #load(): Promise<Map<string, string>> {
    if (this.#kept) return this.#kept
    const rows = await valuesOf(this.#db, { session: this.id })
    this.#kept = new Map(rows.map((row) => [row.key, row.value]))
    return this.#kept
  }

  // The row comes from the session itself: an ended session gets no values, also not by an answer that is late.
  async #write(key: string, value: string): Promise<void> {
    const written = await this.#db
      .insertInto('session_values')
      .columns(['session_id', 'key', 'value'])
      .expression((eb) =>
        eb
          .selectFrom('sessions')
          .select([
            'sessions.id',
            sql<string>`cast(${key} as text)`.as('key'),
            sql<string>`cast(${value} as text)`.as('value'),
          ])
          .where('sessions.id', '=', this.id),
      )
      .onConflict((conflict) => conflict.columns(['session_id', 'key']).doUpdateSet({ value }))
      .executeTakeFirst()
      .catch((error) => {
        // PostgreSQL saw the session when it began and missed it when it looked again.
        throw pointsNowhere(error) ? new SessionEnded() : error
      })
    if (written.numInsertedOrUpdatedRows === 0n) throw new SessionEnded()
  }

  async #erase(key: string): Promise<void> {
    await this.#db.deleteFrom('session_values').where('session_id', '=', this.id).where('key', '=', key).execute()
  }
}

const valuesOf = built((db, { session }: { session: string }) =>
  db.selectFrom('session_values').select(['key', 'value']).where('session_id', '=', session),
)

// A value of an older version that does not fit any more counts as not there.
function read<K extends keyof Remembered>(key: K, text: string | undefined): Remembered[K] {
  const { shape, standard } = rules[key]
  const found = text === undefined ? undefined : shape.safeParse(JSON.parse(text))
  return found?.success ? found.data : structuredClone(standard)
}

function refuseTooMuch(values: Map<string, string | undefined>): void {
  let bytes = 0
  for (const [key, text] of values) bytes += text === undefined ? 0 : Buffer.byteLength(key + text)
  if (bytes > MOST_BYTES) throw new Error(`A session remembers at most ${MOST_BYTES} bytes, this would be ${bytes}.`)
}
