import { nameKey } from '#core/names.ts'
import { titleWithout } from '#core/quick-add.ts'
import type { Database } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import { insertList } from '#features/lists/adding.ts'
import { namesIn } from '#web/added.ts'
import type { Asked } from '#web/op.ts'
import { relabel } from './labelling.ts'
import { put } from './moving.ts'
import { listNamed } from './reading.ts'
import { type Changed, changeTask, refuseDeleted } from './tasks.ts'

/** What a task is to be filed under: a list, labels or both, by their names. */
export type Under = { list?: string | undefined; labels: string[] }

/**
 * Takes up the offer that is made after a line named a list or labels that were not there: makes them, puts the task
 * there and the names out of its title, as one op with one Undo. What is there by now is taken. Refuses a task that does
 * not exist for `user` or that they may only read, and a name that nothing can have; then nothing is made.
 */
export async function fileTask(db: Database, user: User, id: string, under: Under, asked: Asked): Promise<Changed> {
  const { list, labels } = under
  const into = async () => (list === undefined ? [] : idsOf(await listNamed(db, user, list)))
  return changeTask(db, user, id, { ...asked, what: 'task.edited', owner: user.id, into }, async (write, task) => {
    refuseDeleted(task)
    const filed = list === undefined ? task : await putInto(write, user, task, list)
    await relabel(write, user, filed, labels, [])
    return write.update('tasks', id, { title: titleAfter(task, under, user, write.now) })
  })
}

async function putInto(write: Write, user: User, task: Task, name: string): Promise<Task> {
  const list = (await listNamed(write.trx, user, name)) ?? (await insertList(write, user, { name, color: '' }, 'list'))
  return put(write, user, task, { list })
}

/** The title without the names that are in it still. */
function titleAfter({ title }: Task, under: Under, user: User, now: Date): string {
  const names = namesIn(title, user, now).filter(({ kind, value }) => isMeant(under, kind, value))
  return names.length === 0 ? title : titleWithout(title, names)
}

const isMeant = ({ list, labels }: Under, kind: 'list' | 'label', name: string): boolean =>
  (kind === 'label' ? labels : [list ?? '']).some((one) => nameKey(one) === nameKey(name))

const idsOf = (id: string | undefined): string[] => (id === undefined ? [] : [id])
