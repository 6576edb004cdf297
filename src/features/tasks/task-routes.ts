import type { Context } from 'hono'
import type { Day } from '#core/days.ts'
import { type Db, newId } from '#db/db.ts'
import type { Task } from '#db/schema.ts'
import { refererPath } from '#web/back.ts'
import type { UserEnv } from '#web/env.ts'
import { check, emptyForm, type Form, type Problems, readForm, submit } from '#web/forms.ts'
import { type Asked, askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed, isOutbox, stream } from '#web/streams.ts'
import { doneTodayStreams, rowOf, rowStreams } from './answers.ts'
import { cancelTask, completeTask, reopenTask, skipTask } from './completing.ts'
import { lastKind } from './completions.ts'
import { deleteTask, restoreTask } from './deleting.ts'
import { editShape, readEdit } from './edit-fields.ts'
import { editTask } from './editing.ts'
import { dayShown, moveShape } from './fields.ts'
import { moveInto, moveTask } from './moving.ts'
import { overwrittenBy } from './overwriting.ts'
import type { Place } from './places.ts'
import { openedBy } from './select.ts'
import { taskPage } from './task-page.ts'
import { taskView } from './task-view.ts'

type C = Context<UserEnv>

/** The page of a task, and what can be done to one. */
export const taskRoutes = new Routes()

taskRoutes.get('/tasks/:id', 'user', (c) => showTask(c, idIn(c)))

taskRoutes.post('/tasks/:id/edit', 'user', (c) =>
  submit(c, editShape, {
    done: async (values, form) => {
      const { edit, was } = readEdit(values)
      const { op } = await editTask(c.var.db, c.var.user, idIn(c), edit, was, askedBy(c, form))
      const about = await overwrittenBy(c.var.db, c.var.user, op, idIn(c), was)
      const what = about.length > 0 ? 'task.overwritten' : 'task.edited'
      return changed(c, { what, op, about, streams: await rowStreams(c, op, idIn(c)) })
    },
    // Whoever renamed it in a list sees it on its own page, beside its notes: there it is, on whatever page of the list.
    again: (form, problems) => showTask(c, idIn(c), form, problems),
  }),
)

taskRoutes.post('/tasks/:id/complete', 'user', (c) => finish(c, 'task.completed', completeTask))

taskRoutes.post('/tasks/:id/skip', 'user', (c) => finish(c, 'task.skipped', skipTask))

taskRoutes.post('/tasks/:id/cancel', 'user', (c) => finish(c, 'task.cancelled', cancelTask))

taskRoutes.post('/tasks/:id/reopen', 'user', (c) => finish(c, 'task.reopened', reopenTask))

taskRoutes.post('/tasks/:id/delete', 'user', async (c) => {
  const { db, user } = c.var
  const { op } = await deleteTask(db, user, idIn(c), await asked(c))
  const place = refererPath(c)
  const streams = [...(await rowStreams(c, op, idIn(c))), ...(await doneTodayStreams(c))]
  // The page of the task is gone with it.
  return changed(c, { what: 'task.deleted', op, streams, to: place?.startsWith('/tasks/') ? '/' : (place ?? '/') })
})

taskRoutes.post('/tasks/:id/restore', 'user', async (c) => {
  const { db, user } = c.var
  const { op } = await restoreTask(db, user, idIn(c), await asked(c))
  return changed(c, { what: 'task.restored', op, streams: isOutbox(c) ? [stream.refresh()] : [] })
})

taskRoutes.post('/tasks/:id/move', 'user', async (c) => {
  const form = await readForm(c)
  const { before, after, ...place } = check(form, moveShape)
  if (before !== undefined) return moveBeside(c, form, 'before', before)
  if (after !== undefined) return moveBeside(c, form, 'after', after)
  const { op } = await moveInto(c.var.db, c.var.user, idIn(c), placeOf(place), askedBy(c, form))
  // Only the server knows where the row stands now, if it stands on that page at all.
  const streams = isOutbox(c) ? [stream.refresh()] : []
  return changed(c, {
    what: 'task.moved',
    op,
    streams,
    ...(form.has('next') ? { to: c.var.safeNext(form.text('next')) } : {}),
  })
})

/** The page of the task `id`, with what was typed into its forms and what is wrong with that. */
export async function showTask(
  c: C,
  id: string,
  form: Form = emptyForm(),
  problems: Problems = {},
  status = 200,
): Promise<Response> {
  const { db, user, now } = c.var
  const { more, rename, isAdding } = await openedBy(c)
  const isEditing = c.req.query('edit') !== undefined
  const looking = { reader: user, now, opened: { more, rename, isAdding }, isEditing, freshId: newId() }
  return showPage(c, taskPage(await taskView(db, user, id), looking, { form, problems }), status)
}

async function finish(c: C, what: string, verb: typeof completeTask): Promise<Response> {
  const { db, user } = c.var
  const form = await readForm(c)
  const due_day = form.has('was-due_day') ? dayShown(form.text('was-due_day')) : undefined
  const asked = askedBy(c, form)
  const isBare = due_day === undefined && asked.op === undefined
  const { op, task, isIdle } = await verb(db, user, idIn(c), asked, { due_day, isBare })
  const streams = [...(await rowStreams(c, op, idIn(c))), ...(await doneTodayStreams(c))]
  const repeats = task?.completed_at === null && task.recurrence !== null
  // One that repeats is due on another day now. Only the server knows whether it stands on that page still.
  if (repeats && isOutbox(c)) streams.push(stream.refresh())
  const again = repeats && task.due_day !== null ? [task.due_day] : []
  if (isIdle && task) {
    const state = what === 'task.reopened' ? 'open' : await stateOf(db, task, due_day)
    return changed(c, { what: 'task.already', about: [task.id, state, ...(state === 'open' ? [] : again)], streams })
  }
  if (!repeats) return changed(c, { what, op, streams })
  return changed(c, { what: what === 'task.completed' ? 'task.again' : what, op, about: again, streams })
}

/** How a task, or its occurrence of `day`, was closed before somebody wanted to. */
async function stateOf(db: Db, task: Task, day: Day | null | undefined): Promise<'completed' | 'skipped' | 'closed'> {
  if (task.completed_at !== null) return task.cancelled ? 'closed' : 'completed'
  return (await lastKind(db, task.id, day)) === 'skipped' ? 'skipped' : 'completed'
}

async function moveBeside(c: C, form: Form, side: 'before' | 'after', other: string): Promise<Response> {
  const { op } = await moveTask(c.var.db, c.var.user, idIn(c), { side, other }, askedBy(c, form))
  const row = await rowOf(c, idIn(c))
  const streams = [stream.remove(`task_${idIn(c)}`), ...(row ? [stream[side](`task_${other}`, row)] : [])]
  return changed(c, { what: 'task.moved', op, streams })
}

/** The place that a form names. An empty section or parent is none; an unknown id is refused further in. */
const placeOf = ({ list, section, parent }: { [name in keyof Place]: string | undefined }): Place => ({
  list,
  section: section === undefined ? undefined : section || null,
  parent: parent === undefined ? undefined : parent || null,
})

const asked = async (c: C): Promise<Asked> => askedBy(c, await readForm(c))

const idIn = (c: C): string => c.req.param('id') ?? ''
