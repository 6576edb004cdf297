import { nameKey } from '#core/names.ts'
import { titleWithout } from '#core/quick-add.ts'
import type { Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { addList } from '#features/lists/adding.ts'
import { nameIn } from '#web/added.ts'
import type { Asked } from '#web/op.ts'
import { editTask } from './editing.ts'
import { listNamed } from './reading.ts'
import { type Changed, taskOf } from './tasks.ts'

/** What a task is to be filed under, by its name. */
export type Under = { kind: 'list' | 'label'; name: string }

/**
 * Takes up the offer that is made after a line named a list or a label that was not there: makes it, puts the task there
 * and the name out of its title. When there is such a list or label by now, it is taken. The list stays when this is
 * undone. Refuses a task that does not exist for `user`, and a name that nothing can have.
 */
export async function fileTask(db: Database, user: User, id: string, under: Under, asked: Asked): Promise<Changed> {
  const { title } = await taskOf(db, user, id)
  const span = nameIn(title, under.kind, user, asked.now)
  const isNamed = span && nameKey(String(span.value)) === nameKey(under.name)
  const shorter = isNamed ? { title: titleWithout(title, span) } : {}
  if (under.kind === 'label') return editTask(db, user, id, { ...shorter, label: [under.name] }, { label: [] }, asked)
  return editTask(db, user, id, { ...shorter, list: await listFor(db, user, under.name, asked) }, {}, asked)
}

async function listFor(db: Database, user: User, name: string, { now }: Asked): Promise<string> {
  return (await listNamed(db, user, name)) ?? (await addList(db, user, { name, color: '' }, { now })).id
}
