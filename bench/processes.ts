import { existsSync, readFileSync } from 'node:fs'
import type { Subprocess } from 'bun'
import { root } from '../bin/install.mjs'
import { freePort } from '../test/postgres.ts'

/** A server as a process of its own, answering at `url`. */
export type Running = { url: string; pid: number; stop(): Promise<void> }

export const fromSource = [process.execPath, '--no-env-file']

const running = new Set<Subprocess>()

/**
 * Starts `command` in `cwd` with PORT set to a free port of the loopback and returns when `url` answers `ready`. What it
 * prints goes to the file `log`, as it would in use. Throws with the end of that when the process ends instead.
 */
export async function startServer(
  command: string[],
  { cwd, env, log, ready }: { cwd: string; env: Record<string, string>; log: string; ready: string },
): Promise<Running> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const words = command.map((word) => word.replace('{port}', String(port)))
  const child = Bun.spawn(words, {
    cwd,
    env: { ...bareEnvironment(), PORT: String(port), BASE_URL: url, ...env },
    stdio: ['ignore', Bun.file(log), Bun.file(`${log}.errors`)],
  })
  running.add(child)
  for (const giveUp = Date.now() + 20_000; !(await answers(url + ready)); await Bun.sleep(20)) {
    if (child.exitCode !== null || Date.now() > giveUp)
      throw new Error(`${words.join(' ')} does not answer. ${endOf(log)}`)
  }
  return { url, pid: child.pid, stop: () => stop(child) }
}

/** Runs one of our own files to its end, with `input` as its argument, and returns what it printed as JSON. */
export async function ask<T>(file: string, input: unknown, env: Record<string, string> = {}): Promise<T> {
  const child = Bun.spawn([...fromSource, `${root}/bench/${file}`, JSON.stringify(input)], {
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const [text, complaint] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  running.delete(child)
  if ((await child.exited) !== 0) throw new Error(`bench/${file} failed. ${complaint}`)
  return JSON.parse(text) as T
}

/** Runs a program to its end and returns what it printed. Throws with its complaint when it fails. */
export async function runProgram(
  command: string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Promise<string> {
  const child = Bun.spawn(command, {
    env: { ...bareEnvironment(), ...env },
    stdio: [new Blob([input]), 'pipe', 'pipe'],
  })
  running.add(child)
  const [text, complaint] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  running.delete(child)
  if ((await child.exited) !== 0) throw new Error(`${command[0]} failed. ${complaint}`)
  return text
}

/** Does `work` while `child` runs, and ends it afterwards. */
export async function watched<T>(child: Subprocess, work: () => Promise<T>): Promise<T> {
  running.add(child)
  try {
    return await work()
  } finally {
    await stop(child)
  }
}

/** Ends everything that was started here and still runs. */
export const stopEverything = (): Promise<unknown> => Promise.all([...running].map(stop))

/**
 * Processor time, user and system, that the process and its children have used so far, in microseconds. The step is that
 * of the system's clock, 10 ms on Linux.
 */
export function cpuMicros(pid: number): number {
  if (!existsSync('/proc/self/stat')) return psMicros(pid)
  // The name, in brackets, may hold anything; the numbers come after it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const own = (Number(fields[11]) + Number(fields[12])) * (1e6 / TICKS_PER_SECOND)
  return childrenOf(pid).reduce((sum, child) => sum + cpuMicros(child), own)
}

/** Memory that the process has in RAM, in bytes. */
export function residentBytes(pid: number): number {
  return Number(Bun.spawnSync(['ps', '-o', 'rss=', '-p', String(pid)]).stdout.toString()) * 1024
}

// What Linux counts processor time in, on every platform it is built for.
const TICKS_PER_SECOND = 100

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : []
}

function psMicros(pid: number): number {
  const [, minutes, seconds] =
    /(\d+):([\d.]+)/.exec(Bun.spawnSync(['ps', '-o', 'time=', '-p', String(pid)]).stdout.toString()) ?? []
  return (Number(minutes) * 60 + Number(seconds)) * 1e6
}

async function stop(child: Subprocess): Promise<void> {
  if (child.exitCode === null) child.kill('SIGTERM')
  const inTime = await Promise.race([child.exited.then(() => true), Bun.sleep(5000).then(() => false)])
  if (!inTime) child.kill('SIGKILL')
  await child.exited
  running.delete(child)
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { redirect: 'manual' }).then(
    (response) => response.status < 500,
    () => false,
  )

const endOf = (log: string): string =>
  [log, `${log}.errors`].map((path) => (existsSync(path) ? readFileSync(path, 'utf8').slice(-2000) : '')).join('\n')

/** No setting of whoever runs the bench. */
export const bareEnvironment = () => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  TMPDIR: process.env.TMPDIR ?? '/tmp',
})
