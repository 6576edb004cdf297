import { isRemembered, keptAt, onEveryPage, person, sleep } from '../page.ts'
import { fetchHere, refreshSoon } from '../refresh.ts'

const AGAIN_MS = 5000

/**
 * The first page was loaded before the worker had control: it is fetched once more through the worker, which keeps it.
 * A page that the worker gave is brought up to date as soon as the network is back.
 */
export function startFirstPage(): void {
  const workers = navigator.serviceWorker
  if (person() && isRemembered() && workers && !workers.controller) {
    workers.addEventListener('controllerchange', () => void fetchHere(), { once: true })
  }
  addEventListener('online', () => void (keptAt() && refreshSoon()))
  onEveryPage(() => void (keptAt() && renewKept()))
}

/** On the page that says "you are offline": loads what was asked for when the network is back. */
export function startOfflinePage(): void {
  if (!document.querySelector('main[data-offline]')) return
  addEventListener('online', () => location.reload())
  void waitForNetwork().then(() => location.reload())
}

let isRenewing = false

async function renewKept(): Promise<void> {
  if (isRenewing) return
  isRenewing = true
  await waitForNetwork()
  isRenewing = false
  if (keptAt()) refreshSoon()
}

async function waitForNetwork(): Promise<void> {
  do await sleep(AGAIN_MS)
  while (!(await fetch('/up', { cache: 'no-store' }).catch(() => undefined))?.ok)
}
