import { type ChildProcess, spawn } from 'node:child_process'
import { root } from '../install.mjs'

/** How a process ended, and everything it printed. */
export type Ended = { code: number | null; output: string }

const running = new Set<ChildProcess>()

/** Runs Bun with `args` to its end, or for `limitMs`, then ends it. It and its children do not outlive us. */
export function runBun(args: string[], env: Record<string, string>, limitMs: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--no-orphans', '--no-env-file', ...args], {
      cwd: root,
      env: { ...plainEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let output = ''
    const hear = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const limit = setTimeout(() => {
      output += `\nIt was ended because it took longer than ${limitMs / 60_000} minutes.\n`
      child.kill('SIGKILL')
    }, limitMs)
    child.on('error', (error) => {
      output += error.message
    })
    child.on('close', (code) => {
      clearTimeout(limit)
      running.delete(child)
      resolve({ code, output })
    })
  })
}

/** Starts the PostgreSQL of this run. It ends by `stop`, and also when we do. */
export async function startPostgres(env: Record<string, string>): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['test/postgres.ts'], {
    cwd: root,
    env: { ...plainEnvironment(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve())
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('close', () => reject(new Error(`PostgreSQL did not start. ${complaint}`)))
  })
  const stop = () => {
    child.stdin.end()
    return ended
  }
  return { url, stop }
}

/** Ends every process that `runBun` started and that still runs. */
export async function endChildren(): Promise<void> {
  for (const child of running) child.kill('SIGTERM')
  for (let waited = 0; running.size > 0 && waited < 3000; waited += 50) await Bun.sleep(50)
  for (const child of running) child.kill('SIGKILL')
}

/** What tests get to know of the environment: no setting of an app that somebody runs in the same shell. */
function plainEnvironment(): Record<string, string> {
  const known = [
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'SHELL',
    'LANG',
    'LC_ALL',
    'TERM',
    'CI',
    'CHROMIUM',
    'SEED',
    'SystemRoot',
  ]
  return Object.fromEntries(
    known.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
