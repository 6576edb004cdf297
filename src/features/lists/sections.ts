import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { Section, User } from '#db/schema.ts'
import { listsOf, type VisibleList } from './lists.ts'

type Person = Pick<User, 'id'>

/** A section with what its reader may do in its list. */
export type VisibleSection = Section & Pick<VisibleList, 'role'>

/** The sections of a list in their order. Whether somebody may see the list is asked before. */
export const sectionsOf = (db: Db, list: string): Promise<Section[]> =>
  db
    .selectFrom('sections')
    .selectAll()
    .where('list_id', '=', list)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()

/** The section `id`. Refuses one that does not exist for `user`: unknown, deleted, or in somebody else's list. */
export async function sectionOf(db: Db, user: Person, id: string): Promise<VisibleSection> {
  const section = await evenDeletedSectionOf(db, user, id)
  return section.deleted_at === null ? section : refuseUnknownSection()
}

/** The same, with the deleted ones: a repeat of a deletion must find its section. */
export async function evenDeletedSectionOf(db: Db, user: Person, id: string): Promise<VisibleSection> {
  const section = isId(id)
    ? await listsOf(db, user)
        .clearSelect()
        .innerJoin('sections', 'sections.list_id', 'lists.id')
        .selectAll('sections')
        .select('member.role')
        .where('sections.id', '=', id)
        .executeTakeFirst()
    : undefined
  return section ?? refuseUnknownSection()
}

/** Says that there is no such section, in the same words for all who may not see it. */
export function refuseUnknownSection(): never {
  throw new Refusal('not-found', 'There is no such section. It may have been deleted.')
}
