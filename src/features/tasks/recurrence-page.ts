import type { Day } from '#core/days.ts'
import { parseRecurrence, type Recurrence } from '#core/recurrence.ts'
import type { Task } from '#db/schema.ts'
import { dayTitle, type Reader } from '#web/dates.ts'
import { choice, field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { Page } from '#web/layout.ts'
import { recurrenceInText, type Writer } from './repeating.ts'
import { occurrence } from './rows.ts'

/** What the page shows besides the form: the days on which the task will be due, as the form is filled in. */
export type Outlook = { reader: Reader & Writer; coming: Day[] }

/**
 * How a task repeats: in words, and what words do not say. The button Preview brings the same page with the next days
 * for what was typed, and changes nothing.
 */
export const recurrencePage = (task: Task, outlook: Outlook, form: Form, problems: Problems): Page => ({
  title: `Repeat ${task.title}`,
  lists: [task.list_id],
  main: html`<h1>Repeat</h1>
    <p class="lead"><a href="/tasks/${task.id}" dir="auto">${task.title}</a></p>
    ${repeatForm(task, outlook.reader, form, problems)}
    <div id="coming" aria-live="polite">${comingDays(outlook)}</div> ${skipForm(task)}`,
})

function repeatForm(task: Task, reader: Writer, form: Form, problems: Problems): Html {
  const stored = parseRecurrence(task.recurrence ?? '')
  const { mode = 'schedule', missed = 'skip', rule } = stored ?? {}
  return html`<form class="stack" method="post" action="/tasks/${task.id}/recurrence" data-outbox="form" data-preview="coming">
      ${formProblem(problems)}
      ${field(form, problems, 'recurrence', 'How often', { value: stored ? endless(stored, reader) : '', autocomplete: 'off', required: false, hint: WORDS })}
      ${choice(form, problems, 'mode', 'Counted from', { value: mode, choices: MODES })}
      <input type="hidden" name="was-mode" value="${mode}">
      ${field(form, problems, 'until', 'Last day', { value: rule?.until ?? '', autocomplete: 'off', required: false, hint: 'A day like 1 may 2027. Leave it empty and there is none.' })}
      ${field(form, problems, 'count', 'How many times', { value: String(rule?.count ?? ''), autocomplete: 'off', required: false, hint: 'Leave it empty and it goes on.' })}
      ${choice(form, problems, 'missed', 'When days have passed', { value: missed, choices: MISSED })}
      <label class="check-line"><input type="checkbox" name="keeps_subtasks" value="on"${keeps(stored, form) ? html` checked` : nothing}> Subtasks stay done when it comes again</label>
      <div class="actions"><button class="primary">Save</button><button class="quiet" formmethod="get">Preview</button></div>
    </form>`
}

const WORDS =
  'Such as “every 2 weeks”, “every mon, fri”, “every 3rd friday”, “every last day”, or an RRULE. Leave it empty and the task does not repeat.'

const MODES: [Recurrence['mode'], string][] = [
  ['schedule', 'The calendar'],
  ['completion', 'The day it was done'],
]

const MISSED: [Recurrence['missed'], string][] = [
  ['skip', 'Go on with the next day ahead'],
  ['each', 'Come back one by one'],
]

/** The words without the end, which has fields of its own. */
function endless(recurrence: Recurrence, reader: Writer): string {
  const { count: _, until: __, ...rule } = recurrence.rule
  return recurrenceInText({ ...recurrence, rule }, reader)
}

const keeps = (stored: Recurrence | undefined, form: Form): boolean =>
  form.has('recurrence') ? form.text('keeps_subtasks') === 'on' : stored?.keepsSubtasks === true

function comingDays({ coming, reader }: Outlook): Html {
  if (coming.length === 0) return nothing
  return html`<h2 class="group">Its next days</h2>
    <ol class="coming">${coming.map((day) => html`<li><time datetime="${day}">${dayTitle(day, reader)}</time></li>`)}</ol>`
}

const skipForm = (task: Task): Html =>
  task.recurrence === null || task.completed_at !== null
    ? nothing
    : html`<div class="actions"><form method="post" action="/tasks/${task.id}/skip" data-outbox="skip">${occurrence(task)}<button class="quiet">Skip the first of these days</button></form></div>`
