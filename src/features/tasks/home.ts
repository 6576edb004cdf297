import { LEVELS, TOO_DEEP } from '#core/levels.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { Task, User } from '#db/schema.ts'
import { inboxOf, listOf, refuseArchived, refuseViewer, type VisibleList } from '#features/lists/lists.ts'
import { sectionOf } from '#features/lists/sections.ts'
import { taskOf } from './tasks.ts'

type Person = Pick<User, 'id'>

/** Where a task is to live, as a form says it: ids, each of which may be missing. */
export type Wish = { list?: string | undefined; section?: string | undefined; parent?: string | undefined }

/** Where a task lives: its list, the part of the list (null is above the first section), and the task it is a part of. */
export type Home = { list: VisibleList; section: string | null; parent: string | null }

/**
 * The home that `wish` names: a parent decides over its section, a section over its list, and nothing at all is the
 * Inbox. Refuses what does not exist for `user`, a list they may only read or that is archived, names that do not
 * belong together, and a parent that is so deep already that nothing may stand below it.
 */
export async function homeFor(db: Db, user: Person, wish: Wish): Promise<Home> {
  const home = await namedHome(db, user, wish)
  refuseViewer(home.list)
  refuseArchived(home.list)
  return home
}

async function namedHome(db: Db, user: Person, { list, section, parent }: Wish): Promise<Home> {
  if (parent !== undefined) return besideParent(db, user, await taskOf(db, user, parent), { list, section })
  if (section !== undefined) {
    const found = await sectionOf(db, user, section)
    if (list !== undefined && list !== found.list_id) refuseMixed('This section is not in that list.', 'section')
    return { list: await listOf(db, user, found.list_id), section, parent: null }
  }
  return {
    list: list === undefined ? await inboxOf(db, user) : await listOf(db, user, list),
    section: null,
    parent: null,
  }
}

async function besideParent(db: Db, user: Person, parent: Task, { list, section }: Wish): Promise<Home> {
  if (list !== undefined && list !== parent.list_id) refuseMixed('A subtask stands in the list of its task.', 'list')
  if (section !== undefined && section !== parent.section_id)
    refuseMixed('A subtask stands in the section of its task.', 'section')
  if ((await levelOf(db, parent)) >= LEVELS)
    throw new Refusal('invalid', `${TOO_DEEP} Choose a task further up.`, { field: 'parent' })
  return { list: await listOf(db, user, parent.list_id), section: parent.section_id, parent: parent.id }
}

/** On which level a task stands: 1 stands alone, 2 is a part of such a one. */
export async function levelOf(db: Db, { parent_id }: Pick<Task, 'parent_id'>): Promise<number> {
  let level = 1
  for (let above = parent_id; above !== null && level <= LEVELS; level++) above = await parentOf(db, above)
  return level
}

const parentOf = async (db: Db, id: string): Promise<string | null> =>
  (await db.selectFrom('tasks').select('parent_id').where('id', '=', id).executeTakeFirst())?.parent_id ?? null

function refuseMixed(sentence: string, field: string): never {
  throw new Refusal('invalid', sentence, { field })
}
