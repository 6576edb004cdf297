import type { Form } from '#web/forms.ts'
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
      ${KEPT.filter((name) => form.has(name)).map(
        (name) => html`<input type="hidden" name="${name}" value="${form.text(name)}">`,
      )}
      <div class="actions"><button class="primary" name="lines" value="each">Add ${lines.length} tasks</button><button class="quiet" name="lines" value="one">Add one task</button></div>
    </form>`,
})

const KEPT = ['task', 'id', 'list', 'section', 'parent', 'literal', 'due_day', 'label', 'op']
