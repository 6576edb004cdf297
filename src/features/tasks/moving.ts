import { positionBetween, positionsBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import type { Database } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Changed, changeTask, refuseDeleted, taskOf } from './tasks.ts'

/** Where a task should stand: directly before or after another one. */
export type Place = { side: 'before' | 'after'; other: string }

// A longer position is not wrong, only heavy: rows that change places again and again make it grow.
const LONGEST = 40

/**
 * Puts a task directly before or after another one of its list. Refuses when one of them does not exist for
 * `user`, or when they are in different lists.
 */
export const moveTask = (
  db: Database,
  user: Pick<User, 'id'>,
  id: string,
  { side, other }: Place,
  asked: Asked,
): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.moved' }, async (write, task) => {
    refuseDeleted(task)
    const beside = await taskOf(write.trx, user, other)
    if (beside.list_id !== task.list_id) throw new Refusal('invalid', 'Both tasks must be in the same list.')
    if (beside.id === id || (await standsThere(write, task, beside, side))) return task
    return write.update('tasks', id, { position: await freeSpot(write, task, beside, side) })
  })

async function standsThere(write: Write, task: Task, beside: Task, side: Place['side']): Promise<boolean> {
  const [neighbour] = await nearest(write, beside, side, 1)
  return neighbour?.id === task.id
}

async function freeSpot(write: Write, task: Task, beside: Task, side: Place['side']): Promise<string> {
  const spot = await spotBeside(write, task, beside, side)
  if (spot !== undefined && spot.length <= LONGEST) return spot
  const again = await respace(write, task, beside)
  return (await spotBeside(write, task, { ...beside, position: again }, side)) ?? again
}

/** A position directly before or after `beside`; undefined when its neighbour stands on the same position. */
async function spotBeside(write: Write, task: Task, beside: Task, side: Place['side']): Promise<string | undefined> {
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
  side: Place['side'],
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
