import { type Insertable, type Selectable, sql, type Transaction, type Updateable } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, type Db, newId } from './db.ts'
import { Derived } from './derived.ts'
import type { JournaledTable, Tables, User } from './schema.ts'

/**
 * One thing a person does, as the journal records it.
 * - `what`: a word for people and for the flash, `task.completed`.
 * - `lists`: the ids of all lists whose tasks, sections or completions the work will touch; they are locked in id order.
 * - `owner`: the id of the person whose lists, labels or filters themselves it will touch; that person is locked first.
 * - `op`: the id of the op. With the same id and the same `request` nothing is done twice.
 * - `request`: a digest of what was asked, to tell a repeat from another request under the same id.
 */
export type Act = {
  what: string
  lists: string[]
  owner?: string
  now: Date
  op?: string
  request?: string
  undoes?: string
}

/** What became of an act: its op id, whether it was a repeat, and what the work returned (nothing for a repeat). */
export type Done<T> = { op: string; repeated: false; value: T } | { op: string; repeated: true; value: undefined }

/**
 * The only way to write lists, sections, labels, filters, tasks and completions. In one transaction it notes the op, locks the
 * lists by raising their counters, runs `work`, and appends one entry for every row that changed. After the
 * commit the lists' readers are told. Refuses an op id that was used for another request.
 */
export async function journal<T>(
  db: Database,
  user: Pick<User, 'id'>,
  act: Act,
  work: (write: Write) => Promise<T>,
): Promise<Done<T>> {
  const op = act.op ?? newId()
  return db.transact(async (trx, announce) => {
    if (!(await noteOp(trx, user, op, act))) return { op, repeated: true, value: undefined }
    const write = new Write(trx, user, op, act.now, await lock(trx, act))
    const value = await work(write)
    await write.flush()
    if (write.touched.size > 0) announce({ kind: 'change', lists: [...write.touched], op })
    return { op, repeated: false, value }
  })
}

/** The entries of one op of this person, in the order in which they were written. */
export async function changesOf(db: Db, user: Pick<User, 'id'>, op: string): Promise<Entry[]> {
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('op_id', '=', op)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    table: row.table_name,
    id: row.row_id,
    list: row.list_id,
    before: row.before === null ? undefined : (JSON.parse(row.before) as Fields),
    after: row.after === null ? undefined : (JSON.parse(row.after) as Fields),
  }))
}

/** What an op did to one row: only the fields that changed. `before` is missing for a row that was new. */
export type Entry = {
  table: JournaledTable
  id: string
  list: string | null
  before: Fields | undefined
  after: Fields | undefined
}
export type Fields = Record<string, unknown>

/** The pen that `journal` hands to its work: it changes a row and writes down what it changed. */
export class Write {
  /** The lists in which something really changed. */
  readonly touched = new Set<string>()
  /** For reading what is there now. Writing goes through the methods below. */
  readonly trx: Transaction<Tables>
  readonly op: string
  readonly now: Date
  readonly #user: Pick<User, 'id'>
  readonly #seqs: Map<string, number>
  readonly #entries: Insertable<Tables['changes']>[] = []
  readonly #derived: Derived

  constructor(trx: Transaction<Tables>, user: Pick<User, 'id'>, op: string, now: Date, seqs: Map<string, number>) {
    this.trx = trx
    this.op = op
    this.now = now
    this.#user = user
    this.#seqs = seqs
    this.#derived = new Derived(trx)
  }

  /** Adds a row. Throws when the id exists. */
  async insert<T extends JournaledTable>(table: T, row: Insertable<Tables[T]> & { id: string }): Promise<void> {
    await this.trx
      .insertInto(table)
      .values(row as never)
      .execute()
    const { id, ...fields } = row as Fields & { id: string }
    this.#note(table, row as Fields & { id: string }, undefined, fields)
    await this.#derived.follow(table, undefined, row as Fields)
  }

