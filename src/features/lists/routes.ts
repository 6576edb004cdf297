import type { Context } from 'hono'
import { newId } from '#db/db.ts'
import { refererPath } from '#web/back.ts'
import type { UserEnv } from '#web/env.ts'
import { emptyForm, type Form, type Problems, readForm, submit } from '#web/forms.ts'
import { listsAround } from '#web/lists-around.ts'
import { askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed } from '#web/streams.ts'
import { addList } from './adding.ts'
import { type ChangedList, refuseInbox, refuseOthers } from './changing.ts'
import { archiveList, deleteList, editList, restoreList, unarchiveList } from './editing.ts'
import { addListShape, besideIn, editListShape } from './fields.ts'
import { archivedListsOf, listOf } from './lists.ts'
import { moveList } from './ordering.ts'
import { editListPage, listsPage } from './pages.ts'
import { sections } from './section-routes.ts'

type C = Context<UserEnv>

/** The page of all lists, and what can be done to a list and its sections. The page of one list belongs to its tasks. */
export const lists = new Routes()

lists.get('/lists', 'user', (c) => showLists(c))

lists.post('/lists', 'user', (c) =>
  submit(c, addListShape, {
    done: async (wanted, form) => {
      const { op, id } = await addList(c.var.db, c.var.user, wanted, askedBy(c, form))
      return changed(c, { what: 'list.added', op, streams: [], to: `/lists/${id}` })
    },
    again: (form, problems) => showLists(c, form, problems),
  }),
)

lists.get('/lists/:id/edit', 'user', (c) => showEdit(c))

lists.post('/lists/:id/edit', 'user', (c) =>
  submit(c, editListShape, {
    done: async (edit, form) => {
      const { op } = await editList(c.var.db, c.var.user, idIn(c), edit, askedBy(c, form))
      return changed(c, { what: 'list.edited', op, streams: [], to: `/lists/${idIn(c)}` })
    },
    again: (form, problems) => showEdit(c, form, problems),
  }),
)

lists.post('/lists/:id/move', 'user', async (c) => {
  const form = await readForm(c)
  const { op } = await moveList(c.var.db, c.var.user, idIn(c), besideIn(form), askedBy(c, form))
  return changed(c, { what: 'list.moved', op, streams: [] })
})

lists.post('/lists/:id/archive', 'user', (c) => change(c, 'list.archived', archiveList, '/lists'))

lists.post('/lists/:id/unarchive', 'user', (c) => change(c, 'list.unarchived', unarchiveList, `/lists/${idIn(c)}`))

// Its page is gone with it.
lists.post('/lists/:id/delete', 'user', (c) => change(c, 'list.deleted', deleteList, '/lists'))

lists.post('/lists/:id/restore', 'user', (c) =>
  change(c, 'list.restored', restoreList, refererPath(c) ?? `/lists/${idIn(c)}`),
)

lists.include(sections)

async function showLists(c: C, form: Form = emptyForm(), problems: Problems = {}): Promise<Response> {
  const { db, user, now } = c.var
  const [lists, archived] = await Promise.all([listsAround(db, user, now), archivedListsOf(db, user)])
  return showPage(c, listsPage({ user, lists, archived, freshId: newId() }, form, problems))
}

async function showEdit(c: C, form: Form = emptyForm(), problems: Problems = {}): Promise<Response> {
  const { db, user, now } = c.var
  const list = await listOf(db, user, idIn(c))
  refuseOthers(list)
  refuseInbox(list)
  const own = (await listsAround(db, user, now)).filter((one) => one.owner_id === user.id && one.kind === 'list')
  const at = own.findIndex(({ id }) => id === list.id)
  const neighbours = at < 0 ? {} : { above: own[at - 1]?.id, below: own[at + 1]?.id }
  return showPage(c, editListPage(list, neighbours, form, problems))
}

async function change(
  c: C,
  what: string,
  verb: (...given: Parameters<typeof archiveList>) => Promise<ChangedList>,
  to: string,
): Promise<Response> {
  const { op } = await verb(c.var.db, c.var.user, idIn(c), askedBy(c, await readForm(c)))
  return changed(c, { what, op, streams: [], to })
}

const idIn = (c: C): string => c.req.param('id') ?? ''
