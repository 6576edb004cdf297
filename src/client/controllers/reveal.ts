import { onEveryPage } from '../page.ts'

/** Makes the "Show" button beside a password work; without script it stays hidden. */
export function startReveal(): void {
  onEveryPage(() => {
    for (const button of document.querySelectorAll<HTMLButtonElement>('.with-reveal > .reveal')) button.hidden = false
  })
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest?.<HTMLButtonElement>('.with-reveal > .reveal')
    if (button) toggle(button)
  })
  // A password is never sent, or kept in a snapshot, as open text.
  for (const moment of ['submit', 'turbo:before-cache']) document.addEventListener(moment, hideAll, true)
}

function toggle(button: HTMLButtonElement): void {
  const input = button.parentElement?.querySelector('input')
  if (!input) return
  const show = input.type === 'password'
  input.type = show ? 'text' : 'password'
  button.textContent = show ? 'Hide' : 'Show'
  input.focus()
}

function hideAll(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('.with-reveal > .reveal')) {
    if (button.parentElement?.querySelector('input')?.type === 'text') toggle(button)
  }
}
