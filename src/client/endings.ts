import { tell } from './channel.ts'
import { keepDrafts } from './controllers/draft.ts'
import { here, person } from './page.ts'

const WHO = 'person'
const LEAVER = 'leaving'

/** Forgets the pages kept on this device. */
export async function wipePages(): Promise<void> {
  navigator.serviceWorker?.controller?.postMessage('wipe')
  if (!('caches' in globalThis)) return
  for (const name of await caches.keys()) if (name.startsWith('pages-')) await caches.delete(name)
}

/**
 * The session is over: kept pages go, the outbox and half-typed text stay for this person, and the login page is shown.
 * Once: nothing is sent from the login page, so it cannot come back here.
 */
export async function signedOut(isNews = true): Promise<void> {
  if (ending || !person()) return
  ending = true
  keepDrafts()
  if (isNews) tell({ type: 'signed-out' })
  await wipePages()
  location.assign(`/login?next=${encodeURIComponent(here())}`)
}

/**
 * Another person has logged in in this browser: what this tab shows is not theirs to see. What its person did and typed
 * waits until they are here again.
 */
export function someoneElse(): void {
  if (ending) return
  ending = true
  keepDrafts()
  document.documentElement.hidden = true
  location.assign('/')
}

/** This person has left: nothing more is sent, fetched or shown from this tab. */
export function leaveForGood(): void {
  ending = true
}

/** Who is on their way out of this browser, when the server has not confirmed it yet. */
export function leaver(): string | null {
  try {
    return localStorage.getItem(LEAVER)
  } catch {
    return null
  }
}

/** Notes who is on their way out, for all tabs and for pages that are loaded later. */
export function noteLeaver(me: string | undefined): void {
  try {
    if (me) localStorage.setItem(LEAVER, me)
    else localStorage.removeItem(LEAVER)
  } catch {}
}

/** True once this tab is on its way to another page for good, so nothing more should be sent from it. */
export const isEnding = (): boolean => ending

/** Remembers who is logged in, across tabs and across pages that the browser brings back as they were. */
export function startEndings(): void {
  const now = person()
  try {
    if (now) localStorage.setItem(WHO, now)
    else localStorage.removeItem(WHO)
  } catch {}
  if (now) tell({ type: 'person', person: now })
}

/** False when somebody else, or nobody, is logged in since this page was shown. */
export function isStillThisPerson(): boolean {
  try {
    return localStorage.getItem(WHO) === (person() ?? null)
  } catch {
    return true
  }
}

let ending = false
