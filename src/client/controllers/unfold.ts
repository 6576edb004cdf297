/** Puts the cursor into a form that was unfolded, and folds an empty one away again on Escape. */
export function startUnfold(): void {
  // A toggle does not bubble.
  document.addEventListener('toggle', focusField, true)
  document.addEventListener('keydown', foldAway)
}

const FOLD = 'details.add-here'

// One that the page brings open is toggled too: there nobody has asked for the cursor.
function focusField({ target }: Event): void {
  const fold = (target as Element).closest<HTMLDetailsElement>(FOLD)
  if (fold?.open && fold.contains(document.activeElement)) fieldIn(fold)?.focus()
}

function foldAway(event: KeyboardEvent): void {
  const fold = (event.target as Element).closest?.<HTMLDetailsElement>(FOLD)
  if (event.key !== 'Escape' || event.isComposing || !fold?.open || fieldIn(fold)?.value) return
  event.preventDefault()
  fold.open = false
  fold.querySelector('summary')?.focus()
}

const fieldIn = (fold: Element): HTMLInputElement | null =>
  fold.querySelector<HTMLInputElement>('input:not([type="hidden"])')
