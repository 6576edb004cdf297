import type { Any } from './env.ts'

/**
 * The page of ours from which a form was sent, as a path; undefined when the browser does not say. A form that was
 * refused stands at its own address (`/tasks/:id/edit`), where there is no page to go back to: then it is the
 * nearest page above. A menu, a field, or the boxes for selecting that were open (`?more`, `?rename`,
 * `?select`) are closed again.
 */
export function refererPath(c: Any): string | undefined {
  const { config } = c.var
  const url = URL.parse(c.req.header('Referer') ?? '')
  if (!url || ![config.baseUrl, ...config.extraOrigins].includes(url.origin)) return undefined
  url.searchParams.delete('more')
  url.searchParams.delete('rename')
  url.searchParams.delete('select')
  return nearestPage(c, url.pathname, url.search)
}

/** The page at `path`, or the nearest one above it: that of a task for the address that completes it. */
export function nearestPage(c: Any, path: string, search = ''): string {
  for (let place = path; place.length > 1; place = place.slice(0, place.lastIndexOf('/'))) {
    const page = c.var.safeNext(place + search)
    if (page !== '/') return page
  }
  return path === '/' ? c.var.safeNext(`/${search}`) : '/'
}
