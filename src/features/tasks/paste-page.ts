import { area } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { type Html, html } from '#web/html.ts'

// So many lines are shown; they are for recognising, not for reading.
const SHOWN = 5

/** Asks whether several lines are one task or a task each, with everything that was sent still there. */
export const howManyPage = (form: Form, lines: string[]): { title: string; main: Html } => ({
  title: `One task or ${lines.length}?`,
  main: html`<h1>One task or ${lines.length}?</h1>
    <ul>${lines.slice(0, SHOWN).map((line) => html`<li dir="auto">${line}</li>`)}${
      lines.length > SHOWN ? html`<li>and ${lines.length - SHOWN} more</li>` : ''
    }</ul>
    <form class="stack" method="post" action="/tasks">
      ${kept(form)}
      <div class="actions"><button class="primary" name="lines" value="each">Add ${lines.length} tasks</button><button class="quiet" name="lines" value="one">Add one task</button></div>
    </form>`,
})

/**
 * Asks again when they could not be added, with the sentence why and the lines as lines, so that they can be mended.
 * `freshId` is for the first task.
 */
export const linesAgainPage = (form: Form, problems: Problems, freshId: string): { title: string; main: Html } => ({
  title: 'These lines could not be added',
  main: html`<h1>These lines could not be added</h1>
    <form class="stack" method="post" action="/tasks">
      ${kept(form, ['task', 'id'])}<input type="hidden" name="id" value="${freshId}">
      ${area(form, { task: Object.values(problems)[0] ?? '' }, 'task', 'A task in each line', { value: '' })}
      <div class="actions"><button class="primary" name="lines" value="each">Add a task for each line</button><button class="quiet" name="lines" value="one">Add one task</button></div>
    </form>`,
})

const kept = (form: Form, besides: string[] = []): Html[] =>
  KEPT.filter((name) => form.has(name) && !besides.includes(name)).map(
    (name) => html`<input type="hidden" name="${name}" value="${form.text(name)}">`,
  )

const KEPT = ['task', 'id', 'list', 'section', 'parent', 'literal', 'due_day', 'label', 'op']
