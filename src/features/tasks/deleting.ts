import { LEVELS } from '#core/levels.ts'
import { instant } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { above, below } from './branches.ts'
import { openAbove } from './completing.ts'
import { type Changed, changeTask } from './tasks.ts'

type Person = Pick<User, 'id'>

/**
 * Takes a task out of sight, with everything below it; undoing or `restoreTask` brings it back to its place. Deleting
 * what is deleted changes nothing. Refuses a task that does not exist for `user`.
 */
export const deleteTask = (db: Database, user: Person, id: string, asked: Asked): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.deleted' }, async (write, task) => {
    if (task.deleted_at !== null) return task
    return (await removeAll(write, [task])).at(-1) ?? task
  })

/** Takes tasks and all below them out of sight, and returns them as they are then: what is below comes first. */
export async function removeAll(write: Write, tasks: Task[]): Promise<Task[]> {
  const ids = tasks.map(({ id }) => id)
  const steps = (await below(write.trx, ids)).flat().filter((step) => step.deleted_at === null)
  const deleted_at = instant(write.now)
  return write.updateAll('tasks', new Map([...steps.map(({ id }) => id), ...ids].map((id) => [id, { deleted_at }])))
}

/**
 * Brings a deleted task back to its place, with everything that was deleted together with it. When the task that it was
 * a part of, or its section, is gone, it comes back without; when that is completed, it is open again. Restoring what is
 * not deleted changes nothing. Refuses a task that does not exist for `user`.
 */
export const restoreTask = (db: Database, user: Person, id: string, asked: Asked): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.restored' }, async (write, task) => {
    if (task.deleted_at === null) return task
    const levels = await deletedTogether(write, task)
    const parent = await parentFor(write, task, levels.length + 1)
    const section_id = parent ? parent.section_id : await sectionFor(write, task)
    const fields = { deleted_at: null, section_id }
    const steps = await write.updateAll('tasks', new Map(levels.flat().map((step) => [step, fields])))
    const back = await write.update('tasks', id, { deleted_at: null, parent_id: parent?.id ?? null, section_id })
    await openAbove(write, [...steps, back])
    return back
  })

/** What was deleted in one go with `task`, level by level: the ids of the tasks below it. */
async function deletedTogether(write: Write, task: Task): Promise<string[][]> {
  const levels: string[][] = []
  let parents = new Set([task.id])
  for (const level of await below(write.trx, task.id)) {
    const together = level.filter((step) => step.deleted_at === task.deleted_at && parents.has(step.parent_id ?? ''))
    if (together.length === 0) break
    parents = new Set(together.map(({ id }) => id))
    levels.push([...parents])
  }
  return levels
}

/** The parent to which a task of `height` levels can come back. */
async function parentFor(
  write: Write,
  task: Task,
  height: number,
): Promise<Pick<Task, 'id' | 'section_id'> | undefined> {
  if (task.parent_id === null) return undefined
  const parent = await write.trx
    .selectFrom('tasks')
    .select(['id', 'list_id', 'section_id'])
    .where('id', '=', task.parent_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  const fits = parent?.list_id === task.list_id && (await above(write.trx, task.id)).length + height <= LEVELS
  return fits ? parent : undefined
}

async function sectionFor(write: Write, { section_id }: Task): Promise<string | null> {
  if (section_id === null) return null
  const section = await write.trx
    .selectFrom('sections')
    .select('id')
    .where('id', '=', section_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return section?.id ?? null
}
