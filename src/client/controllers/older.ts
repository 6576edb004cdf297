// Loaded pages of a list stand below one another in what holds the list (<main>, or a section of it), each a stretch of
// its own, not frame in frame: so they can be morphed, ordered and walked as one list, and Back shows them all.

type Load = (address: string) => Promise<Document | undefined>
type Morphing = { currentElement: Element; newElement?: Element }

/** Opens each frame of older rows, once it is loaded, into the page around it. */
export function startOlder(): void {
  document.addEventListener('turbo:frame-load', (event) => {
    const frame = event.target as Element
    const holder = frame.parentElement
    if (!holder || !frame.closest('main') || !frame.matches('.older')) return
    const [stretch, next] = opened(frame.childNodes, addressOf(frame) ?? '', holder, stretchesIn(holder).length + 1)
    frame.replaceWith(stretch, ...(next ? [next] : []))
  })
  document.addEventListener('turbo:before-morph-element', leaveAsItIs)
}

/**
 * Brings a page that was fetched anew to the length of the page on the screen. Only what is looked at, with a stretch
 * more on either side, is fetched by `load`: a long list must not cost a request for each of its pages. The others are
 * left as they are, and count as outdated when `isNews`. False when something could not be loaded.
 */
export async function lengthen(page: Document, load: Load, isNews: boolean): Promise<boolean> {
  for (const holder of holders()) {
    const there = holder.id === '' ? undefined : page.getElementById(holder.id)
    if (there && !(await lengthenOne(holder, there, load, isNews))) return false
  }
  dropDoubles(page)
  return true
}

async function lengthenOne(holder: Element, there: Element, load: Load, isNews: boolean): Promise<boolean> {
  const here = stretchesIn(holder)
  const firstFrame = frameIn(there)
  if (!firstFrame) return true
  const { from, to } = inSight(here)
  const fresh: Element[] = []
  let address = from === 1 ? addressOf(firstFrame) : here[from - 1]?.dataset.address
  let frame: Element | undefined = firstFrame
  for (let number = from; number <= to && address; number++) {
    const content = (await load(address))?.querySelector('main turbo-frame:not(.older)')
    if (!content) return false
    const [stretch, next] = opened(content.childNodes, address, holder, number)
    fresh.push(stretch)
    frame = next
    address = addressOf(next)
  }
  // Where the list goes on below, it does so with what stands there, up to the last frame.
  const below = address ? here.slice(to) : []
  const last = below.length > 0 ? frameIn(holder)?.cloneNode(true) : frame
  const untouched = (stretch: Element) => emptied(stretch, isNews)
  const all = [...here.slice(0, from - 1).map(untouched), ...fresh, ...below.map(untouched)]
  firstFrame.replaceWith(...all, ...(last ? [last as Element] : []))
  return true
}

/** True when something outdated is looked at, or nearly so. */
export function isOutdatedInSight(): boolean {
  if (!document.querySelector('.stretch[data-outdated]')) return false
  return holders().some((holder) => {
    const here = stretchesIn(holder)
    const { from, to } = inSight(here)
    return here.slice(from - 1, to).some((stretch) => stretch.hasAttribute('data-outdated'))
  })
}

/** What holds stretches on this page: one for each list, or part of a list, that was read on. */
const holders = (): Element[] => [
  ...new Set([...document.querySelectorAll('main .stretch')].flatMap(({ parentElement }) => parentElement ?? [])),
]

const stretchesIn = (holder: Element): HTMLElement[] => [...holder.querySelectorAll<HTMLElement>(':scope > .stretch')]

const frameIn = (holder: Element): Element | undefined =>
  holder.querySelector(':scope > turbo-frame.older') ?? undefined

const addressOf = (frame: Element | undefined): string | undefined => frame?.getAttribute('src') ?? undefined

/** The stretch that the frame at `address` holds, and the frame that follows it. */
function opened(
  nodes: Iterable<Node>,
  address: string,
  holder: Element,
  number: number,
): [Element, Element | undefined] {
  const stretch = document.createElement('div')
  stretch.className = 'stretch'
  stretch.id = `stretch_${holder.id === 'main' ? '' : `${holder.id}_`}${number}`
  stretch.dataset.address = address
  stretch.append(...nodes)
  const next = stretch.querySelector('turbo-frame.older') ?? undefined
  next?.remove()
  return [stretch, next]
}

/** Numbers (from 1) of the stretches that are looked at, and of their neighbours. What stands above them is number 0. */
function inSight(here: HTMLElement[]): { from: number; to: number } {
  const tops = here.map((stretch) => stretch.getBoundingClientRect().top)
  const first = tops.filter((top) => top <= 0).length
  const last = tops.filter((top) => top < innerHeight).length
  return { from: Math.max(first - 1, 1), to: Math.min(last + 1, here.length) }
}

/** In a fetched page, what says that this stretch stays. */
function emptied(stretch: Element, isNews: boolean): Element {
  const copy = stretch.cloneNode() as Element
  if (isNews) copy.setAttribute('data-outdated', '')
  return copy
}

function leaveAsItIs(event: Event): void {
  const { currentElement, newElement } = (event as CustomEvent<Morphing>).detail
  if (!newElement?.matches('.stretch') || newElement.childElementCount > 0) return
  currentElement.toggleAttribute('data-outdated', newElement.hasAttribute('data-outdated'))
  event.preventDefault()
}

/** A row that moved while its neighbours were fetched may have come twice. */
function dropDoubles(page: Document): void {
  const seen = new Set<string>()
  for (const row of page.querySelectorAll('main .task')) {
    if (seen.has(row.id)) row.remove()
    seen.add(row.id)
  }
}
