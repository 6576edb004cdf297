import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, type Db, isDuplicate, newId } from '#db/db.ts'
import { changesOf, journal, type Write } from '#db/journal.ts'
import type { List, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'

type Person = Pick<User, 'id'>

/** How many lists somebody can have: all of them stand beside every page. */
export const MOST_LISTS = 500

/** A list to be made, and the id it was born with. */
export type WantedList = { name: string; color: string; id?: string | undefined }

/**
 * Makes a list below the others of `user`. The same id with the same name and colour again answers as the first did;
 * with others, or when that list is deleted by now, it makes another list under a fresh id. Refuses an id that belongs to
 * somebody else, and more than `MOST_LISTS` lists.
 */
export async function addList(
  db: Database,
  user: Person,
  wanted: WantedList,
  asked: Asked,
): Promise<{ op: string; id: string }> {
  const act = { ...asked, what: 'list.added', lists: [], owner: user.id }
  try {
    const done = await journal(db, user, act, (write) => addOnce(write, user, wanted))
    return done.repeated ? { op: done.op, id: (await changesOf(db, user, done.op))[0]?.id ?? '' } : done.value
  } catch (error) {
    // Somebody else was quicker with the same id: on PostgreSQL only the primary key sees that.
    if (isDuplicate(error)) refuseTakenId()
    throw error
  }
}

/** Says that an id is in use, without a word about what it stands for. */
export function refuseTakenId(): never {
  throw new Refusal('conflict', 'This could not be added under its id. Please add it once more.', { field: 'id' })
}

async function addOnce(write: Write, user: Person, wanted: WantedList): Promise<{ op: string; id: string }> {
  const { id = newId(), name, color } = wanted
  const known = await write.trx.selectFrom('lists').selectAll().where('id', '=', id).executeTakeFirst()
  if (!known) return insert(write, user, { ...wanted, id })
  if (known.owner_id !== user.id) refuseTakenId()
  const first = await bornBy(write.trx, user, 'lists', id)
  const isSame = known.deleted_at === null && first?.born.name === name && (first.born.color ?? '') === color
  return first && isSame ? { op: first.op, id } : insert(write, user, { ...wanted, id: newId() })
}

async function insert(write: Write, user: Person, { id, name, color }: WantedList & { id: string }) {
  const { position, count } = await lastOf(write.trx, user)
  if (count >= MOST_LISTS)
    throw new Refusal('invalid', `You have ${MOST_LISTS} lists, and that is the most. Delete one to make room.`, {
      field: 'name',
    })
  await write.insert('lists', {
    id,
    owner_id: user.id,
    kind: 'list',
    name,
    color,
    position: positionBetween(position, undefined),
    seq: 0,
    created_at: instant(write.now),
    deleted_at: null,
  })
  await write.trx.insertInto('list_members').values({ list_id: id, user_id: user.id, role: 'owner' }).execute()
  return { op: write.op, id }
}

async function lastOf(db: Db, user: Person): Promise<{ position: string | undefined; count: number }> {
  const { position, count } = await db
    .selectFrom('lists')
    .select((eb) => [
      eb.fn.max('position').as('position'),
      eb.fn
        .countAll<number>()
        .filterWhere((list) => list('deleted_at', 'is', null))
        .as('count'),
    ])
    .where('owner_id', '=', user.id)
    .executeTakeFirstOrThrow()
  return { position: position ?? undefined, count: Number(count) }
}

/** As what a row of `table` was added by `user`, and the op that did it. It may have been changed since. */
export async function bornBy(
  db: Db,
  user: Person,
  table: 'lists' | 'sections' | 'labels',
  id: string,
): Promise<{ op: string; born: Partial<List> } | undefined> {
  const entry = await db
    .selectFrom('changes')
    .select(['op_id', 'after'])
    .where('row_id', '=', id)
    .where('user_id', '=', user.id)
    .where('table_name', '=', table)
    .where('before', 'is', null)
    .executeTakeFirst()
  return entry && { op: entry.op_id, born: JSON.parse(entry.after ?? '{}') as Partial<List> }
}
