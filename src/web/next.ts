import type { Config } from '#config.ts'
import { type Route, routesAt } from './routes.ts'

const NOT_A_PLACE_TO_GO =
  /^\/(login(\/.*)?|logout|register(\/.*)?|account\/confirm|events|up|(forgot|reset|verify|email|invite|setup|auth)(\/.*)?|\.well-known\/[^/]+)$/

/**
 * Where to go after logging in: `wanted`, when it is a page of ours, else `/`. It never leads to another
 * site, nor to a page that logs out or in. The same function reads what it wrote.
 */
export function safeNext(wanted: unknown, config: Config, routes: Route[]): string {
  if (typeof wanted !== 'string' || wanted.length > 1024 || !looksLikePath(wanted)) return '/'
  let url: URL
  try {
    url = new URL(wanted, config.baseUrl)
  } catch {
    return '/'
  }
  const path = url.pathname + url.search + url.hash
  // What is left after the browser's own tidying is what the browser would follow: check that again.
  if (url.origin !== config.baseUrl || url.username !== '' || url.password !== '' || !looksLikePath(path)) return '/'
  if (NOT_A_PLACE_TO_GO.test(url.pathname)) return '/'
  return routesAt(routes, url.pathname).some((route) => route.method === 'GET' && route.access !== 'token') ? path : '/'
}

function looksLikePath(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  return text.startsWith('/') && !text.startsWith('//') && !/[\u0000-\u0020\u007f-\u009f\\]/.test(text)
}

/** The login page that afterwards leads to `path`. */
export const loginWithNext = (path: string): string => `/login?next=${encodeURIComponent(path)}`
