import { describe, expect, test } from 'bun:test'
import { buildAssets, packAssets, unpackAssets } from '#web/assets.ts'

const assets = await buildAssets()
const textOf = (path: string) => new TextDecoder().decode(assets.files.get(path)?.body)

describe('the assets', () => {
  test('carry a hash of their content in the name, and only then never change', () => {
    expect(assets.script).toMatch(/^\/assets\/app-[0-9a-z]{8}\.js$/)
    expect(assets.styles).toMatch(/^\/assets\/app-[0-9a-z]{8}\.css$/)
    for (const [path, { immutable }] of assets.files) expect(immutable).toBe(/-[0-9a-z]{8}\.(js|css)$/.test(path))
  })

  test('are the same when they are built again', async () => {
    const again = await buildAssets()
    expect([...again.files.keys()]).toEqual([...assets.files.keys()])
    expect(again.styleHashes).toEqual(assets.styleHashes)
  })

  test('survive being packed into the executable', () => {
    const back = unpackAssets(JSON.parse(JSON.stringify(packAssets(assets))))
    expect(back.files).toEqual(assets.files)
    expect(back.script).toBe(assets.script)
  })

  test('have types that browsers accept', () => {
    const types = Object.fromEntries([...assets.files].map(([path, { type }]) => [path, type]))
    expect(types[assets.script]).toBe('text/javascript; charset=utf-8')
    expect(types[assets.styles]).toBe('text/css; charset=utf-8')
    expect(types['/service-worker.js']).toBe('text/javascript; charset=utf-8')
    expect(types['/manifest.webmanifest']).toBe('application/manifest+json')
    expect(types['/favicon.ico']).toBe('image/svg+xml')
    expect(textOf('/robots.txt')).toBe('User-agent: *\nDisallow: /\n')
  })

  test('say nothing of their sources', () => {
    for (const path of assets.files.keys()) expect(textOf(path)).not.toContain('sourceMappingURL')
  })

  test('weigh at most 53 kB, zipped, on a first visit', () => {
    const first = [assets.script, assets.styles, '/service-worker.js', '/manifest.webmanifest', '/assets/icon.svg']
    const bytes = first.map((path) => assets.files.get(path)?.gzip?.length ?? 0)
    expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(53_000)
  })

  test('are all known to the worker, which fetches the later ones when somebody works here', () => {
    const scripts = [...assets.files.keys()].filter((path) => path.startsWith('/assets/') && path.endsWith('.js'))
    const { true: ahead = [], false: others = [] } = Object.groupBy(
      scripts,
      (path) => String(!/\/(strength|passkeys)-/.test(path)) as 'true' | 'false',
    )
    // A dictionary of passwords, for the few who choose one; and passkeys, for pages that no worker keeps.
    expect(others.length).toBe(3)
    for (const path of others) expect(textOf('/service-worker.js')).not.toContain(path)
    for (const path of ahead) expect(textOf('/service-worker.js')).toContain(path)
  })

  test('load what speaks with passkeys only where the browser knows them', () => {
    const start = assets.files.get(assets.passkeys)!.body
    expect(start.length).toBeLessThan(100)
    expect(textOf(assets.passkeys)).toMatch(/PublicKeyCredential.*import\("\.\/passkeys-[0-9a-z]{8}\.js"\)/s)
    expect(textOf(assets.script)).not.toContain('PublicKeyCredential')
  })

  test('load what drags only when it is needed', () => {
    expect(textOf(assets.script)).toMatch(/import\("\.\/part-[0-9a-z]{8}\.js"\)/)
    expect(textOf(assets.script)).not.toContain('Sortable.create(')
  })

  // Bun writes older spellings of :is() beside it, and those weigh more in the cascade.
  test('hold no selector that Bun spells in two ways', () => expect(textOf(assets.styles)).not.toContain('-any('))
})
