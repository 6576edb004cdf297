import type { Insertable, Selectable, Transaction, Updateable } from 'kysely'
import { instant } from '#core/time.ts'
import { newId } from './db.ts'
import { Derived } from './derived.ts'
import type { JournaledTable, Tables, User } from './schema.ts'

/** Fields of a row by their names. */
export type Fields = Record<string, unknown>

/** A row to be added. */
export type New<T extends JournaledTable> = Insertable<Tables[T]> & { id: string }

type Row = Fields & { id: string }
/** A row as it was read, and the fields that change in it. */
type Change = { row: Row; before: Fields; after: Fields }

/**
 * Something is in a list that was not named when the work began. It may have gone there since: then look again. `lists`
 * are the ids of what should have been named, as far as that is known.
 */
export class NotLocked extends Error {
  readonly lists: string[]

  constructor(lists: string[] = []) {
    super(`Not locked: ${lists.join(', ') || 'a list'}.`)
    this.lists = lists
  }
}

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
  readonly #entries: Omit<Insertable<Tables['changes']>, 'id'>[] = []
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
  insert<T extends JournaledTable>(table: T, row: New<T>): Promise<void> {
    return this.insertAll(table, [row])
  }

  /** Adds rows, however many, in a few statements. Throws when one of the ids exists. */
  async insertAll<T extends JournaledTable>(table: T, rows: New<T>[]): Promise<void> {
    for (const some of chunks(rows)) {
      await this.trx
        .insertInto(table)
        .values(some as never)
        .execute()
    }
    for (const row of rows as Row[]) {
      const { id, ...fields } = row
      // Nobody else sees a list that is made here before this is over: it needs no other lock.
      if (table === 'lists') this.#seqs.set(id, 0)
      this.#note(table, row, undefined, fields)
      this.#derived.follow(table, undefined, row)
    }
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
    const [row] = await this.updateAll(table, new Map([[id, fields]]))
    if (row === undefined) throw new Error(`There is no row ${id} in ${table}.`)
    return row
  }

  /**
   * Changes fields of rows, for each id its own, in a few statements however many there are, and returns the rows as
   * they are then. Fields that have the value already are left alone. Ids without a row are passed over.
   */
  async updateAll<T extends JournaledTable>(
    table: T,
    wanted: Map<string, Updateable<Tables[T]>>,
  ): Promise<Selectable<Tables[T]>[]> {
    const rows: Row[] = []
    for (const ids of chunks([...wanted.keys()])) {
      const known = new Map((await this.#rows(table, ids)).map((row) => [row.id, row]))
      const found = ids.map((id) => known.get(id)).filter((row) => row !== undefined)
      const changed = found.map((row) => changeOf(row, wanted.get(row.id) as Fields))
      await this.#store(
        table,
        changed.filter(({ after }) => Object.keys(after).length > 0),
      )
      rows.push(...changed.map(({ row, after }) => ({ ...row, ...after })))
    }
    return rows as Selectable<Tables[T]>[]
  }

  /** Takes a row out of sight by its `deleted_at`. The row stays, so that it can come back. */
  async remove<T extends JournaledTable>(table: T, id: string): Promise<Selectable<Tables[T]>> {
    return this.update(table, id, { deleted_at: instant(this.now) } as unknown as Updateable<Tables[T]>)
  }

  /** Whether the rows of `list` may be written: it was named when the work began, or made since. */
  isLocked(list: string): boolean {
    return this.#seqs.has(list)
  }

  /** Appends the noted entries to the log. `journal` calls it at the end of the work. */
  async flush(): Promise<void> {
    await this.#derived.flush()
    // Ids of one millisecond are in no order. These are to be read in the order in which things were done.
    const ids = this.#entries.map(() => newId()).sort()
    const entries = this.#entries.map((entry, i) => ({ ...entry, id: ids[i] as string }))
    for (const some of chunks(entries)) await this.trx.insertInto('changes').values(some).execute()
  }

  async #rows(table: JournaledTable, ids: string[]): Promise<Row[]> {
    return (await this.trx.selectFrom(table).selectAll().where('id', 'in', ids).execute()) as Row[]
  }

  async #store(table: JournaledTable, changes: Change[]): Promise<void> {
    const alike = Map.groupBy(changes, ({ after }) => JSON.stringify(after))
    if (table === 'tasks' && alike.size > FEW) await this.#overwrite(changes)
    else for (const some of alike.values()) await this.#set(table, some)
    for (const { row, before, after } of changes) {
      const changed = { ...row, ...after }
      this.#note(table, changed, before, after)
      // Whoever looks at the list that it left must hear of it too.
      if (typeof before.list_id === 'string') this.touched.add(before.list_id)
      this.#derived.follow(table, row, changed)
    }
  }

  /** Rows that change alike. */
  async #set(table: JournaledTable, changes: Change[]): Promise<void> {
    await this.trx
      .updateTable(table)
      .set(changes[0]?.after as never)
      .where(
        'id',
        'in',
        changes.map(({ row }) => row.id),
      )
      .execute()
  }

  /** Tasks of which each changes in its own way: they are written as a whole over what is there, in one statement. */
  async #overwrite(changes: Change[]): Promise<void> {
    const names = [...new Set(changes.flatMap(({ after }) => Object.keys(after)))] as (keyof Tables['tasks'])[]
    await this.trx
      .insertInto('tasks')
      .values(changes.map(({ row, after }) => ({ ...row, ...after })) as never)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((eb) => Object.fromEntries(names.map((name) => [name, eb.ref(`excluded.${name}`)])) as never),
      )
      .execute()
  }

  #note(table: JournaledTable, row: Row, before: Fields | undefined, after: Fields | undefined) {
    const scope = scopeOf(table, row)
    const seq = this.#seqs.get(scope)
    if (seq === undefined) throw new NotLocked([scope])
    this.touched.add(table === 'lists' ? row.id : scope)
    this.#entries.push({
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

/** The fields of `row` that get another value. */
function changeOf(row: Row, fields: Fields): Change {
  const after = Object.fromEntries(Object.entries(fields).filter(([name, value]) => row[name] !== value))
  return { row, before: Object.fromEntries(Object.keys(after).map((name) => [name, row[name]])), after }
}

/** More ways than this in which rows change are not worth a statement each. */
const FEW = 8

/** At most 500 at a time: a statement carries a bounded number of values (SQLite: 32,766). */
function* chunks<T>(all: T[]): Generator<T[]> {
  for (let i = 0; i < all.length; i += 500) yield all.slice(i, i + 500)
}
