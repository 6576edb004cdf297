// `npm test`: every check there is, as named steps. See bin/testing/wishes.ts for its arguments.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAssets, packAssets } from '#web/assets.ts'
import { root } from './install.mjs'
import { endChildren, runBun, startPostgres } from './testing/children.ts'
import { type Counts, closingLine, countsOf, inShort, oneCheck, sum } from './testing/counts.ts'
import { filesOf, type Part, readWishes, type Wishes } from './testing/wishes.ts'

type Result = { counts: Counts; output: string }
type Step = { name: string; run: () => Promise<Result> }

const MINUTE = 60_000
const LIMIT_MS = 20 * MINUTE

const TITLES: Record<Part, string> = {
  types: 'Types (tsc)',
  style: 'Style (Biome)',
  sqlite: 'Tests on SQLite',
  postgres: 'Tests on PostgreSQL',
  e2e: 'Journeys in Chromium',
}

const folder = mkdtempSync(join(tmpdir(), 'gid-run-'))
// PostgreSQL may run as another user, who has to find the way to its own folder in here.
chmodSync(folder, 0o711)
let stopPostgres: (() => Promise<void>) | undefined
let leaving = false
let bundle: Promise<string> | undefined

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => giveUp(`of ${signal}`, code))
}
const starter = process.ppid
setInterval(() => {
  if (process.ppid !== starter) void giveUp('nobody waits for it any more', 1)
}, 500).unref()

try {
  process.exitCode = await main(readWishes(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  console.log(closingLine(oneCheck(false)))
  process.exitCode = 1
} finally {
  await leave()
}

async function main(wishes: Wishes): Promise<number> {
  const files = await testFiles()
  const steps = wishes.parts
    .map((part) => stepFor(part, filesOf(part, files, wishes.words), wishes))
    .filter((step) => step !== undefined)
  if (steps.length === 0)
    throw new Error(`No test file has ${wishes.words.map((word) => `“${word}”`).join(' or ')} in its path.`)
  // Two browsers are enough for two cores, so nothing else runs beside the journeys.
  const alone = steps.filter((step) => step.name === TITLES.e2e)
  const counts = await sideBySide(
    steps.filter((step) => !alone.includes(step)),
    Math.min(availableParallelism(), 2),
  )
  counts.push(...(await sideBySide(alone, 1)))
  const total = sum(counts)
  console.log(closingLine(total))
  return total.failed === 0 ? 0 : 1
}

function testFiles(): Promise<string[]> {
  return Array.fromAsync(new Bun.Glob('test/**/*.test.ts').scan({ cwd: root }))
}

function stepFor(part: Part, files: string[], wishes: Wishes): Step | undefined {
  const name = TITLES[part]
  if (part === 'types') return { name, run: () => check(['node_modules/typescript/bin/tsc', '--noEmit']) }
  if (part === 'style')
    return { name, run: () => check(['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']) }
  if (files.length === 0) return undefined
  if (part === 'postgres') return { name, run: () => onPostgres((env) => suite(part, files, wishes, env)) }
  return { name, run: () => suite(part, files, wishes, { TEST_DATABASE: 'sqlite' }) }
}

async function check(args: string[]): Promise<Result> {
  const { code, output } = await runBun(args, { TMPDIR: folder }, LIMIT_MS)
  return { counts: oneCheck(code === 0), output }
}

async function onPostgres(run: (env: Record<string, string>) => Promise<Result>): Promise<Result> {
  const server = await startPostgres({ TMPDIR: folder })
  stopPostgres = server.stop
  try {
    return await run({ TEST_DATABASE: 'postgres', TEST_POSTGRES_URL: server.url })
  } finally {
    await server.stop()
  }
}

async function suite(part: Part, files: string[], { name }: Wishes, env: Record<string, string>): Promise<Result> {
  const own = join(folder, part)
  mkdirSync(own)
  const report = join(own, 'report.xml')
  // Two workers, because a file that ends its process would then end only one of them, and be named.
  const how = ['--parallel=2', part === 'e2e' ? '--timeout=60000' : '--timeout=20000']
  const options = [...how, '--only-failures', '--reporter=junit', `--reporter-outfile=${report}`]
  const chosen = name === undefined ? [] : ['-t', name]
  const { code, output } = await runBun(
    ['test', ...options, ...chosen, ...files.map((file) => `./${file}`)],
    { ...env, TMPDIR: own, TEST_ASSETS: await bundled() },
    LIMIT_MS,
  )
  const { silent, ...counts } = countsOf(read(report), name === undefined ? files : [], code)
  return { counts, output: output + silent.map((file) => `${file}: none of its tests was carried out.\n`).join('') }
}

// Most test files want the client's bundle: made once, and not once for each of them.
function bundled(): Promise<string> {
  bundle ??= (async () => {
    const path = join(folder, 'assets.json')
    writeFileSync(path, JSON.stringify(packAssets(await buildAssets())))
    return path
  })()
  return bundle
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** Runs the steps, `width` at a time, and prints each when it is done. */
async function sideBySide(steps: Step[], width: number): Promise<Counts[]> {
  const waiting = [...steps]
  const counts: Counts[] = []
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) counts.push(await runStep(step))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return counts
}

async function runStep({ name, run }: Step): Promise<Counts> {
  const began = performance.now()
  const { counts, output } = await run().catch((error: unknown) => ({ counts: oneCheck(false), output: String(error) }))
  if (leaving) return counts
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const fine = counts.failed === 0
  console.log(`${fine ? '✓' : '✗'} ${name} (${seconds} s): ${inShort(counts)}.`)
  if (!fine) console.log(output.trimEnd().replace(/^/gm, '  '))
  return counts
}

async function giveUp(reason: string, code: number): Promise<void> {
  if (leaving) return
  leaving = true
  console.log(`Stopping, because ${reason}.`)
  await leave()
  process.exit(code)
}

async function leave(): Promise<void> {
  await endChildren()
  await stopPostgres?.()
  rmSync(folder, { recursive: true, force: true })
}
