import { SECOND } from '#core/time.ts'
import { refuse } from './answers.ts'
import { MANIFEST_PATH, serveAsset, titled } from './asset-answers.ts'
import type { Parts } from './env.ts'
import { checkHost } from './host.ts'
import { isReading } from './methods.ts'
import type { Site } from './site.ts'

/** Longer addresses than this are none of ours. */
const LONGEST_ADDRESS = 8192

/**
 * Answers what needs no session: a request that is none, one for another host, the health check, the files of the
 * site. Undefined means that the request goes on into the site.
 */
export async function answerOutside(
  request: Request,
  parts: Parts,
  site: Site,
  isFromProxy: boolean,
): Promise<Response | undefined> {
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
  if (host && 'redirect' in host) return redirect(request, host.redirect)
  if (host) return refuse(parts, 421, host.refuse)
  if (isFromProxy && parts.config.secure && request.headers.get('X-Forwarded-Proto') === 'http') {
    // What was typed has crossed the network already: sending it on would hide that.
    if (!isReading(request)) return refuse(parts, 403, `Nothing was changed: open ${parts.config.baseUrl} instead.`)
    return redirect(request, parts.config.baseUrl)
  }
  if (path !== MANIFEST_PATH) return serveAsset(request, path, parts.assets)
  await site.fresh()
  return serveAsset(request, path, titled(parts.assets, site.title))
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

function redirect(request: Request, origin: string): Response {
  const { pathname, search } = new URL(request.url)
  return new Response(null, { status: 307, headers: { Location: origin + pathname + search } })
}

/** How long the database may take to say that it is there. */
const UP_MS = 3 * SECOND

async function up({ db }: Pick<Parts, 'db'>): Promise<Response> {
  try {
    const answer = db.selectFrom('instance').select('id').limit(1).execute()
    await Promise.race([answer, Bun.sleep(UP_MS).then(() => Promise.reject(new Error('It took too long.')))])
    return new Response('ok', { headers: { 'Content-Type': 'text/plain; charset=utf-8' } })
  } catch {
    return new Response('the database does not answer', { status: 503 })
  }
}
