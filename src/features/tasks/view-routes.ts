import type { Context } from 'hono'
import { isId } from '#core/ids.ts'
import { newId } from '#db/db.ts'
import { countToday } from '#db/due.ts'
import { labelOf } from '#features/labels/labels.ts'
import { boundsOfToday, todayFor } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { emptyForm, type Form, type Problems, readForm } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { showCard, showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed, stream } from '#web/streams.ts'
import { placeFromLink, todayRows, upcomingRows } from './agenda.ts'
import { rowsWithLabel } from './label-rows.ts'
import { completedRows, countCompleted, listIdsOf } from './logbook.ts'
import { countTrash, emptyTrash } from './purging.ts'
import { rescheduleOverdue } from './rescheduling.ts'
import { seenBy } from './seen.ts'
import { openedBy } from './select.ts'
import { todayPage, upcomingPage } from './today-page.ts'
import { deletedLists, deletedTasks, trashCursor } from './trash.ts'
import { emptyTrashPage, labelPage, trashPage } from './view-pages.ts'

type C = Context<UserEnv>

/** What is seen over all lists: what is due, what has a label, what was deleted. */
export const views = new Routes()

views.get('/today', 'user', (c) => showToday(c))

views.post('/today/reschedule', 'user', async (c) => {
  const { db, user } = c.var
  const { op } = await rescheduleOverdue(db, user, askedBy(c, await readForm(c)))
  return changed(c, { what: 'today.rescheduled', op, streams: [stream.refresh()], to: '/today' })
})

views.get('/upcoming', 'user', async (c) => {
  const { db, user, now } = c.var
  const after = placeFromLink(c.req.query('after'), c.req.query('at'))
  const [lists, page] = await Promise.all([listIdsOf(db, user), upcomingRows(db, user, now, after)])
  return showPage(c, upcomingPage({ ...page, ...(await shownBy(c)), lists, after, at: '' }))
})

views.get('/labels/:id', 'user', (c) => showLabel(c, c.req.param('id')))

views.get('/trash', 'user', async (c) => {
  const { db, user } = c.var
  const after = trashCursor(c.req.query('after'), c.req.query('at'))
  const lists = await listIdsOf(db, user)
  const [page, gone] = await Promise.all([deletedTasks(db, lists, after), after ? [] : deletedLists(db, user)])
  const { seen } = await shownBy(c)
  return showPage(c, trashPage({ tasks: page.rows, next: page.next, deletedLists: gone, lists, after, seen }))
})

views.get('/trash/empty', 'user', async (c) => {
  const { db, user } = c.var
  return showCard(c, { title: 'Empty the trash', main: emptyTrashPage(await countTrash(db, user)) })
})

views.post('/trash/empty', 'user', async (c) => {
  const { db, user, now } = c.var
  await readForm(c)
  await emptyTrash(db, user, now)
  return changed(c, { what: 'trash.emptied', streams: [stream.refresh()], to: '/trash' })
})

/** The page Today, with what was typed into its field and what is wrong with that. */
export async function showToday(
  c: C,
  form: Form = emptyForm(),
  problems: Problems = {},
  status = 200,
): Promise<Response> {
  const { db, user, now, session } = c.var
  const after = placeFromLink(c.req.query('after'), c.req.query('at'))
  const { began } = boundsOfToday(user, now)
  const lists = await listIdsOf(db, user)
  const isUnfolded = !after && (await session.get('showCompleted'))
  const [page, due, doneToday, done] = await Promise.all([
    todayRows(db, user, now, after),
    countToday(db, todayFor(user, now)),
    countCompleted(db, lists, began),
    isUnfolded ? completedRows(db, user, lists, { since: began }) : undefined,
  ])
  const at = c.req.method === 'GET' ? '' : '/today'
  const today = { ...page, ...(await shownBy(c)), lists, after, at, due, doneToday, done: done?.rows, freshId: newId() }
  return showPage(c, todayPage(today, form, problems), status)
}

/** The page of a label, with what was typed into its field and what is wrong with that. */
export async function showLabel(
  c: C,
  id: string,
  form: Form = emptyForm(),
  problems: Problems = {},
  status = 200,
): Promise<Response> {
  const { db, user } = c.var
  const label = await labelOf(db, user, id)
  const after = c.req.query('after')
  const from = after !== undefined && isId(after) ? after : undefined
  const [lists, page] = await Promise.all([listIdsOf(db, user), rowsWithLabel(db, user, label, from)])
  const at = c.req.method === 'GET' ? '' : `/labels/${id}`
  const labelled = { ...page, ...(await shownBy(c)), label, lists, after: from, at, freshId: newId() }
  return showPage(c, labelPage(labelled, form, problems), status)
}

const shownBy = async (c: C) => ({
  seen: seenBy(c.var.user, c.var.now),
  opened: await openedBy(c),
})
