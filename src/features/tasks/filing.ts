import { nameKey } from '#core/names.ts'
import { titleWithout } from '#core/quick-add.ts'
import type { Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { addList } from '#features/lists/adding.ts'
import { namesIn } from '#web/added.ts'
import type { Asked } from '#web/op.ts'
import { editTask } from './editing.ts'
import { listNamed } from './reading.ts'
import { type Changed, taskOf } from './tasks.ts'

/** What a task is to be filed under: a list, labels or both, by their names. */
export type Under = { list?: string | undefined; labels: string[] }

/**
 * Takes up the offer that is made after a line named a list or labels that were not there: makes them, puts the task
 * there and the names out of its title. What is there by now is taken. The list stays when this is undone. Refuses a task
 * that does not exist for `user`, and a name that nothing can have.
 */
export async function fileTask(db: Database, user: User, id: string, under: Under, asked: Asked): Promise<Changed> {
  const { title } = await taskOf(db, user, id)
  const names = namesIn(title, user, asked.now).filter(({ kind, value }) => isMeant(under, kind, value))
  const edit = {
    title: titleWithout(title, names),
    ...(under.list !== undefined && { list: await listFor(db, user, under.list, asked) }),
    ...(under.labels.length > 0 && { label: under.labels }),
  }
  return editTask(db, user, id, edit, { title: names.length === 0 ? edit.title : title, label: [] }, asked)
}

const isMeant = ({ list, labels }: Under, kind: 'list' | 'label', name: string): boolean =>
  (kind === 'label' ? labels : [list ?? '']).some((one) => nameKey(one) === nameKey(name))

async function listFor(db: Database, user: User, name: string, { now }: Asked): Promise<string> {
  return (await listNamed(db, user, name)) ?? (await addList(db, user, { name, color: '' }, { now })).id
}
