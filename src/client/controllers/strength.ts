import type { Strength } from '../strength/strength.ts'

/** The address of strength/strength.ts: it brings a large dictionary, so it is a bundle by itself. */
declare const STRENGTH: string

type Estimate = (password: string, about: string[]) => Strength

/**
 * Says how good a new password is while it is typed. The dictionary for it is loaded with the first letter; while it is
 * not there, and where it cannot be loaded, nothing is said.
 */
export function startStrength(): void {
  document.addEventListener('input', (event) => {
    const input = event.target as HTMLInputElement
    if (input.matches?.('input[name="password"][autocomplete="new-password"]')) void say(input)
  })
}

let loading: Promise<{ strengthOf: Estimate }> | undefined

async function say(input: HTMLInputElement): Promise<void> {
  loading ??= import(STRENGTH) as Promise<{ strengthOf: Estimate }>
  const loaded = await loading.catch(() => undefined)
  if (!loaded) loading = undefined
  else show(input, loaded.strengthOf)
}

function show(input: HTMLInputElement, strengthOf: Estimate): void {
  const field = input.closest<HTMLElement>('.field')
  if (!field) return
  const { score, words } = strengthOf(input.value, aboutPerson(input.form))
  const line = field.querySelector('.strength') ?? field.appendChild(newLine())
  const isTyped = input.value !== ''
  line.textContent = isTyped ? words : ''
  if (isTyped) field.dataset.strength = String(score)
  else delete field.dataset.strength
}

function newLine(): HTMLElement {
  const line = document.createElement('p')
  line.className = 'strength'
  line.setAttribute('role', 'status')
  return line
}

function aboutPerson(form: HTMLFormElement | null): string[] {
  const address = form?.querySelector<HTMLInputElement>('input[autocomplete="username"]')?.value ?? ''
  return ['get it done', location.hostname, address, ...address.split('@'), ...address.split(/[@.]/)].filter(
    (word) => word !== '',
  )
}
