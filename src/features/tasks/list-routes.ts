import type { Context } from 'hono'
import { z } from 'zod'
import { isId } from '#core/ids.ts'
import { newId } from '#db/db.ts'
import { inboxOf, listOf, listsOf, type VisibleList } from '#features/lists/lists.ts'
import { refererPath } from '#web/back.ts'
import { boundsOfToday, startOfWeek, todayOf } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { check, emptyForm, type Form, type Problems, readForm } from '#web/forms.ts'
import { isOwnInbox } from '#web/lists-around.ts'
import { showPage } from '#web/page.ts'
import { listAddress } from '#web/places.ts'
import { Routes } from '#web/routes.ts'
import { inboxPath } from '#web/start-page.ts'
import { boardPage } from './board-page.ts'
import { type LaterCursor, laterCursor, laterRows } from './later.ts'
import { type Listing, laterPage, listPage, olderPage } from './list-page.ts'
import { countsIn, cursorIn, olderRows, openGroups, sectionsShown } from './listing.ts'
import { completedRows, countCompleted, logCursor, wordsIn } from './logbook.ts'
import { completedPage } from './pages.ts'
import { seenBy } from './seen.ts'
import { openedBy } from './select.ts'

type C = Context<UserEnv>

/** The pages of a list with its tasks. The Inbox is a list like any other, with addresses of its own. */
export const listPages = new Routes()

listPages.get('/inbox', 'user', (c) => showInbox(c))

listPages.get('/lists/:id', 'user', async (c) => showList(c, await listOf(c.var.db, c.var.user, c.req.param('id'))))

listPages.get('/lists/:id/board', 'user', async (c) => {
  const { db, user } = c.var
  return showBoard(c, await listOf(db, user, c.req.param('id')))
})

listPages.get('/lists/:id/completed', 'user', async (c) => {
  const { db, user, now } = c.var
  const list = await listOf(db, user, c.req.param('id'))
  const after = await logCursor(db, [list.id], c.req.query('after'), c.req.query('at'))
  const words = wordsIn(c)
  const found = await completedRows(db, user, [list.id], { before: after, ...(words && { words }) })
  const thisWeek = await countCompleted(db, [list.id], startOfWeek(user, now))
  const log = { lists: [list.id], ...found, after, thisWeek, words, opened: await openedBy(c), reader: user, now }
  return showPage(c, completedPage({ ...log, of: { name: list.name, address: listAddress(list, user) } }))
})

listPages.post('/inbox/completed', 'user', async (c) => {
  const { show } = check(await readForm(c), z.object({ show: z.enum(['on', 'off'], 'Say "on" or "off".') }))
  c.var.session.set('showCompleted', show === 'on')
  return c.redirect(refererPath(c) ?? '/', 303)
})

/** Shows a list, or a page of its older tasks, with what was typed and what is wrong with it. */
export async function showList(
  c: C,
  list: VisibleList,
  form: Form = emptyForm(),
  problems: Problems = {},
  status = 200,
): Promise<Response> {
  const { db, user } = c.var
  const isLater = c.req.query('show') === 'later'
  const below = isLater ? laterCursor(c.req.query('after'), c.req.query('at')) : undefined
  if (below) return showLater(c, list, below)
  const after = await cursorIn(db, list.id, c.req.query('after'), c.req.query('at'))
  if (after) return showOlder(c, list, after)
  const listing = await readList(c, list)
  const { began } = boundsOfToday(user, c.var.now)
  const [laterTasks, isUnfolded] = await Promise.all([
    isLater ? laterRows(db, reading(c, list)) : undefined,
    c.var.session.get('showCompleted'),
  ])
  const done = isUnfolded ? (await completedRows(db, user, [list.id], { since: began })).rows : undefined
  return showPage(c, listPage({ ...listing, laterTasks, done }, form, problems), status)
}

/** Shows a list as a board, with what was typed and what is wrong with it. */
export async function showBoard(
  c: C,
  list: VisibleList,
  form: Form = emptyForm(),
  problems: Problems = {},
  status = 200,
): Promise<Response> {
  const board = `/lists/${list.id}/board`
  const at = c.req.method === 'GET' ? '' : board
  return showPage(c, boardPage({ ...(await readList(c, list)), board, at }, form, problems), status)
}

/** What the page of a list and its board show alike. */
export async function readList(c: C, list: VisibleList): Promise<Omit<Listing, 'laterTasks' | 'done'>> {
  const { db, user, now } = c.var
  const today = todayOf(user, now)
  const [sections, counts] = await Promise.all([
    sectionsShown(db, list.id),
    countsIn(db, list.id, today, boundsOfToday(user, now).began),
  ])
  const groups = await openGroups(db, reading(c, list), [null, ...sections.map(({ id }) => id)])
  return {
    list,
    ...addressesOf(c, list),
    sections,
    groups: groups.map((group) => ({ ...group, freshId: newId() })),
    ...counts,
    opened: await openedBy(c),
    seen: seenBy(user, now),
    freshSection: newId(),
  }
}

/** Shows the Inbox. */
export const showInbox = async (c: C): Promise<Response> => showList(c, await inboxOf(c.var.db, c.var.user))

/** Shows the list (or board) to which a form wanted to add something: the Inbox when it names none, or one that is not there. */
export async function showListWanted(c: C, form: Form, problems: Problems, status?: number): Promise<Response> {
  const { db, user } = c.var
  const id = form.text('list')
  const list = isId(id) ? await listsOf(db, user).where('lists.id', '=', id).executeTakeFirst() : undefined
  const found = list ?? (await inboxOf(db, user))
  const isBoard = refererPath(c) === `/lists/${found.id}/board`
  return isBoard ? showBoard(c, found, form, problems, status) : showList(c, found, form, problems, status)
}

async function showOlder(c: C, list: VisibleList, after: { id: string; position: string }): Promise<Response> {
  const { db, user, now } = c.var
  const sections = await sectionsShown(db, list.id)
  const section = sections.find(({ id }) => id === c.req.query('section'))?.id ?? null
  const group = await olderRows(db, reading(c, list), section, after)
  const seen = seenBy(user, now)
  return showPage(c, olderPage({ list, ...addressesOf(c, list), group, after, opened: await openedBy(c), seen }))
}

async function showLater(c: C, list: VisibleList, after: LaterCursor): Promise<Response> {
  const { db, user, now } = c.var
  const laterTasks = await laterRows(db, reading(c, list), after)
  const seen = seenBy(user, now)
  return showPage(c, laterPage({ list, ...addressesOf(c, list), laterTasks, after, opened: await openedBy(c), seen }))
}

function addressesOf(c: C, list: VisibleList): Pick<Listing, 'base' | 'at'> {
  const { user } = c.var
  // Somebody may come to the Inbox by its id, too; then that is where its links lead.
  const isHere = c.req.path === `/lists/${list.id}`
  const base = isOwnInbox(list, user) && !isHere ? inboxPath(user) : `/lists/${list.id}`
  return { base, at: c.req.method === 'GET' ? '' : base }
}

const reading = (c: C, list: VisibleList) => ({
  user: c.var.user,
  list: list.id,
  today: todayOf(c.var.user, c.var.now),
})
