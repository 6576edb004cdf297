import type { Any } from './env.ts'

/**
 * The page of ours from which a form was sent, as a path; undefined when the browser does not say. A menu or
 * a field that was open on it (`?more`, `?rename`) is closed again.
 */
export function refererPath(c: Any): string | undefined {
  const url = URL.parse(c.req.header('Referer') ?? '')
  if (!url || url.origin !== c.var.config.baseUrl || url.pathname.startsWith('//')) return undefined
  url.searchParams.delete('more')
  url.searchParams.delete('rename')
  return url.pathname + url.search
}
