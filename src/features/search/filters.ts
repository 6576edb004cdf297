import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import type { Database, Db } from '#db/db.ts'
import { journal, type Write } from '#db/journal.ts'
import type { SavedFilter, User } from '#db/schema.ts'
import { type Added, addBorn, placeBelow } from '#features/lists/born.ts'
import { arrange, type Beside } from '#features/lists/ordering.ts'
import type { Asked } from '#web/op.ts'

type Person = Pick<User, 'id'>

/** What a person says of a filter. */
export type FilterFields = { name: string; query: string }

/** How many filters somebody can have. */
const MOST_FILTERS = 200

/** The filters that `user` has saved, in their order. */
export const filtersOf = (db: Db, user: Person): Promise<SavedFilter[]> =>
  ownFilters(db, user).where('deleted_at', 'is', null).orderBy('position').orderBy('id').execute()

/** The filter `id`. Refuses one that does not exist for `user`: unknown, deleted, or somebody else's. */
export async function filterOf(db: Db, user: Person, id: string): Promise<SavedFilter> {
  const filter = await evenDeletedFilter(db, user, id)
  return filter.deleted_at === null ? filter : refuseUnknown()
}

/**
 * Saves a filter below the others. Refuses what `addBorn` refuses, and more than `MOST_FILTERS`. That the query can be
 * read was asked before.
 */
export const addFilter = (
  db: Database,
  user: Person,
  { id, ...wanted }: FilterFields & { id?: string | undefined },
  asked: Asked,
): Promise<Added> =>
  addBorn(db, user, actOf(user, asked, 'filter.added'), {
    table: 'filters',
    id,
    home: { owner_id: user.id },
    wanted,
    insert: (write, newborn) => insert(write, user, newborn, wanted),
  })

/** Writes what a person has changed in a filter. What they left as it `was` keeps what it may have become meanwhile. */
export const editFilter = (
  db: Database,
  user: Person,
  id: string,
  edit: FilterFields,
  was: Partial<FilterFields>,
  asked: Asked,
): Promise<Added> =>
  changeFilter(db, user, id, { ...asked, what: 'filter.edited' }, async (write) => {
    await filterOf(write.trx, user, id)
    const fields: Partial<FilterFields> = {}
    if (edit.name !== was.name) fields.name = edit.name
    if (edit.query !== was.query) fields.query = edit.query
    await write.update('filters', id, fields)
  })

/** Takes a filter out of sight. Deleting what is deleted changes nothing. */
export const deleteFilter = (db: Database, user: Person, id: string, asked: Asked): Promise<Added> =>
  changeFilter(db, user, id, { ...asked, what: 'filter.deleted' }, async (write, filter) => {
    if (filter.deleted_at === null) await write.remove('filters', id)
  })

/** Puts a filter before or after another one of the same person. Refuses one that does not exist for `user`. */
export const moveFilter = (
  db: Database,
  user: Person,
  id: string,
  { side, other }: Beside,
  asked: Asked,
): Promise<Added> =>
  changeFilter(db, user, id, { ...asked, what: 'filter.moved' }, async (write) => {
    await filterOf(write.trx, user, id)
    await filterOf(write.trx, user, other)
    await arrange(write, 'filters', await filtersOf(write.trx, user), id, { side, other })
  })

async function changeFilter(
  db: Database,
  user: Person,
  id: string,
  { what, ...asked }: Asked & { what: string },
  work: (write: Write, filter: SavedFilter) => Promise<void>,
): Promise<Added> {
  await evenDeletedFilter(db, user, id)
  const done = await journal(db, user, actOf(user, asked, what), async (write) =>
    work(write, await evenDeletedFilter(write.trx, user, id)),
  )
  return { op: done.op, id }
}

const actOf = (user: Person, asked: Asked, what: string) => ({ ...asked, what, lists: [], owner: user.id })

const ownFilters = (db: Db, user: Person) => db.selectFrom('filters').selectAll().where('owner_id', '=', user.id)

async function evenDeletedFilter(db: Db, user: Person, id: string): Promise<SavedFilter> {
  const filter = isId(id) ? await ownFilters(db, user).where('id', '=', id).executeTakeFirst() : undefined
  return filter ?? refuseUnknown()
}

const insert = async (write: Write, user: Person, id: string, fields: FilterFields): Promise<void> =>
  write.insert('filters', {
    id,
    owner_id: user.id,
    ...fields,
    color: '',
    position: await placeBelow(write, 'filters', user, { most: MOST_FILTERS }),
    created_at: instant(write.now),
    deleted_at: null,
  })

function refuseUnknown(): never {
  throw new Refusal('not-found', 'There is no such filter. It may have been deleted.')
}
