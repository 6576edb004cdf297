import { isId } from '#core/ids.ts'
import { nameKey } from '#core/names.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { Label, User } from '#db/schema.ts'

type Person = Pick<User, 'id'>

/** The labels of `user`, as a query to narrow down, in their order. Deleted ones are not among them. */
export const labelsOf = (db: Db, user: Person) =>
  everyLabelOf(db, user).where('labels.deleted_at', 'is', null).orderBy('labels.position').orderBy('labels.id')

/** The label `id`. Refuses one that does not exist for `user`: unknown, deleted, or somebody else's. */
export async function labelOf(db: Db, user: Person, id: string): Promise<Label> {
  const label = isId(id) ? await labelsOf(db, user).where('labels.id', '=', id).executeTakeFirst() : undefined
  return label ?? refuseUnknownLabel()
}

/** The same, with the deleted ones: a repeat of a deletion must find its label. */
export async function evenDeletedLabelOf(db: Db, user: Person, id: string): Promise<Label> {
  const label = isId(id) ? await everyLabelOf(db, user).where('labels.id', '=', id).executeTakeFirst() : undefined
  return label ?? refuseUnknownLabel()
}

/** The label that `user` calls `name`, however it is spelt: see `nameKey`. */
export const labelNamed = (db: Db, user: Person, name: string): Promise<Label | undefined> =>
  labelsOf(db, user).where('labels.name_key', '=', nameKey(name)).executeTakeFirst()

/** How many open tasks have each of the labels of `user`; a label that is on none is missing. */
export async function countsByLabel(db: Db, user: Person): Promise<Map<string, number>> {
  const counts = await db
    .selectFrom('labels')
    .innerJoin('task_labels as link', 'link.label_id', 'labels.id')
    .innerJoin('lists', 'lists.id', 'link.list_id')
    .innerJoin('list_members as member', (join) =>
      join.onRef('member.list_id', '=', 'link.list_id').on('member.user_id', '=', user.id),
    )
    .select(['labels.id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('labels.owner_id', '=', user.id)
    .where('labels.deleted_at', 'is', null)
    .where('link.is_open', '=', 1)
    .where('link.deleted_at', 'is', null)
    .where('lists.deleted_at', 'is', null)
    .where('lists.archived_at', 'is', null)
    .groupBy('labels.id')
    .execute()
  return new Map(counts.map(({ id, count }) => [id, Number(count)]))
}

/** Says that there is no such label, in the same words for all who may not see it. */
export function refuseUnknownLabel(): never {
  throw new Refusal('not-found', 'There is no such label. It may have been deleted.')
}

const everyLabelOf = (db: Db, user: Person) =>
  db.selectFrom('labels').selectAll('labels').where('labels.owner_id', '=', user.id)
