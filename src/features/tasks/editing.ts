import type { Database } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Changed, changeTask, refuseDeleted } from './tasks.ts'

/** What can be edited. */
export type Edit = { title?: string | undefined; notes?: string | undefined }

/**
 * Writes what a person has changed in a task: the fields of `edit` that differ from `was`, which they had
 * before them. A field that they left alone keeps what somebody else may have written meanwhile. Refuses a
 * task that does not exist for `user`.
 */
export const editTask = (
  db: Database,
  user: Pick<User, 'id'>,
  id: string,
  edit: Edit,
  was: Edit,
  asked: Asked,
): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.edited' }, async (write, task) => {
    refuseDeleted(task)
    return write.update('tasks', id, onlyChanged(edit, was))
  })

function onlyChanged(edit: Edit, was: Edit): { title?: string; notes?: string } {
  const fields: { title?: string; notes?: string } = {}
  if (edit.title !== undefined && edit.title !== was.title) fields.title = edit.title
  if (edit.notes !== undefined && edit.notes !== was.notes) fields.notes = edit.notes
  return fields
}
