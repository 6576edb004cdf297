import { addToasts } from './toast.ts'

/**
 * Says why a form was refused where the server would have said it: beside the field, and tied to it. Where the form is
 * gone, or the sentence is about no field of it, the toast says it.
 */
export function sayBeside(action: string, content: DocumentFragment): void {
  const toast = content.querySelector<HTMLElement>('.toast.error')
  const input = document.querySelector(
    `form[action="${action}"] .field > [name="${CSS.escape(toast?.dataset.field ?? '')}"]`,
  )
  if (!toast || !input) addToasts(content)
  else tie(input, toast.textContent?.trim() ?? '')
}

function tie(input: Element, sentence: string): void {
  const id = `${input.id}_problem`
  document.getElementById(id)?.remove()
  const problem = document.createElement('p')
  problem.id = id
  problem.className = 'problem'
  problem.setAttribute('role', 'alert')
  problem.textContent = sentence
  input.before(problem)
  input.parentElement?.classList.add('has-problem')
  input.setAttribute('aria-invalid', 'true')
  const others = input.getAttribute('aria-describedby')?.split(' ') ?? []
  input.setAttribute('aria-describedby', [...new Set([...others, id])].join(' '))
}
