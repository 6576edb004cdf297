import { root } from '../bin/install.mjs'
import { freePort } from './postgres.ts'

/** Get It Done! as a process of its own, answering at `url`. */
export type Running = {
  url: string
  pid: number
  /** All it has printed so far. */
  log(): string
  /** Ends it and returns its exit code (null when the signal ended it outright). */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** How the app runs from source; an executable takes the place of these words. */
export const fromSource = [process.execPath, '--no-env-file', `${root}/src/main.ts`]

/**
 * Starts `command serve` on a free port of the loopback with `DATA_DIR=dir`, in that folder, and with no
 * other setting than `env`. Returns when it answers; throws with what it printed when it ends instead.
 */
export async function startServer(
  dir: string,
  { command = fromSource, env = {} }: { command?: string[]; env?: Record<string, string> } = {},
): Promise<Running> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const child = Bun.spawn([...command, 'serve'], {
    cwd: dir,
    env: { ...bareEnvironment(), PORT: String(port), BASE_URL: url, DATA_DIR: dir, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const log = heard(child.stdout, child.stderr)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    await child.exited
    return child.exitCode
  }
  for (const giveUp = Date.now() + 15_000; !(await answers(url)); await Bun.sleep(20)) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}. ${log()}`)
    if (Date.now() > giveUp) throw new Error(`The server did not answer (${await stop('SIGKILL')}). ${log()}`)
  }
  return { url, pid: child.pid, log, stop }
}

/** No setting of whoever runs the tests. */
const bareEnvironment = () => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  TMPDIR: process.env.TMPDIR ?? '/tmp',
})

const answers = async (url: string): Promise<boolean> =>
  fetch(`${url}/up`).then(
    (response) => response.ok,
    () => false,
  )

/** Gathers what both streams bring, as it comes. */
function heard(...streams: ReadableStream<Uint8Array>[]): () => string {
  let text = ''
  const gather = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true })
  }
  for (const stream of streams) void gather(stream)
  return () => text
}
