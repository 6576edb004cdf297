const LOOKS_MS = 15_000

/** Looks now and again whether a time has passed at which something on this page was due. */
export function startLate(): void {
  setInterval(() => void look(), LOOKS_MS)
}

async function look(): Promise<void> {
  if (!document.querySelector(TIMED)) return
  const loaded = await import('../effects/late.ts').catch(() => undefined)
  loaded?.showLate(document.querySelectorAll<HTMLElement>(TIMED))
}

/** What is due at a time, is not late yet and not done. */
const TIMED = '.task:not(.done) > div > .meta > .due:not(.late)[data-due*=":"]'
