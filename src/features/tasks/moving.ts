import { positionBetween, positionsBetween } from '#core/order.ts'
import type { Database } from '#db/db.ts'
import { NotLocked, type Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import { listOf, refuseArchived, refuseViewer } from '#features/lists/lists.ts'
import type { Beside } from '#features/lists/ordering.ts'
import type { Asked } from '#web/op.ts'
import { relocate, type Spot, spotOf } from './branches.ts'
import { openAbove } from './completing.ts'
import { listsOfPlace, type Place, spotFor } from './places.ts'
import { type Changed, changeTask, refuseDeleted, taskOf } from './tasks.ts'

type Person = Pick<User, 'id'>

// A longer position is not wrong, only heavy: rows that change places again and again make it grow.
const LONGEST = 40

/**
 * Puts a task directly before or after another one, with everything below it: it goes to the list and the section of the
 * other and becomes a part of the same task, which is open again then if something is left to do. Refuses when one of
 * them does not exist for `user`, a place below itself, and another list that is archived.
 */
export const moveTask = (
  db: Database,
  user: Person,
  id: string,
  { side, other }: Beside,
  asked: Asked,
): Promise<Changed> => {
  const into = async () => [(await taskOf(db, user, other)).list_id]
  return changeTask(db, user, id, { ...asked, what: 'task.moved', into }, async (write, task) => {
    refuseDeleted(task)
    const beside = await taskOf(write.trx, user, other)
    refuseViewer(beside)
    if (!write.isLocked(beside.list_id)) throw new NotLocked()
    if (beside.list_id !== task.list_id) refuseArchived(await listOf(write.trx, user, beside.list_id))
    if (beside.id === id) return task
    const stands = await standsThere(write, task, beside, side)
    return settle(write, task, spotOf(beside), stands ? task.position : await freeSpot(write, task, beside, side))
  })
}

/** Moves a task into a list, a section or another task. Refuses what does not exist for `user`, circles and depths. */
export const moveInto = (db: Database, user: Person, id: string, place: Place, asked: Asked): Promise<Changed> => {
  const into = () => listsOfPlace(db, user, place)
  return changeTask(db, user, id, { ...asked, what: 'task.moved', into }, (write, task) => {
    refuseDeleted(task)
    return put(write, user, task, place)
  })
}

/** The same as a part of a larger change. What is moved up out of a task stands below it. */
export async function put(write: Write, user: Person, task: Task, place: Place): Promise<Task> {
  const spot = await spotFor(write, user, task, place)
  if (!spot) return task
  const parent = await parentOf(write, task)
  const isOutdented = parent && spot.list_id === task.list_id && spot.parent_id === parent.parent_id
  return settle(write, task, spot, isOutdented ? await freeSpot(write, task, parent, 'after') : spot.position)
}

async function settle(write: Write, task: Task, spot: Spot, position: string): Promise<Task> {
  const moved = await relocate(write, task, spot, position)
  await openAbove(write, [moved])
  return moved
}

const parentOf = async (write: Write, { parent_id }: Task): Promise<Task | undefined> =>
  parent_id === null
    ? undefined
    : write.trx.selectFrom('tasks').selectAll().where('id', '=', parent_id).executeTakeFirst()

async function standsThere(write: Write, task: Task, beside: Task, side: Beside['side']): Promise<boolean> {
  const [neighbour] = await nearest(write, beside, side, 1)
  return neighbour?.id === task.id
}

async function freeSpot(write: Write, task: Task, beside: Task, side: Beside['side']): Promise<string> {
  const spot = await spotBeside(write, task, beside, side)
  if (spot !== undefined && spot.length <= LONGEST) return spot
  const again = await respace(write, task, beside)
  return (await spotBeside(write, task, { ...beside, position: again }, side)) ?? again
}

/** A position directly before or after `beside`; undefined when its neighbour stands on the same position. */
async function spotBeside(write: Write, task: Task, beside: Task, side: Beside['side']): Promise<string | undefined> {
  const [neighbour] = await nearest(write, beside, side, 1, task.id)
  if (neighbour?.position === beside.position) return undefined
  return side === 'before'
    ? positionBetween(neighbour?.position, beside.position)
    : positionBetween(beside.position, neighbour?.position)
}

/**
 * Gives the tasks around `beside` (all but the one that moves) new positions in the order in which they are shown,
 * and returns that of `beside`. It is needed where two stand on one position, which happens when undoing brings a
 * task back to where another one stands now, and where positions grew long because rows changed places many times.
 */
async function respace(write: Write, moving: Task, beside: Task, reach = 25): Promise<string> {
  const above = await nearest(write, beside, 'before', reach + 1, moving.id)
  const below = await nearest(write, beside, 'after', reach + 1, moving.id)
  const [top, bottom] = [above[reach]?.position, below[reach]?.position]
  if (top !== undefined && top === bottom) return respace(write, moving, beside, reach * 2)
  const rows = [...above.slice(0, reach).toReversed(), beside, ...below.slice(0, reach)]
  const positions = positionsBetween(top, bottom, rows.length)
  for (const [i, { id }] of rows.entries()) await write.update('tasks', id, { position: positions[i] as string })
  return positions[rows.indexOf(beside)] as string
}

/**
 * The `count` tasks directly before or after `beside`, the nearest first, without the task `besides`. Completed and
 * deleted tasks count: they may come back to their place.
 */
function nearest(
  write: Write,
  beside: Task,
  side: Beside['side'],
  count: number,
  besides?: string,
): Promise<Pick<Task, 'id' | 'position'>[]> {
  const [isFurther, order] = side === 'before' ? (['<', 'desc'] as const) : (['>', 'asc'] as const)
  return write.trx
    .selectFrom('tasks')
    .select(['id', 'position'])
    .where('list_id', '=', beside.list_id)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('position', 'id'), isFurther, tuple(beside.position, beside.id)))
    .$if(besides !== undefined, (query) => query.where('id', '<>', besides as string))
    .orderBy('position', order)
    .orderBy('id', order)
    .limit(count)
    .execute()
}
