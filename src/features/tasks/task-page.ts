import { parseRecurrence } from '#core/recurrence.ts'
import type { Task } from '#db/schema.ts'
import { momentTag, type Reader } from '#web/dates.ts'
import { area, field } from '#web/fields.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'
import { markdown } from '#web/markdown.ts'
import { dot } from './chips.ts'
import { type Opened, openedIn } from './pages.ts'
import { recurrenceInText, type Writer } from './repeating.ts'
import { check, occurrence, rowTemplates, taskRow } from './rows.ts'
import { seenBy } from './seen.ts'
import { detailsFields, type Filling, was } from './task-fields.ts'
import type { TaskView } from './task-view.ts'

/** For whom the page of a task is, and what is open on it. */
export type Looking = {
  reader: Reader & Writer
  now: Date
  opened: Opened
  /** Whether the words of the task are to be changed. */
  isEditing: boolean
  /** The id that the next subtask will have. */
  freshId: string
}

type Words = Omit<Filling, 'reader'>

/** A task on a page of its own. */
export function taskPage(view: TaskView, looking: Looking, filling: Words): Page {
  const { task } = view
  const filled = { ...filling, reader: looking.reader }
  const deeds = deedsFor(view)
  return {
    title: task.title,
    lists: [task.list_id],
    task: { id: task.id, done: task.completed_at !== null },
    ...(task.priority < 4 && { look: `p${task.priority as 1 | 2 | 3}` as const }),
    place: view.list.kind === 'inbox' ? '/' : `/lists/${view.list.id}`,
    main: html`<div class="of-task"><div class="words">${path(view)}
      <header class="headline">${check(task)}<h1 dir="auto">${task.title}</h1></header>${notes(task)}</div>
      <form class="task-form" method="post" action="/tasks/${task.id}/edit" data-outbox="edit">${words(view, looking, filled)}
        <section class="details" aria-labelledby="details"><h2 id="details" class="unseen">Details</h2>${detailsFields(view, filled)}
          ${repeats(view, looking)}
          <div class="actions">${deeds.map(({ id, look, words }) => html`<button class="${look}" form="${id}"><span>${words}</span></button>`)}</div>
        </section>
      </form>
      ${deeds.map(({ id, verb, fields }) => html`<form id="${id}" method="post" action="/tasks/${task.id}/${verb}" data-outbox="${verb}" hidden>${fields}</form>`)}
      <div class="more-of-task">${steps(view, looking, filling)}
      <p class="lead since">Added ${momentTag(looking.reader, task.created_at, looking.now)}${finished(view, looking)}</p>
      ${history(task)}</div></div>
      ${rowTemplates({ isMixed: true })}`,
  }
}

// The history is a page of its own. Its latest part comes in here when it comes into sight; without script this is a link.
const history = ({ id }: Task): Html =>
  html`<section class="of-history" aria-labelledby="of_history"><h2 id="of_history">History</h2><turbo-frame id="history" loading="lazy" refresh="morph" src="/tasks/${id}/history?latest" target="_top"><a href="/tasks/${id}/history">What was done to it</a></turbo-frame></section>`

function finished({ task }: TaskView, { reader, now }: Looking): Html {
  if (task.completed_at === null) return nothing
  return html` · ${task.cancelled ? 'Closed undone' : 'Completed'} ${momentTag(reader, task.completed_at, now)}`
}

/** Where the task is: its list, its section, and the tasks that it is a part of. */
function path({ task, list, sections, path: parents }: TaskView): Html {
  const section = sections.find(({ id }) => id === task.section_id)
  const home =
    list.kind === 'inbox'
      ? html`<a href="/">${icons.inbox}Inbox</a>`
      : html`<a href="/lists/${list.id}">${dot(list.color)}<bdi>${list.name}</bdi></a>`
  return html`<nav class="path" aria-label="Where it is">${home}${section ? html`<span class="step"><bdi>${section.name}</bdi></span>` : nothing}${parents.map(
    ({ id, title }) => html`<span class="step"><a href="/tasks/${id}"><bdi>${title}</bdi></a></span>`,
  )}</nav>`
}

const notes = ({ notes }: Task): Html =>
  notes === '' ? nothing : html`<h2 class="unseen">Notes</h2><div class="prose" dir="auto">${markdown(notes)}</div>`

