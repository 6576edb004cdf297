import type { Label } from '#db/schema.ts'
import { action, colorField, moveForms, type Neighbours } from '#features/lists/pages.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'

/** A label with how many open tasks have it. */
export type CountedLabel = Label & { open: number }

/** All labels, and a form for a new one. */
export const labelsPage = (labels: CountedLabel[], freshId: string, form: Form, problems: Problems): Page => ({
  title: 'Labels',
  lists: [],
  main: html`<h1>Labels</h1>
    ${
      labels.length === 0
        ? html`<p class="lead">A label gathers tasks from all your lists: everything for the phone, or for a Monday morning.</p>`
        : html`<ul class="rows lists" data-places="/labels">${labels.map(labelLine)}</ul>`
    }
    <h2${labels.length === 0 ? nothing : html` class="part"`}>New label</h2>
    <form class="stack" method="post" action="/labels" data-outbox="form">
      ${formProblem(problems.id ? { '': problems.id } : problems)}
      ${field(form, problems, 'name', 'Name', { autocomplete: 'off', anyScript: true })}
      ${colorField(form, problems, '')}
      <input type="hidden" name="id" value="${freshId}">
      <div class="actions"><button class="primary">Add label</button></div>
    </form>`,
})

/** What can be done to a label: another name or colour, another place, or to delete it. */
export const editLabelPage = (label: Label, neighbours: Neighbours, form: Form, problems: Problems): Page => ({
  title: `Edit ${label.name}`,
  lists: [],
  place: '/labels',
  main: html`<h1>Edit label</h1>
    <p class="lead"><a href="/labels/${label.id}">@<bdi data-name="/labels/${label.id}">${label.name}</bdi></a></p>
    <form class="stack" method="post" action="/labels/${label.id}/edit" data-outbox="form">
      ${formProblem(problems)}
      ${field(form, problems, 'name', 'Name', { value: label.name, autocomplete: 'off', anyScript: true })}
      ${colorField(form, problems, label.color)}
      <div class="actions"><button class="primary">Save</button></div>
    </form>
    ${moveForms(`/labels/${label.id}/move`, neighbours)}
    <div class="part">
      <p>A label that is deleted is gone from all tasks. The tasks stay.</p>
      <div class="actions">${action(`/labels/${label.id}/delete`, 'Delete label', 'danger')}</div>
    </div>`,
})

const labelLine = ({ id, name, color, open }: CountedLabel): Html =>
  html`<li data-place="/labels/${id}"><a class="list-name" href="/labels/${id}"><span class="dot${color === '' ? '' : ` ${color}`}"></span><span>@<bdi>${name}</bdi></span></a><span class="hint">${
    open === 0 ? 'On no open task' : open === 1 ? '1 open task' : `${open} open tasks`
  }</span><a class="change" href="/labels/${id}/edit" aria-label="Edit ${name}">${icons.edit}</a></li>`
