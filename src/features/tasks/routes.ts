import type { Context } from 'hono'
import { z } from 'zod'
import { newId } from '#db/db.ts'
import { refererPath } from '#web/back.ts'
import { startOfDay, startOfWeek, todayOf } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { check, emptyForm, type Form, type Problems, readForm, submit } from '#web/forms.ts'
import { type Html, html } from '#web/html.ts'
import { type Asked, askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed, isOutbox, refuseToOutbox, stream } from '#web/streams.ts'
import { addTask, isTaken } from './adding.ts'
import { completeTask, reopenTask } from './completing.ts'
import { deleteTask } from './deleting.ts'
import { editTask } from './editing.ts'
import { addShape, editShape, moveShape } from './fields.ts'
import { countDoneToday, inboxCursor, inboxWithCounts, openRows } from './inbox.ts'
import { completedRows, countCompleted, listIdsOf, logCursor } from './logbook.ts'
import { moveTask } from './moving.ts'
import { completedPage, doneTodayCount, inboxPage, type Opened, taskPage } from './pages.ts'
import { taskRow } from './rows.ts'
import { rowFor } from './seen.ts'
import { taskOf } from './tasks.ts'

type C = Context<UserEnv>

/** The Inbox, the Completed page, the page of a task, and all that can be done to a task. */
export const tasks = new Routes()

tasks.get('/', 'user', (c) => showInbox(c))

tasks.get('/completed', 'user', async (c) => {
  const { db, user, now } = c.var
  const lists = await listIdsOf(db, user)
  const after = await logCursor(db, lists, c.req.query('after'), c.req.query('at'))
  const { rows, more } = await completedRows(db, lists, { before: after })
  const thisWeek = await countCompleted(db, lists, startOfWeek(user, now))
  return showPage(c, completedPage({ lists, rows, more, after, thisWeek, opened: openedBy(c), reader: user, now }))
})

tasks.get('/tasks/:id', 'user', async (c) => {
  const { db, user, now } = c.var
  const task = await taskOf(db, user, c.req.param('id'))
  return showPage(c, taskPage(task, { reader: user, now }, emptyForm(), {}))
})

tasks.post('/tasks', 'user', (c) =>
  submit(c, addShape, {
    done: async ({ task: title, ...where }, form) => {
      try {
        const { op, task } = await addTask(c.var.db, c.var.user, { title, ...where }, askedBy(c, form))
        const row = task && (await rowOf(c, task.id))
        const streams = row ? [stream.prepend(where.section ? `tasks_${where.section}` : 'tasks', row)] : []
        return changed(c, { what: 'task.added', op, streams, to: refererPath(c)?.replace(/\?.*/, '') ?? '/' })
      } catch (error) {
        if (isTaken(error)) return await taken(c, form, error.sentence)
        throw error
      }
    },
    again: (form, problems) => orToOutbox(c, problems, () => showInbox(c, form, problems)),
  }),
)

tasks.post('/tasks/:id/edit', 'user', (c) =>
  submit(c, editShape, {
    done: async ({ title, notes, 'was-title': wasTitle, 'was-notes': wasNotes }, form) => {
      const was = { title: wasTitle, notes: wasNotes }
      const edited = await editTask(c.var.db, c.var.user, idIn(c), { title, notes }, was, askedBy(c, form))
      return changed(c, { what: 'task.edited', op: edited.op, streams: [await rowStream(c)] })
    },
    // Whoever renamed it in a list sees it on its own page, beside its notes: there it is, on whatever page of the list.
    again: (form, problems) =>
      orToOutbox(c, problems, async () => {
        const { db, user, now } = c.var
        return showPage(c, taskPage(await taskOf(db, user, idIn(c)), { reader: user, now }, form, problems))
      }),
  }),
)

tasks.post('/tasks/:id/complete', 'user', (c) => finish(c, 'task.completed', completeTask))

tasks.post('/tasks/:id/reopen', 'user', (c) => finish(c, 'task.reopened', reopenTask))

tasks.post('/tasks/:id/delete', 'user', async (c) => {
  const { db, user } = c.var
  const { op } = await deleteTask(db, user, idIn(c), await asked(c))
  const place = refererPath(c)
  const streams = [stream.remove(`task_${idIn(c)}`), ...(await doneTodayStreams(c))]
  // The page of the task is gone with it.
  return changed(c, { what: 'task.deleted', op, streams, to: place?.startsWith('/tasks/') ? '/' : (place ?? '/') })
})

