import type { Insertable, Transaction } from 'kysely'
import { newId } from './db.ts'
import type { Tables } from './schema.ts'

/**
 * Adds a person. Nobody is ever without an Inbox, so the row of the person, the Inbox and the membership in
 * it are made by this one function, in the transaction it is given. Throws when the e-mail is taken.
 */
export async function addPerson(trx: Transaction<Tables>, user: Insertable<Tables['users']>): Promise<void> {
  const inbox = { id: newId(), owner_id: user.id, kind: 'inbox', name: 'Inbox', position: 'a0', seq: 0 } as const
  await trx.insertInto('users').values(user).execute()
  await trx
    .insertInto('lists')
    .values({ ...inbox, created_at: user.created_at, deleted_at: null })
    .execute()
  await trx.insertInto('list_members').values({ list_id: inbox.id, user_id: user.id, role: 'owner' }).execute()
}
