import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bin/install.mjs'
import { type Bench, inboxShots } from './bench.ts'
import type { Shot } from './load.ts'
import { type Running, runProgram, startServer } from './processes.ts'
import { TITLES } from './titles.ts'

// The distribution's own, because that is for whom it packs Flask.
const PYTHON = '/usr/bin/python3'

/** Why the lesson's app cannot be run on this machine, as a sentence; undefined when it can. */
export async function whyNoFlask(): Promise<string | undefined> {
  try {
    await runProgram([PYTHON, '-c', 'import flask, flask_sqlalchemy, gunicorn'])
    return undefined
  } catch {
    return 'skipped: on Debian, `apt-get install python3-flask python3-flask-sqlalchemy gunicorn` brings what it needs'
  }
}

/** Starts the lesson's app under gunicorn with one worker, with as many people as ours, of whom some are logged in. */
export async function startFlask(
  { folder, secret, password, people }: Bench,
  loggedIn: number,
): Promise<{ server: Running; shots: Shot[] }> {
  const cwd = join(root, 'bench', 'flask')
  const dir = join(folder, 'flask')
  mkdirSync(dir)
  // The tree stays as it is: no __pycache__ in it.
  const env = { DATABASE: join(dir, 'todo.db'), SECRET: secret, PYTHONDONTWRITEBYTECODE: '1' }
  await runProgram([PYTHON, join(cwd, 'fill.py'), String(people), password], { env, input: TITLES.join('\n') })
  const command = [PYTHON, '-m', 'gunicorn', '--workers', '1', '--bind', '127.0.0.1:{port}', 'app:app']
  const server = await startServer(command, { cwd, env, log: join(dir, 'log'), ready: '/login' })
  const every = Math.floor(people / loggedIn)
  const cookies: string[] = []
  for (let n = 1; n <= people; n += every) cookies.push(await logIn(server.url, `person${n}@example.com`, password))
  return { server, shots: inboxShots(cookies) }
}

async function logIn(url: string, email: string, password: string): Promise<string> {
  const body = new URLSearchParams({ email, password })
  const response = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' })
  const cookie = response.headers.getSetCookie()[0]
  if (response.status !== 302 || !cookie) throw new Error(`The lesson's app did not let ${email} in.`)
  return cookie.split(';')[0]!
}
