import { root } from '../bin/install.mjs'
import { freePort } from '../test/postgres.ts'
import { type Bench, type Figure, inboxShots } from './bench.ts'
import { median, spelled } from './numbers.ts'
import { bareEnvironment, fromSource, residentBytes, watched } from './processes.ts'

const STARTS = 7
const REST_MS = 1500

/** How long a start takes until somebody has their first page, and the memory of a server that rests. */
export async function measureStarts(bench: Bench): Promise<Figure[]> {
  const runs: { ms: number; bytes: number }[] = []
  for (let i = 0; i < STARTS; i++) runs.push(await start(bench, i < 3 ? REST_MS : 0))
  const ms = median(runs.map((run) => run.ms))
  const megabytes = median(runs.slice(0, 3).map((run) => run.bytes)) / 1e6
  return [
    {
      mark: 'f',
      name: 'Start to first answer (an Inbox)',
      figure: `${spelled(ms)} ms`,
      target: '≤ 400 ms',
      ok: ms <= 400,
    },
    { mark: 'g', name: 'Memory at rest', figure: `${spelled(megabytes)} MB`, target: '≤ 90 MB', ok: megabytes <= 90 },
  ]
}

/** Starts the app, asks for a page as soon as it says where it is, and lets it rest. */
async function start({ small, secret }: Bench, restMs: number): Promise<{ ms: number; bytes: number }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { ...bareEnvironment(), PORT: String(port), BASE_URL: url, DATA_DIR: small.dir, SECRET_KEY: secret }
  const began = performance.now()
  const child = Bun.spawn([...fromSource, `${root}/src/main.ts`, 'serve'], {
    cwd: small.dir,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return watched(child, async () => {
    await firstOutput(child.stdout)
    const response = await fetch(url, { headers: inboxShots(small.cookies)[0]!.headers, redirect: 'manual' })
    await response.text()
    const ms = performance.now() - began
    if (response.status !== 200) throw new Error(`The first answer was ${response.status}.`)
    await Bun.sleep(restMs)
    return { ms, bytes: residentBytes(child.pid) }
  })
}

async function firstOutput(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader()
  await reader.read()
  // What follows are a few lines of log; they fit into the pipe.
  reader.releaseLock()
}
