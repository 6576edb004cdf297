import { sql, type Transaction } from 'kysely'
import { type Database, type Db, newId } from './db.ts'
import type { News } from './live.ts'
import { type About, forgetTurn, noteOp } from './ops.ts'
import type { JournaledTable, Tables, User } from './schema.ts'
import { type Fields, NotLocked, Write } from './write.ts'

export { type Fields, isOwned, NotLocked, type Write } from './write.ts'

/**
 * One thing a person does, as the journal records it.
 * - `what`: a word for people and for the flash, `task.completed`.
 * - `lists`: the ids of all lists whose tasks, sections or completions the work will touch; they are locked in id order.
 * - `owner`: the id of the person whose lists, labels or filters themselves it will touch; that person is locked first.
 * - `op`: the id of the op. With the same id and the same `request` nothing is done twice.
 * - `request`: a digest of what was asked, to tell a repeat from another request under the same id.
 * - `undoes`, `about`: for an undo or redo, the op that it takes back and what that means for the act at the bottom.
 */
export type Act = {
  what: string
  lists: string[]
  owner?: string
  now: Date
  op?: string
  request?: string
  undoes?: string
  about?: About
}

/** What became of an act: its op id, whether it was a repeat, and what the work returned (nothing for a repeat). */
export type Done<T> = { op: string; repeated: false; value: T } | { op: string; repeated: true; value: undefined }

/**
 * The only way to write lists, sections, labels, filters, tasks and completions. In one transaction it notes the op, locks
 * the lists by raising their counters, runs `work`, and appends one entry for every row that changed. After the commit the
 * lists' readers are told. Refuses an op id that was used for another request.
 */
export function journal<T>(
  db: Database,
  user: Pick<User, 'id'>,
  act: Act,
  work: (write: Write) => Promise<T>,
): Promise<Done<T>> {
  const op = act.op ?? newId()
  return db.transact((trx, announce) => journalIn(trx, announce, user, { ...act, op }, work))
}

/** The same as a part of a transaction that does more than that. */
export async function journalIn<T>(
  trx: Transaction<Tables>,
  announce: (news: News) => void,
  user: Pick<User, 'id'>,
  act: Act & { op: string },
  work: (write: Write) => Promise<T>,
): Promise<Done<T>> {
  const { op } = act
  if (!(await noteOp(trx, user, op, act))) return { op, repeated: true, value: undefined }
  const write = new Write(trx, user, op, act.now, await lock(trx, act))
  const value = await work(write)
  await write.flush()
  if (write.touched.size > 0) announce({ kind: 'change', lists: [...write.touched], op })
  else await forgetTurn(trx, user, op)
  return { op, repeated: false, value }
}

/**
 * Does `work` anew, a few times, when something went elsewhere between looking in which list it is and locking that.
 * `missed` are the lists that turned out to be needed besides, for work that cannot see them before it has begun.
 */
export async function onceLocked<T>(work: (missed: string[]) => Promise<T>): Promise<T> {
  const missed = new Set<string>()
  for (let tries = 5; ; tries--) {
    try {
      return await work([...missed])
    } catch (error) {
      if (!(error instanceof NotLocked) || tries === 0) throw error
      for (const list of error.lists) missed.add(list)
    }
  }
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
