import type { User } from '#db/schema.ts'
import { choice, type FieldOptions, field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { inHours } from './chips.ts'
import type { TaskView } from './task-view.ts'

/** What was typed so far, what is wrong with it, and for whom the fields are. */
export type Filling = { form: Form; problems: Problems; reader: Pick<User, 'zone'> }

/** All fields of a task but its words, each with what it was before, so that only what changed is written. */
export function detailsFields(view: TaskView, filling: Filling): Html {
  const { task } = view
  return html`<div class="task-details">
    ${formProblem({ '': elsewhere(view, filling) })}
    <div class="beside">${input(filling, 'due_day', 'Due', task.due_day, { type: 'date' })}
    ${input(filling, 'due_time', 'Time', task.due_time, { type: 'time' })}</div>
    ${select(filling, 'priority', 'Priority', String(task.priority), priorities)}
    ${placeFields(view, filling)} ${labelFields(view, filling)}
    <details class="more-fields"${hasMore(view, filling) ? html` open` : nothing}><summary>More</summary>
      ${input(filling, 'start_day', 'Starts', task.start_day, { type: 'date', hint: 'Out of sight until then.' })}
      ${input(filling, 'deadline_day', 'Deadline', task.deadline_day, { type: 'date' })}
      ${input(filling, 'minutes', 'Takes', task.minutes === null ? null : inHours(task.minutes), { hint: 'Like 45, 1:30 or 2 h.' })}
      ${input(filling, 'due_zone', 'Time zone', task.due_zone, { hint: `Like ${filling.reader.zone}: then the time is that of its clocks, wherever you are.` })}
      ${assigneeField(view, filling)}
    </details>
    <button class="primary">Save</button>
  </div>`
}

/** The hidden field that says what `name` was when the form was made. A form that comes back keeps what it said. */
export function was(form: Form, name: string, value: string): Html {
  const known = form.has(`was-${name}`) ? form.text(`was-${name}`) : value
  return html`<input type="hidden" name="was-${name}" value="${known}">`
}

/** What is wrong with the form as a whole, or with a field that does not stand in it. */
function elsewhere({ task, sections, members }: TaskView, { problems }: Filling): string {
  const hidden = ['', 'recurrence', 'parent']
  if (task.parent_id !== null) hidden.push('list', 'section')
  if (sections.length === 0) hidden.push('section')
  if (isAlone(members, task)) hidden.push('assignee')
  return hidden.map((name) => problems[name]).find((sentence) => sentence !== undefined) ?? ''
}

function input(
  { form, problems }: Filling,
  name: string,
  label: string,
  value: string | null,
  options: FieldOptions,
): Html {
  const shown = { required: false, autocomplete: 'off', ...options, value: value ?? '' }
  return html`${field(form, problems, name, label, shown)}${was(form, name, value ?? '')}`
}

const select = (
  { form, problems }: Filling,
  name: string,
  label: string,
  value: string,
  choices: [value: string, label: string][],
): Html => html`${choice(form, problems, name, label, { value, choices })}${was(form, name, value)}`

const priorities: [string, string][] = [
  ['1', 'Priority 1, the highest'],
  ['2', 'Priority 2'],
  ['3', 'Priority 3'],
  ['4', 'None'],
]

/** A subtask is where its task is, so it has no list of its own to choose. */
function placeFields({ task, lists, sections }: TaskView, filling: Filling): Html {
  if (task.parent_id !== null) return nothing
  const named = lists.map(({ id, name }): [string, string] => [id, name])
  return html`${select(filling, 'list', 'List', task.list_id, named)}${
    sections.length === 0
      ? nothing
      : select(filling, 'section', 'Section', task.section_id ?? '', sectionChoices(sections))
  }`
}

const sectionChoices = (sections: TaskView['sections']): [string, string][] => [
  ['', 'None'],
  ...sections.map(({ id, name }): [string, string] => [id, name]),
]

/** The labels as boxes, and a field for a new one. Labels of others that stand on the task are among them. */
function labelFields({ labels, ownLabels }: TaskView, { form, problems }: Filling): Html {
  const has = labels.map(({ id }) => id)
  const ticked = form.has('was-label') ? form.all('label') : has
  const all = [...ownLabels, ...labels.filter(({ id }) => ownLabels.every((own) => own.id !== id))]
  return html`<fieldset class="${problems.label ? 'field labels has-problem' : 'field labels'}"><legend>Labels</legend>
    ${problems.label ? html`<p class="problem" id="label_problem" role="alert">${problems.label}</p>` : nothing}
    <div class="boxes">${all.map(
      ({ id, name }) =>
        html`<label class="box"><input type="checkbox" name="label" value="${id}"${ticked.includes(id) ? html` checked` : nothing}><bdi>${name}</bdi></label>`,
    )}</div>
    <label class="unseen" for="new-label">New label</label><input id="new-label" name="new-label" autocomplete="off" dir="auto" placeholder="New label" value="${form.text('new-label')}"${
      problems.label ? html` aria-describedby="label_problem" aria-invalid="true"` : nothing
    }>
    ${was(form, 'label', has.join(','))}
  </fieldset>`
}

const RARE = ['start_day', 'deadline_day', 'minutes', 'due_zone', 'assignee']

/** Whether something stands in the fields that few tasks need. */
const hasMore = ({ task }: TaskView, { problems }: Filling): boolean =>
  [task.start_day, task.deadline_day, task.minutes, task.due_zone, task.assignee_id].some((value) => value !== null) ||
  RARE.some((name) => problems[name] !== undefined)

function assigneeField({ task, members }: TaskView, filling: Filling): Html {
  if (isAlone(members, task)) return nothing
  const people = members.map(({ id, name, email }): [string, string] => [id, name || email])
  return select(filling, 'assignee', 'Assigned to', task.assignee_id ?? '', [['', 'Nobody'], ...people])
}

const isAlone = (members: TaskView['members'], { assignee_id }: TaskView['task']): boolean =>
  members.length < 2 && assignee_id === null
