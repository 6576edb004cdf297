/// <reference lib="webworker" />
import { endsKeeping, isRememberedIn, KEPT_MS, markedAsKept, mayBeKept, personIn, withoutFlashes } from './keeping.ts'
import { offlinePage } from './offline-page.ts'

declare const self: ServiceWorkerGlobalScope

/** Written in by the build: addresses of the shell, those of what is loaded later, and a mark that changes with them. */
declare const SHELL: { version: string; script: string; styles: string; parts: string[]; csp: string }

// Read once: the build would write all of it wherever a part of it is named.
const { version, script, styles, parts, csp } = SHELL

const SHELL_CACHE = `shell-${version}`
const KEPT_AT = 'X-Kept-At'
const MOST_PAGES = 100

// Raised when kept pages are wiped: an answer that was on its way then is not kept after it.
let wipes = 0

self.addEventListener('install', (event) => {
  event.waitUntil(install())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(takeOver())
})

self.addEventListener('message', (event) => {
  if (event.data === 'wipe') event.waitUntil(wipe())
  // Somebody works here: what they have not used yet must be there without a network too.
  if (event.data === 'equip') event.waitUntil(equip().catch(() => undefined))
  // Only when a person pressed "Reload": other tabs go on with what they have.
  if (event.data === 'take-over') event.waitUntil(self.skipWaiting())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.method !== 'GET') {
    if (endsKeeping(url.pathname)) event.waitUntil(wipe())
  } else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request))
  else if (asksForPage(request)) event.respondWith(page(event, url))
})

/** A first visit loads no more than it needs; whoever has been here before gets the whole of a new version. */
async function install(): Promise<void> {
  const isUpdate = (await caches.keys()).some((name) => name.startsWith('shell-'))
  const cache = await caches.open(SHELL_CACHE)
  await cache.addAll([script, styles])
  if (isUpdate) await equip()
}

async function equip(): Promise<void> {
  const cache = await caches.open(SHELL_CACHE)
  for (const part of parts) if (!(await cache.match(part))) await cache.add(part)
}

async function takeOver(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith('shell-') && name !== SHELL_CACHE)
  // The newest old shell stays: tabs that still run it load parts of it when they need them.
  for (const name of shells.slice(0, -1)) await caches.delete(name)
  await self.registration.navigationPreload?.enable()
  await self.clients.claim()
}

/** Names of assets change with their content, so what is cached is right. Parts loaded later are cached then. */
async function asset(request: Request): Promise<Response> {
  const cached = await caches.match(request)
  if (cached) return cached
  const response = await fetch(request)
  if (response.ok) await (await caches.open(SHELL_CACHE)).put(request, response.clone())
  return response
}

const asksForPage = (request: Request): boolean =>
  request.mode === 'navigate' || (request.headers.get('Accept')?.includes('text/html') ?? false)

async function page(event: FetchEvent, url: URL): Promise<Response> {
  const before = wipes
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request))
    event.waitUntil(learn(response.clone(), new URL(response.url || url), before).catch(() => undefined))
    return response
  } catch (error) {
    // Nobody asked for a background refresh: the page that stands is newer than the kept one.
    if (event.request.headers.has('X-Background') && !event.request.headers.has('Turbo-Frame')) throw error
    return (await keptPage(url)) ?? offline()
  }
}

/** Keeps the page, or learns from it that what is kept has to go. */
async function learn(response: Response, url: URL, before: number): Promise<void> {
  if (response.status === 401) return wipe()
  if (response.status !== 200 || !response.headers.get('Content-Type')?.startsWith('text/html')) return
  if (url.pathname === '/login') return wipe()
  const html = await response.text()
  const person = personIn(html)
  if (!person) return
  if (!isRememberedIn(html)) return wipe()
  const names = await keptNames()
  for (const name of names) if (name !== cacheOf(person)) await caches.delete(name)
  if (mayBeKept(url) && before === wipes) await keep(response, url, html, person)
}

async function keep(response: Response, url: URL, html: string, person: string): Promise<void> {
  const headers = new Headers({ 'Content-Type': 'text/html; charset=UTF-8', [KEPT_AT]: new Date().toISOString() })
  for (const name of ['Content-Security-Policy', 'Referrer-Policy', 'X-Content-Type-Options']) {
    const value = response.headers.get(name)
    if (value) headers.set(name, value)
  }
  const cache = await caches.open(cacheOf(person))
  const key = url.pathname + url.search
  // Put at the end again: the first ones are those not seen for longest.
  await cache.delete(key)
  await cache.put(key, new Response(withoutFlashes(html), { headers }))
  const keys = await cache.keys()
  for (const old of keys.slice(0, -MOST_PAGES)) await cache.delete(old)
}

async function keptPage(url: URL): Promise<Response | undefined> {
  const key = url.pathname + url.search
  for (const name of await keptNames()) {
    const kept = await (await caches.open(name)).match(key)
    const at = kept?.headers.get(KEPT_AT)
    if (!kept || !at) continue
    if (Date.now() - Date.parse(at) > KEPT_MS) {
      await caches.delete(name)
      continue
    }
    return new Response(markedAsKept(await kept.text(), at), { headers: kept.headers })
  }
  return undefined
}

const offline = (): Response =>
  new Response(offlinePage(script, styles), {
    headers: { 'Content-Type': 'text/html; charset=UTF-8', 'Content-Security-Policy': csp },
  })

const cacheOf = (person: string): string => `pages-${person}`

const keptNames = async (): Promise<string[]> => (await caches.keys()).filter((name) => name.startsWith('pages-'))

async function wipe(): Promise<void> {
  wipes++
  for (const name of await keptNames()) await caches.delete(name)
}
