import { fileURLToPath } from 'node:url'
import { embedded } from './embedded-assets.ts'

export type Asset = { body: Uint8Array<ArrayBuffer>; gzip?: Uint8Array<ArrayBuffer>; type: string; immutable: boolean }

export type Assets = {
  /** Path → what to answer. Those that are `immutable` carry a hash of their content in their name. */
  files: Map<string, Asset>
  /** Address of the script that every page loads. */
  script: string
  /** Address of the script that pages load which have a use for passkeys. */
  passkeys: string
  /** Address of the style sheet that every page loads. */
  styles: string
  /** Sources for `style-src` that allow the `<style>` Turbo adds to the page. */
  styleHashes: string[]
}

/** Assets as JSON can hold them: bodies in base64. */
export type PackedAssets = Omit<Assets, 'files'> & {
  files: Record<string, { body: string; gzip?: string; type: string; immutable: boolean }>
}

/** Everything the site serves besides pages: taken from the executable, else bundled from source, in memory. */
export async function loadAssets(): Promise<Assets> {
  return embedded ? unpackAssets(embedded) : await buildAssets()
}

/**
 * Bundles the client from its source. Throws with the bundler's own words when the source does not compile. No source
 * map is made: the source is public anyway.
 */
export async function buildAssets(): Promise<Assets> {
  // By itself, and named to the others: it is large, and no worker is to fetch it ahead.
  const [strength] = await bundle('strength/strength.ts', {})
  const define = { STRENGTH: JSON.stringify(`/assets/${strength.name}`) }
  const [passkeys, scripts, styles, icon, touchIcon, styleHash] = await Promise.all([
    // Two files that no page of somebody who works here has a use for; the first is small, and leads to the other.
    bundle('passkeys/start.ts', {
      splitting: true,
      naming: { entry: PASSKEYS, chunk: PASSKEYS },
      modulePreload: false,
    }),
    bundle('app.ts', { splitting: true, define, external: ['/assets/*'] }),
    bundle('styles/app.css', {}),
    Bun.file(source('icon.svg')).bytes(),
    Bun.file(source('touch-icon.png')).bytes(),
    hashOfTurboStyle(),
  ])
  const files = new Map<string, Asset>()
  for (const { name, body } of [strength, ...passkeys, ...scripts, ...styles])
    files.set(`/assets/${name}`, asset(body, typeOf(name), true))
  const script = `/assets/${scripts[0].name}`
  const style = `/assets/${styles[0].name}`
  const parts = scripts.slice(1).map(({ name }) => `/assets/${name}`)
  const worker = await bundleWorker({ script, styles: style, parts }, styleHash)
  files.set('/service-worker.js', asset(worker, typeOf('.js'), false))
  files.set('/assets/icon.svg', asset(icon, typeOf('.svg'), false))
  // Telephones that put the app on their first screen want pixels.
  files.set('/assets/touch-icon.png', asset(touchIcon, typeOf('.png'), false))
  // Every browser that asks for it unasked reads the type, not the name.
  files.set('/favicon.ico', asset(icon, typeOf('.svg'), false))
  files.set('/manifest.webmanifest', asset(bytesOf(JSON.stringify(MANIFEST)), 'application/manifest+json', false))
  files.set('/robots.txt', asset(bytesOf('User-agent: *\nDisallow: /\n'), 'text/plain; charset=utf-8', false))
  return { files, script, passkeys: `/assets/${passkeys[0].name}`, styles: style, styleHashes: [styleHash] }
}

/** Assets as the build writes them into the executable. */
export function packAssets(assets: Assets): PackedAssets {
  const files: PackedAssets['files'] = {}
  for (const [path, { body, gzip, type, immutable }] of assets.files) {
    files[path] = { body: body.toBase64(), type, immutable, ...(gzip ? { gzip: gzip.toBase64() } : {}) }
  }
  return { ...assets, files }
}

/** What `packAssets` packed. */
export function unpackAssets(packed: PackedAssets): Assets {
  const files = new Map<string, Asset>()
  for (const [path, { body, gzip, type, immutable }] of Object.entries(packed.files)) {
    const unzipped = gzip ? { gzip: Uint8Array.fromBase64(gzip) } : {}
    files.set(path, { body: Uint8Array.fromBase64(body), type, immutable, ...unzipped })
  }
  return { ...packed, files }
}

