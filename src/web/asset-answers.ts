import type { Assets } from './assets.ts'
import { isReading } from './methods.ts'
import { PRODUCT } from './site.ts'
import { takesGzip } from './squeeze.ts'

/** Where browsers find how to install the site. */
export const MANIFEST_PATH = '/manifest.webmanifest'

/** The files of the site, with the manifest naming it by its title. */
export function titled({ files }: Assets, title: string): Pick<Assets, 'files'> {
  const file = files.get(MANIFEST_PATH)
  if (!file || title === PRODUCT) return { files }
  const { gzip: _, ...plain } = file
  const manifest = { ...JSON.parse(new TextDecoder().decode(file.body)), name: title, short_name: title }
  const body = new TextEncoder().encode(JSON.stringify(manifest))
  return { files: new Map([[MANIFEST_PATH, { ...plain, body }]]) }
}

/**
 * The file at `path`, if there is one: to everybody, without looking at cookies. One with a hash in its name is
 * kept by browsers for good; the others are asked for again each time.
 */
export function serveAsset(request: Request, path: string, { files }: Pick<Assets, 'files'>): Response | undefined {
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
