import { listsHere } from '../page.ts'

const LOOKS_MS = 15_000

/** Looks now and again what has changed on this page because time goes by. */
export function startPassing(): void {
  setInterval(async () => {
    if (listsHere().length === 0) return
    const loaded = await import('../effects/passing.ts').catch(() => undefined)
    loaded?.showPassing()
  }, LOOKS_MS)
}
