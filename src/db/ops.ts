import { sql, type Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import type { Db } from './db.ts'
import type { Tables, User } from './schema.ts'

type Person = Pick<User, 'id'>

/** What an undo or a redo is about: the act at the bottom of it, and whether that act stands afterwards. */
export type About = {
  act: string
  stands: 0 | 1
  /** Nothing happens, and `OutOfTurn` is thrown, when somebody was quicker and the act is so already. */
  inTurn?: true
}

/** The op that is written down before anything is done: by which key it is known, what it is, what it is about. */
export type Noted = {
  what: string
  now: Date
  request?: string
  undoes?: string
  about?: About
}

/** Another request has undone (or redone) the act that this one was to undo (or redo). */
export class OutOfTurn extends Error {}

/**
 * Writes the op down; false when it is known already, so that its request is a repeat. Refuses the key of another
 * request. The primary key decides who was first: on PostgreSQL a second request with the same id waits here.
 */
export async function noteOp(trx: Transaction<Tables>, user: Person, op: string, noted: Noted): Promise<boolean> {
  const written = await trx
    .insertInto('ops')
    .values({
      user_id: user.id,
      op_id: op,
      what: noted.what,
      request: noted.request ?? null,
      at: instant(noted.now),
      undoes: noted.undoes ?? null,
      ...(noted.undoes === undefined && { turn: nextTurn(user), stands: 1 as const }),
      act_id: noted.about?.act ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (written.numInsertedOrUpdatedRows === 0n) return refuseOther(trx, user, op, noted)
  if (noted.about) await turnOver(trx, user, op, noted.about)
  return true
}

/** An act that changed nothing: going back passes it by. */
export async function forgetTurn(trx: Transaction<Tables>, user: Person, op: string): Promise<void> {
  await trx
    .updateTable('ops')
    .set({ stands: null, turn: null })
    .where('user_id', '=', user.id)
    .where('op_id', '=', op)
    .where('stands', '=', 1)
    .execute()
}

/** The last act of `user` that has an effect and is not undone: what undoing without further words undoes. */
export const lastStanding = (db: Db, user: Person): Promise<{ op_id: string } | undefined> =>
  db
    .selectFrom('ops')
    .select('op_id')
    .where('user_id', '=', user.id)
    // Written out: SQLite uses an index on some of the rows only when it reads in the query which ones.
    .where(sql<boolean>`stands = 1`)
    .orderBy('turn', 'desc')
    .orderBy('op_id', 'desc')
    .limit(1)
    .executeTakeFirst()

/**
 * The act of `user` that was undone last, with the op that undid it, as long as nothing else was done since: what
 * redoing without further words redoes.
 */
export async function lastUndone(db: Db, user: Person): Promise<{ op_id: string; undone_by: string } | undefined> {
  const undone = await db
    .selectFrom('ops')
    .select(['op_id', 'undone_by', 'undone_turn'])
    .where('user_id', '=', user.id)
    .where(sql<boolean>`stands = 0`)
    .orderBy('undone_turn', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!undone?.undone_by || (undone.undone_turn ?? 0) < (await turnOfLastAct(db, user))) return undefined
  return { op_id: undone.op_id, undone_by: undone.undone_by }
}

// Acts that are undone count too: what was done after an undo ends what could be redone for good.
async function turnOfLastAct(db: Db, user: Person): Promise<number> {
  const { turn } = await db
    .selectFrom('ops')
    .select((eb) => eb.fn.max('turn').as('turn'))
    .where('user_id', '=', user.id)
    .where('stands', 'is not', null)
    .executeTakeFirstOrThrow()
  return turn ?? 0
}

/** The number after those of all acts and all that is undone at present, so that each is later than what was before it. */
const nextTurn = (user: Person) =>
  sql<number>`(select coalesce(max(turn), 0) + 1 from (
    select max(turn) as turn from ops where user_id = ${user.id} and stands is not null
    union all select max(undone_turn) from ops where user_id = ${user.id} and stands = 0) as turns)`

// Also the lock: of two requests that undo one act the second waits here and then finds it undone.
async function turnOver(trx: Transaction<Tables>, user: Person, op: string, { act, stands, inTurn }: About) {
  const turned = await trx
    .updateTable('ops')
    .set({
      stands,
      undone_by: stands === 0 ? op : null,
      undone_turn: stands === 0 ? nextTurn(user) : null,
    })
    .where('user_id', '=', user.id)
    .where('op_id', '=', act)
    .where('stands', '=', stands === 0 ? 1 : 0)
    .executeTakeFirst()
  if (turned.numUpdatedRows === 0n && inTurn) throw new OutOfTurn(`${act} was not in turn.`)
}

async function refuseOther(trx: Transaction<Tables>, user: Person, op: string, { request }: Noted): Promise<false> {
  const known = await trx
    .selectFrom('ops')
    .select('request')
    .where('user_id', '=', user.id)
    .where('op_id', '=', op)
    .executeTakeFirstOrThrow()
  if (known.request === (request ?? null)) return false
  throw new Refusal('invalid', 'This change carries the key of another change, so it was not made. Please do it again.')
}
