import type { Context } from 'hono'
import { z } from 'zod'
import { newId } from '#db/db.ts'
import { besideIn, color, freshId, name } from '#features/lists/fields.ts'
import type { UserEnv } from '#web/env.ts'
import { emptyForm, type Form, type Problems, readForm, submit } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed } from '#web/streams.ts'
import { addLabel, deleteLabel, editLabel, moveLabel } from './changing.ts'
import { countsByLabel, labelOf, labelsOf } from './labels.ts'
import { editLabelPage, labelsPage } from './pages.ts'

type C = Context<UserEnv>

// Typed with its sign, as in a task, it is the same label.
const labelName = z
  .string('Give it a name.')
  .transform((text) => text.replace(/^\s*@/, ''))
  .pipe(name)

const addShape = z.object({ name: labelName, color: color.default(''), id: freshId })

const editShape = z.object({ name: labelName.optional(), color: color.optional() })

/** The page of all labels, and what can be done to one. The page of one label belongs to its tasks. */
export const labels = new Routes()

labels.get('/labels', 'user', (c) => showLabels(c))

labels.post('/labels', 'user', (c) =>
  submit(c, addShape, {
    done: async (wanted, form) => {
      const { op } = await addLabel(c.var.db, c.var.user, wanted, askedBy(c, form))
      return changed(c, { what: 'label.added', op, streams: [], to: '/labels' })
    },
    again: (form, problems) => showLabels(c, form, problems),
  }),
)

labels.get('/labels/:id/edit', 'user', (c) => showEdit(c))

labels.post('/labels/:id/edit', 'user', (c) =>
  submit(c, editShape, {
    done: async (edit, form) => {
      const { op } = await editLabel(c.var.db, c.var.user, idIn(c), edit, askedBy(c, form))
      return changed(c, { what: 'label.edited', op, streams: [], to: '/labels' })
    },
    again: (form, problems) => showEdit(c, form, problems),
  }),
)

labels.post('/labels/:id/move', 'user', async (c) => {
  const form = await readForm(c)
  const { op } = await moveLabel(c.var.db, c.var.user, idIn(c), besideIn(form), askedBy(c, form))
  return changed(c, { what: 'label.moved', op, streams: [] })
})

labels.post('/labels/:id/delete', 'user', async (c) => {
  const { op } = await deleteLabel(c.var.db, c.var.user, idIn(c), askedBy(c, await readForm(c)))
  return changed(c, { what: 'label.deleted', op, streams: [], to: '/labels' })
})

async function showLabels(c: C, form: Form = emptyForm(), problems: Problems = {}): Promise<Response> {
  const { db, user } = c.var
  const [all, counts] = await Promise.all([labelsOf(db, user).execute(), countsByLabel(db, user)])
  const counted = all.map((label) => ({ ...label, open: counts.get(label.id) ?? 0 }))
  return showPage(c, labelsPage(counted, newId(), form, problems))
}

async function showEdit(c: C, form: Form = emptyForm(), problems: Problems = {}): Promise<Response> {
  const { db, user } = c.var
  const [label, all] = await Promise.all([labelOf(db, user, idIn(c)), labelsOf(db, user).execute()])
  const at = all.findIndex(({ id }) => id === label.id)
  const neighbours = { above: all[at - 1]?.id, below: all[at + 1]?.id }
  return showPage(c, editLabelPage(label, neighbours, form, problems))
}

const idIn = (c: C): string => c.req.param('id') ?? ''
