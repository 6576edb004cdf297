import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, type Db, isDuplicate, newId } from '#db/db.ts'
import { changesOf, journal, type Write } from '#db/journal.ts'
import type { List, Task, User } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import type { Asked } from '#web/op.ts'
import { type Changed, tasksOf } from './tasks.ts'

type Person = Pick<User, 'id'>

/**
 * Adds a task at the top of the Inbox. `id` may come from where the task was born: the same id with the same
 * title again answers as the first did; with another title, or when that task is deleted by now, it makes another
 * task under a fresh id (a kept page may be sent twice). It is refused as a conflict when it belongs to somebody else.
 */
export async function addTask(
  db: Database,
  user: Person,
  wanted: { title: string; id?: string | undefined },
  asked: Asked,
): Promise<Changed> {
  const inbox = await inboxOf(db, user)
  const act = { ...asked, what: 'task.added', lists: [inbox.id] }
  try {
    const done = await journal(db, user, act, (write) => addOnce(write, user, inbox, wanted))
    const { op, id } = done.repeated ? { op: done.op, id: await addedBy(db, user, done.op) } : done.value
    const task = await tasksOf(db, user).selectAll('tasks').where('tasks.id', '=', id).executeTakeFirst()
    return { op, task }
  } catch (error) {
    // Somebody else was quicker with the same id: on PostgreSQL only the primary key sees that.
    if (isDuplicate(error)) refuseTaken()
    throw error
  }
}

/** True for the refusal of an id that belongs to somebody else. */
export const isTaken = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.reason === 'conflict' && error.details.field === 'id'

async function addOnce(
  write: Write,
  user: Person,
  inbox: List,
  { title, id = newId() }: { title: string; id?: string | undefined },
): Promise<{ op: string; id: string }> {
  const known = await write.trx
    .selectFrom('tasks')
    .select(['created_by', 'deleted_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!known) return insertOnTop(write, user, inbox, id, title)
  if (known.created_by !== user.id) refuseTaken()
  const first = await bornWith(write.trx, user, id)
  if (first?.title === title && known.deleted_at === null) return { op: first.op, id }
  return insertOnTop(write, user, inbox, newId(), title)
}

async function insertOnTop(write: Write, user: Person, inbox: List, id: string, title: string) {
  await write.insert('tasks', {
    id,
    list_id: inbox.id,
    title,
    notes: '',
    position: positionBetween(undefined, await topOf(write.trx, inbox)),
    created_by: user.id,
    created_at: instant(write.now),
    completed_at: null,
    deleted_at: null,
  })
  return { op: write.op, id }
}

// Completed and deleted tasks count too: they may come back to their place.
async function topOf(db: Db, list: List): Promise<string | undefined> {
  const top = await db
    .selectFrom('tasks')
    .select('position')
    .where('list_id', '=', list.id)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
  return top?.position
}

/** The title with which the task `id` was added, and the op that did it. It may have been renamed since. */
async function bornWith(db: Db, user: Person, id: string): Promise<{ op: string; title: unknown } | undefined> {
  const born = await db
    .selectFrom('changes')
    .select(['op_id', 'after'])
    .where('row_id', '=', id)
    .where('user_id', '=', user.id)
    .where('table_name', '=', 'tasks')
    .where('before', 'is', null)
    .executeTakeFirst()
  return born && { op: born.op_id, title: (JSON.parse(born.after ?? '{}') as Partial<Task>).title }
}

async function addedBy(db: Db, user: Person, op: string): Promise<string> {
  const [entry] = await changesOf(db, user, op)
  return entry?.id ?? ''
}

function refuseTaken(): never {
  throw new Refusal('conflict', 'This task could not be added under its id. Please add it once more.', { field: 'id' })
}
