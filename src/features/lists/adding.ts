import { instant } from '#core/time.ts'
import { type Database, newId } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Added, addBorn, placeBelow } from './born.ts'

type Person = Pick<User, 'id'>

/** How many lists somebody can have: all of them stand beside every page. */
export const MOST_LISTS = 500

/** A list to be made, and the id it was born with. */
export type WantedList = { name: string; color: string; id?: string | undefined }

/** Makes a list below the others of `user`. Refuses what `addBorn` refuses, and more than `MOST_LISTS` lists. */
export const addList = (db: Database, user: Person, { id, ...wanted }: WantedList, asked: Asked): Promise<Added> =>
  addBorn(
    db,
    user,
    { ...asked, what: 'list.added', lists: [], owner: user.id },
    {
      table: 'lists',
      id,
      home: { owner_id: user.id },
      wanted,
      insert: (write, newborn) => insertList(write, user, { ...wanted, id: newborn }),
    },
  )

/**
 * Makes a list as a part of a larger change in which `user` is locked, and returns its id. Refuses more than `MOST_LISTS`
 * lists, with the field into which its name was typed.
 */
export async function insertList(
  write: Write,
  user: Person,
  { name, color, id = newId() }: WantedList,
  field = 'name',
): Promise<string> {
  await write.insert('lists', {
    id,
    owner_id: user.id,
    kind: 'list',
    name,
    color,
    position: await placeBelow(write, 'lists', user, { most: MOST_LISTS, field }),
    seq: 0,
    created_at: instant(write.now),
    deleted_at: null,
  })
  await write.trx.insertInto('list_members').values({ list_id: id, user_id: user.id, role: 'owner' }).execute()
  return id
}
