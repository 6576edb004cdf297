import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import { type Act, journal, type Write } from '#db/journal.ts'
import type { Section, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Added, addBorn } from './born.ts'
import { listOf, refuseArchived, refuseViewer } from './lists.ts'
import { arrange, type Beside } from './ordering.ts'
import { evenDeletedSectionOf, refuseUnknownSection, sectionOf, sectionsOf, type VisibleSection } from './sections.ts'

type Person = Pick<User, 'id'>

/** How many sections a list can have: all of them stand on its page. */
export const MOST_SECTIONS = 100

/** What a change of a section leaves behind: the op it is known by, and the list in which it is. */
export type ChangedSection = { op: string; list: string }

/**
 * Makes a section below the others of a list. Refuses what `addBorn` refuses, a list that does not exist for `user`, that
 * they may only read or that is archived, and more than `MOST_SECTIONS`.
 */
export async function addSection(
  db: Database,
  user: Person,
  list: string,
  { name, id }: { name: string; id?: string | undefined },
  asked: Asked,
): Promise<ChangedSection & Added> {
  await openListOf(db, user, list)
  const act = { ...asked, what: 'section.added', lists: [list] }
  const insertIt = (write: Write, newborn: string) => insert(write, user, list, name, newborn)
  const birth = { table: 'sections', id, home: { list_id: list }, wanted: { name }, insert: insertIt } as const
  return { ...(await addBorn(db, user, act, birth)), list }
}

/** Gives a section another name. Refuses what `changeSection` refuses. */
export const renameSection = (
  db: Database,
  user: Person,
  id: string,
  name: string,
  asked: Asked,
): Promise<ChangedSection> =>
  changeSection(db, user, id, { ...asked, what: 'section.edited' }, async (write, section) => {
    refuseDeleted(section)
    await write.update('sections', id, { name })
  })

/**
 * Puts a section directly before or after another one of its list. Refuses what `changeSection` refuses, and one of
 * another list.
 */
export const moveSection = (
  db: Database,
  user: Person,
  id: string,
  { side, other }: Beside,
  asked: Asked,
): Promise<ChangedSection> =>
  changeSection(db, user, id, { ...asked, what: 'section.moved' }, async (write, section) => {
    refuseDeleted(section)
    const beside = await sectionOf(write.trx, user, other)
    if (beside.list_id !== section.list_id) throw new Refusal('invalid', 'Both sections must be in the same list.')
    await arrange(write, 'sections', await sectionsOf(write.trx, section.list_id), id, { side, other })
  })

/** Takes a section away. Its tasks go above the first section, in the same op. Refuses what `changeSection` refuses. */
export const deleteSection = (db: Database, user: Person, id: string, asked: Asked): Promise<ChangedSection> =>
  changeSection(db, user, id, { ...asked, what: 'section.deleted' }, async (write, section) => {
    if (section.deleted_at !== null) return
    const tasks = await write.trx.selectFrom('tasks').select('id').where('section_id', '=', id).execute()
    await write.updateAll('tasks', new Map(tasks.map((task) => [task.id, { section_id: null }])))
    await write.remove('sections', id)
  })

/**
 * Changes a section by `work`, in the journal under the name `what`. Refuses one that does not exist for `user`, and one of
 * a list that they may only read.
 */
async function changeSection(
  db: Database,
  user: Person,
  id: string,
  asked: Asked & Pick<Act, 'what'>,
  work: (write: Write, section: VisibleSection) => Promise<void>,
): Promise<ChangedSection> {
  const { list_id } = await evenDeletedSectionOf(db, user, id)
  const { op } = await journal(db, user, { ...asked, lists: [list_id] }, async (write) => {
    const section = await evenDeletedSectionOf(write.trx, user, id)
    refuseViewer(section)
    await work(write, section)
  })
  return { op, list: list_id }
}

async function insert(write: Write, user: Person, list: string, name: string, id: string): Promise<void> {
  // Asked again now that the list is locked.
  await openListOf(write.trx, user, list)
  const sections = await sectionsOf(write.trx, list)
  if (sections.length >= MOST_SECTIONS)
    throw new Refusal('invalid', `A list can have ${MOST_SECTIONS} sections, and this one has them.`, { field: 'name' })
  await write.insert('sections', {
    id,
    list_id: list,
    name,
    position: positionBetween(sections.at(-1)?.position, undefined),
    created_at: instant(write.now),
    deleted_at: null,
  })
}

async function openListOf(db: Database | Write['trx'], user: Person, id: string): Promise<void> {
  const list = await listOf(db, user, id)
  refuseViewer(list)
  refuseArchived(list, 'name')
}

function refuseDeleted(section: Pick<Section, 'deleted_at'>): void {
  if (section.deleted_at !== null) refuseUnknownSection()
}
