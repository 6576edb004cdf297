// `npm run bench`: how quick the app is, beside what it should be. It takes about two minutes, wants a quiet machine, and
// compares within one run, so that the ratios hold on any machine.
import { rmSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { type Bench, type Figure, openBench } from '../bench/bench.ts'
import { measureBrowser } from '../bench/browser.ts'
import { measureFirstVisit } from '../bench/first-visit.ts'
import { measureInboxes } from '../bench/inboxes.ts'
import { measureLogins } from '../bench/logins.ts'
import { stopEverything } from '../bench/processes.ts'
import { measureQuickAdd } from '../bench/quick-add.ts'
import { measureSessions } from '../bench/sessions.ts'
import { measureStarts } from '../bench/starts.ts'
import { measureViewsOn } from '../bench/views.ts'

const measures: Record<string, (bench: Bench) => Promise<Figure[]>> = {
  inbox: measureInboxes,
  sessions: measureSessions,
  logins: measureLogins,
  starts: measureStarts,
  visit: measureFirstVisit,
  line: measureQuickAdd,
  browser: measureBrowser,
  'views-sqlite': measureViewsOn('sqlite'),
  'views-postgres': measureViewsOn('postgres'),
}

let bench: Bench | undefined

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => leave().then(() => process.exit(1)))
}
try {
  await main(process.argv.slice(2))
} finally {
  await leave()
}

/** Runs the measures that are named, or all. `views` means those whose names begin with it: `views-sqlite` and the other. */
async function main(names: string[]): Promise<void> {
  const unknown = names.find((name) => !Object.keys(measures).some((measure) => isMeantBy(name, measure)))
  if (unknown !== undefined) {
    console.error(`There is no measure “${unknown}”. There are: ${Object.keys(measures).join(', ')}.`)
    process.exitCode = 64
    return
  }
  bench = await openBench()
  const [load = 0] = loadavg()
  console.log(`Bun ${Bun.version}, ${availableParallelism()} processors (load ${load.toFixed(2)}), ${bench.loader}`)
  for (const [name, measure] of Object.entries(measures)) {
    if (names.length > 0 && !names.some((wanted) => isMeantBy(wanted, name))) continue
    for (const figure of await measure(bench)) console.log(lineOf(figure))
  }
}

function isMeantBy(name: string, measure: string): boolean {
  return measure === name || measure.startsWith(`${name}-`)
}

function lineOf({ mark, name, figure, target, ok }: Figure): string {
  const verdict = ok === undefined ? '' : ok ? 'ok' : 'MISSED'
  return [mark.padEnd(1), verdict.padEnd(6), target.padEnd(13), `${name}: ${figure}`].join('  ')
}

async function leave(): Promise<void> {
  await stopEverything()
  if (bench) rmSync(bench.folder, { recursive: true, force: true })
}
