import type { SavedFilter } from '#db/schema.ts'
import { rowTemplates } from '#features/tasks/rows.ts'
import { selectBar } from '#features/tasks/select.ts'
import { field, formProblem } from '#web/fields.ts'
import { emptyForm, type Form, type Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { Page } from '#web/layout.ts'
import { found, type Shown, tools } from './pages.ts'

/** What was typed into a form for a filter, and what is wrong with it. */
export type Typed = { form: Form; problems: Problems }

/** All filters in their order, and a form for a new one. `query` stands in it before anybody has typed. */
export const filtersPage = (
  filters: SavedFilter[],
  freshId: string,
  query: string,
  { form, problems }: Typed,
): Page => ({
  title: 'Filters',
  main: html`<h1>Filters</h1>
    <p class="lead">A filter is a search with a name. What can be asked is on the page <a href="/search">Search</a>.</p>
    ${filters.length > 0 ? html`<ul class="filters" data-places="/filters">${filters.map((filter, i) => placeOf(filter, filters[i - 1], filters[i + 1]))}</ul>` : nothing}
    <h2 class="group" id="new">New filter</h2>
    <form class="stack" method="post" action="/filters" data-outbox="form">
      ${formProblem(problems.id ? { '': problems.id } : problems)}
      ${fields(form, problems, { name: '', query })}
      <input type="hidden" name="id" value="${freshId}">
      <div class="actions"><button class="primary">Save filter</button></div>
    </form>`,
})

/** The tasks that a filter lets through, or the sentence that says why it cannot be asked. */
export const filterPage = (filter: SavedFilter, shown: Shown, problem: string | undefined, typed?: Typed): Page => ({
  title: filter.name,
  lists: shown.results?.lists ?? [],
  main: html`<div class="list-head"><h1 dir="auto">${filter.name}</h1>${tools(shown)}</div>
    <p class="lead"><code>${filter.query}</code></p>
    ${problem ? html`<p class="problem" role="alert">${problem} Change the filter below.</p>` : nothing}
    ${selectBar(shown.opened)} ${shown.results ? found(shown, shown.results, nothingThere) : nothing}
    ${shown.after ? nothing : editing(filter, typed, problem !== undefined)}
    ${rowTemplates({ isLogbook: true })}`,
})

const nothingThere = html`<p class="empty"><b>Nothing here now.</b> Tasks that this filter lets through will stand here.</p>`

const fields = (form: Form, problems: Problems, was: { name: string; query: string }): Html =>
  html`${field(form, problems, 'name', 'Name', { value: was.name, autocomplete: 'off', maxlength: 100, anyScript: true })}
    ${field(form, problems, 'query', 'Filter', { value: was.query, autocomplete: 'off', anyScript: true, hint: 'For example: (today | overdue) & #Work' })}`

function editing(filter: SavedFilter, typed: Typed | undefined, isBroken: boolean): Html {
  const { form, problems } = typed ?? { form: emptyForm(), problems: {} }
  return html`<details class="edit"${typed || isBroken ? html` open` : nothing}>
    <summary>Change this filter</summary>
    <form class="stack" method="post" action="/filters/${filter.id}/edit" data-outbox="form">
      ${formProblem(problems)} ${fields(form, problems, filter)}
      <input type="hidden" name="was-name" value="${filter.name}">
      <input type="hidden" name="was-query" value="${filter.query}">
      <div class="actions"><button class="primary">Save</button></div>
    </form>
    ${deletion(filter)}
  </details>`
}

const placeOf = (filter: SavedFilter, above: SavedFilter | undefined, below: SavedFilter | undefined): Html =>
  html`<li class="filter" data-place="/filters/${filter.id}"><a class="filter-link" href="/filters/${filter.id}"><b dir="auto">${filter.name}</b> <code>${filter.query}</code></a>
    <div class="actions">${above ? move(filter, 'before', above, 'up') : nothing}${below ? move(filter, 'after', below, 'down') : nothing}${deletion(filter)}</div></li>`

const move = ({ id, name }: SavedFilter, side: string, other: SavedFilter, where: string): Html =>
  html`<form method="post" action="/filters/${id}/move" data-outbox="form"><input type="hidden" name="${side}" value="${other.id}"><button class="quiet">Move ${where}<span class="unseen"> ${name}</span></button></form>`

const deletion = ({ id, name }: SavedFilter): Html =>
  html`<form method="post" action="/filters/${id}/delete" data-outbox="form"><button class="quiet danger">Delete<span class="unseen"> ${name}</span></button></form>`
