import type { List, Section } from '#db/schema.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { html } from '#web/html.ts'
import type { Page } from '#web/layout.ts'
import { action, moveForms, type Neighbours } from './pages.ts'

/** A section that could not be added as it was typed. */
export const newSectionPage = (
  list: Pick<List, 'id' | 'name'>,
  freshId: string,
  form: Form,
  problems: Problems,
): Page => ({
  title: 'New section',
  lists: [list.id],
  place: `/lists/${list.id}`,
  main: html`<h1>New section</h1>
    <p class="lead"><a href="/lists/${list.id}" dir="auto">${list.name}</a></p>
    <form class="stack" method="post" action="/lists/${list.id}/sections" data-outbox="form">
      ${formProblem(problems.id ? { '': problems.id } : problems)}
      ${field(form, problems, 'name', 'Name', { autocomplete: 'off', anyScript: true, focus: true })}
      <input type="hidden" name="id" value="${freshId}">
      <div class="actions"><button class="primary">Add section</button></div>
    </form>`,
})

/** What can be done to a section: another name, another place, or to take it away. */
export const editSectionPage = (
  section: Section,
  list: Pick<List, 'id' | 'name'>,
  neighbours: Neighbours,
  form: Form,
  problems: Problems,
): Page => ({
  title: `Edit ${section.name}`,
  lists: [list.id],
  place: `/lists/${list.id}`,
  main: html`<h1>Edit section</h1>
    <p class="lead"><a href="/lists/${list.id}" dir="auto">${list.name}</a></p>
    <form class="stack" method="post" action="/sections/${section.id}/edit" data-outbox="form">
      ${formProblem(problems)}
      ${field(form, problems, 'name', 'Name', { value: section.name, autocomplete: 'off', anyScript: true })}
      <div class="actions"><button class="primary">Save</button></div>
    </form>
    ${moveForms(`/sections/${section.id}/move`, neighbours)}
    <div class="part">
      <p>Its tasks stay in the list, above the first section.</p>
      <div class="actions">${action(`/sections/${section.id}/delete`, 'Delete section', 'danger')}</div>
    </div>`,
})
