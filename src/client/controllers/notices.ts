import { onEveryPage } from '../page.ts'

type Button = { label: string; press: () => void }

const notices = new Map<string, { text: string; buttons: Button[] }>()

/** Shows `text` as the standing notice `name`, at the foot of the page and over page changes; undefined takes it away. */
export function notice(name: string, text: string | undefined, buttons: Button[] = []): void {
  const before = notices.get(name)
  if (before?.text === text && before?.buttons.length === buttons.length) return
  if (text === undefined) notices.delete(name)
  else notices.set(name, { text, buttons })
  paint()
}

/** Paints the notices again whenever another page stands. */
export function startNotices(): void {
  onEveryPage(() => {
    if (notices.size > 0 && !document.querySelector('#notices > .notice')) paint()
  })
}

function paint(): void {
  const place = document.getElementById('notices') ?? newPlace()
  place.replaceChildren(...[...notices.values()].map(({ text, buttons }) => line(text, buttons)))
  watch(place)
}

/** Tells the styles how high the notices stand, so that toasts stand above them and the page can be scrolled clear. */
function watch(place: HTMLElement): void {
  if (watched === place) return
  watched = place
  observer?.disconnect()
  observer = new ResizeObserver(() => {
    document.documentElement.style.setProperty('--notices', `${place.offsetHeight}px`)
  })
  observer.observe(place)
}

let watched: HTMLElement | undefined
let observer: ResizeObserver | undefined

function newPlace(): HTMLElement {
  const place = document.createElement('div')
  place.id = 'notices'
  place.className = 'notices'
  place.setAttribute('role', 'status')
  place.dataset.turboPermanent = ''
  const skip = document.querySelector('body > .skip')
  if (skip) skip.after(place)
  else document.body.prepend(place)
  return place
}

function line(text: string, buttons: Button[]): HTMLElement {
  const line = document.createElement('div')
  line.className = 'notice'
  const words = document.createElement('span')
  words.textContent = text
  line.append(words)
  for (const { label, press } of buttons) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = label
    button.addEventListener('click', press)
    line.append(button)
  }
  return line
}
