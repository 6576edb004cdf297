// Loaded pages of a list stand in one row in <main>, not frame in frame: so they can be morphed, ordered and walked as
// one list, and Back shows them all.

/** Opens each frame of older rows, once it is loaded, into the page around it. */
export function startOlder(): void {
  document.addEventListener('turbo:frame-load', (event) => {
    const frame = event.target as Element
    const main = frame.closest('main')
    if (!main || !frame.matches('.older')) return
    unwrap(frame)
    main.dataset.loaded = String(loaded(document) + 1)
  })
}

/**
 * Brings a page that was fetched anew to the length of the page on the screen, by `load` for the frames that are
 * loaded here. False when one of them could not be loaded.
 */
export async function lengthen(
  page: Document,
  load: (address: string) => Promise<Document | undefined>,
): Promise<boolean> {
  const wanted = loaded(document)
  const main = page.querySelector('main')
  for (let i = 0; i < wanted; i++) {
    const frame = page.querySelector('main turbo-frame.older')
    if (!frame || !main) break
    const part = (await load(frame.getAttribute('src') ?? ''))?.getElementById(frame.id)
    if (!part) return false
    frame.replaceChildren(...part.childNodes)
    unwrap(frame)
    main.dataset.loaded = String(i + 1)
  }
  return true
}

const loaded = (page: Document): number => Number(page.querySelector('main')?.dataset.loaded ?? 0)

const unwrap = (frame: Element): void => frame.replaceWith(...frame.childNodes)
