import type { Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Changed, changeTask } from './tasks.ts'

/**
 * Takes a task out of sight; undoing brings it back to its place. Deleting what is
 * deleted changes nothing. Refuses a task that does not exist for `user`.
 */
export const deleteTask = (db: Database, user: Pick<User, 'id'>, id: string, asked: Asked): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.deleted' }, async (write, task) =>
    task.deleted_at === null ? write.remove('tasks', id) : task,
  )
