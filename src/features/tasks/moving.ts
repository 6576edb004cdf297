import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import type { Database } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Changed, changeTask, refuseDeleted, taskOf } from './tasks.ts'

/** Where a task should stand: directly before or after another one. */
export type Place = { side: 'before' | 'after'; other: string }

type Spot = Pick<Task, 'id' | 'position'>

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
  return (await next(write, beside, side))?.id === task.id
}

async function freeSpot(write: Write, task: Task, beside: Task, side: Place['side']): Promise<string> {
  const neighbour = await next(write, beside, side, task.id)
  if (neighbour?.position === beside.position) await spread(write, beside, task)
  const middle = await taskSpot(write, beside.id)
  const edge = await next(write, { ...beside, ...middle }, side, task.id)
  return side === 'before'
    ? positionBetween(edge?.position, middle.position)
    : positionBetween(middle.position, edge?.position)
}

/**
 * Gives each task that stands on the same position as `beside` one of its own, in the order in which they
 * are shown. It happens when a task comes back (by undo) to where another one stands now.
 */
async function spread(write: Write, beside: Task, moving: Task): Promise<void> {
  const same = await write.trx
    .selectFrom('tasks')
    .select(['id', 'position'])
    .where('list_id', '=', beside.list_id)
    .where('position', '=', beside.position)
    .where('id', '<>', moving.id)
    .orderBy('id')
    .execute()
  const last = same.at(-1)
  const edge = last && (await next(write, { ...beside, ...last }, 'after', moving.id))
  let position = beside.position
  for (const { id } of same.slice(1)) {
    position = positionBetween(position, edge?.position)
    await write.update('tasks', id, { position })
  }
}

const taskSpot = (write: Write, id: string): Promise<Spot> =>
  write.trx.selectFrom('tasks').select(['id', 'position']).where('id', '=', id).executeTakeFirstOrThrow()

/**
 * The task directly before or after `beside`, not counting `besides`. Completed and deleted tasks count: they
 * may come back to their place.
 */
async function next(write: Write, beside: Task, side: Place['side'], besides?: string): Promise<Spot | undefined> {
  const [isFurther, order] = side === 'before' ? (['<', 'desc'] as const) : (['>', 'asc'] as const)
  let query = write.trx
    .selectFrom('tasks')
    .select(['id', 'position'])
    .where('list_id', '=', beside.list_id)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('position', 'id'), isFurther, tuple(beside.position, beside.id)))
    .orderBy('position', order)
    .orderBy('id', order)
    .limit(1)
  if (besides !== undefined) query = query.where('id', '<>', besides)
  return query.executeTakeFirst()
}