tasks.post('/tasks/:id/move', 'user', async (c) => {
  const form = await readForm(c)
  const { before, after } = check(form, moveShape)
  const place =
    before === undefined
      ? ({ side: 'after', other: after ?? '' } as const)
      : ({ side: 'before', other: before } as const)
  const { op } = await moveTask(c.var.db, c.var.user, idIn(c), place, askedBy(c, form))
  const target = `task_${place.other}`
  const row = await rowOf(c, idIn(c))
  const streams = [stream.remove(`task_${idIn(c)}`), ...(row ? [stream[place.side](target, row)] : [])]
  return changed(c, { what: 'task.moved', op, streams })
})

tasks.post('/inbox/completed', 'user', async (c) => {
  const { show } = check(await readForm(c), z.object({ show: z.enum(['on', 'off'], 'Say "on" or "off".') }))
  c.var.session.set('showCompleted', show === 'on')
  return c.redirect(refererPath(c) ?? '/', 303)
})

async function showInbox(c: C, form: Form = emptyForm(), problems: Problems = {}, status = 200): Promise<Response> {
  const { db, user, now, session } = c.var
  const began = startOfDay(user.zone, now)
  const after = await inboxCursor(db, user, c.req.query('after'), c.req.query('at'))
  const { id: list, open, doneToday } = await inboxWithCounts(db, user, began)
  const { rows, next } = await openRows(db, user, list, after)
  const isUnfolded = !after && (await session.get('showCompleted'))
  const done = isUnfolded ? (await completedRows(db, [list], { since: began })).rows : undefined
  const at = c.req.path === '/' ? '' : '/'
  const seen = { reader: user, today: todayOf(user, now) }
  const inbox = { list, open, rows, next, after, at, opened: openedBy(c), doneToday, done, seen } as const
  return showPage(c, inboxPage({ ...inbox, freshId: newId() }, form, problems), status)
}

async function finish(c: C, what: string, verb: typeof completeTask): Promise<Response> {
  const { db, user } = c.var
  const finished = await verb(db, user, idIn(c), await asked(c))
  return changed(c, { what, op: finished.op, streams: [await rowStream(c), ...(await doneTodayStreams(c))] })
}

/** The answer to an id that somebody else has already. It shows nothing of theirs; the page brings a fresh id. */
const taken = (c: C, form: Form, sentence: string): Response | Promise<Response> =>
  isOutbox(c) ? refuseToOutbox(c, sentence, 409) : showInbox(c, form, { task: sentence }, 409)

function orToOutbox(c: C, problems: Problems, page: () => Promise<Response>): Response | Promise<Response> {
  const [sentence = 'This was not saved.'] = Object.values(problems)
  return isOutbox(c) ? refuseToOutbox(c, sentence, 422) : page()
}

// A stream for what is not on the page does nothing. Only the server knows where a row stands among those completed
// today, so an Inbox that shows them is asked for anew.
async function doneTodayStreams(c: C): Promise<Html[]> {
  if (!isOutbox(c)) return []
  const { db, user, now, session } = c.var
  const count = await countDoneToday(db, user, startOfDay(user.zone, now))
  const isUnfolded = /^\/(\?|$)/.test(refererPath(c) ?? '') && (await session.get('showCompleted'))
  const thisWeek = await countCompleted(db, await listIdsOf(db, user), startOfWeek(user, now))
  return [
    stream.update('done_today', doneTodayCount(count)),
    stream.update('done_this_week', html`${thisWeek}`),
    ...(isUnfolded ? [stream.refresh()] : []),
  ]
}

const asked = async (c: C): Promise<Asked> => askedBy(c, await readForm(c))

/** The row of a task as it is now; undefined when it is gone. Only the outbox looks at it. */
async function rowOf(c: C, id: string): Promise<Html | undefined> {
  if (!isOutbox(c)) return undefined
  const { db, user, now } = c.var
  const row = await rowFor(db, user, id)
  return row && taskRow(row, { reader: user, today: todayOf(user, now) })
}

async function rowStream(c: C): Promise<Html> {
  const row = await rowOf(c, idIn(c))
  return row ? stream.replace(`task_${idIn(c)}`, row) : stream.remove(`task_${idIn(c)}`)
}

const idIn = (c: C): string => c.req.param('id') ?? ''

const openedBy = (c: C): Opened => ({ more: c.req.query('more'), rename: c.req.query('rename') })
