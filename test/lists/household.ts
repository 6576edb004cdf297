import type { Database } from '#db/db.ts'
import { newId } from '#db/db.ts'
import { journal } from '#db/journal.ts'
import type { Section, User } from '#db/schema.ts'
import { asked, NOON } from '#test/tasks/household.ts'

/** A list of that name which belongs to `user`, as the tables hold it. Returns its id. */
export async function listNamed(db: Database, user: User, name: string, position = 'a1'): Promise<string> {
  const id = newId()
  const at = NOON.toISOString()
  await journal(db, user, { ...asked, what: 'list.added', lists: [], owner: user.id }, async (write) => {
    await write.insert('lists', {
      id,
      owner_id: user.id,
      kind: 'list',
      name,
      position,
      seq: 0,
      created_at: at,
      deleted_at: null,
    })
  })
  await db.insertInto('list_members').values({ list_id: id, user_id: user.id, role: 'owner' }).execute()
  return id
}

/** A section of that name in `list`. Returns its id. */
export async function sectionNamed(
  db: Database,
  user: User,
  list: string,
  name: string,
  position = 'a0',
): Promise<Section['id']> {
  const id = newId()
  const row = { id, list_id: list, name, position, created_at: NOON.toISOString(), deleted_at: null }
  await journal(db, user, { ...asked, what: 'section.added', lists: [list] }, (write) => write.insert('sections', row))
  return id
}

/** Changes a row without asking anybody, in the journal. */
export async function write(
  db: Database,
  user: User,
  list: string,
  table: 'tasks' | 'sections' | 'lists',
  id: string,
  fields: Record<string, string | number | null>,
): Promise<void> {
  const act = { ...asked, what: 'test', lists: [list], owner: user.id }
  await journal(db, user, act, (write) => write.update(table, id, fields as never))
}
