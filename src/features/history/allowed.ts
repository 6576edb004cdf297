import type { Db } from '#db/db.ts'
import { isOwned } from '#db/journal.ts'
import type { User } from '#db/schema.ts'
import { type Net, type Row, type RowsByTable, rowOf } from './nets.ts'
import type { Why } from './plan.ts'

/** A list as far as undoing asks: whether its person may change what is in it, and itself; whether it is deleted. */
export type Ground = { isWritable: boolean; isOwn: boolean; isDeleted: boolean }

/** The lists that `user` belongs to, also those that are deleted, by their ids. */
export async function groundsOf(db: Db, user: Pick<User, 'id'>): Promise<Map<string, Ground>> {
  const lists = await db
    .selectFrom('list_members as member')
    .innerJoin('lists', 'lists.id', 'member.list_id')
    .select(['lists.id', 'lists.deleted_at', 'member.role'])
    .where('member.user_id', '=', user.id)
    .execute()
  return new Map(
    lists.map(({ id, deleted_at, role }) => [
      id,
      { isWritable: role !== 'viewer', isOwn: role === 'owner', isDeleted: deleted_at !== null },
    ]),
  )
}

/** The same, as the lists will be when those that the op deleted or added are as they were. */
export function groundsAfter(grounds: Map<string, Ground>, nets: Net[]): Map<string, Ground> {
  const after = new Map(grounds)
  for (const { table, id, before } of nets) {
    const ground = after.get(id)
    if (table !== 'lists' || !ground || (before && !('deleted_at' in before))) continue
    after.set(id, { ...ground, isDeleted: before === undefined || before.deleted_at !== null })
  }
  return after
}

/** What can be written into while the lists of `grounds` become those of `after`: what is there before or then. */
export const groundsDuring = (grounds: Map<string, Ground>, after: Map<string, Ground>): Map<string, Ground> =>
  new Map(
    [...grounds].map(([id, ground]) => [
      id,
      { ...ground, isDeleted: ground.isDeleted && (after.get(id)?.isDeleted ?? true) },
    ]),
  )

/** Why `user` may not change this row, if so: it needs what the change that is taken back needed. */
export function whyNot(
  user: Pick<User, 'id'>,
  grounds: Map<string, Ground>,
  { table }: Net,
  row: Row,
): Why | undefined {
  if (table === 'labels' || table === 'filters') return row.owner_id === user.id ? undefined : 'forbidden'
  if (table === 'lists') return grounds.get(row.id)?.isOwn ? undefined : 'forbidden'
  const ground = grounds.get(String(row.list_id))
  if (!ground?.isWritable) return 'forbidden'
  return ground.isDeleted ? 'list-gone' : undefined
}

/** The person whose lists, labels or filters themselves `nets` are about, if `user` may change one of them. */
export function ownerOf(
  grounds: Map<string, Ground>,
  user: Pick<User, 'id'>,
  nets: Net[],
  rows: RowsByTable,
): string | undefined {
  const owned = nets.find((net) => {
    const row = rowOf(rows, net)
    return isOwned(net.table) && row !== undefined && whyNot(user, grounds, net, row) !== 'forbidden'
  })
  return owned && String(rowOf(rows, owned)?.owner_id)
}

/** The lists in which something will be written: where the rows are, and where they were before the op and after it. */
export function listsIn(nets: Net[], rows: RowsByTable): string[] {
  const lists = new Set<unknown>()
  for (const net of nets) {
    if (isOwned(net.table)) continue
    for (const list of [rowOf(rows, net)?.list_id, net.before?.list_id, net.after.list_id]) lists.add(list)
  }
  return [...lists].filter((list) => typeof list === 'string')
}
