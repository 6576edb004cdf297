import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import { later, MINUTE } from '#core/time.ts'
import type { Database, Db } from '#db/db.ts'
import { type Act, journal, NotLocked, onceLocked, type Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import { refuseViewer, type VisibleList } from '#features/lists/lists.ts'
import type { Asked } from '#web/op.ts'

type Person = Pick<User, 'id'>

/** The tasks that `user` may see, as a query to narrow down: those of their lists that nobody has deleted. */
export const tasksOf = (db: Db, user: Person) => allTasksOf(db, user).where('tasks.deleted_at', 'is', null)

/** A task with what its reader may do in its list. */
export type VisibleTask = Task & Pick<VisibleList, 'role'>

/** The task `id`. Refuses one that does not exist for `user`: unknown, deleted, or somebody else's. */
export async function taskOf(db: Db, user: Person, id: string): Promise<VisibleTask> {
  const task = isId(id) ? await whole(tasksOf(db, user), id) : undefined
  return task ?? refuseUnknown()
}

/**
 * What a change leaves behind: the op it is known by, and the task as it is now; undefined when it is deleted. `isIdle`:
 * nothing was left to do, and this person had not done the same a moment ago.
 */
export type Changed = { op: string; task: Task | undefined; isIdle?: boolean }

/** A change of a task: its name in the journal, and what else has to be locked for it besides the list of the task. */
export type Change = Asked &
  Pick<Act, 'what' | 'owner'> & {
    /** The lists where it will go, as they are found just before the lock. */
    into?: (() => Promise<string[]>) | undefined
  }

/**
 * Changes the task `id` by `work`, in the journal under the name `what`. Refuses a task that does not exist
 * for `user`, and a list they may only read. A repeat does nothing and answers with what is there now.
 */
export async function changeTask(
  db: Database,
  user: Person,
  id: string,
  { into, ...asked }: Change,
  work: (write: Write, task: VisibleTask) => Promise<Task>,
): Promise<Changed> {
  const done = await onceLocked(async () => {
    const lists = [(await evenDeleted(db, user, id)).list_id, ...((await into?.()) ?? [])]
    return journal(db, user, { ...asked, lists }, async (write) => {
      // Read again now that the lists are locked: until then somebody may have changed the task, or taken it away.
      const task = await evenDeleted(write.trx, user, id)
      refuseViewer(task)
      if (!lists.includes(task.list_id)) throw new NotLocked()
      return { task: await work(write, task), isChanged: write.touched.size > 0 }
    })
  })
  const { task, isChanged } = done.repeated
    ? { task: await evenDeleted(db, user, id), isChanged: await hasChanged(db, user, done.op) }
    : done.value
  const op = isChanged ? done.op : await justDone(db, user, id, asked)
  return {
    op: op ?? done.op,
    task: task.deleted_at === null ? task : undefined,
    ...(op === undefined && { isIdle: true }),
  }
}

/** Refuses a task that was deleted, in the same words as one that never was. */
export function refuseDeleted(task: Task): void {
  if (task.deleted_at !== null) refuseUnknown()
}

/** Says that there is no such task, in the same words for all who may not see it. */
export function refuseUnknown(): never {
  throw new Refusal('not-found', 'There is no such task. It may have been deleted.')
}

// A repeat of a deletion must find its task, so the deleted ones are looked at too.
async function evenDeleted(db: Db, user: Person, id: string): Promise<VisibleTask> {
  const task = isId(id) ? await whole(allTasksOf(db, user), id) : undefined
  return task ?? refuseUnknown()
}

async function hasChanged(db: Db, user: Person, op: string): Promise<boolean> {
  const entry = db.selectFrom('changes').select('id').where('user_id', '=', user.id).where('op_id', '=', op).limit(1)
  return (await entry.executeTakeFirst()) !== undefined
}

/** The op by which `user` did the same a moment ago, if nothing has happened to the task since: a second click says what the first said. */
async function justDone(db: Db, user: Person, id: string, { what, now }: Asked & Pick<Act, 'what'>) {
  const last = await lastOpOn(db, id)
  const isIt = last?.user_id === user.id && last.what === what && last.at >= later(now, -MINUTE)
  return isIt ? last.op_id : undefined
}

/** The op that changed the task `id` last, whoever did it. */
export const lastOpOn = (db: Db, id: string) =>
  db
    .selectFrom('changes')
    .innerJoin('ops', (join) =>
      join.onRef('ops.op_id', '=', 'changes.op_id').onRef('ops.user_id', '=', 'changes.user_id'),
    )
    .select(['ops.op_id', 'ops.user_id', 'ops.what', 'ops.at'])
    .where('changes.row_id', '=', id)
    .where('changes.table_name', '=', 'tasks')
    // Not by `seq`: each list counts for itself, and the task may have come from another one.
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** The same with those that are deleted. */
export const allTasksOf = (db: Db, user: Person) =>
  db
    .selectFrom('tasks')
    .innerJoin('lists', 'lists.id', 'tasks.list_id')
    .innerJoin('list_members as member', (join) =>
      join.onRef('member.list_id', '=', 'tasks.list_id').on('member.user_id', '=', user.id),
    )
    .where('lists.deleted_at', 'is', null)

const whole = (query: ReturnType<typeof allTasksOf>, id: string): Promise<VisibleTask | undefined> =>
  query.selectAll('tasks').select('member.role').where('tasks.id', '=', id).executeTakeFirst()
