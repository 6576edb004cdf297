import type { Form, Problems } from './forms.ts'
import { type Html, html, nothing } from './html.ts'

/** How a field looks and behaves. What was typed and what is wrong with it come from the form. */
export type FieldOptions = {
  type?: 'text' | 'email' | 'password' | 'date' | 'time'
  autocomplete?: string
  hint?: string
  maxlength?: number
  required?: boolean
  focus?: boolean
  /** Written by people in their own script: it runs as its first letters do. */
  anyScript?: boolean
  /** No words: the six digits of an authenticator app, or letters and digits that mean nothing. */
  secret?: 'digits' | 'letters'
  /** What stands in it before anybody has typed. */
  value?: string
}

/**
 * One field: its label, the hint, what was typed, and the sentence about what is wrong, each tied to
 * the field for those who do not see it. A password is never sent back.
 */
export function field(form: Form, problems: Problems, name: string, label: string, options: FieldOptions = {}): Html {
  const { type = 'text' } = options
  const value = type === 'password' ? '' : form.has(name) ? form.text(name) : (options.value ?? '')
  const focus = focused(problems, name, options.focus)
  const input = html`<input id="${name}" name="${name}" type="${type}" value="${value}"${attributes({ ...options, focus })}${described(name, options.hint, problems[name])}>`
  return html`<div class="${problems[name] ? 'field has-problem' : 'field'}">
    <label for="${name}">${label}</label>${hintLine(name, options.hint)}${problemLine(name, problems[name])}
    ${type === 'password' ? html`<div class="with-reveal">${input}${reveal(name)}</div>` : input}
  </div>`
}

/** A field of several lines. */
export function area(
  form: Form,
  problems: Problems,
  name: string,
  label: string,
  options: { value: string; hint?: string },
): Html {
  const value = form.has(name) ? form.text(name) : options.value
  // The parser drops one line break at the beginning: it gets one to drop.
  return html`<div class="${problems[name] ? 'field has-problem' : 'field'}">
    <label for="${name}">${label}</label>${hintLine(name, options.hint)}${problemLine(name, problems[name])}
    <textarea id="${name}" name="${name}" dir="auto"${described(name, options.hint, problems[name])}>\n${value}</textarea>
  </div>`
}

/** A choice of one among a few. */
export function choice(
  form: Form,
  problems: Problems,
  name: string,
  label: string,
  options: { value: string; choices: [value: string, label: string][]; hint?: string },
): Html {
  const chosen = form.has(name) ? form.text(name) : options.value
  return html`<div class="${problems[name] ? 'field has-problem' : 'field'}">
    <label for="${name}">${label}</label>${hintLine(name, options.hint)}${problemLine(name, problems[name])}
    <select id="${name}" name="${name}"${described(name, options.hint, problems[name])}>
      ${options.choices.map(([value, word]) => html`<option value="${value}"${value === chosen ? html` selected` : nothing}>${word}</option>`)}
    </select>
  </div>`
}

/** What is wrong with the form as a whole. */
export const formProblem = (problems: Problems): Html =>
  problems[''] ? html`<p class="problem" role="alert">${problems['']}</p>` : nothing

// Whoever gets a form back begins at the first field that is wrong.
function focused(problems: Problems, name: string, focus = false): boolean {
  const wrong = Object.keys(problems).find((field) => field !== '')
  return wrong === undefined ? focus : wrong === name
}

function attributes({ autocomplete, maxlength, required = true, focus, anyScript, type, secret }: FieldOptions): Html {
  return html`${autocomplete ? html` autocomplete="${autocomplete}"` : nothing}${maxlength ? html` maxlength="${maxlength}"` : nothing}${required ? html` required` : nothing}${focus ? html` autofocus` : nothing}${anyScript ? html` dir="auto"` : nothing}${type === 'email' ? forAddresses : nothing}${secret ? forSecrets[secret] : nothing}`
}

const forAddresses = html` inputmode="email" spellcheck="false"`

const forSecrets = {
  digits: html` inputmode="numeric" spellcheck="false"`,
  letters: html` autocapitalize="characters" spellcheck="false"`,
}

function described(name: string, hint: string | undefined, problem: string | undefined): Html {
  const ids = [hint ? `${name}_hint` : '', problem ? `${name}_problem` : ''].filter((id) => id !== '')
  if (ids.length === 0) return nothing
  return html` aria-describedby="${ids.join(' ')}"${problem ? html` aria-invalid="true"` : nothing}`
}

const hintLine = (name: string, hint: string | undefined): Html =>
  hint ? html`<p class="hint" id="${name}_hint">${hint}</p>` : nothing

const problemLine = (name: string, problem: string | undefined): Html =>
  problem ? html`<p class="problem" id="${name}_problem" role="alert">${problem}</p>` : nothing

// Shown by the script: without one it could do nothing.
const reveal = (name: string): Html =>
  html`<button type="button" class="reveal" aria-controls="${name}" aria-pressed="false" hidden>Show</button>`
