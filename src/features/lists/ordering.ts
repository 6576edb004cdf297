import { positionsBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import type { Database, Db } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type ChangedList, changeList, refuseDeletedList } from './changing.ts'
import { listOf } from './lists.ts'

type Person = Pick<User, 'id'>

/** Where something should stand: directly before or after another one of its kind. */
export type Beside = { side: 'before' | 'after'; other: string }

/**
 * Puts a list directly before or after another one of the same owner. Refuses what `changeList` refuses, and another list
 * that does not exist for `user` or belongs to somebody else.
 */
export const moveList = (
  db: Database,
  user: Person,
  id: string,
  { side, other }: Beside,
  asked: Asked,
): Promise<ChangedList> =>
  changeList(db, user, id, { ...asked, what: 'list.moved' }, async (write, list) => {
    refuseDeletedList(list)
    const beside = await listOf(write.trx, user, other)
    if (beside.owner_id !== list.owner_id)
      throw new Refusal('invalid', 'Lists can only be ordered among those of their owner.')
    const order = await orderOf(write.trx, list.owner_id)
    await arrange(write, 'lists', order, id, { side, other })
    return listOf(write.trx, user, id)
  })

/** What is in order: its id and its position. */
export type Placed = { id: string; position: string }

type Ordered = 'lists' | 'sections' | 'labels' | 'filters'

/**
 * Puts the row `id` of `table` beside another one, where `before` is how all of them stand now. As a rule that one alone
 * is written, which Undo and the message then speak of; others only where there is no room between their positions, and
 * none when it stands there already. They are few, so all are looked at.
 */
export async function arrange(write: Write, table: Ordered, before: Placed[], id: string, to: Beside): Promise<void> {
  const order = moved(before, id, to)
  const inOrder = longestRise(order)
  const keep = inOrder.size === order.length ? inOrder : longestRise(order, id)
  await write.updateAll(table, newPlaces(order, keep))
}

/** `order` with the one that is called `id` put beside another one of them. */
function moved(order: Placed[], id: string, { side, other }: Beside): Placed[] {
  const row = order.find((one) => one.id === id)
  if (!row || id === other) return order
  const rest = order.filter((one) => one.id !== id)
  const at = rest.findIndex((one) => one.id === other)
  return rest.toSpliced(side === 'before' ? at : at + 1, 0, row)
}

/** Positions for those that do not keep theirs. */
function newPlaces(order: Placed[], keep: Set<number>): Map<string, { position: string }> {
  const places = new Map<string, { position: string }>()
  for (let i = 0; i < order.length; ) {
    if (keep.has(i)) {
      i++
      continue
    }
    let end = i
    while (end < order.length && !keep.has(end)) end++
    const positions = positionsBetween(order[i - 1]?.position, order[end]?.position, end - i)
    for (const [k, position] of positions.entries()) places.set(order[i + k]!.id, { position })
    i = end
  }
  return places
}

const orderOf = (db: Db, owner: string): Promise<Placed[]> =>
  db
    .selectFrom('lists')
    .select(['id', 'position'])
    .where('owner_id', '=', owner)
    .where('kind', '=', 'list')
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()

/** The indexes of as many rows as possible whose positions rise already, one after another; `besides` is not among them. */
function longestRise(order: Placed[], besides?: string): Set<number> {
  const best = order.map(({ id }) => (id === besides ? Number.NEGATIVE_INFINITY : 1))
  const from = order.map(() => -1)
  for (let i = 0; i < order.length; i++)
    for (let k = 0; k < i; k++)
      if (order[k]!.position < order[i]!.position && best[k]! >= best[i]! && best[i]! > 0) {
        best[i] = best[k]! + 1
        from[i] = k
      }
  const keep = new Set<number>()
  for (let i = best.indexOf(Math.max(...best, 1)); i >= 0; i = from[i]!) keep.add(i)
  return keep
}
