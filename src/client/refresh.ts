import * as Turbo from '@hotwired/turbo'
import { tellNewVersion } from './controllers/version.ts'
import { signedOut, someoneElse } from './endings.ts'
import { person, sleep } from './page.ts'
import { changesSoFar } from './shown.ts'

/** Sent with every request that nobody asked for: such a request shows, and uses up, no flash. */
export const BACKGROUND = { 'X-Background': '1' }

const GATHER_MS = 150
const TRIES = 5

/**
 * Fetches this page again, a moment later, and morphs it in. Several calls in a moment make one fetch; a hidden tab
 * waits until somebody looks at it.
 */
export function refreshSoon(): void {
  if (timer) return
  timer = setTimeout(async () => {
    timer = undefined
    if (document.visibilityState === 'hidden') due = true
    else await refresh()
  }, GATHER_MS)
}

/** Looks after refreshes that waited for somebody to look. */
export function startRefreshing(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && due) refreshSoon()
  })
}

/** Fetches this page in the background; an end of the session, or another person's page, is acted upon. */
export async function fetchHere(): Promise<string | undefined> {
  const response = await askTwice()
  if (!response) return undefined
  if (isEndOfSession(response)) {
    await signedOut()
    return undefined
  }
  const type = response.headers.get('Content-Type') ?? ''
  return response.ok && type.startsWith('text/html') ? await response.text() : undefined
}

let timer: ReturnType<typeof setTimeout> | undefined
let due = false

async function refresh(): Promise<void> {
  due = false
  if (!person()) return
  for (let i = 0; i < TRIES; i++) {
    const before = changesSoFar()
    const address = location.href
    const html = await fetchHere()
    if (!html || location.href !== address) return
    // Something was done, or answered, while we asked: this page may not know it yet.
    if (changesSoFar() !== before) continue
    if (Turbo.navigator.currentVisit) return
    return show(html)
  }
  refreshSoon()
}

function show(html: string): void {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const theirs = page.querySelector<HTMLMetaElement>('meta[name="person"]')?.content
  if (theirs !== person()) someoneElse()
  // Morphing in a page of a newer version would load its script beside ours.
  else if (scriptOf(page) !== scriptOf(document)) tellNewVersion()
  else morphIn(html)
}

const morphIn = (html: string): void =>
  Turbo.visit(location.href, {
    action: 'replace',
    shouldCacheSnapshot: false,
    response: { statusCode: 200, responseHTML: html, redirected: false },
  })

/** Crossing a rotation of the session's cookie gives one 401: the second try carries the new one. */
async function askTwice(): Promise<Response | undefined> {
  const first = await ask()
  if (!first || !isEndOfSession(first)) return first
  await sleep(300)
  return ask()
}

const ask = (): Promise<Response | undefined> =>
  fetch(location.href, { headers: { ...BACKGROUND, Accept: 'text/html' } }).catch(() => undefined)

const isEndOfSession = (response: Response): boolean =>
  response.status === 401 || (response.redirected && new URL(response.url).pathname === '/login')

const scriptOf = (page: Document): string | null | undefined =>
  page.head.querySelector('script[type="module"]')?.getAttribute('src')
