import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { type Database, type Db, isDuplicate, newId } from '#db/db.ts'
import { type Act, changesOf, type Fields, journal, type Write } from '#db/journal.ts'
import type { User } from '#db/schema.ts'

type Person = Pick<User, 'id'>

/** What became of adding: the op that it is known by, and the id of what was added. */
export type Added = { op: string; id: string }

/** Something that may have been born on a device, under an id of its own. */
export type Birth = {
  table: 'lists' | 'sections' | 'labels' | 'filters'
  id: string | undefined
  /** Whose it is: the fields that a row under the same id must have to be no stranger's. */
  home: Fields
  /** What was asked for: the same again, under the same id, is the same wish. */
  wanted: Fields
  insert(write: Write, id: string): Promise<unknown>
}

/**
 * Adds something, in the journal. The same id with the same fields again answers as the first did; with others, or when
 * that one is deleted by now, another one is added under a fresh id. Refuses an id that is in use elsewhere.
 */
export async function addBorn(db: Database, user: Person, act: Act, birth: Birth): Promise<Added> {
  try {
    const done = await journal(db, user, act, (write) => addOnce(write, user, birth))
    return done.repeated ? { op: done.op, id: (await changesOf(db, user, done.op))[0]?.id ?? '' } : done.value
  } catch (error) {
    // Somebody else was quicker with the same id: on PostgreSQL only the primary key sees that.
    if (isDuplicate(error)) refuseTakenId()
    throw error
  }
}

/**
 * The position below everything in `table` that belongs to `user`. Refuses, beside `field`, when they have as many as
 * `most` already.
 */
export async function placeBelow(
  { trx }: Write,
  table: 'lists' | 'labels' | 'filters',
  user: Person,
  { most, field = 'name' }: { most: number; field?: string },
): Promise<string> {
  const { position, count } = await trx
    .selectFrom(table as 'lists')
    .select(({ fn }) => [
      fn.max('position').as('position'),
      fn
        .countAll<number>()
        .filterWhere((own) => own('deleted_at', 'is', null))
        .as('count'),
    ])
    .where('owner_id', '=', user.id)
    .executeTakeFirstOrThrow()
  if (Number(count) >= most)
    throw new Refusal('invalid', `You have ${most} ${table}, and that is the most. Delete one to make room.`, { field })
  return positionBetween(position ?? undefined, undefined)
}

async function addOnce(write: Write, user: Person, birth: Birth): Promise<Added> {
  const add = async (id: string) => {
    await birth.insert(write, id)
    return { op: write.op, id }
  }
  if (birth.id === undefined) return add(newId())
  const known = await rowOf(write.trx, birth.table, birth.id)
  if (!known) return add(birth.id)
  const first = await bornBy(write.trx, user, birth.table, birth.id)
  if (!first || !has(known, birth.home)) refuseTakenId()
  const isSame = known.deleted_at === null && has(first.born, birth.wanted)
  return isSame ? { op: first.op, id: birth.id } : add(newId())
}

const rowOf = (db: Db, table: Birth['table'], id: string): Promise<Fields | undefined> =>
  db
    .selectFrom(table as 'lists')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()

/** As what a row was added by `user`, and the op that did it. It may have been changed since. */
async function bornBy(db: Db, user: Person, table: Birth['table'], id: string) {
  const entry = await db
    .selectFrom('changes')
    .select(['op_id', 'after'])
    .where('row_id', '=', id)
    .where('user_id', '=', user.id)
    .where('table_name', '=', table)
    .where('before', 'is', null)
    .executeTakeFirst()
  return entry && { op: entry.op_id, born: JSON.parse(entry.after ?? '{}') as Fields }
}

// What is not in an old entry had its usual value then: nothing.
const has = (row: Fields, fields: Fields): boolean =>
  Object.entries(fields).every(([name, value]) => (row[name] ?? '') === value)

function refuseTakenId(): never {
  throw new Refusal('conflict', 'This could not be added under its id. Please add it once more.', { field: 'id' })
}
