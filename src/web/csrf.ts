import type { Config } from '#config.ts'

/**
 * Whether another site asks for a page of ours as if it were a picture or a script: only a person who follows a link
 * may come from there (OWASP ASVS 5.0, 3.5.8).
 */
export function isEmbeddedElsewhere(request: Request): boolean {
  const mode = request.headers.get('Sec-Fetch-Mode')
  return request.headers.get('Sec-Fetch-Site') === 'cross-site' && mode !== null && mode !== 'navigate'
}

/**
 * Whether a request that changes something comes from our own pages. Browsers say where a request comes
 * from in headers that pages cannot set: Sec-Fetch-Site, and before it Origin (OWASP CSRF cheat sheet,
 * "Fetch Metadata"). A form token is not needed, so no page breaks because it stood open too long.
 * Without either header only a visitor without a session gets through (an old browser, a script).
 */
export function isOurOwn(request: Request, config: Config, hasSession: boolean): boolean {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return true
  const origin = request.headers.get('Origin')
  if (origin !== null && !isOurOrigin(origin, config)) return false
  const site = request.headers.get('Sec-Fetch-Site')
  if (site === null) return origin !== null || !hasSession
  if (site === 'none') return request.headers.get('Sec-Fetch-Mode') === 'navigate'
  return site === 'same-origin'
}

const isOurOrigin = (origin: string, config: Config): boolean =>
  origin === config.baseUrl || config.extraOrigins.includes(origin)
