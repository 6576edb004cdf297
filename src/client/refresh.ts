import * as Turbo from '@hotwired/turbo'
import { lengthen } from './controllers/older.ts'
import { tellNewVersion } from './controllers/version.ts'
import { isEnding, signedOut, someoneElse } from './endings.ts'
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
export async function fetchHere(): Promise<Document | undefined> {
  const page = await fetchPage(location.href)
  if (!page || isEnding()) return undefined
  const theirs = page.querySelector<HTMLMetaElement>('meta[name="person"]')?.content
  if (theirs === person()) return page
  someoneElse()
  return undefined
}

let timer: ReturnType<typeof setTimeout> | undefined
let due = false

async function refresh(): Promise<void> {
  due = false
  for (let i = 0; i < TRIES && person(); i++) {
    const before = changesSoFar()
    const address = location.href
    const page = await fetchHere()
    if (!page || location.href !== address) return
    // Morphing in a page of a newer version would load its script beside ours.
    if (scriptOf(page) !== scriptOf(document)) return tellNewVersion()
    if (!(await lengthen(page, fetchPage))) return
    // Something was done, or answered, while we asked: this page may not know it yet. Or older rows are on their way.
    if (changesSoFar() !== before || document.querySelector('turbo-frame[busy]')) continue
    if (!Turbo.navigator.currentVisit && location.href === address) morphIn(page)
    return
  }
  if (person()) refreshSoon()
}

async function fetchPage(address: string): Promise<Document | undefined> {
  const response = await askTwice(address)
  if (!response) return undefined
  if (isEndOfSession(response)) {
    await signedOut()
    return undefined
  }
  if (!response.ok || !response.headers.get('Content-Type')?.startsWith('text/html')) return undefined
  const html = await response.text().catch(() => undefined)
  return html === undefined ? undefined : new DOMParser().parseFromString(html, 'text/html')
}

const morphIn = (page: Document): void =>
  Turbo.visit(location.href, {
    action: 'replace',
    shouldCacheSnapshot: false,
    response: { statusCode: 200, responseHTML: `<!doctype html>${page.documentElement.outerHTML}`, redirected: false },
  })

/** Crossing a rotation of the session's cookie gives one 401: the second try carries the new one. */
async function askTwice(address: string): Promise<Response | undefined> {
  const first = await ask(address)
  if (!first || !isEndOfSession(first)) return first
  await sleep(300)
  return ask(address)
}

const ask = (address: string): Promise<Response | undefined> =>
  fetch(address, { headers: { ...BACKGROUND, Accept: 'text/html' } }).catch(() => undefined)

const isEndOfSession = (response: Response): boolean =>
  response.status === 401 || (response.redirected && new URL(response.url).pathname === '/login')

const scriptOf = (page: Document): string | null | undefined =>
  page.head.querySelector('script[type="module"]')?.getAttribute('src')
