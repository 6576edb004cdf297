import type { Context } from 'hono'
import { linesOf } from '#core/line.ts'
import { newId } from '#db/db.ts'
import { startOfWeek } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { check, type Form, type Problems, readForm, submit } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { showCard, showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed, isOutbox, refuseToOutbox, stream } from '#web/streams.ts'
import { addTyped } from './add-routes.ts'
import { isTaken } from './adding.ts'
import { pageBefore } from './answers.ts'
import { bulk } from './bulk-routes.ts'
import { addShape, fileShape } from './fields.ts'
import { fileTask } from './filing.ts'
import { listPages, showInbox, showListWanted } from './list-routes.ts'
import { completedRows, countCompleted, listIdsOf, logCursor, wordsIn } from './logbook.ts'
import { movePages } from './move-routes.ts'
import { completedPage } from './pages.ts'
import { linesAgainPage } from './paste-page.ts'
import { recurrenceRoutes } from './recurrence-routes.ts'
import { openedBy } from './select.ts'
import { showTask, taskRoutes } from './task-routes.ts'
import { showLabel, showToday, views } from './view-routes.ts'

type C = Context<UserEnv>

/** The Inbox, the Completed page, the page of a task, and all that can be done to a task. */
export const tasks = new Routes()

tasks.include(bulk)
tasks.include(taskRoutes)
tasks.include(recurrenceRoutes)
tasks.include(listPages)
tasks.include(movePages)
tasks.include(views)

tasks.get('/', 'user', (c) => (c.var.user.start_page === 'today' ? showToday(c) : showInbox(c)))

tasks.get('/completed', 'user', async (c) => {
  const { db, user, now } = c.var
  const lists = await listIdsOf(db, user)
  const after = await logCursor(db, lists, c.req.query('after'), c.req.query('at'))
  const words = wordsIn(c)
  const found = await completedRows(db, user, lists, { before: after, ...(words && { words }) })
  const thisWeek = await countCompleted(db, lists, startOfWeek(user, now))
  return showPage(
    c,
    completedPage({ lists, ...found, after, thisWeek, words, opened: await openedBy(c), reader: user, now }),
  )
})

tasks.post('/tasks', 'user', (c) =>
  submit(c, addShape, {
    done: async (values, form) => {
      try {
        return await addTyped(c, values, form)
      } catch (error) {
        if (isTaken(error)) return await taken(c, form, error.sentence)
        throw error
      }
    },
    again: (form, problems) => showField(c, form, problems),
  }),
)

tasks.post('/tasks/:id/file', 'user', async (c) => {
  const form = await readForm(c)
  const { list, label: labels = [] } = check(form, fileShape)
  const { op } = await fileTask(c.var.db, c.var.user, c.req.param('id'), { list, labels }, askedBy(c, form))
  const what = list === undefined ? 'task.labeled' : labels.length === 0 ? 'task.filed' : 'task.filed-labeled'
  return changed(c, { what, op, streams: [stream.refresh()] })
})

/** The answer to an id that somebody else has already. It shows nothing of theirs; the page brings a fresh id. */
const taken = (c: C, form: Form, sentence: string): Response | Promise<Response> =>
  isOutbox(c) ? refuseToOutbox(c, sentence, 409) : showField(c, form, { task: sentence }, 409)

/** The page with the field into which a new task was typed, once more. What is wrong with what it hides is said beside it. */
function showField(c: C, form: Form, wrong: Problems, status?: number): Promise<Response> {
  const hidden = wrong.label ?? wrong.due_day
  const problems = hidden === undefined ? wrong : { task: hidden, ...wrong }
  // In a field of one line they would be run together.
  if (linesOf(form.text('task')).length > 1) return showCard(c, linesAgainPage(form, problems, newId()), status ?? 422)
  const from = pageBefore(c)
  const parent = form.text('parent')
  if (parent !== '' && from === `/tasks/${parent}`) return showTask(c, parent, form, problems, status)
  const [, label] = /^\/labels\/([^/]+)$/.exec(from) ?? []
  if (label !== undefined) return showLabel(c, label, form, problems, status)
  return from === '/today' ? showToday(c, form, problems, status) : showListWanted(c, form, problems, status)
}
