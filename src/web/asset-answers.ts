import type { Assets } from './assets.ts'
import { isReading } from './methods.ts'
import { takesGzip } from './squeeze.ts'

/**
 * The file at `path`, if there is one: to everybody, without looking at cookies. One with a hash in its name is
 * kept by browsers for good; the others are asked for again each time.
 */
export function serveAsset(request: Request, path: string, { files }: Assets): Response | undefined {
  if (!isReading(request)) return undefined
  const file = files.get(path)
  if (!file) return path.startsWith('/assets/') ? new Response('There is no such file.', { status: 404 }) : undefined
  const gzipped = takesGzip(request) ? file.gzip : undefined
  const body = gzipped ?? file.body
  const headers = new Headers({
    'Content-Type': file.type,
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
    'Content-Length': String(body.length),
  })
  if (gzipped) headers.set('Content-Encoding', 'gzip')
  return new Response(request.method === 'HEAD' ? null : body, { headers })
}
