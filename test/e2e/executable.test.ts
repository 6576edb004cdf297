import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePasskey, type Question } from '#test/passkeys/device.ts'
import { type Running, startServer } from '#test/running.ts'
import { buildExecutable } from '../../bin/build.ts'

// One file in a folder of its own: nothing of the source, of node_modules or of Bun is near.

let folder: string
let executable: string
let server: Running
let cookie = ''

const start = () => startServer(join(folder, 'data'), { command: [executable] })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gid-executable-'))
  await mkdir(join(folder, 'data'))
  executable = join(folder, 'get-it-done')
  await buildExecutable(executable)
  server = await start()
})

afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Sends a form as a browser does, keeps the cookie that comes back, and does not follow. */
async function post(path: string, fields: Record<string, string>): Promise<Response> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: server.url, cookie },
    redirect: 'manual',
  })
  const set = response.headers.getSetCookie().find((line) => line.startsWith('sid='))
  if (set) cookie = set.split(';')[0] as string
  return response
}

const get = (path: string) => fetch(server.url + path, { headers: { cookie }, redirect: 'manual' })

test('a person registers and adds a task', async () => {
  const registered = await post('/register', {
    email: 'ana@example.org',
    password: 'a long walk by the sea',
    verify: 'a long walk by the sea',
  })
  expect([registered.status, registered.headers.get('location')]).toEqual([303, '/'])
  expect((await post('/tasks', { task: 'Water the plants' })).status).toBe(303)
  expect(await (await get('/')).text()).toContain('Water the plants')
})

test('the pages find their script and styles inside it', async () => {
  const page = await (await get('/')).text()
  const addresses = [...page.matchAll(/(?:src|href)="(\/assets\/app-[^"]+)"/g)].map((match) => match[1] as string)
  expect(addresses.length).toBe(2)
  for (const address of [...addresses, '/service-worker.js', '/favicon.ico']) {
    const response = await get(address)
    expect([address, response.status]).toEqual([address, 200])
    expect((await response.bytes()).length).toBeGreaterThan(100)
  }
})

test('the list of common passwords is inside too', async () => {
  const common = { email: 'ben@example.org', password: 'Chelsea1', verify: 'Chelsea1' }
  const answer = await post('/register', common)
  expect([answer.status, await answer.text()]).toEqual([
    422,
    expect.stringContaining('among the first that people try'),
  ])
})

test('what checks passkeys is inside too', async () => {
  const question = (await (await post('/account/passkeys/question', {})).json()) as Question
  const { passkey, answer } = await makePasskey(question, { origin: server.url })
  const added = await post('/account/passkeys', { passkey: answer, name: 'Key ring' })
  expect([added.status, added.headers.get('location')]).toEqual([303, '/account/passkeys'])
  const asked = (await (await post('/login/passkey/question', {})).json()) as Question
  expect((await post('/login/passkey', { passkey: await passkey.sign(asked) })).status).toBe(303)
})

test('the native password hash is inside too', () => {
  expect(server.log()).not.toMatch(/argon2/i)
})

test('it stops when it is told to, and everything is there when it starts again', async () => {
  expect(await server.stop()).toBe(0)
  server = await start()
  expect(await (await get('/')).text()).toContain('Water the plants')
})

test('it says what it can do', async () => {
  const child = Bun.spawn([executable, '--help'], { cwd: folder, env: {}, stdout: 'pipe' })
  expect(await new Response(child.stdout).text()).toContain('serve')
  expect(await child.exited).toBe(0)
})
