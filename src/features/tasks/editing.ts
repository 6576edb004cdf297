import type { Database } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { type Dates, datesAfter } from './due.ts'
import type { Edit } from './edit-fields.ts'
import { isNamed, relabel } from './labelling.ts'
import { put } from './moving.ts'
import { listsOfPlace, type Place, refuseStranger } from './places.ts'
import { repeatAfter, type Writer } from './repeating.ts'
import { type Changed, changeTask, refuseDeleted } from './tasks.ts'

export type { Edit }

type Person = Pick<User, 'id'> & Writer

/**
 * Writes what a person has changed in a task: the fields of `edit` that differ from `was`, which they had before them.
 * A field that they left alone keeps what somebody else may have written meanwhile. When both wrote the same field, this
 * one wins, and the journal keeps the other. Refuses a task, and a list, section, parent or label, that does not exist
 * for `user`, and dates that cannot be together.
 */
export async function editTask(
  db: Database,
  user: Person,
  id: string,
  edit: Edit,
  was: Edit,
  asked: Asked,
): Promise<Changed> {
  const { label, list, section, parent, ...fields } = onlyChanged(edit, was)
  const place = { list, section, parent }
  const change = {
    ...asked,
    what: 'task.edited',
    into: () => listsOfPlace(db, user, place),
    ...(label?.some(isNamed) && { owner: user.id }),
  }
  return changeTask(db, user, id, change, async (write, task) => {
    refuseDeleted(task)
    const moved = await put(write, user, task, place)
    if (label) await relabel(write, user, moved, label, was.label)
    return writeFields(write, user, moved, fields)
  })
}

function onlyChanged(edit: Edit, was: Edit): Edit {
  const changed = Object.entries(edit).filter(([name, value]) => value !== was[name as keyof Edit])
  return Object.fromEntries(changed) as Edit
}

async function writeFields(
  write: Write,
  user: Person,
  task: Task,
  { assignee, due_day, due_time, due_zone, start_day, deadline_day, recurrence, ...plain }: Fields,
): Promise<Task> {
  if (assignee) await refuseStranger(write.trx, task.list_id, assignee)
  const chosen = present({ due_day, due_time, due_zone, start_day, deadline_day }) as Partial<Dates>
  const repeats =
    recurrence === undefined ? {} : repeatAfter({ ...task, ...chosen }, { text: recurrence }, user, write.now)
  const dates = { ...chosen, ...present({ due_day: repeats.due_day, due_time: repeats.due_time }) }
  return write.update('tasks', task.id, {
    ...present(plain),
    ...present({ assignee_id: assignee, recurrence: repeats.recurrence }),
    ...(Object.keys(dates).length > 0 && datesAfter(task, dates)),
  })
}

type Fields = Omit<Edit, keyof Place | 'label'>

const present = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>