/** The fields for the title and the notes. Without notes there is nothing to read yet, so they are open. */
function words({ task }: TaskView, { isEditing }: Looking, { form, problems }: Filling): Html {
  const isOpen = isEditing || task.notes === '' || problems.title !== undefined || problems.notes !== undefined
  return html`<details class="edit"${isOpen ? html` open` : nothing}><summary>Edit the title and the notes</summary>
      <div class="stack">
        ${field(form, problems, 'title', 'Title', { value: task.title, autocomplete: 'off', anyScript: true })}
        ${area(form, problems, 'notes', 'Notes', { value: task.notes, hint: 'You can use Markdown.' })}
        ${was(form, 'title', task.title)}${was(form, 'notes', task.notes)}
        <div class="actions"><button class="primary">Save</button></div>
      </div>
    </details>`
}

function steps(view: TaskView, looking: Looking, words: Words): Html {
  const { open, done, progress, canSplit } = view
  if (!canSplit && progress === undefined) return nothing
  const more = progress ? progress.all - open.length - done.length : 0
  return html`<section class="steps-of" aria-labelledby="steps"><h2 id="steps">Subtasks${
    progress ? html` <span class="progress">${progress.done} of ${progress.all}</span>` : nothing
  }</h2>
    <ul class="tasks" id="tasks" data-keeps="open">${rows(open, looking)}</ul>
    ${canSplit ? addStep(view, looking, words) : nothing}
    ${done.length === 0 ? nothing : html`<ul class="tasks" data-keeps="done">${rows(done, looking)}</ul>`}
    ${more > 0 ? html`<p class="hint">There are ${more.toLocaleString('en')} more than this page shows.</p>` : nothing}
  </section>`
}

const rows = (steps: TaskView['open'], { reader, now, opened }: Looking): Html[] => {
  const seen = seenBy(reader, now)
  return steps.map((step, i) =>
    taskRow({ ...step, parent: undefined }, seen, {
      above: steps[i - 1]?.id,
      below: steps[i + 1]?.id,
      ...openedIn(step.id, opened),
    }),
  )
}

function addStep({ task }: TaskView, { freshId, opened }: Looking, { form, problems }: Words): Html {
  const problem = problems.task ?? problems.id
  return html`<form class="add" method="post" action="/tasks" data-outbox="add" autocomplete="off">${icons.plus}<label class="unseen" for="task">New subtask</label><input id="task" name="task" required placeholder="Add a subtask" enterkeyhint="done" dir="auto" value="${form.text('task')}"${problem ? hasProblem : nothing}${problem || opened.isAdding ? html` autofocus` : nothing}><input type="hidden" name="id" value="${freshId}"><input type="hidden" name="parent" value="${task.id}"><button>Add</button></form>
    ${problem ? html`<p class="problem" id="task_problem" role="alert">${problem}</p>` : nothing}`
}

const hasProblem = html` aria-describedby="task_problem" aria-invalid="true"`

/** Whether and how it repeats, with the way to the page where that is said. */
function repeats({ task }: TaskView, { reader }: Looking): Html {
  const recurrence = task.recurrence === null ? undefined : parseRecurrence(task.recurrence)
  const words = recurrence ? html`Repeats ${recurrenceInText(recurrence, reader)}` : 'Let it repeat'
  return html`<p class="repeats-how"><a class="quiet" href="/tasks/${task.id}/recurrence">${icons.repeats}${words}</a></p>`
}

/** What can be done to a task besides editing it: a form for each, whose button stands among the details. */
type Deed = { id: string; verb: string; words: Html | string; look: string; fields: Html }

function deedsFor({ task, path }: TaskView): Deed[] {
  const deed = (verb: string, words: Html | string, fields = nothing, look = 'quiet') => ({
    id: `${verb}_it`,
    verb,
    words,
    look,
    fields,
  })
  const isOpen = task.completed_at === null
  return [
    ...moveOut(path).map(({ title, into }) =>
      deed('move', html`Take out of <bdi>“${title}”</bdi>`, html`<input type="hidden" name="parent" value="${into}">`),
    ),
    ...(isOpen && task.recurrence !== null ? [deed('skip', 'Skip this time', occurrence(task))] : []),
    ...(isOpen ? [deed('cancel', 'Won’t do')] : []),
    deed('delete', 'Delete', nothing, 'quiet danger'),
  ]
}

/** A subtask can go one level up: into what its task is a part of, or on its own. */
const moveOut = (path: TaskView['path']): { title: string; into: string }[] =>
  path.slice(-1).map(({ title }) => ({ title, into: path.at(-2)?.id ?? '' }))
