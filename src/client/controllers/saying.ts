const GATHER_MS = 150

/**
 * Tells people who hear the page instead of seeing it; what comes in one moment is said in one go. The place stands
 * beside the body, because Turbo puts another body there, and a place that is new itself is not listened to.
 */
export function announce(text: string): void {
  said.push(text)
  const here = place ?? newPlace()
  place = here
  clearTimeout(timer)
  timer = setTimeout(() => {
    here.textContent = said.join(' ')
    said = []
  }, GATHER_MS)
}

let said: string[] = []
let place: HTMLElement | undefined
let timer: ReturnType<typeof setTimeout> | undefined

function newPlace(): HTMLElement {
  const place = document.createElement('div')
  place.id = 'said'
  place.className = 'unseen'
  place.setAttribute('role', 'status')
  document.documentElement.append(place)
  return place
}
