import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { atTheEnd } from '#test/closing.ts'
import packageJson from '../../package.json'

/** What a page in a test may ask for. All of it has a default: a desktop with script, online. */
export type PageOptions = {
  /** Where relative addresses lead: the address of the server under test. */
  baseURL?: string
  /** `false` for the tier that works without script. */
  javaScript?: boolean
  screen?: 'desktop' | 'phone'
  colorScheme?: 'light' | 'dark'
  serviceWorkers?: 'allow' | 'block'
  reducedMotion?: 'reduce' | 'no-preference'
  timezoneId?: string
  locale?: string
  /** Trouble that this test provokes on purpose. Anything else that is reported fails the test. */
  expected?: RegExp
}

/** One person's browser: its own cookies, storage and service worker, and what went wrong in it. */
export type Visit = {
  page: Page
  context: BrowserContext
  /** Requests that left the loopback, script errors, and breaches of the content security policy. */
  trouble: string[]
}

const SCREENS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

let shared: Promise<Browser> | undefined

/**
 * The Chromium that all tests of this process share; started on the first call. It is the one from npm,
 * with the libraries and fonts it brings along, so a bare machine needs nothing. On a machine it was not
 * built for (and when `CHROMIUM` names a binary) another Chromium or Chrome takes its place.
 */
export function openBrowser(): Promise<Browser> {
  if (!shared) {
    shared = launch()
    atTheEnd(closeBrowser)
  }
  return shared
}

/** Closes the shared browser, if one was opened. The next `openBrowser` starts another. */
export async function closeBrowser(): Promise<void> {
  const browser = shared
  shared = undefined
  await (await browser)?.close()
}

/**
 * Opens a fresh browser context with one page. The caller closes `context`; `withPage` does that itself.
 * No request leaves the machine: names other than localhost do not resolve, and each try lands in `trouble`.
 */
export async function openPage(options: PageOptions = {}): Promise<Visit> {
  const browser = await openBrowser()
  const context = await browser.newContext(contextOptions(options))
  const trouble: string[] = []
  const report = (what: string) => {
    if (!options.expected?.test(what)) trouble.push(what)
  }
  context.on('request', (request) => {
    if (!staysHere(request.url())) report(`A request left the machine: ${request.url()}`)
  })
  context.on('weberror', (error) => report(`Script error: ${error.error().stack ?? error.error().message}`))
  context.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) report(message.text())
  })
  return { page: await context.newPage(), context, trouble }
}

/**
 * Runs `work` with a fresh page and closes it afterwards. Fails when something in the page went wrong
 * on the way (see `Visit.trouble`), even though `work` was content.
 */
export async function withPage<T>(options: PageOptions, work: (page: Page, visit: Visit) => Promise<T>): Promise<T> {
  const visit = await openPage(options)
  try {
    const result = await work(visit.page, visit)
    if (visit.trouble.length > 0) throw new Error(visit.trouble.join('\n'))
    return result
  } finally {
    await visit.context.close()
  }
}

function contextOptions(options: PageOptions): BrowserContextOptions {
  const screen = options.screen ?? 'desktop'
  return {
    ...(options.baseURL === undefined ? {} : { baseURL: options.baseURL }),
    ...(options.timezoneId === undefined ? {} : { timezoneId: options.timezoneId }),
    javaScriptEnabled: options.javaScript ?? true,
    viewport: SCREENS[screen],
    isMobile: screen === 'phone',
    hasTouch: screen === 'phone',
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: options.reducedMotion ?? 'no-preference',
    serviceWorkers: options.serviceWorkers ?? 'allow',
    locale: options.locale ?? 'en-GB',
  }
}

const staysHere = (address: string): boolean => {
  const url = new URL(address)
  return !/^(https?|wss?):$/.test(url.protocol) || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
}

async function launch(): Promise<Browser> {
  const args = [
    // Chromium's own sandbox refuses to run as root, and a test visits nothing but our own pages.
    '--no-sandbox',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]',
    // Otherwise text is a pixel wider or narrower depending on the machine.
    '--font-render-hinting=none',
  ]
  // The runner stops the tests; a second set of signal handlers would only race it.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
  if (process.env.CHROMIUM) return chromium.launch({ ...signals, args, executablePath: process.env.CHROMIUM })
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return chromium.launch({ ...signals, args, channel: 'chrome' })
  const home = await unpackedChromium()
  return chromium.launch({ ...signals, args, executablePath: join(home, 'chromium'), env: bareEnvironment(home) })
}

/** Chromium sees only what came with it: the same libraries and the same font on every machine. */
const bareEnvironment = (home: string) => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  TMPDIR: tmpdir(),
  LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
  FONTCONFIG_FILE: join(home, 'fonts.conf'),
  XDG_CACHE_HOME: join(home, 'cache'),
})

/** Unpacks the browser once for each version of it (2 seconds, 210 MB) and returns its folder. */
async function unpackedChromium(): Promise<string> {
  const version = packageJson.devDependencies['@sparticuz/chromium']
  const home = join(import.meta.dir, '..', '..', 'node_modules', '.cache', 'get-it-done', `chromium-${version}`)
  if (await Bun.file(join(home, 'fonts.conf')).exists()) return home
  await mkdir(dirname(home), { recursive: true })
  const fresh = await mkdtemp(`${home}-`)
  await unpackInto(fresh)
  await writeFile(join(fresh, 'fonts.conf'), FONTS)
  // Another run may have been quicker; then its folder stays and ours goes.
  await rename(fresh, home).catch(() => rm(fresh, { recursive: true, force: true }))
  return home
}

/**
 * The package unpacks into TMPDIR, and its libraries only when it believes to be on Amazon's machines.
 * It looks while it is imported, so it gets a process of its own in which both are true.
 */
async function unpackInto(folder: string): Promise<void> {
  const script = `const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath()`
  const child = Bun.spawn([process.execPath, '-e', script], {
    cwd: join(import.meta.dir, '..', '..'),
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
    stdout: 'ignore',
    stderr: 'pipe',
  })
  if ((await child.exited) !== 0)
    throw new Error(`Chromium could not be unpacked. ${await new Response(child.stderr).text()}`)
}

// The package's own fonts.conf names /tmp/fonts, so text would have no width anywhere else.
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`
