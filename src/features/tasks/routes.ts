import type { Context } from 'hono'
import { z } from 'zod'
import { newId } from '#db/db.ts'
import { refererPath } from '#web/back.ts'
import { boundsOfToday, startOfWeek, todayOf } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { check, emptyForm, type Form, type Problems, readForm, submit } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { inboxPath } from '#web/start-page.ts'
import { changed, isOutbox, refuseToOutbox, stream } from '#web/streams.ts'
import { addTask, isTaken } from './adding.ts'
import { orToOutbox, pageBefore, rowOf } from './answers.ts'
import { addShape } from './fields.ts'
import { inboxCursor, inboxWithCounts, openRows } from './inbox.ts'
import { completedRows, countCompleted, listIdsOf, logCursor } from './logbook.ts'
import { completedPage, inboxPage, type Opened } from './pages.ts'
import { taskRoutes } from './task-routes.ts'
import { showToday, views } from './view-routes.ts'

type C = Context<UserEnv>

/** The Inbox, the Completed page, the page of a task, and all that can be done to a task. */
export const tasks = new Routes()

tasks.include(taskRoutes)
tasks.include(views)

tasks.get('/', 'user', (c) => (c.var.user.start_page === 'today' ? showToday(c) : showInbox(c)))

tasks.get('/inbox', 'user', (c) => showInbox(c))

tasks.get('/completed', 'user', async (c) => {
  const { db, user, now } = c.var
  const lists = await listIdsOf(db, user)
  const after = await logCursor(db, lists, c.req.query('after'), c.req.query('at'))
  const { rows, more } = await completedRows(db, lists, { before: after })
  const thisWeek = await countCompleted(db, lists, startOfWeek(user, now))
  return showPage(c, completedPage({ lists, rows, more, after, thisWeek, opened: openedBy(c), reader: user, now }))
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
    again: (form, problems) => orToOutbox(c, problems, () => showField(c, form, problems)),
  }),
)

tasks.post('/inbox/completed', 'user', async (c) => {
  const { show } = check(await readForm(c), z.object({ show: z.enum(['on', 'off'], 'Say "on" or "off".') }))
  c.var.session.set('showCompleted', show === 'on')
  return c.redirect(refererPath(c) ?? '/', 303)
})

async function showInbox(c: C, form: Form = emptyForm(), problems: Problems = {}, status = 200): Promise<Response> {
  const { db, user, now, session } = c.var
  const { began } = boundsOfToday(user, now)
  const after = await inboxCursor(db, user, c.req.query('after'), c.req.query('at'))
  const { id: list, open, doneToday } = await inboxWithCounts(db, user, began)
  const { rows, next } = await openRows(db, user, list, after)
  const isUnfolded = !after && (await session.get('showCompleted'))
  const done = isUnfolded ? (await completedRows(db, [list], { since: began })).rows : undefined
  const path = inboxPath(user)
  const at = c.req.method === 'GET' ? '' : path
  const seen = { reader: user, today: todayOf(user, now) }
  const inbox = { list, open, rows, next, after, path, at, opened: openedBy(c), doneToday, done, seen } as const
  return showPage(c, inboxPage({ ...inbox, freshId: newId() }, form, problems), status)
}

/** The answer to an id that somebody else has already. It shows nothing of theirs; the page brings a fresh id. */
const taken = (c: C, form: Form, sentence: string): Response | Promise<Response> =>
  isOutbox(c) ? refuseToOutbox(c, sentence, 409) : showField(c, form, { task: sentence }, 409)

/** The page with the field into which a new task was typed, once more. */
const showField = (c: C, form: Form, problems: Problems, status?: number): Promise<Response> =>
  pageBefore(c) === '/today' ? showToday(c, form, problems, status) : showInbox(c, form, problems, status)

const openedBy = (c: C): Opened => ({ more: c.req.query('more'), rename: c.req.query('rename') })