const MANIFEST = {
  name: 'Get It Done!',
  short_name: 'Get It Done!',
  id: '/',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: '#fdfcfa',
  theme_color: '#2b6a4d',
  icons: [
    { src: '/assets/icon.svg', sizes: 'any', type: 'image/svg+xml' },
    { src: '/assets/touch-icon.png', sizes: '180x180', type: 'image/png' },
  ],
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

const PASSKEYS = 'passkeys-[hash].[ext]'

type Bundled = { name: string; body: Uint8Array<ArrayBuffer> }

/** The bundle of one entry, the entry's own file first. */
async function bundle(entry: string, options: Partial<Bun.BuildConfig>): Promise<[Bundled, ...Bundled[]]> {
  const result = await Bun.build({
    entrypoints: [source(entry)],
    target: 'browser',
    minify: true,
    sourcemap: 'none',
    naming: { entry: '[name]-[hash].[ext]', chunk: 'part-[hash].[ext]' },
    ...options,
  } as Bun.BuildConfig)
  const entryPoint = result.outputs.find((output) => output.kind === 'entry-point') ?? result.outputs[0]
  if (!entryPoint) throw new Error(`${entry} gave no bundle`)
  const parts = result.outputs.filter((output) => output !== entryPoint)
  return [await bundled(entryPoint), ...(await Promise.all(parts.map(bundled)))]
}

const bundled = async (output: Bun.BuildArtifact): Promise<Bundled> => ({
  name: output.path.replace(/^.*\//, ''),
  body: new Uint8Array(await output.arrayBuffer()),
})

type Shell = { script: string; styles: string; parts: string[] }

/** The worker fetches at once what every page needs, and the parts that are loaded later when somebody works here. */
async function bundleWorker(shell: Shell, styleHash: string): Promise<Bundled['body']> {
  const allowed = ["script-src 'self'", `style-src 'self' ${styleHash}`, "connect-src 'self'", "worker-src 'self'"]
  const csp = ["default-src 'none'", ...allowed, "base-uri 'none'", "frame-ancestors 'none'"].join('; ')
  // The script names its parts, so its own name changes with theirs.
  const version = Bun.hash(shell.script + shell.styles).toString(36)
  const define = { SHELL: JSON.stringify({ version, ...shell, csp }) }
  // One classic script: Firefox has had module workers for a short time only.
  const [worker] = await bundle('service-worker.ts', { define, format: 'iife' })
  return worker.body
}

/**
 * Turbo adds a `<style>` for its progress bar; a page that a worker kept could not carry a fresh nonce, so the content
 * policy allows it by its hash, computed from the text in Turbo's own source.
 */
async function hashOfTurboStyle(): Promise<string> {
  const turbo = await Bun.file(fileURLToPath(import.meta.resolve('@hotwired/turbo'))).text()
  const css = /static get defaultCSS\(\) \{\s*return unindent`([^`]*)`/.exec(turbo)?.[1]
  const ms = Number(/static animationDuration = (\d+)/.exec(turbo)?.[1])
  if (!css || !ms) throw new Error("Turbo's progress bar style is not where it was: look at ProgressBar.defaultCSS")
  const style = unindent(css)
    .replaceAll(/\$\{ProgressBar\.animationDuration \/ 2\}/g, String(ms / 2))
    .replaceAll(/\$\{ProgressBar\.animationDuration\}/g, String(ms))
  return `'sha256-${new Bun.CryptoHasher('sha256').update(style).digest('base64')}'`
}

/** As Turbo does it: the first line's indent is taken from every line. */
function unindent(text: string): string {
  const lines = text.replace(/^\n/, '').split('\n')
  const indent = /^\s+/.exec(lines[0] ?? '')?.[0].length ?? 0
  return lines.map((line) => line.slice(indent)).join('\n')
}

const LARGE = 200_000

function asset(body: Uint8Array<ArrayBuffer>, type: string, immutable: boolean): Asset {
  // It is done once at each start, and sent to everybody: some three in a hundred bytes less than zlib's best. What is
  // large would hold up the start for it, and is for few.
  const gzip = Bun.gzipSync(body, { level: body.length > LARGE ? 6 : 12, library: 'libdeflate' })
  return { body, type, immutable, ...(gzip.length < body.length ? { gzip } : {}) }
}

const source = (name: string): string => fileURLToPath(new URL(`../client/${name}`, import.meta.url))

const typeOf = (name: string): string => TYPES[name.slice(name.lastIndexOf('.'))] ?? 'application/octet-stream'

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
