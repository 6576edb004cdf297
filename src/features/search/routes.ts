import type { Context } from 'hono'
import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import { newId } from '#db/db.ts'
import { besideIn } from '#features/lists/fields.ts'
import { seenBy } from '#features/tasks/seen.ts'
import { openedBy } from '#features/tasks/select.ts'
import type { UserEnv } from '#web/env.ts'
import { emptyForm, readForm, submit } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed } from '#web/streams.ts'
import { editShape, filterShape } from './fields.ts'
import { filterPage, filtersPage, type Typed } from './filter-pages.ts'
import { addFilter, deleteFilter, editFilter, filterOf, filtersOf, moveFilter } from './filters.ts'
import { type Shown, searchPage } from './pages.ts'
import { checkSearch, PARTS, type Results, search as searchFor } from './searching.ts'

type C = Context<UserEnv>

/** The search, and searches that were given a name. */
export const search = new Routes()

search.get('/search', 'user', async (c) => {
  const text = (c.req.query('q') ?? '').trim()
  const completed = c.req.query('completed') === 'on'
  const { results, problem } = text === '' ? nobodyAsked : await resultsOf(c, text, completed)
  const query: Shown['query'] = [['q', text], ...(completed ? [['completed', 'on'] as [string, string]] : [])]
  const shown = { ...shownBy(c), opened: await openedBy(c), results, path: '/search', query, completed }
  return showPage(c, searchPage(shown, { text, problem }), problem === undefined ? 200 : 422)
})

search.get('/filters', 'user', (c) => showFilters(c))

search.post('/filters', 'user', (c) =>
  submit(c, filterShape, {
    done: async ({ name, query, id }, form) => {
      const { db, user, now } = c.var
      await checkSearch(db, user, query, now, 'query')
      const { op, id: added } = await addFilter(db, user, { name, query, id }, askedBy(c, form))
      return changed(c, { what: 'filter.added', op, streams: [], to: `/filters/${added}` })
    },
    again: (form, problems) => showFilters(c, { form, problems }),
  }),
)

search.get('/filters/:id', 'user', (c) => showFilter(c))

search.post('/filters/:id/edit', 'user', (c) =>
  submit(c, editShape, {
    done: async ({ name, query, 'was-name': wasName, 'was-query': wasQuery }, form) => {
      const { db, user, now } = c.var
      const { id } = await filterOf(db, user, idIn(c))
      await checkSearch(db, user, query, now, 'query')
      const was = {
        ...(wasName === undefined ? {} : { name: wasName }),
        ...(wasQuery === undefined ? {} : { query: wasQuery }),
      }
      const { op } = await editFilter(db, user, id, { name, query }, was, askedBy(c, form))
      return changed(c, { what: 'filter.edited', op, streams: [], to: `/filters/${id}` })
    },
    again: (form, problems) => showFilter(c, { form, problems }),
  }),
)

search.post('/filters/:id/delete', 'user', async (c) => {
  const { op } = await deleteFilter(c.var.db, c.var.user, idIn(c), askedBy(c, await readForm(c)))
  return changed(c, { what: 'filter.deleted', op, streams: [], to: '/filters' })
})

search.post('/filters/:id/move', 'user', async (c) => {
  const form = await readForm(c)
  const { op } = await moveFilter(c.var.db, c.var.user, idIn(c), besideIn(form), askedBy(c, form))
  return changed(c, { what: 'filter.moved', op, streams: [] })
})

async function showFilters(c: C, typed: Typed = { form: emptyForm(), problems: {} }): Promise<Response> {
  const filters = await filtersOf(c.var.db, c.var.user)
  return showPage(c, filtersPage(filters, newId(), (c.req.query('query') ?? '').slice(0, 2000), typed))
}

async function showFilter(c: C, typed?: Typed): Promise<Response> {
  const filter = await filterOf(c.var.db, c.var.user, idIn(c))
  const completed = c.req.query('completed') === 'on'
  const { results, problem } = await resultsOf(c, filter.query, completed)
  const query: Shown['query'] = completed ? [['completed', 'on']] : []
  const shown = { ...shownBy(c), opened: await openedBy(c), results, path: `/filters/${filter.id}`, query, completed }
  return showPage(c, filterPage(filter, shown, problem, typed))
}

type Answer = { results: Results | undefined; problem: string | undefined }
const nobodyAsked: Answer = { results: undefined, problem: undefined }

/** What a text finds, or the sentence about what is wrong with it. */
async function resultsOf(c: C, text: string, completed: boolean): Promise<Answer> {
  try {
    const results = await searchFor(c.var.db, c.var.user, { text, completed, after: shownBy(c).after }, c.var.now)
    return { results, problem: undefined }
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'invalid') return { results: undefined, problem: error.sentence }
    throw error
  }
}

function shownBy(c: C): Pick<Shown, 'after' | 'seen'> {
  const { user, now } = c.var
  const id = c.req.query('after') ?? ''
  const part = PARTS.find((name) => name === c.req.query('part')) ?? 'title'
  return {
    after: isId(id) ? { id, part } : undefined,
    seen: seenBy(user, now),
  }
}

const idIn = (c: C): string => c.req.param('id') ?? ''
