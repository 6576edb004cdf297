import { COLORS } from '#core/colors.ts'
import type { List, User } from '#db/schema.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'
import type { ListAround } from '#web/lists-around.ts'
import { elsewhere } from '#web/navigation.ts'
import { listAddress } from '#web/places.ts'

/** All that the page of the lists shows. */
export type Lists = {
  user: Pick<User, 'id' | 'start_page' | 'role'>
  lists: ListAround[]
  archived: ListAround[]
  /** The id that the next list will have. */
  freshId: string
}

/** All lists, a form for a new one, and on a phone the way to everything that has no room in its bar. */
export const listsPage = ({ user, lists, archived, freshId }: Lists, form: Form, problems: Problems): Page => ({
  title: 'Lists',
  lists: [],
  main: html`<h1>Lists</h1>
    ${elsewhere(user)}
    <ul class="rows lists" data-places="/lists">${lists.map((list) => listLine(list, user))}</ul>
    ${archived.length === 0 ? nothing : archivedLists(archived, user)}
    <h2 class="part">New list</h2>
    <form class="stack" method="post" action="/lists" data-outbox="form">
      ${formProblem(problems.id ? { '': problems.id } : problems)}
      ${field(form, problems, 'name', 'Name', { autocomplete: 'off', anyScript: true })}
      ${colorField(form, problems, '')}
      <input type="hidden" name="id" value="${freshId}">
      <div class="actions"><button class="primary">Add list</button></div>
    </form>`,
})

/** What can be done to a list: another name or colour, another place, to be laid aside or deleted. */
export const editListPage = (list: List, neighbours: Neighbours, form: Form, problems: Problems): Page => ({
  title: `Edit ${list.name}`,
  lists: [list.id],
  place: `/lists/${list.id}`,
  main: html`<h1>Edit list</h1>
    <p class="lead"><a href="/lists/${list.id}" dir="auto" data-name="/lists/${list.id}">${list.name}</a></p>
    <form class="stack" method="post" action="/lists/${list.id}/edit" data-outbox="form">
      ${formProblem(problems)}
      ${field(form, problems, 'name', 'Name', { value: list.name, autocomplete: 'off', anyScript: true })}
      ${colorField(form, problems, list.color)}
      <div class="actions"><button class="primary">Save</button></div>
    </form>
    ${moveForms(`/lists/${list.id}/move`, neighbours)}
    <div class="part">
      <p>${
        list.archived_at === null
          ? 'An archived list is out of sight and takes no new tasks. All that is in it stays.'
          : 'This list is archived: it is out of sight and takes no new tasks.'
      }</p>
      <div class="actions">${
        list.archived_at === null
          ? action(`/lists/${list.id}/archive`, 'Archive', 'quiet')
          : action(`/lists/${list.id}/unarchive`, 'Bring back', 'quiet')
      }${action(`/lists/${list.id}/delete`, 'Delete list', 'danger')}</div>
    </div>`,
})

/** What stands directly above and below something in its order. */
export type Neighbours = { above?: string | undefined; below?: string | undefined }

/** The buttons that put something above what is above it, or below what is below it. */
export const moveForms = (address: string, { above, below }: Neighbours): Html =>
  above === undefined && below === undefined
    ? nothing
    : html`<div class="part"><div class="actions">${above === undefined ? nothing : moveForm(address, 'before', above, 'Move up')}${
        below === undefined ? nothing : moveForm(address, 'after', below, 'Move down')
      }</div></div>`

/** A button that sends a form without fields. */
export const action = (address: string, word: string, look: string): Html =>
  html`<form method="post" action="${address}" data-outbox="form"><button class="${look}">${word}</button></form>`

/** A choice among our colours, each with its word for who does not see it. */
export function colorField(form: Form, problems: Problems, value: string): Html {
  const chosen = form.has('color') ? form.text('color') : value
  return html`<fieldset class="field colors"><legend>Colour</legend>${
    problems.color ? html`<p class="problem" id="color_problem" role="alert">${problems.color}</p>` : nothing
  }<div class="swatches">${['', ...COLORS].map((color) => swatch(color, color === chosen))}</div></fieldset>`
}

const swatch = (color: string, isChosen: boolean): Html =>
  html`<label class="swatch" title="${wordFor(color)}"><input type="radio" name="color" value="${color}"${isChosen ? html` checked` : nothing}><span class="dot${color === '' ? '' : ` ${color}`}"></span><span class="unseen">${wordFor(color)}</span></label>`

const wordFor = (color: string): string => (color === '' ? 'None' : color.charAt(0).toUpperCase() + color.slice(1))

const moveForm = (address: string, side: 'before' | 'after', other: string, word: string): Html =>
  html`<form method="post" action="${address}" data-outbox="form"><input type="hidden" name="${side}" value="${other}"><button class="quiet">${word}</button></form>`

const listLine = (list: ListAround, user: Lists['user']): Html =>
  html`<li${list.kind === 'list' && list.owner_id === user.id ? html` data-place="/lists/${list.id}"` : nothing}><a class="list-name" href="${listAddress(list, user)}">${
    list.kind === 'inbox' ? icons.inbox : html`<span class="dot${list.color === '' ? '' : ` ${list.color}`}"></span>`
  }<bdi>${list.name}</bdi></a><span class="hint">${openWords(list.open)}</span>${
    list.kind === 'list' && list.owner_id === user.id
      ? html`<a class="change" href="/lists/${list.id}/edit" aria-label="Edit ${list.name}">${icons.edit}</a>`
      : html`<span class="change"></span>`
  }</li>`

const openWords = (count: number): string =>
  count === 0 ? 'Nothing to do' : count === 1 ? '1 open task' : `${count} open tasks`

const archivedLists = (lists: ListAround[], user: Lists['user']): Html =>
  html`<details class="archived"><summary>Archived · ${lists.length}</summary><ul class="rows lists" data-places="/lists">${lists.map((list) => listLine(list, user))}</ul></details>`
