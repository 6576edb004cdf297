import { here, person } from '../page.ts'
import { leaveOpened } from '../rows.ts'

type Draft = { page: string; texts: [string, string][] }

/**
 * Keeps what is half-typed: a page that is morphed leaves such a form alone, and a session that ends gives the text
 * back after the next login.
 */
export function startDrafts(): void {
  document.addEventListener('turbo:before-morph-element', guard)
  // The answer to a form that was refused is morphed in too: it holds what was typed, and says what is wrong with it.
  document.addEventListener('turbo:submit-end', (event) => {
    isAnswer = (event as CustomEvent<{ success?: boolean }>).detail.success === false
  })
  document.addEventListener('turbo:render', () => {
    isAnswer = false
  })
  document.addEventListener('turbo:load', giveBack)
  giveBack()
}

/** True when something in the form differs from what the server put there. */
export function isDirty(form: HTMLFormElement): boolean {
  for (const field of form.elements) {
    if (field instanceof HTMLTextAreaElement && field.value !== field.defaultValue) return true
    if (field instanceof HTMLInputElement && field.type !== 'hidden' && isChanged(field)) return true
    if (field instanceof HTMLSelectElement && isOther(field)) return true
  }
  return false
}

/** True when any form of the page is half-typed. */
export const isAnyDirty = (): boolean => [...document.forms].some(isDirty)

/** Stores the texts of half-typed forms for the time after the next login of the same person. */
export function keepDrafts(): void {
  const me = person()
  const texts = textFields()
    .filter((field) => field.value !== field.defaultValue)
    .map((field): [string, string] => [keyOf(field), field.value])
  if (!me || texts.length === 0) return
  try {
    sessionStorage.setItem(draftOf(me), JSON.stringify({ page: here(), texts } satisfies Draft))
  } catch {}
}

// Another person who logs in here meanwhile neither sees it nor sweeps it away.
const draftOf = (person: string): string => `drafts-${person}`

let isAnswer = false

function giveBack(): void {
  const me = person()
  if (!me) return
  try {
    const draft = JSON.parse(sessionStorage.getItem(draftOf(me)) ?? 'null') as Draft | null
    if (draft?.page !== here()) return
    sessionStorage.removeItem(draftOf(me))
    const texts = new Map(draft.texts)
    for (const field of textFields()) field.value = texts.get(keyOf(field)) ?? field.value
  } catch {}
}

// Skipping an element skips all that is in it.
function guard(event: Event): void {
  if (isAnswer) return
  const { currentElement, newElement } = (event as CustomEvent<{ currentElement: Element; newElement?: Element }>)
    .detail
  if (currentElement instanceof HTMLFormElement && isBusy(currentElement)) event.preventDefault()
  else if (currentElement.matches('.task') && leaveOpened(currentElement)) event.preventDefault()
  else if (!newElement && [...currentElement.querySelectorAll('form')].some(isBusy)) event.preventDefault()
}

const isBusy = (form: HTMLFormElement): boolean => isDirty(form) || isTypingIn(form)

function isTypingIn(form: HTMLFormElement): boolean {
  const active = document.activeElement
  return form.contains(active) && !!active?.matches('input:not([type="checkbox"], [type="radio"]), textarea, select')
}

const isChanged = (field: HTMLInputElement): boolean =>
  field.type === 'checkbox' || field.type === 'radio'
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue

// A select without a chosen default shows its first option.
function isOther(field: HTMLSelectElement): boolean {
  const chosen = [...field.options].findIndex((option) => option.defaultSelected)
  return field.selectedIndex !== (chosen < 0 && field.type === 'select-one' ? 0 : chosen)
}

// Passwords are never stored.
const textFields = (): (HTMLInputElement | HTMLTextAreaElement)[] => [
  ...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    'form[method] :is(textarea, input:not([type]), input[type="text"])',
  ),
]

const keyOf = (field: HTMLInputElement | HTMLTextAreaElement): string =>
  `${field.form?.getAttribute('action')} ${field.name}`
