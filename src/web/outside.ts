import { refuse } from './answers.ts'
import { serveAsset } from './asset-answers.ts'
import type { Parts } from './env.ts'
import { checkHost } from './host.ts'
import { isReading } from './methods.ts'

/** Longer addresses than this are none of ours. */
const LONGEST_ADDRESS = 8192

/**
 * Answers what needs no session: a request that is none, one for another host, the health check, the files of the
 * site. Undefined means that the request goes on into the site.
 */
export async function answerOutside(request: Request, parts: Parts): Promise<Response | undefined> {
  if (/^(TRACE|TRACK|CONNECT)$/.test(request.method)) {
    return refuse(parts, 405, 'This kind of request is not answered here.', { headers: { Allow: 'GET, HEAD, POST' } })
  }
  const path = pathOf(request)
  if (path === undefined) return refuse(parts, 400, 'This address cannot be read.')
  if (path === '/up') {
    if (isReading(request)) return up(parts)
    return refuse(parts, 405, 'Ask with GET.', { headers: { Allow: 'GET, HEAD' } })
  }
  const host = checkHost(request, parts.config)
  if (host && 'redirect' in host) {
    const { pathname, search } = new URL(request.url)
    return new Response(null, { status: 307, headers: { Location: host.redirect + pathname + search } })
  }
  if (host) return refuse(parts, 421, host.refuse)
  return serveAsset(request, path, parts.assets)
}

/**
 * The path, decoded once. Undefined when the address is too long, or the path is no proper percent-encoded UTF-8 or
 * holds a NUL: PostgreSQL knows no text with one, so nothing of ours could have that name.
 */
function pathOf(request: Request): string | undefined {
  if (request.url.length > LONGEST_ADDRESS) return undefined
  try {
    const path = decodeURIComponent(new URL(request.url).pathname)
    return path.includes('\0') ? undefined : path
  } catch {
    return undefined
  }
}

async function up({ db }: Pick<Parts, 'db'>): Promise<Response> {
  try {
    await db.selectFrom('instance').select('id').limit(1).execute()
    return new Response('ok', { headers: { 'Content-Type': 'text/plain; charset=utf-8' } })
  } catch {
    return new Response('the database does not answer', { status: 503 })
  }
}
