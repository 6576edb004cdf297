import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, isDuplicate, newId } from '#db/db.ts'
import { type Act, changesOf, journal, type Write } from '#db/journal.ts'
import type { Section, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { bornBy, refuseTakenId } from './adding.ts'
import { listOf, refuseArchived, refuseViewer } from './lists.ts'
import { arrange, type Beside, moved } from './ordering.ts'
import { evenDeletedSectionOf, refuseUnknownSection, sectionOf, sectionsOf, type VisibleSection } from './sections.ts'

type Person = Pick<User, 'id'>

/** How many sections a list can have: all of them stand on its page. */
export const MOST_SECTIONS = 100

/** What a change of a section leaves behind: the op it is known by, and the list in which it is. */
export type ChangedSection = { op: string; list: string }

/**
 * Makes a section below the others of a list. The same id with the same name again answers as the first did; with another
 * name, or when that section is deleted by now, it makes another one under a fresh id. Refuses a list that does not
 * exist for `user`, that they may only read or that is archived, an id that is in use elsewhere, and more than `MOST_SECTIONS`.
 */
export async function addSection(
  db: Database,
  user: Person,
  list: string,
  { name, id = newId() }: { name: string; id?: string | undefined },
  asked: Asked,
): Promise<ChangedSection & { id: string }> {
  await openListOf(db, user, list)
  try {
    const done = await journal(db, user, { ...asked, what: 'section.added', lists: [list] }, async (write) => {
      await openListOf(write.trx, user, list)
      return addOnce(write, user, list, name, id)
    })
    const first = done.repeated ? (await changesOf(db, user, done.op))[0]?.id : undefined
    return { ...(done.value ?? { op: done.op, id: first ?? '' }), list }
  } catch (error) {
    if (isDuplicate(error)) refuseTakenId()
    throw error
  }
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

/** Puts a section directly before or after another one of its list. Refuses what `changeSection` refuses, and one of another list. */
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
    await arrange(write, 'sections', moved(await sectionsOf(write.trx, section.list_id), id, { side, other }))
  })

/** Takes a section away. Its tasks go above the first section, in the same op. Refuses what `changeSection` refuses. */
export const deleteSection = (db: Database, user: Person, id: string, asked: Asked): Promise<ChangedSection> =>
  changeSection(db, user, id, { ...asked, what: 'section.deleted' }, async (write, section) => {
    if (section.deleted_at !== null) return
    const tasks = await write.trx.selectFrom('tasks').select('id').where('section_id', '=', id).execute()
    for (const task of tasks) await write.update('tasks', task.id, { section_id: null })
    await write.remove('sections', id)
  })

/**
 * Changes a section by `work`, in the journal under the name `what`. Refuses one that does not exist for `user`, and one of a list
 * that they may only read.
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

async function addOnce(write: Write, user: Person, list: string, name: string, id: string) {
  const known = await write.trx
    .selectFrom('sections')
    .select(['list_id', 'deleted_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!known) return insert(write, list, name, id)
  const first = await bornBy(write.trx, user, 'sections', id)
  if (!first || known.list_id !== list) refuseTakenId()
  const isSame = known.deleted_at === null && first.born.name === name
  return isSame ? { op: first.op, id } : insert(write, list, name, newId())
}

async function insert(write: Write, list: string, name: string, id: string) {
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
  return { op: write.op, id }
}

async function openListOf(db: Database | Write['trx'], user: Person, id: string): Promise<void> {
  const list = await listOf(db, user, id)
  refuseViewer(list)
  refuseArchived(list, 'name')
}

function refuseDeleted(section: Pick<Section, 'deleted_at'>): void {
  if (section.deleted_at !== null) refuseUnknownSection()
}
