import { announce } from './saying.ts'

type Rendering = { newBody: HTMLElement; renderMethod: string }

/**
 * A page change inside the site: the focus goes to the heading of the new page, and its title is said. The cursor
 * stands in a field by itself only on the first page, and where there is a keyboard: on a touch screen one would jump up.
 */
export function startArriving(): void {
  if (matchMedia('(pointer: coarse)').matches) leaveField()
  document.addEventListener('turbo:before-render', (event) => {
    const { newBody, renderMethod } = (event as CustomEvent<Rendering>).detail
    if (renderMethod === 'morph') return
    isNew = true
    // What was filled in wrongly may still ask for the cursor.
    for (const field of newBody.querySelectorAll('[autofocus]:not([aria-invalid])')) field.removeAttribute('autofocus')
  })
  document.addEventListener('turbo:render', () => isNew && focusHeading())
  document.addEventListener('turbo:load', () => {
    if (isNew) announce(document.title.split(' · ')[0] ?? '')
    isNew = false
  })
}

let isNew = false

function focusHeading(): void {
  if (document.activeElement !== document.body || location.hash) return
  const heading = document.querySelector<HTMLElement>('main h1')
  heading?.setAttribute('tabindex', '-1')
  heading?.focus({ preventScroll: true })
}

// The browser may have put the cursor there already, or be about to; a person who was quicker keeps it.
function leaveField(): void {
  const field = document.querySelector<HTMLElement>('main .add [autofocus]')
  field?.removeAttribute('autofocus')
  if (field === document.activeElement && !navigator.userActivation?.hasBeenActive) field?.blur()
}