  /**
   * Changes fields of a row and returns the row as it is then. Fields that have the value already are
   * left alone; when none is left, nothing is written. Throws when there is no such row.
   */
  async update<T extends JournaledTable>(
    table: T,
    id: string,
    fields: Updateable<Tables[T]>,
  ): Promise<Selectable<Tables[T]>> {
    const row = (await this.trx
      .selectFrom(table as JournaledTable)
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()) as Fields
    const after = Object.fromEntries(Object.entries(fields).filter(([name, value]) => row[name] !== value))
    if (Object.keys(after).length === 0) return row as Selectable<Tables[T]>
    await this.trx
      .updateTable(table as JournaledTable)
      .set(after as never)
      .where('id', '=', id)
      .execute()
    const before = Object.fromEntries(Object.keys(after).map((name) => [name, row[name]]))
    const changed = { ...row, ...after }
    this.#note(table, changed as Fields & { id: string }, before, after)
    // Whoever looks at the list that it left must hear of it too.
    if (typeof before.list_id === 'string') this.touched.add(before.list_id)
    await this.#derived.follow(table, row, changed)
    return changed as Selectable<Tables[T]>
  }

  /** Takes a row out of sight by its `deleted_at`. The row stays, so that it can come back. */
  async remove<T extends JournaledTable>(table: T, id: string): Promise<Selectable<Tables[T]>> {
    return this.update(table, id, { deleted_at: instant(this.now) } as unknown as Updateable<Tables[T]>)
  }

  /** Appends the noted entries to the log. `journal` calls it at the end of the work. */
  async flush(): Promise<void> {
    await this.#derived.flush()
    // A statement carries a bounded number of values (SQLite: 32,766).
    for (let i = 0; i < this.#entries.length; i += 500) {
      await this.trx
        .insertInto('changes')
        .values(this.#entries.slice(i, i + 500))
        .execute()
    }
  }

  #note(table: JournaledTable, row: Fields & { id: string }, before: Fields | undefined, after: Fields | undefined) {
    const scope = scopeOf(table, row)
    const seq = this.#seqs.get(scope)
    if (seq === undefined) throw new Error(`${scope}, to which ${table} ${row.id} belongs, was not locked.`)
    this.touched.add(table === 'lists' ? row.id : scope)
    this.#entries.push({
      id: newId(),
      op_id: this.op,
      user_id: this.#user.id,
      list_id: isOwned(table) ? null : scope,
      seq,
      at: instant(this.now),
      table_name: table,
      row_id: row.id,
      before: before === undefined ? null : JSON.stringify(before),
      after: after === undefined ? null : JSON.stringify(after),
    })
  }
}

/** Whether rows of `table` belong to a person, not to a list. */
export const isOwned = (table: JournaledTable): table is 'lists' | 'labels' | 'filters' =>
  table === 'lists' || table === 'labels' || table === 'filters'

/** What the entries of a row are counted on: its list, or the person whose list or label it is. */
const scopeOf = (table: JournaledTable, row: Fields): string => (isOwned(table) ? row.owner_id : row.list_id) as string

// The op's primary key decides who was first: on PostgreSQL a second request with the same id waits here.
async function noteOp(trx: Transaction<Tables>, user: Pick<User, 'id'>, op: string, act: Act): Promise<boolean> {
  const noted = await trx
    .insertInto('ops')
    .values({
      user_id: user.id,
      op_id: op,
      what: act.what,
      request: act.request ?? null,
      at: instant(act.now),
      undoes: act.undoes ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (noted.numInsertedOrUpdatedRows !== 0n) return true
  const known = await trx
    .selectFrom('ops')
    .select('request')
    .where('user_id', '=', user.id)
    .where('op_id', '=', op)
    .executeTakeFirstOrThrow()
  if (known.request === (act.request ?? null)) return false
  throw new Refusal('invalid', 'This change carries the key of another change, so it was not made. Please do it again.')
}

// Raising a counter locks its row until the commit, on both databases. Always in the same order, so
// that two acts on the same lists wait for each other instead of blocking each other for good.
async function lock(trx: Transaction<Tables>, { owner, lists }: Act): Promise<Map<string, number>> {
  const seqs = new Map<string, number>()
  if (owner !== undefined) {
    const { seq } = await trx
      .updateTable('users')
      .set({ seq: sql`seq + 1` })
      .where('id', '=', owner)
      .returning('seq')
      .executeTakeFirstOrThrow()
    seqs.set(owner, seq)
  }
  for (const id of [...new Set(lists)].sort()) {
    const row = await trx
      .updateTable('lists')
      .set({ seq: sql`seq + 1` })
      .where('id', '=', id)
      .returning('seq')
      .executeTakeFirst()
    if (row) seqs.set(id, row.seq)
  }
  return seqs
}
