import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import { NotLocked, type Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import { listsOf, refuseViewer } from '#features/lists/lists.ts'
import { type Spot, spotOf, spotUnder } from './branches.ts'
import { tasksOf } from './tasks.ts'

type Person = Pick<User, 'id'>

/**
 * Where somebody wants a task to be: a part of `parent`, in `section`, or in `list`, by their ids. The first of these
 * that is given decides the others. `null` for the parent makes it a task of its own, for the section it stands above
 * the first one.
 */
export type Place = {
  list?: string | undefined
  section?: string | null | undefined
  parent?: string | null | undefined
}

/**
 * The lists that have to be locked before a task can be put there. What does not exist for `user` is locked by nobody, and
 * refused behind the lock.
 */
export async function listsOfPlace(db: Db, user: Person, { list, section, parent }: Place): Promise<string[]> {
  if (parent)
    return idsOf(await tasksOf(db, user).select('tasks.list_id as id').where('tasks.id', '=', parent).execute())
  const wanted = list ?? (await listOfSection(db, user, section ?? null))
  if (wanted === undefined) return []
  return idsOf(await listsOf(db, user).clearSelect().select('lists.id').where('lists.id', '=', wanted).execute())
}

/** The spot that `place` means for `task`; undefined when it says nothing. Refuses a place that does not exist for `user`. */
export async function spotFor(
  write: Write,
  user: Person,
  task: Task,
  { list, section, parent }: Place,
): Promise<(Spot & { position: string }) | undefined> {
  if (parent) return under(write, user, task, parent)
  if (list !== undefined || section !== undefined) return inList(write, user, task, list, section ?? null)
  return parent === null ? { ...spotOf(task), parent_id: null, position: task.position } : undefined
}

/** Refuses to assign a task to somebody who cannot see its list. */
export async function refuseStranger(db: Db, list: string, person: string): Promise<void> {
  const member = await db
    .selectFrom('list_members')
    .select('user_id')
    .where('list_id', '=', list)
    .where('user_id', '=', person)
    .executeTakeFirst()
  if (!member) throw new Refusal('invalid', 'There is no such person in this list.', { field: 'assignee' })
}

async function under(write: Write, user: Person, task: Task, id: string): Promise<Spot & { position: string }> {
  const parent = await tasksOf(write.trx, user)
    .selectAll('tasks')
    .select('member.role')
    .where('tasks.id', '=', id)
    .executeTakeFirst()
  if (!parent) refuse('parent', 'There is no such task. It may have been deleted.')
  refuseViewer(parent)
  if (parent.list_id !== task.list_id) await refuseList(write, user, parent.list_id)
  refuseUnlocked(write, parent.list_id)
  return { ...spotUnder(parent), position: await belowChildren(write.trx, task, parent.id) }
}

async function inList(
  write: Write,
  user: Person,
  task: Task,
  wanted: string | undefined,
  section_id: string | null,
): Promise<Spot & { position: string }> {
  const list_id = wanted ?? (await listOfSection(write.trx, user, section_id)) ?? task.list_id
  if (list_id !== task.list_id) await refuseList(write, user, list_id)
  if (section_id !== null) await refuseSection(write.trx, list_id, section_id)
  const position =
    list_id === task.list_id ? task.position : positionBetween(undefined, await edgeOf(write.trx, list_id, 'asc'))
  return { list_id, section_id, parent_id: null, position }
}

async function refuseList(write: Write, user: Person, id: string): Promise<void> {
  const list = await listsOf(write.trx, user).where('lists.id', '=', id).executeTakeFirst()
  if (!list) refuse('list', 'There is no such list. It may have been deleted.')
  refuseViewer(list)
  if (list.archived_at !== null) refuse('list', `The list “${list.name}” is archived. Bring it back before you use it.`)
  refuseUnlocked(write, id)
}

/**
 * The position of the first (`asc`) or the last task of a list; undefined in an empty one. Completed and deleted tasks
 * count too: they may come back to their place.
 */
export async function edgeOf(db: Db, list: string, from: 'asc' | 'desc'): Promise<string | undefined> {
  const edge = await db
    .selectFrom('tasks')
    .select('position')
    .where('list_id', '=', list)
    .orderBy('position', from)
    .limit(1)
    .executeTakeFirst()
  return edge?.position
}

async function refuseSection(db: Db, list: string, id: string): Promise<void> {
  const section = await db
    .selectFrom('sections')
    .select('id')
    .where('id', '=', id)
    .where('list_id', '=', list)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!section) refuse('section', 'There is no such section in this list. It may have been deleted.')
}

async function listOfSection(db: Db, user: Person, id: string | null): Promise<string | undefined> {
  if (id === null) return undefined
  const section = await listsOf(db, user)
    .clearSelect()
    .innerJoin('sections', 'sections.list_id', 'lists.id')
    .select('lists.id')
    .where('sections.id', '=', id)
    .executeTakeFirst()
  return section?.id
}

function refuseUnlocked(write: Write, list: string): void {
  if (!write.isLocked(list)) throw new NotLocked()
}

/** The position of what becomes the last child of `parent`: its own when it stands below the others already. */
async function belowChildren(db: Db, task: Task, parent: string): Promise<string> {
  const last = await db
    .selectFrom('tasks')
    .select('position')
    .where('parent_id', '=', parent)
    .where('id', '<>', task.id)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last && last.position >= task.position ? positionBetween(last.position, undefined) : task.position
}

const idsOf = (rows: { id: string }[]): string[] => rows.map(({ id }) => id)

function refuse(field: string, sentence: string): never {
  throw new Refusal('invalid', sentence, { field })
}
