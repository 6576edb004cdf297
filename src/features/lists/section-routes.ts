import type { Context } from 'hono'
import { newId } from '#db/db.ts'
import type { UserEnv } from '#web/env.ts'
import { emptyForm, type Form, type Problems, readForm, submit } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed } from '#web/streams.ts'
import { addSectionShape, besideIn, editSectionShape } from './fields.ts'
import { listOf, refuseViewer } from './lists.ts'
import { editSectionPage, newSectionPage } from './section-pages.ts'
import { addSection, deleteSection, moveSection, renameSection } from './sectioning.ts'
import { sectionOf, sectionsOf } from './sections.ts'

type C = Context<UserEnv>

/** What can be done to the sections of a list. They are shown with its tasks. */
export const sections = new Routes()

sections.post('/lists/:id/sections', 'user', (c) =>
  submit(c, addSectionShape, {
    done: async (wanted, form) => {
      const { op, list } = await addSection(c.var.db, c.var.user, idIn(c), wanted, askedBy(c, form))
      return changed(c, { what: 'section.added', op, streams: [], to: pageOf(c, list) })
    },
    again: async (form, problems) =>
      showPage(c, newSectionPage(await listOf(c.var.db, c.var.user, idIn(c)), newId(), form, problems)),
  }),
)

sections.get('/sections/:id/edit', 'user', (c) => showEdit(c))

sections.post('/sections/:id/edit', 'user', (c) =>
  submit(c, editSectionShape, {
    done: async ({ name }, form) => {
      const { op, list } = await renameSection(c.var.db, c.var.user, idIn(c), name, askedBy(c, form))
      return changed(c, { what: 'section.edited', op, streams: [], to: `/lists/${list}` })
    },
    again: (form, problems) => showEdit(c, form, problems),
  }),
)

sections.post('/sections/:id/move', 'user', async (c) => {
  const form = await readForm(c)
  const { op } = await moveSection(c.var.db, c.var.user, idIn(c), besideIn(form), askedBy(c, form))
  return changed(c, { what: 'section.moved', op, streams: [] })
})

sections.post('/sections/:id/delete', 'user', async (c) => {
  const { op, list } = await deleteSection(c.var.db, c.var.user, idIn(c), askedBy(c, await readForm(c)))
  return changed(c, { what: 'section.deleted', op, streams: [], to: `/lists/${list}` })
})

async function showEdit(c: C, form: Form = emptyForm(), problems: Problems = {}): Promise<Response> {
  const { db, user } = c.var
  const section = await sectionOf(db, user, idIn(c))
  refuseViewer(section)
  const [list, all] = await Promise.all([listOf(db, user, section.list_id), sectionsOf(db, section.list_id)])
  const at = all.findIndex(({ id }) => id === section.id)
  const neighbours = { above: all[at - 1]?.id, below: all[at + 1]?.id }
  return showPage(c, editSectionPage(section, list, neighbours, form, problems))
}

// Who adds a column on the board stays there.
const pageOf = (c: C, list: string): string =>
  c.req.header('Referer')?.endsWith(`/lists/${list}/board`) ? `/lists/${list}/board` : `/lists/${list}`

const idIn = (c: C): string => c.req.param('id') ?? ''
