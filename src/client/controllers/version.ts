import { notice } from './notices.ts'

/**
 * Registers the worker, and says when a new version is ready. It never loads a page anew by itself: somebody may be
 * in the middle of a sentence, in this tab or in another.
 */
export async function startVersion(): Promise<void> {
  const worker = await navigator.serviceWorker?.register('/service-worker.js').catch(() => undefined)
  if (!worker) return
  if (worker.waiting) tellNewVersion()
  worker.addEventListener('updatefound', () => {
    const fresh = worker.installing
    fresh?.addEventListener('statechange', () => {
      if (fresh.state === 'installed' && navigator.serviceWorker.controller) tellNewVersion()
    })
  })
}

/** Says that a newer version waits, with a button that loads it in this tab. */
export function tellNewVersion(): void {
  notice('version', 'A new version is ready.', [{ label: 'Reload', press: () => void load() }])
}

// A browser lets a worker take over only when the one before it rests, which may take minutes.
const PATIENCE_MS = 1000

async function load(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration()
  if (!worker?.waiting) return location.reload()
  const late = setTimeout(() => location.reload(), PATIENCE_MS)
  const reload = () => {
    clearTimeout(late)
    location.reload()
  }
  navigator.serviceWorker.addEventListener('controllerchange', reload, { once: true })
  worker.waiting.postMessage('take-over')
}
