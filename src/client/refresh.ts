import * as Turbo from '@hotwired/turbo'
import { isAnyDirty } from './controllers/draft.ts'
import { isOutdatedInSight, lengthen } from './controllers/older.ts'
import { addToast } from './controllers/toast.ts'
import { tellNewVersion } from './controllers/version.ts'
import { isEnding, signedOut, someoneElse } from './endings.ts'
import { mainPart, person, sleep } from './page.ts'
import { changesSoFar, keepShown } from './shown.ts'

/** Sent with every request that nobody asked for: such a request shows, and uses up, no flash. */
export const BACKGROUND = { 'X-Background': '1' }

const GATHER_MS = 150
const TRIES = 5

/**
 * Fetches this page again, a moment later, and morphs it in. Several calls in a moment make one fetch; a hidden tab
 * waits until somebody looks at it.
 */
export function refreshSoon(): void {
  isNews = true
  lookAgainSoon()
}

/** Looks after refreshes that waited for somebody to look, at the tab or at that part of a long list. */
export function startRefreshing(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && due) lookAgainSoon()
  })
  for (const moment of ['turbo:submit-start', 'turbo:submit-end']) {
    document.addEventListener(moment, ({ type }) => {
      isSending = type === 'turbo:submit-start'
    })
  }
  document.addEventListener('turbo:before-render', leaveOutStale)
  document.addEventListener('scroll', () => void (isOutdatedInSight() && lookAgainSoon()), { passive: true })
}

/**
 * Fetches this page in the background. An end of the session, another person's page, and the end of what the page is
 * about are acted upon.
 */
export async function fetchHere(): Promise<Document | undefined> {
  const fetched = isEnding() ? undefined : await fetchPage(location.href)
  if (!fetched || isEnding()) return undefined
  const theirs = fetched.page.querySelector<HTMLMetaElement>('meta[name="person"]')?.content
  // A page of nobody is none of ours: somebody on the way has answered.
  if (!theirs) return undefined
  if (theirs !== person()) someoneElse()
  else if (fetched.isGone) leaveGonePage()
  else return fetched.page
  return undefined
}

/** True when a request ended on the login page. */
export const isLoginPage = (response: Response): boolean =>
  response.redirected && new URL(response.url).pathname === '/login'

let timer: ReturnType<typeof setTimeout> | undefined
let due = false
// True while a form that Turbo sends waits for its answer.
let isSending = false
// False when all that is to be done is to fetch what is outdated and has come into sight.
let isNews = false

function lookAgainSoon(): void {
  if (timer) return
  timer = setTimeout(async () => {
    timer = undefined
    if (document.visibilityState === 'hidden') due = true
    else await refresh()
  }, GATHER_MS)
}

async function refresh(): Promise<void> {
  const news = isNews
  due = false
  isNews = false
  if (!(await bringUpToDate(news))) isNews ||= news
}

/** True when the page on the screen is that of the server now. */
async function bringUpToDate(news: boolean): Promise<boolean> {
  for (let i = 0; i < TRIES && person(); i++) {
    const before = changesSoFar()
    const address = location.href
    const page = await fetchHere()
    if (!page || location.href !== address) return false
    // Morphing in a page of a newer version would load its script beside ours.
    if (scriptOf(page) !== scriptOf(document)) {
      tellNewVersion()
      return false
    }
    if (!(await lengthen(page, load, news))) return false
    // Something was done, or answered, while we asked: this page may not know it yet. Or older rows are on their way.
    if (changesSoFar() !== before || document.querySelector('turbo-frame[busy]')) continue
    // A visit would take the place of one that is under way, and of the answer to a form.
    if (isSending || Turbo.navigator.currentVisit || location.href !== address) return false
    morphIn(page, before)
    return true
  }
  if (person()) lookAgainSoon()
  return false
}

const load = async (address: string): Promise<Document | undefined> => {
  const fetched = await fetchPage(address)
  return fetched?.isGone ? undefined : fetched?.page
}

/** What this page is about was deleted, or its adding undone. Half-typed text stays: sending it will tell. */
function leaveGonePage(): void {
  if (mainPart()?.dataset.lists === undefined || isAnyDirty()) return
  Turbo.visit('/', { action: 'replace' })
  // After the visit has begun: it goes along.
  addToast('What stood on this page is not there any more.')
}

type Fetched = { page: Document; isGone: boolean }

async function fetchPage(address: string): Promise<Fetched | undefined> {
  const response = await askTwice(address)
  if (!response) return undefined
  if (isEndOfSession(response)) {
    await signedOut()
    return undefined
  }
  const isGone = response.status === 404
  if (!(response.ok || isGone) || !response.headers.get('Content-Type')?.startsWith('text/html')) return undefined
  const html = await response.text().catch(() => undefined)
  return html === undefined ? undefined : { page: new DOMParser().parseFromString(html, 'text/html'), isGone }
}

function morphIn(page: Document, asOf: number): void {
  page.body.dataset.asOf = String(asOf)
  Turbo.visit(location.href, {
    action: 'replace',
    shouldCacheSnapshot: false,
    response: { statusCode: 200, responseHTML: `<!doctype html>${page.documentElement.outerHTML}`, redirected: false },
  })
}

/** Turbo takes a moment before it renders. What was done and answered in that moment is not in the page: it is left out. */
function leaveOutStale(event: Event): void {
  const { detail } = event as CustomEvent<{ newBody: HTMLElement; render: Render }>
  const { asOf } = detail.newBody.dataset
  if (asOf === undefined) return
  delete detail.newBody.dataset.asOf
  const { render } = detail
  detail.render = (current, fresh) => {
    if (String(changesSoFar()) === asOf) return render(current, fresh)
    keepShown()
    refreshSoon()
  }
}

type Render = (current: HTMLElement, fresh: HTMLElement) => unknown

/** Crossing a rotation of the session's cookie gives one 401: the second try carries the new one. */
async function askTwice(address: string): Promise<Response | undefined> {
  const first = await ask(address)
  if (!first || !isEndOfSession(first)) return first
  await sleep(300)
  return ask(address)
}

const ask = (address: string): Promise<Response | undefined> =>
  fetch(address, { headers: { ...BACKGROUND, Accept: 'text/html' } }).catch(() => undefined)

const isEndOfSession = (response: Response): boolean => response.status === 401 || isLoginPage(response)

const scriptOf = (page: Document): string | null | undefined =>
  page.head.querySelector('script[type="module"]')?.getAttribute('src')
