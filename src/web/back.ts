import type { Any } from './env.ts'

/**
 * The page of ours from which a form was sent, as a path; undefined when the browser does not say. A form that was
 * refused stands at its own address (`/tasks/:id/edit`), where there is no page to go back to: then it is the
 * nearest page above. A menu or a field that was open (`?more`, `?rename`) is closed again.
 */
export function refererPath(c: Any): string | undefined {
  const { config, safeNext } = c.var
  const url = URL.parse(c.req.header('Referer') ?? '')
  if (!url || ![config.baseUrl, ...config.extraOrigins].includes(url.origin)) return undefined
  url.searchParams.delete('more')
  url.searchParams.delete('rename')
  for (let path = url.pathname; path.length > 1; path = path.slice(0, path.lastIndexOf('/'))) {
    const page = safeNext(path + url.search)
    if (page !== '/') return page
  }
  return url.pathname === '/' ? safeNext(`/${url.search}`) : '/'
}
