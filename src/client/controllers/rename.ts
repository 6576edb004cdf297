import { cloneOf } from '../effects/page.ts'
import { refreshSoon } from '../refresh.ts'
import { idOf, titleOf, wasLeft } from '../rows.ts'
import { openRowsWith, restoreTexts, setTextAside } from './draft.ts'
import { closeMenu } from './menu.ts'

/**
 * Renames a row in place: "Rename" in its menu puts a field where the title stands; Escape puts the title back. One row
 * at a time: what was half-typed in another waits there until it is opened again.
 */
export function startRename(): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('.menu a[href^="?rename="]')
    const row = link?.closest<HTMLElement>('.task')
    if (row && open(row)) event.preventDefault()
    const cancel = (event.target as Element).closest?.('form.rename a')
    if (cancel && close(cancel.closest('.task'))) event.preventDefault()
  })
  document.addEventListener('keydown', (event) => {
    const form = (event.target as Element).closest?.('form.rename')
    if (event.key === 'Escape' && !event.isComposing && form && close(form.closest('.task'))) event.preventDefault()
  })
  // On the window, which hears it before the outbox does: an unchanged title is no change.
  addEventListener('submit', dropUnchanged, true)
  document.addEventListener('submit', closeSubmitted)
  openRowsWith((row, text) => reopenRename(row, text, false))
  document.addEventListener('turbo:before-cache', () => {
    for (const form of document.querySelectorAll('.task form.rename')) close(form.closest('.task'))
  })
}

/**
 * Opens the field again with `text`, a title that was refused or not sent. The cursor goes there `withFocus`, unless
 * somebody types elsewhere.
 * False when the field is open with another title, or cannot be.
 */
export function reopenRename(row: HTMLElement, text: string, withFocus = true): boolean {
  const isTyping = document.activeElement?.matches('input, textarea')
  if (row.querySelector('form.rename') || !open(row, withFocus && !isTyping)) return false
  const input = row.querySelector<HTMLInputElement>('form.rename input[name="title"]')
  if (input) input.value = text
  return true
}

function open(row: HTMLElement, withFocus = true): boolean {
  const form = cloneOf('row-rename', idOf(row)) as HTMLFormElement | undefined
  const title = row.querySelector<HTMLElement>('.title')
  const input = form?.querySelector<HTMLInputElement>('input[name="title"]')
  const was = form?.querySelector<HTMLInputElement>('input[name="was-title"]')
  if (!form || !title || !input || !was) return false
  input.defaultValue = titleOf(row)
  was.value = titleOf(row)
  closeMenu(false)
  closeOthers()
  title.hidden = true
  title.after(form)
  restoreTexts(form)
  if (!withFocus) return true
  input.focus()
  input.select()
  return true
}

/** Puts the title back. False in a row that the server itself drew with its form: there is no title to put back. */
function close(row: Element | null): boolean {
  const title = row?.querySelector<HTMLElement>('.title')
  if (!row || !title) return false
  row.querySelector('form.rename')?.remove()
  title.hidden = false
  title.focus({ preventScroll: true })
  if (wasLeft(row)) refreshSoon()
  return true
}

function closeOthers(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('.task form.rename')) {
    setTextAside(form)
    close(form.closest('.task'))
  }
}

function dropUnchanged(event: SubmitEvent): void {
  const input = renamed(event)?.querySelector<HTMLInputElement>('input[name="title"]')
  if (input && input.value.trim() === input.defaultValue) event.preventDefault()
}

// In the bubbling phase: the outbox has read the form.
function closeSubmitted(event: SubmitEvent): void {
  const form = renamed(event)
  const input = form?.querySelector<HTMLInputElement>('input[name="title"]')
  // What the server drew stays until its answer replaces the row, and is no draft any more.
  if (form && input && !close(form.closest('.task'))) input.defaultValue = input.value
}

const renamed = (event: SubmitEvent): HTMLFormElement | null =>
  (event.target as Element).closest<HTMLFormElement>('.task form.rename')
